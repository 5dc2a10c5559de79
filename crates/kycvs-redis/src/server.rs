use std::time::Duration;

use kycvs_store::StoreError;
use redis::{Cmd, ErrorKind, Pipeline, RedisError, RedisResult, ServerErrorKind, Value};
use tokio::time::{Instant, timeout_at};

use crate::error::{Fault, store_error};
use crate::pool::{Lent, Node, Pool};
use crate::scripts::Script;

/// How often a call is sent at most, each time because the server said that it had done nothing.
const MAX_SENDS: u32 = 100;

/// A server or a Cluster, as commands are sent to it.
///
/// The client's own repetitions are switched off, since it also repeats what may have been done. Here a command is sent
/// again only after an answer which says that nothing was done: the script is not known, the slot has moved or is moving.
pub(crate) struct Server {
    pub(crate) pool: Pool,
    pub(crate) call_timeout: Duration,
    pub(crate) replicas: Option<Replicas>,
}

/// How many replicas are to have a write before it is answered, and how long to wait for them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Replicas {
    pub(crate) count: u32,
    pub(crate) within: Duration,
}

/// What is asked of the server.
pub(crate) enum Ask<'a> {
    /// A command that only reads.
    Read(Cmd),
    /// A script with its keys and arguments. A lasting one is answered when replicas have it, where that is wished.
    Run { script: &'a Script, keys: Vec<Vec<u8>>, arguments: Vec<Vec<u8>>, lasting: bool },
}

impl Server {
    /// Asks, and waits no longer than a call may take. `what` names what lies at the keys.
    pub(crate) async fn ask(&self, ask: Ask<'_>, what: &'static str) -> Result<Value, StoreError> {
        let replicas = self.replicas.filter(|_| matches!(ask, Ask::Run { lasting: true, .. }));
        let limit = self.call_timeout + replicas.map_or(Duration::ZERO, |replicas| replicas.within);
        let until = Instant::now() + limit;
        let mut lent = timeout_at(until, self.pool.lend()).await.unwrap_or(Err(Fault::Timeout))?;
        let attempt = Attempt { ask: &ask, whole_script: false, redirect: None, replicas };
        let answer = timeout_at(until, attempt.send_until_done(&mut lent, what)).await;
        let answer = answer.unwrap_or_else(|_| Err(Fault::Timeout.into()));
        if let Err(StoreError::Unavailable(source)) = &answer
            && let Some(fault) = source.downcast_ref::<Fault>()
        {
            lent.report(fault);
        }
        answer
    }
}

/// In which form something is asked next.
struct Attempt<'a> {
    ask: &'a Ask<'a>,
    whole_script: bool,
    redirect: Option<Node>,
    replicas: Option<Replicas>,
}

impl Attempt<'_> {
    async fn send_until_done(mut self, lent: &mut Lent<'_>, what: &'static str) -> Result<Value, StoreError> {
        for sends in 1..=MAX_SENDS {
            match self.send(lent).await {
                Ok((answer, have)) => return self.check_replicas(answer, have),
                Err(error) if !self.adapt(&error) => return Err(store_error(&error, what)),
                Err(_) => {}
            }
            if sends > 1 {
                tokio::time::sleep(Duration::from_millis(u64::from(sends.min(50)))).await;
            }
        }
        Err(Fault::Contended.into())
    }

    /// Returns the answer, and how many replicas have it where that is asked. Both commands go over one connection, on
    /// which the server counts what it has written.
    async fn send(&self, lent: &mut Lent<'_>) -> RedisResult<(Value, Option<Value>)> {
        if self.redirect.is_none() && self.replicas.is_none() {
            let answer = match self.ask {
                Ask::Read(command) => lent.link.send_one(command).await,
                Ask::Run { .. } => lent.link.send_one(&self.command()).await,
            };
            return Ok((answer?.extract_error()?, None));
        }
        let mut commands = Pipeline::new();
        if self.redirect.is_some() {
            commands.cmd("ASKING");
        }
        commands.add_command(self.command());
        if let Some(Replicas { count, within }) = self.replicas {
            commands.cmd("WAIT").arg(count).arg(u64::try_from(within.as_millis()).unwrap_or(u64::MAX));
        }
        let mut answers = match &self.redirect {
            Some(node) => lent.link.send_to(node, &commands).await?,
            None => lent.link.send(&commands).await?,
        };
        let have = self.replicas.and_then(|_| answers.pop());
        let answer = answers.pop().unwrap_or(Value::Nil).extract_error()?;
        Ok((answer, have.map(Value::extract_error).transpose()?))
    }

    fn command(&self) -> Cmd {
        match self.ask {
            Ask::Read(command) => command.clone(),
            Ask::Run { script, keys, arguments, .. } => {
                let mut command = Cmd::new();
                match self.whole_script {
                    true => command.arg("EVAL").arg(script.code()),
                    false => command.arg("EVALSHA").arg(script.hash()),
                };
                command.arg(keys.len()).arg(keys).arg(arguments);
                command
            }
        }
    }

    /// Changes what is sent next after an error which says that nothing was done; whether there is a next.
    fn adapt(&mut self, error: &RedisError) -> bool {
        self.redirect = None;
        match error.kind() {
            ErrorKind::Server(ServerErrorKind::NoScript) => !std::mem::replace(&mut self.whole_script, true),
            // The client has asked for the slots again, or the slot is on its way.
            ErrorKind::Server(ServerErrorKind::Moved | ServerErrorKind::TryAgain) => true,
            ErrorKind::Server(ServerErrorKind::Ask) => {
                self.whole_script = true; // the other node may not know it
                self.redirect = error.redirect_node().and_then(|(node, _)| Node::parse(node));
                self.redirect.is_some()
            }
            _ => false,
        }
    }

    fn check_replicas(&self, answer: Value, have: Option<Value>) -> Result<Value, StoreError> {
        match (self.replicas, have) {
            (None, _) => Ok(answer),
            (Some(wanted), Some(Value::Int(have))) if have >= i64::from(wanted.count) => Ok(answer),
            (Some(_), Some(Value::Int(_))) => Err(Fault::NotReplicated.into()),
            (Some(_), _) => Err(Fault::Answer.into()),
        }
    }
}

impl Node {
    fn parse(address: &str) -> Option<Self> {
        let (host, port) = address.rsplit_once(':')?;
        Some(Self { host: host.to_owned(), port: port.parse().ok()? })
    }
}
