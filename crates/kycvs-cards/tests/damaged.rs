//! Cards of ours that were damaged, changed or made up, each with the verdict that it must have.

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD as BASE64URL};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use kycvs_cards::fhir::{Author, immunization_record};
use kycvs_cards::{EuDcc, Holder, eu_dcc, health_card};
use kycvs_cose::{Item, Sign1, base45, signed};
use kycvs_domain::{BirthDate, Dose, Product};
use kycvs_records::trust::{Algorithm as Trusted, Framework, TrustedKey};
use kycvs_records::{Report, Rules, TrustList};
use kycvs_token::{Algorithm, Signer as _, SigningKey};
use miniz_oxide::deflate::{compress_to_vec, compress_to_vec_zlib};
use miniz_oxide::inflate::{decompress_to_vec, decompress_to_vec_zlib};
use serde_json::{Value, json};

const ISSUER: &str = "https://kycvs.example/cards";
const KEY_ID: [u8; 8] = *b"\x01kycvs\xff\x00";

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_640_995_200, 0).unwrap()
}

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

/// The members of a CBOR map.
type Members<'i> = Vec<(Item<'i>, Item<'i>)>;

/// A person's cards by a key that is trusted, and by one that is not.
struct Cards {
    key: SigningKey,
    trust: TrustList,
    card: String,
    dcc: String,
    anothers: String,
}

fn doses() -> Vec<Dose> {
    let dose = |day: &str| Dose::new(Product::find("COVISHIELD"), day.parse().unwrap());
    vec![dose("2021-04-03"), dose("2021-07-01")]
}

fn holder(doses: &[Dose]) -> Holder<'_> {
    Holder { name: "Asha Rao", birth: NaiveDate::from_ymd_opt(1986, 2, 11).map(BirthDate::Day), doses }
}

impl Cards {
    fn new() -> Self {
        let [key, other] = [(); 2].map(|()| SigningKey::generate(Algorithm::Es256).unwrap());
        let trusted = |framework, issuer: &str, name: String| TrustedKey {
            framework,
            issuer: issuer.into(),
            name,
            algorithm: Trusted::Es256,
            key: key.public_key().as_bytes().to_vec(),
            from: None,
            until: None,
            uses: Vec::new(),
            contexts: Vec::new(),
            terminated: false,
        };
        let trust = TrustList::of(vec![
            trusted(Framework::Shc, ISSUER, key.public_key().key_id().as_str().to_owned()),
            trusted(Framework::Dcc, "IN", BASE64_STANDARD.encode(KEY_ID)),
        ]);
        let about = EuDcc {
            country: "IN",
            issuer: "KYC-VS example",
            id: "URN:UVCI:01:IN:0123456789ABCDEF",
            key_id: KEY_ID,
            place: (2, 2),
            expires_at: now() + TimeDelta::days(365),
        };
        let doses = doses();
        let card = |key| block_on(health_card(&holder(&doses), ISSUER, key, now())).unwrap().as_str().to_owned();
        let (anothers, card) = (card(&other), card(&key));
        let dcc = block_on(eu_dcc(&holder(&doses), &about, &key, now())).unwrap();
        Self { key, trust, card, dcc, anothers }
    }

    fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        block_on(self.key.sign(bytes)).unwrap().to_vec()
    }

    /// The card with another header or payload, and the signature that it had.
    fn recarded(&self, header: impl FnOnce(&mut Value), payload: impl FnOnce(&mut Value)) -> String {
        let [first, second, signature] = parts(&self.card);
        let mut claims = serde_json::from_slice(&decompress_to_vec(&bytes_of(second)).unwrap()).unwrap();
        let mut head = serde_json::from_slice(&bytes_of(first)).unwrap();
        header(&mut head);
        payload(&mut claims);
        let packed = compress_to_vec(claims.to_string().as_bytes(), 9);
        [BASE64URL.encode(head.to_string()), BASE64URL.encode(packed), signature.to_owned()].join(".")
    }

    /// The same, signed again by the trusted key.
    fn resigned(&self, payload: impl FnOnce(&mut Value)) -> String {
        let changed = self.recarded(|_| {}, payload);
        let (content, _) = changed.rsplit_once('.').unwrap();
        format!("{content}.{}", BASE64URL.encode(self.sign(content.as_bytes())))
    }

    /// The DCC with another message in it.
    fn remade(&self, change: impl FnOnce(&mut Sign1<'_>)) -> String {
        let message = decompress_to_vec_zlib(&base45::decode(&self.dcc.as_bytes()[4..]).unwrap()).unwrap();
        let mut message = Sign1::parse(&message).unwrap();
        change(&mut message);
        dcc_of(&compress_to_vec_zlib(&message.to_bytes(), 9))
    }

    /// The DCC with other claims, signed again by the trusted key.
    fn reclaimed(&self, change: impl FnOnce(&mut Members<'_>)) -> String {
        self.remade(|message| {
            let Some(Item::Map(mut claims)) = Item::parse(&message.payload) else { panic!("no claims") };
            change(&mut claims);
            let claims = Item::Map(claims).to_bytes();
            message.signature = self.sign(&signed(&message.protected, &claims)).into();
            message.payload = claims.into();
        })
    }

    /// The DCC with another vaccination, or several, signed again.
    fn revaccinated(&self, change: impl FnOnce(&mut Vec<Item<'_>>)) -> String {
        self.reclaimed(|claims| {
            let content = at_mut(claims, &Item::from(-260));
            let Item::Map(content) = content else { panic!("no certificate") };
            let Item::Map(content) = at_mut(content, &Item::from(1)) else { panic!("no certificate") };
            let Item::Array(entries) = at_mut(content, &Item::from("v")) else { panic!("no vaccination") };
            change(entries);
        })
    }
}

fn at_mut<'m, 'i>(map: &'m mut [(Item<'i>, Item<'i>)], name: &Item<'_>) -> &'m mut Item<'i> {
    map.iter_mut().find(|(known, _)| known == name).map(|(_, value)| value).unwrap()
}

/// Puts another value into a vaccination.
fn set(entry: &mut Item<'_>, name: &str, number: i64) {
    let Item::Map(members) = entry else { panic!("no vaccination") };
    *at_mut(members, &Item::from(name)) = number.into();
}

fn parts(card: &str) -> [&str; 3] {
    card.split('.').collect::<Vec<_>>().try_into().unwrap()
}

fn bytes_of(part: &str) -> Vec<u8> {
    BASE64URL.decode(part).unwrap()
}

fn dcc_of(packed: &[u8]) -> String {
    format!("HC1:{}", base45::encode(packed))
}

fn digits(text: &str) -> String {
    text.bytes().map(|byte| format!("{:02}", byte - b'-')).collect()
}

type Row = (&'static str, String, &'static str, Option<&'static str>);

fn health_cards(cards: &Cards) -> Vec<Row> {
    let [header, payload, signature] = parts(&cards.card);
    let joined = |parts: [&str; 3]| parts.join(".");
    let another = parts(&cards.anothers);
    let all = digits(&cards.card);
    let (half, rest) = all.split_at(all.len() / 4 * 2);
    let behind = BASE64URL.encode([bytes_of(payload), vec![0]].concat());
    let plain = BASE64URL.encode(decompress_to_vec(&bytes_of(payload)).unwrap());
    let der = BASE64URL.encode([&[0x30, 0x44, 2, 32][..], &[1; 32], &[2, 32], &[1; 32]].concat());
    let refused = |reason| ("refused", Some(reason));
    let forged = ("invalid-signature", Some("invalid-signature"));
    let stranger = ("issuer-not-trusted", Some("issuer-not-trusted"));
    [
        ("as it is", cards.card.clone(), ("verified", None)),
        ("in digits", format!("shc:/{all}"), ("verified", None)),
        ("in two codes, the second first", format!("shc:/2/2/{rest}\nshc:/1/2/{half}"), ("verified", None)),
        ("a character is lost at the end", cards.card[..cards.card.len() - 1].to_owned(), refused("damaged")),
        ("the signature is lost", joined([header, payload, ""]), forged),
        ("there are four parts", format!("{}.{signature}", cards.card), refused("malformed")),
        ("the signature is another card's", joined([header, payload, another[2]]), forged),
        ("the signature is in DER", joined([header, payload, &der]), forged),
        ("by a key that nobody trusts", cards.anothers.clone(), stranger),
        ("by that key, under the trusted one's name", joined([header, another[1], another[2]]), forged),
        (
            "the day of a dose is changed",
            cards.recarded(|_| {}, |claims| dose(claims)["occurrenceDateTime"] = "2021-05-01".into()),
            forged,
        ),
        ("a dose is taken away", cards.recarded(|_| {}, |claims| drop(entries(claims).pop())), forged),
        (
            "the issuer is changed",
            cards.recarded(|_| {}, |claims| claims["iss"] = "https://other.example".into()),
            stranger,
        ),
        (
            "unsigned, by algorithm `none`",
            cards.recarded(|header| header["alg"] = "none".into(), |_| {}),
            refused("malformed"),
        ),
        (
            "the header has no zip",
            cards.recarded(|header| drop(header.as_object_mut().unwrap().remove("zip")), |_| {}),
            refused("malformed"),
        ),
        ("the header brings a key", cards.recarded(|header| header["jwk"] = json!({}), |_| {}), refused("malformed")),
        ("the payload is not packed", joined([header, &plain, signature]), refused("damaged")),
        ("a byte lies behind the payload", joined([header, &behind, signature]), refused("damaged")),
        ("a digit is lost", format!("shc:/{}", &all[1..]), refused("damaged")),
        ("two digits are no character", format!("shc:/99{}", &all[2..]), refused("damaged")),
        ("one code of two", format!("shc:/1/2/{half}"), refused("incomplete")),
        ("one code twice", format!("shc:/1/2/{half}\nshc:/1/2/{half}"), refused("malformed")),
        ("a file without a card", json!({ "verifiableCredential": [] }).to_string(), refused("malformed")),
        (
            "signed, of somebody else's dose",
            cards.resigned(|claims| dose(claims)["patient"]["reference"] = "resource:9".into()),
            refused("ambiguous"),
        ),
        (
            "signed, and not valid yet",
            cards.resigned(|claims| claims["nbf"] = (now().timestamp() + 60).into()),
            refused("not-yet-valid"),
        ),
    ]
    .into_iter()
    .map(|(name, text, (verdict, reason))| (name, text, verdict, reason))
    .collect()
}

fn entries(claims: &mut Value) -> &mut Vec<Value> {
    claims["vc"]["credentialSubject"]["fhirBundle"]["entry"].as_array_mut().unwrap()
}

fn dose(claims: &mut Value) -> &mut Value {
    &mut entries(claims)[2]["resource"]
}

fn certificates(cards: &Cards) -> Vec<Row> {
    let refused = |reason| ("refused", Some(reason));
    let forged = ("invalid-signature", Some("invalid-signature"));
    let packed = base45::decode(&cards.dcc.as_bytes()[4..]).unwrap();
    let header = |algorithm: i64, key: &[u8]| {
        Item::Map(vec![(1.into(), algorithm.into()), (4.into(), Item::bytes(key))]).to_bytes()
    };
    let is_later = |payload: &[u8]| {
        let mut payload = payload.to_vec();
        let at = payload.windows(4).rposition(|window| window == b"2021").unwrap();
        payload[at + 3] = b'2';
        payload
    };
    [
        ("as it is", cards.dcc.clone(), ("verified", None)),
        ("the end is lost", cards.dcc[..cards.dcc.len() - 3].to_owned(), refused("damaged")),
        ("in small letters", format!("HC1:{}", cards.dcc[4..].to_lowercase()), refused("damaged")),
        ("of another version", cards.dcc.replacen("HC1:", "HC2:", 1), refused("not-a-record")),
        ("a byte lies behind it", dcc_of(&[&packed[..], &[0]].concat()), refused("damaged")),
        ("not packed", dcc_of(&decompress_to_vec_zlib(&packed).unwrap()), refused("damaged")),
        ("the day is changed", cards.remade(|message| message.payload = is_later(&message.payload).into()), forged),
        ("the signature is zero", cards.remade(|message| message.signature = vec![0; 64].into()), forged),
        ("the signature is short", cards.remade(|message| message.signature = vec![1; 63].into()), forged),
        (
            "by a key of another name",
            cards.remade(|message| message.protected = header(-7, b"another!").into()),
            ("issuer-not-trusted", Some("issuer-not-trusted")),
        ),
        (
            "under the algorithm of another key",
            cards.remade(|message| message.protected = header(-37, &KEY_ID).into()),
            refused("key-not-for-this"),
        ),
        (
            "under no algorithm",
            cards.remade(|message| message.protected = Item::Map(Vec::new()).to_bytes().into()),
            refused("key-not-for-this"),
        ),
        (
            "signed, and expired",
            cards.reclaimed(|claims| *at_mut(claims, &4.into()) = (now().timestamp() - 1).into()),
            refused("seal-expired"),
        ),
        (
            "signed, and not valid yet",
            cards.reclaimed(|claims| *at_mut(claims, &6.into()) = (now().timestamp() + 60).into()),
            refused("not-yet-valid"),
        ),
        (
            "signed, of two vaccinations",
            cards.revaccinated(|entries| entries.push(entries[0].clone())),
            refused("ambiguous"),
        ),
        ("signed, of none", cards.revaccinated(|entries| entries.clear()), refused("malformed")),
        ("signed, of dose 300", cards.revaccinated(|entries| set(&mut entries[0], "dn", 300)), refused("malformed")),
        (
            "signed, of dose 0",
            cards.revaccinated(|entries| set(&mut entries[0], "dn", 0)),
            ("verified", Some("dose-unclear")),
        ),
    ]
    .into_iter()
    .map(|(name, text, (verdict, reason))| (name, text, verdict, reason))
    .collect()
}

#[test]
fn each_damaged_card_has_the_verdict_that_it_must_have() {
    let cards = Cards::new();
    let author = Author { organization: "KYC-VS example", identifier: ("https://kycvs.example", "1") };
    let record = immunization_record(&holder(&doses()), (ISSUER, "1"), None, &author, now()).unwrap();
    let unsigned = ("a record that nobody signs", record, "refused", Some("unsupported"));
    let rows: Vec<_> = health_cards(&cards).into_iter().chain(certificates(&cards)).chain([unsigned]).collect();
    assert!(rows.len() >= 40);
    for (name, text, verdict, reason) in rows {
        let report = Report::of(text.as_bytes(), &cards.trust, Rules::default(), None, now()..=now(), false);
        assert_eq!((json!(report.verdict), report.reason), (json!(verdict), reason), "{name}: {text}");
    }
}
