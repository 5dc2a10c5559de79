//! A provider over a sandbox, a client of it, and the browser of the person between the two.
#![allow(dead_code, unreachable_pub)] // each test file uses its own part

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::request::Builder;
use axum::http::{HeaderMap, Request};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL};
use http_body_util::BodyExt;
use kycvs::domain::Mobile;
use kycvs::registry::{ImportOptions, RegistryCsv, RegistryKey, SealedRegistry};
use kycvs_axum::Config;
use kycvs_memory::MemoryStore;
use kycvs_oidc::Settings;
use kycvs_sandbox::Sandbox;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tower::ServiceExt;
use url::form_urlencoded;

pub const ISSUER: &str = "https://kycvs.example/sandbox";
pub const RETURN: &str = "https://rail.example/callback?action=oidc";
pub const RAIL_KEY: &str = "the key of the railway";
pub const AIR_KEY: &str = "the key of the airline";
pub const MOBILE: &str = "9876543210";
pub const VERIFIER: &str = "a-verifier-of-43-characters-or-more-is-long-enough";

const CONFIG: &str = r#"
    [issuer]
    url = "https://kycvs.example"
    name = "Ministry of Health"
    grievance = "grievance@kycvs.example"

    [[entity]]
    id = "rail"
    name = "Indian Railways"
    api_key_sha256 = "RAIL"
    purposes = [{ code = "railway-booking", text = "to book a railway ticket" }]
    return_urls = ["https://rail.example/callback?action=oidc", "LONG"]

    [[entity]]
    id = "air"
    name = "Air India"
    api_key_sha256 = "AIR"
    purposes = [{ code = "flight", text = "to fly" }]
    return_urls = ["https://air.example/callback"]

    [[entity]]
    id = "hospital"
    name = "A hospital"
    api_key_sha256 = "HOSPITAL"
    purposes = [{ code = "visit", text = "to visit a ward" }, { code = "flight", text = "to fly" }]
"#;

const PEOPLE: &str = "beneficiary_id,name,mobile,birth_date,product,given_on,dose_number,batch
20481830567712,Asha Lakshmi Rao,9876543210,1986-02-11,COVISHIELD,2021-04-03,1,
20481830567712,Asha Lakshmi Rao,9876543210,1986-02-11,COVISHIELD,2021-07-01,2,
";

pub struct Provider {
    pub sandbox: Sandbox,
    router: Router,
}

pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("{}: {}", self.status, self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Where the browser is sent, and with what; it must be sent somewhere.
    pub fn location(&self) -> String {
        assert_eq!(self.status, 303, "{}", self.text);
        self.header("location").to_owned()
    }

    pub fn error(&self) -> (u16, String) {
        (self.status, self.json()["error"].as_str().unwrap().to_owned())
    }
}

impl Provider {
    pub async fn new() -> Self {
        Self::with(Settings::default()).await
    }

    pub async fn with(settings: Settings) -> Self {
        let hash = |key: &str| kycvs_axum::ApiKeyHash::of(key).to_hex();
        let config = CONFIG.replace("RAIL", &hash(RAIL_KEY)).replace("AIR", &hash(AIR_KEY));
        let config = config.replace("HOSPITAL", &hash("the key of the hospital"));
        let config = config.replace("LONG", &long_return());
        let store = Arc::new(MemoryStore::new());
        let registry = SealedRegistry::open(&RegistryKey::generate().unwrap(), store).await.unwrap();
        let options = ImportOptions::new("2026-11-28".parse().unwrap());
        registry.import_csv(RegistryCsv::open(PEOPLE.as_bytes()).unwrap(), &options, &mut |_| ()).await.unwrap();
        let sandbox = Sandbox::new(Arc::new(registry), Config::from_toml(&config).unwrap()).unwrap();
        let router = sandbox.router().merge(kycvs_oidc::router(sandbox.http(), settings));
        Self { sandbox, router }
    }

    pub async fn send(&self, request: Builder, body: String) -> Answer {
        let peer: SocketAddr = ([192, 0, 2, 1], 4711).into();
        let request = request.extension(ConnectInfo(peer)).body(Body::from(body)).unwrap();
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let text = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
        Answer { status: parts.status.as_u16(), headers: parts.headers, text }
    }

