//! Memory that was given back holds no name and no code: the process looks at itself, by Linux's `/proc`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking
#![cfg(target_os = "linux")]

mod support;

use std::fs::{self, File};
use std::hint::black_box;
use std::os::unix::fs::FileExt;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use kycvs::consent::{CodeProof, Random};
use kycvs::registry::{ImportOptions, RegistryCsv, RegistryKey, SealedRegistry};
use kycvs::{OtpMessage, OtpSender, SendError, SystemRandomness};
use kycvs_memory::MemoryStore;
use support::{asked, over, rail};
use zeroize::Zeroizing;

/// A text that is to be found in memory, or not. It is kept with all bits turned, so that it does not find itself.
struct Wanted(Vec<u8>);

impl Wanted {
    fn new(text: &str) -> Self {
        Self(text.bytes().map(|byte| !byte).collect())
    }

    /// How often memory that can be written holds it: all but the stack of this thread.
    fn times(&self) -> usize {
        let here = 0_u8;
        let stack = std::ptr::from_ref(black_box(&here)).addr();
        let memory = File::open("/proc/self/mem").unwrap();
        let mut times = 0;
        for line in fs::read_to_string("/proc/self/maps").unwrap().lines() {
            let mut parts = line.split_ascii_whitespace();
            let (range, rights, name) = (parts.next().unwrap(), parts.next().unwrap(), parts.nth(3));
            let (begin, end) = range.split_once('-').unwrap();
            let [begin, end] = [begin, end].map(|address| usize::from_str_radix(address, 16).unwrap());
            let is_ours = rights.starts_with("rw") && name.is_none_or(|name| name == "[heap]");
            if !is_ours || (begin..end).contains(&stack) {
                continue;
            }
            let mut bytes = Zeroizing::new(vec![0; end - begin]);
            // A part that was given back meanwhile cannot be read.
            if memory.read_exact_at(&mut bytes, begin as u64).is_ok() {
                times += self.times_in(&bytes);
            }
        }
        times
    }

    fn times_in(&self, bytes: &[u8]) -> usize {
        let Some(first) = self.0.first().map(|turned| !turned) else { return 0 };
        let is_it = |at: usize| {
            let place = bytes.get(at..at + self.0.len()).unwrap_or_default();
            !place.is_empty() && place.iter().zip(&self.0).all(|(byte, turned)| *byte == !*turned)
        };
        bytes.iter().enumerate().filter(|(at, byte)| **byte == first && is_it(*at)).count()
    }
}

/// A name that is drawn when the test runs, so that no text of this program is it.
fn drawn_name() -> Zeroizing<String> {
    let mut random = [0; 19];
    SystemRandomness.fill(&mut random).unwrap();
    let mut name = Zeroizing::new(String::with_capacity(20));
    name.push('z');
    name.extend(random.iter().map(|byte| char::from(b'a' + byte % 26)));
    name
}

/// How many people have that name, each on a mobile of their own: what is left of one may be overwritten by the next.
const PEOPLE: u32 = 100;

fn mobile(number: u32) -> String {
    format!("98765{number:05}")
}

/// A phone that holds the last message.
#[derive(Default)]
struct Phone(Mutex<Option<OtpMessage>>);

#[async_trait]
impl OtpSender for Phone {
    async fn send(&self, message: OtpMessage) -> Result<(), SendError> {
        self.0.lock().unwrap().replace(message);
        Ok(())
    }
}

/// Registers them from a file, with as many rows that are bad.
async fn import(store: Arc<MemoryStore>, name: &str) {
    let registry = SealedRegistry::open(&RegistryKey::from_bytes([1; 32]), store).await.unwrap();
    let mut csv = Zeroizing::new(Vec::with_capacity(100 + 200 * PEOPLE as usize));
    csv.extend_from_slice(b"beneficiary_id,name,mobile,birth_date,product,given_on,dose_number,batch\n");
    for number in 0..PEOPLE {
        for product in ["COVISHIELD", "Nothing of the sort"] {
            let (id, mobile) = ((9_000 + number).to_string(), mobile(number));
            for part in [&id, ",", name, ",", &mobile, ",1986-02-11,", product, ",2021-04-03,,\n"] {
                csv.extend_from_slice(part.as_bytes());
            }
        }
    }
    let options = ImportOptions::new("2021-12-01".parse().unwrap());
    let summary = registry.import_csv(RegistryCsv::open(&csv[..]).unwrap(), &options, &mut |_| ()).await.unwrap();
    assert_eq!((summary.rows, summary.bad_rows), (2 * u64::from(PEOPLE), u64::from(PEOPLE)));
}

/// What is not looked for is in docs/threat-model.md, such as the ten digits of a number.
#[tokio::test]
async fn a_finished_request_leaves_no_code_no_name_no_message_and_no_notice_in_memory() {
    let (store, phone, name) = (Arc::new(MemoryStore::new()), Arc::new(Phone::default()), drawn_name());
    let host = over(store.clone(), None, |builder| builder.sender(phone.clone())).await;
    let recorded = Wanted::new(&name);
    import(store, &name).await;
    assert_eq!(recorded.times(), 1, "after an import, the test's own is the only one");

    let mut codes = Vec::new();
    for number in 0..3 {
        let open = host.service.request(asked(&mobile(number), &name)).await.unwrap();
        let message = phone.0.lock().unwrap().take().unwrap();
        let code = Wanted::new(message.code.secret());
        if number == 0 {
            let is_found = [&code, &in_messages(&name), &in_notices(&name)].map(|wanted| wanted.times() > 0);
            assert_eq!(is_found, [true; 3], "what is there is found");
        }
        codes.push(code);
        let confirmation = open.confirmation(CodeProof::from_typed(message.code.secret()).unwrap());
        drop(message);
        let answers = host.service.confirm(&rail(), &open.id, &confirmation).await.unwrap();
        assert!(answers.only().is_ok());
    }
    let texts = [in_messages(&name), in_notices(&name)];
    drop(name);
    let codes: usize = codes.iter().map(Wanted::times).sum();
    let texts = texts.map(|text| text.times());
    assert_eq!((codes, recorded.times(), texts), (0, 0, [0, 0]), "codes, the name, the message and the notice");
}

/// The same of a notice.
fn in_notices(name: &str) -> Wanted {
    Wanted::new(&Zeroizing::new(format!("{} in its vaccination", &name[1..])))
}

/// What of a name is in a message and nowhere else: there its first letter is a capital.
fn in_messages(name: &str) -> Wanted {
    Wanted::new(&Zeroizing::new(format!("{}'s vaccination", &name[1..])))
}
