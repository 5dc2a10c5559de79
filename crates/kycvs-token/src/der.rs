use std::fmt;

/// The bytes are not an ECDSA signature over P-256 in DER.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DerError;

impl fmt::Display for DerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an ECDSA signature over P-256 in DER")
    }
}

impl std::error::Error for DerError {}

/// Makes `r || s`, 64 bytes, of an ECDSA signature over P-256 in DER (RFC 3279 section 2.2.3): what AWS KMS and Google Cloud KMS answer,
/// and a [`Signer`](crate::Signer) must not.
///
/// # Errors
/// [`DerError`] for what is not the one DER encoding of two positive integers of 256 bits at most.
///
/// ```
/// use kycvs_token::der_to_fixed;
/// let fixed = der_to_fixed(&[0x30, 0x06, 0x02, 0x01, 0x05, 0x02, 0x01, 0x07])?;
/// assert_eq!((fixed[31], fixed[63]), (5, 7));
/// # Ok::<(), kycvs_token::DerError>(())
/// ```
pub fn der_to_fixed(der: &[u8]) -> Result<[u8; 64], DerError> {
    let (sequence, end) = element(der, 0x30).ok_or(DerError)?;
    let (r, rest) = element(sequence, 0x02).ok_or(DerError)?;
    let (s, rest) = element(rest, 0x02).ok_or(DerError)?;
    if !end.is_empty() || !rest.is_empty() {
        return Err(DerError);
    }
    let mut fixed = [0; 64];
    let (left, right) = fixed.split_at_mut(32);
    put(r, left).and_then(|()| put(s, right)).ok_or(DerError)?;
    Ok(fixed)
}

/// The contents of the first element, which has this tag, and what follows it. No signature needs a length of two bytes.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let ([first, length], rest) = der.split_first_chunk()?;
    let is_short = *first == tag && *length < 0x80;
    rest.split_at_checked((*length).into()).filter(|_| is_short)
}

