//! Codes in pictures and documents, and what is refused before it costs anything.

use std::cell::Cell;

use kycvs_scan::{Limits, ScanError, scan};
use miniz_oxide::deflate::compress_to_vec_zlib;
use qrcodegen::{QrCode, QrCodeEcc, QrSegment};

const TEXT: &[u8] = b"HC1:6BF+70790T9WJWG.FKY*4GO0.O1CV2 O5 N2FBBRW1*70HS8WY04AC*WIFN0AHCD8KD97TK0F90";

/// A code as grey pixels, with a quiet zone.
fn drawn(payload: &[u8], scale: usize) -> (usize, Vec<u8>) {
    let code = QrCode::encode_segments(&[QrSegment::make_bytes(payload)], QrCodeEcc::Medium).unwrap();
    let side = (usize::try_from(code.size()).unwrap() + 8) * scale;
    let module = |at: usize| i32::try_from(at / scale).unwrap() - 4;
    let pixel = |at: usize| if code.get_module(module(at % side), module(at / side)) { 0 } else { 255 };
    (side, (0..side * side).map(pixel).collect())
}

fn png(side: usize, pixels: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let side = u32::try_from(side).unwrap();
    let mut encoder = png::Encoder::new(&mut file, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.write_header().unwrap().write_image_data(pixels).unwrap();
    file
}

/// A PDF with one picture, as writers of certificates make them.
fn pdf(side: usize, dictionary: &str, data: &[u8]) -> Vec<u8> {
    let head = format!(
        "%PDF-1.4\n4 0 obj\n<< /Type /XObject /Subtype /Image /Width {side} /Height {side} {dictionary} /Length {} >>\nstream\n",
        data.len()
    );
    [head.as_bytes(), data, b"\nendstream\nendobj\n%%EOF"].concat()
}

fn read(file: &[u8]) -> Result<Vec<Vec<u8>>, ScanError> {
    scan(file, &Limits::default(), &|| true)
}

#[test]
fn a_code_is_read_in_any_size() {
    for scale in [3, 8, 30] {
        let (side, pixels) = drawn(TEXT, scale);
        assert_eq!(read(&png(side, &pixels)), Ok(vec![TEXT.to_vec()]), "{scale}");
    }
}

#[test]
fn the_bytes_of_a_zip_stay_as_they_are() {
    let zip: Vec<u8> = b"PK\x03\x04".iter().copied().chain((0..=255).cycle().take(900)).collect();
    let (side, pixels) = drawn(&zip, 4);
    assert!(read(&png(side, &pixels)) == Ok(vec![zip]));
}

#[test]
fn a_text_beyond_ascii_stays_utf_8() {
    let text = "{\"name\": \"आशा राव\"}".as_bytes();
    let (side, pixels) = drawn(text, 4);
    assert_eq!(read(&png(side, &pixels)), Ok(vec![text.to_vec()]));
}

#[test]
fn a_photograph_of_a_card_is_read() {
    let text = read(include_bytes!("data/smart-health-card.jpg")).unwrap().remove(0);
    assert!(text.starts_with(b"shc:/"));
}

#[test]
fn a_code_is_read_light_on_dark_faint_and_in_the_colours_of_print() {
    let (side, pixels) = drawn(TEXT, 4);
    let of = |shade: fn(u8) -> u8| png(side, &pixels.iter().map(|pixel| shade(*pixel)).collect::<Vec<_>>());
    assert_eq!(read(&of(|pixel| 255 - pixel)), Ok(vec![TEXT.to_vec()]), "a dark screen");
    assert_eq!(read(&of(|pixel| 110 + pixel / 10)), Ok(vec![TEXT.to_vec()]), "a faint print");
    assert_eq!(read(&of(|pixel| 140 - pixel / 10)), Ok(vec![TEXT.to_vec()]), "both");
    assert_eq!(read(include_bytes!("data/cmyk.jpg")), Ok(vec![TEXT.to_vec()]));
}

#[test]
fn all_codes_of_a_picture_are_read_and_no_more_than_one_hands_over() {
    let texts: Vec<String> = (0..9).map(|number| format!("shc:/{number}/9/{}", "56".repeat(30 + number))).collect();
    let row = |texts: &[String]| {
        let drawn: Vec<(usize, Vec<u8>)> = texts.iter().map(|text| drawn(text.as_bytes(), 4)).collect();
        let height = drawn.iter().map(|(side, _)| *side).max().unwrap();
        let line = |y| {
            drawn.iter().flat_map(move |(side, code)| (0..*side).map(move |x| *code.get(y * side + x).unwrap_or(&255)))
        };
        let pixels: Vec<u8> = (0..height).flat_map(line).collect();
        let mut file = Vec::new();
        let [width, height] = [pixels.len() / height, height].map(|length| u32::try_from(length).unwrap());
        let mut encoder = png::Encoder::new(&mut file, width, height);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
        file
    };
    let mut found = read(&row(&texts[..3])).unwrap();
    found.sort();
    assert_eq!(found, texts[..3].iter().map(|text| text.as_bytes().to_vec()).collect::<Vec<_>>());
    assert_eq!(read(&row(&texts[..8])).map(|found| found.len()), Ok(8));
    assert_eq!(read(&row(&texts)), Err(ScanError::TooManyCodes));
}

#[test]
fn a_pdf_gives_its_pictures_without_being_rendered() {
    let (side, pixels) = drawn(TEXT, 4);
    let flate = "/ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode";
    assert_eq!(read(&pdf(side, flate, &compress_to_vec_zlib(&pixels, 6))), Ok(vec![TEXT.to_vec()]));

    let colours: Vec<u8> = pixels.iter().flat_map(|pixel| [*pixel; 3]).collect();
    assert_eq!(read(&pdf(side, flate, &compress_to_vec_zlib(&colours, 6))), Ok(vec![TEXT.to_vec()]));

    let bits: Vec<u8> = pixels
        .chunks(side)
        .flat_map(|line| {
            line.chunks(8).map(|eight| (0..8).fold(0, |byte, at| byte << 1 | u8::from(eight.get(at) == Some(&255))))
        })
        .collect();
    let one_bit = "/ImageMask false /BitsPerComponent 1 /Filter /FlateDecode";
    assert_eq!(read(&pdf(side, one_bit, &compress_to_vec_zlib(&bits, 6))), Ok(vec![TEXT.to_vec()]));

    // Each line by PNG's filter 2: what differs from the line above.
    let mut above = vec![0; side];
    let filtered: Vec<u8> = pixels
        .chunks(side)
        .flat_map(|line| {
            let differs: Vec<u8> =
                line.iter().zip(&above).map(|(byte, up): (&u8, &u8)| byte.wrapping_sub(*up)).collect();
            above = line.to_vec();
            [vec![2], differs].concat()
        })
        .collect();
    let predicted = "/BitsPerComponent 8 /Filter /FlateDecode /DecodeParms << /Predictor 15 /Colors 1 >>";
    assert_eq!(read(&pdf(side, predicted, &compress_to_vec_zlib(&filtered, 6))), Ok(vec![TEXT.to_vec()]));

    // In letters, as ReportLab writes streams.
    let hexadecimal = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02X}")).collect::<String>() + ">";
    let in_letters = "/BitsPerComponent 8 /Filter [ /ASCIIHexDecode /FlateDecode ]";
    let packed = hexadecimal(&compress_to_vec_zlib(&pixels, 6));
    assert_eq!(read(&pdf(side, in_letters, packed.as_bytes())), Ok(vec![TEXT.to_vec()]));
    let in_letters = in_letters.replace("Hex", "85");
    let packed = base85(&compress_to_vec_zlib(&pixels, 6));
    assert_eq!(read(&pdf(side, &in_letters, packed.as_bytes())), Ok(vec![TEXT.to_vec()]));

    let jpeg = include_bytes!("data/smart-health-card.jpg");
    assert!(read(&pdf(300, "/Filter /DCTDecode", jpeg)).unwrap()[0].starts_with(b"shc:/"));
}

