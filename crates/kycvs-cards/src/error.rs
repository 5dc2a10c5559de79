use kycvs_token::SignerError;

/// Why there is no card. No error holds anything of the person.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CardError {
    /// The key signs with something else than ES256, the one algorithm that these readers share.
    #[error("cards are signed with ES256")]
    Algorithm,
    /// The issuer is not what the format has: an `https` URL without a slash at its end, or two capital letters.
    #[error("the issuer is not as the format has it")]
    Issuer,
    /// There is no dose to write down, or more than 99.
    #[error("a card has 1 to 99 doses")]
    Doses,
    /// The format has no code for the product of a dose, and a card must not leave one out.
    #[error("the format has no code for a product")]
    Product,
    /// The name has no letters that the format can write, or too many.
    #[error("the name cannot be written in this format")]
    Name,
    /// The number of the dose, the length of its series, the time or the certificate's id is out of its range.
    #[error("{0} is out of its range")]
    Range(&'static str),
    /// The signer did not sign.
    #[error(transparent)]
    Signer(#[from] SignerError),
}
