//! The contract of [`Registry`] as named tests that a host runs over its own registry.
//!
//! The host says how a person gets into its tables, as a [`Fixture`], and names the rules in a test file:
//!
//! ```
//! # struct Tables; impl Tables { fn empty() -> Self { Self } }
//! kycvs_registry::registry_rules!(Tables::empty());
//! ```
//!
//! A rule panics when it is broken. Each wants an empty fixture to itself.

#![allow(clippy::expect_used, clippy::panic, clippy::missing_panics_doc)] // a rule fails by panicking, and that is all it does

use async_trait::async_trait;
use chrono::NaiveDate;
use kycvs_domain::{BirthYear, Dose, DoseHistory, Mobile, PersonName, Product};

use crate::{Asked, Found, Lookup, PersonTag, Registry, RegistryError};

/// A registry without people, and the way in.
#[async_trait]
pub trait Fixture: Send + Sync {
    /// The registry under test.
    fn registry(&self) -> &dyn Registry;

    /// Registers a person on a mobile, or replaces all that is kept under their id there.
    async fn put(&self, mobile: &Mobile, person: &TestPerson);
}

/// A person of a rule.
#[derive(Clone, Debug)]
pub struct TestPerson {
    /// The number of the person in the registry: stays when everything else changes.
    pub id: u32,
    /// As a clerk types it.
    pub name: &'static str,
    /// The day of birth.
    pub birth_date: Option<NaiveDate>,
    /// By date.
    pub doses: Vec<Dose>,
}

/// Names the rules as tests of a [`Fixture`]; the expression makes an empty one for each.
#[macro_export]
macro_rules! registry_rules {
    ($fixture:expr) => {
        $crate::registry_rules!($fixture, [
            a_name_and_a_mobile_find_one_person,
            an_unknown_mobile_and_a_wrong_name_are_one_answer,
            a_person_without_a_dose_is_found,
            a_name_that_two_have_is_nobodys,
            several_of_one_mobile_are_each_answered_as_if_alone,
            one_record_never_answers_for_two_who_are_asked_about_together,
            a_seventh_at_once_is_refused,
            the_last_correction_holds,
            a_tag_stays_with_its_person_and_is_nobody_elses,
            a_person_is_found_again_by_the_tag_and_nobody_else_is,
        ]);
    };
    ($fixture:expr, [$($rule:ident),* $(,)?]) => {$(
        #[tokio::test]
        async fn $rule() {
            $crate::testkit::$rule(&$fixture).await;
        }
    )*};
}

const FIRST: &str = "9876543210";
const SECOND: &str = "9876543211";

/// The doses and birth date are those of the person who was named, in any way of writing name and mobile.
pub async fn a_name_and_a_mobile_find_one_person(fixture: &dyn Fixture) {
    let asha = person(1, "Asha Lakshmi Rao", Some("1986-02-11"), &["2021-04-03", "2021-07-01"]);
    put(fixture, FIRST, &asha).await;
    put(fixture, FIRST, &person(2, "Imran Sheikh", None, &["2021-05-05"])).await;
    let found = found(fixture, "+91 98765-43210", "Smt. ASHA LAXMI RAO").await;
    assert!(found.history == history(&asha), "the history is that of the person who was named");
}

/// Neither says that the mobile is known, nor who is on it.
pub async fn an_unknown_mobile_and_a_wrong_name_are_one_answer(fixture: &dyn Fixture) {
    put(fixture, FIRST, &person(1, "Asha Rao", Some("1986-02-11"), &["2021-04-03"])).await;
    for (mobile, name) in [(FIRST, "Ravi Kumar"), (SECOND, "Asha Rao"), (SECOND, "Ravi Kumar")] {
        for year in [None, Some(1986)] {
            assert!(find(fixture, mobile, name, year).await == Lookup::NotFound, "not found");
        }
    }
}

/// Registered and not vaccinated is an answer.
pub async fn a_person_without_a_dose_is_found(fixture: &dyn Fixture) {
    put(fixture, FIRST, &person(1, "Asha Rao", None, &[])).await;
    assert!(found(fixture, FIRST, "Asha Rao").await.history == DoseHistory::default(), "a history without doses");
}

/// Two of one name and one birth date cannot be distinguished, so that neither is answered for.
pub async fn a_name_that_two_have_is_nobodys(fixture: &dyn Fixture) {
    for id in [1, 2] {
        put(fixture, FIRST, &person(id, "Asha Rao", Some("1986-02-11"), &["2021-04-03"])).await;
    }
    for year in [None, Some(1986)] {
        assert!(find(fixture, FIRST, "Asha Rao", year).await == Lookup::NotFound, "nobody is guessed");
    }
}

