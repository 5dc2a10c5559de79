use kycvs::consent::MAX_PEOPLE;
use kycvs::{Error, PeopleError, Person};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::calls::ask::{mobile, name};
use crate::problem::{Problem, ProblemCode};
use crate::session::{Given, GivenPerson};

/// One of the people of a visit, as far as you know them: the page asks for the rest.
#[derive(Default, Deserialize, ToSchema)]
#[schema(as = VisitPerson)]
#[serde(deny_unknown_fields)]
pub(crate) struct VisitPerson {
    /// The person's name, as registered. The page shows it.
    #[schema(min_length = 1, max_length = 100, pattern = "^[^<>]*$", example = "Asha Rao")]
    pub(crate) name: Option<String>,
    /// Instead of it, the name that the entity expects: the person types a name, and `name_matches` says whether it is this one's.
    #[schema(min_length = 1, max_length = 100, pattern = "^[^<>]*$", example = "Asha Rao")]
    pub(crate) expected_name: Option<String>,
    /// The person's mobile. People of one number share one code. Without it, it is that of the first person, for whom the page
    /// asks.
    #[schema(min_length = 10, max_length = 64, example = "+91 98765 43210")]
    pub(crate) mobile: Option<String>,
}

/// Reads whom a visit is about: a list, or one person, or nobody that the entity knows.
pub(crate) fn given(
    app: &App,
    people: Option<Vec<VisitPerson>>,
    one: VisitPerson,
    is_editable: bool,
) -> Result<Option<Given>, Problem> {
    let is_about_one = [&one.name, &one.expected_name, &one.mobile].into_iter().any(Option::is_some);
    let is_list = people.is_some();
    let people = match people {
        Some(_) if is_about_one => {
            return Err(invalid("Send either `people`, or what you know of one person."));
        }
        Some(people) if people.is_empty() => return Err(Error::from(PeopleError::Nobody).into()),
        Some(people) if people.len() > MAX_PEOPLE => return Err(Error::from(PeopleError::TooMany).into()),
        Some(people) => people,
        None if is_about_one => vec![one],
        None => return Ok(None),
    };
    let whose = |place, problem: Problem| if is_list { problem.about(place) } else { problem };
    let asked = (0..).zip(&people).map(|(place, person)| checked(person).map_err(|problem| whose(place, problem)));
    let asked = asked.collect::<Result<Vec<_>, Problem>>()?;
    // What is complete is refused here and not before the person.
    if let Some(complete) = asked.into_iter().collect::<Option<Vec<_>>>() {
        let first = complete.first().and_then(|(mobile, _)| *mobile);
        let person = |(mobile, name): (Option<_>, _)| Some(Person::new(mobile.or(first)?, name));
        if let Some(complete) = complete.into_iter().map(person).collect::<Option<Vec<_>>>() {
            app.service.check_people(&complete)?;
        }
    }
    let given = |VisitPerson { name, expected_name, mobile }| GivenPerson { name, expected_name, mobile };
    Ok(Some(Given { people: people.into_iter().map(given).collect(), is_editable }))
}

type Known = (Option<kycvs::domain::Mobile>, kycvs::domain::PersonName);

/// A person's number and name, where the name is given. Whatever is given has to be what it says.
fn checked(person: &VisitPerson) -> Result<Option<Known>, Problem> {
    if person.name.is_some() && person.expected_name.is_some() {
        return Err(invalid("Send either `name` or `expected_name`."));
    }
    person.expected_name.as_deref().map(name).transpose()?;
    let mobile = person.mobile.as_deref().map(mobile).transpose()?;
    Ok(person.name.as_deref().map(name).transpose()?.map(|name| (mobile, name)))
}

fn invalid(detail: &str) -> Problem {
    Problem::with_detail(ProblemCode::InvalidRequest, detail)
}
