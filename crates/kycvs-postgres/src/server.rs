use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use deadpool_postgres::{ClientWrapper, Connect, Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use futures_util::future::join3;
use futures_util::{SinkExt, pin_mut};
use tokio::sync::RwLock;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Config, Row};

use crate::OpenError;
use crate::error::Failure;
use crate::sql::Param;

/// How often a call is sent again after the server has undone it because of others at the same time.
const ATTEMPTS: usize = 5;

/// How much longer than the server the host waits for an answer.
const GRACE: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    pub(crate) connections: usize,
    pub(crate) readers: usize,
    pub(crate) wait: Duration,
    pub(crate) statement_timeout: Duration,
    pub(crate) pgbouncer: bool,
}

/// One PostgreSQL server, and the connections to it.
///
/// Every call is one statement, and each statement a transaction of its own. So a caller that goes away, or a host that dies,
/// leaves no transaction open and no row locked; and a call is one round trip.
pub(crate) struct Server {
    /// Connections that one call has to itself: a commit waits for the disk, and a large answer takes its time.
    pool: Pool,
    /// Connections that many calls share: requests go out as they come, and the answers come back in their order.
    readers: Vec<Reader>,
    config: Config,
    connector: Connector,
    settings: Settings,
}

impl Server {
    pub(crate) fn new(mut config: Config, connector: Connector, settings: Settings) -> Result<Self, OpenError> {
        let patience = settings.statement_timeout + GRACE;
        // All hosts of the URL get their turn while a call waits.
        let hosts = u32::try_from(config.get_hosts().len()).unwrap_or(u32::MAX).max(1);
        config.connect_timeout(settings.wait / hosts).keepalives_idle(patience);
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(patience);
        }
        if config.get_application_name().is_none() {
            config.application_name("kycvs");
        }
        if !settings.pgbouncer {
            config.options(session_options(&config, &settings));
        }
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let pool = Pool::builder(Manager::from_connect(config.clone(), connector.clone(), recycling))
            .max_size(settings.connections)
            .wait_timeout(Some(settings.wait))
            .create_timeout(Some(settings.wait))
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| OpenError::Unreachable(error.into()))?;
        let readers = if settings.pgbouncer { 0 } else { settings.readers };
        let readers = (0..readers).map(|_| Reader::default()).collect();
        Ok(Self { pool, readers, config, connector, settings })
    }

    /// A short read, on the connection with the fewest calls under way: alone, always the same one.
    pub(crate) async fn read(&self, sql: &str, params: &[Param<'_>]) -> Result<Vec<Row>, Failure> {
        let Some(reader) = self.readers.iter().min_by_key(|reader| reader.calls.load(Ordering::Relaxed)) else {
            return self.call(1, sql, params).await;
        };
        let _until_it_ends = UnderWay::new(&reader.calls);
        let connection = match reader.open_connection() {
            Some(connection) => connection,
            None => within(self.settings.wait, "connecting", reader.connection(self)).await?,
        };
        let answer = self.in_time(1, prepared(&connection, sql, params)).await;
        if answer.as_ref().is_err_and(Failure::spoils_connection) {
            reader.discard(&connection).await;
        }
        answer
    }

    /// A write, or a read of many rows. The time-out is as many times as long as `patience` says.
    pub(crate) async fn call(&self, patience: u32, sql: &str, params: &[Param<'_>]) -> Result<Vec<Row>, Failure> {
        repeated(|| self.call_once(patience, sql, params)).await
    }

    /// A statement that is planned for its values, and forgotten: one about some partitions, or whose text is hardly ever the same.
    pub(crate) async fn call_unnamed(&self, sql: &str, params: &[Param<'_>]) -> Result<Vec<Row>, Failure> {
        let settings = format!("{}; SET LOCAL plan_cache_mode = force_custom_plan", self.own_settings(1));
        repeated(|| async {
            let connection = self.pool.get().await?;
            let answer = self.in_time(1, wrapped(&connection, &settings, sql, params)).await;
            keep_if_sound(connection, answer)
        })
        .await
    }

    async fn call_once(&self, patience: u32, sql: &str, params: &[Param<'_>]) -> Result<Vec<Row>, Failure> {
        let connection = self.pool.get().await?;
        let answer = if self.settings.pgbouncer || patience > 1 {
            self.in_time(patience, wrapped(&connection, &self.own_settings(patience), sql, params)).await
        } else {
            self.in_time(patience, prepared(&connection, sql, params)).await
        };
        keep_if_sound(connection, answer)
    }

    /// Whether [`copy`](Self::copy) may be used: a COPY is a statement with a name, which a PgBouncer may lose.
    pub(crate) fn copies(&self) -> bool {
        !self.settings.pgbouncer
    }

    /// Adds rows by COPY, all or none, for which `sql` names the table.
    pub(crate) async fn copy<I>(&self, patience: u32, sql: &str, rows: impl Fn() -> I) -> Result<(), Failure>
    where
        I: IntoIterator<Item = Bytes>,
    {
        repeated(|| self.copy_once(patience, sql, rows())).await
    }

    async fn copy_once(&self, patience: u32, sql: &str, rows: impl IntoIterator<Item = Bytes>) -> Result<(), Failure> {
        let mut connection = self.pool.get().await?;
        let copied = self.in_time(patience, self.copy_over(&mut connection, patience, sql, rows)).await;
        keep_if_sound(connection, copied)
    }

    async fn copy_over(
        &self,
        connection: &mut Client,
        patience: u32,
        sql: &str,
        rows: impl IntoIterator<Item = Bytes>,
    ) -> Result<(), Failure> {
        let transaction = connection.transaction().await?;
        transaction.batch_execute(&self.own_settings(patience)).await?;
        let sink = transaction.copy_in(sql).await?;
        pin_mut!(sink);
        for chunk in rows {
            sink.send(chunk).await?;
        }
        sink.finish().await?;
        Ok(transaction.commit().await?)
    }

    /// A connection for what is more than a statement. A transaction on it ends when it is dropped.
    pub(crate) async fn connection(&self) -> Result<Object, Failure> {
        Ok(self.pool.get().await?)
    }

    /// The settings of one transaction. A connection to the server itself compiles nothing anyway.
    fn own_settings(&self, patience: u32) -> String {
        let timeout = (self.settings.statement_timeout * patience).as_millis();
        let compiles = if self.settings.pgbouncer { "; SET LOCAL jit = off" } else { "" };
        format!("SET LOCAL statement_timeout = {timeout}{compiles}")
    }

    async fn in_time<T>(&self, patience: u32, call: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        within(self.settings.statement_timeout * patience + GRACE, "the server", call).await
    }
}

/// A statement is planned once for each connection, perhaps while its tables are empty; by the indexes all the same, so that the plan
/// is good when they are full. A scan that is switched off and has no index instead costs so much that it would be compiled.
const PLANS: &str = "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c jit=off";

/// Settings of a connection to the server itself. The last one shows that they have arrived.
fn session_options(config: &Config, settings: &Settings) -> String {
    let timeout = settings.statement_timeout.as_millis();
    let hosts_own = config.get_options().unwrap_or_default();
    format!("{hosts_own} -c statement_timeout={timeout} {PLANS} -c kycvs.session=direct")
}

/// Sends a call again that the server has undone because of others at the same time.
async fn repeated<T, C: Future<Output = Result<T, Failure>>>(call: impl Fn() -> C) -> Result<T, Failure> {
    for _ in 1..ATTEMPTS {
        match call().await {
            Err(failure) if failure.may_be_repeated() => {}
            answer => return answer,
        }
    }
    call().await
}

/// Gives a connection back to its pool, or closes one that is of no use any more.
fn keep_if_sound<T>(connection: Object, answer: Result<T, Failure>) -> Result<T, Failure> {
    if answer.as_ref().is_err_and(Failure::spoils_connection) {
        drop(Object::take(connection));
    }
    answer
}

async fn within<T>(
    limit: Duration,
    what: &'static str,
    call: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    timeout(limit, call).await.unwrap_or(Err(Failure::TimeOut(what)))
}

/// Sends a statement without a name, with its settings before it and its commit behind it: one round trip, of which all is on
/// its way or nothing.
async fn wrapped(connection: &Client, settings: &str, sql: &str, params: &[Param<'_>]) -> Result<Vec<Row>, Failure> {
    let begin = format!("BEGIN; {settings}");
    let sent = join3(
        connection.batch_execute(&begin),
        connection.query_typed(sql, params),
        connection.batch_execute("COMMIT"),
    );
    let (begun, rows, committed) = sent.await;
    begun?;
    let rows = rows?;
    committed?;
    Ok(rows)
}

/// Sends a statement that the server has planned before.
async fn prepared(connection: &ClientWrapper, sql: &str, params: &[Param<'_>]) -> Result<Vec<Row>, Failure> {
    let statement = connection.prepare_cached(sql).await?;
    let values: Vec<&(dyn ToSql + Sync)> = params.iter().map(|(value, _)| *value).collect();
    Ok(connection.query(&statement, &values).await?)
}

/// A connection that is opened when it is needed, and again after it was lost.
#[derive(Default)]
struct Reader {
    place: RwLock<Option<Arc<ClientWrapper>>>,
    calls: AtomicUsize,
}

impl Reader {
    /// The connection, if it is there and nobody is making another: nearly always, and without a timer.
    fn open_connection(&self) -> Option<Arc<ClientWrapper>> {
        self.place.try_read().ok()?.clone().filter(|connection| !connection.is_closed())
    }

    async fn connection(&self, server: &Server) -> Result<Arc<ClientWrapper>, Failure> {
        let usable = |place: &Option<Arc<ClientWrapper>>| place.clone().filter(|connection| !connection.is_closed());
        if let Some(connection) = usable(&*self.place.read().await) {
            return Ok(connection);
        }
        let mut place = self.place.write().await;
        if let Some(connection) = usable(&place) {
            return Ok(connection); // another caller was here before
        }
        let (client, task) = server.connector.connect(&server.config).await?;
        let connection = Arc::new(ClientWrapper::new(client, task));
        *place = Some(connection.clone());
        Ok(connection)
    }

    /// Calls that wait on it have it until they end.
    async fn discard(&self, connection: &Arc<ClientWrapper>) {
        let mut place = self.place.write().await;
        if place.as_ref().is_some_and(|kept| Arc::ptr_eq(kept, connection)) {
            *place = None;
        }
    }
}

/// A call, counted until it ends or is given up.
struct UnderWay<'a>(&'a AtomicUsize);

impl<'a> UnderWay<'a> {
    fn new(calls: &'a AtomicUsize) -> Self {
        calls.fetch_add(1, Ordering::Relaxed);
        Self(calls)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// How a connection is made, whatever TLS it speaks.
#[derive(Clone)]
pub(crate) struct Connector(pub(crate) Arc<dyn Connect>);

type Connecting<'a> =
    Pin<Box<dyn Future<Output = Result<(Client, JoinHandle<()>), tokio_postgres::Error>> + Send + 'a>>;

impl Connect for Connector {
    fn connect(&self, config: &Config) -> Connecting<'_> {
        self.0.connect(config)
    }
}
