//! What is shipped beside the program: the chart, the dashboard and the alert rules.

use std::collections::BTreeSet;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::support::{Files, Gateway, Program, REGISTRY, ask, configuration, confirm, railway, run, serve, sha256};
use kycvs_test_servers::programs::Client;
use kycvs_test_servers::{Process, free_port};
use serde_json::Value;
use yaml_rust2::{Yaml, YamlLoader};

fn packaging(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging").join(name)
}

fn text(name: &str) -> String {
    std::fs::read_to_string(packaging(name)).unwrap()
}

#[test]
fn the_unit_listens_where_the_proxies_look_and_takes_secrets_where_the_package_makes_room_for_them() {
    let unit = text("kycvs.service");
    let start = unit.lines().find_map(|line| line.strip_prefix("ExecStart=/usr/bin/kycvs ")).expect("a command");
    let after = |flag: &str| start.split_once(flag).and_then(|(_, rest)| rest.split_whitespace().next()).unwrap();
    let (listen, admin) = (after("--listen "), after("--admin-listen "));
    assert!(text("nginx.conf").contains(&format!("server {listen} ")), "{listen}");
    let port = admin.rsplit(':').next().unwrap();
    let first = text("haproxy.cfg").lines().find(|line| line.contains(listen)).expect("its server").to_owned();
    assert!(first.contains(&format!(" port {port} ")), "{first}");
    let folder = unit.lines().find_map(|line| line.strip_prefix("LoadCredential=secret:")).expect("secrets");
    assert!(text("debian/postinst").contains(&format!(" {folder}\n")), "{folder}");
    assert!(text("kycvs.toml").contains("/run/credentials/kycvs.service/secret_kannel"));
}

/// The queries of the dashboard and of the rules.
fn queries() -> Vec<String> {
    let dashboard: Value = serde_json::from_str(&text("grafana-dashboard.json")).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let targets = panels.iter().flat_map(|panel| panel["targets"].as_array().unwrap());
    let shown = targets.map(|target| target["expr"].as_str().unwrap().to_owned());
    let rules = YamlLoader::load_from_str(&text("prometheus-rules.yaml")).unwrap().remove(0);
    let rules = rules["groups"][0]["rules"].clone().into_vec().unwrap();
    let alerts: Vec<String> = rules.iter().map(|rule| rule["expr"].as_str().unwrap().to_owned()).collect();
    shown.chain(alerts).collect()
}

/// The metrics that a query names.
fn metrics(query: &str) -> impl Iterator<Item = &str> {
    query.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| word.starts_with("kycvs_"))
}

#[test]
fn every_query_of_the_dashboard_and_the_rules_is_answered_from_a_real_scrape() {
    let (folder, mut gateway) = (Files::new(), Gateway::start());
    let sms =
        format!("[sms.http]\nurl = '{}'\njson = '{{\"to\": \"{{to}}\", \"text\": \"{{text}}\"}}'\n", gateway.url());
    let log = "[log]\norigin = \"kycvs.example/log\"\n";
    let config = folder.file("kycvs.toml", configuration(&format!("{sms}{log}")));
    let (registry, data) = (folder.file("registry.csv", REGISTRY), folder.path("data"));
    assert_eq!(run("kycvs", ["import", &registry, "--data", &data]).status, 1);
    let server = serve(&["--config", &config, "--data", &data]);
    let client = railway(&server);
    let address = server.said("server").trim_start_matches("http://").to_owned();

    let silent = abandoned();
    let port = free_port();
    let settings = format!(
        "global: {{ scrape_interval: 200ms, scrape_timeout: 200ms }}\nscrape_configs:\n  - job_name: kycvs\n    static_configs: [{{ targets: ['{address}', '{}'] }}]\n",
        silent.said("server").trim_start_matches("http://")
    );
    let settings = folder.file("prometheus.yml", settings);
    let arguments = [
        format!("--config.file={settings}"),
        format!("--storage.tsdb.path={}", folder.path("tsdb")),
        format!("--web.listen-address=127.0.0.1:{port}"),
    ];
    let mut prometheus = Process::start("prometheus", "prometheus", arguments, Path::new(&folder.path("")), false);
    prometheus.wait_for_port(port);

    let asked = ask(&client, "booking", ("9876543210", "Imran Sheikh"));
    assert_eq!(confirm(&client, &asked, &gateway.code("9876543210")).status, 200);
    assert_eq!(confirm(&client, &asked, "000000").status, 409);

    let metrics_now = client.get("/metrics").text + &Client::new(silent.said("server"), "").get("/metrics").text;
    let prometheus = Client::new(&format!("http://127.0.0.1:{port}"), "");
    let query = |expr: &str| {
        let encoded: String = expr.bytes().map(|byte| format!("%{byte:02x}")).collect();
        prometheus.get(&format!("/api/v1/query?query={encoded}")).json()
    };
    let give_up = Instant::now() + Duration::from_secs(60);
    while query("rate(kycvs_calls_total[5m])")["data"]["result"].as_array().is_none_or(Vec::is_empty) {
        assert!(Instant::now() < give_up, "nothing was scraped");
        std::thread::sleep(Duration::from_millis(100));
    }
    // What only a fault brings is declared, so that a name that is wrong shows all the same.
    let declared: BTreeSet<&str> =
        metrics_now.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect();
    for expr in queries() {
        for metric in metrics(&expr) {
            let base = ["_total", "_bucket"].iter().find_map(|end| metric.strip_suffix(end)).unwrap_or(metric);
            assert!(declared.contains(base), "{expr}: there is no {base}");
        }
    }
    // A rate has an answer from the second scrape on.
    let is_answered = |expr: &String| {
        let answer = query(expr);
        assert_eq!(answer["status"], "success", "{expr}: {answer}");
        answer["data"]["result"].as_array().is_some_and(|series| !series.is_empty())
    };
    while queries().iter().filter(|expr| is_answered(expr)).count() < 10 {
        assert!(Instant::now() < give_up, "ten queries have an answer");
    }
}

