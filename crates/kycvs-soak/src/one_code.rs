use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use kycvs_test_servers::Postgres;
use serde_json::Value;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::books::Books;
use crate::http::Connection;
use crate::passenger::{Asked, ask};
use crate::rig::Rig;
use crate::short_lived;

/// How often a code is sent at once, half of them to each of two hosts. No host's limits are near: each takes 1,024 calls at
/// a time, and counts the addresses of nobody who has a key.
const CALLS: usize = 1_000;

/// What came of one call.
struct Call {
    sent: Instant,
    ended: Instant,
    answer: Result<(u16, Value)>,
}

/// One right code, a thousand times at once to two hosts that share nothing but their stores: one token, one consent. A
/// call that is not answered with the token must say to try again.
pub(crate) async fn race(store: &str, rounds: u32) -> Result<()> {
    allow_open_connections()?;
    let rig = Rig::over(Postgres::start(&[]), short_lived(store)?, 2).await?;
    let books = Books::default();
    let mut passenger = Connection::to(rig.hosts[0].settings.port);
    let mut callers = rig.ports().into_iter().cycle().take(CALLS).map(Connection::to).collect();
    let (mut household, mut outcomes, mut fewest, mut at_once) = (0, BTreeMap::new(), CALLS, Vec::new());
    for round in 0..rounds {
        let consents = rig.consents()?;
        let asked = ask(&rig, &mut passenger, &mut household).await?;
        books.count(|tally| tally.opened += 1);
        let calls = send(&mut callers, &asked).await?;

        let first = calls.iter().map(|call| call.ended).min().context("a call")?;
        at_once.push(calls.iter().filter(|call| call.sent < first).count());
        let mut granted = 0;
        for call in calls {
            let outcome = match call.answer {
                Ok((200, answer)) => {
                    books.granted(&asked.id, &answer);
                    granted += 1;
                    "the one token".to_owned()
                }
                Ok((status @ (429 | 503), problem)) => format!("{status} {}", problem["code"]),
                Ok((status, problem)) => {
                    anyhow::bail!("a right code was answered with {status} {} in round {round}", problem["code"])
                }
                Err(_) => "no answer".to_owned(),
            };
            *outcomes.entry(outcome).or_insert(0_u64) += 1;
        }
        ensure!(granted >= 2, "{granted} of {CALLS} calls were answered in round {round}, which shows nothing");
        fewest = fewest.min(granted);
        let more = rig.consents()? - consents;
        ensure!(more == 1, "{more} consents of one request in round {round}");
    }
    books.check(&rig.ledger().await?, rig.gateway.taken()).await?;
    at_once.sort_unstable();
    println!("one code, {CALLS} times at once to 2 hosts, {rounds} rounds, {store}: {outcomes:?}");
    println!("answered with the token in a round: {fewest} at least");
    println!("under way when the first was answered: {} in the median round", at_once[at_once.len() / 2]);
    println!("books agree: {} consents in the ledger, one for each round", rig.consents()?);
    Ok(())
}

/// Sends the code from every caller. Each has its connection open before any of them sends.
async fn send(callers: &mut Vec<Connection>, asked: &Asked) -> Result<Vec<Call>> {
    let start = Arc::new(Barrier::new(callers.len()));
    let mut calls = JoinSet::new();
    for mut caller in callers.drain(..) {
        let (start, path, confirm) = (start.clone(), asked.path.clone(), asked.confirm.clone());
        calls.spawn(async move {
            let opened = caller.open().await;
            start.wait().await;
            let sent = Instant::now();
            let answer = match opened {
                Ok(()) => caller.post(&path, &confirm).await,
                Err(error) => Err(error),
            };
            (caller, Call { sent, ended: Instant::now(), answer })
        });
    }
    let (again, calls): (Vec<_>, Vec<_>) = calls.join_all().await.into_iter().unzip();
    *callers = again;
    Ok(calls)
}

/// A thousand connections are more files than a process may have open by default. Hosts inherit what is allowed here.
fn allow_open_connections() -> Result<()> {
    let mut prlimit = Command::new("prlimit");
    prlimit.args(["--nofile=4096:", "--pid", &std::process::id().to_string()]);
    ensure!(prlimit.status().context("prlimit, of util-linux")?.success(), "4,096 open files are not allowed");
    Ok(())
}
