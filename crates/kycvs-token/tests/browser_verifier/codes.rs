//! Codes (`KV1:`), as the page reads them and as we do.

use kycvs_cose::Item;
use kycvs_token::{Algorithm, Bearer, StatusClaims, StatusReference};

use crate::Case;
use crate::node::agree;
use crate::random::Random;
use crate::support::codes::{OURS, Parts, bytes_of, forge, issue, text_of};
use crate::support::{ISSUER, claims, now, test_key};

/// 55,000 codes that were changed somewhere, most of them signed by the right key after the change. The same in each run.
#[test]
fn the_browser_gives_55_000_changed_codes_the_same_verdict() {
    let (mut random, key) = (Random(2027), test_key(Algorithm::EdDsa));
    let full = StatusClaims {
        bearer: Some(Bearer { name: "Asha Rao".into(), birth_year: Some(1986) }),
        status_list: Some(StatusReference { uri: format!("{ISSUER}/s/4kq07"), index: 7 }),
        ..claims()
    };
    let issued = issue(Algorithm::EdDsa, &full);
    let texts = [issued.code.with(&issued.disclosures).into_string(), issued.code.into_string()];
    let shown = {
        let bytes = bytes_of(&texts[0]);
        let message = kycvs_cose::Sign1::parse(&bytes).unwrap();
        crate::support::codes::owned(&message.unprotected[0].1.to_bytes())
    };
    let parts = Parts::of(Algorithm::EdDsa, &full);
    let (header, payload) = (parts.header.to_bytes(), parts.claims.to_bytes());
    let of_form = ["A", "0", " ", ":", "%", "a", "~", "é", "\n", "KV1:", "#"];
    let mut cases: Vec<Case> = Vec::with_capacity(55_000);
    for at in 0..55_000 {
        let code = match at % 11 {
            0 => {
                let at = random.below(2);
                random.change(&texts[at], &of_form)
            }
            1 => text_of(&random.bytes(&bytes_of(&texts[0]))),
            2 | 3 => forge(&header, Vec::new(), &random.bytes(&payload), &key),
            4 => forge(&random.bytes(&header), Vec::new(), &payload, &key),
            5 => {
                let mut header = parts.header.clone();
                random.item(&mut header);
                forge(&header.to_bytes(), Vec::new(), &payload, &key)
            }
            6 => {
                let mut shown = shown.clone();
                random.item(&mut shown);
                parts.clone().with_shown(shown).signed_by(&key)
            }
            _ => {
                let mut parts = parts.clone();
                for _ in 0..=random.below(2) {
                    random.item(&mut parts.claims);
                }
                let parts = if random.below(4) == 0 { parts.with_shown(shown.clone()) } else { parts };
                parts.signed_by(&key)
            }
        };
        cases.push((code, now()));
    }
    agree(&cases);
}

/// Each number, text and depth at which one reader could say one thing and another reader another.
#[test]
fn the_browser_agrees_at_every_edge_of_a_code() {
    let key = test_key(Algorithm::Es256);
    let parts = Parts::usual();
    let mut cases: Vec<Case> = Vec::new();
    let edges = [0, 1, -1, 23, 24, 255, 256, 65_535, 65_536, i64::from(u32::MAX), 1 << 32, i64::MAX, i64::MIN];
    let items = edges.map(Item::Integer).into_iter().chain(values());
    let paths: Vec<Vec<i64>> = [1, 3, 4, 5, 6, 7, OURS]
        .map(|label| vec![label])
        .into_iter()
        .chain((1..=12).map(|label| vec![OURS, label]))
        .collect();
    for item in items {
        for path in &paths {
            cases.push((parts.clone().with(path, Some(item.clone())).signed(), now()));
            cases.push((parts.clone().with(path, None).signed(), now()));
        }
        for label in [1, 2, 4, 16, 17, 32, 33, 34, 35] {
            cases.push((parts.clone().with_header(label, Some(item.clone())).signed(), now()));
        }
        cases.push((parts.clone().with_shown(item).signed(), now()));
    }
    let claims = parts.claims.to_bytes();
    for raw in [
        &[0xa0][..],
        &[0xf4],
        &[0xf7],
        &[0xf8, 0x20],
        &[0xf9, 0, 0],
        &[0xbf, 0xff],
        &[0x1c],
        &[0xff],
        &[0x1b, 0x80, 0, 0, 0, 0, 0, 0, 0],
        &[0x3b, 0x80, 0, 0, 0, 0, 0, 0, 0],
        &[0xbb, 255, 255, 255, 255, 255, 255, 255, 255],
        &[0xa1, 0x18, 1, 0],
        &[0xa2, 2, 0, 1, 0],
        &[0xa2, 1, 0, 1, 0],
        &[0xa1, 0x61, 0xff, 0],
        &[0xa2, 0x20, 0, 1, 0],
        &[0xa2, 1, 0, 0x20, 0],
        &[0xa2, 0x18, 24, 0, 0x61, b'a', 0],
        &[0xa2, 0x61, b'b', 0, 0x62, b'a', b'a', 0],
        &[0xa2, 0x40, 0, 0x80, 0],
        &[0xa1, 0x80, 0],
        &[0xa1, 0xf6, 0xf6],
        &[0xa3, 1, 0, 0x20, 0, 0x19, 1, 0, 0],
    ] {
        cases.push((forge(&parts.header.to_bytes(), Vec::new(), raw, &key), now()));
        cases.push((forge(raw, Vec::new(), &claims, &key), now()));
        cases.push((text_of(raw), now()));
    }
    for depth in 1..12 {
        let nested = (0..depth).fold(Item::Null, |item, _| Item::Array(vec![item]));
        cases.push((parts.clone().with(&[99], Some(nested)).signed(), now()));
    }
    for more in 200..260 {
        cases.push((parts.clone().with(&[99], Some(Item::Array(vec![Item::Null; more]))).signed(), now()));
    }
    agree(&cases);
}

