//! Follows docs/embedding.md to the letter: a new site is made of the very snippets that stand there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};

use kycvs_test_servers::free_port;
use kycvs_test_servers::programs::{Client, Files, Sandbox, agree, between, links, result_code, unescaped};
use serde_json::Value;

/// The snippets of the guide by the names of their files, with free ports in the place of those that stand there.
struct Guide {
    folder: Files,
    sandbox: Sandbox,
    site_port: u16,
}

impl Guide {
    /// Saves every snippet, and starts the sandbox as the guide does.
    fn follow() -> Self {
        let (sandbox_port, site_port) = (free_port(), free_port());
        let guide = include_str!("../../../docs/embedding.md");
        let command = "cargo run -p kycvs-sandbox -- --config site.toml";
        assert!(guide.contains(command), "the guide starts the sandbox as this test does");
        let folder = Files::new();
        for snippet in guide.split("<!-- file: ").skip(1) {
            let (name, rest) = snippet.split_once(" -->\n```").unwrap();
            let (_, rest) = rest.split_once('\n').unwrap();
            let text = rest.split("```\n").next().unwrap();
            let text = text.replace(":8080", &format!(":{sandbox_port}")).replace("8000", &site_port.to_string());
            let before = std::fs::read_to_string(folder.path(name)).unwrap_or_default();
            folder.file(name, before + &text);
        }
        let (config, listen) = (folder.path("site.toml"), format!("127.0.0.1:{sandbox_port}"));
        let args = ["--config", &config, "--listen", &listen, "--people", "1000"];
        Self { sandbox: Sandbox::start(&args, "unknown"), folder, site_port }
    }