#[test]
fn what_is_no_picture_of_a_code_says_so() {
    assert_eq!(read(b""), Err(ScanError::Kind));
    assert_eq!(read(b"GIF89a"), Err(ScanError::Kind));
    assert_eq!(read(&png(100, &[255; 10_000])), Err(ScanError::NoCode));
    assert_eq!(read(b"%PDF-1.4\n%%EOF"), Err(ScanError::NoCode));
    assert_eq!(read(b"%PDF-1.4\ntrailer << /Encrypt 5 0 R >>"), Err(ScanError::Encrypted));
    assert_eq!(read(b"\xff\xd8\xff\xe0"), Err(ScanError::Damaged));
}

#[test]
fn a_picture_is_counted_before_it_is_decoded() {
    // A bomb: a header of 60,000 by 60,000 pixels.
    let mut bomb = png(1, &[0]);
    bomb[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    let crc = crc32(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&crc.to_be_bytes());
    assert_eq!(read(&bomb), Err(ScanError::TooLarge));
    let (side, pixels) = drawn(TEXT, 4);
    let small = Limits { pixels: side * side - 1, ..Limits::default() };
    assert_eq!(scan(&png(side, &pixels), &small, &|| true), Err(ScanError::TooLarge));
    let short = Limits { bytes: 100, ..Limits::default() };
    assert_eq!(scan(&png(side, &pixels), &short, &|| true), Err(ScanError::TooLarge));
    let bomb = compress_to_vec_zlib(&vec![0; 4 << 20], 9);
    assert_eq!(read(&pdf(50, "/BitsPerComponent 8 /Filter /FlateDecode", &bomb)), Err(ScanError::NoCode));
}

#[test]
fn a_caller_whose_time_is_over_is_answered_at_the_next_step() {
    let steps = Cell::new(0);
    let twice = || {
        steps.set(steps.get() + 1);
        steps.get() < 3
    };
    let white = png(1200, &vec![255; 1_440_000]);
    assert_eq!(scan(&white, &Limits::default(), &twice), Err(ScanError::OutOfTime));
    assert_eq!(steps.get(), 3);
}

#[test]
fn a_damaged_file_is_an_error_and_no_panic() {
    let (side, pixels) = drawn(TEXT, 3);
    let flate = "/BitsPerComponent 8 /Filter /FlateDecode /Predictor 15";
    let files = [
        png(side, &pixels),
        pdf(side, flate, &compress_to_vec_zlib(&pixels, 6)),
        include_bytes!("data/smart-health-card.jpg")[..4000].to_vec(),
    ];
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    for file in &files {
        for _ in 0..60 {
            let mut changed = file.clone();
            for _ in 0..3 {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                let at = usize::try_from(state % changed.len() as u64).unwrap();
                changed[at] = state.to_le_bytes()[7];
            }
            let _ = scan(&changed, &Limits { pixels: 200_000, ..Limits::default() }, &|| true);
        }
    }
}

/// Ascii85: four bytes in five letters, of the last group one letter more than it has bytes.
fn base85(bytes: &[u8]) -> String {
    let group = |four: &[u8]| {
        let mut whole = [0; 4];
        whole[..four.len()].copy_from_slice(four);
        let value = u32::from_be_bytes(whole);
        let letter = |power: u32| char::from(b'!' + u8::try_from(value / 85_u32.pow(power) % 85).unwrap());
        (0..=four.len()).map(|at| letter(4 - u32::try_from(at).unwrap())).collect::<String>()
    };
    bytes.chunks(4).map(group).collect::<String>() + "~>"
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 })
    })
}
