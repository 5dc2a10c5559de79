//! What it takes to verify a certificate of another issuer.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use jpeg_encoder::{ColorType, Encoder};
use kycvs::token::QrCode;
use kycvs_records::trust::import;
use kycvs_records::{Algorithm, Presented, Rules, TrustList};
use kycvs_scan::{Limits, scan};
use ring::signature::{self, UnparsedPublicKey, VerificationAlgorithm};
use rustix::time::{ClockId, clock_gettime};
use serde_json::Value;

use crate::contest::{Way, way};

/// From the text or bytes of a QR code to the doses.
pub const VERIFY: &str = "verify";
/// The signature alone.
pub const BARE: &str = "ring's verify";

/// A genuine certificate, and who is trusted.
pub struct Genuine {
    /// Which.
    pub name: &'static str,
    input: Vec<u8>,
    trust: TrustList,
}

impl Genuine {
    /// CoWIN's production key (RSA), an EU DCC and a SMART Health Card.
    pub fn all() -> Vec<Self> {
        let divoc = TrustList::of(import::divoc_keys(&seed("trust/divoc.json")).unwrap().keys);
        let eu = TrustList::of(import::certificates([&seed("trust/eu.der")[..]]).keys);
        let issuers: Vec<Value> = serde_json::from_slice(&data("shc-keys.json")).unwrap();
        let cards = issuers.iter().flat_map(|issuer| {
            import::issuer_keys(issuer["jwks"].to_string().as_bytes(), issuer["iss"].as_str().unwrap()).unwrap().keys
        });
        let cards = TrustList::of(cards.collect());
        vec![
            Self { name: "DIVOC (RSA-PSS)", input: seed("records/cowin.txt"), trust: divoc },
            Self { name: "EU DCC (ES256)", input: seed("records/hc1.txt"), trust: eu },
            Self { name: "SMART Health Card (ES256)", input: seed("records/card.numeric"), trust: cards },
        ]
    }

    /// The whole, and the signature alone.
    pub fn ways(&self) -> Vec<Way<'_>> {
        vec![way(VERIFY, |_| self.verify()), self.bare()]
    }

    fn verify(&self) -> usize {
        let rules = Rules { accept_expired_seals: true };
        let now: DateTime<Utc> = "2026-11-28T12:00:00Z".parse().unwrap();
        Presented::from_bytes(&self.input).unwrap().verify(&self.trust, rules, now).unwrap().doses().len()
    }

    /// The signature by the same key. One of ECDSA that fits nothing costs the same, since the comparison comes last; of RSA-PSS the padding
    /// comes before it, so that the genuine one is taken.
    fn bare(&self) -> Way<'_> {
        let presented = Presented::from_bytes(&self.input).unwrap();
        let record = presented.verify(&self.trust, Rules { accept_expired_seals: true }, Utc::now()).unwrap();
        let key = self.trust.all().iter().find(|key| key.name == record.issuer().key).unwrap();
        // Of ECDSA, below every order.
        let (algorithm, signed, signature): (&'static dyn VerificationAlgorithm, _, _) = match key.algorithm {
            Algorithm::Es256 => (&signature::ECDSA_P256_SHA256_FIXED, vec![7; 160], vec![1; 64]),
            Algorithm::Ps256 => (&signature::RSA_PSS_2048_8192_SHA256, data("cowin.signed"), data("cowin.signature")),
            Algorithm::EdDsa => unreachable!("no certificate here is signed by Ed25519"),
        };
        let fits = key.algorithm == Algorithm::Ps256;
        let key = UnparsedPublicKey::new(algorithm, &key.key);
        way(BARE, move |_| assert_eq!(key.verify(&signed, &signature).is_ok(), fits))
    }
}

/// The seconds of processor time from a JPEG of 4000 by 3000 pixels to the verdict on the card in it.
pub fn cpu_seconds_of_a_picture() -> f64 {
    let card = Genuine::all().pop().unwrap();
    let picture = photograph(&String::from_utf8(card.input.clone()).unwrap());
    let seconds = || {
        let spent = clock_gettime(ClockId::ProcessCPUTime);
        spent.tv_sec as f64 + spent.tv_nsec as f64 / 1e9
    };
    let begin = seconds();
    let codes = scan(&picture, &Limits::default(), &|| true).unwrap();
    let read = Genuine { input: codes.into_iter().next().unwrap(), ..card };
    assert!(read.verify() > 0);
    seconds() - begin
}

/// A card on a table as a phone takes it: turned by 12 degrees, lit from one side, a third of the picture, with the noise of a sensor.
fn photograph(text: &str) -> Vec<u8> {
    const WIDTH: u16 = 4000;
    const HEIGHT: u16 = 3000;
    let code = QrCode::of(text).unwrap();
    let (module, side) = (1300.0 / f64::from(code.side()), f64::from(code.side()));
    let (sine, cosine) = 12_f64.to_radians().sin_cos();
    let mut state = 1_u32;
    let mut pixels = Vec::with_capacity(3 * usize::from(WIDTH) * usize::from(HEIGHT));
    for (y, x) in (0..HEIGHT).flat_map(|y| (0..WIDTH).map(move |x| (y, x))) {
        let (dx, dy) = (f64::from(x) - 2100.0, f64::from(y) - 1600.0);
        let at = |turned: f64| turned / module + side / 2.0;
        let (column, row) = (at(dx * cosine + dy * sine), at(dy * cosine - dx * sine));
        let on_card =
            |margin: f64| (-margin..side + margin).contains(&column) && (-margin..side + margin).contains(&row);
        let is_dark = on_card(0.0) && code.is_dark(byte(column), byte(row));
        let lightness = if is_dark {
            40.0
        } else if on_card(8.0) {
            225.0
        } else {
            120.0
        };
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = f64::from(state >> 28) - 8.0;
        let light = lightness * (1.0 - f64::from(x) / 12_000.0) + noise;
        let light = byte(light);
        pixels.extend([light, light, light.saturating_sub(12)]);
    }
    let mut jpeg = Vec::new();
    Encoder::new(&mut jpeg, 80).encode(&pixels, WIDTH, HEIGHT, ColorType::Rgb).unwrap();
    assert!(jpeg.len() < Limits::default().bytes, "{} bytes", jpeg.len());
    jpeg
}

fn seed(path: &str) -> Vec<u8> {
    fs::read(repository("crates/kycvs-fuzz/seeds").join(path)).unwrap()
}

fn data(name: &str) -> Vec<u8> {
    fs::read(repository("crates/kycvs-records/tests/data").join(name)).unwrap()
}

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// A number as a byte: what lies beyond becomes the end of the range.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn byte(number: f64) -> u8 {
    number as u8
}
