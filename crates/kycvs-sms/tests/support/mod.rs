//! Messages as the service writes them, and a gateway that does what a test tells it.
#![allow(dead_code, unreachable_pub, clippy::panic)] // each test file uses its own part

use std::error::Error;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, LazyLock, Mutex};

use chrono::TimeDelta;
use kycvs::consent::{DataFiduciary, Identifier, Label, Language, Purpose, VerifyingEntity};
use kycvs::domain::{Mobile, PersonName};
use kycvs::registry::{RegistryKey, SealedRegistry};
use kycvs::token::{Algorithm, SigningKey, TokenIssuer};
use kycvs::{
    CollectingSender, MeRequest, OtpDomain, OtpMessage, OtpSender, Person, RegisteredEntity, SendError, ServiceKey,
    StatusRequest, StatusService, StatusServiceBuilder,
};
use kycvs_memory::MemoryStore;
use kycvs_sms::{HostWords, SmsError};

pub const NUMBER: &str = "9876543210";

pub fn label(text: &str) -> Label {
    Label::parse(text).unwrap()
}

pub fn entity(name: &str) -> RegisteredEntity {
    let purpose = Purpose {
        code: Identifier::parse("booking").unwrap(),
        text: label("to book a railway ticket"),
        onward_sharing: true,
    };
    let entity = VerifyingEntity { id: Identifier::parse("rail").unwrap(), name: label(name) };
    RegisteredEntity::new(entity, [purpose])
}

/// What [`service`] puts into every message.
pub fn words() -> HostWords<'static> {
    static WORDS: LazyLock<(Label, OtpDomain)> =
        LazyLock::new(|| (label("Ministry of Health"), OtpDomain::parse("kycvs.example").unwrap()));
    let (issuer, domain) = &*WORDS;
    HostWords { issuer, domain: Some(domain), links: None, validity: TimeDelta::minutes(3) }
}

/// The message that the service sends for one request.
pub async fn message(language: Language) -> OtpMessage {
    let outbox = Arc::new(CollectingSender::default());
    let service = service(outbox.clone(), |builder| builder).await;
    service.request(request(NUMBER, language)).await.unwrap();
    outbox.messages().pop().unwrap()
}

/// The message with which a person opens their own page.
pub async fn own_page_message(language: Language) -> OtpMessage {
    let outbox = Arc::new(CollectingSender::default());
    let service = service(outbox.clone(), |builder| builder).await;
    let (mobile, name) = (Mobile::parse(NUMBER).unwrap(), PersonName::parse("Asha Rao").unwrap());
    service.open_me(MeRequest { mobile, name, language, network: None }).await.unwrap();
    outbox.messages().pop().unwrap()
}

/// A service with an empty registry.
pub async fn service(
    sender: Arc<dyn OtpSender>,
    set: impl FnOnce(StatusServiceBuilder) -> StatusServiceBuilder,
) -> StatusService {
    let store = Arc::new(MemoryStore::new());
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let fiduciary = DataFiduciary {
        id: Identifier::parse("mohfw").unwrap(),
        name: label("Ministry of Health"),
        contact: label("help@kycvs.example"),
        grievance: label("grievance@kycvs.example"),
        withdrawal: label("https://kycvs.example/withdraw"),
    };
    let registry = SealedRegistry::open(&RegistryKey::from_bytes([1; 32]), store.clone()).await.unwrap();
    let builder = StatusService::builder()
        .fiduciary(fiduciary)
        .entity(entity("Indian Railways"))
        .registry(Arc::new(registry))
        .store(store)
        .sender(sender)
        .otp_domain(OtpDomain::parse("kycvs.example").unwrap())
        .issuer(TokenIssuer::new("https://kycvs.example", Arc::new(key)).unwrap())
        .key(ServiceKey::from_bytes([2; 32]));
    set(builder).build().unwrap()
}

pub fn request(number: &str, language: Language) -> StatusRequest {
    StatusRequest {
        entity: Identifier::parse("rail").unwrap(),
        people: vec![Person::new(Mobile::parse(number).unwrap(), PersonName::parse("Asha Rao").unwrap())],
        purpose: Identifier::parse("booking").unwrap(),
        policy: None,
        on: None,
        reference: None,
        language,
        shows_notice: true,
    }
}

/// The reason within a sender's error. It may show nothing of the message.
pub fn reason(error: &SendError, message: &OtpMessage) -> String {
    let mut shown = format!("{error} {error:?}");
    let mut source = error.source();
    while let Some(cause) = source {
        shown += &format!(" {cause} {cause:?}");
        source = cause.source();
    }
    for secret in [NUMBER, message.code.secret(), message.text.as_str(), "secret"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    let (SendError::NotSent(reason) | SendError::Unknown(reason)) = error;
    let reason: &SmsError = reason.downcast_ref().unwrap();
    let name = format!("{reason:?}");
    let may_be_sent = ["Uncertain", "Unconfirmed", "UnexpectedAnswer"].iter().any(|unknown| name.starts_with(unknown));
    assert_eq!(matches!(error, SendError::Unknown(_)), may_be_sent, "{name}");
    name.split([' ', '(']).next().unwrap().to_owned()
}

/// A gateway on a loopback port: `answer` is called with each connection after its request was read.
pub struct Server {
    pub port: u16,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub fn start(answer: impl Fn(&mut TcpStream) + Send + 'static) -> Self {
        Self::hearing(|_| {}, answer)
    }

    /// The same, that hands each request on before it answers.
    pub fn hearing(hear: impl Fn(&str) + Send + 'static, answer: impl Fn(&mut TcpStream) + Send + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = requests.clone();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().map(Result::unwrap) {
                let request = read_request(&mut stream);
                hear(&request);
                seen.lock().unwrap().push(request);
                answer(&mut stream);
            }
        });
        Self { port, requests }
    }

    /// One that says these bytes and hangs up.
    pub fn saying(words: &'static str) -> Self {
        Self::start(move |stream| drop(stream.write_all(words.as_bytes())))
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/send", self.port)
    }

    /// Every request that came, with its body.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

pub fn read_request(stream: &mut impl Read) -> String {
    let mut request = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&request);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return text.into_owned();
            }
        }
        match stream.read(&mut chunk) {
            Ok(count) if count > 0 => request.extend_from_slice(&chunk[..count]),
            _ => return String::from_utf8_lossy(&request).into_owned(),
        }
    }
}
