use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use kycvs_test_servers::Postgres;

use crate::books::Books;
use crate::http::Connection;
use crate::load::Working;
use crate::network;
use crate::passenger::{Asked, ask};
use crate::rig::{Rig, ShortLived};
use crate::short_lived;

/// Every fault, one after the other, on one rig. After each one the books are checked.
pub(crate) async fn all(store: &str, rounds: u32, clients: u64) -> Result<()> {
    let mut rig = Rig::over(Postgres::start(&[]), short_lived(store)?, 2).await?;
    every_step(&rig, rounds.div_ceil(10)).await?;
    clock_steps(&rig).await?;
    kill_hosts(&mut rig, rounds, clients).await?;
    replace_hosts(&mut rig, rounds.div_ceil(10), clients).await?;
    restart_postgres(&mut rig, clients).await?;
    if !matches!(rig.short_lived, ShortLived::Postgres) {
        restart_redis(&mut rig, clients).await?;
    }
    network::spoil(&mut rig, clients).await?;
    network::crowd(&mut rig).await
}

/// A host is killed at each step of a confirm, after the store did its part and before the host hears of it. The same confirm
/// to another host gives the one answer.
async fn every_step(rig: &Rig, rounds: u32) -> Result<()> {
    let books = Books::default();
    let mut other = Connection::to(rig.hosts[0].settings.port);
    let (mut steps, mut household) = (0, 0);
    for _ in 0..rounds {
        steps = 0;
        while dies_at(rig, steps + 1, &mut other, &mut household, &books).await? {
            steps += 1;
        }
    }
    books.check_consents(&rig.ledger().await?).await?;
    println!(
        "{rounds} times a host killed at each of {steps} steps of a confirm: another gave the one answer each time"
    );
    Ok(())
}

/// Whether a confirm has so many steps that a host dies at this one.
async fn dies_at(rig: &Rig, step: u32, other: &mut Connection, household: &mut u64, books: &Books) -> Result<bool> {
    let Asked { id, path, confirm } = ask(rig, other, household).await?;
    let mut dying = rig.host(|settings| settings.last_step = step)?;
    let answered = Connection::to(dying.settings.port).post(&path, &confirm).await;
    let (status, answer) = other.post(&path, &confirm).await.context("the other host")?;
    ensure!(status == 200, "after a host died at step {step} the other answered {status}: {}", answer["code"]);
    books.granted(&id, &answer);
    match answered {
        Ok((200, first)) => {
            books.granted(&id, &first);
            Ok(false)
        }
        Ok((status, refused)) => bail!("a host that was to die answered {status}: {}", refused["code"]),
        // The connection may be gone a moment before the process is.
        Err(_) => dying.wait_until_ended().await.map(|()| true),
    }
}

/// Two hosts whose clocks are an hour apart, either way: a request of one is confirmed or refused by the other, and gives one
/// consent. What the other answered may be over by the right clock, since a call is repeated for two minutes; what it refused
/// may not.
async fn clock_steps(rig: &Rig) -> Result<()> {
    let mut household = 7_000;
    for hours in [-1, 1] {
        let stepped = rig.host(|settings| settings.clock_offset = hours * 3600)?;
        let mut right = Connection::to(rig.hosts[0].settings.port);
        let mut wrong = Connection::to(stepped.settings.port);
        let Asked { path, confirm, .. } = ask(rig, &mut right, &mut household).await?;
        let before = rig.consents()?;
        let (status, answer) = wrong.post(&path, &confirm).await?;
        let told = if status == 200 { "an answer" } else { answer["code"].as_str().unwrap_or("?") }.to_owned();
        ensure!(status < 500, "a host {hours} h off answered {status}: {told}");
        let (again, after) = right.post(&path, &confirm).await?;
        let did = match (status, again) {
            (200, 409) if after["code"] == "already-used" => "refused to repeat it",
            (_, 200) => "gave the one answer",
            _ => bail!("the host whose clock is right answered {again}: {}", after["code"]),
        };
        ensure!((status, again) != (200, 200) || answer["token"] == after["token"], "two hosts gave two tokens");
        let more = rig.consents()? - before;
        ensure!(more == 1, "{more} consents of one request");
        println!("a host whose clock is {hours:+} h off said `{told}`; the one whose clock is right {did}");
    }
    Ok(())
}

