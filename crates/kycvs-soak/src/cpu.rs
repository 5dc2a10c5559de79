use std::collections::HashMap;
use std::fs;

use anyhow::{Context, Result};

/// The CPU time of this process and of all that it started, the system's included, in ticks of 10 ms.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cpu {
    hosts: u64,
    postgres: u64,
    redis: u64,
    /// This process: the clients, and the gateway.
    clients: u64,
}

/// What `/proc` says of a process.
struct Process {
    name: String,
    parent: u32,
    ticks: u64,
}

impl Cpu {
    /// What was spent so far. Processes that have ended are not in it.
    pub(crate) fn so_far() -> Result<Self> {
        let (own, all) = (std::process::id(), processes()?);
        let is_ours = |id: u32| {
            std::iter::successors(Some(id), |id| all.get(id).map(|process| process.parent)).any(|id| id == own)
        };
        let mut spent = Self::default();
        for (id, process) in all.iter().filter(|(id, _)| is_ours(**id)) {
            match process.name.as_str() {
                _ if *id == own => spent.clients += process.ticks,
                "postgres" => spent.postgres += process.ticks,
                "redis-server" => spent.redis += process.ticks,
                "kycvs-soak" => spent.hosts += process.ticks,
                _ => {}
            }
        }
        Ok(spent)
    }

    /// What each of so many answers took since `before`.
    pub(crate) fn of_each(self, before: Self, answers: usize) -> String {
        let each = |now: u64, before: u64| (now - before.min(now)) as f64 * 10.0 / answers.max(1) as f64;
        format!(
            "CPU a booking: hosts {:.2} ms, PostgreSQL {:.2} ms, Redis {:.2} ms, clients and gateway {:.2} ms",
            each(self.hosts, before.hosts),
            each(self.postgres, before.postgres),
            each(self.redis, before.redis),
            each(self.clients, before.clients)
        )
    }
}

fn processes() -> Result<HashMap<u32, Process>> {
    let folders = fs::read_dir("/proc").context("the processes")?;
    let ids = folders.filter_map(|folder| folder.ok()?.file_name().to_str()?.parse().ok());
    Ok(ids.filter_map(|id: u32| Some((id, process(&fs::read_to_string(format!("/proc/{id}/stat")).ok()?)?))).collect())
}

/// Reads `ID (NAME) STATE PARENT …`, where a name may have blanks and brackets.
fn process(stat: &str) -> Option<Process> {
    let (_, rest) = stat.split_once('(')?;
    let (name, rest) = rest.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let number = |at: usize| fields.get(at)?.parse::<u64>().ok();
    let parent = fields.get(1)?.parse().ok()?;
    Some(Process { name: name.to_owned(), parent, ticks: number(11)? + number(12)? })
}
