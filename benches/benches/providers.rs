//! ES256 by another crypto library beside ring, which everything here is built on: whether a change would pay.
//!
//! graviola is Rust and assembly, without a C compiler, for x86-64 and AArch64 of the last ten years. aws-lc-rs needs a C
//! compiler and is banned in `.cargo/deny.toml`, so it is not measured.
#![allow(clippy::unwrap_used)] // a benchmark that cannot go on ends by panicking

use graviola::hashing::Sha256;
use graviola::signing::ecdsa::{P256, SigningKey, VerifyingKey};
use kycvs::token::{self, Algorithm};
use kycvs_benches::contest::{contest, way};
use kycvs_benches::scale::Scale;
use kycvs_benches::table::{heading, ratio};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, UnparsedPublicKey,
};

/// As many bytes as are signed of a token.
const MESSAGE: [u8; 900] = [7; 900];

fn main() {
    let scale = Scale::of_this_run();
    let pkcs8 = token::SigningKey::generate_pkcs8(Algorithm::Es256).unwrap();
    let (der, random) = (pkcs8.secret_bytes(), SystemRandom::new());
    let ring = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der, &random).unwrap();
    let public = ring.public_key().as_ref();
    let graviola = SigningKey::<P256>::from_pkcs8_der(der).unwrap();
    let verifier = VerifyingKey::<P256>::from_x962_uncompressed(public).unwrap();
    let signature = ring.sign(&random, &MESSAGE).unwrap();

    let times = contest(
        vec![
            way("ring sign", |_| ring.sign(&random, &MESSAGE).unwrap()),
            way("graviola sign", |_| graviola.sign::<Sha256>(&[&MESSAGE], &mut [0; 64]).map(<[u8]>::len).unwrap()),
            way("ring verify", |_| {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public).verify(&MESSAGE, signature.as_ref()).unwrap();
            }),
            way("graviola verify", |_| verifier.verify::<Sha256>(&[&MESSAGE], signature.as_ref()).unwrap()),
        ],
        scale.pick(1000, 2),
        scale.pick(20, 1),
    );
    heading();
    ratio("ES256: graviola's sign / ring's", "< 0.8", times.ratio(&["graviola sign"], &["ring sign"]));
    ratio("ES256: graviola's verify / ring's", "< 0.8", times.ratio(&["graviola verify"], &["ring verify"]));
}
