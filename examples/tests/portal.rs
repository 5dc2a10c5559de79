//! The portal, as a program that is used over HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

mod support;

use serde_json::json;
use support::page::{agree, between, links, press, result_code, unescaped};
use support::portal::{Answer, Client, Portal, ask, confirm, sha256};
use support::{Folder, REGISTRY, run};

#[test]
fn each_person_that_it_names_gets_their_status() {
    let portal = Portal::demonstration();
    let client = portal.client("railway");
    for (word, status) in [("status-0", 0), ("status-1", 1), ("status-2", 2)] {
        let person = portal.person(word);
        let asked = ask(&client, "railway-booking", person);
        assert_eq!(asked.status, 201, "{}", asked.text);
        let granted = confirm(&client, &asked, &portal.code(person.0));
        assert_eq!((granted.status, &granted.json()["status"]), (200, &json!(status)), "{}", granted.text);

        let shown = json!({ "token": granted.json()["token"], "audience": "railway" });
        let verified = client.post("/v1/verify", shown).json();
        assert_eq!((&verified["valid"], &verified["claims"]["vaccination_status"]), (&json!(true), &json!(status)));
    }
}

#[test]
fn everyone_of_a_family_is_asked_on_their_one_mobile() {
    let portal = Portal::demonstration();
    let client = portal.client("airline");
    let (mobile, names) = portal.person("family");
    let names: Vec<_> = names.split(", ").collect();
    assert!(names.len() >= 3, "{names:?}");
    for name in &names {
        // Three messages in ten minutes go to one number, and five in an hour.
        client.post("/sandbox/clock", json!({ "advance_seconds": 1801 }));
        let asked = ask(&client, "flight-booking", (mobile, name));
        let granted = confirm(&client, &asked, &portal.code(mobile));
        assert_eq!(granted.status, 200, "{}", granted.text);
    }
}

#[test]
fn an_unknown_mobile_gets_a_code_like_anyone_and_no_record_after_it() {
    let portal = Portal::demonstration();
    let client = portal.client("railway");
    let (known, unknown) = (portal.person("status-2"), portal.person("unknown"));
    let asked = [ask(&client, "railway-booking", known), ask(&client, "railway-booking", unknown)];
    assert_eq!(asked[0].text.len(), asked[1].text.len());
    let answer = confirm(&client, &asked[1], &portal.code(unknown.0));
    assert_eq!((answer.status, answer.code().as_str()), (404, "no-matching-record"));
    let wrong_name = ask(&client, "railway-booking", (known.0, "Xaveria Unlisted"));
    let answer = confirm(&client, &wrong_name, &portal.code(known.0));
    assert_eq!((answer.status, answer.code().as_str()), (404, "no-matching-record"));
}

#[test]
fn a_code_expires_on_the_clock_of_the_sandbox_and_a_reset_begins_anew() {
    let portal = Portal::demonstration();
    let client = portal.client("railway");
    let person = portal.person("status-1");
    let asked = ask(&client, "railway-booking", person);
    let code = portal.code(person.0);
    assert_eq!(client.post("/sandbox/clock", json!({ "advance_seconds": 181 })).status, 200);
    assert_eq!(confirm(&client, &asked, &code).code(), "code-expired");

    assert_eq!(client.post("/sandbox/reset", json!({})).status, 204);
    assert_eq!(confirm(&client, &asked, &code).code(), "not-found");
    assert_eq!(client.get("/sandbox/outbox").json(), json!([]));
    let again = ask(&client, "railway-booking", person);
    assert_eq!(confirm(&client, &again, &portal.code(person.0)).json()["status"], 1);
    assert!(client.get("/sandbox").text.contains(&portal.code(person.0)));
}

#[test]
fn a_key_opens_what_is_its_entitys_and_nothing_else() {
    let portal = Portal::demonstration();
    let (railway, airline) = (portal.client("railway"), portal.client("airline"));
    let asked = ask(&railway, "railway-booking", portal.person("status-2"));
    assert_eq!(ask(&railway, "lounge", portal.person("status-2")).code(), "unknown-purpose");
    let id = asked.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(airline.post(&format!("/v1/status-requests/{id}/decline"), json!({})).code(), "not-found");
    let nobody = Client::new(portal.said("portal"), "Bearer something");
    assert_eq!(ask(&nobody, "railway-booking", portal.person("status-2")).code(), "unauthenticated");
}

