use std::collections::BTreeSet;

use chrono::NaiveDate;
use kycvs_consent::{Confirmation, Identifier, Language, MAX_PEOPLE, Reference, Request};
use kycvs_domain::{Mobile, PersonName, names_match};
use serde::{Deserialize, Serialize};

/// A question: are these people vaccinated? [`Entity::question`](crate::Entity::question) writes one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StatusRequest {
    /// Who asks.
    pub entity: Identifier,
    /// About whom: 1 to [`MAX_PEOPLE`]. The first person's mobile number gets the code that whoever
    /// books enters here; each other number gets a code of its own and a link.
    pub people: Vec<Person>,
    /// For what: a code of one of the entity's purposes.
    pub purpose: Identifier,
    /// By which rules: the id of one of the purpose's policies. Without it, by the first of them.
    pub policy: Option<Identifier>,
    /// For which day, such as that of the arrival: today, or at most a year ahead. Without it, for the day of the answer.
    pub on: Option<NaiveDate>,
    /// The entity's own name for the transaction, such as a PNR.
    pub reference: Option<Reference>,
    /// The language of the notice and the message.
    pub language: Language,
    /// Whether the notice is shown before the code is entered. Where a protocol has no room for one, the artefact says so.
    pub shows_notice: bool,
}

/// One of the people whom a question is about.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Person {
    /// The mobile number that the person gave: the code goes there. People of one number share one code.
    pub mobile: Mobile,
    /// The name that the person gave.
    pub name: PersonName,
    /// The name that the entity knows the person by, where the person types a name of their own: the answer then says whether
    /// the two are one person's. It is not kept.
    pub expected_name: Option<PersonName>,
}

/// Why a list of people is refused. Nothing was sent, stored or counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PeopleError {
    /// The list is empty.
    #[error("a request is about at least one person")]
    Nobody,
    /// It is longer than [`MAX_PEOPLE`].
    #[error("a request is about at most {MAX_PEOPLE} people")]
    TooMany,
    /// Two of them have one mobile number and names that match.
    #[error("two of the people are one: the same mobile number and matching names")]
    Twice {
        /// Their positions, from 0.
        positions: [u8; 2],
    },
    /// They have several mobile numbers, and the service has no address for [links](crate::StatusServiceBuilder::links).
    #[error("people with several mobile numbers need links, and this service has none")]
    NoLinks,
    /// A position is not one of the people of this request.
    #[error("the request is not about a person at this position")]
    NotAsked,
    /// Nobody is left. To decline is another call.
    #[error("everybody is left out")]
    EverybodyLeftOut,
    /// The answer about one person was wanted, and the request is about several.
    #[error("the request is about several people")]
    Several,
}

/// The people whose code goes to one mobile number, each with the place in the list.
pub(crate) struct Phone<'a> {
    pub(crate) mobile: Mobile,
    pub(crate) people: Vec<(u8, &'a Person)>,
}

impl Person {
    /// A person whom the entity knows by no other name.
    pub fn new(mobile: Mobile, name: PersonName) -> Self {
        Self { mobile, name, expected_name: None }
    }

    fn is(&self, other: &Self) -> bool {
        let either = |one: &Self, other: &Self| names_match(&one.name, other.name.normalised());
        self.mobile == other.mobile && (either(self, other) || either(other, self))
    }
}

/// Sorts people by their mobile numbers, in the order in which those come first.
pub(crate) fn by_phone(people: &[Person]) -> Result<Vec<Phone<'_>>, PeopleError> {
    if people.len() > MAX_PEOPLE {
        return Err(PeopleError::TooMany);
    }
    let mut phones: Vec<Phone<'_>> = Vec::new();
    for (position, person) in (0_u8..).zip(people) {
        match phones.iter_mut().find(|phone| phone.mobile == person.mobile) {
            None => phones.push(Phone { mobile: person.mobile, people: vec![(position, person)] }),
            Some(phone) => {
                if let Some((earlier, _)) = phone.people.iter().find(|(_, earlier)| earlier.is(person)) {
                    return Err(PeopleError::Twice { positions: [*earlier, position] });
                }
                phone.people.push((position, person));
            }
        }
    }
    if phones.is_empty() { Err(PeopleError::Nobody) } else { Ok(phones) }
}

/// Whether what a person hands in is about people of the request, leaves somebody in, and gets an answer that the caller takes.
pub(crate) fn check(entered: &Confirmation, request: &Request) -> Result<(), PeopleError> {
    if entered.for_one && request.people.len() > 1 {
        return Err(PeopleError::Several);
    }
    let asked: BTreeSet<u8> = request.people.iter().map(|person| person.position).collect();
    if !entered.left_out.iter().chain(entered.birth_years.keys()).all(|position| asked.contains(position)) {
        return Err(PeopleError::NotAsked);
    }
    if entered.left_out.len() == asked.len() { Err(PeopleError::EverybodyLeftOut) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(mobile: &str, name: &str) -> Person {
        Person::new(Mobile::parse(mobile).unwrap(), PersonName::parse(name).unwrap())
    }

    #[test]
    fn people_share_a_code_by_their_mobile_number_in_the_order_in_which_those_come() {
        let people = [("9876543210", "Asha Rao"), ("9123456780", "Meena Devi"), ("9876543210", "Imran Sheikh")];
        let people = people.map(|(mobile, name)| person(mobile, name));
        let phones = by_phone(&people).unwrap();
        let sorted: Vec<_> = phones
            .iter()
            .map(|phone| (phone.mobile.last_four(), phone.people.iter().map(|(place, _)| *place).collect::<Vec<_>>()))
            .collect();
        assert_eq!(sorted, [("3210", vec![0, 2]), ("6780", vec![1])]);
    }

    #[test]
    fn nobody_a_seventh_and_the_same_person_twice_are_refused() {
        let of = |names: &[&str]| -> Vec<_> { names.iter().map(|name| person("9876543210", name)).collect() };
        let refused = |people: &[Person]| by_phone(people).err();
        assert_eq!(refused(&[]), Some(PeopleError::Nobody));
        let six = ["Asha Rao", "Imran Sheikh", "Meena Devi", "Thomas Mathew", "Zoya Khan", "Ravi Kumar"];
        assert_eq!(refused(&of(&six)), None);
        assert_eq!(refused(&of(&[&six[..], &["Lakshmi Iyer"]].concat())), Some(PeopleError::TooMany));
        let twice = of(&["Asha Rao", "Imran Sheikh", "Smt. RAO Asha"]);
        assert_eq!(refused(&twice), Some(PeopleError::Twice { positions: [0, 2] }));
        assert_eq!(refused(&[person("9876543210", "Asha Rao"), person("9123456780", "Asha Rao")]), None);
    }
}
