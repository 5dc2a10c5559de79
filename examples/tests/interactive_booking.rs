//! A person at the terminal books a ticket, with every slip on the way.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

mod support;

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use support::{Folder, REGISTRY, program};

const MOBILE: &str = "Mobile number (empty to end): ";
const NAME: &str = "Name: ";
const CODE: &str = "Code (or `resend`, or `decline`): ";

/// The program, as somebody sees it who reads up to each question and types.
struct Terminal {
    child: Child,
    keyboard: Option<ChildStdin>,
    screen: ChildStdout,
}

impl Terminal {
    fn open(args: &[&str]) -> Self {
        let mut command = Command::new(program("railway_booking"));
        command.arg("--interactive").args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (keyboard, screen) = (child.stdin.take(), child.stdout.take().unwrap());
        Self { child, keyboard, screen }
    }

    /// Reads until the question is there; gives what came before it.
    #[track_caller]
    fn until(&mut self, question: &str) -> String {
        let mut shown = Vec::new();
        let mut byte = [0];
        while !shown.ends_with(question.as_bytes()) {
            let read = self.screen.read(&mut byte).unwrap();
            assert_eq!(read, 1, "no {question:?} in: {}", String::from_utf8_lossy(&shown));
            shown.extend(byte);
        }
        String::from_utf8(shown).unwrap()
    }

    fn types(&mut self, text: &str) {
        writeln!(self.keyboard.as_mut().unwrap(), "{text}").unwrap();
    }

    /// Gives mobile and name; what is shown up to the question for the code, and the code of the SMS in it.
    #[track_caller]
    fn begins(&mut self, mobile: &str, name: &str) -> (String, String) {
        self.until(MOBILE);
        self.types(mobile);
        self.until(NAME);
        self.types(name);
        let shown = self.until(CODE);
        let (_, sms) = shown.split_once("SMS to …").unwrap();
        let code = sms.split(' ').nth(1).unwrap().to_owned();
        (shown, code)
    }

    #[track_caller]
    fn ends(mut self) {
        drop(self.keyboard.take());
        let mut rest = String::new();
        self.screen.read_to_string(&mut rest).unwrap();
        let output = self.child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]), "{rest}");
    }
}

/// Some code of six digits that is not this one.
fn other_than(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

#[test]
fn a_ticket_after_a_few_slips() {
    let folder = Folder::new();
    let (registry, out) = (folder.file("registry.csv", REGISTRY), folder.path("out"));
    let mut terminal = Terminal::open(&["--registry", &registry, "--out", &out]);
    let shown = terminal.until(MOBILE);
    assert!(!shown.contains("Asha"), "the people of one's own registry are not shown: {shown}");
    terminal.types("12345");
    assert!(terminal.until(MOBILE).contains("ten digits"));
    terminal.types("+91 98765-43210");
    terminal.until(NAME);
    terminal.types("");
    assert!(terminal.until(NAME).contains("the name is empty"));
    terminal.types("Asha Laxmi Rao");

    let shown = terminal.until(CODE);
    let (notice, sms) = shown.split_once("SMS to …3210: ").expect("the notice, then the SMS");
    assert!(notice.contains("Example Railways asks for the vaccination status of"), "{notice}");
    let code = sms.get(..6).unwrap().to_owned();
    for (typed, told) in
        [("", "the digits of the SMS"), ("resend", "try again in"), (&other_than(&code), "attempts left: 2")]
    {
        terminal.types(typed);
        let shown = terminal.until(CODE);
        assert!(shown.contains(told), "{typed:?}: {shown}");
    }
    terminal.types(&code);
    let shown = terminal.until(MOBILE);
    assert!(shown.contains("TICKET    PNR ") && shown.contains("2, fully vaccinated"), "{shown}");
    assert!(folder.read("out/jwks.json").contains("ES256") && folder.read("out/ticket-1.jwt").contains('.'));
    terminal.types("");
    terminal.ends();
}

#[test]
fn no_ticket_for_a_wrong_name_a_decline_or_three_wrong_codes() {
    let folder = Folder::new();
    let registry = folder.file("registry.csv", REGISTRY);
    let mut terminal = Terminal::open(&["--registry", &registry]);

    let (_, code) = terminal.begins("9876543210", "Ravi Kumar");
    terminal.types(&code);
    terminal.begins("9123456780", "Meena Devi");
    terminal.types("decline");
    let (shown, code) = terminal.begins("9876543210", "Imran Sheikh");
    assert!(!shown.contains("TICKET"), "{shown}");
    for left in ["2", "1"] {
        terminal.types(&other_than(&code));
        assert!(terminal.until(CODE).contains(&format!("attempts left: {left}")));
    }
    terminal.types(&other_than(&code));
    let shown = terminal.until(MOBILE);
    assert!(shown.contains("No ticket: the code is wrong (attempts left: 0)"), "{shown}");
    terminal.ends();
}

#[test]
fn a_number_gets_eight_codes_in_ten_minutes() {
    let folder = Folder::new();
    let registry = folder.file("registry.csv", REGISTRY);
    let mut terminal = Terminal::open(&["--registry", &registry]);
    for _ in 0..8 {
        terminal.begins("9876543210", "Imran Sheikh");
        terminal.types("decline");
    }
    terminal.until(MOBILE);
    terminal.types("9876543210");
    terminal.until(NAME);
    terminal.types("Imran Sheikh");
    let shown = terminal.until(MOBILE);
    assert!(shown.contains("too many requests (try again in "), "{shown}");
    terminal.ends();
}

#[test]
fn a_terminal_that_closes_amid_a_booking_ends_it() {
    let mut terminal = Terminal::open(&["--people", "1000"]);
    let shown = terminal.until("(not registered)");
    assert!(shown.contains("nobody in it exists") && shown.contains("(partially vaccinated)"), "{shown}");
    terminal.begins("9876543210", "Asha Rao");
    terminal.ends();
}
