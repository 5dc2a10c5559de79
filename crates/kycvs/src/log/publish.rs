use kycvs_log::{Checkpoint, Note, NoteSignature, Plan, ProofError, TextError, WitnessAnswer, WitnessRequest};
use kycvs_store::{Advance, Page, StoreError, Version};
use kycvs_token::SignerError;

use super::head::Head;
use super::pages::DAMAGED;
use super::{Log, LogState, Witness};
use crate::Error;

/// What came of asking a witness.
enum Asked {
    Signed(Vec<NoteSignature>),
    /// It did not answer, or refused for a reason of its own.
    NotNow,
    /// It has signed a tree that ours is not the continuation of.
    SawAnother,
}

impl Log {
    /// Signs the tree as it is written, has witnesses sign it, and publishes the checkpoint.
    pub(super) async fn publish(&self) -> Result<LogState, Error> {
        let (head, expected) = self.head().await?;
        if head.is_halted {
            return Ok(LogState::Halted);
        }
        let before = head.published_size();
        if before == head.size {
            return Ok(LogState::Published(before));
        }
        let note = self.sign(&head).await?;
        let mut signatures = Vec::new();
        let mut signed = 0;
        for witness in &self.public.witnesses {
            match self.ask(&**witness, &head, before, &note).await? {
                Asked::Signed(lines) => {
                    signatures.extend(lines);
                    signed += 1;
                }
                Asked::NotNow => tracing::warn!(witness = witness.key().name(), "a witness did not sign the log"),
                Asked::SawAnother => return self.halt(witness.key().name()).await,
            }
        }
        if signed < self.public.wanted {
            tracing::error!(signed, wanted = self.public.wanted, "too few witnesses signed: the log is not published");
            return Ok(LogState::Unwitnessed);
        }
        let size = head.size;
        let published = Head { published: Some(note.with(signatures).map_err(unreadable)?), ..head };
        self.set(published, expected).await?;
        Ok(LogState::Published(size))
    }

    async fn sign(&self, head: &Head) -> Result<Note, Error> {
        let root = self.hashes(head, &Plan::root(head.size)).await?;
        let root = root.first().copied().ok_or(DAMAGED)?;
        let text = Checkpoint { origin: self.public.key.name().to_owned(), size: head.size, root }.to_string();
        let signature = self.public.signer.sign(text.as_bytes()).await.map_err(unsigned)?;
        Ok(Note::new(text, vec![self.public.key.signature(signature)]).map_err(unreadable)?)
    }

    /// Asks a witness, from the size it should know, and once more from the size it says it knows.
    async fn ask(&self, witness: &dyn Witness, head: &Head, before: u64, note: &Note) -> Result<Asked, Error> {
        let mut old_size = before;
        for _ in 0..2 {
            let plan = Plan::consistency(old_size, head.size).map_err(|_: ProofError| DAMAGED)?;
            let hashes = self.hashes(head, &plan).await?;
            let request = WitnessRequest { old_size, hashes, checkpoint: note.clone() };
            match witness.add_checkpoint(&request).await {
                Ok(WitnessAnswer::Signed(lines)) => {
                    let is_good = note.clone().with(lines.clone()).is_ok_and(|note| witness.key().verifies(&note));
                    return Ok(if is_good { Asked::Signed(lines) } else { Asked::NotNow });
                }
                // It may have signed for another host, which has grown the tree since.
                Ok(WitnessAnswer::Has(size)) if size > head.size => {
                    let (now, _) = self.head().await?;
                    return Ok(if now.size < size { Asked::SawAnother } else { Asked::NotNow });
                }
                Ok(WitnessAnswer::Has(size)) => old_size = size,
                Ok(WitnessAnswer::Inconsistent) => return Ok(Asked::SawAnother),
                _ => return Ok(Asked::NotNow),
            }
        }
        Ok(Asked::NotNow)
    }

    /// Stops the log for good, on every host.
    async fn halt(&self, witness: &str) -> Result<LogState, Error> {
        tracing::error!(
            witness,
            "a witness has seen another tree of the log: it stops, and nothing more of it is signed"
        );
        loop {
            let (now, expected) = self.head().await?;
            if now.is_halted || self.set(Head { is_halted: true, ..now }, expected).await? {
                return Ok(LogState::Halted);
            }
        }
    }

    /// Compares and sets the head alone; `false` when another host was first.
    async fn set(&self, head: Head, expected: Option<Version>) -> Result<bool, Error> {
        let head = Page { id: self.head_key(), body: head.to_bytes() };
        match self.store.advance(Advance { head, expected, pages: vec![], settled: vec![] }).await {
            Ok(()) => Ok(true),
            Err(StoreError::Conflict) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

fn unsigned(error: SignerError) -> Error {
    Error::SigningUnavailable(error.into())
}

/// A note of ours is one: its text is a checkpoint, and its signatures are few.
fn unreadable(_: TextError) -> StoreError {
    DAMAGED
}
