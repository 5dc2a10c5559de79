//! Several channels to a person, and the receipts of their gateways.

use crate::support::{Client, Files, Gateway, Program, REGISTRY, ask, configuration, confirm, railway, run};
use kycvs_test_servers::{Kannel, free_port};
use serde_json::json;

const ASHA: (&str, &str) = ("9876543210", "Asha Rao");
const MEENA: (&str, &str) = ("9123456780", "Meena Devi");
const SECRET: &str = "a-password-of-this-test";

/// A Kannel first, which loses what goes to numbers that begin with `lost`; then any other gateway.
fn channels(kannel: &Kannel, other: &Gateway, port: u16) -> String {
    format!(
        r#"
[[sms]]
name = "operator"
next_after_seconds = 1
receipts = {{ secret = "{SECRET}", url = "http://127.0.0.1:{port}/v1/receipts" }}
[sms.kannel]
url = "{}"
username = "{}"
password = "{}"
from = "KYCVSX"
[[sms]]
name = "other"
receipts = {{ secret = "{SECRET}", id = "/id", status = "/state", delivered = ["arrived"], failed = ["lost"] }}
[sms.http]
url = "{}"
json = '{{"to": "{{to}}", "text": "{{text}}"}}'
"#,
        kannel.url(),
        Kannel::USERNAME,
        Kannel::PASSWORD,
        other.url()
    )
}

