use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use kycvs::registry::{ImportOptions, RegistryCsv, SealedRegistry};
use kycvs::token::{Algorithm, SigningKey};
use kycvs::{Clock, SystemClock};
use kycvs_postgres::PostgresStore;
use kycvs_sample::SampleRegistry;
use kycvs_test_servers::{Postgres, Redis, RedisCluster, free_port};

use crate::gateway::Gateway;
use crate::host::{HostSettings, registry_key, to_hex};
use crate::settings::{PATIENCE, PEOPLE, SEED};

/// Where requests and limits lie. Households and consents lie in PostgreSQL always.
pub(crate) enum ShortLived {
    /// In PostgreSQL too, where an answer and its consent are one write.
    Postgres,
    /// On a single Redis server.
    Redis(Redis),
    /// On a Redis Cluster.
    Cluster(RedisCluster),
}

/// Real servers, a registry in them, and hosts over them, each a process of its own.
pub(crate) struct Rig {
    pub(crate) postgres: Postgres,
    pub(crate) short_lived: ShortLived,
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) hosts: Vec<Host>,
    /// What every host is started with; the port is its own.
    pub(crate) settings: HostSettings,
}

/// The database of the rig.
const DATABASE: &str = "postgres";

impl Rig {
    /// Fills a PostgreSQL server, and starts everything else.
    pub(crate) async fn over(postgres: Postgres, short_lived: ShortLived, hosts: usize) -> Result<Self> {
        let url = postgres.url(DATABASE);
        PostgresStore::builder(&url)?.migrate().await?;
        let store = Arc::new(PostgresStore::builder(&url)?.open().await?);
        import(store).await?;

        let (gateway, gateway_port) = Gateway::start().await?;
        let settings = HostSettings {
            port: 0,
            postgres: url,
            redis: match &short_lived {
                ShortLived::Postgres => Vec::new(),
                ShortLived::Redis(redis) => vec![redis.url()],
                ShortLived::Cluster(cluster) => cluster.urls(),
            },
            gateway_port,
            signing_key: to_hex(SigningKey::generate_pkcs8(Algorithm::Es256)?.secret_bytes()),
            clock_offset: 0,
            connections: 16,
            last_step: 0,
        };
        let mut rig = Self { postgres, short_lived, gateway, hosts: Vec::new(), settings };
        for _ in 0..hosts {
            let host = rig.host(|_| {})?;
            rig.hosts.push(host);
        }
        Ok(rig)
    }

    /// Starts one more host, with settings of its own.
    pub(crate) fn host(&self, change: impl FnOnce(&mut HostSettings)) -> Result<Host> {
        let mut settings = HostSettings { port: free_port(), ..self.settings.clone() };
        change(&mut settings);
        Host::start(settings)
    }

    /// The ports of the hosts.
    pub(crate) fn ports(&self) -> Vec<u16> {
        self.hosts.iter().map(|host| host.settings.port).collect()
    }

    /// A view of the database from outside of the hosts, for the check of the books.
    pub(crate) async fn ledger(&self) -> Result<PostgresStore> {
        Ok(PostgresStore::builder(&self.settings.postgres)?.open().await?)
    }

    /// How many consents the ledger holds, which are JSON. Leases of places in a status list lie there too, and have no body; and
    /// people's lines, which are sealed.
    pub(crate) fn consents(&self) -> Result<usize> {
        let consents = "SELECT count(*) FROM kycvs.entry WHERE seq = 0 AND substring(body FROM 1 FOR 1) = '{'";
        let counted = self.postgres.sql(DATABASE, consents);
        counted.trim().parse().context("the number of consents")
    }
}

async fn import(store: Arc<PostgresStore>) -> Result<()> {
    let mut csv = Vec::new();
    SampleRegistry::new(SEED, PEOPLE).write_csv(&mut csv)?;
    let registry = SealedRegistry::open(&registry_key(), store).await?;
    let summary = registry
        .import_csv(RegistryCsv::open(&csv[..])?, &ImportOptions::new(SystemClock.now().date_naive()), &mut |_| {})
        .await?;
    if summary.bad_rows > 0 {
        bail!("the sample registry has {} bad rows", summary.bad_rows);
    }
    Ok(())
}

/// A host's process.
pub(crate) struct Host {
    pub(crate) settings: HostSettings,
    child: Child,
}

impl Host {
    fn start(settings: HostSettings) -> Result<Self> {
        let child = Self::spawn(&settings)?;
        let mut host = Self { settings, child };
        host.wait_until_it_answers()?;
        Ok(host)
    }

    /// Kills it (SIGKILL) and starts it again on its port.
    pub(crate) fn kill_and_restart(&mut self) -> Result<()> {
        self.kill();
        self.child = Self::spawn(&self.settings)?;
        self.wait_until_it_answers()
    }

    /// Asks it to end (SIGTERM), waits until it has, and starts another on its port.
    pub(crate) async fn replace(&mut self) -> Result<()> {
        let asked = Command::new("kill").args(["-s", "TERM", &self.child.id().to_string()]).status()?;
        ensure!(asked.success(), "a host could not be asked to end");
        self.wait_until_ended().await?;
        ensure!(self.child.wait()?.success(), "a host that was asked to end failed");
        self.child = Self::spawn(&self.settings)?;
        self.wait_until_it_answers()
    }

    /// Kills it (SIGKILL).
    pub(crate) fn kill(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Waits for the end of what was asked to end, or ends by itself.
    pub(crate) async fn wait_until_ended(&mut self) -> Result<()> {
        let give_up = Instant::now() + PATIENCE;
        while !self.has_ended() {
            ensure!(Instant::now() < give_up, "a host that was to end did not");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Ok(())
    }

    fn has_ended(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(Some(_)))
    }

    fn spawn(settings: &HostSettings) -> Result<Child> {
        Ok(Command::new("setpriv")
            .args(["--pdeathsig", "KILL", "--"])
            .arg(std::env::current_exe()?)
            .arg("host")
            .envs(settings.to_environment())
            .stdin(Stdio::null())
            .spawn()?)
    }

    fn wait_until_it_answers(&mut self) -> Result<()> {
        let give_up = Instant::now() + Duration::from_secs(30);
        while std::net::TcpStream::connect(("127.0.0.1", self.settings.port)).is_err() {
            if self.has_ended() || Instant::now() > give_up {
                bail!("a host did not start");
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok(())
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.kill();
    }
}
