//! A host in a process of its own, which says in a journal what it did, and is killed meanwhile.
#![allow(unreachable_pub)] // it is a module of a test

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kycvs::consent::{CodeProof, Confirmation, ConsentId, Nonce, NoticeHash, RequestId};
use kycvs::registry::{RegistryKey, SealedRegistry};
use kycvs::token::{Algorithm, SigningKey, StatusReference, TokenIssuer};
use kycvs::transparency::Hash;
use kycvs::{LastCodes, PublicLog};
use kycvs_redb::RedbStore;

use crate::acts::{NAME, Told, limits, number_of};
use crate::support::{self, Host, ISSUER, mobile, rail};

/// In this folder the host works that is to be killed.
pub const FOLDER: &str = "KYCVS_KILLED_TEST_FOLDER";
/// From which step on it may be killed; it says so then.
pub const KILL_AT: &str = "KYCVS_KILLED_TEST_AT";
const HERE: &str = "killable";

/// A host over a file, with the keys of that folder.
pub struct Server {
    pub host: Arc<Host>,
    pub registry: SealedRegistry,
    pub store: Arc<RedbStore>,
    phones: Arc<LastCodes>,
}

impl Server {
    pub async fn open(folder: &Path) -> Self {
        let store = Arc::new(RedbStore::open(folder.join("kycvs.redb")).unwrap());
        let issuer = TokenIssuer::new(ISSUER, key(&folder.join("issuer.key"), Algorithm::Es256)).unwrap();
        let log = PublicLog::new("kycvs.example/log", key(&folder.join("log.key"), Algorithm::EdDsa)).unwrap();
        let phones = Arc::new(LastCodes::default());
        let mut host = support::over(store.clone(), None, |builder| {
            builder.limits(limits()).log(log).sender(phones.clone()).issuer(issuer.clone())
        })
        .await;
        host.issuer = issuer;
        let registry = SealedRegistry::open(&RegistryKey::from_bytes([1; 32]), store.clone()).await.unwrap();
        Self { host: Arc::new(host), registry, store, phones }
    }

    /// The code that was sent last to a number.
    pub fn code(&self, number: &str) -> String {
        self.phones.of(&mobile(number)).unwrap().secret().to_owned()
    }

    /// Gives a token, or goes on where a host was killed that gave it.
    pub async fn give(&self, journal: &Journal, token: usize, person: usize) {
        let (request, entered) = match journal.asked.get(&token) {
            Some(asked) => asked.clone(),
            None => {
                let number = number_of(person);
                let open = self.host.open(&number, NAME).await;
                let (id, notice, attempt) = (open.id, open.notice.reference.hash, open.attempt.secret());
                let code = self.code(&number);
                journal.write(&format!("asked {token} {id} {code} {notice} {attempt}"));
                (id, open.confirmation(CodeProof::from_typed(&code).unwrap()))
            }
        };
        let granted = self.host.service.confirm(&rail(), &request, &entered).await.unwrap().only().unwrap();
        let now = self.host.service.now();
        let status = self.host.verifier().verify(granted.token.as_str(), "rail", now).unwrap();
        let place = status.claims().status_list.clone().expect("a place in a list");
        journal.write(&format!("told {token} {} {} {}", granted.consent_id, place.uri, place.index));
        journal.told.lock().unwrap().insert(token, Told { consent: granted.consent_id, place });
    }
}

/// The key of a file, which the first host makes.
fn key(file: &Path, algorithm: Algorithm) -> Arc<SigningKey> {
    if !file.exists() {
        fs::write(file, SigningKey::generate_pkcs8(algorithm).unwrap().secret_bytes()).unwrap();
    }
    Arc::new(SigningKey::from_pkcs8(algorithm, &fs::read(file).unwrap()).unwrap())
}

/// What hosts did, a line each. A line that a kill cut off was not written.
pub struct Journal {
    file: Mutex<File>,
    /// What was asked by a host that was killed before the answer.
    asked: HashMap<usize, (RequestId, Confirmation)>,
    pub told: Mutex<BTreeMap<usize, Told>>,
    /// How many steps are done.
    pub done: usize,
    /// Every tree of the log that was published.
    pub trees: Vec<(u64, Hash)>,
}

impl Journal {
    pub fn open(folder: &Path) -> Self {
        let path = folder.join("journal");
        let file = File::options().create(true).append(true).open(&path).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        file.set_len(whole as u64).unwrap();
        let (asked, told) = (HashMap::new(), Mutex::default());
        let mut journal = Self { file: Mutex::new(file), asked, told, done: 0, trees: Vec::new() };
        text[..whole].lines().for_each(|line| journal.read(line));
        journal
    }

    pub fn write(&self, line: &str) {
        self.file.lock().unwrap().write_all(format!("{line}\n").as_bytes()).unwrap();
    }

    fn read(&mut self, line: &str) {
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["asked", token, id, code, notice, attempt] => {
                let code = CodeProof::from_typed(code).unwrap();
                let (notice, attempt) = (NoticeHash::parse(notice).unwrap(), Nonce::parse(attempt).unwrap());
                let entered = Confirmation::new(code, notice, attempt);
                self.asked.insert(token.parse().unwrap(), (RequestId::parse(id).unwrap(), entered));
            }
            ["told", token, consent, uri, index] => {
                let token = token.parse().unwrap();
                let place = StatusReference { uri: uri.to_owned(), index: index.parse().unwrap() };
                self.asked.remove(&token);
                self.told.get_mut().unwrap().insert(token, Told { consent: ConsentId::parse(consent).unwrap(), place });
            }
            ["done", step] => self.done = step.parse::<usize>().unwrap() + 1,
            ["tree", size, root] => self.trees.push((size.parse().unwrap(), Hash::from_base64(root).unwrap())),
            _ => panic!("no line of a journal: {line}"),
        }
    }
}

/// Tells whoever kills that it is time.
pub fn say_here() {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n{HERE}").and_then(|()| out.flush()).unwrap();
}

/// Runs a host in a process of its own; kills it so long after it came to a step, or lets it do all steps. Tells whether it was killed.
pub fn run(test: &str, folder: &Path, kill: Option<(usize, Duration)>) -> bool {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(FOLDER, folder)
        .envs(kill.map(|(step, _)| (KILL_AT, step.to_string())))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    if let (Some((_, after)), true) = (kill, lines.any(|line| line == HERE)) {
        std::thread::sleep(after);
        child.kill().unwrap(); // SIGKILL: the process gets no chance to tidy up
    }
    let ended = child.wait().unwrap();
    assert!(ended.success() || ended.code().is_none(), "a host failed: {ended}");
    ended.code().is_none()
}
