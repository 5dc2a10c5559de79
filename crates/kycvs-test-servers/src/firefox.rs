use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::folder::Folder;
use crate::{Process, free_port};

const PACKAGE: &str = "firefox-esr";
/// How long what is waited for may take. Generous: several browsers and a build may share two cores.
const PATIENCE: Duration = Duration::from_secs(60);

/// A real headless Firefox with a profile of its own. It is driven by WebDriver BiDi, which it speaks itself over a WebSocket: Debian has
/// no geckodriver.
#[derive(Debug)]
pub struct Firefox {
    _program: Process,
    socket: BufReader<TcpStream>,
    commands: u64,
    /// The page in front.
    page: String,
    _folder: Folder,
}

impl Firefox {
    /// Starts it, with an empty page in front.
    pub fn start() -> Self {
        let (folder, port) = (Folder::new(), free_port());
        let profile = folder.path().join("profile");
        std::fs::create_dir(&profile).expect("a profile");
        let (home, profile, port_is) =
            (format!("HOME={}", folder.path().display()), profile.display().to_string(), port.to_string());
        let arguments = [
            &home,
            "firefox-esr",
            "--headless",
            "--no-remote",
            "--profile",
            &profile,
            "--remote-debugging-port",
            &port_is,
        ];
        let mut program = Process::start("env", PACKAGE, arguments, folder.path(), false);
        program.wait_for_port(port);
        let socket = open(port);
        let mut firefox = Self { _program: program, socket, commands: 0, page: String::new(), _folder: folder };
        firefox.command("session.new", json!({ "capabilities": {} })).expect("a session");
        let tree = firefox.command("browsingContext.getTree", json!({})).expect("the pages");
        firefox.page = tree["contexts"][0]["context"].as_str().expect("a page").to_owned();
        firefox
    }

    /// Goes to a URL, and waits until it is loaded.
    pub fn goto(&mut self, url: &str) {
        let to = json!({ "context": self.page, "url": url, "wait": "complete" });
        self.command("browsingContext.navigate", to).expect("a page that loads");
    }

