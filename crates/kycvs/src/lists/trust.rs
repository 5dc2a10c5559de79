/// How many status lists a day has, and how long they are. Neither follows the traffic: what is published says nothing about
/// how much there was.
///
/// A token without a bit cannot get one later, so lists are on unless a host turns them [off](Self::off).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trust {
    /// How many lists a day begins with; none when lists are off.
    pub(crate) shards: u16,
    /// How many positions a list has.
    pub(crate) positions: u32,
}

impl Trust {
    /// One list of 2^17 positions a day, for 114,688 tokens: the least that W3C's Bitstring Status List thinks private. The
    /// default.
    pub fn small() -> Self {
        Self { shards: 1, positions: 1 << 17 }
    }

    /// 32 lists of 2^20 positions a day, for 29 million tokens.
    pub fn country() -> Self {
        Self { shards: 32, positions: 1 << 20 }
    }

    /// No lists: a token that was handed out is good until it ends, whatever the person does. Keep tokens short then.
    pub fn off() -> Self {
        Self { shards: 0, positions: 0 }
    }

    /// How many positions of a list of some length are given to tokens: seven of eight. The others rise as cover.
    pub(crate) fn allocatable(positions: u32) -> u32 {
        positions / 8 * 7
    }

    /// How many positions of a list of some length a host takes at a time: 256 of a small list, 2,048 of a country's.
    pub(crate) fn lease(positions: u32) -> u32 {
        (positions / 512).max(1)
    }
}

/// [`Trust::small`].
impl Default for Trust {
    fn default() -> Self {
        Self::small()
    }
}
