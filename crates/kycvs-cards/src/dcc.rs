//! EU Digital COVID Certificates, schema 1.3: a CWT with the last dose, in COSE_Sign1, zlib and Base45.

use chrono::{DateTime, Utc};
use kycvs_cose::{Item, Sign1, base45, signed};
use kycvs_domain::PersonName;
use kycvs_token::{Algorithm, Signer};
use miniz_oxide::deflate::compress_to_vec_zlib;

use crate::holder::product_of;
use crate::{CardError, Holder};

/// SNOMED CT: COVID-19; ATC: COVID-19 vaccines. Both are of the EU's value sets.
const DISEASE: &str = "840539006";
const PROPHYLAXIS: &str = "J07BX03";
/// The longest text of a field (schema 1.3).
const MAX_CHARACTERS: usize = 80;

/// What a certificate says beside the dose and its holder.
#[derive(Clone, Copy, Debug)]
pub struct EuDcc<'a> {
    /// The country of the issuer and of the dose, two capital letters (ISO 3166-1).
    pub country: &'a str,
    /// Who issues it, in words.
    pub issuer: &'a str,
    /// The certificate's own id (UVCI), such as `URN:UVCI:01:IN:…`, at most 80 characters.
    pub id: &'a str,
    /// The key's name in trust lists: the first 8 bytes of the SHA-256 of its certificate in DER.
    pub key_id: [u8; 8],
    /// The number of the last dose and the length of its series: 2 of 2, each 1 to 9.
    pub place: (u8, u8),
    /// Until when the seal holds.
    pub expires_at: DateTime<Utc>,
}

/// Writes a certificate of the last dose; its text is a QR code's.
///
/// # Errors
/// [`CardError::Algorithm`], [`CardError::Issuer`], [`CardError::Doses`], [`CardError::Product`] where the EU has no code for it,
/// [`CardError::Name`] for one in another script than Latin, [`CardError::Range`], or [`CardError::Signer`].
pub async fn eu_dcc(
    holder: &Holder<'_>,
    about: &EuDcc<'_>,
    signer: &dyn Signer,
    now: DateTime<Utc>,
) -> Result<String, CardError> {
    if signer.public_key().algorithm() != Algorithm::Es256 {
        return Err(CardError::Algorithm);
    }
    check(about, now)?;
    let header = Item::Map(vec![(1.into(), (-7).into()), (4.into(), Item::bytes(&about.key_id))]).to_bytes();
    let claims = Item::Map(vec![
        (1.into(), about.country.into()),
        (4.into(), about.expires_at.timestamp().into()),
        (6.into(), now.timestamp().into()),
        ((-260).into(), Item::Map(vec![(1.into(), certificate(holder, about)?)])),
    ])
    .to_bytes();
    let signature = signer.sign(&signed(&header, &claims)).await?;
    let message = Sign1 {
        protected: header.into(),
        unprotected: Vec::new(),
        payload: claims.into(),
        signature: signature.as_slice().into(),
    };
    Ok(format!("HC1:{}", base45::encode(&compress_to_vec_zlib(&message.to_bytes(), 9))))
}

fn check(about: &EuDcc<'_>, now: DateTime<Utc>) -> Result<(), CardError> {
    if about.country.len() != 2 || !about.country.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(CardError::Issuer);
    }
    if !is_short(about.issuer) {
        return Err(CardError::Issuer);
    }
    if !is_short(about.id) {
        return Err(CardError::Range("the id"));
    }
    let in_series = |number| (1..=9).contains(&number);
    if !in_series(about.place.0) || !in_series(about.place.1) {
        return Err(CardError::Range("the number of the dose"));
    }
    if about.expires_at <= now { Err(CardError::Range("the end")) } else { Ok(()) }
}

fn certificate<'a>(holder: &Holder<'a>, about: &EuDcc<'a>) -> Result<Item<'a>, CardError> {
    let doses = holder.doses()?;
    let last = doses.last().ok_or(CardError::Doses)?;
    let product = product_of(last)?;
    let (number, of) = about.place;
    let dose = map(vec![
        ("tg", DISEASE.into()),
        ("vp", PROPHYLAXIS.into()),
        ("mp", product.eu_code().ok_or(CardError::Product)?.into()),
        ("ma", product.maker().ok_or(CardError::Product)?.into()),
        ("dn", i64::from(number).into()),
        ("sd", i64::from(of).into()),
        ("dt", last.given_on.to_string().into()),
        ("co", about.country.into()),
        ("is", about.issuer.into()),
        ("ci", about.id.into()),
    ]);
    Ok(map(vec![
        ("ver", "1.3.0".into()),
        ("nam", name(holder)?),
        ("dob", holder.birth().unwrap_or_default().into()),
        ("v", Item::Array(vec![dose])),
    ]))
}

/// The name as it is written, and in the letters of passports (ICAO 9303), where `<` stands for a space.
fn name<'a>(holder: &Holder<'a>) -> Result<Item<'a>, CardError> {
    let (given, family) = holder.names()?;
    let given = given.join(" ");
    let mut parts = vec![("fn", family.into()), ("fnt", transliterated(family)?.into())];
    if !given.is_empty() {
        parts.push(("gnt", transliterated(&given)?.into()));
        parts.push(("gn", given.clone().into()));
    }
    if is_short(&given) || given.is_empty() { Ok(map(parts)) } else { Err(CardError::Name) }
}

fn transliterated(name: &str) -> Result<String, CardError> {
    let latin = if name.is_ascii() {
        name.to_owned()
    } else {
        PersonName::parse(name).map_err(|_| CardError::Name)?.normalised().to_owned()
    };
    let letter = |c: char| match c {
        ' ' | '-' => Some('<'),
        c if c.is_ascii_alphabetic() => Some(c.to_ascii_uppercase()),
        '.' | '\'' => None,
        _ => Some('?'), // a letter of another script, which this alphabet does not have
    };
    let letters: String = latin.chars().filter_map(letter).collect();
    if !letters.contains('?') && is_short(&letters) { Ok(letters) } else { Err(CardError::Name) }
}

fn map<'a>(members: Vec<(&'static str, Item<'a>)>) -> Item<'a> {
    Item::Map(members.into_iter().map(|(name, value)| (name.into(), value)).collect())
}

fn is_short(text: &str) -> bool {
    (1..=MAX_CHARACTERS).contains(&text.chars().count())
}