/// Hosts are killed at any moment under load, one and the other in turn.
async fn kill_hosts(rig: &mut Rig, rounds: u32, clients: u64) -> Result<()> {
    let before = rig.gateway.taken();
    let working = Working::start(rig, clients);
    for round in 0..rounds {
        // Hosts that do nothing but start have nothing to lose.
        working.until_answered(10).await?;
        // Steps that share no factor with what the hosts do.
        tokio::time::sleep(Duration::from_micros(u64::from(3_000 + round * 7_919 % 90_000))).await;
        let host = usize::try_from(round)? % rig.hosts.len();
        rig.hosts[host].kill_and_restart()?;
    }
    working.until_answered(100).await?;
    working.end(rig, &format!("{rounds} kills of a host"), before).await?;
    Ok(())
}

/// Hosts are replaced one by one under load, as for a release: each is asked to end (SIGTERM), ends what it began, and a new one
/// takes its port. Nothing is refused; a call is lost only where the host had not taken it, so there is no message more than
/// requests that were answered.
async fn replace_hosts(rig: &mut Rig, rounds: u32, clients: u64) -> Result<()> {
    let before = rig.gateway.taken();
    let working = Working::start(rig, clients);
    for round in 0..rounds {
        working.until_answered(100).await?;
        let host = usize::try_from(round)? % rig.hosts.len();
        rig.hosts[host].replace().await?;
    }
    working.until_answered(100).await?;
    let (tally, messages) = working.end(rig, &format!("{rounds} replacements of a host"), before).await?;
    ensure!(tally.refused == 0, "{} calls were refused while hosts were replaced", tally.refused);
    ensure!(
        messages == tally.opened,
        "{messages} messages for {} requests: a host lost what it had begun",
        tally.opened
    );
    Ok(())
}

/// PostgreSQL is killed under load and started again; no host is restarted.
async fn restart_postgres(rig: &mut Rig, clients: u64) -> Result<()> {
    let before = rig.gateway.taken();
    let working = Working::start(rig, clients);
    for _ in 0..3 {
        working.until_answered(100).await?;
        working.server_is_down();
        rig.postgres.kill();
        tokio::time::sleep(Duration::from_millis(500)).await;
        rig.postgres.start_again();
        working.server_is_back();
    }
    working.until_answered(100).await?;
    working.end(rig, "3 kills of PostgreSQL", before).await?;
    Ok(())
}

/// Redis is killed under load. A single server comes back empty: what was open is gone, and fails closed. In a Cluster a
/// replica takes over.
async fn restart_redis(rig: &mut Rig, clients: u64) -> Result<()> {
    let before = rig.gateway.taken();
    let working = Working::start(rig, clients);
    for round in 0..3 {
        working.until_answered(100).await?;
        match &mut rig.short_lived {
            ShortLived::Postgres => {}
            ShortLived::Redis(redis) => {
                working.server_is_down();
                redis.kill();
                tokio::time::sleep(Duration::from_millis(500)).await;
                redis.restart();
                working.server_is_back();
            }
            ShortLived::Cluster(cluster) => {
                let primary = cluster.primary_of(&format!("round {round}"));
                working.server_is_down();
                cluster.kill(primary);
                cluster.wait_until_served();
                working.server_is_back();
                working.until_answered(100).await?;
                cluster.restart(primary);
                cluster.wait_until_whole();
            }
        }
    }
    working.until_answered(100).await?;
    working.end(rig, "3 kills of Redis", before).await?;
    Ok(())
}
