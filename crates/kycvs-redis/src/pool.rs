use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use redis::aio::{ConnectionLike, MultiplexedConnection};
use redis::cluster::ClusterClient;
use redis::cluster_async::ClusterConnection;
use redis::cluster_routing::SingleNodeRoutingInfo;
use redis::{AsyncConnectionConfig, Client, Cmd, Pipeline, RedisResult, Value, cmd};

use crate::error::Fault;

/// How long after an attempt to make a connection the next one may come.
const PAUSE: Duration = Duration::from_millis(500);

/// Makes connections: to one server, or to a Cluster.
pub(crate) enum Source {
    Server(Client, AsyncConnectionConfig),
    Cluster(ClusterClient),
}

/// A connection that many calls share: each sends when it likes, and answers come back in order.
#[derive(Clone)]
pub(crate) enum Link {
    Server(MultiplexedConnection),
    Cluster(ClusterConnection),
}

impl Source {
    pub(crate) async fn connect(&self) -> RedisResult<Link> {
        Ok(match self {
            Self::Server(client, config) => {
                Link::Server(client.get_multiplexed_async_connection_with_config(config).await?)
            }
            Self::Cluster(client) => Link::Cluster(client.get_async_connection().await?),
        })
    }
}

impl Link {
    /// Whether the connection was closed and the client has noticed; nothing that is sent over it arrives. A Cluster's
    /// connections to its nodes are the client's own affair.
    ///
    /// The client tells nobody but who sends something. So a command is handed to it and taken back: the client sends none
    /// whose answer nobody waits for, and refuses it at once if its connection has ended. Should it be quicker than that, the
    /// server gets a PING.
    fn has_ended(&mut self) -> bool {
        let Self::Server(link) = self else { return false };
        let ping = cmd("PING");
        let mut asked = link.req_packed_command(&ping);
        matches!(asked.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Ready(Err(_)))
    }

    /// Sends one command.
    pub(crate) async fn send_one(&mut self, command: &Cmd) -> RedisResult<Value> {
        match self {
            Self::Server(link) => link.req_packed_command(command).await,
            Self::Cluster(link) => link.req_packed_command(command).await,
        }
    }

    /// Sends commands one right after the other, and returns as many answers.
    pub(crate) async fn send(&mut self, commands: &Pipeline) -> RedisResult<Vec<Value>> {
        match self {
            Self::Server(link) => link.req_packed_commands(commands, 0, commands.len()).await,
            Self::Cluster(link) => link.req_packed_commands(commands, 0, commands.len()).await,
        }
    }

    /// The same, to the node of a Cluster that another node has named.
    pub(crate) async fn send_to(&mut self, node: &Node, commands: &Pipeline) -> RedisResult<Vec<Value>> {
        match self {
            Self::Server(_) => self.send(commands).await,
            Self::Cluster(link) => {
                let route = SingleNodeRoutingInfo::ByAddress { host: node.host.clone(), port: node.port };
                link.route_pipeline(commands.clone(), 0, commands.len(), route).await
            }
        }
    }
}

/// Where a node of a Cluster listens.
pub(crate) struct Node {
    pub(crate) host: String,
    pub(crate) port: u16,
}

/// A fixed number of connections. A call never uses one that is known to have ended: it makes it again first. One that did not
/// answer makes all that are as old suspect; they are opened again in the background, and used until that is done.
pub(crate) struct Pool {
    places: Box<[Arc<Place>]>,
    next: AtomicUsize,
    /// Counts the times at which connections became suspect. One that was made in an earlier age is.
    age: Arc<AtomicU64>,
}

struct Place {
    source: Arc<Source>,
    age: Arc<AtomicU64>,
    link: Mutex<Aged>,
    /// How the last attempt to make the connection ended, and when. Who makes it holds this.
    attempt: tokio::sync::Mutex<Option<(Instant, Result<(), Fault>)>>,
}

/// A connection, and the age in which it was made.
#[derive(Clone)]
struct Aged {
    link: Link,
    age: u64,
}

impl Pool {
    pub(crate) async fn open(source: Source, size: usize) -> RedisResult<Self> {
        let (source, age) = (Arc::new(source), Arc::new(AtomicU64::new(0)));
        let mut places = Vec::with_capacity(size);
        for _ in 0..size {
            let link = Mutex::new(Aged { link: source.connect().await?, age: 0 });
            let (source, age, attempt) = (source.clone(), age.clone(), tokio::sync::Mutex::default());
            places.push(Arc::new(Place { source, age, link, attempt }));
        }
        Ok(Self { places: places.into(), next: AtomicUsize::new(0), age })
    }

    /// A connection that has not ended as far as this host knows.
    ///
    /// # Errors
    /// What kept it from being opened again.
    pub(crate) async fn lend(&self) -> Result<Lent<'_>, Fault> {
        let place = &self.places[self.next.fetch_add(1, Ordering::Relaxed) % self.places.len()];
        let mut lent = place.link();
        if lent.link.has_ended() {
            lent = place.make_anew().await?;
        }
        Ok(Lent { link: lent.link, age: lent.age, pool: self })
    }
}

/// A connection for the time of a call.
pub(crate) struct Lent<'a> {
    pub(crate) link: Link,
    age: u64,
    pool: &'a Pool,
}

impl Lent<'_> {
    /// Has all connections opened again that are as old as this one, if the fault is its own.
    pub(crate) fn report(&self, fault: &Fault) {
        if !fault.is_of_the_connection() {
            return;
        }
        // Of many calls that fail, the first begins the new age.
        let _ = self.pool.age.compare_exchange(self.age, self.age + 1, Ordering::AcqRel, Ordering::Relaxed);
        for place in self.pool.places.iter().filter(|place| place.is_suspect()) {
            let place = place.clone();
            tokio::spawn(async move { place.make_anew_if_it_is_time().await });
        }
    }
}

impl Place {
    /// Makes the connection for all calls that wait for it. Soon after a failure they fail for the same reason.
    async fn make_anew(&self) -> Result<Aged, Fault> {
        let mut attempt = self.attempt.lock().await;
        let mut kept = self.link();
        if !kept.link.has_ended() {
            return Ok(kept); // another call was here before
        }
        match &*attempt {
            Some((at, Err(fault))) if at.elapsed() < PAUSE => Err(fault.clone()),
            _ => self.connect(&mut attempt).await,
        }
    }

    /// Makes the connection, unless somebody is at it or was a moment ago. The next fault calls for it again.
    async fn make_anew_if_it_is_time(&self) {
        let Ok(mut attempt) = self.attempt.try_lock() else { return };
        if self.is_suspect() && attempt.as_ref().is_none_or(|(at, _)| at.elapsed() >= PAUSE) {
            // Who needs the connection learns of a failure by its own attempt.
            let _ = self.connect(&mut attempt).await;
        }
    }

    async fn connect(&self, attempt: &mut Option<(Instant, Result<(), Fault>)>) -> Result<Aged, Fault> {
        let age = self.age.load(Ordering::Acquire);
        let made = self.source.connect().await.map_err(|error| Fault::from(&error));
        *attempt = Some((Instant::now(), made.as_ref().map(|_| ()).map_err(Clone::clone)));
        let made = Aged { link: made?, age };
        *self.link.lock().unwrap_or_else(PoisonError::into_inner) = made.clone();
        Ok(made)
    }

    fn link(&self) -> Aged {
        self.link.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn is_suspect(&self) -> bool {
        self.link().age < self.age.load(Ordering::Acquire)
    }
}
