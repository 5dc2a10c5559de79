use std::fmt;

/// Why a token was refused.
///
/// A token is refused for the first reason found, in the order of [`TokenVerifier`](crate::TokenVerifier). The text
/// names a part, a header or a claim, and never shows what was in it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// Longer than [`MAX_TOKEN_BYTES`](crate::MAX_TOKEN_BYTES), or for a status list
    /// [`MAX_STATUS_LIST_BYTES`](crate::MAX_STATUS_LIST_BYTES).
    TooLong,
    /// Not three parts separated by dots (RFC 7515 section 7.1).
    NotThreeParts,
    /// What follows `KV1:` is not Base45 (RFC 9285) of a COSE_Sign1 message (RFC 9052) in its deterministic encoding.
    NotCose,
    /// A part is not base64url, or not the one way to write its bytes: padded, or with trailing bits set.
    NonCanonicalBase64 {
        /// Which part.
        part: Part,
    },
    /// The header is not a JSON object, or one of more than 64 members.
    HeaderNotJson,
    /// A name appears twice in one object of the header.
    DuplicateHeader,
    /// A header parameter that must be there is not, or is not a string.
    MissingHeader {
        /// `alg`, `typ` or `kid`.
        header: &'static str,
    },
    /// The header demands that an extension be understood (`crit`); this verifier has none.
    Critical,
    /// The header brings a key or an address of one, which is never followed.
    EmbeddedKey {
        /// `jwk`, `jku`, `x5u` or `x5c`; of a CWT `x5bag`, `x5chain` or `x5u`.
        header: &'static str,
    },
    /// `typ` is not exactly `kycvs+jwt`, `kycvs+cwt` of a CWT, or for a status list `statuslist+jwt`: a token made for another use.
    WrongType,
    /// `alg` is `none`, in any spelling.
    AlgorithmNone,
    /// `kid` names no key of the key ring. A gate with an old key ring fetches it again.
    UnknownKey,
    /// `alg` is not the algorithm of the key that `kid` names.
    AlgorithmMismatch,
    /// The signature is not that of the key: the token was changed, or is forged.
    BadSignature,
    /// The payload is not a JSON object, or one of more than 64 members.
    ClaimsNotJson,
    /// The payload is not a CBOR map in its deterministic encoding, or one of more than 256 items.
    ClaimsNotCbor,
    /// A name appears twice in one object of the payload, at any depth.
    DuplicateClaim {
        /// The name.
        claim: String,
    },
    /// A required claim is not there.
    MissingClaim {
        /// Which claim; a member of `consent` as `consent.id`.
        claim: &'static str,
    },
    /// A claim has the wrong JSON type: an `aud` that is a list, an `exp` with a fraction.
    MistypedClaim {
        /// Which claim.
        claim: &'static str,
    },
    /// A claim has the right type and breaks its rule, as [`StatusClaims`](crate::StatusClaims) gives it.
    MalformedClaim {
        /// Which claim.
        claim: &'static str,
    },
    /// `vaccination_status` is not 0, 1 or 2.
    StatusOutOfRange,
    /// A disclosure opens no digest of the token, or the same one again.
    ForeignDisclosure,
    /// A disclosure belongs to the token and is not one that an issuer of ours makes, or something else follows the token.
    MalformedDisclosure,
    /// `exp` is not after `iat`.
    LifetimeNotPositive,
    /// From `iat` to `exp` is more than the longest lifetime.
    LifetimeTooLong,
    /// `iss` is not the issuer that this verifier trusts, or one of them is a sandbox and the other is not.
    WrongIssuer,
    /// `aud` is not the audience that was asked for.
    WrongAudience,
    /// `iat`, or `nbf` where there is one, is still to come, by more than the clock skew.
    NotYetValid,
    /// `exp` has passed, by the clock skew or more.
    Expired,
    /// A status list says that the token was withdrawn, or is no longer right.
    Revoked,
    /// The token's status list is too old to say whether it was withdrawn.
    StatusStale,
    /// No status list that is held says whether the token was withdrawn.
    StatusUnknown,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => f.write_str("the token is too long"),
            Self::NotThreeParts => f.write_str("the token is not three parts separated by dots"),
            Self::NotCose => f.write_str("the token is not a COSE message in its one encoding"),
            Self::NonCanonicalBase64 { part } => write!(f, "the token's {part} is not canonical base64url"),
            Self::HeaderNotJson => f.write_str("the token's header is not a JSON object"),
            Self::DuplicateHeader => f.write_str("the token's header holds a name twice"),
            Self::MissingHeader { header } => write!(f, "the token's header has no text `{header}`"),
            Self::Critical => f.write_str("the token's header has `crit`"),
            Self::EmbeddedKey { header } => write!(f, "the token's header brings its own key (`{header}`)"),
            Self::WrongType => f.write_str("the token is of another type"),
            Self::AlgorithmNone => f.write_str("the token is not signed"),
            Self::UnknownKey => f.write_str("the token's key is not in the key ring"),
            Self::AlgorithmMismatch => f.write_str("the token's algorithm is not its key's"),
            Self::BadSignature => f.write_str("the signature is wrong"),
            Self::ClaimsNotJson => f.write_str("the token's payload is not a JSON object"),
            Self::ClaimsNotCbor => f.write_str("the token's payload is not a CBOR map in its one encoding"),
            Self::DuplicateClaim { claim } => write!(f, "the claim {claim:?} appears twice"),
            Self::MissingClaim { claim } => write!(f, "the claim `{claim}` is missing"),
            Self::MistypedClaim { claim } => write!(f, "the claim `{claim}` has the wrong type"),
            Self::MalformedClaim { claim } => write!(f, "the claim `{claim}` is malformed"),
            Self::StatusOutOfRange => f.write_str("the vaccination status is not 0, 1 or 2"),
            Self::ForeignDisclosure => f.write_str("a disclosure does not belong to the token"),
            Self::MalformedDisclosure => f.write_str("a disclosure is malformed"),
            Self::LifetimeNotPositive => f.write_str("the token expires before it begins"),
            Self::LifetimeTooLong => f.write_str("the token's lifetime is too long"),
            Self::WrongIssuer => f.write_str("the token is of another issuer"),
            Self::WrongAudience => f.write_str("the token was issued to another audience"),
            Self::NotYetValid => f.write_str("the token is not valid yet"),
            Self::Expired => f.write_str("the token has expired"),
            Self::Revoked => f.write_str("the token was withdrawn"),
            Self::StatusStale => f.write_str("the token's status list is too old"),
            Self::StatusUnknown => f.write_str("it is not known whether the token was withdrawn"),
        }
    }
}

