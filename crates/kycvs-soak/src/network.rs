use std::time::Duration;

use anyhow::Result;
use kycvs_test_servers::{Proxy, Weather};

use crate::load::Working;
use crate::rig::{Host, Rig, ShortLived};

/// Connections from hosts to their servers are cut, slow, and stalled until buffers are full, under load. The servers are well
/// all the time.
pub(crate) async fn spoil(rig: &mut Rig, clients: u64) -> Result<()> {
    let to_postgres = Proxy::to(rig.postgres.port());
    let direct = rig.settings.postgres.clone();
    let postgres = direct.replace(&format!(":{}/", rig.postgres.port()), &format!(":{}/", to_postgres.port()));
    spoil_one(rig, clients, "PostgreSQL", &to_postgres, |host| host.postgres = postgres.clone()).await?;

    if let ShortLived::Redis(redis) = &rig.short_lived {
        let to_redis = Proxy::to(redis.port());
        let url = redis.url().replace(&format!(":{}", redis.port()), &format!(":{}", to_redis.port()));
        spoil_one(rig, clients, "Redis", &to_redis, |host| host.redis = vec![url.clone()]).await?;
    }
    Ok(())
}

async fn spoil_one(
    rig: &mut Rig,
    clients: u64,
    server: &str,
    proxy: &Proxy,
    through: impl Fn(&mut crate::host::HostSettings),
) -> Result<()> {
    let direct = swap_hosts(rig, through)?;
    for (weather, what) in
        [(Weather::Cut, "cut"), (Weather::Slow(Duration::from_millis(100)), "slow"), (Weather::Stalled, "stalled")]
    {
        let before = rig.gateway.taken();
        let working = Working::start(rig, clients);
        working.until_answered(100).await?;
        proxy.set(weather);
        tokio::time::sleep(Duration::from_secs(3)).await;
        working.server_is_back();
        proxy.set(Weather::Fair);
        working.until_answered(100).await?;
        working.end(rig, &format!("the way to {server} {what} for 3 s"), before).await?;
    }
    rig.hosts = direct;
    Ok(())
}

/// Many more clients than a host has connections: some wait, some get 503, nothing is lost.
pub(crate) async fn crowd(rig: &mut Rig) -> Result<()> {
    let direct = swap_hosts(rig, |host| host.connections = 1)?;
    let before = rig.gateway.taken();
    let working = Working::start(rig, 256);
    // Room is short all the time: there is nothing to recover from.
    working.server_is_down();
    working.until_answered(500).await?;
    working.end(rig, "256 clients on hosts with one connection each", before).await?;
    rig.hosts = direct;
    Ok(())
}

/// Puts hosts with other settings in the place of those there are, and returns these.
fn swap_hosts(rig: &mut Rig, change: impl Fn(&mut crate::host::HostSettings)) -> Result<Vec<Host>> {
    let others = rig.hosts.iter().map(|_| rig.host(&change)).collect::<Result<_>>()?;
    Ok(std::mem::replace(&mut rig.hosts, others))
}
