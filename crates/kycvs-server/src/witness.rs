use std::time::Duration;

use anyhow::{Context, Result};
use kycvs::transparency::{MAX_NOTE_BYTES, VerifierKey, WitnessAnswer, WitnessRequest};
use kycvs::{Witness, WitnessUnavailable};
use url::Url;

use crate::remote::Remote;

/// A witness at a URL, by C2SP tlog-witness.
pub(crate) struct HttpWitness {
    key: VerifierKey,
    remote: Remote,
}

impl HttpWitness {
    /// A witness whose submission prefix is `url`.
    ///
    /// # Errors
    /// A URL that is not `http` or `https`, or has no host.
    pub(crate) fn new(url: &Url, key: VerifierKey, time_limit: Duration) -> Result<Self> {
        let remote = Remote::new(url, "add-checkpoint", time_limit, MAX_NOTE_BYTES).context("a witness")?;
        Ok(Self { key, remote })
    }
}

#[async_trait::async_trait]
impl Witness for HttpWitness {
    fn key(&self) -> &VerifierKey {
        &self.key
    }

    async fn add_checkpoint(&self, request: &WitnessRequest) -> Result<WitnessAnswer, WitnessUnavailable> {
        let (status, body) = self.remote.call(Some(request.to_string())).await.map_err(WitnessUnavailable)?;
        Ok(WitnessAnswer::read(status, &body))
    }
}
