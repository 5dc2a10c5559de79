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

/// The signals that ask for a reload: SIGHUP, on Unix.
pub(crate) struct HangUp {
    #[cfg(unix)]
    signal: tokio::signal::unix::Signal,
}

pub(crate) fn hang_up() -> Result<HangUp> {
    #[cfg(unix)]
    let signal = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup());
    Ok(HangUp {
        #[cfg(unix)]
        signal: signal.context("cannot wait for signals")?,
    })
}

impl HangUp {
    /// Waits for the next one; where there are none, for ever.
    pub(crate) async fn next(&mut self) -> bool {
        #[cfg(unix)]
        let next = self.signal.recv().await.is_some();
        #[cfg(not(unix))]
        let next = std::future::pending().await;
        next
    }
}