/// Values of every kind, some of which a claim of ours has.
fn values() -> Vec<Item<'static>> {
    let text = |text: &'static str| Item::from(text);
    let tagged = |tag, item| Item::Tagged(tag, Box::new(item));
    let list = |items: &[Item<'static>]| Item::Array(items.to_vec());
    vec![
        text(""),
        text("a"),
        text("a/1"),
        text("a\u{202e}"),
        text("https://kycvs.example"),
        text("wB0pmVJ0jXkWv9qPZrZz1Q"),
        text("wB0pmVJ0jXkWv9qPZrZz1R"),
        text("n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg"),
        text("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"),
        text("0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF"),
        Item::bytes(&[]),
        Item::bytes(&[7; 15]),
        Item::bytes(&[7; 16]),
        Item::bytes(&[7; 32]),
        Item::bytes(&[0xff]),
        tagged(23, Item::bytes(&[7; 32])),
        tagged(23, Item::bytes(&[7; 16])),
        tagged(23, text("a")),
        tagged(32, text("https://kycvs.example/s/a")),
        tagged(0, 1.into()),
        Item::Bool(true),
        Item::Bool(false),
        Item::Null,
        list(&[]),
        list(&[Item::bytes(&[7; 16]), Item::bytes(&[7; 32])]),
        list(&[text("a"), text("b")]),
        list(&[Item::Null, Item::Null]),
        list(&[1.into(), text("a")]),
        list(&[1.into(), text("")]),
        list(&[(-1).into(), text("a")]),
        list(&[(1 << 32).into(), text("a")]),
        list(&[1.into(), tagged(32, text("https://kycvs.example/s/a"))]),
        list(&[1.into(), tagged(32, text("https://kycvs.example/s/"))]),
        list(&[1.into(), tagged(32, text("u"))]),
        list(&[1.into(), tagged(33, text("u"))]),
        list(&[1.into(), text("a"), text("b")]),
        list(&[text(r#"["salt","name","Asha Rao"]"#)]),
        Item::Map(Vec::new()),
        Item::Map(vec![(1.into(), 2.into())]),
    ]
}

impl Random {
    /// Changes up to three bytes, or as many as there are after them.
    fn bytes(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        for _ in 0..=self.below(2) {
            let at = self.below(bytes.len());
            let end = bytes.len().min(at + self.below(3));
            let more: Vec<u8> = (0..self.below(3)).map(|_| u8::try_from(self.below(256)).unwrap()).collect();
            bytes.splice(at..end, more);
            if bytes.is_empty() {
                bytes.push(0);
            }
        }
        bytes
    }

    /// Puts another value in the place of one somewhere in an item, or takes it away.
    fn item(&mut self, item: &mut Item<'static>) {
        match item {
            Item::Array(items) if !items.is_empty() && self.below(4) != 0 => {
                let at = self.below(items.len());
                if self.below(8) == 0 {
                    items.remove(at);
                } else {
                    self.item(&mut items[at]);
                }
            }
            Item::Map(pairs) if !pairs.is_empty() && self.below(8) != 0 => {
                let at = self.below(pairs.len());
                if self.below(8) == 0 {
                    pairs.remove(at);
                } else {
                    self.item(&mut pairs[at].1);
                }
            }
            Item::Tagged(_, inner) if self.below(2) == 0 => self.item(inner),
            Item::Integer(value) if self.below(2) == 0 => {
                *value = value.wrapping_add(i64::try_from(self.below(200_000)).unwrap() - 100_000);
            }
            _ => {
                let mut values = values();
                *item = values.swap_remove(self.below(values.len()));
            }
        }
    }
}
