//! Withdrawals, corrections and erasures at random among many tokens, by hosts that are killed in each kind of step: every bit is
//! right, the log is one, and each consent has one line and one leaf.
//!
//! `cargo xtask soak trust` has 10,000 acts among 1,000,000 tokens.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kycvs::LogState;
use kycvs::transparency::{self, Checkpoint, Hash, Note, Resource, Tiles, verify_consistency};
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::acts::{
    Act, Acts, Dice, TOKENS_PER_PERSON, check_bits, check_lines, check_log, number_of, record_of, settle,
};
use crate::killed::{FOLDER, Journal, KILL_AT, Server, run, say_here};
use crate::support::{Host, mobile};

const TEST: &str = "killed_at_random::every_bit_is_right_and_no_other_whoever_is_killed";
/// How many are killed while tokens are given, and while they end.
const KILLS: [usize; 2] = [6, 14];
/// How many people are served at once.
const AT_ONCE: usize = 64;
/// The day goes on meanwhile, and no token ends by itself.
const SECONDS: usize = 8 * 3600;

/// What hosts do, whoever of them does it.
struct Plan {
    people: usize,
    steps: Vec<Step>,
    /// How many steps give tokens.
    giving: usize,
    acts: Acts,
}

enum Step {
    /// Gives all tokens before this one.
    Give(usize),
    /// Waits so many seconds, and keeps.
    Keep(usize),
    Act(Act),
}

impl Plan {
    /// For so many tokens as `KYCVS_TRUST_TOKENS` says.
    fn of_this_run() -> Self {
        let asked = std::env::var("KYCVS_TRUST_TOKENS").ok().map(|text| text.parse().unwrap());
        let people = asked.unwrap_or(2_000) / TOKENS_PER_PERSON;
        let tokens = people * TOKENS_PER_PERSON;
        let (mut dice, mut acts, mut steps) = (Dice(tokens as u64), Acts::default(), Vec::new());
        let lot = (tokens / 8).min(16_000);
        for end in (lot..tokens).step_by(lot).chain([tokens]) {
            steps.extend([Step::Give(end), Step::Keep(60)]);
        }
        let (giving, count) = (steps.len(), (tokens / 100).max(200));
        for _ in 0..count {
            steps.push(Step::Act(acts.draw(&mut dice, people)));
            if dice.below(5) == 0 {
                steps.push(Step::Keep((SECONDS * 5 / count).min(300)));
            }
        }
        Self { people, steps, giving, acts }
    }

    /// How long the first steps wait.
    fn seconds(&self, steps: usize) -> i64 {
        let waits = self.steps[..steps].iter().map(|step| if let Step::Keep(seconds) = step { *seconds } else { 0 });
        i64::try_from(waits.sum::<usize>()).unwrap()
    }

    /// At which steps hosts are killed, and how long after they begin: a moment or a second, since steps are as different.
    fn kills(&self) -> Vec<(usize, Duration)> {
        let mut dice = Dice(self.steps.len() as u64);
        let mut steps: Vec<usize> = (0..KILLS[0]).map(|_| dice.below(self.giving)).collect();
        steps.extend((0..KILLS[1]).map(|_| self.giving + dice.below(self.steps.len() - self.giving)));
        steps.sort_unstable();
        let mut after = || Duration::from_micros(250 << dice.below(12)) * u32::try_from(dice.below(100)).unwrap() / 100;
        steps.into_iter().map(|step| (step, after())).collect()
    }
}

/// Does what is left to do.
async fn work(folder: &Path) {
    let kill_at = std::env::var(KILL_AT).ok().map(|step| step.parse::<usize>().unwrap());
    let (plan, journal) = (Plan::of_this_run(), Arc::new(Journal::open(folder)));
    let server = Arc::new(Server::open(folder).await);
    server.host.wait(plan.seconds(journal.done));
    let mut is_heard = kill_at.is_none();
    for (number, step) in plan.steps.iter().enumerate().skip(journal.done) {
        if !is_heard && kill_at <= Some(number) {
            say_here();
            is_heard = true;
        }
        match step {
            Step::Give(end) => give(&server, &journal, *end, plan.people).await,
            Step::Keep(seconds) => {
                server.host.wait(i64::try_from(*seconds).unwrap());
                if let LogState::Published(_) = server.host.service.keep().await.unwrap().log {
                    let Checkpoint { size, root, .. } = checkpoint(&server.host).await;
                    journal.write(&format!("tree {size} {root}"));
                }
            }
            Step::Act(act) => {
                let consent = |token| journal.told.lock().unwrap()[&token].consent;
                act.perform(&server.host, &server.registry, consent).await.unwrap();
            }
        }
        journal.write(&format!("done {number}"));
    }
}

