//! What a protocol in front of the consent page needs, such as OpenID Connect in a crate of its own: visits to open, their answers,
//! and who calls.

use std::sync::Arc;

use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use chrono::{SubsecRound, TimeDelta};
use kycvs::Granted;
use kycvs::consent::{Identifier, Language, later};

use crate::entity::authenticate;
use crate::problem::Problem;
use crate::session::{Session, Sessions, WayBack};
use crate::{Entity, Http, Origin, ReturnUrl};

/// A visit to the consent page that sends the person on when it is over.
#[derive(Clone, Debug)]
pub struct NewVisit {
    /// Who asks.
    pub entity: Identifier,
    /// For which of its purposes.
    pub purpose: Identifier,
    /// In which language the page opens.
    pub language: Language,
    /// Where the person goes on, with `state` and either `result_code` or `error` in the query.
    pub return_url: ReturnUrl,
    /// What goes along. Whoever sees it can open the return URL with it: what it says has to be sealed.
    pub state: String,
}

/// The answer of a visit.
#[derive(Debug)]
pub struct VisitAnswer {
    /// The answer itself.
    pub granted: Granted,
    /// The `state` of the visit that it comes from. A result code that came with another one is not of that transaction.
    pub state: Option<String>,
}

impl Http {
    /// Where it is reached.
    pub fn url(&self) -> &Origin {
        &self.app.issuer
    }

    /// An entity by its id.
    pub fn entity(&self, id: &Identifier) -> Option<&Arc<Entity>> {
        self.app.entities.of_id(id)
    }

    /// All entities, in no order.
    pub fn entities(&self) -> impl Iterator<Item = &Entity> {
        self.app.entities.all()
    }

    /// Lets an entity in by one of its API keys. A wrong one counts for the address that the call comes from.
    ///
    /// # Errors
    /// `unauthenticated`, `too-many-requests`.
    pub async fn authenticate(&self, parts: &mut Parts, id: &Identifier, key: &str) -> Result<Arc<Entity>, Problem> {
        let entity = self.app.entities.of_key(key).filter(|entity| entity.id == *id).cloned();
        authenticate(entity, parts, &self.app).await
    }

    /// Opens a visit, and gives the URL of its page. Nothing is stored.
    ///
    /// # Errors
    /// `unknown-purpose`, or what the service cannot do now.
    pub fn open_visit(&self, visit: NewVisit) -> Result<String, Problem> {
        let app = &self.app;
        let NewVisit { entity, purpose, language, return_url, state } = visit;
        app.service.check_rules(&entity, &purpose, None, None)?;
        let lifetime = TimeDelta::seconds(app.limits.session_seconds.into());
        let session = Session {
            entity,
            purpose,
            policy: None,
            on: None,
            reference: None,
            given: None,
            is_booking: false,
            language,
            way_back: WayBack::Redirect { url: return_url, state },
            expires_at: later(app.service.now(), lifetime).trunc_subsecs(0),
        };
        Ok(format!("{}/embed/{}", app.issuer, Sessions(&app.service).open(session)?))
    }

    /// Exchanges a result code for the answer, as often as it is asked while the code lives.
    ///
    /// # Errors
    /// `not-found` for another entity's code, or one that is over; `consent-withdrawn`, or what the service cannot do now.
    pub async fn visit_answer(&self, entity: &Identifier, result_code: &str) -> Result<VisitAnswer, Problem> {
        let sessions = Sessions(&self.app.service);
        let handed = sessions.handed(result_code, None)?;
        Ok(VisitAnswer { granted: sessions.answer(entity, &handed).await?, state: handed.state })
    }
}

/// Marks a refusal whose body stays as it is.
#[derive(Clone, Copy)]
pub(crate) struct Worded;

impl Problem {
    /// Refuses in the words of another protocol: `response` is answered as it is, and noted and counted as this problem.
    pub fn worded(self, response: impl IntoResponse) -> Response {
        let mut response = response.into_response();
        response.extensions_mut().insert(self);
        response.extensions_mut().insert(Worded);
        response
    }
}
