use super::{
    NameMatch,
    reading::{Likeness, Reading},
};
use crate::{BirthYear, PersonName};

/// Which of the people on one mobile is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice<T> {
    /// This person, and nobody else here.
    One(T),
    /// Nobody, or several people whom no year of birth tells apart.
    Nobody,
    /// The name alone does not decide and a year of birth would. Ask for it and choose again.
    AskBirthYear,
}

/// Chooses the person whom `asked` names. A candidate is a recorded (normalised) name, the recorded year of birth, and
/// what to give back.
///
/// A stated year of birth rules out everybody for whom another one is recorded. A name that agrees but for the order of
/// its words (Thomas Mathew, Mathew Thomas) may be a father's or a son's: it counts only with a stated and a recorded
/// year of birth that are equal. An exact name does not win over another that also agrees, since nobody can tell which of
/// the two is meant.
///
/// ```
/// use kycvs_domain::{BirthYear, Choice, PersonName, choose};
/// let year = |year: u16| BirthYear::new(year).ok();
/// let people = || [("mathew thomas", year(1955), "father"), ("thomas mathew", year(1985), "son")];
/// let asked = PersonName::parse("Thomas Mathew")?;
/// assert_eq!(choose(&asked, None, people()), Choice::AskBirthYear);
/// assert_eq!(choose(&asked, year(1985), people()), Choice::One("son"));
/// assert_eq!(choose(&asked, year(1986), people()), Choice::Nobody);
/// # Ok::<(), kycvs_domain::NameError>(())
/// ```
pub fn choose<'a, T>(
    asked: &PersonName,
    birth_year: Option<BirthYear>,
    candidates: impl IntoIterator<Item = (&'a str, Option<BirthYear>, T)>,
) -> Choice<T> {
    let asked = asked.normalised();
    // Nearly always one name is the same, and often there is no other: then nothing needs to be read.
    let mut reading = None;
    let mut possible = candidates.into_iter().filter_map(|(recorded, born, person)| {
        let likeness = if recorded == asked {
            Likeness::Match(NameMatch::Same)
        } else {
            reading.get_or_insert_with(|| Reading::of(asked)).likeness(recorded)
        };
        let certain = match likeness {
            Likeness::Match(_) => true,
            Likeness::InDoubt => false,
            Likeness::Different => return None,
        };
        let candidate = Candidate { certain, born };
        candidate.may_be_born_in(birth_year).then_some((candidate, person))
    });
    let Some((first, person)) = possible.next() else { return Choice::Nobody };
    // Nearly always one is left, and no list is needed.
    let others: Vec<Candidate> = possible.map(|(candidate, _)| candidate).collect();
    if others.is_empty() && first.is_meant(birth_year) {
        Choice::One(person)
    } else if birth_year.is_none() && a_year_decides(first, &others) {
        Choice::AskBirthYear
    } else {
        Choice::Nobody
    }
}

/// Whether [`choose`] may take one of two people for the other, as far as their names go: a year of birth may tell them
/// apart all the same.
pub fn may_be_confused(name: &PersonName, other: &PersonName) -> bool {
    Reading::of(name.normalised()).likeness(other.normalised()) != Likeness::Different
}

/// Somebody whose name agrees.
#[derive(Clone, Copy)]
struct Candidate {
    /// Whether the name agrees without a doubt.
    certain: bool,
    born: Option<BirthYear>,
}

impl Candidate {
    fn may_be_born_in(self, stated: Option<BirthYear>) -> bool {
        stated.is_none() || self.born.is_none() || self.born == stated
    }

    /// Whether nobody else can be meant, when nobody else is left.
    fn is_meant(self, stated: Option<BirthYear>) -> bool {
        self.certain || stated.is_some() && self.born == stated
    }
}

