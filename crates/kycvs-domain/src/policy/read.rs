//! The policy file: its needs, series, doses and rules, and the checks that make it a policy.

use std::{collections::HashSet, sync::Arc};

use toml::de::DeTable;

use super::{
    Immune, Need, Place, PolicyError, PolicyFault, PolicyProblem as Problem, Rule, Rules, Series, Words, builtin,
    fields::{Faults, Fields},
    read_place::{MAX_RULES, read_place},
    scope::Scope,
};
use crate::{Antigen, product::ProductSet};

const MAX_BYTES: usize = 256 * 1024;
/// A title, or the name of a need or a series.
const MAX_TEXT_CHARS: usize = 120;
const MAX_SOURCE_CHARS: usize = 400;
const MAX_NEEDS: usize = 32;
const MAX_SERIES: usize = 64;
/// The most doses of a series.
pub(crate) const MAX_DOSES: usize = 16;

/// Reads and checks the file of a built-in policy; `None` when no policy has that id.
pub(super) fn builtin(id: &str) -> Option<Result<Rules, PolicyError>> {
    builtin::find(id).map(|(_, text)| read(text, true))
}

/// Reads and checks the file of a host.
pub(super) fn own(text: &str) -> Result<Rules, PolicyError> {
    read(text, false)
}

fn read(text: &str, is_builtin: bool) -> Result<Rules, PolicyError> {
    if text.len() > MAX_BYTES {
        return Err(only(Problem::TooLarge));
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    let faults = Faults::of(text);
    for error in &errors {
        let at = error.span().map_or(0, |span| span.start);
        faults.note(at, Problem::Syntax(error.message().to_owned()));
    }
    if !faults.is_empty() {
        return Err(faults.into_error().unwrap_or_else(|| only(Problem::TooLarge)));
    }
    let rules = read_file(&Fields::new(table.get_ref(), 0..text.len(), &faults), is_builtin);
    match (faults.into_error(), rules) {
        (None, Some(rules)) => Ok(rules),
        (error, _) => Err(error.unwrap_or_else(|| only(Problem::MissingField("series")))),
    }
}

fn only(problem: Problem) -> PolicyError {
    PolicyError { faults: vec![PolicyFault { line: 1, column: 1, problem }] }
}

fn read_file(fields: &Fields<'_, '_>, is_builtin: bool) -> Option<Rules> {
    let id = read_id(fields, is_builtin);
    let version = read_version(fields);
    let title = Words::read(fields, "title", MAX_TEXT_CHARS);
    let source = fields.text("source", MAX_SOURCE_CHARS).unwrap_or_default().to_owned();
    let (checked_on, review_by) = (fields.date("checked_on"), fields.date("review_by"));
    let needs = read_needs(fields, title.as_ref());
    fields.end();
    let (id, version, needs) = (id?, version?, needs?);
    let products = needs.iter().fold(ProductSet::default(), |all, need| all.union(need.products));
    let near = needs.iter().flat_map(Need::rules).flat_map(|rule| rule.not_within.iter());
    Some(Rules {
        reference: format!("{id}/{version}"),
        id,
        version,
        title,
        source,
        checked_on,
        review_by,
        products,
        near: near.fold(ProductSet::default(), |all, apart| all.union(apart.products)),
        needs,
    })
}

impl Need {
    fn rules(&self) -> impl Iterator<Item = &Rule> {
        let places = self.series.iter().flat_map(|series| series.places.iter().chain(&series.precaution));
        places.flat_map(|place| &place.rules)
    }
}

fn read_id(fields: &Fields<'_, '_>, is_builtin: bool) -> Option<String> {
    let id = fields.required("id", fields.raw_text("id"))?;
    let plain = id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if !(1..=32).contains(&id.len()) || !plain || !id.starts_with(|first: char| first.is_ascii_lowercase()) {
        fields.faults().note(fields.place("id"), Problem::BadId);
        return None;
    }
    if let Some((id, _)) = builtin::find(id).filter(|_| !is_builtin) {
        fields.faults().note(fields.place("id"), Problem::BuiltinId(id));
        return None;
    }
    Some(id.to_owned())
}

fn read_version(fields: &Fields<'_, '_>) -> Option<u32> {
    let version = fields.required("version", fields.number("version"))?.ok().filter(|version| *version > 0);
    fields.faults().keep(fields.place("version"), version.ok_or(Problem::BadVersion))
}

fn read_needs(fields: &Fields<'_, '_>, title: Option<&Words>) -> Option<Vec<Need>> {
    let scope = Scope::default().with(fields);
    let Some(_) = fields.value("need") else {
        let id = || Words::of(fields.raw_text("id").unwrap_or_default());
        return read_need(fields, &scope, title.cloned().unwrap_or_else(id)).map(|need| vec![need]);
    };
    if fields.value("series").is_some() {
        fields.faults().note(fields.place("series"), Problem::NeedsAndSeries);
    }
    let mut names = HashSet::new();
    let needs = fields.list("need", MAX_NEEDS)?.iter().map(|value| {
        let fields = Fields::of(value, "need", fields.faults())?;
        let required = fields.flag("required").unwrap_or(true);
        let needs = match fields.raw_text("policy") {
            Some(id) => of_builtin(&fields, id),
            None => {
                let name = fields.required("name", Words::read(&fields, "name", MAX_TEXT_CHARS));
                read_need(&fields, &scope.with(&fields), name.unwrap_or_else(|| Words::of(""))).map(|need| vec![need])
            }
        };
        fields.end();
        let needs: Vec<_> = needs?.into_iter().map(|need| Need { required, ..need }).collect();
        for need in &needs {
            if !names.insert(Arc::clone(need.name.english())) {
                fields.faults().note(fields.start(), Problem::RepeatedName);
            }
        }
        Some(needs)
    });
    let needs: Option<Vec<Vec<Need>>> = needs.collect::<Vec<_>>().into_iter().collect();
    let needs: Option<Vec<Need>> = needs.map(|needs| needs.into_iter().flatten().collect());
    if needs.as_ref().is_some_and(|needs| !needs.iter().any(|need| need.required)) {
        fields.faults().note(fields.place("need"), Problem::NoneRequired);
    }
    needs
}

/// The needs that decide a built-in policy, with another wait or time of validity. A built-in policy takes needs from no
/// policy of a host, and a test holds that none takes its own, so there is an end.
fn of_builtin(fields: &Fields<'_, '_>, id: &str) -> Option<Vec<Need>> {
    let (wait, valid_for) = (fields.period("wait"), fields.period("valid_for"));
    let accepts_final_dose = fields.flag("accepts_final_dose");
    let base = builtin(id).and_then(Result::ok).ok_or(Problem::UnknownBase);
    let mut needs = fields.faults().keep(fields.place("policy"), base)?.needs;
    needs.retain(|need| need.required);
    for series in needs.iter_mut().flat_map(|need| &mut need.series) {
        series.wait = wait.unwrap_or(series.wait);
        series.valid_for = valid_for.or(series.valid_for);
        series.accepts_final_dose = accepts_final_dose.unwrap_or(series.accepts_final_dose);
    }
    Some(needs)
}

/// The name of a series, that no other of its need has.
fn read_name<'f>(fields: &Fields<'f, '_>, names: &mut HashSet<&'f str>) -> Option<&'f str> {
    let name = fields.required("name", fields.text("name", MAX_TEXT_CHARS))?;
    if !names.insert(name) {
        fields.faults().note(fields.place("name"), Problem::RepeatedName);
    }
    Some(name)
}