    /// Loads a URL of the provider, as a browser does.
    pub async fn get(&self, url: &str) -> Answer {
        let path = url.strip_prefix("https://kycvs.example").unwrap_or(url);
        self.send(Request::builder().uri(path), String::new()).await
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Answer {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        self.send(request, form).await
    }

    /// Sends a person to the provider with a good request, but for `changes`.
    pub async fn authorize(&self, changes: &[(&str, &str)]) -> Answer {
        self.get(&format!("/oidc/authorize?{}", query(changes))).await
    }

    /// Goes through the page, and gives where it sends the person: back to the provider.
    pub async fn agree(&self, page_url: &str, name: &str) -> String {
        let answer = self.answer(page_url, name).await;
        if answer.status != 200 {
            return goes_on(&answer);
        }
        goes_on(&self.press(&answer, "continue", &[]).await)
    }

    /// The page with the answer.
    pub async fn answer(&self, page_url: &str, name: &str) -> Answer {
        let page = self.get(page_url).await;
        let code_step = self.press(&page, "ask", &[("mobile", MOBILE), ("name", name)]).await;
        let code = self.sandbox.outbox().last_code(&Mobile::parse(MOBILE).unwrap()).expect("a code");
        self.press(&code_step, "confirm", &[("otp", code.secret())]).await
    }

    /// The same to the end: where the client gets the person back.
    pub async fn agree_and_return(&self, changes: &[(&str, &str)]) -> HashMap<String, String> {
        let page = self.authorize(changes).await.location();
        let back = self.agree(&page, "Asha Lakshmi Rao").await;
        members(&self.get(&back).await.location())
    }

    /// A code that the client has in hand.
    pub async fn code(&self) -> String {
        self.agree_and_return(&[]).await.remove("code").expect("a code")
    }

    pub async fn press(&self, page: &Answer, action: &str, typed: &[(&str, &str)]) -> Answer {
        let button = format!("name=\"action\" value=\"{action}\"");
        let mut forms = page.text.split("<form ").skip(1).map(|form| form.split("</form>").next().unwrap());
        let form = forms.find(|form| form.contains(&button)).unwrap_or_else(|| panic!("no {action}: {}", page.text));
        let inputs = form.split("<input type=\"hidden\" ").skip(1);
        let hidden: Vec<_> =
            inputs.map(|input| (between(input, "name=\"", "\""), between(input, "value=\"", "\""))).collect();
        let fields: Vec<_> = hidden.into_iter().chain(typed.iter().copied()).chain([("action", action)]).collect();
        let path = unescaped(between(form, "action=\"", "\""));
        self.post(&path, &fields, &[("sec-fetch-site", "same-origin")]).await
    }

    /// Exchanges a code as the railway does, but for `changes`.
    pub async fn exchange(&self, code: &str, changes: &[(&str, &str)]) -> Answer {
        let good = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", RETURN),
            ("code_verifier", VERIFIER),
            ("client_id", "rail"),
            ("client_secret", RAIL_KEY),
        ];
        self.post("/oidc/token", &changed(&good, changes), &[]).await
    }
}

/// The longest URL that an entity may register.
pub fn long_return() -> String {
    format!("https://rail.example/{}", "x".repeat(2048 - 21))
}

/// The query of a good request, but for `changes`; an empty value takes a member away.
pub fn query(changes: &[(&str, &str)]) -> String {
    let challenge = BASE64URL.encode(Sha256::digest(VERIFIER));
    let good = [
        ("response_type", "code"),
        ("client_id", "rail"),
        ("redirect_uri", RETURN),
        ("scope", "openid kycvs:railway-booking"),
        ("state", "the state"),
        ("nonce", "the nonce"),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    form_urlencoded::Serializer::new(String::new()).extend_pairs(changed(&good, changes)).finish()
}

fn changed<'a>(good: &[(&'a str, &'a str)], changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let is_changed = |name: &str| changes.iter().any(|(changed, _)| *changed == name);
    let kept = good.iter().filter(|(name, _)| !is_changed(name)).chain(changes);
    kept.filter(|(_, value)| !value.is_empty()).copied().collect()
}

/// What comes along in the query of a URL.
pub fn members(url: &str) -> HashMap<String, String> {
    url::Url::parse(url).unwrap().query_pairs().into_owned().collect()
}

/// Where a page sends the person on to.
pub fn goes_on(page: &Answer) -> String {
    let links = page.text.split("href=\"").skip(1).map(|rest| unescaped(rest.split('"').next().unwrap()));
    let mut links = links.filter(|link| link.contains("/oidc/return?"));
    links.next().unwrap_or_else(|| panic!("no way on: {}", page.text))
}

/// The claims of a JWT, which is not verified by this.
pub fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).expect("three parts");
    serde_json::from_slice(&BASE64URL.decode(payload).unwrap()).unwrap()
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text.split_once(before).unwrap_or_else(|| panic!("no {before} in {text}")).1;
    rest.split_once(after).unwrap().0
}

fn unescaped(html: &str) -> String {
    html.replace("&#x2f;", "/").replace("&quot;", "\"").replace("&amp;", "&")
}
