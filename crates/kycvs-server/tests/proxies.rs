//! A rolling restart under load, behind the proxies that the packaging has configurations for.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use crate::support::{Client, Files, Program, configuration};
use kycvs_test_servers::{Process, free_port};
use serde_json::json;

const NGINX: &str = include_str!("../packaging/nginx.conf");
const HAPROXY: &str = include_str!("../packaging/haproxy.cfg");
/// How many clients call at a time, each as soon as it was answered.
const CLIENTS: usize = 4;

/// A server that is restarted at its ports.
struct Host {
    config: String,
    data: String,
    ports: [u16; 2],
    running: Program,
}

impl Host {
    fn start(folder: &Files, name: &str) -> Self {
        // Nobody is asked for a status, so nothing is sent.
        let sms = "[limits]\ndrain_seconds = 2\n[sms.kannel]\nurl = 'http://127.0.0.1:9/'\nusername = 'k'\npassword = 'not-needed'\n";
        let (config, data) = (folder.file("kycvs.toml", configuration(sms)), folder.path(name));
        let ports = [free_port(), free_port()];
        Self { running: start(&config, &data, ports), config, data, ports }
    }

    /// As an operator does it: ask it to end, wait for that, start the next one.
    fn restart(&mut self) {
        assert_eq!(self.running.terminate(), Some(0));
        self.running = start(&self.config, &self.data, self.ports);
    }
}

fn start(config: &str, data: &str, ports: [u16; 2]) -> Program {
    let [public, admin] = ports.map(|port| format!("127.0.0.1:{port}"));
    let args = ["serve", "--config", config, "--data", data, "--listen", &public, "--admin-listen", &admin];
    Program::start("kycvs", &args, "admin")
}

/// Calls through a proxy while both servers are restarted one after the other, each once `is_back` says so.
fn restarted_under_load(port: u16, hosts: &mut [Host; 2], log: impl Fn() -> String + Sync, mut is_back: impl FnMut()) {
    let (is_over, calls) = (AtomicBool::new(false), AtomicU64::new(0));
    std::thread::scope(|scope| {
        let load = || {
            let client = Client::new(&format!("http://127.0.0.1:{port}"), "");
            while !is_over.load(Ordering::Relaxed) {
                // One call that a proxy may repeat, and one that it must not.
                let keys = client.get("/.well-known/jwks.json");
                let verified = client.post("/v1/verify", json!({ "token": "not a token" }));
                for answer in [keys, verified] {
                    assert_eq!(answer.status, 200, "{} {}", answer.text, log());
                    calls.fetch_add(1, Ordering::Relaxed);
                }
            }
        };
        let clients = [(); CLIENTS].map(|()| scope.spawn(load));
        for host in hosts {
            let before = calls.load(Ordering::Relaxed);
            host.restart();
            is_back();
            while calls.load(Ordering::Relaxed) < before + 100 {
                assert!(!clients.iter().any(std::thread::ScopedJoinHandle::is_finished), "a call failed");
                sleep(Duration::from_millis(10));
            }
        }
        is_over.store(true, Ordering::Relaxed);
    });
}

#[test]
fn no_call_fails_behind_nginx_while_servers_are_restarted_one_by_one() {
    let folder = Files::new();
    let mut hosts = ["one", "two"].map(|name| Host::start(&folder, name));
    let port = free_port();
    let mut site = NGINX.replace("listen 443 ssl;", &format!("listen 127.0.0.1:{port};"));
    site = site.replace("/var/log/nginx/kycvs.log", &folder.path("access.log"));
    for (shipped, host) in ["8081", "8082"].iter().zip(&hosts) {
        site = site.replace(&format!("127.0.0.1:{shipped}"), &format!("127.0.0.1:{}", host.ports[0]));
    }
    let site: String =
        site.lines().filter(|line| !line.contains("ssl_certificate")).flat_map(|line| [line, "\n"]).collect();
    let (site, path) = (folder.file("site.conf", site), |name| folder.path(name));
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let temporary = temporary.map(|kind| format!("{kind}_temp_path {};\n", path(kind))).concat();
    let main = format!(
        "daemon off;\nmaster_process off;\npid {};\nerror_log {} warn;\nevents {{}}\nhttp {{\n{temporary}include {site};\n}}\n",
        path("nginx.pid"),
        path("error.log")
    );
    let main = folder.file("nginx.conf", main);
    let mut nginx = Process::start(
        "nginx",
        "nginx-light",
        ["-c", &main, "-e", &path("start.log")],
        folder.path("").as_ref(),
        false,
    );
    nginx.wait_for_port(port);
    // After a refused connection nginx passes a server over for two seconds by its own clock, `fail_timeout`.
    let log = || fs::read_to_string(path("error.log")).unwrap_or_default();
    restarted_under_load(port, &mut hosts, log, || sleep(Duration::from_millis(2_500)));
    let log = fs::read_to_string(path("access.log")).unwrap();
    assert!(log.contains(" POST /v1/verify 200 ") && !log.contains(" 502 "));
}

#[test]
fn no_call_fails_behind_haproxy_while_servers_are_restarted_one_by_one() {
    let folder = Files::new();
    let mut hosts = ["one", "two"].map(|name| Host::start(&folder, name));
    let (port, socket) = (free_port(), folder.path("stats"));
    let mut config = HAPROXY.replace(":443 ssl crt /etc/haproxy/kycvs.pem alpn http/1.1", &format!("127.0.0.1:{port}"));
    config = config
        .replace("\nglobal\n", &format!("\nglobal\n    stats socket {socket}\n"))
        .replace("inter 2s", "inter 200ms")
        .replace("maxconn 20000", "maxconn 200");
    // Often, and however slow the machine is.
    config = config.replace("timeout connect 2s", "timeout connect 20s\n    timeout check 20s");
    for (shipped, host) in [["8081", "8091"], ["8082", "8092"]].iter().zip(&hosts) {
        for (shipped, port) in shipped.iter().zip(host.ports) {
            config = config.replace(&format!("127.0.0.1:{shipped}"), &format!("127.0.0.1:{port}"));
            config = config.replace(&format!("port {shipped}"), &format!("port {port}"));
        }
    }
    let config = folder.file("haproxy.cfg", config);
    let mut haproxy = Process::start("haproxy", "haproxy", ["-f", &config], folder.path("").as_ref(), false);
    haproxy.wait_for_port(port);
    let are_up = || {
        while states(&socket).matches(",UP,").count() != 3 {
            sleep(Duration::from_millis(20));
        }
    };
    are_up();
    restarted_under_load(port, &mut hosts, || states(&socket), are_up);
}

/// What HAProxy says about its two servers, and of the two as one.
fn states(socket: &str) -> String {
    let mut stream = UnixStream::connect(socket).unwrap();
    stream.write_all(b"show stat\n").unwrap();
    let mut said = String::new();
    stream.read_to_string(&mut said).unwrap();
    said.lines().filter(|line| line.starts_with("servers,")).flat_map(|line| [line, "\n"]).collect()
}