/// How many messages a channel had of an outcome, once there is one.
fn count(client: &Client, channel: &str, outcome: &str) -> u64 {
    let line = format!("kycvs_messages_total{{channel=\"{channel}\",outcome=\"{outcome}\"}} ");
    loop {
        let text = client.get("/metrics").text;
        if let Some(count) = text.lines().find_map(|found| found.strip_prefix(&line)) {
            return count.parse().unwrap();
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[test]
fn who_is_not_reached_by_the_first_gateway_gets_the_same_code_by_the_next() {
    let (mut kannel, mut other) = (Kannel::start_losing(Some("+919123")), Gateway::start());
    let (folder, port) = (Files::new(), free_port());
    let config = folder.file("kycvs.toml", configuration(&channels(&kannel, &other, port)));
    let (registry, data) = (folder.file("registry.csv", REGISTRY), folder.path("data"));
    assert_eq!(run("kycvs", ["import", &registry, "--data", &data]).status, 1, "two rows are bad");
    let listen = format!("127.0.0.1:{port}");
    let server =
        Program::start("kycvs", &["serve", "--config", &config, "--data", &data, "--listen", &listen], "server");
    let client = railway(&server);

    assert_eq!(ask(&client, "booking", ASHA).status, 201);
    assert_eq!(kannel.wait_for(1)[0].to, "+919876543210");
    assert_eq!(count(&client, "operator", "delivered"), 1);

    let asked = ask(&client, "booking", MEENA);
    let granted = confirm(&client, &asked, &other.code(MEENA.0));
    assert_eq!(granted.status, 200, "{}", granted.text);
    assert_eq!([count(&client, "operator", "taken"), count(&client, "other", "taken")], [2, 1]);
    assert!(count(&client, "operator", "overdue") >= 1);

    // Who does not know the password reports nothing, on no channel that there is or is not.
    let report = json!({ "id": 7, "state": "arrived" });
    for (channel, authorization) in [("other", "Bearer another"), ("other", ""), ("nobody", "Bearer another")] {
        let stranger = Client::new(server.said("server"), authorization);
        let refused = stranger.post(&format!("/v1/receipts/{channel}"), report.clone());
        assert_eq!(refused.code(), "unauthenticated", "{channel} {authorization}");
    }
    let gateway = Client::new(server.said("server"), &format!("Bearer {SECRET}"));
    assert_eq!(gateway.post("/v1/receipts/other", report).status, 204);
    assert_eq!(count(&client, "other", "delivered"), 1);
    assert_eq!(gateway.post("/v1/receipts/other", json!({ "state": "arrived" })).code(), "invalid-request");
    assert_eq!(gateway.post("/v1/receipts/other/not-an-id", json!({})).code(), "not-found");
}

#[test]
fn a_mistake_in_a_list_of_channels_is_named_by_its_place() {
    let kannel = "[sms.kannel]\nurl = 'http://127.0.0.1:9/'\nusername = 'kycvs'\npassword = 'a-password'\n";
    let http = "[sms.http]\nurl = 'https://sms.example/'\njson = '{\"to\": \"{to}\", \"text\": \"{text}\"}'\n";
    for (sms, says) in [
        (format!("[[sms]]\n{kannel}[[sms]]\n{kannel}"), ":16: `sms[1]`: another channel is called `kannel`"),
        (format!("[[sms]]\nnext_after_seconds = 20\n{kannel}"), "`sms[0].next_after_seconds`: it needs `receipts`"),
        (format!("[[sms]]\nnext_after_seconds = 0\n{kannel}"), "`sms[0].next_after_seconds`: "),
        (
            format!("[[sms]]\nreceipts = {{ secret = 'short' }}\n{kannel}"),
            "`sms[0].receipts`: a secret must be 16 to 128",
        ),
        (format!("[[sms]]\nreceipts = {{ secret = '{SECRET}' }}\n{http}"), "`status` and `delivered` are missing"),
        (
            format!("[[sms]]\nreceipts = {{ secret = '{SECRET}', status = '/s', delivered = ['d'] }}\n{http}"),
            "`id` is missing, or {receipt_url} in the request",
        ),
        (
            format!("[[sms]]\n{kannel}[[sms]]\nname = 'empty'\n"),
            "`sms[1]`: it has no gateway: add one of `kannel`, `msg91`, `http`",
        ),
    ] {
        let folder = Files::new();
        let ran = run("kycvs", ["check-config", &folder.file("kycvs.toml", configuration(&sms))]);
        assert_eq!((ran.status, ran.stderr.contains(says)), (2, true), "{sms}: {}", ran.stderr);
        assert!(!ran.stderr.contains("short"), "{}", ran.stderr);
    }
}

#[test]
fn a_language_without_a_registered_template_is_warned_of_when_it_is_checked_and_when_it_is_served() {
    let template = |more: &str| {
        format!(
            "[[sms.kannel.dlt.template]]\nid = '1107123456789012345'\nlanguage = 'en'\n\
             text = '{{#numeric#}} for {{#alphanumeric#}}'\nvariables = ['code', 'entity']\n{more}"
        )
    };
    let sms = "[sms.kannel]\nurl = 'http://127.0.0.1:9/'\nusername = 'kycvs'\npassword = 'a-password'\n\
               [sms.kannel.dlt]\nentity_id = '1101234567890123456'\nheader = 'KYCVSX'\n";
    let with_links = |file: String| file.replace("[issuer]", "[issuer]\nlinks = 'https://kycvs.example/l/'");
    let folder = Files::new();
    let checked = |file: String| run("kycvs", ["check-config", &folder.file("kycvs.toml", file)]);
    let others = "hi, bn, mr, te, ta, gu, kn, ml, pa, or, ur: such a message is not sent";

    let ran = checked(with_links(configuration(&format!("{sms}{}", template("")))));
    let warned: Vec<&str> = ran.stderr.lines().collect();
    assert_eq!((ran.status, warned.len()), (0, 3), "{}", ran.stderr);
    assert!(
        warned.iter().all(|line| line.starts_with("warning: ") && line.contains(": `sms.kannel`: no template for "))
    );
    assert!(warned[0].ends_with(&format!("for a code is registered in {others}")), "{}", warned[0]);
    assert!(warned[1].ends_with(&format!("for a code with a link is registered in en, {others}")), "{}", warned[1]);
    assert!(warned[2].ends_with(&format!("own page is registered in en, {others}")), "{}", warned[2]);

    // Without an address for links there are no such messages; and one template more is one language less.
    let own_page = configuration(&format!("{sms}{}{}", template(""), template("own_page = true\n")));
    let ran = checked(own_page.clone());
    let warned: Vec<&str> = ran.stderr.lines().collect();
    assert_eq!((ran.status, warned.len()), (0, 2), "{}", ran.stderr);
    assert!(warned[1].ends_with(&format!("own page is registered in {others}")), "{}", warned[1]);
    let json = run("kycvs", ["check-config", "--format", "json", &folder.path("kycvs.toml")]).stdout;
    assert!(json.contains("\"faults\":[]") && json.matches("\"warning\":").count() == 2, "{json}");

    // The issuer's name must fit in there, and links in their place.
    let ran = checked(own_page.replace("A ministry", "Health & Welfare"));
    assert!(
        ran.status == 2 && ran.stderr.contains("in every message: operators refuse the character '&'"),
        "{}",
        ran.stderr
    );
    let link = template("").replace("for {#alphanumeric#}", "at {#url#}").replace("'entity'", "'link'");
    let linked =
        |base: &str| configuration(&format!("{sms}{link}")).replace("[issuer]", &format!("[issuer]\nlinks = '{base}'"));
    let ran = checked(linked("https://kycvs.example/l/"));
    assert!(ran.status == 2 && ran.stderr.contains("Link is longer than the 40 characters"), "{}", ran.stderr);
    assert_eq!(checked(linked("https://k.example/")).status, 0);

    let config = folder.file("kycvs.toml", own_page);
    // An address that is not this machine's, so that it ends.
    let served = ["serve", "--config", &config, "--data", &folder.path("data"), "--listen", "192.0.2.1:1"];
    let log = run("kycvs", served).stderr;
    assert!(log.contains(": `sms.kannel`: no template for a code is registered in hi, bn"), "{log}");
}
