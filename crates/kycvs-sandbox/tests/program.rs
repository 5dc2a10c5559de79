//! The sandbox, as a program that is used over HTTP.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use kycvs_test_programs::{Files, run};
use kycvs_test_servers::programs::{
    Answer, Client, Sandbox, agree, ask, between, confirm, links, result_code, sha256, unescaped,
};
use serde_json::{Value, json};

const HEADER: &str = "beneficiary_id,name,mobile,birth_date,product,given_on,dose_number,batch\n";

#[test]
fn each_person_that_it_names_gets_their_status() {
    let sandbox = Sandbox::demonstration();
    let client = sandbox.client("railway");
    for (word, status) in [("status-0", 0), ("status-1", 1), ("status-2", 2)] {
        let person = sandbox.person(word);
        let asked = ask(&client, "railway-booking", person);
        assert_eq!(asked.status, 201, "{}", asked.text);
        let granted = confirm(&client, &asked, &sandbox.code(person.0));
        assert_eq!((granted.status, &granted.json()["status"]), (200, &json!(status)), "{}", granted.text);

        let shown = json!({ "token": granted.json()["token"], "audience": "railway" });
        let verified = client.post("/v1/verify", shown).json();
        assert_eq!((&verified["valid"], &verified["claims"]["vaccination_status"]), (&json!(true), &json!(status)));
    }
}

#[test]
fn an_airline_asks_for_yellow_fever_and_a_hospital_for_measles_and_influenza() {
    let sandbox = Sandbox::demonstration();
    for (entity, purpose, policy) in [
        ("airline", "arrival", "yellow-fever-arrival"),
        ("hospital", "ward", "measles-health-worker"),
        ("hospital", "ward", "influenza-season"),
    ] {
        let client = sandbox.client(entity);
        let nobodys = sandbox.person("status-2");
        client.post("/sandbox/reset", json!({}));
        for ((mobile, name), status) in
            [(sandbox.person(&format!("{policy}-1")), 1), (sandbox.person(&format!("{policy}-2")), 2), (nobodys, 0)]
        {
            let question = json!({ "mobile": mobile, "name": name, "purpose": purpose, "policy": policy });
            let asked = client.post("/v1/status-requests", question);
            let granted = confirm(&client, &asked, &sandbox.code(mobile));
            assert_eq!(granted.json()["status"], status, "{policy}: {}", granted.text);
            let shown = json!({ "token": granted.json()["token"], "audience": entity });
            let by = client.post("/v1/verify", shown).json()["claims"]["policy"].clone();
            assert!(by.as_str().is_some_and(|by| by.starts_with(&format!("{policy}/"))), "{by}");
        }
    }
}

#[test]
fn a_dose_that_is_too_new_today_counts_on_the_day_of_arrival() {
    let sandbox = Sandbox::demonstration();
    let client = sandbox.client("airline");
    let (mobile, name) = sandbox.person("yellow-fever-arrival-1");
    let now = client.post("/sandbox/clock", json!({ "advance_seconds": 1 })).json()["now"].clone();
    let today: chrono::NaiveDate = now.as_str().unwrap()[..10].parse().unwrap();
    let on = today + chrono::TimeDelta::days(9);
    let question =
        json!({ "mobile": mobile, "name": name, "purpose": "arrival", "policy": "yellow-fever-arrival", "on": on });
    let asked = client.post("/v1/status-requests", question);
    assert_eq!(confirm(&client, &asked, &sandbox.code(mobile)).json()["status"], 2, "{}", asked.text);
    let elsewhere = json!({ "mobile": mobile, "name": name, "purpose": "lounge", "policy": "yellow-fever-arrival" });
    assert_eq!(client.post("/v1/status-requests", elsewhere).code(), "unknown-policy");
}

#[test]
fn its_first_page_lists_the_people_with_their_codes_and_leads_on() {
    let sandbox = Sandbox::demonstration();
    let visitor = sandbox.visitor();
    let person = sandbox.person("status-2");
    ask(&sandbox.client("railway"), "railway-booking", person);
    assert_eq!(visitor.get("/").header("location"), "/sandbox");
    let page = unescaped(&visitor.get("/sandbox").text);
    let row = |mobile: &str, name: &str| {
        let mut rows = page.split("<tr>").filter(|row| row.contains(mobile) && row.contains(name));
        rows.next().unwrap_or_else(|| panic!("{name} is not in {page}")).split("</tr>").next().unwrap().to_owned()
    };
    for (word, words) in [
        ("status-0", "0 Not vaccinated"),
        ("status-1", "1 Partially vaccinated"),
        ("status-2", "2 Fully vaccinated"),
        ("unknown", "no record"),
        ("yellow-fever-arrival-1", "by <code>yellow-fever-arrival</code>"),
        ("measles-health-worker-2", "2 Fully vaccinated <small>by <code>measles-health-worker</code>"),
    ] {
        let (mobile, name) = sandbox.person(word);
        assert!(row(mobile, name).contains(words), "{page}");
    }
    let (mobile, names) = sandbox.person("family");
    for name in names.split(", ") {
        assert!(row(mobile, name).contains("vaccinated"), "{page}");
    }
    assert!(row(person.0, person.1).contains(&sandbox.code(person.0)), "{page}");
    let links = links(&page);
    for link in ["/verify", "/me", "/docs", sandbox.said("site")] {
        assert!(links.iter().any(|other| other == link), "{link}: {links:?}");
    }
}

