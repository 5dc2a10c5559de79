use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use kycvs_consent::{Certificate, CodeKey, ConsentId, Identifier, Nonce, Random, RandomError, RequestId};
use kycvs_domain::{Mobile, PersonName};
use kycvs_registry::PersonTag;
use kycvs_store::{Day, Key};
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use crate::ListName;
use crate::log::LogSecret;

/// The secret of one service: 32 random bytes, from which the keys for codes, sealed requests and pseudonyms follow.
///
/// All hosts over the same stores share it. Losing it ends the requests that are pending and makes pseudonyms start
/// again; consents and tokens stay what they are. It is wiped when dropped and never printed.
pub struct ServiceKey(Zeroizing<[u8; 32]>);

impl ServiceKey {
    /// Draws a new secret. Keep [`secret_bytes`](Self::secret_bytes) where the host keeps its secrets.
    ///
    /// # Errors
    /// [`RandomError`] when the system gives no random bytes.
    pub fn generate() -> Result<Self, RandomError> {
        let mut secret = Zeroizing::new([0; 32]);
        SystemRandomness.fill(secret.as_mut_slice())?;
        Ok(Self(secret))
    }

    /// Takes a secret that was drawn before.
    pub fn from_bytes(secret: [u8; 32]) -> Self {
        Self(Zeroizing::new(secret))
    }

    /// The secret, to be kept.
    pub fn secret_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The key that codes are stored under.
    pub(crate) fn code_key(&self) -> CodeKey {
        CodeKey::new(&self.derive(b"kycvs codes v1"))
    }

    /// The key that requests are sealed under.
    pub(crate) fn vault_key(&self) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, self.derive(b"kycvs vault v1").as_slice())
    }

    /// The key that people are given pseudonyms under.
    pub(crate) fn pseudonyms(&self) -> Pseudonyms {
        Pseudonyms(hmac::Key::new(hmac::HMAC_SHA256, self.derive(b"kycvs pseudonyms v1").as_slice()))
    }

    /// The key that says where the places of status lists lie.
    pub(crate) fn list_key(&self) -> ListKey {
        ListKey(hmac::Key::new(hmac::HMAC_SHA256, self.derive(b"kycvs status lists v1").as_slice()))
    }

    /// The key that says where the lines of a number's history lie, and what they are sealed under.
    pub(crate) fn history_key(&self) -> HistoryKey {
        HistoryKey(hmac::Key::new(hmac::HMAC_SHA256, self.derive(b"kycvs history v1").as_slice()))
    }

    /// The key that announced corrections are sealed under.
    pub(crate) fn correction_key(&self) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, self.derive(b"kycvs corrections v1").as_slice())
    }

    /// The key that codes for withdrawing are made with.
    pub(crate) fn withdrawal_key(&self) -> WithdrawalKey {
        WithdrawalKey(hmac::Key::new(hmac::HMAC_SHA256, self.derive(b"kycvs withdrawal codes v1").as_slice()))
    }

    /// The key that the keys of the public log follow from, with what the ledger keeps of each month.
    pub(crate) fn log_secret(&self) -> LogSecret {
        LogSecret(hmac::Key::new(hmac::HMAC_SHA256, self.derive(b"kycvs log v1").as_slice()))
    }

    /// One block of HKDF-Expand (RFC 5869) with the label as its info; the secret is uniform, so nothing is extracted.
    fn derive(&self, label: &[u8]) -> Zeroizing<[u8; 32]> {
        let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, self.0.as_slice()));
        context.update(label);
        context.update(&[1]);
        let mut key = Zeroizing::new([0; 32]);
        key.iter_mut().zip(context.sign().as_ref()).for_each(|(to, from)| *to = *from);
        key
    }
}

impl fmt::Debug for ServiceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServiceKey(redacted)")
    }
}

/// From which each status list has a key of its own.
pub(crate) struct ListKey(hmac::Key);

impl ListKey {
    /// The key of the order in which positions of a list are given.
    pub(crate) fn order_of(&self, list: ListName) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&self.0, &list.bytes()).as_ref())
    }
}

/// Says where the lines of a number's history lie. Without the number nobody finds two of them, or opens one: not even who has
/// the service's key and a copy of the ledger.
pub(crate) struct HistoryKey(hmac::Key);

impl HistoryKey {
    /// Where line `number` of a day lies, and the name that it is sealed under; `mobile` is the number's pseudonym.
    pub(crate) fn line(&self, mobile: &[u8; 16], day: Day, number: u16) -> (Key, [u8; 16]) {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(mobile);
        context.update(&day.number().to_be_bytes());
        context.update(&number.to_be_bytes());
        let (mut place, mut seal) = ([0; 14], [0; 16]);
        place.iter_mut().chain(&mut seal).zip(context.sign().as_ref()).for_each(|(to, from)| *to = *from);
        (Key::on_day(day, place), seal)
    }
}

