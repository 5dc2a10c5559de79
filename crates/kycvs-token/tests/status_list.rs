//! The bits of a status list, and the stream that they go in.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use kycvs_token::{MAX_STATUS_LIST_BYTES, MAX_STATUS_LIST_POSITIONS, StatusList, StatusListError};
use proptest::prelude::*;
use serde_json::Value;

/// A list of 64 positions.
pub(crate) fn bits(risen: &[u32]) -> StatusList {
    let mut list = StatusList::new(64).unwrap();
    risen.iter().for_each(|index| list.raise(*index).unwrap());
    list
}

#[test]
fn position_0_is_the_least_significant_bit_of_byte_0_as_in_the_drafts_vectors() {
    let vectors: Value = serde_json::from_str(include_str!("vectors/status-list.json")).unwrap();
    let mut seen = 0;
    for vector in vectors["lists"].as_array().unwrap() {
        let stream = BASE64URL.decode(vector["lst"].as_str().unwrap()).unwrap();
        let (bits, size) = (vector["bits"].as_u64().unwrap(), vector["size"].as_u64().unwrap());
        let Ok(list) = StatusList::from_zlib(&stream) else {
            assert!(bits * size > u64::from(MAX_STATUS_LIST_POSITIONS), "{}", vector["name"]);
            continue;
        };
        seen += 1;
        // An entry of more bits is as many positions, its lowest bit first.
        let entry = |at: u64| {
            let bit = |shift: u64| list.has_risen(u32::try_from(at * bits + shift).unwrap()).unwrap();
            (0..bits).fold(0, |value, shift| value | u64::from(bit(shift)) << shift)
        };
        let set = vector["statuses"].as_array().unwrap();
        for pair in set {
            assert_eq!(entry(pair[0].as_u64().unwrap()), pair[1].as_u64().unwrap(), "{}", vector["name"]);
        }
        assert_eq!((0..size).filter(|at| entry(*at) != 0).count(), set.iter().filter(|pair| pair[1] != 0).count());
    }
    assert_eq!(seen, 3, "the lists of one bit, and the short one of two");
}

#[test]
fn a_bomb_ends_at_128_kib() {
    let bomb = miniz_oxide::deflate::compress_to_vec_zlib(&vec![0; 100 << 20], 9);
    assert!(bomb.len() < MAX_STATUS_LIST_BYTES);
    assert_eq!(StatusList::from_zlib(&bomb), Err(StatusListError::Length));
    let full = miniz_oxide::deflate::compress_to_vec_zlib(&vec![0; 128 << 10], 9);
    assert_eq!(StatusList::from_zlib(&full).unwrap().positions(), MAX_STATUS_LIST_POSITIONS);
    let more = miniz_oxide::deflate::compress_to_vec_zlib(&vec![0; (128 << 10) + 1], 9);
    assert_eq!(StatusList::from_zlib(&more), Err(StatusListError::Length));
}

#[test]
fn a_stream_that_is_cut_damaged_or_continued_is_no_list() {
    let stream = bits(&[3, 9, 40]).to_zlib(9);
    for end in 0..stream.len() {
        assert_eq!(StatusList::from_zlib(&stream[..end]), Err(StatusListError::NotZlib), "{end}");
    }
    let longer = [&stream[..], b"x"].concat();
    assert_eq!(StatusList::from_zlib(&longer), Err(StatusListError::NotZlib));
    for at in 0..stream.len() {
        let mut damaged = stream.clone();
        damaged[at] ^= 1;
        assert_ne!(StatusList::from_zlib(&damaged).ok(), Some(StatusList::new(64).unwrap()), "{at}");
    }
    let empty = miniz_oxide::deflate::compress_to_vec_zlib(&[], 9);
    assert_eq!(StatusList::from_zlib(&empty), Err(StatusListError::Length));
}

#[test]
fn a_list_has_whole_bytes_and_at_most_a_million_positions() {
    for positions in [0, 1, 7, 9, MAX_STATUS_LIST_POSITIONS + 8, u32::MAX] {
        assert_eq!(StatusList::new(positions), Err(StatusListError::Length), "{positions}");
    }
    for positions in [8, 1 << 17, MAX_STATUS_LIST_POSITIONS] {
        let mut list = StatusList::new(positions).unwrap();
        assert_eq!((list.positions(), list.risen()), (positions, 0));
        list.raise(positions - 1).unwrap();
        assert_eq!((list.risen(), list.has_risen(positions - 1)), (1, Some(true)));
        assert_eq!(list.raise(positions), Err(StatusListError::OutOfRange));
        assert_eq!((list.risen(), list.has_risen(positions)), (1, None));
    }
}

#[test]
fn an_error_says_what_a_list_is_and_debug_shows_its_size() {
    for (error, says) in [
        (StatusListError::Length, "a status list has 8 to 1,048,576 positions, a multiple of 8"),
        (StatusListError::OutOfRange, "the position is beyond the end of the status list"),
        (StatusListError::NotZlib, "not the zlib stream of a status list"),
    ] {
        assert_eq!(error.to_string(), says);
    }
    assert_eq!(format!("{:?}", bits(&[3, 9])), "StatusList { positions: 64, risen: 2 }");
}

proptest! {
    #[test]
    fn a_list_is_read_back_from_its_stream(bytes in proptest::collection::vec(any::<u8>(), 1..300), level in 0_u8..12) {
        let mut list = StatusList::new(u32::try_from(bytes.len() * 8).unwrap()).unwrap();
        for index in (0..list.positions()).filter(|index| bytes[*index as usize / 8] >> (index % 8) & 1 == 1) {
            list.raise(index).unwrap();
        }
        prop_assert_eq!(StatusList::from_zlib(&list.to_zlib(level)), Ok(list));
    }
}
