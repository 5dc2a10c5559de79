//! A PostgreSQL server with a registry in it, and the same rows without us: by tokio-postgres, psql and pgbench.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use bytes::BytesMut;
use futures_util::{StreamExt, stream};
use kycvs::registry::SealedRegistry;
use kycvs::store::{Day, HouseholdStore, HouseholdWrite, Key};
use kycvs_postgres::PostgresStore;
use kycvs_test_servers::Postgres;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, NoTls, Statement};

use crate::contest::{Way, way};
use crate::lookup::{Asked, KYCVS};
use crate::people;
use crate::raw::RawKey;
use crate::scale::Scale;

/// A server that syncs every commit, as Debian starts it but with more memory, and a database with our tables.
pub struct Database {
    server: Postgres,
    name: String,
    /// Where the server's own psql and pgbench lie.
    programs: PathBuf,
    folder: TempDir,
}

/// The file format of a `\copy`.
#[derive(Clone, Copy, Debug)]
pub enum Format {
    /// psql's default: a line for each row, bytes as hexadecimal digits.
    Text,
    /// As values lie in memory.
    Binary,
}

/// Into how many partitions our tables are split: the default.
const PARTITIONS: usize = 64;

impl Database {
    /// Starts a server.
    pub fn start() -> Self {
        Self::with(&["shared_buffers=1GB", "max_wal_size=8GB"])
    }

    fn with(settings: &[&str]) -> Self {
        let server = Postgres::start(settings);
        let name = server.database(None);
        let programs = server.sql(&name, "SELECT setting FROM pg_config WHERE name = 'BINDIR'").into();
        let migrated = people::one_thread().block_on(PostgresStore::builder(&server.url(&name)).unwrap().migrate());
        migrated.unwrap();
        Self { server, name, programs, folder: tempfile::tempdir().unwrap() }
    }

    /// The same with as little memory as a server starts with comfortably: what is measured does not fit into it.
    pub fn small() -> Self {
        Self::with(&["shared_buffers=16MB", "max_wal_size=8GB"])
    }

    /// Puts consents of today into the ledger, each with a line.
    pub fn fill_ledger(&self, consents: u32) {
        let today = Day::of(SystemTime::now().into()).number();
        self.server.sql(&self.name, &format!("SELECT kycvs.open_day({today})"));
        for (of, bytes) in [("consent", 960), ("line", 160)] {
            let id = format!("rpad(lpad(to_hex({today}), 4, '0') || md5('{of}' || n), 32, '0')::uuid");
            let body = format!("decode(repeat(md5(n::text), {}), 'hex')", bytes / 16);
            let rows = format!("SELECT {id}, 0, {body} FROM generate_series(1, {consents}) n");
            self.server.sql(&self.name, &format!("INSERT INTO kycvs.entry (id, seq, body) {rows}"));
        }
        self.server.sql(&self.name, "VACUUM (ANALYZE) kycvs.entry");
        self.server.sql(&self.name, "CHECKPOINT");
    }

    /// How much larger the ledger is than the server's memory for it, its shared buffers.
    pub fn ledger_share(&self) -> f64 {
        let size = "SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree('kycvs.entry')";
        let memory = "SELECT setting::float8 * 8192 FROM pg_settings WHERE name = 'shared_buffers'";
        let share = format!("SELECT (({size})::float8 / ({memory}))");
        self.server.sql(&self.name, &share).parse().unwrap()
    }

    /// How many bytes of WAL the server has written.
    pub fn wal_bytes(&self) -> f64 {
        self.server.sql(&self.name, "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn").parse().unwrap()
    }

    /// Where a store finds it.
    pub fn url(&self) -> String {
        self.server.url(&self.name)
    }

    /// Removes all households, and does now what the server would else do while something is measured.
    pub fn empty(&self) {
        self.server.sql(&self.name, "TRUNCATE kycvs.household");
        self.server.sql(&self.name, "CHECKPOINT");
    }

    /// Does what the server itself does some minutes after an import.
    pub fn settle(&self) {
        self.server.sql(&self.name, "VACUUM (ANALYZE, FREEZE) kycvs.household");
        self.server.sql(&self.name, "CHECKPOINT");
    }

    /// Imports a CSV as a host does: how many seconds it takes.
    pub fn import(&self, csv: &Path) -> f64 {
        let runtime = people::one_thread();
        let begin = Instant::now();
        let store = Arc::new(runtime.block_on(open(&self.url(), 1)));
        let registry = runtime.block_on(SealedRegistry::open(&people::registry_key(), store)).unwrap();
        people::import_on(&runtime, &registry, fs::File::open(csv).unwrap());
        begin.elapsed().as_secs_f64()
    }

