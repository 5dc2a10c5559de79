use chrono::{DateTime, Utc};
use kycvs::Error;
use kycvs::store::StoreError;
use serde::{Deserialize, Serialize};

use super::{Place, Session, Sessions, read, written};

/// The people of a visit, as the entity that opened it named them. They are kept in a note of their own: the session is in a URL,
/// and nothing of theirs goes there.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Given {
    pub(crate) people: Vec<GivenPerson>,
    /// Whether the person at the page may change what is given.
    pub(crate) is_editable: bool,
}

/// One of them. What is not given, the page asks for.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct GivenPerson {
    pub(crate) name: Option<String>,
    /// Instead of a name: the person types one, and the entity learns whether it is this one's.
    pub(crate) expected_name: Option<String>,
    pub(crate) mobile: Option<String>,
}

impl Default for Given {
    /// One person about whom nothing is known.
    fn default() -> Self {
        Self { people: vec![GivenPerson::default()], is_editable: false }
    }
}

impl Sessions<'_> {
    /// Keeps people until a visit is over its time, and gives the place of their note.
    pub(crate) async fn give(self, given: &Given, until: DateTime<Utc>) -> Result<Place, Error> {
        let place = self.0.draw_bytes()?;
        self.0.keep_note(&place, None, written(given)?, until).await?;
        Ok(place)
    }

    /// The people of a visit.
    pub(crate) async fn given(self, session: &Session) -> Result<Given, Error> {
        let Some(place) = session.given else { return Ok(Given::default()) };
        let note = self.0.note(&place).await?.ok_or(Error::NotFound)?;
        Ok(read(&note.body).ok_or(StoreError::Damaged { what: "note" })?)
    }
}
