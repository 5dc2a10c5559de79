//! What both sides of the rig know of each other.

use std::time::Duration;

/// The API key of the one entity.
pub(crate) const API_KEY: &str = "soak-key-that-only-this-rig-knows";
/// In whose name the tokens are signed.
pub(crate) const ISSUER: &str = "https://kycvs.example";
/// How long a client waits for one answer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(8);
/// How many people the registry has.
pub(crate) const PEOPLE: u64 = 20_000;
/// The seed that registry and clients draw the same people from.
pub(crate) const SEED: u64 = 2021;
