//! A token as a picture, read back by a reader that is not related to the writer.

use std::fs;
use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use crate::support::{ISSUER, block_on, claims, now, test_key, verifier};
use kycvs_token::{
    Algorithm, Bearer, ErrorCorrection, Issued, MAX_PNG_SCALE, MAX_QR_BYTES, MAX_TOKEN_BYTES, QrCode, QrError,
    StatusClaims, StatusReference, StatusToken, TokenIssuer,
};
use qrcodegen::{QrCodeEcc, QrSegment, Version};

/// Bytes that a version holds at level L (ISO/IEC 18004 table 7), for versions whose neighbours differ.
const BYTES_AT_LOW: [(u8, usize); 6] = [(1, 17), (10, 271), (18, 718), (26, 1367), (39, 2809), (40, 2953)];

#[test]
fn every_golden_token_is_read_back_from_its_png() {
    let tokens = golden_tokens();
    assert!(tokens.len() > 100);
    for (file, text) in tokens {
        let qr = token(&text).qr().unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!(read(&qr, 2).2, text, "{file}");
    }
}

#[test]
fn every_golden_token_has_the_lowest_version_and_then_the_highest_level() {
    for (file, text) in golden_tokens() {
        let qr = token(&text).qr().unwrap();
        assert!(fits(&text, qr.version(), QrCodeEcc::Low), "{file}");
        assert!(qr.version() == 1 || !fits(&text, qr.version() - 1, QrCodeEcc::Low), "{file}");
        let levels = [
            (ErrorCorrection::Low, QrCodeEcc::Low),
            (ErrorCorrection::Medium, QrCodeEcc::Medium),
            (ErrorCorrection::Quartile, QrCodeEcc::Quartile),
            (ErrorCorrection::High, QrCodeEcc::High),
        ];
        for (level, ours) in levels {
            assert_eq!(fits(&text, qr.version(), ours), level <= qr.error_correction(), "{file} {level:?}");
        }
    }
}

#[test]
fn a_version_is_filled_to_its_last_byte() {
    for (version, bytes) in BYTES_AT_LOW {
        let full = token(&"a".repeat(bytes)).qr().unwrap();
        assert_eq!((full.version(), full.error_correction()), (version, ErrorCorrection::Low));
        assert_eq!(read(&full, 2), (version, ErrorCorrection::Low, "a".repeat(bytes)));
        match token(&"a".repeat(bytes + 1)).qr() {
            Ok(next) => assert_eq!(next.version(), version + 1),
            Err(error) => assert!(version == 40 && matches!(error, QrError::TooLong { bytes: 2954 }), "{error}"),
        }
    }
    assert_eq!(MAX_QR_BYTES, BYTES_AT_LOW[5].1);
}

#[test]
fn a_short_text_gets_the_level_that_its_version_has_room_for() {
    for (bytes, level) in [
        (7, ErrorCorrection::High),
        (11, ErrorCorrection::Quartile),
        (14, ErrorCorrection::Medium),
        (17, ErrorCorrection::Low),
    ] {
        let qr = token(&"a".repeat(bytes)).qr().unwrap();
        assert_eq!((qr.version(), qr.error_correction()), (1, level));
        assert_eq!(read(&qr, 1), (1, level, "a".repeat(bytes)));
    }
}

#[test]
fn the_longest_token_that_verifies_is_too_long_for_a_qr_code() {
    let error = token(&"a".repeat(MAX_TOKEN_BYTES)).qr().unwrap_err();
    assert!(matches!(error, QrError::TooLong { bytes: MAX_TOKEN_BYTES }));
    assert_eq!(error.to_string(), "a token of 8192 bytes does not fit a QR code, which holds 2953");
}

#[test]
fn a_token_with_long_texts_verifies_after_it_was_read_back() {
    let mut long = claims();
    long.reference = Some("r".repeat(256));
    long.purpose = "p".repeat(256);
    let issuer = TokenIssuer::new(ISSUER, Arc::new(test_key(Algorithm::Es256))).unwrap();
    let text = read(&block_on(issuer.issue(&long)).unwrap().token.qr().unwrap(), 3).2;
    assert_eq!(verifier().verify_shown_to_me(text, now()).unwrap().claims(), &long);
}

#[test]
fn a_place_in_a_list_costs_one_version_and_a_bearer_who_is_shown_four_more() {
    let issuer = TokenIssuer::new(ISSUER, Arc::new(test_key(Algorithm::Es256))).unwrap();
    let issue = |claims: &StatusClaims| block_on(issuer.issue(claims)).unwrap();
    let version = |token: &StatusToken| token.qr().unwrap().version();
    let plain = issue(&claims()).token;
    let status_list = Some(StatusReference { uri: format!("{ISSUER}/s/4kq07"), index: 1_048_575 });
    let listed = issue(&StatusClaims { status_list: status_list.clone(), ..claims() }).token;
    assert!(listed.as_str().len() <= plain.as_str().len() + 110, "{}", listed.as_str().len());
    assert!(version(&listed) <= 20, "{}", version(&listed));
    let bearer = Some(Bearer { name: "Asha Lakshmi Rao".into(), birth_year: Some(1986) });
    let Issued { token, disclosures, .. } = issue(&StatusClaims { status_list, bearer, ..claims() });
    let shown = token.with(&disclosures);
    assert_eq!([&plain, &listed, &token, &shown].map(version), [18, 20, 22, 24]);
    let text = read(&shown.qr().unwrap(), 3).2;
    assert_eq!(
        verifier().verify_shown_to_me(text, now()).unwrap().claims().bearer.as_ref().unwrap().birth_year,
        Some(1986)
    );
}

