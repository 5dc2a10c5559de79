//! What several calls read in the same way.

use chrono::NaiveDate;
use kycvs::consent::{Identifier, Reference};
use kycvs::domain::{Mobile, PersonName};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::problem::{Problem, ProblemCode};

pub(crate) fn mobile(text: &str) -> Result<Mobile, Problem> {
    Mobile::parse(text).map_err(|error| Problem::explained(ProblemCode::InvalidMobile, &error))
}

/// A name. Matching reads over punctuation, so that markup would be a name, too; it is not taken on.
pub(crate) fn name(text: &str) -> Result<PersonName, Problem> {
    if has_markup(text) {
        return Err(Problem::with_detail(ProblemCode::InvalidName, "A name has no `<` and no `>`."));
    }
    PersonName::parse(text).map_err(|error| Problem::explained(ProblemCode::InvalidName, &error))
}

/// A purpose's code. One that cannot be a code is one that the entity does not have.
pub(crate) fn purpose(text: &str) -> Result<Identifier, Problem> {
    Identifier::parse(text).map_err(|_| ProblemCode::UnknownPurpose.into())
}

/// A policy's id. One that cannot be an id is one that the purpose does not have.
pub(crate) fn policy(text: &str) -> Result<Identifier, Problem> {
    Identifier::parse(text).map_err(|_| ProblemCode::UnknownPolicy.into())
}

/// The entity's own name for the transaction. It comes back in the token, to be shown by others than us.
pub(crate) fn reference(text: Option<&str>) -> Result<Option<Reference>, Problem> {
    let invalid =
        |why: String| Problem::with_detail(ProblemCode::InvalidRequest, format!("`reference` cannot be taken: {why}."));
    match text {
        Some(text) if has_markup(text) => Err(invalid("it has `<` or `>`".to_owned())),
        _ => text.map(Reference::parse).transpose().map_err(|error| invalid(error.to_string())),
    }
}

/// A day as RFC 3339 writes it. Its parser alone would take `2026-1-5`, signs and spaces, too.
pub(crate) fn day<'de, D: Deserializer<'de>>(from: D) -> Result<Option<NaiveDate>, D::Error> {
    let Some(text) = Option::<String>::deserialize(from)? else { return Ok(None) };
    let day: Option<NaiveDate> = text.parse().ok();
    let day = day.filter(|day| day.to_string() == text);
    day.map(Some).ok_or_else(|| D::Error::custom("a date is YYYY-MM-DD"))
}

fn has_markup(text: &str) -> bool {
    text.contains(['<', '>'])
}