    /// Runs a program in the folder.
    fn run(&self, name: &str, args: &[&str], package: &str) -> Output {
        let mut command = Command::new(name);
        command.args(args).current_dir(self.folder.path(""));
        command.output().unwrap_or_else(|error| panic!("{name}: {error}: the test needs the Debian package {package}"))
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

/// A process that is ended with its test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts the guide's site, and waits until it is there.
fn start_site(guide: &Guide) -> Running {
    // Python tells of its first request only, so the socket is opened before, by the same module.
    let say = "import http.server as h; s = h.HTTPServer.server_activate\n\
               def said(self): s(self); print('listening', flush=True)\n\
               h.HTTPServer.server_activate = said; import runpy; runpy.run_path('site_server.py')";
    let mut command = Command::new("python3");
    command.args(["-B", "-c", say]).current_dir(guide.folder.path("")).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child =
        command.spawn().unwrap_or_else(|error| panic!("{error}: the test needs the Debian package python3"));
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "listening\n");
    Running(child)
}

#[test]
fn the_site_of_the_guide_issues_tickets() {
    let guide = Guide::follow();
    let _running = start_site(&guide);
    let site = Client::new(&format!("http://127.0.0.1:{}", guide.site_port), "");
    for (person, words) in [("status-0", "not vaccinated"), ("status-1", "partially"), ("status-2", "fully")] {
        let page = site.get("/");
        assert!(unescaped(&page.text).contains("/embed.js") && page.text.contains("<kyc-vs "), "{}", page.text);
        let code = guide.answer(between(&page.text, "session=\"", "\""), person);
        let ticket = site.submit("/done", &[("result_code", &code)], &page.cookie());
        assert!(ticket.status == 200 && ticket.text.contains(words), "{} {}", ticket.status, ticket.text);
        guide.sandbox.visitor().submit("/sandbox", &[("advance_seconds", "3600")], "");
    }
}

#[test]
fn the_site_of_the_guide_takes_no_other_bookings_answer_and_its_own_again() {
    let guide = Guide::follow();
    let _running = start_site(&guide);
    let site = Client::new(&format!("http://127.0.0.1:{}", guide.site_port), "");
    let (mine, other) = (site.get("/"), site.get("/"));
    let code = guide.answer(between(&mine.text, "session=\"", "\""), "status-2");
    let stolen = site.submit("/done", &[("result_code", &code)], &other.cookie());
    assert_eq!(stolen.status, 403, "{}", stolen.text);
    for _ in 0..2 {
        let done = site.submit("/done", &[("result_code", &code)], &mine.cookie());
        assert_eq!(done.status, 200, "an answer that was lost on its way is had again: {}", done.text);
    }
    assert_eq!(site.submit("/done", &[], &mine.cookie()).status, 403, "the person has not agreed yet");
}

#[test]
fn the_site_of_the_guide_serves_two_tabs_of_one_browser() {
    let guide = Guide::follow();
    let _running = start_site(&guide);
    let site = Client::new(&format!("http://127.0.0.1:{}", guide.site_port), "");
    let first = site.get("/");
    // Whatever runs on other ports of the same host sets cookies for it, too.
    let cookies = format!("another=1; {}", first.cookie());
    let second = site.get_with("/", &[("cookie", &cookies)]);
    for (page, person) in [(&second, "status-1"), (&first, "status-2")] {
        assert_eq!((page.cookie(), page.header("cache-control")), (first.cookie(), "no-store"));
        let code = guide.answer(between(&page.text, "session=\"", "\""), person);
        assert_eq!(site.submit("/done", &[("result_code", &code)], &cookies).status, 200);
    }
}

#[test]
fn the_snippets_for_python_name_the_problem_of_a_refused_call() {
    let guide = Guide::follow();
    let said = |script: &str| {
        let run = guide.run("python3", &["-B", "-c", &format!("import kycvs; {script}")], "python3");
        String::from_utf8(run.stderr).unwrap()
    };
    assert!(said("kycvs.exchange('AAAAAAAAAAAAAAAAAAAAAA', {'4711'})").ends_with("kycvs.Refused: not-found\n"));
    assert!(
        said("kycvs.API_KEY = 'another'; kycvs.open_session('4711')").ends_with("kycvs.Refused: unauthenticated\n")
    );
}

#[test]
fn the_snippets_for_node_open_a_visit_and_exchange_its_answer() {
    let guide = Guide::follow();
    let node = |script: &str| {
        let script = format!("import * as kycvs from './kycvs.mjs'; console.log(String(await {script}))");
        text(&guide.run("node", &["--input-type=module", "--eval", &script], "nodejs")).trim().to_owned()
    };
    for (booked, told) in [("4711", "1"), ("4712", "Error: the answer to another booking")] {
        let code = guide.answer(&node("kycvs.openSession('4711')"), "status-1");
        assert_eq!(node(&format!("kycvs.exchange('{code}', '{booked}').catch((error) => error)")), told);
        assert_eq!(node(&format!("kycvs.exchange('{code}', '{booked}').catch((error) => error)")), told);
    }
}

#[test]
fn the_lines_for_curl_open_a_visit_to_embed_and_one_to_come_back_from() {
    let guide = Guide::follow();
    for file in ["open.sh", "redirect.sh"] {
        let opened = text(&guide.run("sh", &[file], "curl"));
        let opened: Value = serde_json::from_str(&opened).unwrap_or_else(|_| panic!("{opened}"));
        let page = guide.sandbox.visitor().get(opened["url"].as_str().unwrap_or_else(|| panic!("{opened}")));
        assert!(page.text.contains("My Site asks for your vaccination status to book a ticket."), "{}", page.text);
    }
}

#[test]
fn the_redirect_of_the_guide_comes_back_with_code_and_state() {
    let guide = Guide::follow();
    let opened: Value = serde_json::from_str(&text(&guide.run("sh", &["redirect.sh"], "curl"))).unwrap();
    let page = guide.sandbox.visitor().get(opened["url"].as_str().unwrap());
    let (mobile, name) = guide.sandbox.person("status-2");
    let answer = agree(&guide.sandbox, &page, mobile, name);
    let back = links(&answer.text).into_iter().find(|link| link.contains("/kycvs/return?")).unwrap();
    assert!(back.starts_with(&format!("http://127.0.0.1:{}/", guide.site_port)), "{back}");
    assert!(back.contains("result_code=") && back.ends_with("state=a-secret-of-this-booking"), "{back}");
}