    /// Waits until an expression is true in the page, or in the frame whose URL has `frame` in it.
    pub fn holds(&mut self, frame: Option<&str>, expression: &str) {
        let give_up = Instant::now() + PATIENCE;
        loop {
            // A document may be exchanged meanwhile, which is no failure.
            let held = self.evaluate(frame, &format!("Boolean({expression})"));
            if held == Ok(Value::Bool(true)) {
                return;
            }
            if Instant::now() > give_up {
                let text = self.evaluate(frame, "location.href + document.body.innerText");
                panic!("{expression} does not hold ({held:?}): {text:?}");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Types into a field by keys, as a person does.
    pub fn type_into(&mut self, frame: Option<&str>, field: &str, text: &str) {
        self.holds(
            frame,
            &format!("(document.querySelector({field:?}).focus(), document.activeElement.matches({field:?}))"),
        );
        let keys = |key: char| [json!({ "type": "keyDown", "value": key }), json!({ "type": "keyUp", "value": key })];
        let keys: Vec<Value> = text.chars().flat_map(keys).collect();
        let context = self.context(frame).expect("the frame");
        let actions = json!({ "context": context, "actions": [{ "type": "key", "id": "keys", "actions": keys }] });
        self.command("input.performActions", actions).expect("keys");
    }

    /// Presses a button.
    pub fn press(&mut self, frame: Option<&str>, button: &str) {
        self.holds(
            frame,
            &format!("document.querySelector({button:?}) && !document.querySelector({button:?}).disabled"),
        );
        self.evaluate(frame, &format!("(document.querySelector({button:?}).click(), true)")).expect("a press");
    }

    /// The value of an expression, as JSON has it.
    fn evaluate(&mut self, frame: Option<&str>, expression: &str) -> Result<Value, String> {
        let context = self.context(frame)?;
        let asked = json!({ "expression": format!("JSON.stringify({expression})"), "target": { "context": context }, "awaitPromise": true });
        let said = self.command("script.evaluate", asked)?;
        let text = said["result"]["value"].as_str().ok_or_else(|| said.to_string())?;
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    fn context(&mut self, frame: Option<&str>) -> Result<String, String> {
        let Some(frame) = frame else { return Ok(self.page.clone()) };
        let tree = self.command("browsingContext.getTree", json!({ "root": self.page }))?;
        find(&tree["contexts"], frame).ok_or_else(|| format!("no frame of {frame} in {tree}"))
    }

    /// Sends a command, and waits for what it answers. Events are passed over.
    fn command(&mut self, method: &str, params: Value) -> Result<Value, String> {
        self.commands += 1;
        let command = json!({ "id": self.commands, "method": method, "params": params });
        send(self.socket.get_mut(), 1, command.to_string().as_bytes());
        loop {
            let mut answer: Value = serde_json::from_slice(&receive(&mut self.socket)).expect("JSON");
            if answer["id"] == json!(self.commands) {
                return if answer["type"] == "success" { Ok(answer["result"].take()) } else { Err(answer.to_string()) };
            }
        }
    }
}

/// The frame, in any depth, whose URL has a text in it.
fn find(contexts: &Value, text: &str) -> Option<String> {
    contexts.as_array()?.iter().find_map(|context| {
        let is_it = context["url"].as_str().is_some_and(|url| url.contains(text));
        if is_it { context["context"].as_str().map(str::to_owned) } else { find(&context["children"], text) }
    })
}

/// Opens the WebSocket.
fn open(port: u16) -> BufReader<TcpStream> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("a connection");
    stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
    let request = format!(
        "GET /session HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: a3ljdnMgdGVzdHMgaXQhIQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).expect("a request");
    let mut socket = BufReader::new(stream);
    let mut line = String::new();
    socket.read_line(&mut line).expect("an answer");
    assert!(line.contains("101"), "{line}");
    while line != "\r\n" {
        line.clear();
        socket.read_line(&mut line).expect("a header");
    }
    socket
}

/// Sends a frame, as a whole message. Firefox wants a mask that is not zero, and the shortest form of a length.
fn send(stream: &mut TcpStream, opcode: u8, payload: &[u8]) {
    const MASK: [u8; 4] = *b"mask";
    let mut frame = vec![0x80 | opcode];
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(short @ 0..=125), _) => frame.push(0x80 | short),
        (_, Ok(long)) => {
            frame.push(0x80 | 126);
            frame.extend(long.to_be_bytes());
        }
        _ => {
            frame.push(0x80 | 127);
            frame.extend((payload.len() as u64).to_be_bytes());
        }
    }
    frame.extend(MASK);
    frame.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    stream.write_all(&frame).expect("a frame is sent");
}

/// The next message, of as many frames as it comes in.
fn receive(socket: &mut BufReader<TcpStream>) -> Vec<u8> {
    let mut message = Vec::new();
    loop {
        let [first, length] = read(socket);
        let length = match length {
            126 => u64::from(u16::from_be_bytes(read(socket))),
            127 => u64::from_be_bytes(read(socket)),
            short => short.into(),
        };
        let mut payload = vec![0; usize::try_from(length).expect("a length")];
        socket.read_exact(&mut payload).expect("a frame");
        match first & 0x0F {
            0 | 1 => message.extend(payload),
            9 => send(socket.get_mut(), 10, &payload),
            other => panic!("a frame of kind {other}"),
        }
        if first & 0x80 != 0 && first & 0x0F < 2 {
            return message;
        }
    }
}

fn read<const COUNT: usize>(socket: &mut BufReader<TcpStream>) -> [u8; COUNT] {
    let mut bytes = [0; COUNT];
    socket.read_exact(&mut bytes).expect("a frame");
    bytes
}