#[test]
fn a_png_has_one_bit_a_pixel_and_a_quiet_zone_of_four_modules() {
    let qr = token("a.b.c").qr().unwrap();
    for scale in [1, 4, MAX_PNG_SCALE] {
        let file = qr.to_png(scale).unwrap();
        let info = png::Decoder::new(Cursor::new(&file)).read_info().unwrap().info().clone();
        assert_eq!((info.color_type, info.bit_depth), (png::ColorType::Grayscale, png::BitDepth::One));
        let side = (21 + 8) * u32::from(scale);
        assert_eq!((info.width, info.height), (side, side));
        let (side, pixels) = greys(&file);
        let is_dark = |x: usize, y: usize| pixels[y * side + x] == 0;
        let (scale, dark) = (usize::from(scale), |x: usize, y: usize| {
            let module = |at: usize| u8::try_from(at / usize::from(scale)).unwrap().checked_sub(4);
            module(x).zip(module(y)).is_some_and(|(x, y)| qr.is_dark(x, y))
        });
        assert!((0..side).all(|y| (0..side).all(|x| is_dark(x, y) == dark(x, y))), "scale {scale}");
    }
}

#[test]
fn a_png_of_no_pixels_or_too_many_is_refused() {
    let qr = token("a.b.c").qr().unwrap();
    for scale in [0, MAX_PNG_SCALE + 1, u8::MAX] {
        assert!(matches!(qr.to_png(scale), Err(QrError::Scale { scale: refused }) if refused == scale));
    }
}

#[test]
fn the_svg_draws_the_modules_that_the_png_has() {
    for (file, text) in golden_tokens().into_iter().filter(|(file, _)| file.starts_with("valid")) {
        let qr = token(&text).qr().unwrap();
        let svg = qr.to_svg("a status");
        let side = usize::from(qr.side()) + 8;
        assert!(svg.contains(&format!(r#"viewBox="0 0 {side} {side}""#)), "{file}");
        let path = svg.split_once(r#" d="M"#).unwrap().1.split_once('"').unwrap().0;
        let mut drawn = vec![0xFF_u8; side * side];
        for row in path.split('M') {
            let (start, lines) = row.split_once('h').unwrap();
            let (x, y) = start.split_once(' ').unwrap();
            let (mut x, y): (usize, usize) = (x.parse().unwrap(), y.strip_suffix(".5").unwrap().parse().unwrap());
            for line in format!("0 0h{lines}").split('m') {
                let (step, length) = line.split_once(" 0h").unwrap();
                let (step, length): (usize, usize) = (step.parse().unwrap(), length.parse().unwrap());
                drawn[y * side + x + step..][..length].fill(0);
                x += step + length;
            }
        }
        assert_eq!((side, drawn), greys(&qr.to_png(1).unwrap()), "{file}");
    }
}

#[test]
fn an_svg_lives_under_a_strict_policy_and_escapes_its_label() {
    let svg = token("a.b.c").qr().unwrap().to_svg("<b onload=\"x\">'&\n\u{0}\u{FFFE}\u{915}</b>");
    assert!(svg.contains("aria-label=\"&lt;b onload=&quot;x&quot;&gt;'&amp;   \u{915}&lt;/b&gt;\""), "{svg}");
    assert!(!svg.contains("style") && !svg.contains("script") && !svg.contains("href"));
    assert_eq!(svg.matches("<path ").count(), 1);
}

#[test]
fn a_picture_of_a_token_is_not_shown_by_debug() {
    let qr = token("a.b.c").qr().unwrap();
    assert_eq!(format!("{qr:?}"), "QrCode { version: 1, error_correction: High, .. }");
}

fn token(text: &str) -> StatusToken {
    StatusToken::from(text.to_owned())
}

/// Whether a version holds a text at a level, as the encoder says when it is given no choice.
fn fits(text: &str, version: u8, level: QrCodeEcc) -> bool {
    let segment = QrSegment::make_bytes(text.as_bytes());
    let version = Version::new(version);
    qrcodegen::QrCode::encode_segments_advanced(&[segment], level, version, version, None, false).is_ok()
}

/// The golden JWTs that a QR code can hold and a reader can give back: those of 1 to 2,953 bytes.
fn golden_tokens() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut tokens = Vec::new();
    for kind in ["valid", "invalid"] {
        for entry in fs::read_dir(folder.join(kind)).unwrap() {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            let is_jwt = path.extension().is_some_and(|extension| extension == "jwt");
            if is_jwt && (1..=MAX_QR_BYTES).contains(&text.len()) {
                tokens.push((format!("{kind}/{}", path.file_name().unwrap().display()), text));
            }
        }
    }
    tokens
}

/// Version, level and text of a PNG, as the reader finds them.
fn read(qr: &QrCode, scale: u8) -> (u8, ErrorCorrection, String) {
    let (side, pixels) = greys(&qr.to_png(scale).unwrap());
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| pixels[y * side + x]);
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1, "one code in the picture");
    let (meta, text) = grids[0].decode().unwrap();
    // The two bits of the format information (ISO/IEC 18004 table 12).
    let level = match meta.ecc_level {
        1 => ErrorCorrection::Low,
        0 => ErrorCorrection::Medium,
        3 => ErrorCorrection::Quartile,
        _ => ErrorCorrection::High,
    };
    (u8::try_from(meta.version.0).unwrap(), level, text)
}

/// The side of a square PNG and its pixels, a byte each.
fn greys(file: &[u8]) -> (usize, Vec<u8>) {
    let mut decoder = png::Decoder::new(Cursor::new(file));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!(info.width, info.height);
    (usize::try_from(info.width).unwrap(), pixels)
}