#[test]
fn a_client_of_cowins_works_with_another_base_url() {
    let portal = Portal::demonstration();
    let agent = ureq::agent();
    let post = |path: &str, body: serde_json::Value| -> serde_json::Value {
        let request =
            agent.post(format!("{}{path}", portal.said("portal"))).header("x-api-key", portal.said("key-railway"));
        request.send_json(body).unwrap().body_mut().read_json().unwrap()
    };
    let (mobile, name) = portal.person("status-2");
    let generated = post("/api/v3/vaccination/generateOTP", json!({ "mobile_number": mobile, "full_name": name }));
    let otp = sha256(&portal.code(mobile));
    let body = json!({ "otp": otp, "txnId": generated["txnId"] });
    let token = post("/api/v3/vaccination/confirmOTP", body)["token"].as_str().unwrap().to_owned();
    let bearer = format!("Bearer {token}");
    let url = format!("{}/api/v3/vaccination/status", portal.said("portal"));
    let mut status = agent.get(url).header("authorization", bearer).call().unwrap();
    let status: serde_json::Value = status.body_mut().read_json().unwrap();
    assert_eq!(status["vaccination_status"], 2, "{status}");
}

#[test]
fn people_of_ones_own_registry_are_asked_and_not_listed() {
    let folder = Folder::new();
    let registry = folder.file("registry.csv", REGISTRY);
    let portal = Portal::start(&["--registry", &registry, "--booking-listen", "127.0.0.1:0"], "key-airline");
    let client = portal.client("railway");
    let asked = ask(&client, "railway-booking", ("9876543210", "Imran Sheikh"));
    assert_eq!(confirm(&client, &asked, &portal.code("9876543210")).json()["status"], 0);
}

#[cfg(unix)]
#[test]
fn it_ends_when_it_is_asked_to_and_what_it_kept_is_there_again() {
    let folder = Folder::new();
    let data = folder.path("data");
    let args = ["--people", "1000", "--data", &data, "--booking-listen", "127.0.0.1:0"];
    let mut first = Portal::start(&args, "unknown");
    let keys = first.client("railway").get("/.well-known/jwks.json").text;
    assert_eq!(first.terminate(), Some(0));
    let second = Portal::start(&args, "unknown");
    assert_eq!(second.client("railway").get("/.well-known/jwks.json").text, keys);
}

#[test]
fn an_address_that_is_taken_is_named_with_its_flag() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let ran = run("portal", ["--listen", "127.0.0.1:0", "--booking-listen", &address]);
    assert_eq!(ran.status, 2);
    assert!(ran.stderr.contains(&format!("cannot listen on {address} (--booking-listen)")), "{}", ran.stderr);
}

#[test]
fn a_passenger_books_without_script_by_going_to_the_portal_and_coming_back() {
    let portal = Portal::demonstration();
    let (mobile, name) = portal.person("status-1");
    let passenger = Passenger::choosing_a_train(&portal);
    let sent = passenger.site.submit("/redirect", &[], &passenger.cookie);
    let page = portal.visitor().get(sent.header("location"));
    let answer = agree(&portal, &page, mobile, name);
    let back = links(&answer.text).into_iter().find(|link| link.contains("/kycvs/return")).expect("a way back");

    let issued = passenger.site.get_with(&back, &[("cookie", &passenger.cookie)]);
    assert_eq!((issued.status, issued.header("location")), (303, "/ticket"), "{}", issued.text);
    assert!(passenger.ticket().contains("1, partially vaccinated"), "{}", passenger.ticket());
    let again = passenger.site.get_with(&back, &[("cookie", &passenger.cookie)]);
    assert_eq!(again.status, 502, "a result code works once");
    assert!(again.text.contains("not-found"), "{}", again.text);
}

