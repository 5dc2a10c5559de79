use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use redis::aio::{ConnectionLike, MultiplexedConnection};
use redis::cluster::ClusterClient;
use redis::cluster_async::ClusterConnection;
use redis::cluster_routing::SingleNodeRoutingInfo;
use redis::{AsyncConnectionConfig, Client, Cmd, Pipeline, RedisResult, Value};

use crate::error::Fault;

/// How long the making of a connection waits after a failure, at first and at most.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(50), Duration::from_millis(500));

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

/// A fixed number of connections, each made anew in the background when it fails. A call never waits for that: it uses
/// what there is, and fails if that is broken.
pub(crate) struct Pool {
    places: Box<[Arc<Place>]>,
    next: AtomicUsize,
}

struct Place {
    source: Arc<Source>,
    link: Mutex<Link>,
    replacing: AtomicBool,
}

impl Pool {
    pub(crate) async fn open(source: Source, size: usize) -> RedisResult<Self> {
        let source = Arc::new(source);
        let mut places = Vec::with_capacity(size);
        for _ in 0..size {
            let link = Mutex::new(source.connect().await?);
            places.push(Arc::new(Place { source: source.clone(), link, replacing: AtomicBool::new(false) }));
        }
        Ok(Self { places: places.into(), next: AtomicUsize::new(0) })
    }

    pub(crate) fn lend(&self) -> Lent<'_> {
        let place = &self.places[self.next.fetch_add(1, Ordering::Relaxed) % self.places.len()];
        Lent { link: place.link.lock().unwrap_or_else(PoisonError::into_inner).clone(), place }
    }
}

/// A connection for the time of a call.
pub(crate) struct Lent<'a> {
    pub(crate) link: Link,
    place: &'a Arc<Place>,
}

impl Lent<'_> {
    /// Has the connection made anew, if this is its fault. Until that is done others keep using it: in a Cluster it may lead
    /// to healthy nodes, too.
    pub(crate) fn report(&self, fault: &Fault) {
        if fault.is_of_the_connection() && !self.place.replacing.swap(true, Ordering::AcqRel) {
            tokio::spawn(replace(Arc::downgrade(self.place)));
        }
    }
}

/// Tries until there is a new connection, or nobody wants it any more. The pause after a success bounds how often a
/// connection is made that does not hold.
async fn replace(place: Weak<Place>) {
    let (mut pause, longest) = BACKOFF;
    loop {
        let Some(alive) = place.upgrade() else { return };
        let made = alive.source.connect().await;
        let done = made.is_ok();
        if let Ok(link) = made {
            *alive.link.lock().unwrap_or_else(PoisonError::into_inner) = link;
        }
        drop(alive);
        tokio::time::sleep(pause).await;
        if done {
            break;
        }
        pause = (pause * 2).min(longest);
    }
    if let Some(alive) = place.upgrade() {
        alive.replacing.store(false, Ordering::Release);
    }
}
