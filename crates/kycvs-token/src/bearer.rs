//! Whom a token is about: salted digests in the token, and beside it the disclosures that open them (SD-JWT, RFC 9901).

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use ring::digest;
use serde::{Deserialize, Serialize};

use crate::claims::is_plain;
use crate::json::{Integers, Object, Value};
use crate::{KeyError, Refusal, random_id};

/// The person whom a token is about, as far as a photo ID can confirm it.
///
/// The token holds digests only. Who has the token alone learns nothing from them, since each has 128 random bits of
/// salt; who also has the [`Disclosure`]s reads what they disclose.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Bearer {
    /// The name as the person entered it: a text as [`StatusClaims`](crate::StatusClaims) allows it.
    pub name: String,
    /// The year of birth, 1900 to 2100, where it was entered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birth_year: Option<u16>,
}

/// What opens one digest of a token (RFC 9901 section 4.2): base64url of salt, claim and value.
///
/// The person keeps it, and adds it to the token for a reader who is to see it: [`StatusToken::with`](crate::StatusToken::with).
/// `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disclosure(String);

/// The hash of the digests, as `_sd_alg` spells it.
pub(crate) const DIGEST_ALGORITHM: &str = "sha-256";

/// OpenID Connect Core 1.0 section 5.1: the full name.
const NAME: &str = "name";
/// The same section: a date of birth, which may be a year alone, as `YYYY`.
const BIRTH: &str = "birthdate";

impl Bearer {
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        if !is_plain(&self.name) {
            return Err(Refusal::MalformedClaim { claim: "name" });
        }
        match self.birth_year {
            Some(year) if !is_year_of_birth(year) => Err(Refusal::MalformedClaim { claim: "birthdate" }),
            _ => Ok(()),
        }
    }

    /// Digests for the token, and what opens them: the name, then the year. There are two digests whether or not there
    /// is a year, in an order that says nothing.
    pub(crate) fn seal(&self) -> Result<([String; 2], Vec<Disclosure>), KeyError> {
        let mut disclosures = vec![Disclosure::new(NAME, &self.name)?];
        if let Some(year) = self.birth_year {
            disclosures.push(Disclosure::new(BIRTH, &year.to_string())?);
        }
        let decoy = digest_of(random_id()?.as_bytes());
        let [name, birth] = [disclosures.first(), disclosures.get(1)];
        let mut digests = [name, birth].map(|known| known.map_or(decoy.clone(), |known| digest_of(known.0.as_bytes())));
        digests.sort_unstable();
        Ok((digests, disclosures))
    }

    /// Reads what a presentation discloses of the claims in `object`, whose signature is good. `disclosures` is what
    /// follows the first `~`. Without a name the bearer is unknown: a year of birth alone names nobody.
    pub(crate) fn open(object: &Object<'_>, disclosures: &[u8]) -> Result<Option<Self>, Refusal> {
        let mut digests = digests_of(object)?;
        let Some(disclosures) = disclosures.strip_suffix(b"~") else {
            // RFC 9901 section 4: what follows the last `~` is a key binding, for which our tokens name no key.
            return if disclosures.is_empty() { Ok(None) } else { Err(Refusal::MalformedDisclosure) };
        };
        let (mut names, mut name, mut birth_year) = (Vec::new(), None, None);
        for disclosure in disclosures.split(|byte| *byte == b'~') {
            let digest = digest_of(disclosure);
            let at = digests.iter().position(|known| *known == digest).ok_or(Refusal::ForeignDisclosure)?;
            digests.swap_remove(at);
            let (claim, value) = read(disclosure).ok_or(Refusal::MalformedDisclosure)?;
            if object.get(&claim).is_some() || names.contains(&claim) || matches!(&*claim, "_sd" | "...") {
                return Err(Refusal::MalformedDisclosure);
            }
            match &*claim {
                NAME => name = Some(value.filter(|text| is_plain(text)).ok_or(Refusal::MalformedDisclosure)?),
                BIRTH => {
                    birth_year = Some(value.as_deref().and_then(year_of_birth).ok_or(Refusal::MalformedDisclosure)?);
                }
                _ => {} // of a later issuer
            }
            names.push(claim);
        }
        Ok(name.map(|name| Self { name, birth_year }))
    }
}

impl Disclosure {
    fn new(claim: &str, value: &str) -> Result<Self, KeyError> {
        let [salt, claim, value] = [&*random_id()?, claim, value].map(serde_json::Value::from);
        Ok(Self(BASE64URL.encode(serde_json::Value::from([salt, claim, value]).to_string())))
    }

    /// The disclosure as text, to be handed to the person or stored for them.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Takes a disclosure back that was stored. It is not checked by this.
impl From<String> for Disclosure {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// The digests of a token, each once.
fn digests_of<'o>(object: &'o Object<'_>) -> Result<Vec<&'o str>, Refusal> {
    match object.get("_sd_alg") {
        None => {} // RFC 9901 section 4.1.1: then it is SHA-256
        Some(Value::Text(name)) if name == DIGEST_ALGORITHM => {}
        Some(Value::Text(_)) => return Err(Refusal::MalformedClaim { claim: "_sd_alg" }),
        Some(_) => return Err(Refusal::MistypedClaim { claim: "_sd_alg" }),
    }
    let listed = match object.get("_sd") {
        None => return Ok(Vec::new()),
        Some(Value::Array(listed)) => listed,
        Some(_) => return Err(Refusal::MistypedClaim { claim: "_sd" }),
    };
    let mut digests = Vec::with_capacity(listed.len());
    for digest in listed {
        let Value::Text(digest) = digest else { return Err(Refusal::MistypedClaim { claim: "_sd" }) };
        if digests.contains(&digest.as_ref()) {
            return Err(Refusal::MalformedClaim { claim: "_sd" });
        }
        digests.push(digest.as_ref());
    }
    Ok(digests)
}

/// The claim and the value of a disclosure; no value where it is no text.
fn read(disclosure: &[u8]) -> Option<(String, Option<String>)> {
    let json = BASE64URL.decode(disclosure).ok()?;
    let Value::Array(parts) = Value::parse(&json, Integers::NONE).ok()? else { return None };
    let [Value::Text(_salt), Value::Text(claim), value] = <[Value<'_>; 3]>::try_from(parts).ok()? else { return None };
    let value = if let Value::Text(text) = value { Some(text.into_owned()) } else { None };
    Some((claim.into_owned(), value))
}

pub(crate) fn digest_of(text: &[u8]) -> String {
    BASE64URL.encode(digest::digest(&digest::SHA256, text))
}

fn year_of_birth(text: &str) -> Option<u16> {
    let is_year = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|year| is_year && is_year_of_birth(*year))
}

fn is_year_of_birth(year: u16) -> bool {
    (1900..=2100).contains(&year)
}

impl fmt::Debug for Bearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bearer(redacted)")
    }
}

impl fmt::Debug for Disclosure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Disclosure(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_of_birth_is_four_digits_and_one_that_somebody_may_be_born_in() {
        assert_eq!(["1900", "1986", "2100"].map(year_of_birth), [Some(1900), Some(1986), Some(2100)]);
        for text in ["", "198", "01986", "+1986", "+198", "1899", "2101", "१९८६"] {
            assert_eq!(year_of_birth(text), None, "{text}");
        }
    }

    #[test]
    fn debug_output_names_nobody() {
        let bearer = Bearer { name: "Asha Rao".into(), birth_year: Some(1986) };
        let disclosure = Disclosure("WyJzYWx0Il0".into());
        assert_eq!(format!("{bearer:?} {disclosure:?}"), "Bearer(redacted) Disclosure(redacted)");
    }
}
