//! Limits bind whoever pumps messages, and leave crowds behind one address alone. Each test is an attack, or a crowd.

use std::net::{IpAddr, SocketAddr};

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use kycvs_axum::Config;
use serde_json::json;
use tower::ServiceExt;
use url::form_urlencoded;

use crate::support::{Answer, Host, RAIL, ask};
use crate::visit::hidden;

/// What a limit leaves an attacker, and a crowd.
struct Street(Host);

impl Street {
    async fn new() -> Self {
        Self(Host::new().await)
    }

    async fn with(configure: impl FnOnce(&mut Config)) -> Self {
        Self(Host::with(configure, |builder| builder).await)
    }

    async fn visit(&self) -> String {
        let visit = json!({ "purpose": "railway-booking", "origin": "https://rail.example" });
        let opened = self.0.post(RAIL, "/v1/embed-sessions", &visit).await.json();
        format!("/embed/{}", opened["id"].as_str().unwrap())
    }

    async fn form(&self, from: &str, visit: &str, fields: &[(&str, &str)]) -> Answer {
        let peer = SocketAddr::new(from.parse::<IpAddr>().unwrap(), 4711);
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(visit)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .extension(ConnectInfo(peer))
            .body(Body::from(body))
            .unwrap();
        Answer::read(self.0.router.clone().oneshot(request).await.unwrap()).await
    }

    async fn ask(&self, from: &str, visit: &str, mobile: &str) -> Answer {
        self.form(from, visit, &[("action", "ask"), ("mobile", mobile), ("name", "Imran Sheikh")]).await
    }

    async fn enter(&self, from: &str, visit: &str, step: &Answer, code: &str) -> Answer {
        let fields = [("key", hidden(step, "key")), ("notice_hash", hidden(step, "notice_hash"))];
        self.form(from, visit, &[("action", "confirm"), ("otp", code), fields[0], fields[1]]).await
    }
}

/// Numbers of different ranges.
fn mobile(number: u32) -> String {
    format!("98{number:04}1234")
}

/// The code was right; nobody here is registered.
fn is_right(answer: &Answer) -> bool {
    answer.text.contains("no-matching-record")
}

const WIFI: &str = "192.0.2.7";

#[tokio::test]
async fn three_hundred_passengers_behind_one_address_all_get_their_code_and_enter_it() {
    let street = Street::new().await;
    for passenger in 0..300 {
        let (visit, mobile) = (street.visit().await, mobile(passenger));
        let step = street.ask(WIFI, &visit, &mobile).await;
        assert_eq!(step.status, 200, "passenger {passenger}");
        let answer = street.enter(WIFI, &visit, &step, &street.0.code(&mobile)).await;
        assert!(is_right(&answer), "passenger {passenger}: {}", answer.text);
    }
}

#[tokio::test]
async fn who_asks_and_never_enters_takes_the_slow_lane_until_somebody_there_enters_a_code() {
    let street = Street::new().await;
    let mut steps = Vec::new();
    for number in 0..30 {
        let visit = street.visit().await;
        let step = street.ask(WIFI, &visit, &mobile(number)).await;
        assert_eq!(step.status, 200, "message {number}");
        steps.push((visit, step));
    }
    let asks = async |number| street.ask(WIFI, &street.visit().await, &mobile(number)).await.status;
    assert_eq!((asks(30).await, asks(31).await), (200, 429), "one message a second");
    street.0.advance(1);
    assert_eq!((asks(32).await, asks(33).await), (200, 429));
    assert_eq!(street.ask("198.51.100.7", &street.visit().await, &mobile(34)).await.status, 200, "others do not wait");

    let (visit, step) = &steps[3];
    street.enter(WIFI, visit, step, &street.0.code(&mobile(3))).await;
    for number in 40..60 {
        assert_eq!(asks(number).await, 200, "a crowd that enters its codes is not held up");
    }
}

#[tokio::test]
async fn sixty_prefixes_of_ipv6_do_not_use_up_the_budget_of_a_railway() {
    let street = Street::new().await;
    let mut sent = 0;
    for number in 0..600 {
        let from = format!("2001:db8:7:{:x}::1", number % 60);
        sent += u32::from(street.ask(&from, &street.visit().await, &mobile(number)).await.status == 200);
    }
    assert_eq!(sent, 241, "what a network may send, and one message of the slow lane");
    assert_eq!(street.0.post(RAIL, "/v1/status-requests", &ask()).await.status, 201);
    assert_eq!(street.ask("2001:db8:8::1", &street.visit().await, &mobile(601)).await.status, 200);
}

#[tokio::test]
async fn however_many_networks_ask_the_entitys_own_server_is_served() {
    let street = Street::new().await;
    let mut sent = 0;
    for number in 0..600_u32 {
        let from = format!("10.{}.{}.1", number / 250, number % 250);
        sent += u32::from(street.ask(&from, &street.visit().await, &mobile(number)).await.status == 200);
    }
    assert_eq!(sent, 450, "three quarters of 600 a minute");
    assert_eq!(street.0.post(RAIL, "/v1/status-requests", &ask()).await.status, 201);
}

