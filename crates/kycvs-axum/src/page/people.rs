//! The people of a visit: as the entity gave them, as the first step asks for them, and as they were typed.

use std::collections::{BTreeMap, BTreeSet};

use kycvs::Person;
use kycvs::consent::MAX_PEOPLE;
use kycvs::domain::Mobile;
use serde_json::{Value as Json, json};

use super::form::Form;
use super::texts::Text;
use super::texts::Value::Number;
use crate::calls::ask;
use crate::problem::Problem;
use crate::session::Given;

/// What was typed into the fields of the first step: a step that leads back there carries it along.
#[derive(Default)]
pub(super) struct Typed(BTreeMap<String, String>);

/// What is wrong in the first step, and with whom.
pub(super) struct Wrong {
    pub(super) problem: Problem,
    /// The place in the list of people.
    pub(super) place: usize,
}

impl From<Problem> for Wrong {
    fn from(problem: Problem) -> Self {
        Self { problem, place: 0 }
    }
}

impl Typed {
    pub(super) fn of(form: &Form) -> Self {
        let fields = (0..MAX_PEOPLE).flat_map(|place| [field("mobile", place), field("name", place)]);
        let typed = fields.filter_map(|field| form.given(&field).map(|text| (field.clone(), text.to_owned())));
        Self(typed.collect())
    }

    /// As fields that nobody sees.
    pub(super) fn hidden(&self) -> Vec<Json> {
        self.0.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect()
    }

    /// What is in a field: what was typed, else what was given.
    fn text<'a>(&'a self, name: &str, place: usize, given: Option<&'a str>) -> &'a str {
        self.0.get(&field(name, place)).map(String::as_str).or(given).unwrap_or_default()
    }
}

impl Given {
    fn asks_name(&self, place: usize) -> bool {
        self.is_editable || self.people.get(place).is_some_and(|person| person.name.is_none())
    }

    /// A further person without a number has the first one's.
    fn asks_mobile(&self, place: usize) -> bool {
        let is_given = self.people.get(place).is_some_and(|person| person.mobile.is_some());
        if is_given { self.is_editable } else { place == 0 }
    }
}

/// The name of a field of the person at a place.
pub(super) fn field(name: &str, place: usize) -> String {
    if place == 0 { name.to_owned() } else { format!("{name}-{place}") }
}

/// Reads the people whom the first step asks about. What the page does not ask for, no form changes.
pub(super) fn read(given: &Given, typed: &Typed) -> Result<Vec<Person>, Wrong> {
    let mut people: Vec<Person> = Vec::with_capacity(given.people.len());
    for (place, person) in given.people.iter().enumerate() {
        let wrong = |problem| Wrong { problem, place };
        let own = person.mobile.as_deref();
        let mobile = match people.first() {
            Some(first) if own.is_none() => first.mobile,
            _ if given.asks_mobile(place) => ask::mobile(typed.text("mobile", place, None)).map_err(wrong)?,
            _ => ask::mobile(own.unwrap_or_default()).map_err(wrong)?,
        };
        let name = match &person.name {
            Some(name) if !given.is_editable => name.as_str(),
            _ => typed.text("name", place, None),
        };
        let expected_name = person.expected_name.as_deref().and_then(|name| ask::name(name).ok());
        people.push(Person { mobile, name: ask::name(name).map_err(wrong)?, expected_name });
    }
    Ok(people)
}

/// Who is shown by name, each with the end of the number that is given.
pub(super) fn shown(given: &Given) -> Vec<Json> {
    let is_family = given.people.len() > 1;
    let people = given.people.iter().enumerate();
    let shown = people.filter(|(place, _)| !given.asks_name(*place) && (is_family || !given.asks_mobile(*place)));
    let person = |(_, person): (usize, &crate::session::GivenPerson)| {
        let mobile = person.mobile.as_deref().and_then(|mobile| Mobile::parse(mobile).ok());
        json!({ "name": person.name, "last": mobile.map(|mobile| mobile.last_four().to_owned()) })
    };
    shown.map(person).collect()
}

/// The fields of each person about whom something is missing, with what is in them.
pub(super) fn fields(given: &Given, typed: &Typed, text: &Text) -> Vec<Json> {
    let is_family = given.people.len() > 1;
    let one = |(place, person): (usize, &crate::session::GivenPerson)| {
        let (asks_name, asks_mobile) = (given.asks_name(place), given.asks_mobile(place));
        let field = |name, given: &Option<String>| json!({ "id": field(name, place), "value": typed.text(name, place, given.as_deref()) });
        let number = u64::try_from(place + 1).unwrap_or_default();
        (asks_name || asks_mobile).then(|| {
            json!({
                "legend": (is_family && asks_name).then(|| text.say("person-number", [("number", Number(number))])),
                "fixed_name": person.name.as_ref().filter(|_| !is_family && !asks_name),
                "name": asks_name.then(|| field("name", &person.name)),
                "mobile": asks_mobile.then(|| field("mobile", &person.mobile)),
            })
        })
    };
    given.people.iter().enumerate().filter_map(one).collect()
}

/// The places that are switched off at the second step.
pub(super) fn left_out(form: &Form) -> BTreeSet<u8> {
    (0_u8..).take(MAX_PEOPLE).filter(|place| !form.text(&format!("left_out-{place}")).is_empty()).collect()
}