#[test]
fn the_embedded_page_gives_the_form_a_code_that_the_site_exchanges() {
    let portal = Portal::demonstration();
    let (mobile, name) = portal.person("status-2");
    let passenger = Passenger::choosing_a_train(&portal);
    let embedding = passenger.get("/passenger");
    let policy = embedding.header("content-security-policy");
    let element = format!(r#"<script src="{}/embed.js"></script>"#, portal.said("portal"));
    assert!(
        unescaped(&embedding.text).contains(&element) && policy.contains(portal.said("portal")),
        "{policy} {}",
        embedding.text
    );

    let code = passenger.answer_embedded(&portal, &embedding, mobile, name);
    let issued = passenger.site.submit("/ticket", &[("result_code", &code)], &passenger.cookie);
    assert_eq!((issued.status, issued.header("location")), (303, "/ticket"), "{}", issued.text);
    assert!(passenger.ticket().contains("2, fully vaccinated"), "{}", passenger.ticket());
}

#[test]
fn another_bookings_result_code_and_state_give_no_ticket() {
    let portal = Portal::demonstration();
    let (mobile, name) = portal.person("status-2");
    let (honest, other) = (Passenger::choosing_a_train(&portal), Passenger::choosing_a_train(&portal));
    let code = honest.answer_embedded(&portal, &honest.get("/passenger"), mobile, name);
    let taken = other.site.submit("/ticket", &[("result_code", &code)], &other.cookie);
    assert_eq!(taken.status, 403, "{}", taken.text);
    let forged = other.get(&format!("/kycvs/return?state=guessed&result_code={code}"));
    assert_eq!(forged.status, 403, "{}", forged.text);
    for strange in ["result_code=", "result_code=%3Cscript%3E", ""] {
        let refused = other.site.submit("/ticket", &[("result_code", strange)], &other.cookie);
        assert!(refused.status == 502 && !refused.text.contains("<script>"), "{}", refused.text);
    }
    assert!(other.ticket().contains("no ticket"), "{}", other.ticket());
}

#[test]
fn a_passenger_who_does_not_agree_gets_no_ticket() {
    let portal = Portal::demonstration();
    let passenger = Passenger::choosing_a_train(&portal);
    let sent = passenger.site.submit("/redirect", &[], &passenger.cookie);
    let page = portal.visitor().get(sent.header("location"));
    let declined = press(&portal, &page, "decline", &[]);
    let back = links(&declined.text).into_iter().find(|link| link.contains("/kycvs/return")).expect("a way back");
    assert!(back.contains("error=declined"), "{back}");
    let told = passenger.site.get_with(&back, &[("cookie", &passenger.cookie)]);
    assert!(told.text.contains("You did not agree"), "{}", told.text);
}

/// A passenger who chose a train, in a browser without script.
struct Passenger {
    site: Client,
    cookie: String,
}

impl Passenger {
    fn choosing_a_train(portal: &Portal) -> Self {
        let site = Client::new(portal.said("booking"), "");
        assert!(site.get("/").text.contains("12951 Mumbai Rajdhani"));
        assert_eq!(site.submit("/book", &[("train", "4711")], "").status, 422);
        let booked = site.submit("/book", &[("train", "12951")], "");
        assert_eq!((booked.status, booked.header("location")), (303, "/passenger"));
        assert!(booked.header("set-cookie").contains("HttpOnly; SameSite=Lax"));
        Self { cookie: booked.cookie(), site }
    }

    fn get(&self, path: &str) -> Answer {
        self.site.get_with(path, &[("cookie", &self.cookie)])
    }

    fn ticket(&self) -> String {
        self.get("/ticket").text
    }

    /// Goes through the page that the element would show, and gives what it would put into the form.
    fn answer_embedded(&self, portal: &Portal, embedding: &Answer, mobile: &str, name: &str) -> String {
        let session = between(&embedding.text, "session=\"", "\"");
        let page = portal.visitor().get(&format!("/embed/{session}"));
        let answer = agree(portal, &page, mobile, name);
        result_code(&answer)
    }
}
