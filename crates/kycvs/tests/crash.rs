//! A host that is killed while it confirms loses no consent it had acknowledged and revives no code that was used.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use crate::support::{Host, rail};
use async_trait::async_trait;
use kycvs::consent::{CodeProof, Confirmation, Nonce, NoticeHash, RequestId};
use kycvs::domain::{BirthYear, DoseHistory, Mobile, PersonName};
use kycvs::registry::{Found, Lookup, PersonTag, Registry, RegistryError};
use kycvs::store::Limit;
use kycvs::{Error, Limits};
use kycvs_redb::RedbStore;

const FOLDER: &str = "KYCVS_CRASH_TEST_FOLDER";
const ROUNDS: u64 = 25;

/// Knows everybody, so that the test is about the flow.
struct Everybody;

#[async_trait]
impl Registry for Everybody {
    async fn find(&self, _: &Mobile, _: &PersonName, _: Option<BirthYear>) -> Result<Lookup, RegistryError> {
        Ok(Lookup::Found(Found { history: DoseHistory::default(), person: PersonTag::from_bytes([1; 16]) }))
    }

    async fn find_again(&self, _: &Mobile, _: &PersonTag) -> Result<Option<Found>, RegistryError> {
        Ok(Some(Found { history: DoseHistory::default(), person: PersonTag::from_bytes([1; 16]) }))
    }
}

async fn open_host(folder: &Path) -> Host {
    let store = Arc::new(RedbStore::open(folder.join("kycvs.redb")).unwrap());
    let many = vec![Limit { max: 1_000_000.try_into().unwrap(), per_seconds: 60.try_into().unwrap() }];
    let limits = Limits {
        sends_per_prefix: many.clone(),
        sends_per_prefix_and_entity: many.clone(),
        sends_per_entity: many,
        ..Limits::default()
    };
    crate::support::over(store, None, |builder| builder.registry(Arc::new(Everybody)).limits(limits)).await
}

/// What a host says while it works, a line each: the request and its code, then what became of it.
enum Said {
    Opened,
    Granted { consent: String, token: String },
    Locked,
}

/// The host that is killed: eight people at a time, every fourth of whom enters wrong codes.
async fn work(folder: &Path) {
    let host = Arc::new(open_host(folder).await);
    let people = (0..8_u64).map(|worker| {
        let host = host.clone();
        tokio::spawn(async move {
            for turn in 0_u64.. {
                let number = (6_000_000_000 + worker * 1_000_000 + turn).to_string();
                let open = host.open(&number, "Asha Rao").await;
                let code = host.code(&number);
                let (notice, attempt) = (open.notice.reference.hash, open.attempt.secret());
                say(&format!("opened {} {code} {notice} {attempt}", open.id));
                if turn % 4 == 3 {
                    while let Err(Error::WrongCode { .. }) = host.enter(&open, &host.wrong_code(&number)).await {}
                    say(&format!("locked {}", open.id));
                } else {
                    let granted = host.enter(&open, &code).await.unwrap();
                    say(&format!("granted {} {} {}", open.id, granted.consent_id, granted.token.as_str()));
                }
            }
        })
    });
    for person in people.collect::<Vec<_>>() {
        person.await.unwrap();
    }
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_killed_while_confirming_loses_no_consent_and_revives_no_code() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        return work(Path::new(&folder)).await;
    }
    let mut acknowledged = 0;
    for round in 0..ROUNDS {
        let folder = tempfile::tempdir().unwrap();
        // Spread over the first tenths of a second, in steps that share no factor with what the host does.
        let said = run_and_kill(folder.path(), Duration::from_micros(3_000 + round * 11_173));
        let host = open_host(folder.path()).await;
        for (request, (entered, said)) in said {
            let id = RequestId::parse(&request).unwrap();
            let again = host.service.confirm(&rail(), &id, &entered).await.and_then(kycvs::Answers::only);
            match said {
                Said::Granted { consent, token } => {
                    let again = again.unwrap();
                    assert_eq!(again.token.as_str(), token, "the one token of the request");
                    assert_eq!(again.consent_id.to_string(), consent);
                    assert!(host.service.consent(&again.consent_id).await.unwrap().is_some());
                    acknowledged += 1;
                }
                Said::Locked => assert!(matches!(again, Err(Error::RequestLocked)), "{again:?}"),
                // Killed in between: locked by the third wrong code, or good for one answer.
                Said::Opened => {
                    let Ok(granted) = again else {
                        assert!(matches!(again, Err(Error::RequestLocked)), "{again:?}");
                        continue;
                    };
                    let repeated = host.service.confirm(&rail(), &id, &entered).await.unwrap().only().unwrap();
                    assert_eq!(granted.token.as_str(), repeated.token.as_str());
                    assert!(host.service.consent(&granted.consent_id).await.unwrap().is_some());
                }
            }
        }
    }
    assert!(acknowledged > 50, "the host was killed before it did anything: {acknowledged}");
}

/// Lets a host work for `after` from its first word on, kills it, and returns what it said of each request.
fn run_and_kill(folder: &Path, after: Duration) -> HashMap<String, (Confirmation, Said)> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::a_host_killed_while_confirming_loses_no_consent_and_revives_no_code", "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut said = HashMap::new();
    hear(&mut said, &mut lines, 1);
    std::thread::sleep(after);
    kill(&mut child);
    hear(&mut said, &mut lines, usize::MAX);
    said
}

/// SIGKILL: the process gets no chance to tidy up.
fn kill(child: &mut Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

fn hear(
    said: &mut HashMap<String, (Confirmation, Said)>,
    lines: &mut impl Iterator<Item = std::io::Result<String>>,
    requests: usize,
) {
    while said.len() < requests {
        let Some(Ok(line)) = lines.next() else { return };
        // The test runner's own first word is on the line of the host's first.
        let Some(start) = ["opened ", "granted ", "locked "].iter().find_map(|word| line.find(word)) else { continue };
        match line[start..].split(' ').collect::<Vec<_>>()[..] {
            ["opened", id, code, notice, attempt] if attempt.len() == 22 => {
                let entered = Confirmation::new(
                    CodeProof::from_typed(code).unwrap(),
                    NoticeHash::parse(notice).unwrap(),
                    Nonce::parse(attempt).unwrap(),
                );
                said.insert(id.to_owned(), (entered, Said::Opened));
            }
            ["granted", id, consent, token] => {
                let heard = Said::Granted { consent: consent.to_owned(), token: token.to_owned() };
                said.get_mut(id).unwrap().1 = heard;
            }
            ["locked", id] if id.len() == 22 => said.get_mut(id).unwrap().1 = Said::Locked,
            _ => {}
        }
    }
}
