//! A booking over two mobile numbers, whose second one answers by its link.

use crate::support::{Client, Files, Gateway, Program, REGISTRY, configuration, railway, run, serve};
use kycvs_test_servers::programs::between;
use serde_json::{Value, json};

const ASHA: (&str, &str) = ("9876543210", "Asha Lakshmi Rao");
const MEENA: (&str, &str) = ("9123456780", "Meena Devi");
const LINKS: &str = "https://kycvs.example/l/";

/// A configuration that sends to `gateway`, with `links` in its issuer.
fn with_links(links: &str, gateway: &str) -> String {
    let sms = format!("[sms.http]\nurl = '{gateway}'\njson = '{{\"to\": \"{{to}}\", \"text\": \"{{text}}\"}}'\n");
    configuration(&sms).replacen("grievance = ", &format!("{links}\ngrievance = "), 1)
}

fn started(folder: &Files, config: &str) -> Program {
    let (config, registry) = (folder.file("kycvs.toml", config), folder.file("registry.csv", REGISTRY));
    let data = folder.path("data");
    assert_eq!(run("kycvs", ["import", &registry, "--data", &data]).status, 1, "two rows are bad");
    serve(&["--config", &config, "--data", &data])
}

fn booking(client: &Client) -> crate::support::Answer {
    let people = [ASHA, MEENA].map(|(mobile, name)| json!({ "mobile": mobile, "name": name }));
    client.post("/v1/bookings", json!({ "people": people, "purpose": "booking", "reference": "4711" }))
}

fn states(booking: &Value) -> Vec<&str> {
    booking["people"].as_array().unwrap().iter().map(|person| person["state"].as_str().unwrap()).collect()
}

#[test]
fn a_booking_over_two_numbers_is_answered_by_its_page_and_by_a_link() {
    let (folder, mut gateway) = (Files::new(), Gateway::start());
    let server = started(&folder, &with_links(&format!("links = '{LINKS}'"), &gateway.url()));
    let client = railway(&server);
    let open = booking(&client);
    assert_eq!(open.status, 201, "{}", open.text);
    let open = open.json();
    let path = format!("/v1/bookings/{}", open["id"].as_str().unwrap());
    let confirm = json!({ "otp": gateway.code(ASHA.0), "notice_hash": open["notice"]["hash"] });
    let answer = client.post(&format!("{path}/confirm"), confirm);
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(states(&answer.json()), ["granted", "missing"]);

    let text = gateway.text(MEENA.0);
    let (_, link) = text.split_once(LINKS).unwrap_or_else(|| panic!("{text}"));
    let link = format!("/l/{}", link.split_whitespace().next().unwrap());
    let person = Client::new(server.said("server"), "");
    let page = person.get(&link);
    assert!(page.status == 200 && page.text.contains(MEENA.1) && !page.text.contains("Asha"), "{}", page.text);
    let hidden = |name: &str| between(&page.text, &format!("name=\"{name}\" value=\""), "\"").to_owned();
    let (key, notice, code) = (hidden("key"), hidden("notice_hash"), Gateway::code_in(&text));
    let fields =
        [("action", "confirm"), ("key", key.as_str()), ("notice_hash", notice.as_str()), ("otp", code.as_str())];
    let answer = person.submit(&link, &fields, "");
    assert!(answer.status == 200 && answer.text.contains("vaccinated"), "{}", answer.text);
    assert_eq!(person.get(&link).status, 404, "it takes one answer");
    let key = format!("Bearer {}", crate::support::railway_key());
    let booking = client.get_with(&path, &[("authorization", &key)]);
    assert_eq!(states(&booking.json()), ["granted", "granted"]);
}

#[test]
fn without_an_address_for_links_a_booking_has_one_number() {
    let (folder, gateway) = (Files::new(), Gateway::start());
    let server = started(&folder, &with_links("", &gateway.url()));
    assert_eq!(booking(&railway(&server)).code(), "invalid-request");
}

#[test]
fn an_address_for_links_that_is_none_is_named_by_its_line() {
    for links in
        ["kycvs.example/l/", "http://kycvs.example/l/", "https://kycvs.example/l", "https://kycvs.example/?l=/"]
    {
        let folder = Files::new();
        let config = folder.file("kycvs.toml", with_links(&format!("links = '{links}'"), "http://127.0.0.1:9"));
        let ran = run("kycvs", ["check-config", &config]);
        assert!(ran.status == 2 && ran.stderr.contains("`issuer.links`"), "{}", ran.stderr);
    }
}
