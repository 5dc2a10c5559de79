use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::http::{Method, Request, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{AppendHeaders, Html, IntoResponse, Response};
use chrono::TimeDelta;
use http_body_util::BodyExt;
use kycvs::consent::{CodeProof, Identifier, Language, Reference};
use kycvs::domain::PersonName;
use kycvs::token::StatusToken;
use kycvs::{Granted, Person as Asked, StatusRequest};
use kycvs_axum::Config;
use kycvs_sandbox::Sandbox;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower::ServiceExt;
use url::form_urlencoded;

use crate::people::{self, Person};

/// A train, as an SVG in base64.
const LOGO: &str = "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHZpZXdCb3g9IjAgMCAyNCAyNCIgZmlsbD0ibm9uZSIgc3Ryb2tlPSIjYjMyNjFlIiBzdHJva2Utd2lkdGg9IjIiIHN0cm9rZS1saW5lY2FwPSJyb3VuZCIgc3Ryb2tlLWxpbmVqb2luPSJyb3VuZCI+PHJlY3QgeD0iNSIgeT0iMyIgd2lkdGg9IjE0IiBoZWlnaHQ9IjE0IiByeD0iMyIvPjxwYXRoIGQ9Ik01IDExaDE0TTkgMTRoLjAxTTE1IDE0aC4wMU04IDE3bC0yIDRNMTYgMTdsMiA0Ii8+PC9zdmc+";
const API_KEY: &str = "the key of Indian Railways";

/// An issuer, a railway's site that embeds its page, and a site that nobody registered. Each is another origin.
pub(crate) struct Site {
    pub(crate) sandbox: Sandbox,
    /// The origin of the page.
    pub(crate) issuer: String,
    /// The origin of the railway.
    pub(crate) railway: String,
    /// An origin of no entity.
    pub(crate) stranger: String,
    shop: Arc<Shop>,
    heard: Heard,
    /// Ends the issuer's server.
    down: watch::Sender<bool>,
}

/// What a server was asked: method, path with query, and where the browser says it comes from.
type Heard = Arc<Mutex<Vec<String>>>;

/// A page with its headers.
type Page = (Vec<(&'static str, &'static str)>, String);

/// The server of a site that embeds. What is posted to it, or comes back from the page, it exchanges for the answer.
struct Shop {
    issuer: Router,
    pages: Mutex<HashMap<String, Page>>,
    heard: Heard,
}

impl Site {
    pub(crate) async fn start() -> Self {
        Self::with("").await
    }

    /// A site whose issuer has other limits.
    pub(crate) async fn with(limits: &str) -> Self {
        let [issuing, railway, stranger] = [listen().await, listen().await, listen().await];
        let issuer = origin("127.0.0.1", &issuing);
        // Another host, not just another port: for a browser another site, too.
        let [railway_origin, stranger_origin] = [origin("localhost", &railway), origin("localhost", &stranger)];
        let sandbox = sandbox(&issuer, &railway_origin, limits).await;
        let router = sandbox.router();
        let (heard, shop_heard) = (Heard::default(), Heard::default());
        let shop = Arc::new(Shop { issuer: router.clone(), pages: Mutex::default(), heard: shop_heard.clone() });
        let router = router.layer(from_fn_with_state(heard.clone(), hear));
        let http = sandbox.http().clone();
        let (down, mut is_down) = watch::channel(false);
        let end = async move { drop(is_down.wait_for(|is_down| *is_down).await) };
        tokio::spawn(async move { http.serve(issuing, router, end).await });
        for listener in [railway, stranger] {
            let site = Router::new().fallback(serve).with_state(shop.clone());
            let site = site.layer(from_fn_with_state(shop_heard.clone(), hear));
            tokio::spawn(async move { axum::serve(listener, site).await });
        }
        Self { sandbox, issuer, railway: railway_origin, stranger: stranger_origin, shop, heard, down }
    }

    /// Opens a visit of the consent page, and gives its id.
    async fn visit(&self, language: Language, way_back: Value) -> String {
        let mut visit =
            json!({ "purpose": "railway-booking", "reference": "PNR2345678901", "language": language.tag() });
        visit.as_object_mut().unwrap().extend(way_back.as_object().unwrap().clone());
        let (status, opened) = call(&self.shop.issuer, "/v1/embed-sessions", &visit).await;
        assert_eq!(status, StatusCode::CREATED, "{opened}");
        opened["id"].as_str().unwrap().to_owned()
    }

    /// A visit for a page on the railway's origin. Gives its id.
    pub(crate) async fn embedded_visit(&self, language: Language) -> String {
        self.visit(language, json!({ "origin": self.railway })).await
    }

    /// A visit for a person who is sent there and back. Gives the page's URL.
    pub(crate) async fn redirected_visit(&self, language: Language, state: &str) -> String {
        let way_back = json!({ "return_url": format!("{}/return", self.railway), "state": state });
        format!("{}/embed/{}", self.issuer, self.visit(language, way_back).await)
    }

    /// A visit about people whom the railway names. Gives the page's URL.
    pub(crate) async fn family_visit(&self, language: Language, people: &[Person]) -> String {
        let people: Vec<Value> =
            people.iter().map(|person| json!({ "name": person.name, "mobile": person.mobile })).collect();
        let visit = json!({ "return_url": format!("{}/return", self.railway), "state": "s", "people": people });
        format!("{}/embed/{}", self.issuer, self.visit(language, visit).await)
    }

    /// Where the link in the last message to somebody leads.
    pub(crate) fn link(&self, person: &Person) -> String {
        let sent = self.sandbox.outbox().messages();
        let to = person.number();
        let last = sent.iter().rev().find(|sent| sent.message.to == to).expect("a message");
        last.message.link.as_ref().expect("a link").to_string()
    }

    /// Puts a page on the railway's site and on the stranger's.
    pub(crate) fn put(&self, path: &str, page: &str) {
        self.put_under(&[], path, page);
    }

    /// The same with headers, such as a policy of the site's own.
    pub(crate) fn put_under(&self, headers: &[(&'static str, &'static str)], path: &str, page: &str) {
        self.shop.pages.lock().unwrap().insert(path.to_owned(), (headers.to_vec(), page.to_owned()));
    }

    /// What the issuer was asked over the network: `POST /embed/… referer`.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    /// What the railway's and the stranger's sites were asked.
    pub(crate) fn heard_by_sites(&self) -> Vec<String> {
        self.shop.heard.lock().unwrap().clone()
    }

    /// No address that was asked for, and no referrer, tells who came.
    pub(crate) fn has_no_personal_data_in_urls(&self, people: &[Person]) {
        let mut urls = self.heard();
        urls.extend(self.heard_by_sites());
        let urls = urls.join("\n").to_lowercase();
        let codes = self.sandbox.outbox().messages().into_iter().map(|sent| sent.message.code.secret().to_owned());
        // Whole names, as a form writes them: part of one could be in an id by chance.
        let names =
            people.iter().flat_map(|person| ["+", "%20"].map(|space| person.name.to_lowercase().replace(' ', space)));
        let numbers = people.iter().map(|person| person.mobile.to_owned());
        let token = "eyjhbgcioi".to_owned(); // how `{"alg":` begins in a token
        for personal in codes.chain(names).chain(numbers).chain([token]) {
            assert!(!urls.contains(&personal), "{personal} is in {urls}");
        }
    }

    /// Ends the issuer's server: nobody reaches it any more.
    pub(crate) async fn go_down(&self) {
        self.down.send_replace(true);
        let address = self.issuer.trim_start_matches("http://");
        while tokio::net::TcpStream::connect(address).await.is_ok() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }

    /// A SMART Health Card of somebody with two doses, as the text of its QR code.
    pub(crate) async fn certificate(&self) -> String {
        let doses = json!([{ "product": "COVISHIELD", "given_on": "2021-04-03" }, { "product": "COVISHIELD", "given_on": "2021-07-10" }]);
        let person = json!({ "name": "Zubeida Khatun", "birth_date": "1986-02-11", "doses": doses });
        let (_, made) = call(&self.shop.issuer, "/sandbox/certificates", &person).await;
        made["certificate"].as_str().unwrap().to_owned()
    }

    /// Takes back a consent, at the counter of the entity.
    pub(crate) async fn withdraw(&self, granted: &Granted) {
        let path = format!("/v1/consents/{}/withdrawal", granted.consent_id);
        let (status, answer) = call(&self.shop.issuer, &path, &json!({})).await;
        assert!(status.is_success(), "{answer}");
    }

    /// A token of a person, got without the page.
    pub(crate) async fn token(&self, person: &Person) -> StatusToken {
        self.granted(person).await.token
    }

    /// A person's token for a small QR code, got without the page.
    pub(crate) async fn cwt(&self, person: &Person) -> StatusToken {
        self.granted(person).await.cwt.unwrap()
    }

    /// All that a person gets, without the page.
    pub(crate) async fn granted(&self, person: &Person) -> Granted {
        let service = self.sandbox.service();
        let entity = Identifier::parse("irctc").unwrap();
        let asked = StatusRequest {
            entity: entity.clone(),
            people: vec![Asked::new(person.number(), PersonName::parse(person.name).unwrap())],
            purpose: Identifier::parse("railway-booking").unwrap(),
            policy: None,
            on: None,
            reference: Some(Reference::parse("PNR2345678901").unwrap()),
            language: Language::English,
            shows_notice: true,
        };
        let open = service.request(asked).await.unwrap();
        let code = CodeProof::from_typed(&self.code(person)).unwrap();
        service.confirm(&entity, &open.id, &open.confirmation(code).with_cwt()).await.unwrap().only().unwrap()
    }

    /// The code that a person got last.
    pub(crate) fn code(&self, person: &Person) -> String {
        self.sandbox.outbox().last_code(&person.number()).expect("a code was sent").secret().to_owned()
    }

    /// Six digits that are not that code.
    pub(crate) fn wrong_code(&self, person: &Person) -> String {
        if self.code(person) == "000000" { "111111".into() } else { "000000".into() }
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.sandbox.advance(TimeDelta::seconds(seconds)).unwrap();
    }
}

async fn sandbox(issuer: &str, railway: &str, limits: &str) -> Sandbox {
    let config = format!(
        r#"
        [issuer]
        url = "{issuer}"
        name = "Ministry of Health"
        grievance = "grievance@kycvs.example"

        [[entity]]
        id = "irctc"
        name = "Indian Railways"
        logo = "{LOGO}"
        api_key_sha256 = "{}"
        purposes = [{{ code = "railway-booking", text = "to book a railway ticket" }}]
        origins = ["{railway}"]
        return_urls = ["{railway}/return"]

        [limits]
        {limits}
        "#,
        base16ct::lower::encode_string(&Sha256::digest(API_KEY))
    );
    Sandbox::new(Arc::new(people::registry().await), Config::from_toml(&config).unwrap()).unwrap()
}

async fn listen() -> TcpListener {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap()
}

fn origin(host: &str, listener: &TcpListener) -> String {
    format!("http://{host}:{}", listener.local_addr().unwrap().port())
}

/// A call of the entity's server.
async fn call(issuer: &Router, path: &str, body: &Value) -> (StatusCode, Value) {
    let request = Request::post(path)
        .header(header::AUTHORIZATION, format!("Bearer {API_KEY}"))
        .header(header::CONTENT_TYPE, "application/json")
        .extension(ConnectInfo(SocketAddr::from((Ipv4Addr::LOCALHOST, 1))))
        .body(Body::from(body.to_string()))
        .unwrap();
    let answer = issuer.clone().oneshot(request).await.unwrap();
    let (status, body) = (answer.status(), answer.into_body().collect().await.unwrap().to_bytes());
    (status, if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).unwrap() })
}

