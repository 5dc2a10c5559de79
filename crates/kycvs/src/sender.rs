use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use kycvs_consent::{Label, Language, OtpCode, Reference};
use kycvs_domain::Mobile;
use zeroize::Zeroizing;

use crate::{Awaited, OtpDomain};

/// One message to a person.
///
/// It holds a mobile number and a code: send it, and keep it nowhere. Its text is wiped when it is dropped. A sender that may
/// choose the words sends `text`; one whose gateway sends registered templates only fills them from the other fields.
#[derive(Clone)]
pub struct OtpMessage {
    /// Where it goes.
    pub to: Mobile,
    /// The code alone, for a gateway that fills in a template of its own.
    pub code: OtpCode,
    /// The whole text, with the code in it.
    pub text: Zeroizing<String>,
    /// The language of the text.
    pub language: Language,
    /// Who asks: the verifying entity's name.
    pub entity: Label,
    /// About whom, in at most 30 characters: the name as the text has it; of several people as many names as there is room for,
    /// and how many more there are.
    pub person: Zeroizing<String>,
    /// For what: the purpose's text.
    pub purpose: Label,
    /// For which transaction of the entity.
    pub reference: Option<Reference>,
    /// How long the code is good.
    pub validity: TimeDelta,
    /// Whether the code opens the person's own page, and shares nothing with anybody.
    pub own_page: bool,
    /// Where the code is entered, by whom did not book: a URL that is secret like the code. Where there is one, the text has it.
    pub link: Option<Zeroizing<String>>,
    /// The host that the code is bound to, if the text ends with its line.
    pub domain: Option<OtpDomain>,
    /// The request that waits for the code.
    pub awaited: Awaited,
}

impl fmt::Debug for OtpMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OtpMessage(redacted)")
    }
}

/// Why a message was not, or not certainly, handed over. It shows neither the number nor the code.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// It was certainly not sent: another way may be tried.
    #[error("the message was not sent")]
    NotSent(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Nobody knows whether it was sent: the connection broke or no answer came in time. The code may be on its way, so
    /// that it must stay good, and sending it again may make a second message of it.
    #[error("nobody knows whether the message was sent")]
    Unknown(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Sends codes to people: an SMS gateway, or a stand-in for one.
///
/// # Contract
///
/// - `Ok` means that the gateway took the message. A sender tries again only where the first try cannot have been taken, or
///   where a receipt for it did not come in time and [`Awaited::is_for`] says that the code is still needed: a person should
///   not get two messages for one call, and must not get a code that is dead.
/// - The call ends within a time that a person waits for, some ten seconds.
/// - Neither the number nor the code is logged, put into a URL that is logged, or kept in the error.
#[async_trait]
pub trait OtpSender: Send + Sync {
    /// Sends one message.
    ///
    /// # Errors
    /// [`SendError::NotSent`] when the gateway did not take it, [`SendError::Unknown`] when that is not known.
    async fn send(&self, message: OtpMessage) -> Result<(), SendError>;
}

#[async_trait]
impl<S: OtpSender + ?Sized> OtpSender for Arc<S> {
    async fn send(&self, message: OtpMessage) -> Result<(), SendError> {
        (**self).send(message).await
    }
}
