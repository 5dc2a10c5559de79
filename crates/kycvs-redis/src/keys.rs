use kycvs_store::Key;

/// How many hash tags there are. Every record of a tag lies in one slot of a Cluster, beside the index of those records;
/// so many tags spread over the 16,384 slots that no primary has much more than its share.
pub(crate) const TAGS: u16 = 1024;

/// What a record is, by the letter in its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Challenge,
    Limit,
}

/// Where records lie: `namespace:{tag}:kind:key`, and the index of a tag's records by the time they are due at
/// `namespace:{tag}:kinds`. The tag, in braces, is what a Cluster takes the slot from.
#[derive(Clone, Debug)]
pub(crate) struct Keys {
    namespace: String,
}

impl Keys {
    pub(crate) fn new(namespace: String) -> Self {
        Self { namespace }
    }

    pub(crate) fn record(&self, kind: Kind, key: &Key) -> Vec<u8> {
        let number = u128::from_be_bytes(*key.as_bytes());
        format!("{}:{{{:03x}}}:{}:{number:032x}", self.namespace, tag(key), kind.letter()).into_bytes()
    }

    pub(crate) fn index(&self, kind: Kind, tag: u16) -> Vec<u8> {
        format!("{}:{{{tag:03x}}}:{}s", self.namespace, kind.letter()).into_bytes()
    }
}

impl Kind {
    /// What errors call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Challenge => "challenge",
            Self::Limit => "limit",
        }
    }

    fn letter(self) -> char {
        match self {
            Self::Challenge => 'c',
            Self::Limit => 'l',
        }
    }
}

/// The first ten bits: keys are spread evenly.
pub(crate) fn tag(key: &Key) -> u16 {
    let [a, b, ..] = *key.as_bytes();
    u16::from_be_bytes([a, b]) >> 6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_and_its_index_share_a_tag() {
        let (keys, key) = (Keys::new("kycvs".into()), Key::from([0xFF; 16]));
        assert_eq!(tag(&key), TAGS - 1);
        let record = String::from_utf8(keys.record(Kind::Challenge, &key)).unwrap();
        assert_eq!(record, "kycvs:{3ff}:c:ffffffffffffffffffffffffffffffff");
        assert_eq!(keys.index(Kind::Challenge, tag(&key)), b"kycvs:{3ff}:cs");
        assert_eq!(keys.index(Kind::Limit, 0), b"kycvs:{000}:ls");
    }
}