/// A page that was put there; or, for what was posted or came back, what the result code was exchanged for.
async fn serve(State(shop): State<Arc<Shop>>, method: Method, uri: Uri, body: String) -> Response {
    if let Some((headers, page)) = shop.pages.lock().unwrap().get(uri.path()).cloned() {
        return (AppendHeaders(headers), Html(page)).into_response();
    }
    let sent = if method == Method::POST { body } else { uri.query().unwrap_or_default().to_owned() };
    let sent: HashMap<String, String> = form_urlencoded::parse(sent.as_bytes()).into_owned().collect();
    let answer = match sent.get("result_code") {
        Some(code) => call(&shop.issuer, "/v1/results", &json!({ "result_code": code })).await.1,
        None => Value::Null,
    };
    if uri.path().starts_with("/api/") {
        return axum::Json(answer).into_response();
    }
    let told = |name: &str| sent.get(name).cloned().unwrap_or_default();
    Html(format!(
        "<!doctype html><title>Booking</title><p id=status>status {}</p><p id=state>{}</p><p id=error>{}</p>",
        answer["status"],
        told("state"),
        told("error")
    ))
    .into_response()
}

async fn hear(State(heard): State<Heard>, request: Request<Body>, next: Next) -> Response {
    let referer = request.headers().get(header::REFERER).map(|referer| referer.to_str().unwrap());
    heard.lock().unwrap().push(format!("{} {} {}", request.method(), request.uri(), referer.unwrap_or_default()));
    next.run(request).await
}
