//! Memory that was given back holds no name and no code: the process looks at itself, by Linux's `/proc`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking
#![cfg(target_os = "linux")]

mod support;

use std::fs::{self, File};
use std::hint::black_box;
use std::os::unix::fs::FileExt;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use kycvs::consent::CodeProof;
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

/// The person of the test, drawn when it runs, so that no text of this program is theirs.
struct Somebody {
    mobile: Zeroizing<String>,
    name: Zeroizing<String>,
}

impl Somebody {
    fn new() -> Self {
        use kycvs::consent::Random;
        let mut random = [0; 24];
        SystemRandomness.fill(&mut random).unwrap();
        let (digits, letters) = random.split_at(5);
        let mut mobile = Zeroizing::new(String::with_capacity(10));
        mobile.push_str("98765");
        mobile.extend(digits.iter().map(|byte| char::from(b'0' + byte % 10)));
        let mut name = Zeroizing::new(String::with_capacity(20));
        name.push('z');
        name.extend(letters.iter().map(|byte| char::from(b'a' + byte % 26)));
        Self { mobile, name }
    }
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

/// Registers them from a file, with one row that is bad.
async fn import(store: Arc<MemoryStore>, somebody: &Somebody) {
    let registry = SealedRegistry::open(&RegistryKey::from_bytes([1; 32]), store).await.unwrap();
    let mut csv = Zeroizing::new(Vec::with_capacity(1000));
    csv.extend_from_slice(b"beneficiary_id,name,mobile,birth_date,product,given_on,dose_number,batch\n");
    for (id, product) in [("9001", "COVISHIELD"), ("9002", "Nothing of the sort")] {
        for part in [id, ",", &somebody.name, ",", &somebody.mobile, ",1986-02-11,", product, ",2021-04-03,,\n"] {
            csv.extend_from_slice(part.as_bytes());
        }
    }
    let options = ImportOptions::new("2021-12-01".parse().unwrap());
    let summary = registry.import_csv(RegistryCsv::open(&csv[..]).unwrap(), &options, &mut |_| ()).await.unwrap();
    assert_eq!((summary.rows, summary.bad_rows), (2, 1));
}

/// What is not looked for is in docs/threat-model.md: the ten digits of a number, and the words of a notice while they are read.
#[tokio::test]
async fn a_finished_request_leaves_no_code_no_name_and_no_message_in_memory() {
    let (store, phone, somebody) = (Arc::new(MemoryStore::new()), Arc::new(Phone::default()), Somebody::new());
    let host = over(store.clone(), None, |builder| builder.sender(phone.clone())).await;
    let name = Wanted::new(&somebody.name);
    import(store, &somebody).await;
    assert_eq!(name.times(), 1, "after an import, the test's own is the only one");

    let open = host.service.request(asked(&somebody.mobile, &somebody.name)).await.unwrap();
    let message = phone.0.lock().unwrap().take().unwrap();
    let code = Wanted::new(message.code.secret());
    let (_, end_of_name) = message.person.split_at(1);
    let text = Wanted::new(&Zeroizing::new(format!("{end_of_name}'s vaccination")));
    assert!(code.times() > 0 && text.times() > 0, "what is there is found");
    let confirmation = open.confirmation(CodeProof::from_typed(message.code.secret()).unwrap());
    drop(message);
    let answers = host.service.confirm(&rail(), &open.id, &confirmation).await.unwrap();
    assert!(answers.only().is_ok());
    drop((open, somebody));
    assert_eq!((code.times(), name.times(), text.times()), (0, 0, 0), "the code, the name, the message");
}
