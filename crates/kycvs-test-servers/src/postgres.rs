use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::folder::Folder;
use crate::process::{Process, free_port, unprivileged};

/// Debian keeps its PostgreSQL here, one folder for each version; another build that comes first in PATH is not meant.
const DEBIAN: &str = "/usr/lib/postgresql";

/// A PostgreSQL server with a database cluster of its own, in which everybody from this machine is let in as `postgres`, and
/// the role [`Postgres::GUARDED`] needs its password.
#[derive(Debug)]
pub struct Postgres {
    process: Process,
    port: u16,
    folder: Folder,
    settings: Vec<String>,
    databases: AtomicUsize,
}

impl Postgres {
    /// A role that has to give a password.
    pub const GUARDED: &str = "guarded";

    /// The password of [`GUARDED`](Self::GUARDED).
    pub const PASSWORD: &str = "correct-horse";

    /// Starts a server with `settings` such as `fsync=off` beside its defaults.
    pub fn start(settings: &[&str]) -> Self {
        Self::start_in(&std::env::temp_dir(), settings)
    }

    /// The same, with its folder within `place`.
    pub fn start_in(place: &Path, settings: &[&str]) -> Self {
        Self::create(Folder::within(place), settings, |_| {})
    }

    /// Starts a server that speaks TLS too, with this certificate and its key, both in PEM.
    pub fn start_with_tls(certificate: &str, key: &str) -> Self {
        Self::create(Folder::new(), &["ssl=on"], |data| {
            std::fs::write(data.join("server.crt"), certificate).expect("the certificate");
            let key_file = data.join("server.key");
            std::fs::write(&key_file, key).expect("the key");
            // A key that others may read is refused.
            std::fs::set_permissions(key_file, Permissions::from_mode(0o600)).expect("the rights of the key");
        })
    }

    fn create(folder: Folder, settings: &[&str], prepare: impl FnOnce(&Path)) -> Self {
        let data = folder.path().join("data");
        run(as_owner(folder.path(), "initdb").args(["--no-sync", "--auth=trust", "-U", "postgres", "-D"]).arg(&data));
        let rules = format!("host all {} 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n", Self::GUARDED);
        std::fs::write(data.join("pg_hba.conf"), rules + "host replication all 127.0.0.1/32 trust\n")
            .expect("the rules of access");
        prepare(&data);
        let server = Self::serve(folder, settings.iter().map(ToString::to_string).collect());
        server.sql("postgres", &format!("CREATE ROLE {} LOGIN PASSWORD '{}'", Self::GUARDED, Self::PASSWORD));
        server
    }

    /// Starts a streaming replica of this server.
    pub fn replica(&self) -> Self {
        let folder = Folder::new();
        let mut copy = as_owner(folder.path(), "pg_basebackup");
        copy.args(["-h", "127.0.0.1", "-U", "postgres", "--checkpoint=fast", "--no-sync", "--write-recovery-conf"]);
        run(copy.args(["-p", &self.port.to_string(), "-D"]).arg(folder.path().join("data")));
        Self::serve(folder, self.settings.clone())
    }

    /// Starts a server over the cluster that `fill` puts into a folder, such as one that was restored.
    pub fn over(settings: &[&str], fill: impl FnOnce(&Path)) -> Self {
        let folder = Folder::new();
        fill(&folder.path().join("data"));
        Self::serve(folder, settings.iter().map(ToString::to_string).collect())
    }

    /// Kills the server at once (SIGKILL), with all that it was doing, and waits until its other processes notice.
    pub fn kill(&mut self) {
        self.process.kill();
        let data = self.folder.path().join("data");
        let processes = || std::fs::read_dir("/proc").into_iter().flatten().flatten();
        while processes().any(|process| std::fs::read_link(process.path().join("cwd")).is_ok_and(|cwd| cwd == data)) {
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Starts a server that was killed, on the same port, and waits until it takes connections.
    pub fn start_again(&mut self) {
        self.kill();
        self.process = serve(self.folder.path(), self.port, &self.settings);
    }

    /// Sends the server a signal by name. `STOP` holds up its first process only: connections that are open work on.
    pub fn signal(&self, name: &str) {
        self.process.signal(name);
    }

    /// A new database. With a template it begins as a copy of that, to which nobody may be connected.
    pub fn database(&self, template: Option<&str>) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let template = template.unwrap_or("template1");
        self.sql("postgres", &format!("CREATE DATABASE {name} TEMPLATE {template}"));
        name
    }

    /// The URL of a database for the owner of the cluster.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// The loopback port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Runs SQL by psql, and returns what it prints, without headings; panics when it fails.
    pub fn sql(&self, database: &str, sql: &str) -> String {
        let mut psql = Command::new(program("psql"));
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql, "-d", &self.url(database)]);
        String::from_utf8_lossy(&run(&mut psql).stdout).trim_end().to_owned()
    }

    /// What the server has logged.
    pub fn log(&self) -> String {
        self.process.log()
    }

    fn serve(folder: Folder, settings: Vec<String>) -> Self {
        let port = free_port();
        let process = serve(folder.path(), port, &settings);
        Self { process, port, folder, settings, databases: AtomicUsize::new(0) }
    }
}

fn serve(folder: &Path, port: u16, settings: &[String]) -> Process {
    let data = folder.join("data");
    // The lock of a server that was killed; its number may be another process's by now.
    let _ = std::fs::remove_file(data.join("postmaster.pid"));
    let mut arguments = vec!["-D".to_owned(), data.display().to_string(), "-p".into(), port.to_string()];
    let ours = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=300"];
    for setting in ours.into_iter().map(str::to_owned).chain(settings.iter().cloned()) {
        arguments.extend(["-c".to_owned(), setting]);
    }
    let program = program("postgres").display().to_string();
    let mut process = Process::start(&program, "postgresql", arguments, folder, true);
    process.wait_until("takes connections", || {
        let mut probe = Command::new(crate::postgres::program("pg_isready"));
        probe.args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()]);
        probe.status().is_ok_and(|status| status.success())
    });
    process
}

/// A program of Debian's newest PostgreSQL.
fn program(name: &str) -> PathBuf {
    let versions = std::fs::read_dir(DEBIAN).into_iter().flatten().flatten();
    let newest = versions.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok()).max();
    newest
        .map(|version| Path::new(DEBIAN).join(version.to_string()).join("bin").join(name))
        .filter(|path| path.exists())
        .unwrap_or_else(|| panic!("`{name}` is missing: apt-get install postgresql"))
}

/// A program that does not like to be run by root, in a folder that is given to whom it runs as.
fn as_owner(folder: &Path, name: &str) -> Command {
    let mut command = Command::new("setpriv");
    command.args(unprivileged(folder)).arg("--").arg(program(name)).current_dir(folder);
    command
}

fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}:\n{}", String::from_utf8_lossy(&output.stderr));
    output
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_keeps_its_data_when_it_is_killed_and_a_replica_follows() {
        let mut server = Postgres::start(&[]);
        let database = server.database(None);
        server.sql(&database, "CREATE TABLE seen (number int); INSERT INTO seen VALUES (7)");
        let replica = server.replica();
        assert_eq!(replica.sql(&database, "SELECT number FROM seen"), "7");
        server.kill();
        server.start_again();
        assert_eq!(server.sql(&database, "SELECT number FROM seen"), "7");
    }
}
