use std::path::Path;

use crate::folder::Folder;
use crate::{Process, free_port};

/// A real Kannel: bearerbox, smsbox and the fakesmsc that stands for an operator and shows what reached it.
#[derive(Debug)]
pub struct Kannel {
    smsbox: Process,
    fakesmsc: Process,
    _bearerbox: Process,
    port: u16,
    folder: Folder,
}

/// A message as the operator got it, its parts put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedSms {
    /// The sender, or header.
    pub from: String,
    /// The number.
    pub to: String,
    /// The text.
    pub text: String,
}

const PACKAGE: &str = "kannel kannel-extras";

impl Kannel {
    /// The user of its sendsms service.
    pub const USERNAME: &'static str = "kycvs";
    /// The password of that user.
    pub const PASSWORD: &'static str = "kannel-secret";

    /// Starts all three, and waits until the operator is connected.
    pub fn start() -> Self {
        Self::start_losing(None)
    }

    /// The same, but for messages to numbers that begin with `lost`, such as `+919876`: they are taken, and go by a route of
    /// the operator at whose end nobody is. There is no delivery report for them, neither good nor bad.
    pub fn start_losing(lost: Option<&str>) -> Self {
        let folder = Folder::new();
        let [admin, boxes, operator, port] = [(); 4].map(|()| free_port());
        let lost = lost.map(|prefix| (prefix, free_port()));
        std::fs::write(folder.path().join("kannel.conf"), configuration(admin, boxes, operator, port, lost))
            .expect("Kannel's configuration");
        let start = |program: &str, arguments: &[&str]| {
            Process::start(program, PACKAGE, arguments.iter().copied(), folder.path(), true)
        };
        let mut bearerbox = start("bearerbox", &["kannel.conf"]);
        bearerbox.wait_for_port(operator);
        bearerbox.wait_for_port(boxes);
        // `-m 0`: it sends nothing of its own.
        let (operator, nothing) = (operator.to_string(), "1 2 text nothing");
        let fakesmsc = "/usr/lib/kannel/test/fakesmsc";
        let fakesmsc = start(fakesmsc, &["-H", "127.0.0.1", "-r", &operator, "-m", "0", nothing]);
        let mut smsbox = start("smsbox", &["kannel.conf"]);
        smsbox.wait_for_port(port);
        Self { smsbox, fakesmsc, _bearerbox: bearerbox, port, folder }
    }

    /// The URL of its sendsms service.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/cgi-bin/sendsms", self.port)
    }

    /// Waits until `count` messages reached the operator, and gives them in the order in which they did.
    pub fn wait_for(&mut self, count: usize) -> Vec<ReceivedSms> {
        let log = self.folder.path().join("fakesmsc.log");
        self.fakesmsc.wait_until("got the messages", || read(&log).len() >= count);
        read(&log)
    }

    /// What smsbox has said.
    pub fn smsbox_log(&self) -> String {
        self.smsbox.log()
    }
}

fn configuration(admin: u16, boxes: u16, operator: u16, port: u16, lost: Option<(&str, u16)>) -> String {
    let (username, password) = (Kannel::USERNAME, Kannel::PASSWORD);
    let denied = lost.map(|(prefix, _)| format!("denied-prefix = {prefix}\n")).unwrap_or_default();
    let route = lost.map(|(prefix, port)| {
        format!("\ngroup = smsc\nsmsc = fake\nsmsc-id = hole\nport = {port}\nallowed-prefix = {prefix}\n")
    });
    let route = route.unwrap_or_default();
    format!(
        "group = core
admin-port = {admin}
admin-interface = 127.0.0.1
admin-password = {password}
smsbox-port = {boxes}
smsbox-interface = 127.0.0.1
box-allow-ip = 127.0.0.1

group = smsc
smsc = fake
smsc-id = operator
port = {operator}
connect-allow-ip = 127.0.0.1
{denied}{route}
group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {port}
sendsms-interface = 127.0.0.1

group = sendsms-user
username = {username}
password = {password}
max-messages = 10
concatenation = true
"
    )
}

/// One line of fakesmsc: a message, or a part of one.
struct Part {
    from: String,
    to: String,
    bytes: Vec<u8>,
    /// Whether more parts follow.
    more: bool,
}

fn read(log: &Path) -> Vec<ReceivedSms> {
    let log = std::fs::read(log).unwrap_or_default();
    let log = String::from_utf8_lossy(&log);
    let lines =
        log.lines().filter_map(|line| line.split_once("Got message ")?.1.split_once(": <")?.1.strip_suffix('>'));
    let mut messages = Vec::new();
    let mut whole: Vec<u8> = Vec::new();
    for Part { from, to, bytes, more } in lines.filter_map(part) {
        whole.extend(bytes);
        if !more {
            messages.push(ReceivedSms { from, to, text: text(&std::mem::take(&mut whole)) });
        }
    }
    messages
}

/// Reads `FROM TO text WORDS` (which fakesmsc cuts at a line break, and so does this), `FROM TO ucs-2 ENCODED` or `FROM TO udh ENCODED data ENCODED`.
fn part(line: &str) -> Option<Part> {
    let mut words = line.splitn(4, ' ');
    let (from, to, kind, rest) = (words.next()?.to_owned(), words.next()?.to_owned(), words.next()?, words.next()?);
    let (bytes, more) = match kind {
        "text" => (rest.as_bytes().to_vec(), false),
        "ucs-2" | "data" => (decode(rest), false),
        "udh" => {
            let (header, data) = rest.split_once(" data ")?;
            // 05 00 03, a reference, how many parts, which one (3GPP TS 23.040, 9.2.3.24.1).
            let header = decode(header);
            (decode(data), header.get(4) != header.get(5))
        }
        _ => return None,
    };
    Some(Part { from, to, bytes, more })
}

/// Takes a form's encoding away: `%09` and `+`.
fn decode(text: &str) -> Vec<u8> {
    let (mut bytes, mut decoded) = (text.bytes(), Vec::new());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || bytes.next().and_then(|digit| char::from(digit).to_digit(16)).expect("two digits");
                u8::try_from(digit() * 16 + digit()).expect("two digits are a byte")
            }
            other => other,
        });
    }
    decoded
}

/// fakesmsc does not say how a part is coded. A UCS-2 text has a zero byte, in its spaces and digits; no other has.
fn text(bytes: &[u8]) -> String {
    if !bytes.contains(&0) {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    let units: Vec<_> = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    String::from_utf16_lossy(&units)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_put_together() {
        let folder = tempfile::tempdir().expect("a folder");
        let log = folder.path().join("log");
        let lines = [
            "x DEBUG: Got message 1: <KYCVSX +91 ucs-2 %004%00+%09%15>",
            "x INFO: something else",
            "x DEBUG: Got message 2: <KYCVSX +91 udh %05%00%03%02%02%01 data one+%2B>",
            "x DEBUG: Got message 3: <KYCVSX +91 udh %05%00%03%02%02%02 data two%0A>",
            "x DEBUG: Got message 4: <KYCVSX +91 text a b>",
        ];
        std::fs::write(&log, lines.join("\n")).expect("a log");
        let texts: Vec<_> = read(&log).into_iter().map(|message| message.text).collect();
        assert_eq!(texts, ["4 क", "one +two\n", "a b"]);
    }
}
