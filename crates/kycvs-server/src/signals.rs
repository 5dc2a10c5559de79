use anyhow::{Context, Result};

/// Ends by Ctrl-C, and on Unix by SIGTERM.
pub(crate) fn stop() -> Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    let mut terminate =
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).context("cannot wait for signals")?;
    Ok(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    })
}

/// A signal that may come again and again; where there are none, never.
pub(crate) struct Signal {
    #[cfg(unix)]
    signal: tokio::signal::unix::Signal,
}

/// What asks for a reload: SIGHUP, on Unix.
pub(crate) fn hang_up() -> Result<Signal> {
    Ok(Signal {
        #[cfg(unix)]
        signal: listen(tokio::signal::unix::SignalKind::hangup())?,
    })
}

/// What asks for a copy of the store: SIGUSR1, on Unix.
pub(crate) fn copy() -> Result<Signal> {
    Ok(Signal {
        #[cfg(unix)]
        signal: listen(tokio::signal::unix::SignalKind::user_defined1())?,
    })
}

#[cfg(unix)]
fn listen(kind: tokio::signal::unix::SignalKind) -> Result<tokio::signal::unix::Signal> {
    tokio::signal::unix::signal(kind).context("cannot wait for signals")
}

impl Signal {
    /// Waits for the next one; where there are none, for ever.
    pub(crate) async fn next(&mut self) -> bool {
        #[cfg(unix)]
        let next = self.signal.recv().await.is_some();
        #[cfg(not(unix))]
        let next = std::future::pending().await;
        next
    }
}
