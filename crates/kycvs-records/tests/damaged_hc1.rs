//! EU DCCs that are damaged, forged or odd, each with the word by which it is refused. All but the named damage is genuine.

use crate::common::hc1::*;
use crate::common::{today, verify};
use kycvs_cose::base45;
use kycvs_records::{Algorithm, Caveat, TrustList, TrustedKey, Use};
use miniz_oxide::deflate::{compress_to_vec, compress_to_vec_zlib};

/// Holds certificates to what is said of them: the word of the refusal, or the doses that count.
fn check(maker: &Maker, cases: Vec<(&str, String, &str)>) {
    let trust = TrustList::of(vec![maker.key()]);
    for (name, certificate, expected) in cases {
        let found = match verify(certificate.as_bytes(), &trust) {
            Ok(record) if record.caveats().contains(&Caveat::DoseUnclear) => "dose-unclear".to_owned(),
            Ok(record) => match record.doses() {
                [dose] if dose.product.is_none() => "unknown product".to_owned(),
                doses => format!("{} dose", doses.len()),
            },
            Err(error) => error.code().to_owned(),
        };
        assert_eq!(found, expected, "{name}");
    }
}

fn genuine_content() -> Vec<u8> {
    content(&[("v", array(&[vaccination("", None)]))])
}

fn genuine_claims() -> Vec<(Vec<u8>, Vec<u8>)> {
    claims(map(&[(int(1), genuine_content())]))
}

fn with_claim(label: i64, value: Option<Vec<u8>>) -> Vec<(Vec<u8>, Vec<u8>)> {
    let others = genuine_claims().into_iter().filter(|(key, _)| *key != int(label));
    others.chain(value.map(|value| (int(label), value))).collect()
}

#[test]
fn the_wrapping_is_whole_or_the_certificate_is_damaged() {
    let maker = Maker::new();
    let message = maker.over(&map(&genuine_claims()));
    let whole = packed(&message);
    let text = |zipped: &[u8]| format!("HC1:{}", base45::encode(zipped));
    let zipped = compress_to_vec_zlib(&message, 9);
    let changed = |at: usize, byte: u8| {
        let mut changed = zipped.clone();
        changed[at] ^= byte;
        text(&changed)
    };
    check(
        &maker,
        vec![
            ("whole", whole.clone(), "1 dose"),
            ("blanks around it", format!("  {whole}\r\n"), "1 dose"),
            ("a byte order mark", format!("\u{feff}{whole}"), "1 dose"),
            (
                "lines broken as mail does",
                whole.replacen(&whole[40..80], &format!("{}\r\n", &whole[40..80]), 1),
                "1 dose",
            ),
            ("quoted as JSON", format!("\"{whole}\"").replace('/', "\\/"), "1 dose"),
            ("another version's prefix", whole.replacen("HC1:", "HC2:", 1), "not-a-record"),
            ("no prefix", whole.replacen("HC1:", "", 1), "not-a-record"),
            ("small letters", whole.to_ascii_lowercase(), "not-a-record"),
            ("small letters after the prefix", format!("HC1:{}", whole[4..].to_ascii_lowercase()), "damaged"),
            ("the prefix alone", "HC1:".to_owned(), "damaged"),
            ("the prefix twice", format!("HC1:{whole}"), "damaged"),
            ("another certificate behind it", format!("{whole} {whole}"), "damaged"),
            ("Base45 above two bytes", format!("{whole}:::"), "damaged"),
            ("Base45 with a character left over", format!("{whole}A"), "damaged"),
            ("a byte behind the stream", text(&[&zipped[..], &[0]].concat()), "damaged"),
            ("a stream without its end", text(&zipped[..zipped.len() - 5]), "damaged"),
            ("another checksum", changed(zipped.len() - 1, 1), "damaged"),
            ("another method of zlib", changed(0, 1), "damaged"),
            ("a preset dictionary", changed(1, 0x20), "damaged"),
            ("deflated without zlib", text(&compress_to_vec(&message, 9)), "damaged"),
            ("not deflated", text(&message), "damaged"),
            ("deflated twice", packed(&zipped), "damaged"),
            ("a bomb", text(&compress_to_vec_zlib(&vec![0; 1 << 20], 9)), "too-large"),
            ("a byte over the limit", text(&compress_to_vec_zlib(&vec![0; 16 * 1024 + 1], 9)), "too-large"),
        ],
    );
}