#[test]
fn everyone_of_a_family_is_asked_on_their_one_mobile() {
    let sandbox = Sandbox::demonstration();
    let client = sandbox.client("airline");
    let (mobile, names) = sandbox.person("family");
    let names: Vec<_> = names.split(", ").collect();
    assert!(names.len() >= 3, "{names:?}");
    for name in &names {
        // Three messages in ten minutes go to one number, and five in an hour.
        client.post("/sandbox/clock", json!({ "advance_seconds": 1801 }));
        let asked = ask(&client, "flight-booking", (mobile, name));
        let granted = confirm(&client, &asked, &sandbox.code(mobile));
        assert_eq!(granted.status, 200, "{}", granted.text);
    }
}

#[test]
fn an_unknown_mobile_gets_a_code_like_anyone_and_no_record_after_it() {
    let sandbox = Sandbox::demonstration();
    let client = sandbox.client("railway");
    let (known, unknown) = (sandbox.person("status-2"), sandbox.person("unknown"));
    let asked = [known, unknown].map(|person| ask(&client, "railway-booking", person));
    // The notice names whom it asks about, as they were named in the question.
    let lengths = [(&asked[0], known), (&asked[1], unknown)].map(|(asked, (_, name))| {
        assert!(asked.status == 201 && asked.text.contains(name), "{}", asked.text);
        asked.text.replace(name, "").len()
    });
    assert_eq!(lengths[0], lengths[1]);
    let answer = confirm(&client, &asked[1], &sandbox.code(unknown.0));
    assert_eq!((answer.status, answer.code().as_str()), (404, "no-matching-record"));
    let wrong_name = ask(&client, "railway-booking", (known.0, "Xaveria Unlisted"));
    let answer = confirm(&client, &wrong_name, &sandbox.code(known.0));
    assert_eq!((answer.status, answer.code().as_str()), (404, "no-matching-record"));
}

#[test]
fn a_code_expires_on_the_clock_of_the_sandbox_and_a_reset_starts_over() {
    let sandbox = Sandbox::demonstration();
    let client = sandbox.client("railway");
    let person = sandbox.person("status-1");
    let asked = ask(&client, "railway-booking", person);
    let code = sandbox.code(person.0);
    assert_eq!(client.post("/sandbox/clock", json!({ "advance_seconds": 181 })).status, 200);
    assert_eq!(confirm(&client, &asked, &code).code(), "code-expired");

    assert_eq!(client.post("/sandbox/reset", json!({})).status, 204);
    assert_eq!(confirm(&client, &asked, &code).code(), "not-found");
    assert_eq!(client.get("/sandbox/outbox").json(), json!([]));
    let again = ask(&client, "railway-booking", person);
    assert_eq!(confirm(&client, &again, &sandbox.code(person.0)).json()["status"], 1);
    assert!(client.get("/sandbox").text.contains(&sandbox.code(person.0)));
}

#[test]
fn a_key_opens_what_is_its_entitys_and_nothing_else() {
    let sandbox = Sandbox::demonstration();
    let (railway, airline) = (sandbox.client("railway"), sandbox.client("airline"));
    let asked = ask(&railway, "railway-booking", sandbox.person("status-2"));
    assert_eq!(ask(&railway, "lounge", sandbox.person("status-2")).code(), "unknown-purpose");
    let id = asked.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(airline.post(&format!("/v1/status-requests/{id}/decline"), json!({})).code(), "not-found");
    let nobody = Client::new(sandbox.said("server"), "Bearer something");
    assert_eq!(ask(&nobody, "railway-booking", sandbox.person("status-2")).code(), "unauthenticated");
}

