//! The sites in `examples/integrations`, each in another language, over a served sandbox.

use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use kycvs_test_programs::Files;
use kycvs_test_servers::free_port;
use kycvs_test_servers::programs::{Answer, Client, Sandbox, agree, between, result_code, sha256, unescaped};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/integrations");
const API_KEY: &str = "the key of a site in some language";
/// How long a site may take to start: Java compiles it first, perhaps beside other builds.
const PATIENCE: Duration = Duration::from_secs(60);

/// How a site is started, and what Debian calls what it needs.
struct Language {
    folder: &'static str,
    command: fn(u16) -> Vec<String>,
    package: &'static str,
}

const LANGUAGES: [Language; 4] = [
    Language { folder: "python", command: |_| words("python3 -B site.py"), package: "python3" },
    Language { folder: "node", command: |_| words("node site.mjs"), package: "nodejs" },
    Language {
        folder: "php",
        command: |port| words(&format!("php -S 127.0.0.1:{port} index.php")),
        package: "php-cli",
    },
    Language { folder: "java", command: |_| words("java Site.java"), package: "default-jdk-headless" },
];

fn words(line: &str) -> Vec<String> {
    line.split(' ').map(str::to_owned).collect()
}

/// A site that runs beside a sandbox, until it is dropped.
struct Site {
    sandbox: Sandbox,
    child: Child,
    client: Client,
}

impl Site {
    fn start(language: &Language) -> Self {
        let (port, kycvs_port) = (free_port(), free_port());
        let files = Files::new();
        let config = files.file("site.toml", config(port, kycvs_port));
        let listen = format!("127.0.0.1:{kycvs_port}");
        let sandbox = Sandbox::start(&["--config", &config, "--listen", &listen, "--people", "1000"], "unknown");
        let [program, arguments @ ..] = &(language.command)(port)[..] else { panic!("a command") };
        let mut command = Command::new(program);
        command.args(arguments).current_dir(format!("{FOLDER}/{}", language.folder));
        command.env("KYCVS", format!("http://{listen}")).env("KYCVS_API_KEY", API_KEY).env("PORT", port.to_string());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn();
        let mut child =
            child.unwrap_or_else(|error| panic!("{program}: {error}: apt-get install {}", language.package));
        let give_up = Instant::now() + PATIENCE;
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(child.try_wait().unwrap().is_none(), "the site ended: is {} installed?", language.package);
            assert!(Instant::now() < give_up, "the site does not listen");
            std::thread::sleep(Duration::from_millis(50));
        }
        Self { sandbox, child, client: Client::new(&format!("http://127.0.0.1:{port}"), "") }
    }

    /// What a person who agrees brings back to the site.
    fn answer(&self, page: &Answer, person: &str) -> String {
        let (mobile, name) = self.sandbox.person(person);
        let session = between(&page.text, "session=\"", "\"");
        let visit = self.sandbox.visitor().get(&format!("/embed/{session}"));
        result_code(&agree(&self.sandbox, &visit, mobile, name))
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn config(port: u16, kycvs_port: u16) -> String {
    format!(
        r#"
        [issuer]
        url = "http://127.0.0.1:{kycvs_port}"
        name = "Example Ministry of Health"
        grievance = "grievance@kycvs.example"
        [[entity]]
        id = "my-site"
        name = "My Site"
        api_key_sha256 = "{}"
        purposes = [{{ code = "booking", text = "to book a ticket" }}]
        origins = ["http://127.0.0.1:{port}"]
        "#,
        sha256(API_KEY)
    )
}

/// Whoever shares gets a ticket with their status; the answer to another booking, none and a made-up one get nothing.
fn issues_tickets(language: &Language) {
    let site = Site::start(language);
    for (person, words) in [("status-0", "not vaccinated"), ("status-1", "partially"), ("status-2", "fully")] {
        let page = site.client.get("/");
        let shown = unescaped(&page.text);
        assert!(shown.contains("/embed.js\"></script>") && shown.contains("<kyc-vs name=\"result_code\""), "{shown}");
        assert_eq!(page.header("cache-control"), "no-store", "who goes back gets another visit");
        let code = site.answer(&page, person);
        let stolen = site.client.submit("/done", &[("result_code", &code)], &site.client.get("/").cookie());
        assert_eq!(stolen.status, 403, "the answer to another booking: {}", stolen.text);
        for _ in 0..2 {
            let ticket = site.client.submit("/done", &[("result_code", &code)], &page.cookie());
            assert!(ticket.status == 200 && ticket.text.contains(words), "{} {}", ticket.status, ticket.text);
        }
        for nothing in
            [&[][..], &[("result_code", "")], &[("result_code", "AAAAAAAAAAAAAAAAAAAAAA")], &[("result_code", "\"}")]]
        {
            assert_eq!(site.client.submit("/done", nothing, &page.cookie()).status, 403, "{nothing:?}");
        }
        site.sandbox.visitor().submit("/sandbox", &[("advance_seconds", "3600")], "");
    }
    let first = site.client.get("/");
    let second = site.client.get_with("/", &[("cookie", &first.cookie())]);
    for (page, person) in [(&second, "status-1"), (&first, "status-2")] {
        let code = site.answer(page, person);
        let done = site.client.submit("/done", &[("result_code", &code)], &first.cookie());
        assert_eq!(done.status, 200, "two tabs of one browser: {}", done.text);
    }
    assert_eq!(site.client.get("/nothing").status, 404);
}

#[test]
fn a_site_in_python_issues_tickets() {
    issues_tickets(&LANGUAGES[0]);
}

#[test]
fn a_site_in_node_issues_tickets() {
    issues_tickets(&LANGUAGES[1]);
}

#[test]
fn a_site_in_php_issues_tickets() {
    issues_tickets(&LANGUAGES[2]);
}

#[test]
fn a_site_in_java_issues_tickets() {
    issues_tickets(&LANGUAGES[3]);
}
