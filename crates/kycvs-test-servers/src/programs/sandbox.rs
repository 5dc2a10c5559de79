use std::ops::{Deref, DerefMut};

use kycvs_test_programs::Program;

use super::Client;

/// The program `kycvs-sandbox`, or an example with a sandbox in it, that runs until it is dropped.
#[derive(Debug)]
pub struct Sandbox(Program);

impl Sandbox {
    /// A small one, with its site.
    pub fn demonstration() -> Self {
        Self::start(&["--people", "1000", "--site-listen", "127.0.0.1:0"], "unknown")
    }

    /// Starts one on a free port, and waits until it has said the line that begins with `last`.
    pub fn start(args: &[&str], last: &str) -> Self {
        let listen: &[&str] = if args.contains(&"--listen") { &[] } else { &["--listen", "127.0.0.1:0"] };
        Self(Program::start("kycvs-sandbox", &[listen, args].concat(), last))
    }

    /// Someone to try: mobile and name.
    pub fn person(&self, word: &str) -> (&str, &str) {
        let (mobile, name) = self.said(word).split_once("  ").expect("mobile and name");
        (mobile, name.split("  (").next().unwrap_or_default())
    }

    /// The server of an entity.
    pub fn client(&self, entity: &str) -> Client {
        Client::new(self.said("server"), &format!("Bearer {}", self.said(&format!("key-{entity}"))))
    }

    /// Someone without a key, such as a person with a browser.
    pub fn visitor(&self) -> Client {
        Client::new(self.said("server"), "")
    }

    /// The code that was sent last to a number.
    pub fn code(&self, mobile: &str) -> String {
        let sent = self.visitor().get(&format!("/sandbox/outbox?mobile={mobile}")).json();
        let last = sent.as_array().and_then(|sent| sent.last()).expect("a message");
        last["code"].as_str().expect("a code").to_owned()
    }
}

impl From<Program> for Sandbox {
    fn from(program: Program) -> Self {
        Self(program)
    }
}

impl Deref for Sandbox {
    type Target = Program;

    fn deref(&self) -> &Program {
        &self.0
    }
}

impl DerefMut for Sandbox {
    fn deref_mut(&mut self) -> &mut Program {
        &mut self.0
    }
}