#[test]
fn a_client_of_cowins_works_with_another_base_url() {
    let sandbox = Sandbox::demonstration();
    let agent = ureq::agent();
    let post = |path: &str, body: serde_json::Value| -> serde_json::Value {
        let request =
            agent.post(format!("{}{path}", sandbox.said("server"))).header("x-api-key", sandbox.said("key-railway"));
        request.send_json(body).unwrap().body_mut().read_json().unwrap()
    };
    let (mobile, name) = sandbox.person("status-2");
    let generated = post("/api/v3/vaccination/generateOTP", json!({ "mobile_number": mobile, "full_name": name }));
    let otp = sha256(&sandbox.code(mobile));
    let body = json!({ "otp": otp, "txnId": generated["txnId"] });
    let token = post("/api/v3/vaccination/confirmOTP", body)["token"].as_str().unwrap().to_owned();
    let bearer = format!("Bearer {token}");
    let url = format!("{}/api/v3/vaccination/status", sandbox.said("server"));
    let mut status = agent.get(url).header("authorization", bearer).call().unwrap();
    let status: serde_json::Value = status.body_mut().read_json().unwrap();
    assert_eq!(status["vaccination_status"], 2, "{status}");
}

#[test]
fn people_of_ones_own_registry_are_asked_and_not_listed() {
    let folder = Files::new();
    let registry =
        folder.file("registry.csv", format!("{HEADER}2,Imran Sheikh,9876543210,,,,,\n4,Nobody,12345,,,,,\n"));
    let sandbox = Sandbox::start(&["--registry", &registry], "key-airline");
    let client = sandbox.client("railway");
    let asked = ask(&client, "railway-booking", ("9876543210", "Imran Sheikh"));
    assert_eq!(confirm(&client, &asked, &sandbox.code("9876543210")).json()["status"], 0);
}

/// A configuration with a railway, whose API key is `a key`.
fn site(folder: &Files, more: &str) -> String {
    folder.file(
        "site.toml",
        format!(
            "[issuer]\nurl = 'https://kycvs.example'\nname = 'A ministry'\ngrievance = 'g@kycvs.example'\n\
             [[entity]]\nid = 'rail'\nname = 'A railway'\napi_key_sha256 = '{}'\n\
             purposes = [{{ code = 'booking', text = 'to book' }}]\n{more}",
            sha256("a key")
        ),
    )
}

#[test]
fn it_tells_an_entity_by_its_webhook_what_ended() {
    let (folder, receiver) = (Files::new(), TcpListener::bind("127.0.0.1:0").unwrap());
    let url = format!("http://{}/hook", receiver.local_addr().unwrap());
    let secret = format!("whsec_{}", "A".repeat(32)); // 24 bytes of zeros, in base64
    let config = site(&folder, &format!("[entity.webhook]\nurl = '{url}'\nsecret = '{secret}'"));
    let sandbox = Sandbox::start(&["--config", &config, "--people", "100"], "unknown");
    let client = Client::new(sandbox.said("server"), "Bearer a key");
    let asked = ask(&client, "booking", sandbox.person("unknown"));
    let request = asked.json()["id"].clone();
    client.post(&format!("/v1/status-requests/{}/decline", request.as_str().unwrap()), json!({}));

    let (headers, body) = refuse_webhook(&receiver);
    assert!(headers.starts_with("POST /hook ") && headers.contains("webhook-signature: v1,"), "{headers}");
    assert_eq!(body["data"], json!({ "request": request, "state": "declined" }));
    refuse_webhook(&receiver);
    let metrics = client.get("/metrics").text;
    assert!(metrics.contains("kycvs_webhooks_total{entity=\"rail\",outcome=\"again\"} "), "{metrics}");
}

