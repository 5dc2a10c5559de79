use async_trait::async_trait;
use kycvs_log::{VerifierKey, WitnessAnswer, WitnessRequest};

/// Somebody else who signs a log's checkpoints, and signs one tree of it only (C2SP tlog-witness).
#[async_trait]
pub trait Witness: Send + Sync {
    /// Its key.
    fn key(&self) -> &VerifierKey;

    /// Posts a checkpoint to it, within a few seconds.
    ///
    /// # Errors
    /// [`WitnessUnavailable`] when it did not answer.
    async fn add_checkpoint(&self, request: &WitnessRequest) -> Result<WitnessAnswer, WitnessUnavailable>;
}

/// A witness did not answer; it is asked again.
#[derive(Debug, thiserror::Error)]
#[error("the witness did not answer")]
pub struct WitnessUnavailable(#[source] pub Box<dyn std::error::Error + Send + Sync>);
