use kycvs_axum::ApiKeyHash;
use sha2::{Digest, Sha256};

/// The SHA-256 of each API key, password and secret that a file of the repository publishes: everyone knows them, so no
/// server takes them. A test finds those that are missing here.
const PUBLISHED: &str = include_str!("published.txt");

/// Whether everyone knows an API key.
pub(crate) fn is_published(hash: &ApiKeyHash) -> bool {
    hashes().any(|known| ApiKeyHash::try_from(known.to_owned()).is_ok_and(|known| known == *hash))
}

/// Whether everyone knows a secret.
pub(crate) fn is_published_text(text: &str) -> bool {
    is_published_bytes(text.as_bytes())
}

/// Whether everyone knows a key.
pub(crate) fn is_published_bytes(bytes: &[u8]) -> bool {
    let hash: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    hashes().any(|known| known == hash)
}

/// All of them.
pub(super) fn hashes() -> impl Iterator<Item = &'static str> {
    PUBLISHED.lines().filter_map(|line| line.split_whitespace().next()).filter(|word| word.len() == 64)
}
