use std::error::Error;

use kycvs::SendError;
use kycvs::consent::Language;

/// A message could not be handed over. It holds no number, code, text, password or URL.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SmsError {
    /// No connection was made, in several tries: the message was not sent.
    #[error("the gateway could not be reached; the message was not sent")]
    Unreachable(#[source] Box<dyn Error + Send + Sync>),
    /// The name of a URL that begins with `http` leads to a public address: a password and a code would travel in the clear.
    #[error("a gateway at a public address is spoken to by https only; the message was not sent")]
    PlainHttp,
    /// The connection broke, or no answer came in time. The message may be on its way, so it was not sent again.
    #[error("the gateway did not answer; nobody knows whether it took the message")]
    Uncertain(#[source] Box<dyn Error + Send + Sync>),
    /// A proxy answered for the gateway, after the message was written. It may be on its way, so it was not sent again.
    #[error("the gateway was not heard (HTTP status {status}); nobody knows whether it took the message")]
    Unconfirmed {
        /// 502 or 504.
        status: u16,
    },
    /// The gateway refused the user name, the password or the key.
    #[error("the gateway refused the credentials")]
    Credentials,
    /// The gateway refused the message.
    #[error("the gateway refused the message (HTTP status {status})")]
    Refused {
        /// Its HTTP status.
        status: u16,
    },
    /// The gateway's answer is not in its documentation. The message may be on its way.
    #[error("the gateway's answer was not understood (HTTP status {status})")]
    UnexpectedAnswer {
        /// Its HTTP status.
        status: u16,
    },
    /// A value does not fit into an HTTP header, since it holds a control character.
    #[error("a value does not fit into an HTTP header; the message was not sent")]
    HeaderValue,
    /// The message does not fit its registered template.
    #[error("the message does not fit its registered template; it was not sent")]
    Template(#[source] DltError),
}

impl From<SmsError> for SendError {
    fn from(error: SmsError) -> Self {
        match error {
            SmsError::Uncertain(_) | SmsError::Unconfirmed { .. } | SmsError::UnexpectedAnswer { .. } => {
                Self::Unknown(Box::new(error))
            }
            _ => Self::NotSent(Box::new(error)),
        }
    }
}

impl From<DltError> for SmsError {
    fn from(error: DltError) -> Self {
        Self::Template(error)
    }
}

/// A sender that cannot be built.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// Not an `http` or `https` URL, or one with a user name or a fragment.
    #[error("a gateway's URL must begin with http:// or https:// and have no user name and no fragment")]
    Url,
    /// An `http` URL of a host that is public: passwords, numbers and codes would travel in the clear.
    #[error("plain http is for this machine and private networks: write https://")]
    PlainHttp,
    /// The root certificates cannot be read.
    #[error("the root certificates cannot be read")]
    Certificates,
    /// A user name, password or key is empty, or holds something other than visible ASCII characters.
    #[error("the {0} must be one or more visible ASCII characters")]
    Credentials(&'static str),
    /// The sender is not 1 to 15 ASCII letters and digits.
    #[error("a sender is 1 to 15 ASCII letters and digits")]
    Sender,
    /// Not the name of an HTTP header, or a header that is not the host's to set.
    #[error("`{0}` is not a header that may be set")]
    HeaderName(String),
    /// A template names a place that there is not. A lone brace is part of the text.
    #[error("there is no place called `{{{0}}}`")]
    UnknownPlace(String),
    /// The body is not JSON.
    #[error("the body is not JSON")]
    Json,
    /// No part of the request holds `{to}`, `{msisdn}` or `{national}`.
    #[error("the request has no place for the number: write {{to}}, {{msisdn}} or {{national}}")]
    NoNumber,
    /// No part of the request holds `{text}` or `{code}`.
    #[error("the request has no place for the text or the code: write {{text}} or {{code}}")]
    NoText,
    /// A place of the registration is used, and no [`Dlt`](crate::Dlt) was given.
    #[error("the request has a place of the DLT registration, which was not given")]
    NoDlt,
    /// The query would hold a number, a code or a text, and that was not allowed explicitly.
    #[error(
        "a number, a code or a text in a URL ends up in the logs of every proxy: use a body, or allow it explicitly"
    )]
    PersonalDataInUrl,
    /// A registered template is wrong.
    #[error(transparent)]
    Dlt(#[from] DltError),
}

/// What does not fit India's registration of messages. It does not repeat what was given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DltError {
    /// A principal entity's id has 19 digits.
    #[error("a principal entity's id has 19 digits")]
    EntityId,
    /// A header has six letters.
    #[error("a header has six letters")]
    Header,
    /// A template's id is 19 digits; at MSG91, 1 to 64 letters and digits.
    #[error("the id of a registered template is malformed")]
    TemplateId,
    /// The text has another number of variables than were named.
    #[error("the template has {places} places and {named} variables")]
    Variables {
        /// How many places its text has.
        places: usize,
        /// How many variables were named.
        named: usize,
    },
    /// A place has a tag that operators do not know.
    #[error("`{{#{0}#}}` is no tag of a registered template")]
    UnknownTag(String),
    /// A variable is in a place with a tag that never allows it: operators would drop every message.
    #[error("operators refuse {variable:?} in a place of the kind {tag}")]
    Tag {
        /// Which one.
        variable: crate::Variable,
        /// The tag of its place.
        tag: crate::Tag,
    },
    /// A value holds a character that the tag of its place does not allow: operators would drop the message.
    #[error("operators refuse the character {character:?} of {variable:?} in a place of the kind {tag}")]
    Character {
        /// Which one.
        variable: crate::Variable,
        /// The tag of its place.
        tag: crate::Tag,
        /// The first that is not allowed.
        character: char,
    },
    /// The name of a variable is no name, or appears twice.
    #[error("a variable's name is 1 to 64 letters, digits and `_`, and appears once")]
    VariableName,
    /// The template has no place for the code.
    #[error("the template has no place for the code")]
    NoCode,
    /// There are no templates.
    #[error("there are no templates")]
    Empty,
    /// Two templates are written in one language.
    #[error("two templates are written in {}", .0.endonym())]
    TwoTemplates(Language),
    /// No template is registered in the language of the message.
    #[error("no template is registered in {}", .0.endonym())]
    NoTemplate(Language),
    /// A value is longer than a variable may be.
    #[error("{variable:?} is longer than the {max} characters of a variable")]
    TooLong {
        /// Which one.
        variable: crate::Variable,
        /// The most characters.
        max: usize,
    },
    /// The template tells the validity in minutes, and it is shorter than one.
    #[error("the code is not valid for a whole minute")]
    NoWholeMinute,
    /// The template names the domain, and the service was built without one.
    #[error("the code is bound to no domain")]
    NoDomain,
    /// The template has a place for a link, and the message has none.
    #[error("the message has no link")]
    NoLink,
}