/// Gives the tokens that nobody was told of yet.
async fn give(server: &Arc<Server>, journal: &Arc<Journal>, end: usize, people: usize) {
    let known = journal.told.lock().unwrap().keys().copied().collect::<std::collections::BTreeSet<_>>();
    let left: Vec<usize> = (0..end).rev().filter(|token| !known.contains(token)).collect();
    let left = Arc::new(Mutex::new(left));
    let mut counters = JoinSet::new();
    for _ in 0..AT_ONCE {
        let (server, journal, left) = (server.clone(), journal.clone(), left.clone());
        let next = move || left.lock().unwrap().pop();
        counters.spawn(async move {
            while let Some(token) = next() {
                server.give(&journal, token, token % people).await;
            }
        });
    }
    counters.join_all().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bit_is_right_and_no_other_whoever_is_killed() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        return work(Path::new(&folder)).await;
    }
    let plan = Plan::of_this_run();
    let folder = folder(&plan);
    register(folder.path(), plan.people).await;
    let killed = plan.kills().into_iter().filter(|kill| run(TEST, folder.path(), Some(*kill))).count();
    assert!(killed > KILLS.iter().sum::<usize>() / 2, "hosts did all before they were killed: {killed}");
    assert!(!run(TEST, folder.path(), None));

    let mut journal = Journal::open(folder.path());
    let told = Arc::new(std::mem::take(journal.told.get_mut().unwrap()).into_values().collect::<Vec<_>>());
    assert_eq!(told.len(), plan.people * TOKENS_PER_PERSON);
    let server = Arc::new(Server::open(folder.path()).await);
    server.host.wait(plan.seconds(plan.steps.len()));
    settle(&server.host).await;
    check_bits(&server.host, &told, &plan.acts).await;
    check_trees(&server.host, &journal.trees).await;
    check_log(&server.host, &server.store, &told, &plan.acts).await;
    let phones = server.clone();
    let step = (plan.people / 2_000).max(4);
    check_lines(&server.host, &told, &plan.acts, step, move |number| phones.code(number)).await;
}

/// A kill takes nothing that the kernel was given, so a small file may lie in memory, where nobody waits for a disk.
fn folder(plan: &Plan) -> TempDir {
    let memory = Path::new("/dev/shm");
    if plan.people < 10_000 && memory.is_dir() {
        tempfile::tempdir_in(memory).unwrap()
    } else {
        tempfile::tempdir().unwrap()
    }
}

async fn register(folder: &Path, people: usize) {
    let server = Arc::new(Server::open(folder).await);
    let mut counters = JoinSet::new();
    for counter in 0..AT_ONCE {
        let server = server.clone();
        counters.spawn(async move {
            for person in (counter..people).step_by(AT_ONCE) {
                server.registry.upsert(&mobile(&number_of(person)), &record_of(person)).await.unwrap();
            }
        });
    }
    counters.join_all().await;
}

/// Every tree that was published is the beginning of the last one.
async fn check_trees(host: &Host, trees: &[(u64, Hash)]) {
    let newest = checkpoint(host).await;
    assert!(trees.iter().any(|(size, _)| *size > 256 && *size < newest.size), "the log grew in steps");
    for (size, root) in trees {
        let plan = transparency::Plan::consistency(*size, newest.size).unwrap();
        let mut tiles = Tiles::default();
        for id in plan.tiles() {
            let tile = host.service.log_file(&Resource::Tile(id).to_string()).await.unwrap().unwrap();
            tiles.insert(id, &tile).unwrap();
        }
        verify_consistency(*size, root, newest.size, &newest.root, &plan.hashes(&tiles).unwrap()).unwrap();
    }
}

async fn checkpoint(host: &Host) -> Checkpoint {
    let file = host.service.log_file("checkpoint").await.unwrap().expect("a checkpoint");
    let note = Note::parse(str::from_utf8(&file).unwrap()).unwrap();
    assert!(host.service.log_key().unwrap().verifies(&note));
    Checkpoint::parse(note.text()).unwrap()
}
