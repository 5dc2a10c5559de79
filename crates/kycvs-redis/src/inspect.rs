use redis::aio::ConnectionLike;
use redis::{AsyncConnectionConfig, Client, Cmd, RedisError, Value};

use crate::error::{OpenError, open_error};

/// What a server says about itself.
#[derive(Default)]
pub(crate) struct Report {
    version: Option<(u32, u32)>,
    mode: String,
    role: String,
    /// The state of its Cluster, where it is part of one.
    cluster_state: Option<String>,
}

/// Asks a server what it is, before anything is written to it.
pub(crate) async fn inspect(client: &Client, config: &AsyncConnectionConfig) -> Result<Report, OpenError> {
    let mut link =
        client.get_multiplexed_async_connection_with_config(config).await.map_err(|error| open_error(&error))?;
    let info = text(link.req_packed_command(&command(&["INFO"])).await).map_err(|error| open_error(&error))?;
    let mut report = Report {
        version: field(&info, "redis_version").and_then(version),
        mode: field(&info, "redis_mode").unwrap_or_default().to_owned(),
        role: field(&info, "role").unwrap_or_default().to_owned(),
        cluster_state: None,
    };
    if report.mode == "cluster" {
        let info = text(link.req_packed_command(&command(&["CLUSTER", "INFO"])).await);
        let info = info.map_err(|error| open_error(&error))?;
        report.cluster_state = field(&info, "cluster_state").map(ToOwned::to_owned);
    }
    let script = link.req_packed_command(&command(&["EVAL", "return 1", "0"])).await;
    script.and_then(Value::extract_error).map_err(|error| open_error(&error))?;
    // A managed server may not let us ask; then the README's word must do.
    if let Ok(answer) = link.req_packed_command(&command(&["CONFIG", "GET", "maxmemory-policy"])).await
        && evicts(&answer)
    {
        return Err(OpenError::Evicts);
    }
    report.check()
}

/// Asks the nodes that are named; those that do not answer are not needed while another does.
pub(crate) async fn inspect_cluster(clients: &[Client], config: &AsyncConnectionConfig) -> Result<(), OpenError> {
    let mut unreachable = OpenError::InvalidUrl;
    let mut reached = false;
    for client in clients {
        match inspect(client, config).await {
            Ok(report) => {
                report.check_cluster()?;
                reached = true;
            }
            Err(error @ OpenError::Unreachable(_)) => unreachable = error,
            Err(error) => return Err(error),
        }
    }
    if reached { Ok(()) } else { Err(unreachable) }
}

impl Report {
    fn check(self) -> Result<Self, OpenError> {
        match self.version {
            None => Err(OpenError::NotRedis),
            Some(version) if version < (6, 2) => Err(OpenError::TooOld),
            Some(_) if self.mode == "sentinel" => Err(OpenError::NotRedis),
            Some(_) => Ok(self),
        }
    }

    pub(crate) fn check_single(&self) -> Result<(), OpenError> {
        match (self.mode.as_str(), self.role.as_str()) {
            ("cluster", _) => Err(OpenError::IsACluster),
            (_, "slave") => Err(OpenError::Replica),
            _ => Ok(()),
        }
    }

    fn check_cluster(&self) -> Result<(), OpenError> {
        match self.cluster_state.as_deref() {
            None => Err(OpenError::NotACluster),
            Some("ok") => Ok(()),
            Some(_) => Err(OpenError::ClusterDown),
        }
    }
}

fn command(words: &[&str]) -> Cmd {
    let mut command = Cmd::new();
    command.arg(words);
    command
}

fn text(answer: Result<Value, RedisError>) -> Result<String, RedisError> {
    match answer.and_then(Value::extract_error)? {
        Value::BulkString(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Value::VerbatimString { text, .. } => Ok(text),
        _ => Ok(String::new()),
    }
}

fn field<'a>(info: &'a str, name: &str) -> Option<&'a str> {
    info.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(field, _)| *field == name)
        .map(|(_, value)| value.trim())
}

fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

/// `maxmemory-policy` and its value.
fn evicts(answer: &Value) -> bool {
    match answer {
        Value::Array(pair) => matches!(&pair[..], [_, Value::BulkString(policy)] if policy != b"noeviction"),
        Value::Map(pairs) => matches!(&pairs[..], [(_, Value::BulkString(policy))] if policy != b"noeviction"),
        _ => false,
    }
}
