use std::fmt;

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use kycvs::consent::Identifier;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Where an entity receives events, and the secrets that prove they come from this server: Standard Webhooks
/// (standardwebhooks.com, specification 1.0.0).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// Whom to tell: an `https` URL, or `http` within a private net.
    pub url: WebhookUrl,
    /// The secrets under which messages are signed, in the file a text or a list: two while one takes the other's place.
    #[serde(rename = "secret")]
    pub secrets: WebhookSecrets,
}

/// An `http` or `https` URL without a user name and a fragment.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct WebhookUrl(String);

/// The secrets of a webhook: one to four.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "OneOrMore")]
pub struct WebhookSecrets(Vec<WebhookSecret>);

/// A secret of 24 to 64 bytes, in the file `whsec_` and its base64: `echo "whsec_$(openssl rand -base64 32)"` makes one.
#[derive(Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct WebhookSecret(Zeroizing<Vec<u8>>);

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "expected whsec_ and the base64 of 24 to 64 bytes, or a list of one to four such secrets"
)]
enum OneOrMore {
    One(WebhookSecret),
    More(Vec<WebhookSecret>),
    // Only the program `kycvs` puts the text in its place, before it is read here.
    #[expect(dead_code, reason = "what it names is not read")]
    Elsewhere(Elsewhere),
    #[expect(dead_code, reason = "what they name is not read")]
    SomeElsewhere(Vec<Elsewhere>),
}

/// Where a server finds a secret: `{ file = … }` or `{ env = … }`.
#[derive(Deserialize)]
struct Elsewhere {
    #[serde(rename = "file", alias = "env")]
    _place: String,
}

/// Something that ended, as the entity could also learn by asking.
#[derive(Clone, Debug)]
pub struct Event {
    /// Who asked.
    pub entity: Identifier,
    /// What ended.
    pub about: About,
    /// How: the `state` of the request or the visit.
    pub state: &'static str,
}

/// What an event is about, by its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// A status request that the entity opened.
    Request(String),
    /// A visit to the consent page.
    Visit(String),
    /// A booking, by the id that the entity knows it by: people of a further number answered by their link.
    Booking {
        /// The booking's id.
        id: String,
        /// The request of that number, which stays here: it makes an event of its own for each number.
        by: String,
    },
}

/// A message to an entity: what is posted, and what it is known by.
#[derive(Clone, Debug)]
pub struct WebhookMessage {
    /// Its `webhook-id`: the same for every delivery of an event, from any host.
    pub id: String,
    /// The body, JSON.
    pub body: String,
}

impl Event {
    /// The message that tells it. It holds the id and the state, and nothing about a person.
    pub fn message(&self, at: chrono::DateTime<chrono::Utc>) -> WebhookMessage {
        let (what, member, id, by) = match &self.about {
            About::Request(id) => ("status-request", "request", id, ""),
            About::Visit(id) => ("visit", "visit", id, ""),
            About::Booking { id, by } => ("booking", "booking", id, by.as_str()),
        };
        let state = self.state;
        let hash = [self.entity.as_str(), what, id, state, by]
            .into_iter()
            .filter(|part| !part.is_empty())
            .fold(Sha256::new(), |hash, part| hash.chain_update(part).chain_update([0]));
        let known_by = base16ct::lower::encode_string(&hash.finalize()[..16]);
        let body = serde_json::json!({
            "type": format!("{what}.{state}"),
            "timestamp": at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            "data": { member: id, "state": state },
        });
        WebhookMessage { id: format!("msg_{known_by}"), body: body.to_string() }
    }
}

impl WebhookSecrets {
    /// The value of `webhook-signature` for a message that is sent at `timestamp`, in seconds since 1970: a signature by each
    /// secret.
    pub fn sign(&self, message: &WebhookMessage, timestamp: i64) -> String {
        let signatures = self.0.iter().map(|secret| secret.sign(message, timestamp));
        signatures.collect::<Vec<_>>().join(" ")
    }
}

impl WebhookSecret {
    fn sign(&self, message: &WebhookMessage, timestamp: i64) -> String {
        // HMAC takes a key of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return String::new() };
        mac.update(format!("{}.{timestamp}.{}", message.id, message.body).as_bytes());
        format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()))
    }
}

