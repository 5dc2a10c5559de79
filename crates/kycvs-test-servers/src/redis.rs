use std::net::{Ipv4Addr, TcpListener};
use std::process::Command;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use crate::Process;
use crate::folder::Folder;

/// How long a Cluster may take to agree. Generous: the machine may be building at the same time.
const AGREE: Duration = Duration::from_secs(60);
const PACKAGE: &str = "redis-server";

/// One Redis server that keeps nothing on disk.
#[derive(Debug)]
pub struct Redis {
    process: Process,
    port: u16,
    options: Vec<String>,
    folder: Folder,
}

impl Redis {
    /// Starts a server with its defaults.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// Starts a server with further options, such as `["--requirepass", "secret"]`.
    pub fn start_with(options: &[&str]) -> Self {
        start(options)
    }

    /// Its loopback port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its URL, without a password.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Kills it (SIGKILL). What it held is lost.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts it again on its port, if need be after killing it.
    pub fn restart(&mut self) {
        self.kill();
        self.process = run(self.port, &self.options, &self.folder);
    }

    /// Stops it in the middle of whatever it does (SIGSTOP); connections stay open.
    pub fn freeze(&self) {
        self.process.signal("STOP");
    }

    /// Lets a stopped server go on.
    pub fn thaw(&self) {
        self.process.signal("CONT");
    }

    /// What a Cluster calls it.
    fn node_id(&self) -> String {
        self.cli(&["CLUSTER", "MYID"]).trim().to_owned()
    }

    /// Runs a command by `redis-cli`, and returns what that prints.
    pub fn cli(&self, words: &[&str]) -> String {
        cli(self.port, words)
    }
}

/// A Redis Cluster of three primaries, each with a replica, which takes a silent primary for dead after half a second.
#[derive(Debug)]
pub struct RedisCluster {
    nodes: Vec<Redis>,
}

impl RedisCluster {
    /// Starts six servers, makes them one Cluster, and waits until all slots are served.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// The same, with further options for each server.
    pub fn start_with(options: &[&str]) -> Self {
        let own = ["--cluster-enabled", "yes", "--cluster-node-timeout", "500", "--repl-diskless-sync-delay", "0"];
        let nodes: Vec<Redis> = (0..6).map(|_| start(&[&own, options].concat())).collect();
        let addresses: Vec<String> = nodes.iter().map(|node| format!("127.0.0.1:{}", node.port)).collect();
        let created = Command::new("redis-cli")
            .args(["--cluster", "create"])
            .args(&addresses)
            .args(["--cluster-replicas", "1", "--cluster-yes"])
            .output()
            .expect("`redis-cli` is missing: apt-get install redis-tools");
        assert!(created.status.success(), "no cluster: {}", String::from_utf8_lossy(&created.stdout));
        let cluster = Self { nodes };
        cluster.wait_until_whole();
        cluster
    }

    /// The URLs of all nodes.
    pub fn urls(&self) -> Vec<String> {
        self.nodes.iter().map(Redis::url).collect()
    }

    /// All nodes.
    pub fn nodes(&self) -> &[Redis] {
        &self.nodes
    }

    /// The place among the nodes of the primary that serves the slot of `key`.
    pub fn primary_of(&self, key: &str) -> usize {
        let alive = self.alive();
        let slot: u16 = alive.cli(&["CLUSTER", "KEYSLOT", key]).trim().parse().expect("a slot");
        let text = alive.cli(&["CLUSTER", "NODES"]);
        let port = text.lines().find(|line| serves(line, slot)).and_then(port_of);
        let port = port.unwrap_or_else(|| panic!("nobody serves slot {slot}:\n{text}"));
        self.nodes.iter().position(|node| node.port == port).expect("a node of this cluster")
    }

    /// Kills a node (SIGKILL).
    pub fn kill(&mut self, place: usize) {
        self.nodes[place].kill();
    }

    /// Starts a killed node again; it comes back as a replica of who took over.
    pub fn restart(&mut self, place: usize) {
        self.nodes[place].restart();
    }

