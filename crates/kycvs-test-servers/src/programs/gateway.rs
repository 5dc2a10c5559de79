//! What stands in for an SMS gateway in the Compose file, as a program of its own.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::free_port;
use serde_json::Value;

/// A gateway that prints its messages, until it is dropped.
#[derive(Debug)]
pub struct Gateway {
    child: Child,
    stdout: BufReader<ChildStdout>,
    port: u16,
    texts: HashMap<String, String>,
}

impl Gateway {
    /// Starts it on a free port.
    pub fn start() -> Self {
        let port = free_port();
        let program = concat!(env!("CARGO_MANIFEST_DIR"), "/../kycvs-server/packaging/compose/sms.py");
        let mut command = Command::new("python3");
        command.args([program, &port.to_string()]).stdout(Stdio::piped());
        let mut child = command.spawn().expect("`python3` is missing: apt-get install python3");
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(child.try_wait().expect("the gateway").is_none(), "the gateway ended");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        let stdout = BufReader::new(child.stdout.take().expect("the gateway"));
        Self { child, stdout, port, texts: HashMap::new() }
    }

    /// Where it takes messages.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The code that is sent to a number; it waits for the message.
    pub fn code(&mut self, mobile: &str) -> String {
        Self::code_in(&self.text(mobile))
    }

    /// The message that is sent to a number; it waits for it.
    pub fn text(&mut self, mobile: &str) -> String {
        loop {
            if let Some(text) = self.texts.remove(mobile) {
                return text;
            }
            let mut line = String::new();
            assert_ne!(self.stdout.read_line(&mut line).expect("the gateway"), 0, "the gateway ended");
            let message: Value = serde_json::from_str(&line).expect("the gateway");
            let part = |name: &str| message[name].as_str().expect("the gateway").to_owned();
            self.texts.insert(part("to").trim_start_matches("+91").to_owned(), part("text"));
        }
    }

    /// The code of a message.
    pub fn code_in(text: &str) -> String {
        let mut words = text.split(|letter: char| !letter.is_ascii_digit());
        words.find(|word| word.len() == 6).expect("a code").to_owned()
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
