use anyhow::{Result, bail};
use kycvs_axum::HttpLimits;

/// What the stores, the gateway, the log and the listeners take beside connections.
const BESIDE: u64 = 128;

/// Raises the soft limit of file descriptors to what the connections take, and refuses what the hard limit has no room
/// for: a server without descriptors answers that it is ready, and sends no message.
///
/// # Errors
/// A hard limit that is too low, with what to change.
#[cfg(unix)]
pub(crate) fn make_room(limits: &HttpLimits) -> Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let connections = u64::try_from(limits.connections).unwrap_or(u64::MAX);
    let sends = u64::try_from(limits.concurrent_sends).unwrap_or(u64::MAX);
    // A message that waits for its gateway has a connection of its own.
    let needed = connections.saturating_add(sends).saturating_add(BESIDE);
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_none_or(|current| current >= needed) {
        return Ok(());
    }
    if let Some(maximum) = maximum.filter(|maximum| *maximum < needed) {
        bail!(
            "`limits.connections` and `limits.concurrent_sends` take {needed} file descriptors, and the system gives \
             {maximum}: raise LimitNOFILE or `ulimit -n`, or lower them"
        );
    }
    Ok(setrlimit(Resource::Nofile, Rlimit { current: Some(needed), maximum })?)
}

#[cfg(not(unix))]
pub(crate) fn make_room(_: &HttpLimits) -> Result<()> {
    Ok(())
}