    /// Waits until all slots are served, each primary has a replica, and all nodes say so.
    pub fn wait_until_whole(&self) {
        self.wait_until("is whole", || self.nodes.iter().all(|node| is_whole(&node.cli(&["CLUSTER", "NODES"]), node)));
    }

    /// Waits until the nodes that are alive see to all slots again.
    pub fn wait_until_served(&self) {
        self.wait_until("serves all slots", || self.alive().cli(&["CLUSTER", "INFO"]).contains("cluster_state:ok"));
    }

    /// Waits until another node is primary of the slots that the node at `place` had, and the nodes that answer say so.
    pub fn wait_until_taken_over(&self, place: usize) {
        let port = self.nodes[place].port;
        let gone = |line: &str| port_of(line) != Some(port) || line.split(' ').nth(8).is_none_or(str::is_empty);
        let agree = |node: &Redis| {
            let nodes = node.cli(&["CLUSTER", "NODES"]);
            nodes.lines().all(gone) && node.cli(&["CLUSTER", "INFO"]).contains("cluster_state:ok")
        };
        let others = || self.nodes.iter().filter(|node| node.port != port);
        self.wait_until("has a new primary", || others().all(agree));
    }

    /// Waits until each replica has what its primary has written so far.
    pub fn wait_until_replicated(&self) {
        let behind = |node: &Redis| {
            let text = node.cli(&["INFO", "replication"]);
            let offset = |field: &str| text.lines().find_map(|line| line.strip_prefix(field).map(str::trim));
            let acknowledged = text
                .lines()
                .find(|line| line.starts_with("slave0:"))
                .and_then(|line| line.split(',').find_map(|part| part.strip_prefix("offset=")));
            text.contains("role:master") && offset("master_repl_offset:") != acknowledged
        };
        self.wait_until("is replicated", || !self.nodes.iter().any(behind));
    }

    /// Freezes all replicas and cuts them off, so that what is written from now on is on its primary alone. Returns their
    /// places, to thaw them.
    pub fn freeze_replicas(&self) -> Vec<usize> {
        let is_replica = |place: &usize| self.nodes[*place].cli(&["INFO", "replication"]).contains("role:slave");
        let replicas: Vec<usize> = (0..self.nodes.len()).filter(is_replica).collect();
        replicas.iter().for_each(|place| self.nodes[*place].freeze());
        for place in (0..self.nodes.len()).filter(|place| !replicas.contains(place)) {
            self.nodes[place].cli(&["CLIENT", "KILL", "TYPE", "replica"]);
        }
        replicas
    }

    /// Begins to move the slot of `key` from its primary to another, and stops half-way, with two keys moved: the index of a tag may be one.
    pub fn start_to_move(&self, key: &str) -> MovingSlot<'_> {
        let from = self.primary_of(key);
        let is_primary = |place: &usize| self.nodes[*place].cli(&["INFO", "replication"]).contains("role:master");
        let to = (0..self.nodes.len()).filter(is_primary).find(|place| *place != from).expect("another primary");
        let slot = self.nodes[from].cli(&["CLUSTER", "KEYSLOT", key]).trim().to_owned();
        let moving = MovingSlot { from: &self.nodes[from], to: &self.nodes[to], slot };
        let (from_id, to_id) = (moving.from.node_id(), moving.to.node_id());
        moving.to.cli(&["CLUSTER", "SETSLOT", &moving.slot, "IMPORTING", &from_id]);
        moving.from.cli(&["CLUSTER", "SETSLOT", &moving.slot, "MIGRATING", &to_id]);
        moving.move_keys(2);
        moving
    }

    fn wait_until(&self, what: &str, ready: impl Fn() -> bool) {
        let give_up = Instant::now() + AGREE;
        while !ready() {
            assert!(Instant::now() < give_up, "no cluster that {what}:\n{}", self.alive().cli(&["CLUSTER", "NODES"]));
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn alive(&self) -> &Redis {
        self.nodes.iter().find(|node| node.cli(&["PING"]).trim() == "PONG").expect("a node that is alive")
    }
}

/// A slot on its way from one primary to another.
#[derive(Debug)]
pub struct MovingSlot<'a> {
    from: &'a Redis,
    to: &'a Redis,
    slot: String,
}