    /// Writes new households by our store, in batches as large as an import has them: how many seconds it takes. An import
    /// also `looks` what is there already, before each batch.
    pub fn write(&self, households: &[(RawKey, Vec<u8>)], looks: bool) -> f64 {
        let runtime = people::one_thread();
        let store = runtime.block_on(open(&self.url(), 1));
        let write = |(key, body): &(RawKey, Vec<u8>)| HouseholdWrite {
            key: Key::from(*key),
            expected: None,
            body: body.clone(),
        };
        let batches: Vec<Vec<_>> = households.chunks(1 << 15).map(|batch| batch.iter().map(write).collect()).collect();
        let begin = Instant::now();
        runtime.block_on(async {
            for batch in batches {
                if looks {
                    let keys: Vec<Key> = batch.iter().map(|write| write.key).collect();
                    assert!(store.get_many(&keys).await.unwrap().iter().all(Option::is_none));
                }
                store.write(batch).await.unwrap();
            }
        });
        begin.elapsed().as_secs_f64()
    }

    /// All households, in the order of their keys.
    pub fn households(&self) -> Vec<(RawKey, Vec<u8>)> {
        let runtime = people::one_thread();
        runtime.block_on(async {
            let client = connect(&self.url()).await;
            let rows =
                client.query("SELECT uuid_send(key), body FROM kycvs.household ORDER BY key", &[]).await.unwrap();
            rows.iter().map(|row| (row.get::<_, &[u8]>(0).try_into().unwrap(), row.get(1))).collect()
        })
    }

    /// Writes all households to a file by psql's `\copy`.
    pub fn copy_out(&self, format: Format) -> PathBuf {
        let file = self.folder.path().join(format.name());
        let rows = "(SELECT key, version, body FROM kycvs.household ORDER BY key)";
        self.psql(&[&format!("\\copy {rows} TO '{}' (FORMAT {})", file.display(), format.name())]);
        file
    }

    /// Reads such a file by psql's `\copy`: how many seconds it takes, by psql's own clock.
    pub fn copy_in(&self, file: &Path, format: Format) -> f64 {
        let table = "kycvs.household (key, version, body)";
        let copy = format!("\\copy {table} FROM '{}' (FORMAT {})", file.display(), format.name());
        let told = self.psql(&["\\timing on", &copy]);
        let milliseconds =
            told.lines().find_map(|line| line.strip_prefix("Time: ")?.split(' ').next()?.parse::<f64>().ok());
        milliseconds.unwrap() / 1000.0
    }

    /// Lets `clients` of pgbench insert a consent `each` times, each in a transaction of its own: how many a second, by
    /// its own clock, which starts when all are connected.
    pub fn pgbench(&self, consent: &[u8], clients: usize, each: usize) -> f64 {
        let script = self.folder.path().join("consent.sql");
        let day = Day::of(SystemTime::now().into()).number();
        let id = format!("overlay(gen_random_uuid()::text placing '{day:04x}' from 1 for 4)::uuid");
        self.psql(&[&format!("SELECT kycvs.open_day({day})")]);
        fs::write(&script, format!("INSERT INTO kycvs.entry (id, seq, body) VALUES ({id}, 0, :entry);\n")).unwrap();
        let entry: String = consent.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut pgbench = self.program("pgbench");
        pgbench.args(["--no-vacuum", "--protocol=prepared", "--jobs=2", "-f"]).arg(script);
        pgbench.args(["-D", &format!("entry=\\x{entry}"), "-c", &clients.to_string(), "-t", &each.to_string()]);
        let told = told(pgbench.arg(self.url()));
        let rate = told.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
        rate.unwrap()
    }

    fn psql(&self, commands: &[&str]) -> String {
        let mut psql = self.program("psql");
        psql.args(["-X", "-v", "ON_ERROR_STOP=1", "-d", &self.url()]);
        told(psql.args(commands.iter().flat_map(|command| ["-c", command])))
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        command.env("LC_ALL", "C");
        command
    }
}

impl Format {
    fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Binary => "binary",
        }
    }
}

/// A prepared select of one row by its key, from the partition that has it.
pub const SELECT: &str = "prepared select";
/// The same from the whole table, where the server looks for the partition.
pub const SELECT_OF_ALL: &str = "prepared select from the whole table";

/// How many lookups of a pipeline are under way at a time.
pub const IN_FLIGHT: usize = 64;
/// How many connections a pipeline has: what a store has by default.
const PIPES: usize = 2;
/// How many lookups of a pipeline are one operation.
pub const BATCH: usize = 1024;

