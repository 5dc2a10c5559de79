//! Kept clients of OpenID Connect, npm's openid-client and Authlib, get a status from a sandbox by configuration alone.
//!
//! The libraries are the real ones, of the versions pinned in `tests/openid_connect/`.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use kycvs_test_servers::packages;
use kycvs_test_servers::programs::{Sandbox, agree, links, press};
use serde_json::{Value, json};

/// Where the libraries are installed, and where their pins and the programs over them are.
const TARGET: &str = env!("CARGO_TARGET_TMPDIR");
const HERE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/openid_connect");

#[test]
fn openid_client_of_npm_gets_a_status() {
    let folder = packages::npm(TARGET, Path::new(HERE));
    each_way(|| {
        let mut command = Command::new("node");
        command.arg(folder.join("client.mjs"));
        command
    });
}

#[test]
fn authlib_gets_a_status() {
    let python = packages::python(TARGET, Path::new(HERE));
    each_way(|| {
        let mut command = Command::new(&python);
        command.arg(Path::new(HERE).join("client.py"));
        command
    });
}

/// People of each status, by either way to send a secret; a code a second time; and somebody who declines.
fn each_way(client: impl Fn() -> Command) {
    let sandbox = Sandbox::demonstration();
    for (person, status, post) in [("status-0", 0, false), ("status-1", 1, true), ("status-2", 2, false)] {
        let (mobile, name) = sandbox.person(person);
        let (mut client, page) = Client::start(client(), &sandbox, post);
        let page = sandbox.visitor().get(&page);
        let told = client.go_on(&back(&sandbox, &agree(&sandbox, &page, mobile, name).text));
        assert_eq!(told["claims"]["vaccination_status"], status, "{told}");
        assert_eq!(told["claims"]["aud"], "railway");
        for claim in ["sub", "vaccination_status", "policy", "as_of", "purpose", "status_token"] {
            assert_eq!(told["userinfo"][claim], told["claims"][claim], "{claim}");
        }
        assert_eq!(told["again"], "invalid_grant", "a code works once");
        let shown = json!({ "token": told["claims"]["status_token"], "audience": "railway" });
        let verified = sandbox.visitor().post("/v1/verify", shown).json();
        assert_eq!(verified["claims"]["vaccination_status"], status, "{verified}");
    }
    let (mut client, page) = Client::start(client(), &sandbox, false);
    let declined = press(&sandbox, &sandbox.visitor().get(&page), "decline", &[]);
    assert_eq!(client.go_on(&back(&sandbox, &declined.text))["error"], "access_denied");
}

/// Goes where a page sends the person, and from there to the client.
fn back(sandbox: &Sandbox, page: &str) -> String {
    let way = links(page).into_iter().find(|link| link.contains("/oidc/return?")).expect("a way on");
    location(sandbox, &way)
}

fn location(sandbox: &Sandbox, url: &str) -> String {
    let answer = sandbox.visitor().get(url);
    assert_eq!(answer.status, 303, "{}", answer.text);
    answer.headers["location"].to_str().unwrap().to_owned()
}

/// A client's own program, which says where it sends the person, and then what came of it.
struct Client {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Client {
    /// Starts it, and gives the page that the person comes to.
    fn start(mut command: Command, sandbox: &Sandbox, post: bool) -> (Self, String) {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the client starts");
        let (stdin, stdout) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut client = Self { child, stdin, stdout };
        let task = json!({
            "issuer": format!("{}/sandbox", sandbox.said("server")),
            "client_id": "railway",
            "client_secret": sandbox.said("key-railway"),
            "redirect_uri": format!("{}/kycvs/return", sandbox.said("site")),
            "scope": "openid kycvs:railway-booking",
            "post": post,
        });
        let url = client.go_on(&task.to_string());
        let page = location(sandbox, url.as_str().expect("a URL"));
        (client, page)
    }

    fn go_on(&mut self, line: &str) -> Value {
        writeln!(self.stdin, "{line}").unwrap();
        let mut said = String::new();
        self.stdout.read_line(&mut said).unwrap();
        serde_json::from_str(&said).unwrap_or_else(|_| panic!("the client said why above: {said}"))
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
