//! A person's own page: without script and cookie, for the person and nobody else.

use std::sync::Arc;

use crate::support::{Answer, Host, known};
use axum::body::Body;
use axum::http::Request;
use chrono::{DateTime, Utc};
use kycvs::consent::{ConsentState, Label, Language};
use kycvs::token::{Algorithm, KeyRing, Signer, SignerError, SigningKey};
use kycvs::{Access, Card, CardHolder, CardWriter, Retention};
use kycvs_axum::Config;
use serde_json::Value;
use url::form_urlencoded;

struct Page {
    host: Host,
    language: &'static str,
    forms: std::cell::Cell<u32>,
}

impl Page {
    async fn new() -> Self {
        Self { host: Host::new().await, language: "en", forms: std::cell::Cell::new(0) }
    }

    async fn get(&self, path: &str) -> Answer {
        self.host.send(Request::builder().uri(path), Body::empty()).await
    }

    async fn send(&self, fields: &[(&str, &str)]) -> Answer {
        self.forms.set(self.forms.get() + 1);
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let uri = format!("/me?language={}", self.language);
        let form = Request::builder().method("POST").uri(uri).header("sec-fetch-site", "same-origin");
        self.host.send(form.header("content-type", "application/x-www-form-urlencoded"), body).await
    }

    async fn ask(&self, mobile: &str, name: &str) -> Answer {
        self.send(&[("action", "ask"), ("mobile", mobile), ("name", name)]).await
    }

    async fn enter(&self, step: &Answer, action: &str, code: &str) -> Answer {
        let (request, attempt, notice) =
            (hidden(step, "request"), hidden(step, "attempt"), hidden(step, "notice_hash"));
        self.send(&[
            ("action", action),
            ("request", &request),
            ("attempt", &attempt),
            ("notice_hash", &notice),
            ("otp", code),
        ])
        .await
    }

    async fn open(&self) -> Answer {
        let (mobile, name) = asha();
        let step = self.ask(&mobile, &name).await;
        self.enter(&step, "open", &self.host.code(&known().0)).await
    }

    async fn act(&self, page: &Answer, action: &str, consent: &str) -> Answer {
        let session = hidden(page, "session");
        self.send(&[("action", action), ("session", &session), ("consent", consent)]).await
    }

    async fn granted(&self) -> Value {
        let open = self.host.open().await;
        self.host.confirm_rightly(&open).await.json()
    }

    async fn state(&self, granted: &Value) -> ConsentState {
        let id = granted["consent_id"].as_str().unwrap().parse_id();
        self.host.service.consent(&id).await.unwrap().unwrap().state(self.host.service.now())
    }
}

trait ParseId {
    fn parse_id(&self) -> kycvs::consent::ConsentId;
}

impl ParseId for str {
    fn parse_id(&self) -> kycvs::consent::ConsentId {
        kycvs::consent::ConsentId::parse(self).unwrap()
    }
}

fn asha() -> (String, String) {
    let (mobile, person) = known();
    (mobile, person.name)
}