/// Lookups by ours, and by tokio-postgres alone over as many connections. All of them on one thread.
pub struct PostgresLookup {
    runtime: Runtime,
    asked: Asked,
    registry: SealedRegistry,
    bare: Vec<Bare>,
}

impl PostgresLookup {
    /// One lookup at a time, over one connection.
    pub fn one_by_one(database: &Database, people: u64, scale: &Scale) -> Self {
        Self::over(database, people, scale, 1)
    }

    /// Many at a time, over a few.
    pub fn pipelined(database: &Database, people: u64, scale: &Scale) -> Self {
        Self::over(database, people, scale, PIPES)
    }

    fn over(database: &Database, people: u64, scale: &Scale, connections: usize) -> Self {
        let (runtime, url) = (people::one_thread(), database.url());
        let store = Arc::new(runtime.block_on(open(&url, connections)));
        let registry = runtime.block_on(SealedRegistry::open(&people::registry_key(), store)).unwrap();
        let bare = (0..connections).map(|_| runtime.block_on(Bare::connect(&url))).collect();
        Self { runtime, asked: Asked::about(people, scale), registry, bare }
    }

    /// One lookup from the two strings to the status; one select.
    pub fn ways(&self) -> Vec<Way<'_>> {
        let Self { runtime, asked, bare, .. } = self;
        vec![
            way(KYCVS, |number| runtime.block_on(self.status(number))),
            way(SELECT, |number| runtime.block_on(bare[0].select(asked.key(number)))),
            way(SELECT_OF_ALL, |number| runtime.block_on(bare[0].select_of_all(asked.key(number)))),
        ]
    }

    /// [`BATCH`] lookups, [`IN_FLIGHT`] at a time; as many selects.
    pub fn pipelines(&self) -> Vec<Way<'_>> {
        let Self { runtime, asked, bare, .. } = self;
        vec![
            way(KYCVS, |batch| runtime.block_on(in_flight(batch, |number| self.status(number)))),
            way(SELECT, |batch| {
                let select = |number: usize| bare[number % bare.len()].select(asked.key(number));
                runtime.block_on(in_flight(batch, select))
            }),
        ]
    }

    async fn status(&self, number: usize) -> usize {
        let status = people::status_from_afar(&self.registry, &self.asked.policy, self.asked.question(number)).await;
        status.map_or(0, |status| usize::from(u8::from(status)))
    }
}

async fn in_flight<F: Future<Output = usize>>(batch: usize, lookup: impl Fn(usize) -> F) -> usize {
    let numbers = stream::iter(batch * BATCH..(batch + 1) * BATCH);
    numbers.map(lookup).buffer_unordered(IN_FLIGHT).fold(0, async |sum, one| sum + one).await
}

/// A connection of tokio-postgres, and the statements that a lookup needs.
struct Bare {
    client: Client,
    of_partition: Vec<Statement>,
    of_all: Statement,
}

impl Bare {
    async fn connect(url: &str) -> Self {
        let client = connect(url).await;
        let prepare = async |table: &str| {
            client.prepare(&format!("SELECT version, body FROM kycvs.{table} WHERE key = $1")).await.unwrap()
        };
        let mut of_partition = Vec::with_capacity(PARTITIONS);
        for number in 0..PARTITIONS {
            of_partition.push(prepare(&format!("household_{number:04}")).await);
        }
        let of_all = prepare("household").await;
        Self { client, of_partition, of_all }
    }

    async fn select(&self, key: &RawKey) -> usize {
        let range = usize::from(u16::from_be_bytes([key[0], key[1]]));
        let partition = (range * PARTITIONS) >> 16;
        self.body(&self.of_partition[partition], key).await
    }

    async fn select_of_all(&self, key: &RawKey) -> usize {
        self.body(&self.of_all, key).await
    }

    async fn body(&self, statement: &Statement, key: &RawKey) -> usize {
        let row = self.client.query_one(statement, &[&Uuid(*key)]).await.unwrap();
        row.get::<_, &[u8]>(1).len()
    }
}

#[derive(Debug)]
struct Uuid(RawKey);

impl ToSql for Uuid {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        out.extend_from_slice(&self.0);
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::UUID
    }

    to_sql_checked!();
}

async fn open(url: &str, readers: usize) -> PostgresStore {
    PostgresStore::builder(url).unwrap().readers(readers).connections(1).open().await.unwrap()
}

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// What a program prints, once it has ended well.
fn told(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
