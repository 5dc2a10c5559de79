use base64::{Engine, prelude::BASE64_STANDARD, prelude::BASE64_URL_SAFE_NO_PAD};

use super::{Coordinates, HashKind, SliceKind};

/// Which list a file is, by its name.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ListName {
    /// Of a SMART Health Card issuer; the list names its key itself.
    Cards,
    /// Of the EU, whose slices name nothing.
    Slice {
        /// The key id in Base64.
        key: String,
        hash: HashKind,
        kind: SliceKind,
        at: Coordinates,
    },
}

impl ListName {
    pub(super) fn read(name: &str) -> Option<Self> {
        let lowercase = name.to_ascii_lowercase();
        if lowercase.ends_with(".json") {
            return Some(Self::Cards);
        }
        // Of the key id the case counts.
        let key = BASE64_URL_SAFE_NO_PAD.decode(name.split('.').next()?.trim_end_matches('=')).ok()?;
        let (hash, prefix, kind) = match *lowercase.split('.').collect::<Vec<_>>() {
            [_, hash, kind] => (hash, "", kind),
            [_, hash, prefix, kind] => (hash, prefix, kind),
            _ => return None,
        };
        let hash = match hash {
            "signature" => HashKind::Signature,
            "uci" => HashKind::Uci,
            "countrycodeuci" => HashKind::CountryCodeUci,
            _ => return None,
        };
        let kind = match kind {
            "varhashlist" => SliceKind::VarHashList,
            "bloomfilter" => SliceKind::BloomFilter,
            _ => return None,
        };
        Some(Self::Slice {
            key: BASE64_STANDARD.encode(key),
            hash,
            kind,
            at: Coordinates { prefix: prefix.to_owned() },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_key_hash_place_and_kind() {
        let slice = |prefix: &str, hash, kind| {
            let at = Coordinates { prefix: prefix.to_owned() };
            Some(ListName::Slice { key: "+/8AAAAAAAA=".to_owned(), hash, kind, at })
        };
        let read = ListName::read;
        assert_eq!(read("-_8AAAAAAAA.uci.varhashlist"), slice("", HashKind::Uci, SliceKind::VarHashList));
        assert_eq!(
            read("-_8AAAAAAAA=.SIGNATURE.a.BLOOMFILTER"),
            slice("a", HashKind::Signature, SliceKind::BloomFilter)
        );
        assert_eq!(
            read("-_8AAAAAAAA.countrycodeuci.0f.bloomfilter"),
            slice("0f", HashKind::CountryCodeUci, SliceKind::BloomFilter)
        );
        assert_eq!(read("3Kfdg.json"), Some(ListName::Cards));
        for name in [
            "",
            "key",
            "k.uci",
            "-_8AAAAAAAA.uci.zip",
            "-_8AAAAAAAA.other.bloomfilter",
            "+/8.uci.bloomfilter",
            "a.b.c.d.e",
        ] {
            assert_eq!(read(name), None, "{name}");
        }
    }
}
