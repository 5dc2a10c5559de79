//! Signing keys take turns at two hosts under load, by the commands of the documentation, and no gate refuses a good token.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, RwLock};
use std::time::Duration;

use crate::support::{Bookings, Client, Files, configuration, railway, run, run_with, serve_with};
use chrono::{DateTime, TimeDelta, Utc};
use kycvs::token::{KeyRing, TokenVerifier};
use kycvs_test_programs::Program;
use kycvs_test_servers::MovedClock;
use serde_json::{Value, json};

const ISSUER: &str = "https://kycvs.example";
const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(86_400);
/// As long as a token of these servers lives.
const LIFETIME: TimeDelta = TimeDelta::hours(24);
const PEOPLE: u64 = 3_000;

/// A gate that asks one host for the key set, and keeps it for as long as it may.
struct Gate<'a> {
    host: &'a Client,
    keys: Mutex<Option<(DateTime<Utc>, TimeDelta, TokenVerifier)>>,
}

impl<'a> Gate<'a> {
    fn at(host: &'a Client) -> Self {
        Self { host, keys: Mutex::default() }
    }

    fn take(&self, token: &str, now: DateTime<Utc>) {
        let mut keys = self.keys.lock().unwrap();
        if keys.as_ref().is_none_or(|(fetched, max_age, _)| now - *fetched >= *max_age) {
            let answer = self.host.get("/.well-known/jwks.json");
            let max_age = answer.header("cache-control").rsplit_once("max-age=").expect("how long it may be kept").1;
            let max_age = TimeDelta::seconds(max_age.parse().unwrap());
            *keys = Some((now, max_age, TokenVerifier::new(ISSUER, KeyRing::from_jwks(&answer.text).unwrap())));
        }
        let (fetched, _, verifier) = keys.as_ref().unwrap();
        if let Err(refused) = verifier.verify(token, "rail", now) {
            panic!("a good token was refused at {now}, by the keys of {fetched}: {refused}");
        }
    }
}

/// Two hosts with one folder of keys, and their people.
struct Hosts<'a> {
    clients: &'a [Client; 2],
    gates: [Gate<'a>; 2],
    bookings: &'a Bookings,
    clock: &'a MovedClock,
    /// Whoever moves the clock waits until nobody is in the middle of a booking, which ten minutes would end.
    calendar: RwLock<()>,
    issued: Mutex<Vec<(DateTime<Utc>, String)>>,
    count: [AtomicUsize; 2],
    is_over: AtomicBool,
}

impl Hosts<'_> {
    fn now(&self) -> DateTime<Utc> {
        self.clock.now().into()
    }

    /// Asks people at one host until it is over. Each token goes to both gates, and to the other host.
    fn load(&self, host: usize) {
        while !self.is_over.load(Ordering::SeqCst) {
            let _same_time = self.calendar.read().unwrap();
            let booked = self.bookings.book(&self.clients[host]);
            let token = booked.unwrap_or_else(|refused| panic!("{}", refused.text)).token;
            let now = self.now();
            for gate in &self.gates {
                gate.take(&token, now);
            }
            let verified =
                self.clients[1 - host].post("/v1/verify", json!({ "token": token, "audience": "rail" })).json();
            assert_eq!(verified["valid"], json!(true), "the other host refused a good token: {verified}");
            self.issued.lock().unwrap().push((now, token));
            self.count[host].fetch_add(1, Ordering::SeqCst);
        }
    }

    /// Waits until each host has issued some more, and shows both gates every token that lives.
    fn see(&self) {
        let before = self.count.each_ref().map(|count| count.load(Ordering::SeqCst));
        while self.count.iter().zip(before).any(|(count, before)| count.load(Ordering::SeqCst) < before + 4) {
            assert!(!self.is_over.load(Ordering::SeqCst), "a host or a gate failed");
            std::thread::sleep(Duration::from_millis(10));
        }
        let now = self.now();
        let alive: Vec<String> = {
            let mut issued = self.issued.lock().unwrap();
            issued.retain(|(at, _)| *at + LIFETIME > now);
            issued.iter().map(|(_, token)| token.clone()).collect()
        };
        for token in &alive {
            self.gates.iter().for_each(|gate| gate.take(token, now));
        }
    }

    fn pass(&self, time: Duration) {
        let _nobody = self.calendar.write().unwrap();
        self.clock.advance(time);
    }
}

