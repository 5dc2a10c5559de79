//! The second step as it is sent: a code, for whom it counts, and where a name does not decide, a year of birth.

#![expect(clippy::result_large_err, reason = "a step that ends early answers with a page, too")]

use axum::response::Response;
use kycvs::consent::{CodeProof, Confirmation, NoticeHash};
use kycvs::domain::{BirthYear, decimal_digit};
use kycvs::{Answers, Error, OpenRequest, Told};

use super::form::Form;
use super::visit::{Asking, Visit};
use super::{answers, ends, steps};
use crate::address::Address;
use crate::lanes;
use crate::problem::{Problem, ProblemCode};
use crate::session::{FormKey, NamedPlace, Sessions, Stage, Ticket};

impl Visit {
    pub(super) async fn confirm(self, form: &Form, address: &Address) -> Result<Response, Response> {
        let ticket = self.ticket_of(form)?;
        let code = CodeProof::from_typed(form.text("otp")).map_err(|_| ProblemCode::InvalidCode);
        let notice = NoticeHash::parse(form.text("notice_hash")).map_err(|_| ProblemCode::NoticeMismatch);
        let years = ticket.people.iter().filter_map(|person| {
            let typed = form.given(&format!("birth_year-{}", person.position))?;
            Some(birth_year(typed).map(|year| (person.position, year)).ok_or(person.position))
        });
        let Ok(years) = years.collect::<Result<Vec<(u8, BirthYear)>, u8>>() else {
            let problem = ProblemCode::InvalidBirthYear.into();
            return Err(steps::birth_year(&self, &ticket, form, &asked_years(&ticket, form), Some(&problem)));
        };
        let (code, notice) = match (code, notice) {
            (Ok(code), Ok(notice)) => (code, notice),
            (Err(wrong), _) | (_, Err(wrong)) => return Err(self.once_more(&ticket, &wrong.into()).await),
        };
        let mut entered = Confirmation::new(code, notice, ticket.attempt()).with_cwt();
        entered.birth_years.extend(years);
        entered.left_out.extend(&self.left_out);
        let cleared = lanes::cleared(address, &ticket.range);
        let cleared = cleared.each_ref().map(|(what, whom)| (*what, whom.as_str()));
        let network = address.network();
        let confirmed =
            self.app.confirm_all(&self.session.entity, &ticket.request, &entered, Some(&network), &cleared).await;
        match confirmed {
            Ok(answers) if self.shows(&answers, &ticket) => {
                self.tell("answered");
                Ok(answers::answer(&self, &ticket, &answers))
            }
            Ok(answers) => Err(self.once_more(&ticket, &without_status(answers)).await),
            Err(problem) => match problem.undecided() {
                Some(positions) => Ok(steps::birth_year(&self, &ticket, form, positions, None)),
                None => Err(self.once_more(&ticket, &problem).await),
            },
        }
    }

    /// Whether there is something to show: a status, or others who answer elsewhere. Else the person begins again.
    fn shows(&self, answers: &Answers, ticket: &Ticket) -> bool {
        self.is_behind_link() || ticket.others > 0 || answers.granted().next().is_some()
    }

    pub(super) async fn resend(self, form: &Form, address: &Address) -> Result<Response, Response> {
        let ticket = self.ticket_of(form)?;
        let sent = async {
            self.message(address, &[]).take(&self.app).await?;
            self.app.resend(&self.session.entity, &ticket.request).await
        };
        match sent.await {
            Ok(open) => Ok(steps::code(&self, &open, &ticket, None, true)),
            Err(problem) => Err(self.once_more(&ticket, &problem).await),
        }
    }

    /// What the forms of a page carry that shows what was asked.
    pub(super) fn ticket(&self, open: &OpenRequest, key: FormKey, range: String) -> Result<Ticket, Response> {
        let people = open.people.iter();
        let people = people.map(|person| NamedPlace { position: person.position, name: person.name.clone() });
        let ticket = Ticket {
            session: self.place,
            request: open.id,
            key,
            range,
            last_four: open.mobile_last_four.clone(),
            people: people.collect(),
            others: open.others,
            text: String::new(),
        };
        Sessions(&self.app.service).ticket(ticket).map_err(|error| self.refuse(error))
    }

    /// The ticket of a form, from the page that asked and nobody else.
    pub(super) fn ticket_of(&self, form: &Form) -> Result<Ticket, Response> {
        let ticket = Sessions(&self.app.service).read_ticket(&self.place, form.text("key"));
        ticket.ok_or_else(|| ends::over(self))
    }

    /// The second step with what was wrong; or the end, when nothing helps any more, or another tab has asked since.
    pub(super) async fn once_more(&self, ticket: &Ticket, problem: &Problem) -> Response {
        let step = async {
            match self.noted().await? {
                Some((Stage::Asked(asked), _)) if asked.request == ticket.request => {}
                None if self.is_behind_link() => {}
                _ => return Err(ends::over(self)),
            }
            Ok(match self.state_of(&ticket.request).await? {
                Asking::Waits(open) => steps::code(self, &open, ticket, Some(problem), false),
                Asking::Answered => ends::end(self, None, problem),
                Asking::Over => ends::end(self, Some(ticket), problem),
            })
        };
        step.await.unwrap_or_else(|refusal: Response| refusal)
    }
}

/// Why nobody's status is there.
fn without_status(answers: Answers) -> Problem {
    let any = |is: fn(&Told) -> bool| answers.people.iter().any(|person| is(&person.told));
    let why = match () {
        () if any(|told| matches!(told, Told::Withdrawn)) => Error::ConsentWithdrawn,
        () if any(|told| matches!(told, Told::NoRecord)) => Error::NoMatchingRecord,
        () => Error::AlreadyUsed,
    };
    why.into()
}

/// The places for which the form has a year of birth.
fn asked_years(ticket: &Ticket, form: &Form) -> Vec<u8> {
    let places = ticket.people.iter().map(|person| person.position);
    places.filter(|place| form.given(&format!("birth_year-{place}")).is_some()).collect()
}

/// A year in digits of any script.
pub(super) fn birth_year(text: &str) -> Option<BirthYear> {
    let digits: Option<String> =
        text.trim().chars().map(|c| decimal_digit(c).map(|digit| char::from(b'0' + digit))).collect();
    digits?.parse().ok()
}
