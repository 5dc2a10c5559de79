use crate::folder::Folder;
use crate::postgres::Postgres;
use crate::process::{Process, free_port};

/// A PgBouncer in transaction mode before a [`Postgres`]: each transaction may get another connection to the server.
#[derive(Debug)]
pub struct PgBouncer {
    /// Before the folder, so that it ends before its folder is gone.
    _process: Process,
    port: u16,
    _folder: Folder,
}

impl PgBouncer {
    /// Starts it with `settings` such as `query_wait_timeout=5` beside its defaults, for every database of the server.
    pub fn start(server: &Postgres, settings: &[&str]) -> Self {
        let folder = Folder::new();
        let port = free_port();
        let users = folder.path().join("users.txt");
        std::fs::write(&users, "\"postgres\" \"\"\n").expect("the list of users");
        let config = format!(
            "[databases]\n* = host=127.0.0.1 port={}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
             unix_socket_dir =\nauth_type = trust\nauth_file = {}\npool_mode = transaction\nmax_client_conn = 1000\n\
             default_pool_size = 8\n{}\n",
            server.port(),
            users.display(),
            settings.join("\n"),
        );
        let file = folder.path().join("pgbouncer.ini");
        std::fs::write(&file, config).expect("the configuration");
        let mut process = Process::start("pgbouncer", "pgbouncer", [&file], folder.path(), true);
        process.wait_for_port(port);
        Self { _process: process, port, _folder: folder }
    }

    /// The URL of a database through it.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }
}
