use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use kycvs_domain::decimal_digit;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// The fewest and most digits of a code. NIST SP 800-63B-4 (3.1.3.2) asks for at least six.
pub const CODE_DIGITS: std::ops::RangeInclusive<u8> = 6..=8;

/// Longest text that is read as a code: eight digits in any script, and the spaces a person may put between them.
const MAX_TYPED_CHARS: usize = 20;

/// A one-time code: 6 to 8 decimal digits, leading zeros kept.
///
/// It is wiped when dropped, never printed and never compared: [`CodeProof`] is what meets the stored code.
#[derive(Clone)]
pub struct OtpCode(Zeroizing<String>);

/// A source of random bytes that was used up or could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the system gave no random bytes")]
pub struct RandomError;

/// Where random bytes come from. A service hands in the system's generator; this crate has none of its own.
pub trait Random: Send + Sync {
    /// Fills `bytes`, all of them.
    ///
    /// # Errors
    /// [`RandomError`] when the system gives none.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError>;
}

impl<R: Random + ?Sized> Random for Arc<R> {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
        (**self).fill(bytes)
    }
}

/// The text is no code, or no hash of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// What was typed is no code.
    #[error("a code is 6 to 8 digits")]
    Typed,
    /// What a client sent is no hash.
    #[error("the SHA-256 of a code is 64 hexadecimal digits")]
    Hash,
}

impl OtpCode {
    /// Draws a code of `digits` digits (held to [`CODE_DIGITS`]), each equally likely: a byte above 249 is drawn again, since
    /// ten does not divide 256.
    ///
    /// # Errors
    /// [`RandomError`] when `random` fails, or gives no usable byte in hundreds of tries.
    pub fn draw(random: &dyn Random, digits: u8) -> Result<Self, RandomError> {
        let digits = usize::from(digits.clamp(*CODE_DIGITS.start(), *CODE_DIGITS.end()));
        let mut code = Zeroizing::new(String::with_capacity(digits));
        for _ in 0..64 {
            let mut bytes = Zeroizing::new([0; 8]);
            random.fill(bytes.as_mut_slice())?;
            for byte in bytes.iter().filter(|byte| **byte < 250) {
                code.push(char::from(b'0' + byte % 10));
                if code.len() == digits {
                    return Ok(Self(code));
                }
            }
        }
        Err(RandomError)
    }

    /// The digits, for the message to the person and for nothing else.
    pub fn secret(&self) -> &str {
        &self.0
    }

    /// What a person who enters this code proves with it.
    pub fn proof(&self) -> CodeProof {
        CodeProof::hash(&self.0)
    }
}

impl fmt::Debug for OtpCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OtpCode(redacted)")
    }
}

/// The SHA-256 of a code that a person entered.
///
/// A client may hash the code itself, as CoWIN's clients do, so that the code need not travel. It is wiped when dropped,
/// never printed, and has no equality: [`CodeKey::accepts`](crate::CodeKey::accepts) compares in constant time.
#[derive(Clone)]
pub struct CodeProof(Zeroizing<[u8; 32]>);

impl CodeProof {
    /// Reads a code as a person types it: decimal digits of any script, spaces between them ignored.
    ///
    /// # Errors
    /// [`CodeError::Typed`] for other characters or another number of digits.
    pub fn from_typed(text: &str) -> Result<Self, CodeError> {
        if text.chars().count() > MAX_TYPED_CHARS {
            return Err(CodeError::Typed);
        }
        let mut code = Zeroizing::new(String::with_capacity(usize::from(*CODE_DIGITS.end())));
        for c in text.chars().filter(|c| *c != ' ') {
            let digit = decimal_digit(c).ok_or(CodeError::Typed)?;
            code.push(char::from(b'0' + digit));
        }
        let digits = u8::try_from(code.len()).map_err(|_| CodeError::Typed)?;
        if CODE_DIGITS.contains(&digits) { Ok(Self::hash(&code)) } else { Err(CodeError::Typed) }
    }

    /// Reads the 64 hexadecimal digits of a code's SHA-256.
    ///
    /// # Errors
    /// [`CodeError::Hash`] for any other text.
    pub fn from_sha256_hex(text: &str) -> Result<Self, CodeError> {
        let mut proof = Zeroizing::new([0; 32]);
        match base16ct::mixed::decode(text, proof.as_mut_slice()) {
            Ok(bytes) if bytes.len() == 32 => Ok(Self(proof)),
            _ => Err(CodeError::Hash),
        }
    }

    pub(crate) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    fn hash(code: &str) -> Self {
        Self(Zeroizing::new(Sha256::digest(code.as_bytes()).into()))
    }
}