/// Ends the load whatever happens, so that a test that fails ends.
struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

#[test]
fn keys_are_staged_published_used_and_retired_under_load_and_no_good_token_is_refused() {
    let (folder, bookings, clock) = (Files::new(), Bookings::start(), MovedClock::new());
    let keys = folder.path("keys");
    let of_keys = |command: &str| {
        let ran = run_with("kycvs", ["keys", command, "--keys", &keys, "--format", "json"], &clock.environment());
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        serde_json::from_str::<Value>(&ran.stdout).unwrap()
    };
    let first = of_keys("new")["signs"].clone();
    let config = folder.file("kycvs.toml", configuration(&bookings.settings()));
    let registry = folder.file("registry.csv", Bookings::registry(PEOPLE));
    let servers: [Program; 2] = ["one", "two"].map(|name| {
        let args = ["--data", &folder.path(name), "--keys", &keys];
        assert_eq!(run("kycvs", [&["import", &registry], &args[..]].concat()).status, 0);
        serve_with(&[&["--config", &config], &args[..]].concat(), &clock.environment())
    });
    // A host looks after its keys every five minutes by its own clock, and whenever it is asked to.
    let looks = |host: usize| servers[host].signal("HUP");
    let both_look = || (0..2).for_each(looks);
    let clients = servers.each_ref().map(railway);
    let hosts = Hosts {
        clients: &clients,
        gates: clients.each_ref().map(Gate::at),
        bookings: &bookings,
        clock: &clock,
        calendar: RwLock::default(),
        issued: Mutex::default(),
        count: Default::default(),
        is_over: AtomicBool::new(false),
    };
    let published = |host: &Client| host.get("/.well-known/jwks.json").json()["keys"].as_array().unwrap().len();
    let until = |keys: usize| {
        while clients.iter().any(|host| published(host) != keys) {
            assert!(!hosts.is_over.load(Ordering::SeqCst), "a host or a gate failed");
            std::thread::sleep(Duration::from_millis(10));
        }
    };
    std::thread::scope(|scope| {
        let hosts = &hosts;
        let _ends = Ends(&hosts.is_over);
        for host in 0..2 {
            scope.spawn(move || {
                let _ends = Ends(&hosts.is_over);
                hosts.load(host);
            });
        }
        hosts.see();
        hosts.pass(DAY * 29 + MINUTE);
        // The gates have the old key set, and keep it for ten minutes from here.
        hosts.see();
        let staged = of_keys("stage");
        assert_eq!((&staged["signs"], staged["published"].as_array().unwrap().len()), (&first, 2));
        looks(0);
        hosts.see();
        looks(1);
        until(2);
        hosts.see();
        for minutes in [5, 6] {
            hosts.pass(MINUTE * minutes);
            hosts.see();
        }
        hosts.pass(DAY - MINUTE * 41);
        hosts.see();
        assert_eq!(of_keys("list")["signs"], first);
        hosts.pass(MINUTE * 25);
        hosts.see();
        // The gates go by the key set of eight minutes ago; and each host by its clock, without a look into the folder.
        hosts.pass(MINUTE * 8);
        hosts.see();
        let second = of_keys("list")["signs"].clone();
        assert_ne!(second, first);
        hosts.pass(MINUTE * 11);
        both_look();
        hosts.see();
        // The last tokens of the first key live until then.
        hosts.pass(DAY - MINUTE * 30);
        hosts.see();
        hosts.pass(DAY * 7);
        assert_eq!(of_keys("retire")["published"], json!([second]));
        both_look();
        until(1);
        hosts.see();
    });
    let issued = hosts.count.each_ref().map(|count| count.load(Ordering::SeqCst));
    println!("{issued:?} tokens of two hosts, none refused");
}