/// Makes the withdrawal code of a consent: HMAC-SHA256 of its id, cut to 16 bytes. Nothing is stored for it.
pub(crate) struct WithdrawalKey(hmac::Key);

impl WithdrawalKey {
    pub(crate) fn code(&self, consent: &ConsentId) -> [u8; 16] {
        let mut code = [0; 16];
        code.iter_mut().zip(hmac::sign(&self.0, consent.as_bytes()).as_ref()).for_each(|(to, from)| *to = *from);
        code
    }

    /// Whether a code is the one of this consent, in a time that does not depend on either.
    pub(crate) fn accepts(&self, consent: &ConsentId, code: &[u8; 16]) -> bool {
        hmac::verify(&self.0, &self.code(consent), hmac::sign(&self.0, code).as_ref()).is_ok()
    }
}

/// Gives people, numbers and entities names that say nothing without the key: HMAC-SHA256, cut to 16 bytes.
pub(crate) struct Pseudonyms(hmac::Key);

impl Pseudonyms {
    /// One mobile number.
    pub(crate) fn mobile(&self, mobile: &Mobile) -> [u8; 16] {
        self.of(b"mobile", &[mobile.national()])
    }

    /// One person as one entity knows them: two entities cannot compare theirs.
    pub(crate) fn principal(&self, person: &PersonTag, entity: &Identifier) -> [u8; 16] {
        self.hash(b"principal", &[person.as_bytes(), entity.as_str().as_bytes()])
    }

    /// Whoever holds a mobile number, as one entity knows them; `mobile` is its pseudonym.
    pub(crate) fn holder(&self, mobile: &[u8; 16], entity: &Identifier) -> [u8; 16] {
        self.hash(b"holder", &[mobile, entity.as_str().as_bytes()])
    }

    /// A name, as the artefact of one request commits to it: 43 characters that say nothing without the key.
    pub(crate) fn name(&self, request: &RequestId, name: &PersonName) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.mac(b"name", &[request.as_bytes(), name.normalised().as_bytes()]))
    }

    /// What the disclosures of a request are sealed under, for the caller who knows its nonce.
    pub(crate) fn disclosures(&self, request: &RequestId, attempt: &Nonce) -> [u8; 16] {
        self.hash(b"disclosures", &[request.as_bytes(), attempt.secret_bytes()])
    }

    /// The id of a group answer: of one group and the same tokens, always the same.
    pub(crate) fn group_answer(&self, lead: &RequestId, tokens: &[String]) -> [u8; 16] {
        let parts: Vec<&[u8]> =
            [lead.as_bytes().as_slice()].into_iter().chain(tokens.iter().map(String::as_bytes)).collect();
        self.hash(b"group answer", &parts)
    }

    /// Where the session of a person's own page is kept that a request opened, for the caller who knows its nonce.
    pub(crate) fn session(&self, request: &RequestId, attempt: &Nonce) -> [u8; 16] {
        self.hash(b"session", &[request.as_bytes(), attempt.secret_bytes()])
    }

    /// Where the messages to one mobile number are counted.
    pub(crate) fn sends_to(&self, mobile: &Mobile) -> Key {
        self.of(b"sends to mobile", &[mobile.national()]).into()
    }

    /// Where the messages to one range of numbers are counted.
    pub(crate) fn sends_to_prefix(&self, mobile: &Mobile) -> Key {
        self.of(b"sends to prefix", &[mobile.prefix()]).into()
    }

    /// Where the messages to one range of numbers for one entity are counted.
    pub(crate) fn sends_to_prefix_for(&self, mobile: &Mobile, entity: &Identifier) -> Key {
        self.of(b"sends to prefix for", &[mobile.prefix(), entity.as_str()]).into()
    }

    /// Where the messages for one entity are counted.
    pub(crate) fn sends_for(&self, entity: &Identifier) -> Key {
        self.of(b"sends for entity", &[entity.as_str()]).into()
    }

    /// Where the wrong codes for one mobile number are counted; `mobile` is its pseudonym.
    pub(crate) fn failures_of(&self, mobile: &[u8; 16]) -> Key {
        self.hash(b"failures", &[mobile.as_slice()]).into()
    }

    /// Where the wrong codes for one mobile number at one entity are counted; `mobile` is its pseudonym.
    pub(crate) fn failures_at(&self, mobile: &[u8; 16], entity: &Identifier) -> Key {
        self.hash(b"failures at", &[mobile, entity.as_str().as_bytes()]).into()
    }

    /// Where the wrong codes for one mobile number from one network are counted; `mobile` is its pseudonym.
    pub(crate) fn failures_from(&self, mobile: &[u8; 16], network: &str) -> Key {
        self.hash(b"failures from", &[mobile, network.as_bytes()]).into()
    }

    /// Where the wrong codes at one entity are counted, across all numbers.
    pub(crate) fn failures_for(&self, entity: &Identifier) -> Key {
        self.of(b"failures for", &[entity.as_str()]).into()
    }

    /// A certificate that somebody presented.
    pub(crate) fn certificate(&self, certificate: &Certificate) -> [u8; 16] {
        self.of(b"certificate", &[&certificate.format, &certificate.issuer, &certificate.id])
    }

    /// Where the mobile numbers are counted that use a certificate.
    pub(crate) fn mobiles_of(&self, certificate: &Certificate) -> Key {
        self.hash(b"mobiles of certificate", &[&self.certificate(certificate)]).into()
    }

    /// Where it is noted that a mobile number uses a certificate; `mobile` is its pseudonym.
    pub(crate) fn use_of(&self, certificate: &Certificate, mobile: &[u8; 16]) -> Key {
        self.hash(b"use of certificate", &[&self.certificate(certificate), mobile]).into()
    }

    /// Where the certificates are counted that are presented for a request.
    pub(crate) fn presentations(&self, request: &RequestId) -> Key {
        self.hash(b"presentations", &[request.as_bytes().as_slice()]).into()
    }

    /// Where a note of a host's own is kept.
    pub(crate) fn note(&self, id: &[u8; 16]) -> [u8; 16] {
        self.hash(b"note", &[id.as_slice()])
    }

    /// What a note that travels is sealed under.
    pub(crate) fn travelling_note(&self, place: &[u8; 16]) -> [u8; 16] {
        self.hash(b"travelling note", &[place.as_slice()])
    }

    /// Where something of a host's own is counted.
    pub(crate) fn uses_of(&self, what: &str, whom: &str) -> Key {
        self.of(b"uses", &[what, whom]).into()
    }

    fn of(&self, tag: &[u8], parts: &[&str]) -> [u8; 16] {
        let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
        self.hash(tag, &parts)
    }

    fn hash(&self, tag: &[u8], parts: &[&[u8]]) -> [u8; 16] {
        let mut name = [0; 16];
        name.iter_mut().zip(self.mac(tag, parts).as_ref()).for_each(|(to, from)| *to = *from);
        name
    }

    /// The tag and every part carry their length in front, so no two inputs are the same bytes.
    fn mac(&self, tag: &[u8], parts: &[&[u8]]) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.0);
        for part in std::iter::once(&tag).chain(parts) {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        context.sign()
    }
}

