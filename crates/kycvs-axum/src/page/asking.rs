//! The first step as it is sent: people are read, and a code is on its way.

use axum::response::Response;
use kycvs::consent::RequestId;
use kycvs::{Person, StatusRequest};

use super::form::Form;
use super::people::{self, Wrong};
use super::visit::{Asking, Visit};
use super::{ends, steps};
use crate::address::Address;
use crate::problem::Problem;
use crate::session::{Asked, FormKey, KeyedHash, Stage};

impl Visit {
    pub(super) async fn ask(self, form: &Form, address: &Address) -> Result<Response, Response> {
        let (key, given) = (self.key(form)?, self.given().await?);
        let wrong = |wrong: Wrong| steps::ask(&self, &given, &key, Some(&wrong));
        let refused = |problem: Problem| wrong(problem.into());
        let people = people::read(&given, &self.typed).map_err(wrong)?;
        let (typed, ranges) = (hash(&key, &people), ranges(&people));
        let request = StatusRequest {
            entity: self.session.entity.clone(),
            people,
            purpose: self.session.purpose.clone(),
            policy: self.session.policy.clone(),
            on: self.session.on,
            reference: self.session.reference.clone(),
            language: self.session.language,
            shows_notice: true,
        };
        let range = ranges.first().cloned().unwrap_or_default();
        let asked = Asked {
            request: RequestId::from_random(self.app.service.draw_bytes().map_err(|error| self.refuse(error))?),
            form_key: key.hash(&[]),
            typed: typed.clone(),
            range: range.clone(),
            language: self.session.language,
        };
        let _place = self.app.place_to_send().map_err(refused)?;
        let admitted = self.message(address, &ranges).admit(&self.app, request).await.map_err(refused)?;

        // What is opened now is noted before its message is on its way: who hangs up meanwhile goes on where they were.
        let id = asked.request;
        let (earlier, version) = match self.note(None, Stage::Asked(asked.clone())).await? {
            Some(version) => (None, version),
            None => {
                let (stage, version) = self.noted().await?.ok_or_else(|| self.conflict())?;
                let earlier = match stage {
                    Stage::Ended => return Err(ends::over(&self)),
                    Stage::New => None,
                    Stage::Asked(earlier) => match self.state_of(&earlier.request).await? {
                        Asking::Answered => return Err(ends::over(&self)),
                        Asking::Waits(open) if earlier.typed == typed => {
                            let ticket = self.ticket(&open, key, earlier.range)?;
                            return Ok(steps::code(&self, &open, &ticket, None, false));
                        }
                        Asking::Waits(_) | Asking::Over => Some(earlier),
                    },
                };
                let version = self.note(Some(version), Stage::Asked(asked)).await?;
                (earlier, version.ok_or_else(|| self.conflict())?)
            }
        };
        match (self.app.open(id, admitted).await, earlier) {
            (Ok(open), earlier) => {
                // Only one request of a visit is open. One that has ended already needs no end.
                if let Some(earlier) = earlier {
                    let _ = self.app.service.abandon(&self.session.entity, &earlier.request).await;
                }
                Ok(steps::code(&self, &open, &self.ticket(&open, key, range)?, None, false))
            }
            (Err(problem), earlier) => {
                let before = earlier.map_or(Stage::New, Stage::Asked);
                self.note(Some(version), before).await?;
                Err(refused(problem))
            }
        }
    }
}

/// Of what was asked, so that a form which is sent twice is known.
fn hash(key: &FormKey, people: &[Person]) -> KeyedHash {
    let texts: Vec<&str> =
        people.iter().flat_map(|person| [person.mobile.national(), person.name.normalised()]).collect();
    key.hash(&texts)
}

/// The numbers but their last four digits, one for each number that gets a message.
fn ranges(people: &[Person]) -> Vec<String> {
    let is_first =
        |(place, person): &(usize, &Person)| people.iter().take(*place).all(|earlier| earlier.mobile != person.mobile);
    let numbers = people.iter().enumerate().filter(is_first);
    numbers.map(|(_, person)| person.mobile.prefix().to_owned()).collect()
}