/// A server whose gateway never answers, and a client that did not wait for it.
fn abandoned() -> Program {
    let folder = Files::new();
    let gateway = TcpListener::bind("127.0.0.1:0").unwrap();
    let sms = format!(
        "[sms.http]\nurl = 'http://{}'\njson = '{{\"to\": \"{{to}}\", \"text\": \"{{text}}\"}}'\n",
        gateway.local_addr().unwrap()
    );
    let config = folder.file("kycvs.toml", configuration(&sms));
    let server = serve(&["--config", &config, "--data", &folder.path("data")]);
    let body = r#"{"mobile": "9876543210", "name": "Imran Sheikh", "purpose": "booking"}"#;
    let call = format!(
        "POST /v1/status-requests HTTP/1.1\r\nHost: kycvs\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        crate::support::railway_key(),
        body.len()
    );
    let mut stream = TcpStream::connect(server.said("server").trim_start_matches("http://")).unwrap();
    stream.write_all(call.as_bytes()).unwrap();
    let given = gateway.accept().unwrap();
    drop(stream);
    let client = Client::new(server.said("server"), "");
    let give_up = Instant::now() + Duration::from_secs(20);
    while !client.get("/metrics").text.contains("kycvs_hung_up_total") {
        assert!(Instant::now() < give_up, "nobody noticed");
        std::thread::sleep(Duration::from_millis(50));
    }
    drop(given);
    server
}

#[test]
fn prometheus_takes_the_rules() {
    let checked = Command::new("promtool").args(["check", "rules"]).arg(packaging("prometheus-rules.yaml")).output();
    let checked = checked.expect("promtool, of Debian's package prometheus");
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
}

/// Writes a template as Helm does, as far as this chart needs it: values, and three functions of them.
fn rendered(template: &str, values: &Yaml) -> String {
    let mut written = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let (call, after) = after.split_once("}}").expect("a call that ends");
        let (place, function) = call.trim().split_once(" | ").map_or((call.trim(), ""), |(place, of)| (place, of));
        let value = match place.strip_prefix(".Values.") {
            Some(name) => values[name].clone(),
            None if place == ".Release.Name" => Yaml::String("kycvs".to_owned()),
            None => panic!("{place} is not known here"),
        };
        let plain = match &value {
            Yaml::String(text) => text.clone(),
            Yaml::Integer(number) => number.to_string(),
            other => format!("{other:?}"),
        };
        assert!(!value.is_badvalue(), "there is no value {place}");
        written.push_str(before);
        written.push_str(&match function {
            "" => plain,
            "indent 4" => plain.lines().map(|line| format!("    {line}\n")).collect(),
            "sha256sum" => sha256(&plain),
            "toJson" => "{}".to_owned(),
            other => panic!("{other} is not known here"),
        });
        rest = after;
    }
    written + rest
}

#[test]
fn the_chart_is_yaml_and_what_it_mounts_and_runs_is_there() {
    let values = YamlLoader::load_from_str(&text("helm/values.yaml")).unwrap().remove(0);
    assert_eq!(YamlLoader::load_from_str(&text("helm/Chart.yaml")).unwrap()[0]["apiVersion"].as_str(), Some("v2"));
    let mut kinds = BTreeSet::new();
    for template in ["config", "deployment", "migrate", "service"] {
        let written = rendered(&text(&format!("helm/templates/{template}.yaml")), &values);
        for part in YamlLoader::load_from_str(&written).unwrap_or_else(|error| panic!("{template}: {error}\n{written}"))
        {
            kinds.insert(part["kind"].as_str().unwrap().to_owned());
            let pod = &part["spec"]["template"]["spec"];
            let volumes: BTreeSet<&str> =
                pod["volumes"].as_vec().into_iter().flatten().map(|volume| volume["name"].as_str().unwrap()).collect();
            for container in
                ["initContainers", "containers"].iter().flat_map(|of| pod[*of].as_vec().into_iter().flatten())
            {
                for mount in container["volumeMounts"].as_vec().unwrap() {
                    assert!(volumes.contains(mount["name"].as_str().unwrap()), "{mount:?}");
                }
                let args: Vec<&str> =
                    container["args"].as_vec().into_iter().flatten().map(|word| word.as_str().unwrap()).collect();
                if let [command, rest @ ..] = &args[..] {
                    let help = run("kycvs", [command, "--help"]).stdout;
                    let flags = rest.iter().filter(|word| word.starts_with("--"));
                    flags.for_each(|flag| assert!(help.contains(flag), "{command} has no {flag}"));
                }
            }
        }
    }
    let expected = ["ConfigMap", "Deployment", "Ingress", "Job", "PodDisruptionBudget", "Service"];
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), expected);
}