impl WebhookUrl {
    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for WebhookUrl {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        let fits = |url: url::Url| {
            let is_plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
            matches!(url.scheme(), "http" | "https") && url.has_host() && is_plain
        };
        match url::Url::parse(&text) {
            Ok(url) if fits(url.clone()) => Ok(Self(text)),
            _ => Err("a webhook's URL begins with http or https, and holds no user name and no fragment"),
        }
    }
}

impl TryFrom<String> for WebhookSecret {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        let bytes = text.strip_prefix("whsec_").and_then(|base64| BASE64_STANDARD.decode(base64).ok());
        let bytes = bytes.filter(|bytes| (24..=64).contains(&bytes.len()));
        bytes.map(|bytes| Self(bytes.into())).ok_or("a secret is whsec_ and the base64 of 24 to 64 bytes")
    }
}

impl TryFrom<OneOrMore> for WebhookSecrets {
    type Error = &'static str;

    fn try_from(given: OneOrMore) -> Result<Self, &'static str> {
        let secrets = match given {
            OneOrMore::One(secret) => vec![secret],
            OneOrMore::More(secrets) => secrets,
            OneOrMore::Elsewhere(_) | OneOrMore::SomeElsewhere(_) => {
                return Err("only a server reads `{ file = … }` and `{ env = … }`: write the secret itself here");
            }
        };
        if (1..=4).contains(&secrets.len()) { Ok(Self(secrets)) } else { Err("a webhook has one to four secrets") }
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(toml: &str) -> Result<WebhookSecrets, toml::de::Error> {
        toml::from_str::<Webhook>(&format!("url = 'https://rail.example/hook'\nsecret = {toml}"))
            .map(|hook| hook.secrets)
    }

    /// The example of the specification's own libraries.
    #[test]
    fn a_message_is_signed_as_the_specification_has_it() {
        let secrets = secrets("'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'").unwrap();
        let message =
            WebhookMessage { id: "msg_p5jXN8AQM9LWM0D4loKWxJek".to_owned(), body: "{\"test\": 2432232314}".to_owned() };
        assert_eq!(secrets.sign(&message, 1_614_265_330), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn of_two_secrets_each_signs_and_none_is_shown() {
        let [one, other] = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"];
        let both = secrets(&format!("['{one}', '{other}']")).unwrap();
        let message = WebhookMessage { id: "msg_1".to_owned(), body: "{}".to_owned() };
        let alone = [one, other].map(|secret| secrets(&format!("'{secret}'")).unwrap().sign(&message, 1));
        assert_eq!(both.sign(&message, 1), alone.join(" "));
        assert!(!format!("{both:?}").contains("MfKQ"));
        for elsewhere in ["{ file = 'a' }", "{ env = 'A' }", "[{ file = 'a' }, { env = 'B' }]"] {
            let error = secrets(elsewhere).unwrap_err().to_string();
            assert!(error.contains("write the secret itself"), "{error}");
        }
        for wrong in ["'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'", "'whsec_MfKQ'", "'whsec_!'", "[]", "1"] {
            assert!(secrets(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_event_is_known_by_one_id_and_says_no_more_than_the_state() {
        let event = |state| Event {
            entity: Identifier::parse("rail").unwrap(),
            about: About::Request("YSBub25jZSBvZiBvd24hIQ".to_owned()),
            state,
        };
        let at = "2026-11-28T12:00:00.5Z".parse().unwrap();
        let message = event("granted").message(at);
        let later = event("granted").message("2026-11-28T13:00:00Z".parse().unwrap());
        assert_eq!(message.id, later.id);
        assert_ne!(message.id, event("declined").message(at).id);
        let body: serde_json::Value = serde_json::from_str(&message.body).unwrap();
        let data = serde_json::json!({ "request": "YSBub25jZSBvZiBvd24hIQ", "state": "granted" });
        let want =
            serde_json::json!({ "type": "status-request.granted", "timestamp": "2026-11-28T12:00:00Z", "data": data });
        assert_eq!(body, want);
    }
}
