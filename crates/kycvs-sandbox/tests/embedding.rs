//! Follows docs/embedding.md and its reference to the letter: what is there is run. The sites that they name are in `integrations.rs`.

use std::process::{Command, Output};

use kycvs_test_programs::{Files, Program};
use kycvs_test_servers::free_port;
use kycvs_test_servers::programs::{Sandbox, agree, links, result_code};
use serde_json::{Value, json};

/// The snippets of the guide by the names of their files, with free ports in the place of those that are there.
struct Guide {
    folder: Files,
    sandbox: Sandbox,
    site_port: u16,
}

impl Guide {
    /// Saves every snippet, and starts the sandbox as the guide does.
    fn follow() -> Self {
        let (sandbox_port, site_port) = (free_port(), free_port());
        let guide =
            [include_str!("../../../docs/embedding.md"), include_str!("../../../docs/embedding-reference.md")].concat();
        let command = "cargo run -p kycvs-sandbox -- --config site.toml";
        assert!(guide.contains(command), "the guide starts the sandbox as this test does");
        let folder = Files::new();
        for snippet in guide.split("<!-- file: ").skip(1) {
            let (name, rest) = snippet.split_once(" -->\n```").unwrap();
            let (_, rest) = rest.split_once('\n').unwrap();
            let text = rest.split("```\n").next().unwrap();
            let text = text.replace(":8080", &format!(":{sandbox_port}")).replace("8000", &site_port.to_string());
            folder.file(name, text);
        }
        // It listens where the file says that it is reached.
        let args = ["--config", &folder.path("site.toml"), "--people", "1000"];
        Self { sandbox: Program::start("kycvs-sandbox", &args, "unknown").into(), folder, site_port }
    }

    /// Runs lines for curl, and gives what it says.
    fn run(&self, file: &str, result_code: &str) -> Value {
        let mut command = Command::new("sh");
        command.arg(file).current_dir(self.folder.path("")).env("RESULT_CODE", result_code);
        let said = text(&command.output().unwrap_or_else(|error| panic!("{error}: apt-get install curl")));
        serde_json::from_str(&said).unwrap_or_else(|_| panic!("{said}"))
    }

    /// Answers a visit, and gives the result code.
    fn answer(&self, session: &str, person: &str) -> String {
        let (mobile, name) = self.sandbox.person(person);
        let page = self.sandbox.visitor().get(&format!("/embed/{session}"));
        result_code(&agree(&self.sandbox, &page, mobile, name))
    }
}

fn text(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn the_lines_for_curl_open_a_visit_and_exchange_its_answer() {
    let guide = Guide::follow();
    for (person, status) in [("status-0", 0), ("status-2", 2)] {
        let opened = guide.run("open.sh", "");
        let code = guide.answer(opened["id"].as_str().unwrap_or_else(|| panic!("{opened}")), person);
        let answer = guide.run("exchange.sh", &code);
        assert_eq!((&answer["status"], &answer["reference"]), (&json!(status), &json!("b1946ac92492d234")), "{answer}");
        for member in ["token", "purpose"] {
            assert!(answer[member].is_string(), "{answer}");
        }
    }
}

#[test]
fn the_guide_says_in_which_words_the_person_is_asked() {
    let guide = Guide::follow();
    for file in ["open.sh", "redirect.sh"] {
        let opened = guide.run(file, "");
        let page = guide.sandbox.visitor().get(opened["url"].as_str().unwrap_or_else(|| panic!("{opened}")));
        assert!(page.text.contains("My Site") && page.text.contains("to book a ticket"), "{}", page.text);
    }
}

#[test]
fn the_page_of_the_guide_is_that_of_the_site_in_each_language() {
    let guide = Guide::follow();
    let page = guide.folder.read("page.html");
    let lines: Vec<_> = page.lines().filter(|line| !line.contains("SESSION") && !line.contains("<script")).collect();
    let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/integrations");
    for site in ["python/site.py", "node/site.mjs", "php/index.php", "java/Site.java"] {
        let text = std::fs::read_to_string(format!("{examples}/{site}")).unwrap();
        for line in lines.iter().chain(&[r#"<kyc-vs name="result_code" session=""#, "/embed.js\"></script>"]) {
            assert!(text.contains(line), "{site}: {line}");
        }
    }
}

#[test]
fn the_redirect_of_the_guide_comes_back_with_code_and_state() {
    let guide = Guide::follow();
    let opened = guide.run("redirect.sh", "");
    let page = guide.sandbox.visitor().get(opened["url"].as_str().unwrap());
    let (mobile, name) = guide.sandbox.person("status-2");
    let answer = agree(&guide.sandbox, &page, mobile, name);
    let back = links(&answer.text).into_iter().find(|link| link.contains("/kycvs/return?")).unwrap();
    assert!(back.starts_with(&format!("http://127.0.0.1:{}/", guide.site_port)), "{back}");
    assert!(back.contains("result_code=") && back.ends_with("state=a-secret-of-this-booking"), "{back}");
}

#[test]
fn the_quick_start_is_quick() {
    assert!(include_str!("../../../docs/embedding.md").lines().count() < 150);
}
