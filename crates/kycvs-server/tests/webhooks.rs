//! Webhooks, taken by a receiver that verifies them with the library of Standard Webhooks.
//!
//! The first run installs it below the target directory, which takes the network.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::support::{Files, Gateway, ask, configuration, confirm, railway, serve};
use serde_json::{Value, json};

/// Verifies each message by the library, refuses the first `refused` ones by 503, and prints what it took.
const RECEIVER: &str = r#"
import json, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from standardwebhooks import Webhook

hook, refused = Webhook(sys.argv[1]), int(sys.argv[2])

class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        global refused
        body = self.rfile.read(int(self.headers["content-length"]))
        message = hook.verify(body, dict(self.headers))
        refused -= 1
        print(json.dumps({"id": self.headers["webhook-id"], "message": message}), flush=True)
        self.send_response(503 if refused >= 0 else 204)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass

server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
print(json.dumps(server.server_port), flush=True)
server.serve_forever()
"#;

struct Receiver {
    child: Child,
    said: BufReader<ChildStdout>,
    port: u64,
}

impl Receiver {
    fn start(secret: &str, refused: &str) -> Self {
        let mut command = Command::new(python());
        command.args(["-c", RECEIVER, secret, refused]).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        let mut receiver = Self { child, said, port: 0 };
        receiver.port = receiver.next().as_u64().unwrap();
        receiver
    }

    fn next(&mut self) -> Value {
        let mut line = String::new();
        assert_ne!(self.said.read_line(&mut line).unwrap(), 0, "the receiver ended");
        serde_json::from_str(&line).unwrap()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A Python with the library, in a folder of its own.
fn python() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("standardwebhooks");
    fs::create_dir_all(&folder).unwrap();
    let lock = fs::File::create(folder.join("lock")).unwrap();
    lock.lock().unwrap(); // another `cargo test` may be at it; the lock goes when the file is closed
    let (python, wanted) = (folder.join("python/bin/python"), "standardwebhooks==1.0.0");
    let installed = folder.join("installed");
    if !fs::read_to_string(&installed).is_ok_and(|found| found == wanted) {
        let done = |command: &mut Command| assert!(command.status().unwrap().success(), "{command:?}");
        done(Command::new("python3").args(["-m", "venv", "--clear"]).arg(folder.join("python")));
        // Verifying needs nothing but Python's own modules.
        done(Command::new(&python).args(["-m", "pip", "install", "--quiet", "--no-deps", wanted]));
        fs::write(installed, wanted).unwrap();
    }
    python
}

/// A secret that no file publishes.
fn secret() -> String {
    let program = "import base64, os; print(base64.b64encode(os.urandom(32)).decode())";
    let made = Command::new(python()).args(["-c", program]).output().unwrap();
    format!("whsec_{}", String::from_utf8(made.stdout).unwrap().trim())
}

#[test]
fn an_entity_is_told_what_ended_until_it_takes_it() {
    let (folder, mut gateway, secret) = (Files::new(), Gateway::start(), secret());
    let mut receiver = Receiver::start(&secret, "1");
    let (port, gateway_url) = (receiver.port, gateway.url());
    let more = format!(
        "origins = ['https://rail.example']\n[entity.webhook]\nurl = 'http://127.0.0.1:{port}/kycvs'\nsecret = '{secret}'\n\
         [sms.http]\nurl = '{gateway_url}'\njson = '{{\"to\": \"{{to}}\", \"text\": \"{{text}}\"}}'\n",
    );
    let config = folder.file("kycvs.toml", configuration(&more));
    let registry = folder.file("registry.csv", crate::support::REGISTRY);
    let data = folder.path("data");
    crate::support::run("kycvs", ["import", &registry, "--data", &data]);
    let server = serve(&["--config", &config, "--data", &data]);
    let client = railway(&server);

    let asked = ask(&client, "booking", ("9123456780", "Meena Devi"));
    let code = gateway.code("9123456780");
    let granted = confirm(&client, &asked, &code);
    assert_eq!(granted.status, 200, "{}", granted.text);
    let request = asked.json()["id"].clone();
    let (refused, taken) = (receiver.next(), receiver.next());
    assert_eq!(refused, taken, "the same message again, under the same id");
    let told = &taken["message"];
    assert_eq!(told["type"], "status-request.granted");
    assert_eq!(told["data"], json!({ "request": request, "state": "granted" }), "and nothing of the person");

    // The same answer again is the same message; a receiver knows it by its id.
    assert_eq!(confirm(&client, &asked, &code).status, 200);
    assert_eq!(receiver.next()["id"], taken["id"]);

    let declined = ask(&client, "booking", ("9876543210", "Imran Sheikh")).json()["id"].clone();
    client.post(&format!("/v1/status-requests/{}/decline", declined.as_str().unwrap()), json!({}));
    assert_eq!(receiver.next()["message"]["data"], json!({ "request": declined, "state": "declined" }));

    let asked = ask(&client, "booking", ("9123456780", "Nobody At All"));
    assert_eq!(confirm(&client, &asked, &gateway.code("9123456780")).code(), "no-matching-record");
    assert_eq!(receiver.next()["message"]["type"], "status-request.no-record");

    let visit =
        client.post("/v1/embed-sessions", json!({ "purpose": "booking", "origin": "https://rail.example" })).json();
    let path = visit["url"].as_str().unwrap().replace("https://kycvs.example", "");
    assert_eq!(client.submit(&path, &[("action", "decline")], "").status, 200);
    assert_eq!(receiver.next()["message"]["data"], json!({ "visit": visit["id"], "state": "ended" }));

    let metrics = client.get("/metrics").text;
    assert!(metrics.contains("kycvs_webhooks_total{entity=\"rail\",outcome=\"again\"} 1"), "{metrics}");
}
