use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use kycvs::{OtpMessage, OtpSender, SendError};
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::receipts::{Outcome, Waiting};
use crate::{Channel, Fate, ReceiptId, Receipts, ReportTo};

/// Several channels, one after the other.
///
/// The first one gets the message. If it does not take it, the next one gets it at once. If it takes it, or nobody knows, its
/// receipt is waited for: when that says that the message failed, or none came in time, the next one's turn comes. Before
/// that the request is asked, on whatever host it was answered: a code that was entered, replaced or has expired is sent to
/// nobody. So a person gets the same code again or none, and a message is paid for twice only where the first was not seen
/// to arrive.
///
/// What is left to do when the process ends is lost with it: the person asks for a further code.
#[derive(Clone)]
pub struct Failover {
    links: Arc<[Link]>,
    receipts: Receipts,
}

/// A channel in its place.
pub struct Link {
    /// Its name, as it is counted under.
    pub name: String,
    /// The way to the person.
    pub channel: Arc<dyn Channel>,
    /// How receipts come, if the channel has any.
    pub receipts: Option<ReceiptsOf>,
}

/// How the receipts of a channel come.
pub struct ReceiptsOf {
    /// Where the gateway reports, if it does so to a URL of each message.
    pub report_to: Option<ReportTo>,
    /// How long a receipt is waited for before the next channel gets the message; `None` counts receipts only.
    pub patience: Option<Duration>,
}

/// How long the caller waits for a channel that takes the message: what a person waits for. The channels go on.
const LONGEST: Duration = Duration::from_secs(10);

impl Failover {
    /// The channels in their order. Receipts come in through `receipts`.
    pub fn new(links: impl IntoIterator<Item = Link>, receipts: Receipts) -> Self {
        Self { links: links.into_iter().collect(), receipts }
    }

    /// Sends a message, by one channel after the other, and tells the first outcome.
    async fn deliver(self, message: OtpMessage, tell: oneshot::Sender<Result<(), SendError>>) {
        let mut tell = Some(tell);
        let mut refused = SendError::NotSent("there is no channel".into());
        for (at, link) in self.links.iter().enumerate() {
            if tell.is_none() && !is_awaited(&message).await {
                return;
            }
            let has_next = at + 1 < self.links.len();
            let waiting = match self.hand_over(link, &message, has_next).await {
                (Ok(()), waiting) => {
                    tell.take().map(|tell| tell.send(Ok(())));
                    waiting
                }
                (Err(error @ SendError::Unknown(_)), waiting) => {
                    tell.take().map(|tell| tell.send(Err(error)));
                    waiting
                }
                (Err(error), _) => {
                    refused = error;
                    continue;
                }
            };
            let Some((waiting, patience)) = waiting else { return };
            if self.arrived(link, waiting, patience, &message).await {
                return;
            }
        }
        tell.map(|tell| tell.send(Err(refused)));
    }

    /// Hands a message to one channel, and begins to wait for its receipt if another channel could have its turn.
    async fn hand_over(
        &self,
        link: &Link,
        message: &OtpMessage,
        has_next: bool,
    ) -> (Result<(), SendError>, Option<(Waiting, Duration)>) {
        let receipts = link.receipts.as_ref();
        let patience = receipts.and_then(|receipts| receipts.patience).filter(|_| has_next);
        let wait_for = |id| Some((self.receipts.wait_for(id)?, patience?));
        // A system without random numbers has no receipts; it draws no codes either.
        let drawn = receipts.and_then(|receipts| Some((receipts.report_to.as_ref()?, ReceiptId::draw().ok()?)));
        let report_to = drawn.map(|(to, id)| to.url(id));
        let waiting = drawn.and_then(|(_, id)| wait_for(id));
        match link.channel.hand_over(message, report_to.as_ref()).await {
            Ok(id_of_gateway) => {
                self.receipts.count(&link.name, Outcome::Taken);
                let of_gateway = || wait_for(ReceiptId::of_gateway(&link.name, &id_of_gateway?));
                (Ok(()), waiting.or_else(of_gateway))
            }
            Err(error) => {
                let error = SendError::from(error);
                let is_unknown = matches!(error, SendError::Unknown(_));
                self.receipts.count(&link.name, if is_unknown { Outcome::Unknown } else { Outcome::NotSent });
                (Err(error), waiting)
            }
        }
    }

    /// Whether a message was seen to arrive in time: by a receipt here or, once time is up, at another host.
    async fn arrived(&self, link: &Link, mut waiting: Waiting, patience: Duration, message: &OtpMessage) -> bool {
        let fate = match timeout(patience, waiting.fate()).await {
            Ok(fate) => fate,
            Err(_) => match message.awaited.note(waiting.id.as_bytes()).await {
                Ok(note) => note.and_then(|note| Fate::from_note(&note)),
                Err(error) => {
                    tracing::warn!(%error, "whether a receipt came to another host could not be read");
                    None
                }
            },
        };
        if fate.is_none() {
            self.receipts.count(&link.name, Outcome::Overdue);
        }
        fate == Some(Fate::Delivered)
    }
}

/// Whether the code is still of use. Where that cannot be read it is not sent: it may be a dead one.
async fn is_awaited(message: &OtpMessage) -> bool {
    message.awaited.is_for(&message.code).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "whether a code is still waited for could not be read: it is not sent again");
        false
    })
}

#[async_trait]
impl OtpSender for Failover {
    async fn send(&self, message: OtpMessage) -> Result<(), SendError> {
        let (tell, told) = oneshot::channel();
        tokio::spawn(self.clone().deliver(message, tell));
        match timeout(LONGEST, told).await {
            Ok(Ok(outcome)) => outcome,
            late => {
                let reason = if late.is_err() { "the channels are still tried" } else { "the process ends" };
                Err(SendError::Unknown(reason.into()))
            }
        }
    }
}
