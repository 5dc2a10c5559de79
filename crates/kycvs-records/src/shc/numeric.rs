use std::borrow::Cow;

use crate::RecordError;
use crate::json::Json;

/// The most codes that one card is cut into.
const MAX_CHUNKS: usize = 16;

/// The cards of a `.smart-health-card` file.
pub(crate) fn cards<'j>(file: &'j Json<'_>) -> Result<impl Iterator<Item = &'j str>, RecordError> {
    let cards = file.get("verifiableCredential").map(Json::items).unwrap_or_default();
    let mut cards = cards.iter().filter_map(Json::as_text).peekable();
    if cards.peek().is_some() { Ok(cards) } else { Err(RecordError::Shape("verifiableCredential")) }
}

/// The card in a text: a JWS as it is, or `shc:/…` codes, one a line where a card is cut into several.
pub(crate) fn card(text: &str) -> Result<Cow<'_, str>, RecordError> {
    if !text.starts_with("shc:/") {
        return Ok(Cow::Borrowed(text));
    }
    let codes: Vec<&str> = text.split_ascii_whitespace().collect();
    if codes.len() > MAX_CHUNKS {
        return Err(RecordError::TooLarge("codes of one card"));
    }
    let mut chunks = codes.iter().map(|code| Chunk::read(code)).collect::<Result<Vec<_>, _>>()?;
    chunks.sort_by_key(|chunk| chunk.number);
    let of = chunks.first().map_or(0, |chunk| chunk.of);
    let in_order = chunks.iter().zip(1..).all(|(chunk, number)| chunk.of == of && chunk.number == number);
    if chunks.len() < of && chunks.iter().all(|chunk| chunk.of == of) {
        return Err(RecordError::Incomplete);
    }
    if !in_order || chunks.len() != of {
        return Err(RecordError::Shape("codes of several cards"));
    }
    let digits: String = chunks.iter().map(|chunk| chunk.digits).collect();
    decode(&digits).map(Cow::Owned)
}

/// One code of a card.
struct Chunk<'a> {
    number: usize,
    of: usize,
    digits: &'a str,
}

impl<'a> Chunk<'a> {
    fn read(code: &'a str) -> Result<Self, RecordError> {
        const INVALID: RecordError = RecordError::Shape("shc:/");
        let rest = code.strip_prefix("shc:/").ok_or(INVALID)?;
        let parts: Vec<&str> = rest.split('/').collect();
        let (number, of, digits) = match parts[..] {
            [digits] => (1, 1, digits),
            [number, of, digits] => {
                let up_to =
                    |max, text: &str| text.parse().ok().filter(|number| (1..=max).contains(number)).ok_or(INVALID);
                let of = up_to(MAX_CHUNKS, of)?;
                (up_to(of, number)?, of, digits)
            }
            _ => return Err(INVALID),
        };
        if digits.len() % 2 == 1 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(RecordError::Container("digits"));
        }
        Ok(Self { number, of, digits })
    }
}

/// Two digits make a character: its code less 45.
fn decode(digits: &str) -> Result<String, RecordError> {
    let pair = |pair: &[u8]| match *pair {
        [tens, ones] => Some((tens - b'0') * 10 + (ones - b'0') + 45).filter(|byte| *byte <= b'z'),
        _ => None,
    };
    let text = digits.as_bytes().chunks(2).map(pair).collect::<Option<Vec<u8>>>();
    text.and_then(|text| String::from_utf8(text).ok()).ok_or(RecordError::Container("digits"))
}