/// In the order of the question, with those in it whom nobody knows; an unknown mobile has nobody.
pub async fn several_of_one_mobile_are_each_answered_as_if_alone(fixture: &dyn Fixture) {
    put(fixture, FIRST, &person(1, "Asha Rao", Some("1986-02-11"), &["2021-04-03"])).await;
    put(fixture, FIRST, &person(2, "Imran Sheikh", None, &[])).await;
    put(fixture, FIRST, &person(3, "Thomas Mathew", Some("1955-01-01"), &["2021-05-05"])).await;
    put(fixture, FIRST, &person(4, "Mathew Thomas", Some("1985-01-01"), &[])).await;
    let asked = [
        ("Imran Sheikh", None),
        ("Ravi Kumar", None),
        ("Thomas Mathew", None),
        ("Asha Rao", Some(1987)),
        ("Mathew Thomas", Some(1985)),
    ];
    for mobile in [FIRST, SECOND] {
        let lookups = find_many(fixture, mobile, &asked).await.expect("the registry answers");
        assert!(lookups.len() == asked.len(), "an answer for each");
        for ((name, year), lookup) in asked.into_iter().zip(lookups) {
            assert!(lookup == find(fixture, mobile, name, year).await, "as if {name} were asked for alone");
        }
    }
    assert!(find_many(fixture, FIRST, &[]).await.expect("the registry answers").is_empty(), "nobody was asked for");
}

/// Two of one name who are asked about together are two people: the record is the one's who alone gives its year of birth, and
/// otherwise nobody's. Nobody else of the call is the worse for it.
pub async fn one_record_never_answers_for_two_who_are_asked_about_together(fixture: &dyn Fixture) {
    use Lookup::{BirthYearNeeded, NotFound};
    let asha = person(1, "Asha Lakshmi Rao", Some("1986-02-11"), &["2021-04-03"]);
    put(fixture, FIRST, &asha).await;
    put(fixture, FIRST, &person(2, "Bina Das", None, &[])).await;
    let (asha, bina) = (
        Lookup::Found(found(fixture, FIRST, "Asha Lakshmi Rao").await),
        Lookup::Found(found(fixture, FIRST, "Bina Das").await),
    );
    for (years, expected) in [
        ([None, None], [BirthYearNeeded, BirthYearNeeded]),
        ([Some(1986), Some(1950)], [asha.clone(), NotFound]),
        ([Some(1950), Some(1986)], [NotFound, asha.clone()]),
        ([Some(1986), None], [asha.clone(), BirthYearNeeded]),
        ([Some(1950), None], [NotFound, asha]),
        ([Some(1986), Some(1986)], [NotFound, NotFound]),
    ] {
        let [first, second] = years;
        let asked = [("Asha Lakshmi Rao", first), ("Bina Das", None), ("Smt. ASHA LAXMI RAO", second)];
        let lookups = find_many(fixture, FIRST, &asked).await.expect("the registry answers");
        let [first, second] = expected;
        assert!(lookups == [first, bina.clone(), second], "the years {years:?}");
    }
    for year in [None, Some(1986)] {
        let asked = [("Bina Das", year), ("Bina Das", None)];
        let lookups = find_many(fixture, FIRST, &asked).await.expect("the registry answers");
        assert!(lookups == [NotFound, NotFound], "where no year is recorded, none decides");
    }
}

/// Six are as many as a mobile has.
pub async fn a_seventh_at_once_is_refused(fixture: &dyn Fixture) {
    put(fixture, FIRST, &person(1, "Asha Rao", None, &[])).await;
    let names = ["Asha Rao", "Bina Rao", "Chitra Rao", "Deepa Rao", "Esha Rao", "Farah Rao", "Gita Rao"];
    let asked = names.map(|name| (name, None));
    let refused = find_many(fixture, FIRST, &asked).await;
    assert!(matches!(refused, Err(RegistryError::TooManyAsked)), "seven at once");
    let lookups = find_many(fixture, FIRST, &asked[..6]).await.expect("the registry answers about six");
    assert!(matches!(lookups[..], [Lookup::Found(_), ..]) && lookups.len() == 6, "six at once");
}

/// What was corrected or taken back is no longer shared.
pub async fn the_last_correction_holds(fixture: &dyn Fixture) {
    put(fixture, FIRST, &person(1, "Asha Rao", Some("1986-02-11"), &["2021-04-03", "2021-07-01"])).await;
    let corrected = person(1, "Asha Iyer", Some("1986-02-12"), &["2021-04-04"]);
    put(fixture, FIRST, &corrected).await;
    assert!(found(fixture, FIRST, "Asha Iyer").await.history == history(&corrected), "as it was corrected");
    assert!(find(fixture, FIRST, "Asha Rao", None).await == Lookup::NotFound, "not by the name that was wrong");
}

