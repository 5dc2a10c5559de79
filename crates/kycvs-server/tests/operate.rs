//! The page that operators install by: its blocks are run in their order, with folders and ports of this test's own.

use std::path::Path;
use std::process::Command;

use crate::support::Files;
use kycvs_test_programs::program;
use kycvs_test_servers::{Postgres, Redis, free_port};

/// The blocks that are run, one after the other. `drills.rs` runs those of backups.
fn blocks() -> String {
    let page = include_str!("../../../docs/operate.md").split("\n## Back up\n").next().expect("the page");
    let mut blocks = page.split("```sh\n").skip(1).map(|block| block.split("```").next().unwrap());
    let first = blocks.next().expect("a block").to_owned();
    blocks.fold(first, |all, block| all + block)
}

#[test]
fn a_fresh_machine_serves_the_consent_page_by_the_lines_of_the_documentation() {
    let (postgres, redis, place) = (Postgres::start(&["fsync=off"]), Redis::start(), Files::new());
    let root = place.path("");
    let root = root.trim_end_matches('/');
    let [public, admin, other, tls] = [(); 4].map(|()| free_port().to_string());
    for folder in ["etc/nginx/sites-enabled", "var/log/nginx"] {
        std::fs::create_dir_all(place.path(folder)).unwrap();
    }
    let nginx = place.file(
        "etc/nginx/nginx.conf",
        format!(
            "pid {root}/nginx.pid; error_log {root}/nginx.log;\nevents {{}}\nhttp {{ include {root}/etc/nginx/sites-enabled/*; }}\n"
        ),
    );
    // Whatever the lines write, they write below the folder of this test.
    let here = |text: &str| {
        text.replace("/etc/", &format!("{root}/etc/"))
            .replace("/var/log/", &format!("{root}/var/log/"))
            .replace("127.0.0.1:5432", &format!("127.0.0.1:{}", postgres.port()))
            .replace("127.0.0.1:6379", &format!("127.0.0.1:{}", redis.port()))
            .replace("127.0.0.1:8081", &format!("127.0.0.1:{public}"))
            .replace("127.0.0.1:8082", &format!("127.0.0.1:{other}"))
            .replace("127.0.0.1:8091", &format!("127.0.0.1:{admin}"))
            .replace("127.0.0.1:443", &format!("127.0.0.1:{tls}"))
            .replace("listen 443", &format!("listen 127.0.0.1:{tls}"))
    };
    let site = place.file("site", here(include_str!("../packaging/nginx.conf")));
    let lines = here(&blocks())
        .replace("crates/kycvs-server/packaging/nginx.conf", &site)
        .replace("nginx -t && (nginx -s reload || nginx)", &format!("nginx -q -t -c {nginx} && nginx -c {nginx}"));
    let script = format!(
        "set -euo pipefail\ntrap 'nginx -c {nginx} -s stop 2> /dev/null || true; kill $(jobs -p) 2> /dev/null || true' EXIT\n{lines}"
    );
    let path = format!("{}:/usr/sbin:{}", program("kycvs").parent().unwrap().display(), std::env::var("PATH").unwrap());
    let ran = Command::new("timeout")
        .args(["--kill-after=5", "120", "bash", "-c", &script])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .env("PATH", path)
        .env("PGHOST", "127.0.0.1")
        .env("PGPORT", postgres.port().to_string())
        .env("PGUSER", "postgres")
        .output()
        .unwrap();
    let (said, errors) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{said}\n{errors}");
    assert!(said.contains("The consent page is served."), "{said}\n{errors}");
    let forbidden = "SET ROLE kycvs_host; DELETE FROM kycvs.entry";
    assert!(std::panic::catch_unwind(|| postgres.sql("kycvs", forbidden)).is_err());
    // The access line has route, status and time, and nothing of a person or of a visit.
    let line = errors.lines().find(|line| line.contains("/v1/embed-sessions")).expect("a line for the call");
    assert!(line.contains("201") && line.contains("railway"), "{line}");
    assert!(!errors.contains("/embed/A") && errors.contains("/embed/{id}"), "{errors}");
}
