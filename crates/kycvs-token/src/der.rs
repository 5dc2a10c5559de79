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

    proptest! {
        #[test]
        fn no_bytes_make_it_fail_otherwise(noise in prop::collection::vec(any::<u8>(), 0..80)) {
            let _ = der_to_fixed(&noise);
        }
    }
}