/// As [`from_typed`](CodeProof::from_typed).
impl FromStr for CodeProof {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        Self::from_typed(text)
    }
}

impl fmt::Debug for CodeProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeProof(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use proptest::prelude::*;

    /// Counts upwards from a byte, so that every byte value comes.
    struct Counting(std::sync::atomic::AtomicU8);

    impl Random for Counting {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
            bytes.fill_with(|| self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
            Ok(())
        }
    }

    /// Marsaglia's xorshift64*, 2003: even enough, and the same at every run.
    struct XorShift(Mutex<u64>);

    impl Random for XorShift {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
            let mut state = self.0.lock().unwrap();
            bytes.fill_with(|| {
                *state ^= *state >> 12;
                *state ^= *state << 25;
                *state ^= *state >> 27;
                state.wrapping_mul(0x2545_F491_4F6C_DD1D).to_be_bytes()[0]
            });
            Ok(())
        }
    }

    struct Stuck;

    impl Random for Stuck {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
            bytes.fill(255);
            Ok(())
        }
    }

    #[test]
    fn the_high_digits_are_as_likely_as_the_low_ones() {
        // Of 160,000 digits four in ten lie above 5; had bytes above 249 been folded onto the low digits, 1,500 would be
        // missing there, seven times the standard deviation.
        let random = XorShift(Mutex::new(0x9E37_79B9_7F4A_7C15));
        let codes: Vec<_> = (0..20_000).map(|_| OtpCode::draw(&random, 8).unwrap()).collect();
        let high = codes.iter().flat_map(|code| code.secret().bytes()).filter(|digit| *digit > b'5').count();
        assert!(high.abs_diff(64_000) < 600, "{high}");
    }

    #[test]
    fn a_shared_generator_draws_as_its_own() {
        let shared = Arc::new(Counting(0.into()));
        assert_eq!(OtpCode::draw(&shared, 6).unwrap().secret(), "012345");
        assert_eq!(OtpCode::draw(&Arc::new(Stuck), 6).err(), Some(RandomError));
    }

    #[test]
    fn leading_zeros_are_kept() {
        let code = OtpCode::draw(&Counting(0.into()), 6).unwrap();
        assert_eq!(code.secret(), "012345");
    }

    #[test]
    fn a_byte_above_249_is_drawn_again() {
        let code = OtpCode::draw(&Counting(246.into()), 8).unwrap();
        assert_eq!(code.secret(), "67890123", "250 to 255 are no digits");
    }

    #[test]
    fn a_code_may_be_typed_with_spaces_in_twenty_characters() {
        assert!(CodeProof::from_typed("48 29 13            ").is_ok());
        assert!(CodeProof::from_typed("48 29 13             ").is_err());
    }

    #[test]
    fn a_hash_has_64_digits_and_no_fewer() {
        for digits in [0, 62, 63, 65, 66] {
            assert_eq!(CodeProof::from_sha256_hex(&"a".repeat(digits)).err(), Some(CodeError::Hash), "{digits}");
        }
    }

    #[test]
    fn a_broken_generator_is_an_error_and_not_a_hang() {
        assert_eq!(OtpCode::draw(&Stuck, 6).err(), Some(RandomError));
    }

    #[test]
    fn numerals_of_any_script_and_the_hash_prove_the_same() {
        let ascii = CodeProof::from_typed("482913").unwrap();
        for typed in ["४८२९१३", "482 913", "௪௮௨௯௧௩", "４８２９１３"] {
            assert_eq!(CodeProof::from_typed(typed).unwrap().as_bytes(), ascii.as_bytes(), "{typed}");
        }
        let hex = base16ct::lower::encode_string(&Sha256::digest(b"482913"));
        assert_eq!(CodeProof::from_sha256_hex(&hex).unwrap().as_bytes(), ascii.as_bytes());
        assert_eq!(CodeProof::from_sha256_hex(&hex.to_uppercase()).unwrap().as_bytes(), ascii.as_bytes());
    }

    #[test]
    fn debug_output_shows_nothing() {
        let code = OtpCode::draw(&Counting(0.into()), 6).unwrap();
        assert_eq!(format!("{code:?} {:?}", code.proof()), "OtpCode(redacted) CodeProof(redacted)");
    }

    proptest! {
        #[test]
        fn any_text_is_a_code_or_an_error(text in any::<String>()) {
            let _ = (CodeProof::from_typed(&text), CodeProof::from_sha256_hex(&text));
        }

        #[test]
        fn only_six_to_eight_digits_are_a_code(text in "[0-9]{0,12}") {
            prop_assert_eq!(CodeProof::from_typed(&text).is_ok(), (6..=8).contains(&text.len()));
        }
    }
}