/// Whether there is a year of birth that leaves one of them, who is meant then.
fn a_year_decides(first: Candidate, others: &[Candidate]) -> bool {
    let all = || others.iter().copied().chain([first]);
    let unknown = || all().filter(|one| one.born.is_none());
    let decides = |year| all().filter(|one| one.may_be_born_in(year)).count() == 1;
    // A year that is recorded for nobody leaves those without one.
    let another_year_decides = unknown().count() == 1 && unknown().all(|one| one.certain);
    another_year_decides || all().any(|one| one.born.is_some() && decides(one.born))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn year(year: u16) -> Option<BirthYear> {
        BirthYear::new(year).ok()
    }

    fn chosen(asked: &str, stated: Option<BirthYear>, people: &[(&str, Option<BirthYear>)]) -> Choice<usize> {
        let people = people.iter().enumerate().map(|(place, (name, born))| (*name, *born, place));
        choose(&PersonName::parse(asked).unwrap(), stated, people)
    }

    #[test]
    fn father_and_son_of_reversed_names_are_told_apart_by_the_year_of_birth() {
        let people = [("mathew thomas", year(1955)), ("thomas mathew", year(1985))];
        for (asked, father, son) in [("Thomas Mathew", 0, 1), ("Mathew Thomas", 0, 1)] {
            assert_eq!(chosen(asked, None, &people), Choice::AskBirthYear);
            assert_eq!(chosen(asked, year(1955), &people), Choice::One(father));
            assert_eq!(chosen(asked, year(1985), &people), Choice::One(son));
            assert_eq!(chosen(asked, year(1970), &people), Choice::Nobody);
        }
    }

    #[test]
    fn where_order_alone_differs_an_equal_year_is_needed() {
        let known = [("mathew thomas", year(1955))];
        assert_eq!(chosen("Thomas Mathew", None, &known), Choice::AskBirthYear);
        assert_eq!(chosen("Thomas Mathew", year(1955), &known), Choice::One(0));
        assert_eq!(chosen("Thomas Mathew", year(1985), &known), Choice::Nobody);
        let unknown = [("mathew thomas", None)];
        assert_eq!(chosen("Thomas Mathew", None, &unknown), Choice::Nobody, "a year would not help");
        assert_eq!(chosen("Thomas Mathew", year(1955), &unknown), Choice::Nobody);
    }

    #[test]
    fn one_name_of_two_people_is_told_apart_by_the_year_of_birth() {
        let namesakes = [("ramesh kumar", year(1950)), ("ramesh kumar", year(1980))];
        assert_eq!(chosen("Ramesh Kumar", None, &namesakes), Choice::AskBirthYear);
        assert_eq!(chosen("Ramesh Kumar", year(1980), &namesakes), Choice::One(1));
        let one_unknown = [("ramesh kumar", year(1950)), ("ramesh kumar", None)];
        assert_eq!(chosen("Ramesh Kumar", None, &one_unknown), Choice::AskBirthYear);
        assert_eq!(chosen("Ramesh Kumar", year(1980), &one_unknown), Choice::One(1));
        assert_eq!(chosen("Ramesh Kumar", year(1950), &one_unknown), Choice::Nobody, "it may be either");
    }

    #[test]
    fn a_year_says_nothing_where_none_is_recorded() {
        let unknown = [("thomas mathew", None), ("mathew thomas", None)];
        assert_eq!(chosen("Thomas Mathew", None, &unknown), Choice::Nobody);
        assert_eq!(chosen("Thomas Mathew", year(1985), &unknown), Choice::Nobody, "any year would do");
        let father_known = [("thomas mathew", None), ("mathew thomas", year(1955))];
        assert_eq!(chosen("Thomas Mathew", year(1985), &father_known), Choice::One(0));
        let son_known = [("thomas mathew", year(1985)), ("mathew thomas", None)];
        assert_eq!(chosen("Thomas Mathew", year(1985), &son_known), Choice::Nobody);
    }

    #[test]
    fn nobody_is_asked_for_a_year_that_would_not_decide() {
        let twins = [("asha", year(1990)), ("asha", year(1990))];
        assert_eq!(chosen("Asha", None, &twins), Choice::Nobody);
        assert_eq!(chosen("Asha", year(1990), &twins), Choice::Nobody);
        assert_eq!(chosen("Asha", None, &[("asha", None), ("asha", None)]), Choice::Nobody);
        assert_eq!(chosen("Usha", None, &[("asha", year(1990))]), Choice::Nobody);
    }

    #[test]
    fn a_year_that_is_stated_holds_against_an_equal_name_too() {
        assert_eq!(chosen("Asha Rao", None, &[("asha rao", year(1986))]), Choice::One(0));
        assert_eq!(chosen("Asha Rao", year(1986), &[("asha rao", year(1986))]), Choice::One(0));
        assert_eq!(chosen("Asha Rao", year(1987), &[("asha rao", year(1986))]), Choice::Nobody);
        assert_eq!(chosen("Asha Rao", year(1987), &[("asha rao", None)]), Choice::One(0));
    }
}
