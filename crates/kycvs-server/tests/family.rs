//! The calls of a public report: six people of one phone within one booking. CoWIN lets one number have six people since January 2022,
//! and a railway booking has up to six passengers.

use crate::support::{Client, Files, Gateway, HEADER, Program, ask, configuration, confirm, railway, run, serve};
use serde_json::{Value, json};

const PHONE: &str = "9800000004";
const SIX: [&str; 6] =
    ["Asha Lakshmi Rao", "Imran Sheikh", "Gurpreet Kaur", "Thomas Mathew", "Meena Devi", "Tenzin Dolma"];

/// A server that knows the six, and what sends its messages.
struct Family {
    server: Program,
    gateway: Gateway,
    _folder: Files,
}

impl Family {
    fn with(settings: &str) -> Self {
        let (folder, gateway) = (Files::new(), Gateway::start());
        let sms =
            format!("[sms.http]\nurl = '{}'\njson = '{{\"to\": \"{{to}}\", \"text\": \"{{text}}\"}}'\n", gateway.url());
        let config = folder.file("kycvs.toml", configuration(&format!("{sms}{settings}")));
        let rows = SIX.iter().zip(1..).map(|(name, id)| format!("{id},{name},{PHONE},,COVAXIN,2021-05-01,1,\n"));
        let registry = folder.file("registry.csv", HEADER.to_owned() + &rows.collect::<String>());
        let data = folder.path("data");
        assert_eq!(run("kycvs", ["import", &registry, "--data", &data]).status, 0);
        let server = serve(&["--config", &config, "--data", &data]);
        Self { server, gateway, _folder: folder }
    }

    fn client(&self) -> Client {
        railway(&self.server)
    }
}

#[test]
fn six_people_of_one_phone_are_each_asked_about_and_answered_one_after_the_other() {
    let mut family = Family::with("");
    let client = family.client();
    for name in SIX {
        let asked = ask(&client, "booking", (PHONE, name));
        assert_eq!(asked.status, 201, "{name}: {}", asked.text);
        let granted = confirm(&client, &asked, &family.gateway.code(PHONE));
        assert_eq!((granted.status, &granted.json()["status"]), (200, &json!(1)), "{name}: {}", granted.text);
    }
}

#[test]
fn six_people_of_one_phone_are_one_booking_with_one_message() {
    let mut family = Family::with("[messages]\nper_mobile = ['1 in 24 h']\n");
    let client = family.client();
    let people: Vec<Value> = SIX.iter().map(|name| json!({ "mobile": PHONE, "name": name })).collect();
    let open = client.post("/v1/bookings", json!({ "people": people, "purpose": "booking", "reference": "4711" }));
    assert_eq!(open.status, 201, "{}", open.text);
    let open = open.json();
    let id = open["id"].as_str().unwrap();
    let body = json!({ "otp": family.gateway.code(PHONE), "notice_hash": open["notice"]["hash"], "attempt": id });
    let told = client.post(&format!("/v1/bookings/{id}/confirm"), body);
    assert_eq!(told.status, 200, "{}", told.text);
    let told = told.json();
    let people = told["people"].as_array().unwrap();
    assert!(people.len() == 6 && people.iter().all(|person| person["state"] == "granted"), "{told}");
}

/// `[messages]` bounds the messages to one number, and who is over it learns when to come again before anybody enters a code.
#[test]
fn a_site_learns_beforehand_that_a_phone_gets_no_more_messages() {
    let family = Family::with("[messages]\nper_mobile = ['5 in 24 h']\n");
    let client = family.client();
    let asked: Vec<_> = SIX.iter().map(|name| ask(&client, "booking", (PHONE, name))).collect();
    assert_eq!(asked.iter().map(|asked| asked.status).collect::<Vec<_>>(), [201, 201, 201, 201, 201, 429]);
    let refused = asked.last().unwrap();
    assert_eq!(refused.code(), "too-many-requests");
    let seconds: u32 = refused.header("retry-after").parse().unwrap();
    assert!((86_000..=86_400).contains(&seconds), "{seconds}");
}
