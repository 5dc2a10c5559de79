use kycvs_store::StoreError;
use redis::{ErrorKind, RedisError, ServerErrorKind};

/// Why a store was not opened. Nothing was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// A URL is not one of Redis: `redis://[user:password@]host[:port][/database]`, or `rediss://` with the feature `tls`.
    #[error("a URL must begin with redis:// or rediss:// and name a host")]
    InvalidUrl,
    /// A setting is outside of what is allowed.
    #[error("{setting} must be {must}")]
    InvalidSetting {
        /// The setting.
        setting: &'static str,
        /// What it must be.
        must: &'static str,
    },
    /// No server answered.
    #[error("no server answered")]
    Unreachable(#[source] Fault),
    /// The server wants another user or password, or the user may not use the commands that are needed.
    #[error("the server does not allow it")]
    NotAllowed(#[source] Fault),
    /// What answered is no Redis server, or a Sentinel.
    #[error("what answers is not a Redis server")]
    NotRedis,
    /// The server is older than 6.2, the first release with all that is needed.
    #[error("the server is older than Redis 6.2")]
    TooOld,
    /// A Cluster was asked for, and the server is a single one.
    #[error("the server is not part of a cluster")]
    NotACluster,
    /// A single server was asked for, and it is part of a Cluster.
    #[error("the server is part of a cluster")]
    IsACluster,
    /// The Cluster does not serve all slots.
    #[error("the cluster is down: not all of its slots are served")]
    ClusterDown,
    /// The server is a replica, which takes no writes.
    #[error("the server is a replica")]
    Replica,
    /// The server throws keys away when its memory is full. A limit that is thrown away limits nothing.
    #[error("the server evicts keys: its maxmemory-policy must be noeviction")]
    Evicts,
    /// The system gave no random bytes.
    #[error("the system gave no random bytes")]
    RandomUnavailable,
}

/// What went wrong with a server: the source of [`StoreError::Unavailable`]. It repeats nothing that was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// There is no connection, or it broke.
    #[error("there is no connection to the server, or it broke")]
    Connection,
    /// There was no answer in time.
    #[error("the server did not answer in time")]
    Timeout,
    /// The server answered with an error, whose first word this is: `OOM` when its memory is full, `READONLY` when it is a
    /// replica, `CLUSTERDOWN` when slots are not served, `NOREPLICAS` when `min-replicas-to-write` is not met.
    #[error("the server answered {0}")]
    Server(String),
    /// The write is done, but fewer replicas than asked for have it.
    #[error("too few replicas have the write")]
    NotReplicated,
    /// By the server's clock the record would be forgotten at once: that clock, or the host's, is wrong by hours.
    #[error("the clocks of the server and the host are too far apart")]
    Clock,
    /// Other calls held what this one needed, until its time was up.
    #[error("other calls were in the way for too long")]
    Contended,
    /// An answer that this adapter does not understand.
    #[error("the server's answer is not understood")]
    Answer,
}

impl Fault {
    /// Whether the connection should be opened again: it broke, does not answer, or leads to a server that takes no writes.
    pub(crate) fn is_of_the_connection(&self) -> bool {
        match self {
            Self::Connection | Self::Timeout => true,
            Self::Server(word) => word == "READONLY" || word == "MASTERDOWN",
            _ => false,
        }
    }
}

/// An error of the server may repeat the command that it refuses, and its keys; so only its first word is kept.
impl From<&RedisError> for Fault {
    fn from(error: &RedisError) -> Self {
        if error.is_timeout() {
            return Self::Timeout;
        }
        if let Some(word) = error.code() {
            let plain = |byte: u8| byte.is_ascii_uppercase() || byte == b'_';
            let word = if word.len() <= 20 && word.bytes().all(plain) { word } else { "an error" };
            return Self::Server(word.to_owned());
        }
        match error.kind() {
            ErrorKind::Io | ErrorKind::ClusterConnectionNotFound => Self::Connection,
            ErrorKind::AuthenticationFailed => Self::Server("WRONGPASS".to_owned()),
            _ => Self::Answer,
        }
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        Self::unavailable(fault)
    }
}

/// An error of a call: a key that holds something else is damage, all others are the server's.
pub(crate) fn store_error(error: &RedisError, what: &'static str) -> StoreError {
    if error.code() == Some("WRONGTYPE") { StoreError::Damaged { what } } else { Fault::from(error).into() }
}

/// Sorts the error of a first contact.
pub(crate) fn open_error(error: &RedisError) -> OpenError {
    let fault = Fault::from(error);
    match (&fault, error.kind()) {
        (_, ErrorKind::InvalidClientConfig) => OpenError::InvalidUrl,
        (Fault::Server(word), _) if matches!(word.as_str(), "NOAUTH" | "WRONGPASS" | "NOPERM" | "DENIED") => {
            OpenError::NotAllowed(fault)
        }
        (Fault::Server(word), _) if word == "CLUSTERDOWN" => OpenError::ClusterDown,
        (_, ErrorKind::Parse | ErrorKind::Server(ServerErrorKind::ResponseError)) => OpenError::NotRedis,
        _ => OpenError::Unreachable(fault),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_the_server_repeats_no_command() {
        let detail = "unknown command 'EVALSHA', with args beginning with: 'kycvs:{3ff}:c:secret'".to_owned();
        for error in [
            redis::make_extension_error("OOM".into(), Some(detail.clone())),
            redis::make_extension_error("kycvs:{3ff}".into(), Some(detail)),
        ] {
            let fault = Fault::from(&error);
            assert!(
                !format!("{fault} {fault:?} {:?}", StoreError::from(fault.clone())).contains("kycvs:"),
                "{fault:?}"
            );
        }
    }
}