impl std::error::Error for Refusal {}

/// A part of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The first part.
    Header,
    /// The second part, which holds the claims.
    Payload,
    /// The third part.
    Signature,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "header",
            Self::Payload => "payload",
            Self::Signature => "signature",
        })
    }
}

impl Refusal {
    /// Every code that [`code`](Self::code) can give, for a host that documents or counts them.
    pub const CODES: &'static [&'static str] = &[
        "too-long",
        "not-three-parts",
        "not-cose",
        "non-canonical-base64",
        "header-not-json",
        "duplicate-header",
        "missing-header",
        "critical",
        "embedded-key",
        "wrong-type",
        "algorithm-none",
        "unknown-key",
        "algorithm-mismatch",
        "bad-signature",
        "claims-not-json",
        "claims-not-cbor",
        "duplicate-claim",
        "missing-claim",
        "mistyped-claim",
        "malformed-claim",
        "status-out-of-range",
        "foreign-disclosure",
        "malformed-disclosure",
        "lifetime-not-positive",
        "lifetime-too-long",
        "wrong-issuer",
        "wrong-audience",
        "not-yet-valid",
        "expired",
        "revoked",
        "status-stale",
        "status-unknown",
    ];

    /// The reason as a stable word, for programs: `wrong-audience`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLong => "too-long",
            Self::NotThreeParts => "not-three-parts",
            Self::NotCose => "not-cose",
            Self::NonCanonicalBase64 { .. } => "non-canonical-base64",
            Self::HeaderNotJson => "header-not-json",
            Self::DuplicateHeader => "duplicate-header",
            Self::MissingHeader { .. } => "missing-header",
            Self::Critical => "critical",
            Self::EmbeddedKey { .. } => "embedded-key",
            Self::WrongType => "wrong-type",
            Self::AlgorithmNone => "algorithm-none",
            Self::UnknownKey => "unknown-key",
            Self::AlgorithmMismatch => "algorithm-mismatch",
            Self::BadSignature => "bad-signature",
            Self::ClaimsNotJson => "claims-not-json",
            Self::ClaimsNotCbor => "claims-not-cbor",
            Self::DuplicateClaim { .. } => "duplicate-claim",
            Self::MissingClaim { .. } => "missing-claim",
            Self::MistypedClaim { .. } => "mistyped-claim",
            Self::MalformedClaim { .. } => "malformed-claim",
            Self::StatusOutOfRange => "status-out-of-range",
            Self::ForeignDisclosure => "foreign-disclosure",
            Self::MalformedDisclosure => "malformed-disclosure",
            Self::LifetimeNotPositive => "lifetime-not-positive",
            Self::LifetimeTooLong => "lifetime-too-long",
            Self::WrongIssuer => "wrong-issuer",
            Self::WrongAudience => "wrong-audience",
            Self::NotYetValid => "not-yet-valid",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::StatusStale => "status-stale",
            Self::StatusUnknown => "status-unknown",
        }
    }
}