#[test]
fn a_message_has_four_parts_and_one_of_the_tags_that_belong() {
    let maker = Maker::new();
    let payload = map(&genuine_claims());
    let message = maker.over(&payload);
    let signature = maker.sign("Signature1", &header(), b"", &payload);
    let of = |parts: &[Vec<u8>]| packed(&array(parts));
    let [protected, empty, body, end] = [bytes(&header()), map(&[]), bytes(&payload), bytes(&signature)];
    let part = |part: &Vec<u8>| part.clone();
    let indefinite = [&[0x9f][..], &message[1..], &[0xff]].concat();
    check(
        &maker,
        vec![
            ("the tag of COSE", packed(&tagged(18, &message)), "1 dose"),
            ("the tags of CWT and COSE", packed(&tagged(61, &tagged(18, &message))), "1 dose"),
            ("the tag of COSE_Sign", packed(&tagged(98, &message)), "malformed"),
            ("the tag of COSE_Mac0", packed(&tagged(17, &message)), "malformed"),
            ("an array without a length", packed(&indefinite), "1 dose"),
            ("a byte behind it", packed(&[&message[..], &[0]].concat()), "damaged"),
            ("two messages", packed(&[&message[..], &message].concat()), "damaged"),
            ("three parts", of(&[part(&protected), part(&body), part(&end)]), "malformed"),
            ("five parts", of(&[part(&protected), part(&empty), part(&body), part(&end), null()]), "malformed"),
            ("a detached payload", of(&[part(&protected), part(&empty), null(), part(&end)]), "malformed"),
            ("a payload as text", of(&[part(&protected), part(&empty), text("x"), part(&end)]), "malformed"),
            ("the header not in bytes", of(&[header(), part(&empty), part(&body), part(&end)]), "malformed"),
            (
                "the second header in bytes",
                of(&[part(&protected), bytes(&empty), part(&body), part(&end)]),
                "malformed",
            ),
            (
                "a list of signatures",
                of(&[part(&protected), part(&empty), part(&body), array(&[part(&end)])]),
                "malformed",
            ),
        ],
    );
}

#[test]
fn the_header_agrees_with_the_key_and_names_it() {
    let maker = Maker::new();
    let payload = map(&genuine_claims());
    let message = |protected: &[&(Vec<u8>, Vec<u8>)], unprotected: &[&(Vec<u8>, Vec<u8>)]| {
        let [protected, unprotected] =
            [protected, unprotected].map(|pairs| map(&pairs.iter().copied().cloned().collect::<Vec<_>>()));
        packed(&maker.message(&protected, unprotected, &payload))
    };
    let (es256, kid) = ((int(1), int(-7)), (int(4), bytes(KID)));
    let algorithm = |number: Vec<u8>| message(&[&(int(1), number), &kid], &[]);
    let another = (int(4), bytes(b"anothers"));
    let critical = |label: Vec<u8>| (int(2), array(&[label]));
    check(
        &maker,
        vec![
            ("RS256", algorithm(int(-257)), "key-not-for-this"),
            ("PS256 with a key of ES256", algorithm(int(-37)), "key-not-for-this"),
            ("EdDSA with a key of ES256", algorithm(int(-8)), "key-not-for-this"),
            ("ES384", algorithm(int(-35)), "key-not-for-this"),
            ("HMAC with the public key", algorithm(int(5)), "key-not-for-this"),
            ("the algorithm as a text", algorithm(text("ES256")), "key-not-for-this"),
            ("no algorithm", message(&[&kid], &[]), "key-not-for-this"),
            ("the algorithm unprotected", message(&[&kid], &[&es256]), "1 dose"),
            ("an algorithm in each header", message(&[&es256, &kid], &[&(int(1), int(5))]), "1 dose"),
            ("the key unprotected", message(&[&es256], &[&kid]), "1 dose"),
            ("nothing protected", packed(&maker.message(b"", map(&[es256.clone(), kid.clone()]), &payload)), "1 dose"),
            ("another key unprotected", message(&[&es256, &kid], &[&another]), "1 dose"),
            ("another key protected", message(&[&es256, &another], &[&kid]), "issuer-not-trusted"),
            ("no key", message(&[&es256], &[]), "issuer-not-trusted"),
            ("an empty key", message(&[&es256, &(int(4), bytes(b""))], &[]), "issuer-not-trusted"),
            ("the key as a text", message(&[&es256, &(int(4), text("8 bytes."))], &[]), "issuer-not-trusted"),
            ("the key with a byte more", message(&[&es256, &(int(4), bytes(b"8 bytes.x"))], &[]), "issuer-not-trusted"),
            ("the key twice", message(&[&es256, &kid, &kid], &[]), "malformed"),
            ("a critical header", message(&[&es256, &kid, &critical(int(99)), &(int(99), int(1))], &[]), "malformed"),
            ("a critical header that is known", message(&[&es256, &kid, &critical(int(4))], &[]), "1 dose"),
            ("a critical header unprotected", message(&[&es256, &kid], &[&critical(text("x"))]), "malformed"),
            ("critical, and no list", message(&[&es256, &kid, &(int(2), int(4))], &[]), "malformed"),
        ],
    );
}