/// A tag is the same at each lookup and after each change, and differs between people of one mobile and of two.
pub async fn a_tag_stays_with_its_person_and_is_nobody_elses(fixture: &dyn Fixture) {
    put(fixture, FIRST, &person(1, "Asha Rao", Some("1986-02-11"), &[])).await;
    put(fixture, FIRST, &person(2, "Imran Sheikh", None, &[])).await;
    put(fixture, SECOND, &person(3, "Bina Das", None, &[])).await;
    let asha = tag(fixture, FIRST, "Asha Rao").await;
    assert!(asha == tag(fixture, FIRST, "Smt. Asha Rao").await, "the same at each lookup");
    let (imran, bina) = (tag(fixture, FIRST, "Imran Sheikh").await, tag(fixture, SECOND, "Bina Das").await);
    assert!(asha != imran && asha != bina && imran != bina, "each their own");
    put(fixture, FIRST, &person(1, "Asha Iyer", Some("1987-02-11"), &["2021-04-03"])).await;
    assert!(asha == tag(fixture, FIRST, "Asha Iyer").await, "the same after a change of name, birth date and doses");
    assert!(imran == tag(fixture, FIRST, "Imran Sheikh").await, "and others keep theirs");
}

/// By the tag, a person is found as they are recorded now, on their own mobile alone.
pub async fn a_person_is_found_again_by_the_tag_and_nobody_else_is(fixture: &dyn Fixture) {
    put(fixture, FIRST, &person(1, "Asha Rao", Some("1986-02-11"), &["2021-04-03"])).await;
    put(fixture, FIRST, &person(2, "Imran Sheikh", None, &[])).await;
    let asha = tag(fixture, FIRST, "Asha Rao").await;
    let now = person(1, "Asha Iyer", Some("1986-02-12"), &["2021-04-04"]);
    put(fixture, FIRST, &now).await;
    let again = find_again(fixture, FIRST, &asha).await.expect("the person is found again");
    assert!(again.history == history(&now) && again.person == asha, "as the record is now");
    assert!(find_again(fixture, SECOND, &asha).await.is_none(), "not on another mobile");
    assert!(find_again(fixture, FIRST, &PersonTag::from_bytes([7; 16])).await.is_none(), "nobody of another tag");
}

fn person(id: u32, name: &'static str, birth_date: Option<&str>, doses: &[&str]) -> TestPerson {
    let day = |text: &str| text.parse::<NaiveDate>().expect("a date");
    let dose = |given_on: &&str| Dose::new(Product::find("COVISHIELD"), day(given_on));
    TestPerson { id, name, birth_date: birth_date.map(day), doses: doses.iter().map(dose).collect() }
}

fn history(person: &TestPerson) -> DoseHistory {
    DoseHistory { birth: person.birth_date.map(Into::into), doses: person.doses.clone(), immunity: Vec::new() }
}

async fn put(fixture: &dyn Fixture, mobile: &str, person: &TestPerson) {
    fixture.put(&Mobile::parse(mobile).expect("a mobile"), person).await;
}

async fn find(fixture: &dyn Fixture, mobile: &str, name: &str, birth_year: Option<u16>) -> Lookup {
    let mobile = Mobile::parse(mobile).expect("a mobile");
    let name = PersonName::parse(name).expect("a name");
    let year = birth_year.map(|year| BirthYear::new(year).expect("a year"));
    fixture.registry().find(&mobile, &name, year).await.expect("the registry answers")
}

async fn find_many(
    fixture: &dyn Fixture,
    mobile: &str,
    asked: &[(&str, Option<u16>)],
) -> Result<Vec<Lookup>, RegistryError> {
    let mobile = Mobile::parse(mobile).expect("a mobile");
    let year = |year| BirthYear::new(year).expect("a year");
    let people: Vec<_> =
        asked.iter().map(|(name, born)| (PersonName::parse(name).expect("a name"), born.map(year))).collect();
    let asked: Vec<_> = people.iter().map(|(name, birth_year)| Asked { name, birth_year: *birth_year }).collect();
    fixture.registry().find_many(&mobile, &asked).await
}

async fn find_again(fixture: &dyn Fixture, mobile: &str, person: &PersonTag) -> Option<Found> {
    let mobile = Mobile::parse(mobile).expect("a mobile");
    fixture.registry().find_again(&mobile, person).await.expect("the registry answers")
}

async fn found(fixture: &dyn Fixture, mobile: &str, name: &str) -> Found {
    find(fixture, mobile, name, None).await.found().expect("somebody is found")
}

async fn tag(fixture: &dyn Fixture, mobile: &str, name: &str) -> PersonTag {
    found(fixture, mobile, name).await.person
}
