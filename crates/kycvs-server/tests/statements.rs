//! What a booking by the page asks of PostgreSQL, where everything lies in it.

use crate::support::{Files, Gateway, HEADER, configuration, railway, run, serve};
use kycvs_test_servers::Postgres;
use kycvs_test_servers::programs::{Client, between, result_code};
use serde_json::json;

/// As many as a booking takes: the page, a code, the answer, its result code, and the exchange of that.
const STATEMENTS: usize = 14;

const PEOPLE: [(&str, &str); 4] = [
    ("9876543210", "Imran Sheikh"),
    ("9876543211", "Meena Devi"),
    ("9876543212", "Ravi Kumar"),
    ("9876543213", "Asha Rao"),
];

/// Sends a form of the page with what is hidden in it.
fn press(visitor: &Client, path: &str, page: &str, action: &str, typed: &[(&str, &str)]) -> crate::support::Answer {
    let hidden = |name: &'static str| {
        let before = format!("name=\"{name}\" value=\"");
        page.contains(&before).then(|| (name, between(page, &before, "\"")))
    };
    let hidden: Vec<_> = ["key", "notice_hash"].into_iter().filter_map(hidden).collect();
    let fields = [&hidden[..], typed, &[("action", action)]].concat();
    let answer = visitor.submit(path, &fields, "");
    assert_eq!(answer.status, 200, "{action}: {}", answer.text);
    answer
}

#[test]
fn a_booking_by_the_page_takes_no_more_statements_than_it_did() {
    let postgres = Postgres::start(&["fsync=off", "log_statement=all"]);
    let database = postgres.database(None);
    let (folder, mut gateway) = (Files::new(), Gateway::start());
    let more = format!(
        "origins = ['https://rail.example']\n[sms.http]\nurl = '{}'\njson = '{{\"to\": \"{{to}}\", \"text\": \"{{text}}\"}}'\n\
         [stores]\nkeys = '{}'\npostgres = '{}?sslmode=disable'\n",
        gateway.url(),
        folder.path("keys"),
        postgres.url(&database)
    );
    let config = folder.file("kycvs.toml", configuration(&more));
    assert_eq!(run("kycvs", ["migrate", "--config", &config]).status, 0);
    let people = PEOPLE.iter().zip(1..).map(|((mobile, name), id)| format!("{id},{name},{mobile},,,,,\n"));
    let registry = folder.file("registry.csv", people.fold(HEADER.to_owned(), |csv, person| csv + &person));
    assert_eq!(run("kycvs", ["import", &registry, "--config", &config]).status, 0);
    let server = serve(&["--config", &config]);
    let client = railway(&server);
    let visitor = Client::new(server.said("server"), "");

    let counted = || postgres.log().lines().filter(|line| line.contains("LOG:  execute ")).count();
    let mut book = |mobile: &str, name: &str| {
        let before = counted();
        let visit = json!({ "purpose": "booking", "origin": "https://rail.example" });
        let opened = client.post("/v1/embed-sessions", visit).json();
        let path = format!("/embed/{}", opened["id"].as_str().unwrap());
        let first = visitor.get(&path);
        let visit = counted() - before;
        let who = [("mobile", mobile), ("name", name)];
        let second = press(&visitor, &path, &first.text, "ask", &who);
        let answer = press(&visitor, &path, &second.text, "confirm", &[("otp", &gateway.code(mobile))]);
        let left = press(&visitor, &path, &answer.text, "continue", &[]);
        let result = client.post("/v1/results", json!({ "result_code": result_code(&left) }));
        assert_eq!((result.status, &result.json()["status"]), (200, &json!(0)), "{}", result.text);
        (visit, counted() - before)
    };
    // The first makes the day's partition and takes positions; lists are published beside any of them. A second answer of a day
    // to one number looks for a free line of its history, so each of these people books once.
    let costs: Vec<(usize, usize)> = PEOPLE.iter().map(|(mobile, name)| book(mobile, name)).collect();
    assert_eq!(costs.iter().map(|cost| cost.0).min(), Some(0), "a visit costs the store nothing before its first form");
    let fewest = costs.iter().map(|cost| cost.1).min().unwrap();
    println!("{fewest} statements a booking by the page");
    assert!(fewest <= STATEMENTS, "{fewest} statements");
}