#[test]
fn a_signature_is_over_these_bytes_in_this_form() {
    let maker = Maker::new();
    let payload = map(&genuine_claims());
    let own = maker.sign("Signature1", &header(), b"", &payload);
    let signed = |signature: &[u8]| packed(&sign1(&header(), map(&[]), &payload, signature));
    let other_form = map(&[(int(4), bytes(KID)), (int(1), int(-7))]);
    let mut later = payload.clone();
    let at = later.windows(10).position(|part| part == b"2021-07-01").unwrap();
    later[at + 3] = b'2';
    let der = [&[0x30, 0x44, 2, 0x20][..], &own[..32], &[2, 0x20], &own[32..]].concat();
    let halves = [&own[32..], &own[..32]].concat();
    check(
        &maker,
        vec![
            ("its own", signed(&own), "1 dose"),
            ("another day", packed(&sign1(&header(), map(&[]), &later, &own)), "invalid-signature"),
            ("the header in another order", packed(&sign1(&other_form, map(&[]), &payload, &own)), "invalid-signature"),
            ("another key's", signed(&Maker::new().sign("Signature1", &header(), b"", &payload)), "invalid-signature"),
            ("of COSE_Sign", signed(&maker.sign("Signature", &header(), b"", &payload)), "invalid-signature"),
            ("over further data", signed(&maker.sign("Signature1", &header(), b"x", &payload)), "invalid-signature"),
            ("none", signed(b""), "invalid-signature"),
            ("zeros", signed(&[0; 64]), "invalid-signature"),
            ("a byte short", signed(&own[..63]), "invalid-signature"),
            ("a byte long", signed(&[&own[..], &[0]].concat()), "invalid-signature"),
            ("in DER", signed(&der), "invalid-signature"),
            ("its halves changed about", signed(&halves), "invalid-signature"),
        ],
    );
}

#[test]
fn the_times_are_numbers_and_hold() {
    let maker = Maker::new();
    let claim = |label, value: Vec<u8>| maker.claims(&with_claim(label, Some(value)));
    let now = today().timestamp();
    let twice = [with_claim(4, Some(int(1))), vec![(int(4), int(1_893_456_000))]].concat();
    check(
        &maker,
        vec![
            ("no end", maker.claims(&with_claim(4, None)), "1 dose"),
            ("no beginning", maker.claims(&with_claim(6, None)), "1 dose"),
            ("it ends now", claim(4, int(now)), "1 dose"),
            ("it ended a second ago", claim(4, int(now - 1)), "seal-expired"),
            ("it ended before 1970", claim(4, int(-1)), "seal-expired"),
            ("it begins in a second", claim(6, int(now + 1)), "not-yet-valid"),
            ("its beginning in milliseconds", claim(6, int(now * 1000)), "not-yet-valid"),
            ("times as floats", claim(4, float(1_893_456_000.9)), "1 dose"),
            ("no number as a float", claim(4, float(f64::NAN)), "malformed"),
            ("a float beyond the calendar", claim(4, float(1e300)), "malformed"),
            ("a number beyond the calendar", claim(4, int(i64::MAX)), "malformed"),
            ("a time as a text", claim(4, text("2030-01-01")), "malformed"),
            ("a number of more than 64 bits", claim(4, tagged(2, &bytes(&[1; 9]))), "malformed"),
            ("its end twice", maker.claims(&twice), "malformed"),
        ],
    );
}

