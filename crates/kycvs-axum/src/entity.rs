use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use kycvs::consent::{Identifier, Label};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use tracing::Span;

use crate::address::Address;
use crate::app::App;
use crate::problem::{Problem, ProblemCode};
use crate::{ConfigError, Entity, Origin};

/// The SHA-256 of an API key, in a file 64 hexadecimal digits. The key itself is a long random text, such as
/// `openssl rand -hex 32` makes; its hash is all that a server holds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct ApiKeyHash([u8; 32]);

/// Why a text is no hash of an API key. It does not repeat the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ApiKeyHashError {
    /// It is not the 64 lower-case hexadecimal digits of a hash. A key itself is longer or shorter, and was put there by
    /// mistake.
    #[error("an API key's hash is 64 lower-case hexadecimal digits")]
    NotAHash,
    /// It is the hash of an empty key, which a shell makes of a variable that is not set.
    #[error("this is the hash of an empty key")]
    OfNothing,
}

impl ApiKeyHash {
    /// The hash of a key.
    pub fn of(key: &str) -> Self {
        Self(Sha256::digest(key.as_bytes()).into())
    }

    /// As it is written in a file: 64 lower-case hexadecimal digits.
    pub fn to_hex(self) -> String {
        base16ct::lower::encode_string(&self.0)
    }
}

impl TryFrom<String> for ApiKeyHash {
    type Error = ApiKeyHashError;

    fn try_from(text: String) -> Result<Self, ApiKeyHashError> {
        let mut hash = [0; 32];
        let read = base16ct::lower::decode(&text, &mut hash).map(<[u8]>::len);
        if read != Ok(hash.len()) {
            return Err(ApiKeyHashError::NotAHash);
        }
        if Self(hash) == Self::of("") { Err(ApiKeyHashError::OfNothing) } else { Ok(Self(hash)) }
    }
}

impl std::fmt::Debug for ApiKeyHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ApiKeyHash(redacted)")
    }
}

/// The entities of a configuration, found by their keys or ids.
pub(crate) struct Entities {
    by_key: HashMap<ApiKeyHash, Arc<Entity>>,
    by_id: HashMap<Identifier, Arc<Entity>>,
}

impl Entities {
    pub(crate) fn new(entities: Vec<Entity>) -> Result<Self, ConfigError> {
        if let Some(fault) = Self::faults(&entities).into_iter().next() {
            return Err(fault);
        }
        let (mut by_key, mut by_id) = (HashMap::new(), HashMap::new());
        for entity in entities.into_iter().map(Arc::new) {
            by_key.extend(entity.api_key_sha256.iter().map(|key| (*key, entity.clone())));
            by_id.insert(entity.id.clone(), entity);
        }
        Ok(Self { by_key, by_id })
    }

    /// What is wrong with entities, by themselves and among themselves.
    pub(crate) fn faults(entities: &[Entity]) -> Vec<ConfigError> {
        let (mut keys, mut ids, mut faults) = (HashSet::new(), HashSet::new(), Vec::new());
        for entity in entities {
            let id = || entity.id.clone();
            let mut codes = HashSet::new();
            let repeated = (0..).zip(&entity.purposes).filter(|(_, purpose)| !codes.insert(&purpose.code));
            faults.extend(repeated.map(|(purpose, _)| ConfigError::RepeatedPurpose { entity: id(), purpose }));
            if entity.purposes.is_empty() {
                faults.push(ConfigError::NoPurpose(id()));
            }
            let texts = entity.purposes.iter().flat_map(|purpose| purpose.texts.values().chain([&purpose.text]));
            if texts.chain(entity.names.values()).chain([&entity.name]).any(has_markup) {
                faults.push(ConfigError::Markup(id()));
            }
            if !ids.insert(&entity.id) {
                faults.push(ConfigError::RepeatedEntity(id()));
            }
            // All are noted, whichever of them is known.
            let known_keys = entity.api_key_sha256.iter().filter(|key| !keys.insert(**key)).count();
            if known_keys > 0 {
                faults.push(ConfigError::SharedKey(id()));
            }
        }
        faults
    }

    /// The entity of a key. What is looked up is the key's hash, so the time it takes tells nothing about the key.
    pub(crate) fn of_key(&self, key: &str) -> Option<&Arc<Entity>> {
        self.by_key.get(&ApiKeyHash::of(key))
    }

    /// Whose pages may embed, of all entities.
    pub(crate) fn origins(&self) -> impl Iterator<Item = &Origin> {
        self.by_id.values().flat_map(|entity| &entity.origins)
    }

    /// All entities, in no order.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Entity> {
        self.by_id.values().map(Arc::as_ref)
    }

    pub(crate) fn of_id(&self, id: &Identifier) -> Option<&Arc<Entity>> {
        self.by_id.get(id)
    }
}

fn has_markup(text: &Label) -> bool {
    text.as_str().contains(['<', '>'])
}

/// The entity whose API key came with the call, as `Authorization: Bearer <key>` (RFC 6750, section 2.1).
pub(crate) struct Caller(pub(crate) Arc<Entity>);

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let entity = bearer(&parts.headers).and_then(|key| app.entities.of_key(key)).cloned();
        authenticate(entity, parts, app).await.map(Self)
    }
}

/// Takes the entity that a key named. A key that is nobody's counts for the address that it came from, and only such a key does: a
/// right one is never held up.
pub(crate) async fn authenticate(
    entity: Option<Arc<Entity>>,
    parts: &mut Parts,
    app: &Arc<App>,
) -> Result<Arc<Entity>, Problem> {
    let Some(entity) = entity else {
        Address::from_request_parts(parts, app).await?.take_wrong(app, "api-key").await?;
        return Err(ProblemCode::Unauthenticated.into());
    };
    Span::current().record("entity", entity.id.as_str());
    Ok(entity)
}

/// The one bearer credential of a call.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, credential) = only(headers, &AUTHORIZATION)?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(credential.trim())
}

/// A header that came once. Of two, a proxy may have looked at the other one.
pub(crate) fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    value.to_str().ok()
}