impl MovingSlot<'_> {
    /// Moves the rest, a key at a time, and gives the slot to its new primary.
    pub fn finish(self) {
        while self.move_keys(1) {}
        let id = self.to.node_id();
        for node in [self.to, self.from] {
            node.cli(&["CLUSTER", "SETSLOT", &self.slot, "NODE", &id]);
        }
    }

    fn move_keys(&self, count: u32) -> bool {
        let keys = self.from.cli(&["CLUSTER", "GETKEYSINSLOT", &self.slot, &count.to_string()]);
        let keys: Vec<&str> = keys.lines().filter(|key| !key.is_empty()).collect();
        let port = self.to.port.to_string();
        let migrate = [&["MIGRATE", "127.0.0.1", &port, "", "0", "5000", "KEYS"], &keys[..]].concat();
        !keys.is_empty() && self.from.cli(&migrate).contains("OK")
    }
}

fn start(options: &[&str]) -> Redis {
    let options: Vec<String> = options.iter().map(|option| (*option).to_owned()).collect();
    let folder = Folder::new();
    let port = pair_of_ports();
    Redis { process: run(port, &options, &folder), port, options, folder }
}

/// A port that nobody else in this process gets, and that is free with the one 10,000 above it, on which a node of a Cluster
/// talks to the others. Both lie below those that the system gives to outgoing connections, which come and go.
fn pair_of_ports() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = u16::try_from(std::process::id() % 100).unwrap_or(0) * 100;
    loop {
        let port = 10_000 + first.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % 10_000;
        if [port, port + 10_000].iter().all(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok()) {
            return port;
        }
    }
}

fn run(port: u16, options: &[String], folder: &Folder) -> Process {
    let port_text = port.to_string();
    let own = ["--port", &port_text, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
    let arguments = own.into_iter().chain(options.iter().map(String::as_str));
    let mut process = Process::start("redis-server", PACKAGE, arguments, folder.path(), true);
    // Its own log, since on its port somebody else may answer.
    let log = folder.path().join("redis-server.log");
    let ready = || std::fs::read_to_string(&log).is_ok_and(|log| log.contains("Ready to accept connections"));
    process.wait_until("was ready", ready);
    process
}

fn cli(port: u16, words: &[&str]) -> String {
    let output = Command::new("timeout")
        .args(["2", "redis-cli", "-p", &port.to_string()])
        .args(words)
        .output()
        .expect("`redis-cli` is missing: apt-get install redis-tools");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A line of `CLUSTER NODES`: id, address, flags, primary, …, link state, slots.
fn serves(line: &str, slot: u16) -> bool {
    let fields: Vec<&str> = line.split(' ').collect();
    fields.get(2).is_some_and(|flags| flags.contains("master") && !flags.contains("fail"))
        && fields.iter().skip(8).any(|slots| {
            let (first, last) = slots.split_once('-').unwrap_or((slots, slots));
            matches!((first.parse::<u16>(), last.parse::<u16>()), (Ok(first), Ok(last)) if (first..=last).contains(&slot))
        })
}

fn port_of(line: &str) -> Option<u16> {
    line.split(' ').nth(1)?.split('@').next()?.rsplit(':').next()?.parse().ok()
}

fn is_whole(nodes: &str, node: &Redis) -> bool {
    let count =
        |flag: &str| nodes.lines().filter(|line| line.split(' ').nth(2).is_some_and(|f| f.contains(flag))).count();
    let linked = node.cli(&["INFO", "replication"]);
    let in_sync = linked.contains("role:master") || linked.contains("master_link_status:up");
    count("master") == 3
        && count("slave") == 3
        && count("fail") == 0
        && count("handshake") == 0
        && node.cli(&["CLUSTER", "INFO"]).contains("cluster_state:ok")
        && in_sync
}