/// The system's random number generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandomness;

impl Random for SystemRandomness {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
        SystemRandom::new().fill(bytes).map_err(|_| RandomError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_counts_share_a_key() {
        let pseudonyms = ServiceKey::from_bytes([1; 32]).pseudonyms();
        let keys = [("a\0b", "c"), ("a", "b\0c"), ("a\0b\0c", ""), ("", "a\0b\0c"), ("ab", "c"), ("a", "bc")];
        let keys: std::collections::BTreeSet<_> =
            keys.iter().map(|(what, whom)| pseudonyms.uses_of(what, whom)).collect();
        assert_eq!(keys.len(), 6);
    }

    #[test]
    fn what_is_kept_of_a_key_is_the_key() {
        let [one, other] = [ServiceKey::generate().unwrap(), ServiceKey::generate().unwrap()];
        assert_ne!(one.secret_bytes(), other.secret_bytes());
        let kept = ServiceKey::from_bytes(*one.secret_bytes());
        assert_eq!(kept.derive(b"a use"), one.derive(b"a use"));
        assert_ne!(kept.derive(b"a use"), other.derive(b"a use"));
    }

    #[test]
    fn a_key_has_one_use() {
        let key = ServiceKey::from_bytes([1; 32]);
        let message = [0; 16];
        let by_vault = hmac::sign(&key.vault_key(), &message);
        let by_pseudonyms = hmac::sign(&key.pseudonyms().0, &message);
        assert_ne!(by_vault.as_ref(), by_pseudonyms.as_ref());
        let other = ServiceKey::from_bytes([2; 32]);
        assert_ne!(by_vault.as_ref(), hmac::sign(&other.vault_key(), &message).as_ref());
    }

    #[test]
    fn each_purpose_has_a_key_of_its_own() {
        let service = ServiceKey::from_bytes([7; 32]);
        let keys = [service.vault_key(), service.pseudonyms().0, service.list_key().0, service.withdrawal_key().0];
        let tags: Vec<Vec<u8>> = keys.iter().map(|key| hmac::sign(key, b"one text").as_ref().to_vec()).collect();
        assert!((0..tags.len()).all(|at| !tags[..at].contains(&tags[at])));
        let other = ServiceKey::from_bytes([8; 32]).vault_key();
        assert!(!tags.contains(&hmac::sign(&other, b"one text").as_ref().to_vec()), "and each service its own");
    }
}
