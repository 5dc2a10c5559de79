//! The rules of a published key set.

use crate::support::test_key;
use kycvs_token::{Algorithm, KeyError, KeyRing, KeyRingError, MAX_JWKS_BYTES, Signer as _, SigningKey};
use serde_json::{Value, json};

/// The JWK of a test key, to be changed.
fn jwk(algorithm: Algorithm) -> Value {
    let ring = KeyRing::from(test_key(algorithm).public_key().clone());
    serde_json::from_str::<Value>(&ring.to_jwks()).unwrap()["keys"][0].take()
}

fn read(keys: &[Value]) -> Result<KeyRing, KeyRingError> {
    KeyRing::from_jwks(&json!({ "keys": keys }).to_string())
}

/// Reads the P-256 test key with one member changed; `null` removes it.
fn read_with(member: &str, value: Value) -> Result<KeyRing, KeyRingError> {
    let mut jwk = jwk(Algorithm::Es256);
    jwk[member] = value;
    jwk.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    read(&[jwk])
}

fn ids(ring: &KeyRing) -> Vec<String> {
    ring.iter().map(|key| key.key_id().to_string()).collect()
}

#[test]
fn a_key_ring_is_written_and_read_back() {
    let ring = KeyRing::new(
        [Algorithm::Es256, Algorithm::EdDsa, Algorithm::Es256]
            .map(|algorithm| SigningKey::generate(algorithm).unwrap().public_key().clone()),
    )
    .unwrap();
    assert_eq!(ids(&KeyRing::from_jwks(&ring.to_jwks()).unwrap()), ids(&ring));
}

#[test]
fn a_set_shows_no_private_key() {
    let mut jwk = jwk(Algorithm::Es256);
    let members = jwk.as_object_mut().unwrap();
    for member in ["alg", "crv", "kid", "kty", "use", "x", "y"] {
        assert!(members.remove(member).is_some(), "{member}");
    }
    assert!(members.is_empty(), "{members:?}");
}

#[test]
fn alg_use_and_kid_may_be_left_out() {
    for member in ["alg", "use", "kid"] {
        let ring = read_with(member, Value::Null).unwrap();
        assert_eq!(ids(&ring), ids(&read(&[jwk(Algorithm::Es256)]).unwrap()));
    }
}

#[test]
fn a_key_with_a_member_that_does_not_fit_is_passed_over_and_the_others_are_read() {
    let other = jwk(Algorithm::EdDsa);
    for (member, value) in [
        ("alg", json!("ES384")),
        ("alg", json!("EdDSA")),
        ("alg", json!(256)),
        ("kid", json!("gate-key-1")),
        ("kid", other["kid"].clone()),
        ("kid", json!(7)),
        ("x", json!("AA")),
        ("x", json!("not base64")),
        ("x", other["x"].clone()), // not the x of this y: off the curve
        ("x", Value::Null),
        ("y", json!(format!("{}=", jwk(Algorithm::Es256)["y"].as_str().unwrap()))),
        ("y", Value::Null),
    ] {
        let mut wrong = jwk(Algorithm::Es256);
        wrong[member] = value.clone();
        wrong.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        assert_eq!(ids(&read(&[wrong.clone(), other.clone()]).unwrap()), [other["kid"].as_str().unwrap()], "{wrong}");
        assert_eq!(read(&[wrong.clone()]).unwrap_err(), KeyRingError::NoKey, "{wrong}");
    }
}

#[test]
fn a_point_off_the_curve_costs_the_set_that_key_and_no_other() {
    let set = r#"{"keys":[
        {"kty":"EC","crv":"P-256","x":"QYus2hqAAIcJ9UiqI7pLc6ot3-QNU0D0yViPqwZm3Eo",
         "y":"RTBIP7eGxhT-ccYaVEX3-jZVCjS414Uaq_wcrsUDhAE","alg":"ES256","use":"sig"},
        {"kty":"EC","crv":"P-256","x":"QYus2hqAAIcJ9UiqI7pLc6ot3-QNU0D0yViPqwZm3Eo",
         "y":"QYus2hqAAIcJ9UiqI7pLc6ot3-QNU0D0yViPqwZm3Eo","use":"sig"}]}"#;
    assert_eq!(KeyRing::from_jwks(set).unwrap().iter().count(), 1);
}

#[test]
fn keys_that_are_not_for_us_are_passed_over() {
    let foreign = [
        json!({"kty": "RSA", "n": "AQAB", "e": "AQAB", "kid": "rsa"}),
        json!({"kty": "EC", "crv": "P-384", "x": "AA", "y": "AA"}),
        json!({"kty": "OKP", "crv": "X25519", "x": "AA"}),
        json!({"kty": "AKP", "alg": "ML-DSA-44", "pub": "AA"}),
        json!({"kty": 7}),
        json!({}),
    ];
    for key in foreign {
        assert_eq!(read(&[key.clone(), jwk(Algorithm::EdDsa)]).unwrap().iter().count(), 1, "{key}");
        assert_eq!(read(&[key]).unwrap_err(), KeyRingError::NoKey);
    }
    for (member, value) in
        [("use", json!("enc")), ("use", json!(1)), ("key_ops", json!(["sign"])), ("key_ops", json!("verify"))]
    {
        assert_eq!(read_with(member, value).unwrap_err(), KeyRingError::NoKey);
    }
    assert!(read_with("key_ops", json!(["verify"])).is_ok());
}