/// Reads a message and refuses it. Gives its headers and its body.
fn refuse_webhook(receiver: &TcpListener) -> (String, Value) {
    let (mut stream, _) = receiver.accept().unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let mut message = String::new();
    loop {
        let mut part = [0; 1024];
        let read = stream.read(&mut part).unwrap();
        assert_ne!(read, 0, "a whole message");
        message += str::from_utf8(&part[..read]).unwrap();
        let parts = message.split_once("\r\n\r\n");
        if let Some((headers, Ok(body))) = parts.map(|(headers, body)| (headers, serde_json::from_str::<Value>(body))) {
            stream.write_all(b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n").unwrap();
            return (headers.to_owned(), body);
        }
    }
}

#[test]
fn it_says_that_it_reads_secrets_of_its_configuration_alone() {
    let folder = Files::new();
    for secret in ["{ file = '/run/secret' }", "[{ env = 'A' }, { file = 'b' }]"] {
        let webhook = format!("[entity.webhook]\nurl = 'http://127.0.0.1:9'\nsecret = {secret}");
        let ran = run("kycvs-sandbox", ["--listen", "127.0.0.1:0", "--config", &site(&folder, &webhook)]);
        assert_eq!((ran.status, ran.stderr.contains("write the secret itself")), (2, true), "{}", ran.stderr);
    }
}

#[test]
fn it_has_the_entities_of_its_configuration_and_nothing_of_a_server() {
    let folder = Files::new();
    let config = |more: &str| site(&folder, more);
    let sandbox = Sandbox::start(&["--config", &config(""), "--people", "100"], "unknown");
    let client = Client::new(sandbox.said("server"), "Bearer a key");
    let asked = ask(&client, "booking", sandbox.person("unknown"));
    assert_eq!((asked.status, asked.header("kycvs-sandbox")), (201, "true"), "{}", asked.text);
    let sent = client.get("/sandbox/outbox").json();
    let (text, code) = (sent[0]["text"].as_str().unwrap(), sent[0]["code"].as_str().unwrap());
    assert!(text.ends_with(&format!("@kycvs.example #{code}")), "{text}");

    for section in ["[stores]\ndata = '/var/lib/kycvs'", "[sms.kannel]\nurl = 'http://127.0.0.1:9'"] {
        let ran = run("kycvs-sandbox", ["--listen", "127.0.0.1:0", "--config", &config(section)]);
        assert_eq!((ran.status, ran.stderr.contains("unknown field")), (2, true), "{}", ran.stderr);
    }
    for flag in ["--data", "--keys"] {
        let ran = run("kycvs-sandbox", ["--listen", "127.0.0.1:0", flag, &folder.path("")]);
        assert_eq!((ran.status, ran.stderr.contains(flag)), (2, true), "{}", ran.stderr);
    }
}

#[test]
fn it_draws_its_keys_at_each_start_and_ends_when_it_is_asked_to() {
    let keys = || {
        let mut sandbox = Sandbox::demonstration();
        let keys = sandbox.client("railway").get("/.well-known/jwks.json").text;
        assert_eq!(sandbox.terminate(), Some(0));
        keys
    };
    assert_ne!(keys(), keys());
}

#[test]
fn flags_that_cannot_be_used_are_refused() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, folder) = (taken.local_addr().unwrap().to_string(), Files::new());
    let bad = folder.file("bad.csv", format!("{HEADER}4,Nobody,12345,,,,,\n"));
    let other = folder.file("other.csv", "id,name\n1,Asha\n");
    for (args, says) in [
        (vec!["--colour"], "--colour"),
        (vec!["--listen", "8080"], "--listen"),
        (vec!["--listen", "0.0.0.0:0"], "on this machine only"),
        (vec!["--people", "0"], "--people"),
        (vec!["--people", "5", "--registry", &bad], "--registry"),
        (vec!["--config", "site.toml", "--site-listen", "127.0.0.1:0"], "--site-listen"),
        (vec!["--config", ""], "a value is required"),
        (vec!["--listen", "127.0.0.1:0", "--config", "missing.toml"], "cannot open"),
        (vec!["--listen", "127.0.0.1:0", "--registry", "missing.csv"], "cannot open"),
        (vec!["--listen", "127.0.0.1:0", "--registry", &other], "names the columns"),
        (vec!["--listen", "127.0.0.1:0", "--registry", &bad], "could be imported"),
        (vec!["--listen", "127.0.0.1:0", "--site-listen", &address], "(--site-listen)"),
    ] {
        let ran = run("kycvs-sandbox", &args);
        assert_eq!(ran.status, 2, "{args:?}");
        assert!(ran.stderr.starts_with("error: ") && ran.stderr.contains(says), "{args:?}: {}", ran.stderr);
    }
    let help = run("kycvs-sandbox", ["--help"]);
    assert!(help.status == 0 && help.stdout.contains("--site-listen") && help.stdout.contains("Exit status: 0 "));
}

#[test]
fn a_name_that_was_pointed_at_it_is_not_answered() {
    let sandbox = Sandbox::demonstration();
    let refused = sandbox.visitor().get_with("/sandbox/outbox", &[("host", "evil.example")]);
    assert_eq!(refused.status, 421, "{}", refused.text);
    assert_eq!(sandbox.visitor().get_with("/sandbox/outbox", &[("host", "localhost")]).status, 200);
}

#[test]
fn its_site_embeds_the_page_and_takes_the_answer_of_its_own_browser_only() {
    let sandbox = Sandbox::demonstration();
    let site = Client::new(sandbox.said("site"), "");
    let (mobile, name) = sandbox.person("status-2");
    let (mine, other) = (site.get("/"), site.get("/"));
    assert!(unescaped(&mine.text).contains(&format!("{}/embed.js", sandbox.said("server"))), "{}", mine.text);
    let page = sandbox.visitor().get(&format!("/embed/{}", between(&mine.text, "session=\"", "\"")));
    let code = result_code(&agree(&sandbox, &page, mobile, name));
    let done: Answer = site.submit("/done", &[("result_code", &code)], &mine.cookie());
    assert!(done.status == 200 && done.text.contains("fully vaccinated"), "{}", done.text);
    let again = site.submit("/done", &[("result_code", &code)], &other.cookie());
    assert_eq!(again.status, 403, "{}", again.text);
}
