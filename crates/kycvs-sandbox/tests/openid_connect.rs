//! Kept clients of OpenID Connect, npm's openid-client and Authlib, get a status from a sandbox by configuration alone.
//!
//! The libraries are the real ones, of the versions pinned in `tests/openid_connect/`. The first run installs them below the
//! target directory, which takes the network; later runs find them there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use kycvs_test_servers::programs::{Sandbox, agree, links, press};
use serde_json::{Value, json};

/// What to do when one of them is missing.
const PYTHON: &str = "install Python 3.10 or later with venv (Debian: apt install python3-venv)";
const NODE: &str = "install Node.js 20 or later with npm (https://nodejs.org)";

#[test]
fn openid_client_of_npm_gets_a_status() {
    let folder = folder("node", &["package.json", "package-lock.json"], |folder| {
        run(Command::new("npm").args(["ci", "--silent", "--prefix"]).arg(folder), NODE);
    });
    each_way(|| {
        let mut command = Command::new("node");
        command.arg(source("client.mjs")).arg(&folder);
        command
    });
}

#[test]
fn authlib_gets_a_status() {
    let folder = folder("python", &["requirements.txt"], |folder| {
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(folder.join("venv")), PYTHON);
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
        let mut pip_install = Command::new(folder.join("venv/bin/python"));
        run(pip_install.args(pip).arg(source("requirements.txt")), "pip needs the network, once");
    });
    each_way(|| {
        let mut command = Command::new(folder.join("venv/bin/python"));
        command.arg(source("client.py"));
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

/// Installs what some pins say, once.
fn folder(name: &str, pins: &[&str], install: impl FnOnce(&Path)) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("openid_connect").join(name);
    fs::create_dir_all(&folder).unwrap();
    let lock = File::create(folder.join("lock")).unwrap();
    lock.lock().unwrap(); // another `cargo test` may be at it; the lock goes when the file is closed
    let wanted: String = pins.iter().map(|pin| fs::read_to_string(source(pin)).unwrap()).collect();
    let installed = folder.join("installed");
    if !fs::read_to_string(&installed).is_ok_and(|found| found == wanted) {
        for pin in pins {
            fs::copy(source(pin), folder.join(pin)).unwrap();
        }
        install(&folder);
        fs::write(installed, wanted).unwrap();
    }
    folder
}

fn run(command: &mut Command, hint: &str) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}. To run this test, {hint}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} failed: {said}\nTo run this test, {hint}");
}

fn source(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/openid_connect").join(file)
}