#[test]
fn a_private_key_in_the_set_is_an_alarm() {
    for member in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
        assert_eq!(read_with(member, json!("AA")).unwrap_err(), KeyRingError::SecretKey { at: 0 });
        let foreign = json!({"kty": "of another kind", member: "AA"});
        assert_eq!(read(&[jwk(Algorithm::Es256), foreign]).unwrap_err(), KeyRingError::SecretKey { at: 1 });
    }
    let symmetric = json!({"kty": "oct", "kid": "shared"});
    assert_eq!(read(&[symmetric, jwk(Algorithm::Es256)]).unwrap_err(), KeyRingError::SecretKey { at: 0 });
}

#[test]
fn a_key_that_is_published_twice_counts_once() {
    assert_eq!(read(&[jwk(Algorithm::Es256), jwk(Algorithm::Es256)]).unwrap().iter().count(), 1);
    let key = test_key(Algorithm::Es256).public_key().clone();
    assert_eq!(KeyRing::new([key.clone(), key]).unwrap_err(), KeyRingError::DuplicateKey);
}

#[test]
fn a_name_stands_once_at_any_depth() {
    let key = jwk(Algorithm::Es256).to_string();
    let repeated = key.replacen('{', r#"{"kid":"another","#, 1);
    for set in [format!(r#"{{"keys":[{repeated}]}}"#), format!(r#"{{"a":{{"kid":1,"kid":1}},"keys":[{key}]}}"#)] {
        assert_eq!(KeyRing::from_jwks(&set).unwrap_err(), KeyRingError::DuplicateName { name: "kid".into() });
    }
}

#[test]
fn anything_else_is_no_key_set() {
    let deep = format!(r#"{{"keys":{}{}}}"#, "[".repeat(9000), "]".repeat(9000));
    for text in ["", "[]", "null", "{}", r#"{"keys":{}}"#, r#"{"keys":[1]}"#, r#"{"keys":[]"#, "{\"keys\":[]}\0", &deep]
    {
        assert_eq!(KeyRing::from_jwks(text).unwrap_err(), KeyRingError::NotAJwkSet, "{text:.20}");
    }
    assert_eq!(KeyRing::from_jwks(r#"{"keys":[]}"#).unwrap_err(), KeyRingError::NoKey);
}

#[test]
fn a_set_has_bounds() {
    let mut set = json!({"keys": [jwk(Algorithm::Es256)]}).to_string();
    set.push_str(&" ".repeat(MAX_JWKS_BYTES - set.len()));
    assert!(KeyRing::from_jwks(&set).is_ok());
    set.push(' ');
    assert_eq!(KeyRing::from_jwks(&set).unwrap_err(), KeyRingError::TooLong);

    let many = |count| (0..count).map(|_| SigningKey::generate(Algorithm::EdDsa).unwrap().public_key().clone());
    assert_eq!(KeyRing::from_jwks(&KeyRing::new(many(64)).unwrap().to_jwks()).unwrap().iter().count(), 64);
    assert_eq!(KeyRing::new(many(65)).unwrap_err(), KeyRingError::TooManyKeys);
    assert_eq!(read(&vec![json!({"kty": "RSA"}); 65]).unwrap_err(), KeyRingError::TooManyKeys);
}

#[test]
fn a_private_key_is_loaded_as_openssl_and_as_we_write_it() {
    for algorithm in [Algorithm::Es256, Algorithm::EdDsa] {
        let stored = SigningKey::generate_pkcs8(algorithm).unwrap();
        let [once, twice] = [(); 2].map(|()| SigningKey::from_pkcs8(algorithm, stored.secret_bytes()).unwrap());
        assert_eq!(once.public_key(), twice.public_key());
        assert_eq!(test_key(algorithm).public_key().algorithm(), algorithm); // written by OpenSSL
    }
    let stored = SigningKey::generate_pkcs8(Algorithm::EdDsa).unwrap();
    let refused = |algorithm, der: &[u8]| SigningKey::from_pkcs8(algorithm, der).unwrap_err();
    assert_eq!(refused(Algorithm::Es256, stored.secret_bytes()), KeyError::InvalidPrivateKey);
    assert_eq!(refused(Algorithm::EdDsa, &stored.secret_bytes()[1..]), KeyError::InvalidPrivateKey);
    assert_eq!(refused(Algorithm::EdDsa, b""), KeyError::InvalidPrivateKey);
}