#[tokio::test]
async fn one_visit_with_twenty_posts_shuts_no_range_of_numbers_out() {
    let street = Street::new().await;
    let visit = street.visit().await;
    let mut sent = 0;
    for number in 0..20 {
        sent += u32::from(street.ask(WIFI, &visit, &format!("987654{number:04}")).await.status == 200);
    }
    assert_eq!(sent, 6);
    assert_eq!(street.ask("198.51.100.7", &street.visit().await, "9876549999").await.status, 200);
    assert_eq!(street.ask(WIFI, &street.visit().await, "9876549998").await.status, 200);
}

#[tokio::test]
async fn twenty_posts_at_once_in_one_visit_are_counted_one_by_one() {
    let street = std::sync::Arc::new(Street::new().await);
    let visit = street.visit().await;
    let posts = (0..20).map(|number| {
        let (street, visit) = (street.clone(), visit.clone());
        tokio::spawn(async move { street.ask(WIFI, &visit, &mobile(number)).await.status })
    });
    for post in posts.collect::<Vec<_>>() {
        post.await.unwrap();
    }
    assert!(street.0.sms.messages().len() <= 6, "{}", street.0.sms.messages().len());
}

#[tokio::test]
async fn one_network_shuts_no_range_of_numbers_out_with_any_number_of_visits() {
    let street = Street::new().await;
    let mut sent = 0;
    for number in 0..20 {
        let from = format!("192.0.2.{number}");
        sent += u32::from(street.ask(&from, &street.visit().await, &format!("987654{number:04}")).await.status == 200);
    }
    assert_eq!(sent, 10);
    assert_eq!(street.ask("198.51.100.7", &street.visit().await, "9876549999").await.status, 200);
}

#[tokio::test]
async fn a_right_code_is_never_refused_for_its_address() {
    let street = Street::with(|config| config.limits.wrong_secrets_per_address = 1.try_into().unwrap()).await;
    let (visit, mobile) = (street.visit().await, mobile(1));
    let step = street.ask(WIFI, &visit, &mobile).await;
    for _ in 0..100 {
        street.enter(WIFI, &visit, &step, "no code").await;
        street.enter(WIFI, &street.visit().await, &step, "123456").await;
    }
    let answer = street.enter(WIFI, &visit, &step, &street.0.code(&mobile)).await;
    assert!(is_right(&answer), "{}", answer.text);
}

/// At a railway's page and on `/me`, which are two entities: ten wrong codes are enough to lock a number everywhere.
#[tokio::test]
async fn who_guesses_at_a_number_from_one_network_does_not_lock_its_owner_out() {
    let street = Street::new().await;
    let mobile = "9876543210";
    let wrong = |street: &Street| format!("{:06}", (street.0.code(mobile).parse::<u32>().unwrap() + 1) % 1_000_000);
    for host in 0..4 {
        let from = format!("192.0.2.{host}");
        let visit = street.visit().await;
        let step = street.ask(&from, &visit, mobile).await;
        let own = street.form(&from, "/me", &[("action", "ask"), ("mobile", mobile), ("name", "Imran Sheikh")]).await;
        for _ in 0..3 {
            if step.status == 200 {
                street.enter(&from, &visit, &step, &wrong(&street)).await;
            }
            if own.status == 200 {
                let names = ["request", "attempt", "notice_hash"];
                let mut fields = names.map(|name| (name, hidden(&own, name))).to_vec();
                let code = wrong(&street);
                fields.extend([("action", "open"), ("otp", code.as_str())]);
                street.form(&from, "/me", &fields).await;
            }
        }
    }
    let metrics = street.0.get("", "/metrics").await.text;
    let judged = metrics.lines().filter(|line| line.contains("code=\"wrong-code\"")).collect::<String>();
    assert!(judged.ends_with(" 4"), "fewer than lock a number at an entity: {judged}");
    street.0.advance(600);
    let visit = street.visit().await;
    let step = street.ask("198.51.100.7", &visit, mobile).await;
    let answer = street.enter("198.51.100.7", &visit, &step, &street.0.code(mobile)).await;
    assert!(answer.text.contains("name=\"key\""), "{}", answer.text);
    assert_eq!(street.ask(WIFI, &street.visit().await, mobile).await.status, 429, "there the number is locked");
}

#[tokio::test]
async fn a_visit_that_asks_for_nothing_and_one_that_is_made_up_store_nothing() {
    let street = Street::new().await;
    let visit = street.visit().await;
    let look = Request::get(&visit).extension(ConnectInfo(SocketAddr::from(([192, 0, 2, 7], 1)))).body(Body::empty());
    assert_eq!(street.0.router.clone().oneshot(look.unwrap()).await.unwrap().status(), 200);
    assert_eq!(street.form(WIFI, &visit, &[("action", "nothing")]).await.status, 400);
    let state = street.0.get(RAIL, &visit.replace("/embed/", "/v1/embed-sessions/")).await.json();
    assert_eq!(state["state"], "open");
    assert_eq!(street.0.service.keep().await.unwrap().requests, 0);
    street.0.advance(2 * 86_400);
    assert_eq!(street.0.service.keep().await.unwrap().requests, 0, "there is nothing to forget");
}
