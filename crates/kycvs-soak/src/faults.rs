use std::time::Duration;

use anyhow::{Context, Result, ensure};
use kycvs_test_servers::Postgres;
use serde_json::{Value, json};

use crate::http::Connection;
use crate::load::Working;
use crate::network;
use crate::rig::{Rig, ShortLived};
use crate::settings::{PEOPLE, SEED};
use crate::short_lived;

/// Every fault, one after the other, on one rig. After each one the books are checked.
pub(crate) async fn all(store: &str, rounds: u32, clients: u64) -> Result<()> {
    let mut rig = Rig::over(Postgres::start(&[]), short_lived(store)?, 2).await?;
    for round in 0..rounds.div_ceil(10) {
        every_step(&rig, u64::from(round)).await?;
    }
    clock_steps(&rig).await?;
    kill_hosts(&mut rig, rounds, clients).await?;
    restart_postgres(&mut rig, clients).await?;
    if !matches!(rig.short_lived, ShortLived::Postgres) {
        restart_redis(&mut rig, clients).await?;
    }
    network::spoil(&mut rig, clients).await?;
    network::crowd(&mut rig).await
}

/// A host is killed at each step of a confirm, after the store did its part and before the host hears of it. The same confirm
/// to another host gives the one answer.
async fn every_step(rig: &Rig, round: u64) -> Result<()> {
    let books = crate::books::Books::default();
    let mut other = Connection::to(rig.hosts[0].settings.port);
    let (mut steps, mut household) = (0, round * 50);
    loop {
        steps += 1;
        let (id, confirm) = open(rig, &mut other, &mut household).await?;
        let mut dying = rig.host(|settings| settings.last_step = steps)?;
        let path = format!("/v1/status-requests/{id}/confirm");
        let answered = Connection::to(dying.settings.port).post(&path, &confirm).await;
        let (status, answer) = other.post(&path, &confirm).await.context("the other host")?;
        ensure!(status == 200, "after a host died at step {steps} the other answered {status}: {}", answer["code"]);
        books.granted(&id, &answer);
        if let Ok((200, first)) = answered {
            books.granted(&id, &first);
            break;
        }
        ensure!(dying.has_ended(), "a host that did not die gave no answer");
    }
    books.check_consents(&rig.ledger().await?).await?;
    println!("a host killed at each of {} steps of a confirm: the other host gave the one answer each time", steps - 1);
    Ok(())
}

/// Opens a request about the next household whose first person is answered.
async fn open(rig: &Rig, host: &mut Connection, household: &mut u64) -> Result<(String, Value)> {
    let registry = kycvs_sample::SampleRegistry::new(SEED, PEOPLE);
    loop {
        let next = registry.household(*household).context("more households")?;
        *household += 1;
        // Alone on the number, so that nobody there can be meant instead.
        let [person] = &next.people[..] else { continue };
        let ask = json!({ "mobile": next.mobile, "name": person.name, "purpose": "railway-booking" });
        let (status, open) = host.post("/v1/status-requests", &ask).await?;
        ensure!(status == 201, "a request was answered with {status}: {}", open["code"]);
        let digits = &next.mobile[next.mobile.len() - 10..];
        let code = rig.gateway.code(&format!("+91{digits}")).context("a message was sent")?;
        let id = open["id"].as_str().context("an id")?.to_owned();
        return Ok((id, json!({ "otp": code, "notice_hash": open["notice"]["hash"] })));
    }
}

/// Two hosts whose clocks are an hour apart, either way: a request of one is confirmed or refused by the other, and gives one
/// consent at most.
async fn clock_steps(rig: &Rig) -> Result<()> {
    let mut household = 7_000;
    for hours in [-1, 1] {
        let stepped = rig.host(|settings| settings.clock_offset = hours * 3600)?;
        let mut right = Connection::to(rig.hosts[0].settings.port);
        let mut wrong = Connection::to(stepped.settings.port);
        let (id, confirm) = open(rig, &mut right, &mut household).await?;
        let path = format!("/v1/status-requests/{id}/confirm");
        let (status, answer) = wrong.post(&path, &confirm).await?;
        let told = answer["code"].as_str().or(answer["state"].as_str()).unwrap_or("?").to_owned();
        ensure!(status < 500, "a host {hours} h off answered {status}: {told}");
        let (again, after) = right.post(&path, &confirm).await?;
        ensure!(again == 200, "the host whose clock is right answered {again}: {}", after["code"]);
        ensure!(status != 200 || answer["token"] == after["token"], "two hosts gave two tokens");
        println!(
            "a host whose clock is {hours:+} h off said `{told}`; the one whose clock is right gave the one answer"
        );
    }
    Ok(())
}

/// Hosts are killed at any moment under load, one and the other in turn.
async fn kill_hosts(rig: &mut Rig, rounds: u32, clients: u64) -> Result<()> {
    let before = rig.gateway.taken();
    let working = Working::start(rig, clients);
    for round in 0..rounds {
        // Steps that share no factor with what the hosts do.
        tokio::time::sleep(Duration::from_micros(u64::from(3_000 + round * 7_919 % 90_000))).await;
        let host = usize::try_from(round)? % rig.hosts.len();
        rig.hosts[host].kill_and_restart()?;
    }
    working.until_answered(100).await?;
    working.end(rig, &format!("{rounds} kills of a host"), before).await
}

/// PostgreSQL is killed under load and started again; no host is restarted.
async fn restart_postgres(rig: &mut Rig, clients: u64) -> Result<()> {
    let before = rig.gateway.taken();
    let working = Working::start(rig, clients);
    for _ in 0..3 {
        working.until_answered(100).await?;
        rig.postgres.kill();
        tokio::time::sleep(Duration::from_millis(500)).await;
        working.server_is_back();
        rig.postgres.start_again();
        working.server_is_back();
    }
    working.until_answered(100).await?;
    working.end(rig, "3 kills of PostgreSQL", before).await
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
                redis.kill();
                tokio::time::sleep(Duration::from_millis(500)).await;
                working.server_is_back();
                redis.restart();
                working.server_is_back();
            }
            ShortLived::Cluster(cluster) => {
                let primary = cluster.primary_of(&format!("round {round}"));
                cluster.kill(primary);
                working.server_is_back();
                cluster.wait_until_served();
                working.server_is_back();
                working.until_answered(100).await?;
                cluster.restart(primary);
                cluster.wait_until_whole();
            }
        }
    }
    working.until_answered(100).await?;
    working.end(rig, "3 kills of Redis", before).await
}