/// Puts a positive integer into 32 bytes, from the right. It is written in as few bytes as there can be, the first bit 0.
fn put(integer: &[u8], place: &mut [u8]) -> Option<()> {
    let digits = match integer {
        [0, digits @ ..] if digits.first().is_some_and(|first| *first >= 0x80) => digits,
        [1..0x80, ..] => integer,
        _ => return None,
    };
    let start = place.len().checked_sub(digits.len())?;
    place.get_mut(start..)?.copy_from_slice(digits);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ring::rand::SystemRandom;
    use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};

    use crate::{Algorithm, PublicKey};

    /// Whatever ring signs in DER is good as 64 bytes, with leading zeros and without: 3,000 signatures have all lengths.
    #[test]
    fn a_signature_in_der_is_the_same_signature() {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref(), &random).unwrap();
        let public = PublicKey::from_bytes(Algorithm::Es256, pair.public_key().as_ref()).unwrap();
        let mut lengths = std::collections::BTreeSet::new();
        for number in 0..3_000_u32 {
            let der = pair.sign(&random, &number.to_be_bytes()).unwrap();
            lengths.insert(der.as_ref().len());
            assert!(public.verifies(&number.to_be_bytes(), &der_to_fixed(der.as_ref()).unwrap()));
        }
        assert!([70, 71, 72].iter().all(|length| lengths.contains(length)), "{lengths:?}");
    }

    /// The order of P-256 (SEC 2, 2.4.2). With `r, s` a signature `r, n - s` is one, too: services answer either, and a JWS may hold either.
    const ORDER: [u8; 32] = [
        0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xBC, 0xE6, 0xFA, 0xAD,
        0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
    ];

    /// `n - s`, digit by digit from the right.
    fn other_half(s: &[u8]) -> [u8; 32] {
        let (mut difference, mut borrowed) = ([0; 32], 0);
        for ((place, digit), taken) in difference.iter_mut().zip(ORDER).zip(s).rev() {
            let whole = 256 + i32::from(digit) - i32::from(*taken) - borrowed;
            *place = u8::try_from(whole % 256).unwrap();
            borrowed = i32::from(whole < 256);
        }
        difference
    }

    /// The one DER encoding of `r || s`, as services write it.
    fn der_of(fixed: &[u8; 64]) -> Vec<u8> {
        let integers = fixed.chunks(32).flat_map(|number| {
            let zeros = number.iter().take_while(|digit| **digit == 0).count().min(31);
            let sign = (number[zeros] >= 0x80).then_some(0);
            let digits: Vec<u8> = sign.into_iter().chain(number[zeros..].iter().copied()).collect();
            [&[0x02, u8::try_from(digits.len()).unwrap()], &digits[..]].concat()
        });
        let body: Vec<u8> = integers.collect();
        [&[0x30, u8::try_from(body.len()).unwrap()], &body[..]].concat()
    }

    #[test]
    fn a_signature_with_the_larger_s_stays_as_it_is_and_is_good() {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref(), &random).unwrap();
        let public = PublicKey::from_bytes(Algorithm::Es256, pair.public_key().as_ref()).unwrap();
        for number in 0..100_u8 {
            let mut fixed = der_to_fixed(pair.sign(&random, &[number]).unwrap().as_ref()).unwrap();
            let other = other_half(&fixed[32..]);
            fixed[32..].copy_from_slice(&other);
            assert_eq!(der_to_fixed(&der_of(&fixed)), Ok(fixed));
            assert!(public.verifies(&[number], &fixed));
        }
    }

    #[test]
    fn what_is_not_der_is_refused() {
        for spoilt in [
            &[][..],
            &[0x30, 0x06, 0x02, 0x01, 0x05, 0x02, 0x01],
            &[0x30, 0x06, 0x02, 0x01, 0x05, 0x02, 0x01, 0x07, 0x00],
            &[0x30, 0x07, 0x02, 0x01, 0x05, 0x02, 0x01, 0x07, 0x00],
            &[0x31, 0x06, 0x02, 0x01, 0x05, 0x02, 0x01, 0x07],
            &[0x30, 0x06, 0x03, 0x01, 0x05, 0x02, 0x01, 0x07],
            &[0x30, 0x81, 0x06, 0x02, 0x01, 0x05, 0x02, 0x01, 0x07], // a length in two bytes
            &[0x30, 0x07, 0x02, 0x02, 0x00, 0x05, 0x02, 0x01, 0x07], // a zero too many
            &[0x30, 0x06, 0x02, 0x01, 0x85, 0x02, 0x01, 0x07],       // negative
            &[0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x07],       // zero
            &[0x30, 0x05, 0x02, 0x00, 0x02, 0x01, 0x07],
        ] {
            assert_eq!(der_to_fixed(spoilt), Err(DerError), "{spoilt:02x?}");
        }
        let long = [&[0x30, 0x26, 0x02, 0x21][..], &[0x7F; 33], &[0x02, 0x01, 0x07]].concat();
        assert_eq!(der_to_fixed(&long), Err(DerError), "33 bytes");
    }

    /// What a length in BER may look like, where DER has one byte.
    const LONG_LENGTHS: [&[u8]; 3] = [&[0x81], &[0x82, 0], &[0x83, 0, 0]];

    proptest! {
        /// Whatever is read has one encoding: so nothing is read that a stricter reader would refuse, or read otherwise.
        #[test]
        fn there_is_one_encoding_for_each_signature(noise in prop::collection::vec(any::<u8>(), 0..80)) {
            if let Ok(fixed) = der_to_fixed(&noise) {
                prop_assert_eq!(der_of(&fixed), noise);
            }
        }

        /// Short numbers, numbers with their first bit set, and every other: read as they are, and with any one change refused or read
        /// as another signature.
        #[test]
        fn every_signature_is_read_and_no_other_form_of_it(
            mut fixed in prop::array::uniform::<_, 64>(any::<u8>()), short in (0..32_usize, 0..32_usize), place: prop::sample::Index, byte: u8,
        ) {
            fixed[..short.0].fill(0);
            fixed[32..32 + short.1].fill(0);
            fixed[31] |= 1;
            fixed[63] |= 1;
            let der = der_of(&fixed);
            prop_assert_eq!(der_to_fixed(&der), Ok(fixed));
            prop_assert_eq!(der_to_fixed(&[&der[..], &[byte]].concat()), Err(DerError), "a byte behind it");
            prop_assert_eq!(der_to_fixed(&der[..der.len() - 1]), Err(DerError), "cut short");
            // The lengths of the sequence, of r and of s.
            for at in [1, 3, 5 + usize::from(der[3])] {
                for long in LONG_LENGTHS {
                    let mut spoilt = [&der[..at], long, &der[at..]].concat();
                    prop_assert_eq!(der_to_fixed(&spoilt), Err(DerError), "a long length at {}", at);
                    spoilt[1] = spoilt[1].wrapping_add(u8::try_from(long.len()).unwrap());
                    prop_assert_eq!(der_to_fixed(&spoilt), Err(DerError), "a long length at {}, counted", at);
                }
            }
            let mut changed = der.clone();
            *place.get_mut(&mut changed) = byte;
            prop_assert!(changed == der || der_to_fixed(&changed) != Ok(fixed));
        }
    }
}