fn hidden(step: &Answer, name: &str) -> String {
    let field = format!("name=\"{name}\" value=\"");
    let (_, rest) = step.text.split_once(&field).unwrap_or_else(|| panic!("no {name} in {}", step.text));
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_person_reads_who_asked_and_withdraws_one_consent() {
    let page = Page::new().await;
    let (one, other) = (page.granted().await, page.granted().await);
    let first = page.get("/me").await;
    assert_eq!((first.status, first.header("cache-control")), (200, "no-store"));
    assert!(first.header("content-security-policy").contains("frame-ancestors 'none'"));
    let own = page.open().await;
    assert_eq!(own.status, 200, "{}", own.text);
    for shown in ["Indian Railways", "Fully vaccinated", "In force", "Withdraw everything"] {
        assert!(own.text.contains(shown), "{shown}: {}", own.text);
    }
    let headers = (own.header("cache-control"), own.headers.get("set-cookie"));
    assert_eq!(headers, ("no-store", None), "nothing is kept in the browser");
    assert!(!own.text.contains(one["token"].as_str().unwrap()), "no token is handed out here");

    let done = page.act(&own, "withdraw", one["consent_id"].as_str().unwrap()).await;
    assert!(done.text.contains("We no longer share your status.") && done.text.contains("Withdrawn"), "{}", done.text);
    assert_eq!((page.state(&one).await, page.state(&other).await), (ConsentState::Withdrawn, ConsentState::Active));
    let unknown = page.act(&own, "withdraw", "AAAAAAAAAAAAAAAAAAAAAA").await;
    assert_eq!(unknown.status, 404);

    let done = page.act(&own, "erase", "").await;
    assert!(done.text.contains("Everything that was shared about you has ended."), "{}", done.text);
    assert_eq!(page.state(&other).await, ConsentState::Erased);
    let closed = page.act(&own, "close", "").await;
    assert!(closed.text.contains("You closed your page"), "{}", closed.text);
    let over = page.act(&own, "show", "").await;
    assert!(over.status == 410 && !over.text.contains("Indian Railways"), "{}", over.status);
}

/// To take back takes no more steps than to give: number and name, then the code.
#[tokio::test]
async fn withdrawing_takes_no_more_steps_than_giving() {
    const STEPS_TO_GIVE: u32 = 2;
    let page = Page::new().await;
    let granted = page.granted().await;
    let (mobile, name) = asha();
    let step = page.ask(&mobile, &name).await;
    let done = page.enter(&step, "open-and-withdraw", &page.host.code(&known().0)).await;
    assert!(done.text.contains("You withdrew everything."), "{}", done.text);
    assert_eq!(page.state(&granted).await, ConsentState::Withdrawn);
    assert!(page.forms.get() <= STEPS_TO_GIVE, "{} forms", page.forms.get());
}

#[tokio::test]
async fn a_receipt_prints_and_downloads_and_withdraws() {
    let page = Page::new().await;
    let granted = page.granted().await;
    let id = granted["consent_id"].as_str().unwrap();
    let own = page.open().await;
    let receipt = page.act(&own, "receipt", id).await;
    let code = page.host.service.withdrawal_code(&id.parse_id()).secret();
    for shown in
        ["Receipt of your consent", "Indian Railways", id, code.as_str(), "<svg", "asks for the vaccination status"]
    {
        assert!(receipt.text.contains(shown), "{shown}: {}", receipt.text);
    }
    let signed = page.act(&own, "receipt-jws", id).await;
    assert_eq!(signed.header("content-type"), "application/jwt");
    assert!(signed.header("content-disposition").starts_with("attachment"));
    let claims = page.host.service.verifier().verify_receipt(&signed.text).unwrap();
    assert_eq!(claims.state, "active");
    let verdict =
        page.host.post(crate::support::RAIL, "/v1/verify", &serde_json::json!({ "token": signed.text })).await.json();
    assert_eq!((&verdict["valid"], &verdict["reason"]), (&false.into(), &"wrong-type".into()), "a receipt is no token");
    let view = page.act(&own, "receipt-dpv", id).await;
    assert_eq!(
        (view.header("content-type"), &view.json()["@type"]),
        ("application/ld+json", &"dpv:ConsentReceipt".into())
    );
    assert!(!view.text.contains(&code) && !signed.text.contains(&code), "the code is for the person's eyes");
}

#[tokio::test]
async fn a_wrong_code_can_be_tried_again_and_a_wrong_name_tells_nothing() {
    let page = Page::new().await;
    let (mobile, name) = asha();
    let step = page.ask(&mobile, &name).await;
    let notice = "who asked for the vaccination status of";
    assert!(step.text.contains("What the OTP opens") && step.text.contains(notice), "{}", step.text);
    let wrong = format!("{:06}", (page.host.code(&known().0).parse::<u32>().unwrap() + 1) % 1_000_000);
    let again = page.enter(&step, "open", &wrong).await;
    assert!(again.status == 422 && again.text.contains("2 more times"), "{} {}", again.status, again.text);
    let own = page.enter(&again, "open", &page.host.code(&known().0)).await;
    assert_eq!(own.status, 200, "{}", own.text);

    for fields in [("12", name.as_str()), (mobile.as_str(), "<b>")] {
        assert_eq!(page.ask(fields.0, fields.1).await.status, 422);
    }
    let mut refused = Vec::new();
    for (mobile, name) in [(mobile.as_str(), "Nobody Here"), ("6000000001", name.as_str())] {
        let step = page.ask(mobile, name).await;
        let code = page.host.sms.last_code(&kycvs::domain::Mobile::parse(mobile).unwrap()).unwrap();
        refused.push(page.enter(&step, "open", code.secret()).await);
    }
    assert_eq!(refused[0].status, 404);
    assert_eq!(refused[0].text, refused[1].text, "a wrong name and an unknown number, byte by byte");
}

#[tokio::test]
async fn the_last_wrong_code_is_said_to_close_the_request() {
    let page = Page::new().await;
    let mut step = page.ask(&asha().0, &asha().1).await;
    let wrong = format!("{:06}", (page.host.code(&known().0).parse::<u32>().unwrap() + 1) % 1_000_000);
    for says in ["You can try 2 more times", "You can try once more", "so we closed this request. Start over."] {
        step = page.enter(&step, "open", &wrong).await;
        assert!(step.status == 422 && step.text.contains(says), "{says}: {}", step.text);
    }
}

#[tokio::test]
async fn a_form_of_another_site_and_a_made_up_session_do_nothing() {
    let page = Page::new().await;
    let granted = page.granted().await;
    let own = page.open().await;
    let body = format!("action=withdraw-all&session={}", hidden(&own, "session"));
    let form = Request::builder().method("POST").uri("/me").header("sec-fetch-site", "cross-site");
    let form = form.header("content-type", "application/x-www-form-urlencoded");
    let foreign = page.host.send(form, body).await;
    assert!(foreign.status == 403 && foreign.text.contains("Start over"), "{}", foreign.text);
    assert!(!foreign.text.contains("in a few minutes"), "to wait helps nobody: {}", foreign.text);
    let json = Request::builder().method("POST").uri("/me").header("content-type", "application/json");
    let unread = page.host.send(json, "{}").await;
    assert!(unread.status == 415 && unread.text.contains("did not arrive in full"), "{}", unread.text);
    for session in ["", "AAAAAAAAAAAAAAAAAAAAAA", "x"] {
        let refused = page.send(&[("action", "withdraw-all"), ("session", session)]).await;
        assert!(refused.status.is_client_error_code(), "{}", refused.status);
    }
    assert_eq!(page.state(&granted).await, ConsentState::Active);
}

trait IsClientError {
    fn is_client_error_code(&self) -> bool;
}

impl IsClientError for u16 {
    fn is_client_error_code(&self) -> bool {
        (400..500).contains(self)
    }
}

#[tokio::test]
async fn the_page_speaks_every_language() {
    for &language in Language::ALL {
        let mut page = Page::new().await;
        page.language = language.tag();
        page.granted().await;
        let own = page.open().await;
        assert!(own.status == 200 && own.text.contains(&format!("<html lang=\"{}\"", language.tag())), "{}", own.text);
        assert!(own.text.contains("Indian Railways"));
    }
}

#[tokio::test]
async fn who_asked_and_why_is_in_the_language_of_whoever_reads() {
    let configure = |config: &mut Config| {
        let entity = config.entities.iter_mut().find(|entity| entity.name.as_str() == "Indian Railways").unwrap();
        entity.names.insert(Language::Hindi, Label::parse("भारतीय रेल").unwrap());
        for purpose in &mut entity.purposes {
            purpose.texts.insert(Language::Hindi, Label::parse("टिकट बुक करना").unwrap());
        }
    };
    let mut page = Page { host: Host::with(configure, |builder| builder).await, ..Page::new().await };
    page.granted().await; // in English
    let own = page.open().await;
    assert!(own.text.contains("Indian Railways"), "{}", own.text);
    page.language = "hi";
    for view in [page.open().await, page.act(&page.open().await, "receipt", &hidden(&own, "consent")).await] {
        assert!(view.text.contains("भारतीय रेल") && view.text.contains("टिकट बुक करना"), "{}", view.text);
    }
}

#[tokio::test]
async fn the_page_says_who_else_read_a_consent() {
    let mut page = Page::new().await;
    let consent = page.granted().await["consent_id"].as_str().unwrap().parse_id();
    let unread = page.open().await;
    assert!(!unread.text.contains("Also read by"), "{}", unread.text);
    page.host.service.note_access(Access::Show, &[consent]).await.unwrap();
    for (language, words) in
        [("en", "<dt>Also read by</dt><dd>the operator of this service, "), ("ur", "انہوں نے بھی پڑھا")]
    {
        page.language = language;
        let own = page.open().await;
        assert!(own.text.contains(words), "{}", own.text);
    }
}

#[tokio::test]
async fn where_no_law_keeps_anything_an_erasure_ends_the_page_too() {
    let kept = Retention::outside_india(30).unwrap();
    let page = Page { host: Host::with(|_| {}, |builder| builder.retention(kept)).await, ..Page::new().await };
    page.granted().await;
    let own = page.open().await;
    assert!(own.text.contains("what we keep of it is erased"), "{}", own.text);
    let erased = page.act(&own, "erase", "").await;
    assert!(erased.status == 200 && erased.text.contains("has ended"), "{}", erased.text);
    assert!(!erased.text.contains(&hidden(&own, "session")), "{}", erased.text);
    assert!(page.act(&own, "show", "").await.status >= 400, "the session is over");
    let nothing = page.open().await;
    assert!(nothing.text.contains("Nobody got your status"), "{}", nothing.text);
}

/// Writes the number of the person's doses.
struct Numbers(KeyRing);

#[async_trait::async_trait]
impl CardWriter for Numbers {
    async fn write(&self, holder: &CardHolder<'_>, _now: DateTime<Utc>) -> Result<Vec<Card>, SignerError> {
        Ok(vec![Card {
            kind: "eu-dcc",
            media_type: "text/plain; charset=us-ascii",
            file_name: "card.txt",
            file: format!("{} has {} doses", holder.name, holder.history.doses.len()),
            code: Some("HC1:6BF".to_owned()),
        }])
    }

    fn public_keys(&self) -> &KeyRing {
        &self.0
    }
}

#[tokio::test]
async fn a_person_keeps_a_copy_of_their_doses_and_only_on_their_own_page() {
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let keys = KeyRing::from(key.public_key().clone());
    let host = Host::with(|_| {}, |builder| builder.cards(Arc::new(Numbers(keys.clone())))).await;
    let page = Page { host, ..Page::new().await };
    let published = page.get("/cards/.well-known/jwks.json").await;
    assert_eq!((published.status, published.text.as_str()), (200, keys.to_jwks().as_str()));
    assert_eq!(published.header("access-control-allow-origin"), "*");
    let own = page.open().await;
    assert!(own.text.contains("Keep a copy"), "{}", own.text);
    let cards = page.act(&own, "cards", "").await;
    assert!(cards.text.contains("EU certificate (HC1)") && cards.text.contains("<svg"), "{}", cards.text);
    let file = page.act(&cards, "card-eu-dcc", "").await;
    assert_eq!(file.text, format!("{} has 2 doses", known().1.name));
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"card.txt\"");
    assert_eq!(file.header("cache-control"), "no-store");
    let own = page.act(&cards, "show", "").await;
    let copies = own.text.matches("dir=\"auto\">Your vaccination record</h2>").count();
    assert_eq!(copies, 1, "one copy was taken, in two forms: {}", own.text);
    assert!(!own.text.contains("value=\"withdraw\""), "a copy cannot be taken back: {}", own.text);
    let receipt = page.act(&own, "receipt", &hidden(&own, "consent")).await;
    assert!(receipt.text.contains("<dd>Your vaccination record</dd>"), "{}", receipt.text);
    let closed = page.act(&cards, "close", "").await;
    assert_eq!(closed.status, 200);
    let over = page.act(&cards, "card-eu-dcc", "").await;
    assert!(over.status >= 400 && !over.text.contains("doses"), "{}", over.text);
}

#[tokio::test]
async fn a_service_without_cards_offers_none() {
    let page = Page::new().await;
    assert_eq!(page.get("/cards/.well-known/jwks.json").await.status, 404);
    let own = page.open().await;
    assert!(!own.text.contains("Keep a copy"));
    let none = page.act(&own, "cards", "").await;
    assert!(none.status == 200 && !none.text.contains("card-"), "{}", none.text);
}
