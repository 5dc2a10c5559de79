//! The railway's site and the sandbox beside it, as programs that are used over HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

use kycvs_test_programs::{Program, run};
use kycvs_test_servers::programs::{Answer, Client, Sandbox, agree, between, links, press, result_code, unescaped};

fn start() -> Sandbox {
    Program::start("booking_site", &["--listen", "127.0.0.1:0", "--site-listen", "127.0.0.1:0"], "status-2").into()
}

#[test]
fn what_it_cannot_use_is_told() {
    let help = run("booking_site", ["--help"]);
    assert!(help.status == 0 && help.stdout.contains("--site-listen"), "{}", help.stdout);
    for (args, says) in [(vec!["--colour"], "--colour"), (vec!["--listen", "8080"], "an address is an IP address")] {
        let ran = run("booking_site", &args);
        assert_eq!((ran.status, ran.stderr.contains(says)), (2, true), "{args:?}: {}", ran.stderr);
    }
}

#[test]
fn a_passenger_books_without_script_by_going_to_the_sandbox_and_coming_back() {
    let sandbox = start();
    let (mobile, name) = sandbox.person("status-1");
    let passenger = Passenger::choosing_a_train(&sandbox);
    let sent = passenger.site.submit("/redirect", &[], &passenger.cookie);
    let page = sandbox.visitor().get(sent.header("location"));
    let answer = agree(&sandbox, &page, mobile, name);
    let back = links(&answer.text).into_iter().find(|link| link.contains("/kycvs/return")).expect("a way back");

    let issued = passenger.site.get_with(&back, &[("cookie", &passenger.cookie)]);
    assert_eq!((issued.status, issued.header("location")), (303, "/ticket"), "{}", issued.text);
    assert!(passenger.ticket().contains("1, partially vaccinated"), "{}", passenger.ticket());
    let again = passenger.site.get_with(&back, &[("cookie", &passenger.cookie)]);
    assert_eq!(again.status, 303, "who loads the return again has the same ticket");
}

#[test]
fn the_embedded_page_gives_the_form_a_code_that_the_site_exchanges() {
    let sandbox = start();
    let (mobile, name) = sandbox.person("status-2");
    let passenger = Passenger::choosing_a_train(&sandbox);
    let embedding = passenger.get("/passenger");
    let policy = embedding.header("content-security-policy");
    let element = format!(r#"<script src="{}/embed.js"></script>"#, sandbox.said("server"));
    assert!(
        unescaped(&embedding.text).contains(&element) && policy.contains(sandbox.said("server")),
        "{policy} {}",
        embedding.text
    );

    let code = passenger.answer_embedded(&sandbox, &embedding, mobile, name);
    let issued = passenger.site.submit("/ticket", &[("result_code", &code)], &passenger.cookie);
    assert_eq!((issued.status, issued.header("location")), (303, "/ticket"), "{}", issued.text);
    assert!(passenger.ticket().contains("2, fully vaccinated"), "{}", passenger.ticket());
}

#[test]
fn a_family_on_two_phones_books_at_once_and_the_second_phone_answers_by_its_link() {
    let sandbox = start();
    let ((mobile, name), (other_mobile, other_name)) = (sandbox.person("status-2"), sandbox.person("status-1"));
    let family = [
        ("name-0", name),
        ("mobile-0", mobile),
        ("name-1", "Xaveria Unlisted"),
        ("name-2", other_name),
        ("mobile-2", other_mobile),
    ];
    let passenger = Passenger::choosing(&sandbox, &family);
    let sent = passenger.site.submit("/redirect", &[], &passenger.cookie);
    let page = sandbox.visitor().get(sent.header("location"));
    assert!(page.text.contains("Xaveria Unlisted") && !page.text.contains("id=\"mobile\""), "{}", page.text);
    let answer = agree(&sandbox, &page, mobile, name);
    let back = links(&answer.text).into_iter().find(|link| link.contains("/kycvs/return")).expect("a way back");
    assert!(!back.contains(mobile) && !back.contains("Xaveria"), "{back}");
    passenger.site.get_with(&back, &[("cookie", &passenger.cookie)]);
    let ticket = passenger.ticket();
    for says in ["2, fully vaccinated", "Xaveria Unlisted: no status", "answers by a link on another phone"] {
        assert!(ticket.contains(says), "{says} in {ticket}");
    }

    let sent = sandbox.visitor().get(&format!("/sandbox/outbox?mobile={other_mobile}")).json();
    let link = sent[0]["text"].as_str().unwrap().split_whitespace().find(|word| word.contains("/l/")).expect("a link");
    let page = sandbox.visitor().get(link);
    let answered = press(&sandbox, &page, "confirm", &[("otp", &sandbox.code(other_mobile))]);
    assert_eq!(answered.status, 200, "{}", answered.text);
    assert!(passenger.ticket().contains("1, partially vaccinated"), "{}", passenger.ticket());
}

#[test]
fn another_bookings_result_code_and_state_give_no_ticket() {
    let sandbox = start();
    let (mobile, name) = sandbox.person("status-2");
    let (honest, other) = (Passenger::choosing_a_train(&sandbox), Passenger::choosing_a_train(&sandbox));
    let code = honest.answer_embedded(&sandbox, &honest.get("/passenger"), mobile, name);
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
    let sandbox = start();
    let passenger = Passenger::choosing_a_train(&sandbox);
    let sent = passenger.site.submit("/redirect", &[], &passenger.cookie);
    let page = sandbox.visitor().get(sent.header("location"));
    let declined = press(&sandbox, &page, "decline", &[]);
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
    fn choosing_a_train(sandbox: &Sandbox) -> Self {
        Self::choosing(sandbox, &[])
    }

    /// With passengers whom the form names.
    fn choosing(sandbox: &Sandbox, passengers: &[(&str, &str)]) -> Self {
        let site = Client::new(sandbox.said("site"), "");
        assert!(site.get("/").text.contains("12951 Mumbai Rajdhani"));
        assert_eq!(site.submit("/book", &[("train", "4711")], "").status, 422);
        let booked = site.submit("/book", &[&[("train", "12951")], passengers].concat(), "");
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
    fn answer_embedded(&self, sandbox: &Sandbox, embedding: &Answer, mobile: &str, name: &str) -> String {
        let session = between(&embedding.text, "session=\"", "\"");
        let page = sandbox.visitor().get(&format!("/embed/{session}"));
        let answer = agree(sandbox, &page, mobile, name);
        result_code(&answer)
    }
}