#[test]
fn the_content_is_one_vaccination_against_covid_19_of_one_person() {
    let maker = Maker::new();
    let health = |health: Vec<u8>| maker.claims(&claims(health));
    let one = || array(&[vaccination("", None)]);
    let entries = |entries: &[(&str, Vec<u8>)]| maker.content(content(entries));
    let member = |name, value: Vec<u8>| maker.vaccination(name, Some(value));
    let named = |name: Vec<u8>| maker.content(map(&[(text("nam"), name), (text("v"), one())]));
    let deep = (0..12).fold(int(1), |inner, _| array(&[inner]));
    let dose_twice = [&[0xab][..], &vaccination("", None)[1..], &text("dn"), &int(1)].concat();
    check(
        &maker,
        vec![
            ("no certificate", maker.claims(&with_claim(-260, None)), "malformed"),
            ("a certificate as a text", health(text("HC1")), "unsupported"),
            ("a certificate of DDCC", health(map(&[(int(3), genuine_content())])), "unsupported"),
            ("a yellow card", health(map(&[(int(-6), genuine_content())])), "unsupported"),
            ("content as a list", health(map(&[(int(1), array(&[]))])), "malformed"),
            ("no entry", entries(&[]), "malformed"),
            ("nulls and an empty list", entries(&[("v", array(&[])), ("t", null()), ("r", null())]), "malformed"),
            ("others null", entries(&[("v", one()), ("t", null()), ("r", array(&[]))]), "1 dose"),
            ("a test", entries(&[("t", array(&[map(&[])]))]), "unsupported"),
            ("a recovery", entries(&[("r", array(&[map(&[])]))]), "unsupported"),
            ("a vaccination and a test", entries(&[("v", one()), ("t", array(&[map(&[])]))]), "ambiguous"),
            (
                "two vaccinations",
                entries(&[("v", array(&[vaccination("", None), vaccination("", None)]))]),
                "ambiguous",
            ),
            ("vaccinations twice", entries(&[("v", one()), ("v", one())]), "malformed"),
            ("a number twice", entries(&[("v", array(&[dose_twice]))]), "malformed"),
            ("nested too deeply", entries(&[("v", one()), ("x", deep)]), "too-large"),
            ("too many items", entries(&[("v", one()), ("x", array(&vec![null(); 600]))]), "too-large"),
            ("another disease", member("tg", text("6142004")), "unsupported"),
            ("an unknown product", member("mp", text("XX/9/99/9999")), "unknown product"),
            ("blanks around the product", member("mp", text(" EU/1/20/1528 ")), "1 dose"),
            ("no product", maker.vaccination("mp", None), "malformed"),
            ("a dose 0", member("dn", int(0)), "dose-unclear"),
            ("of 0 doses", member("sd", int(0)), "dose-unclear"),
            ("a dose as a float", member("dn", float(2.0)), "1 dose"),
            ("a dose as a text", member("dn", text("2")), "malformed"),
            ("dose 300", member("dn", int(300)), "malformed"),
            ("dose -1", member("dn", int(-1)), "malformed"),
            ("a month", member("dt", text("2021-07")), "dose-unclear"),
            ("an instant", member("dt", text("2021-07-01T09:30:00Z")), "1 dose"),
            ("no day", member("dt", text("2021-02-30")), "malformed"),
            ("nobody", maker.content(map(&[(text("v"), one())])), "malformed"),
            ("a name of blanks", named(map(&[(text("fnt"), text("< <"))])), "malformed"),
            ("a name in small and odd letters", named(map(&[(text("fn"), text("d'Árvíztűrő-Ng 🙂"))])), "1 dose"),
            ("a name of a page", named(map(&[(text("fn"), text(&"a".repeat(101)))])), "too-large"),
            (
                "born in no month",
                maker.content(map(&[
                    (text("nam"), map(&[(text("fn"), text("Rao"))])),
                    (text("dob"), text("1986-13")),
                    (text("v"), one()),
                ])),
                "malformed",
            ),
        ],
    );
}

#[test]
fn a_key_id_that_two_keys_have_is_the_signers() {
    let (one, other) = (Maker::new(), Maker::new());
    let foreign = TrustedKey { issuer: "LK".to_owned(), ..other.key() };
    let rsa = TrustedKey { algorithm: Algorithm::Ps256, key: vec![0x30; 270], ..other.key() };
    let trust = TrustList::of(vec![rsa, foreign, one.key()]);
    let read = |maker: &Maker| verify(maker.content(genuine_content()).as_bytes(), &trust);
    assert_eq!(read(&one).unwrap().issuer().name, "IN");
    // The claim says India, and Sri Lanka signed.
    assert_eq!(read(&other).unwrap().issuer().name, "LK");
    assert_eq!(read(&Maker::new()).unwrap_err().code(), "invalid-signature");
}

#[test]
fn a_key_signs_what_it_is_for_in_its_time_and_until_it_is_ended() {
    let maker = Maker::new();
    let certificate = maker.content(genuine_content());
    let read = |key: TrustedKey| match verify(certificate.as_bytes(), &TrustList::of(vec![key])) {
        Ok(_) => "verified",
        Err(error) => error.code(),
    };
    let at = |time| Some(crate::common::at(time));
    for (name, key, expected) in [
        ("for vaccinations", TrustedKey { uses: vec![Use::Vaccination], ..maker.key() }, "verified"),
        ("for tests", TrustedKey { uses: vec![Use::Test, Use::Recovery], ..maker.key() }, "key-not-for-this"),
        ("ended before", TrustedKey { until: at("2021-06-30T00:00:00Z"), ..maker.key() }, "key-not-for-this"),
        ("ended since", TrustedKey { until: at("2022-06-30T00:00:00Z"), ..maker.key() }, "seal-expired"),
        ("not begun", TrustedKey { from: at("2027-01-01T00:00:00Z"), ..maker.key() }, "key-not-for-this"),
        ("terminated", TrustedKey { terminated: true, ..maker.key() }, "terminated-key"),
        ("no point", TrustedKey { key: vec![4; 65], ..maker.key() }, "invalid-signature"),
    ] {
        assert_eq!(read(key), expected, "{name}");
    }
}