/// The need of a table; `scope` is what the table says for all its series.
fn read_need<'f, 't>(fields: &Fields<'f, 't>, scope: &Scope<'f, 't>, name: Words) -> Option<Need> {
    let immune = read_immune(fields);
    let list = fields.required("series", fields.list("series", MAX_SERIES))?;
    let mut names = HashSet::new();
    let read = list.iter().map(|value| {
        let fields = Fields::of(value, "series", fields.faults())?;
        let name = read_name(&fields, &mut names);
        let scope = scope.with(&fields);
        let series = read_series(&fields, &scope, name.unwrap_or_default());
        fields.end();
        series.map(|series| (series, scope))
    });
    let read: Option<Vec<_>> = read.collect::<Vec<_>>().into_iter().collect();
    let (mut series, scopes): (Vec<Series>, Vec<_>) = read?.into_iter().unzip();
    let counted = series.iter().fold(ProductSet::default(), |all, series| all.union(series.products));
    for (series, scope) in series.iter_mut().zip(scopes) {
        let Some(value) = scope.precaution else { continue };
        let scope = scope.or_products(counted);
        series.precaution = read_place(value, &scope, series.places.len(), fields);
    }
    let after = series.iter().filter_map(|series| series.precaution.as_ref()).map(Place::products);
    let products = after.fold(counted, ProductSet::union);
    Some(Need { name, required: true, series, immune, products })
}

fn read_series<'f, 't>(fields: &Fields<'f, 't>, scope: &Scope<'f, 't>, name: &str) -> Option<Series> {
    let doses = fields.required("doses", fields.list("doses", MAX_DOSES))?;
    let places = doses.iter().enumerate().map(|(index, value)| read_place(value, scope, index, fields));
    let places: Option<Vec<Place>> = places.collect::<Vec<_>>().into_iter().collect();
    let places = places?;
    if places.iter().all(|place| place.skip_from_age.is_some()) {
        fields.faults().note(fields.place("doses"), Problem::EverySkipped);
    }
    Some(Series {
        name: name.into(),
        products: places.iter().fold(ProductSet::default(), |all, place| all.union(place.products())),
        places,
        precaution: None,
        interval_from: scope.interval_from,
        wait: scope.wait,
        valid_for: scope.valid_for,
        accepts_final_dose: scope.accepts_final_dose,
        recurring: fields.flag("recurring").unwrap_or(false),
    })
}

fn read_immune(fields: &Fields<'_, '_>) -> Vec<Immune> {
    let list = fields.list("immune", MAX_RULES).unwrap_or_default();
    let entries = list.iter().filter_map(|value| {
        let fields = Fields::of(value, "immune", fields.faults())?;
        let born_before = fields.date("born_before").map(Immune::BornBefore);
        let antigen = |field, by_laboratory| {
            let name = fields.raw_text(field)?;
            let against = Antigen::find(name).ok_or_else(|| Problem::unknown_antigen(name));
            let against = fields.faults().keep(fields.place(field), against)?;
            Some(Immune::Evidence { against, by_laboratory })
        };
        let evidence = antigen("antibodies", true).or_else(|| antigen("disease", false));
        fields.end();
        let immune = born_before.or(evidence);
        if immune.is_none() {
            fields.faults().note(fields.start(), Problem::BadImmune);
        }
        immune
    });
    entries.collect()
}
