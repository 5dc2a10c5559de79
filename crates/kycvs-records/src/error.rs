/// Why a record was not taken. No error holds anything that the record says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// Nothing here is recognised as a certificate.
    #[error("this is no certificate that can be read here")]
    NotARecord,
    /// A kind that is recognised and not taken as evidence.
    #[error("{0} cannot be taken as evidence of vaccination")]
    Unsupported(&'static str),
    /// The text, or what it unpacks to, is over a limit.
    #[error("the certificate is too large: {0}")]
    TooLarge(&'static str),
    /// A wrapping is broken: Base45, ZIP, zlib, CBOR or JSON.
    #[error("the certificate is damaged: {0}")]
    Container(&'static str),
    /// A member is missing, unknown, given twice, or of another kind than its format allows.
    #[error("the certificate does not have its format's shape: {0}")]
    Shape(&'static str),
    /// The trust list has no key of that name for that issuer.
    #[error("the issuer is not trusted here")]
    UnknownIssuer,
    /// The key is in the trust list and was ended by its owner.
    #[error("the issuer has ended the key of this certificate")]
    KeyTerminated,
    /// The key is known and may not sign this: another algorithm, another kind of certificate, or outside its time.
    #[error("the issuer's key is not meant for this certificate")]
    KeyNotForThis,
    /// The signature is not the key's over these bytes.
    #[error("the signature does not match the certificate")]
    BadSignature,
    /// The seal begins later than now.
    #[error("the certificate is not valid yet")]
    NotYetValid,
    /// The seal has ended; a host may take it all the same, see [`Rules::accept_expired_seals`](crate::Rules).
    #[error("the seal of the certificate has expired")]
    SealExpired,
    /// The issuer has revoked it.
    #[error("the issuer has revoked the certificate")]
    Revoked,
    /// What is signed can be read in two ways, or says two things.
    #[error("the certificate cannot be read without doubt: {0}")]
    Ambiguous(&'static str),
    /// The trust list is older than twice its time, so nobody knows which keys still hold.
    #[error("the list of trusted issuers is too old")]
    TrustListTooOld,
    /// A card in several codes is not complete.
    #[error("the card has further codes that are missing")]
    Incomplete,
}

impl RecordError {
    /// A stable word for protocols and scripts.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotARecord => "not-a-record",
            Self::Unsupported(_) => "unsupported",
            Self::TooLarge(_) => "too-large",
            Self::Container(_) => "damaged",
            Self::Shape(_) => "malformed",
            Self::UnknownIssuer => "issuer-not-trusted",
            Self::KeyTerminated => "terminated-key",
            Self::KeyNotForThis => "key-not-for-this",
            Self::BadSignature => "invalid-signature",
            Self::NotYetValid => "not-yet-valid",
            Self::SealExpired => "seal-expired",
            Self::Revoked => "revoked",
            Self::Ambiguous(_) => "ambiguous",
            Self::TrustListTooOld => "trust-list-too-old",
            Self::Incomplete => "incomplete",
        }
    }
}
