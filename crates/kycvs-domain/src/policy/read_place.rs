//! A dose of a policy file: its rules, and who does not need it.

use toml::de::DeValue;

use super::{
    Enough, Period, Place, PolicyProblem as Problem,
    fields::{Fields, Value},
    read::MAX_DOSES,
    scope::Scope,
};

/// The most rules of a dose.
pub(super) const MAX_RULES: usize = 32;

/// A dose: one rule, or a list of them.
pub(super) fn read_place<'f, 't>(
    value: &'f Value<'t>,
    scope: &Scope<'f, 't>,
    index: usize,
    above: &Fields<'f, 't>,
) -> Option<Place> {
    let faults = above.faults();
    let rules = match value.get_ref() {
        DeValue::Array(rules) => rules,
        _ => std::slice::from_ref(value),
    };
    if rules.is_empty() || rules.len() > MAX_RULES {
        faults.note(value.span().start, Problem::Count { what: "rules", max: MAX_RULES });
        return None;
    }
    let mut place = Place::default();
    for value in rules {
        let fields = Fields::of(value, "doses", faults)?;
        let scope = scope.with_rule(&fields);
        if let Some(age) = fields.period("skip_from_age") {
            place.skip_from_age = Some((age, scope.grace));
        }
        place.skip_after.extend(read_skip_after(&fields));
        let since_dose = read_since_dose(&fields, index);
        fields.end();
        let Some(rule) = scope.rule(since_dose) else {
            faults.note(fields.start(), Problem::MissingField("products"));
            continue;
        };
        for (other, earlier) in place.rules.iter().enumerate() {
            if let Some(product) = earlier.overlap(&rule) {
                faults.note(fields.start(), Problem::Overlap { rule: other + 1, product: product.name() });
            }
        }
        place.rules.push(rule);
    }
    Some(place)
}

/// `since_dose = { 1 = "16 weeks" }`: by the number of the dose in the series.
fn read_since_dose(fields: &Fields<'_, '_>, index: usize) -> Vec<(usize, Period)> {
    let Some(value) = fields.value("since_dose") else { return Vec::new() };
    let entries = match value.get_ref() {
        DeValue::Table(table) => table.iter().map(|(dose, period)| {
            let dose: usize = dose.get_ref().parse().ok().filter(|dose| (1..=index).contains(dose))?;
            let DeValue::String(period) = period.get_ref() else { return None };
            Some((dose - 1, Period::parse(period)?))
        }),
        _ => {
            fields.faults().note(value.span().start, Problem::BadSinceDose);
            return Vec::new();
        }
    };
    let entries: Option<Vec<_>> = entries.collect();
    fields.faults().keep(value.span().start, entries.ok_or(Problem::BadSinceDose)).unwrap_or_default()
}

/// `skip_after = [{ doses = 3 }, { doses = 1, from_age = "4 years" }]`
fn read_skip_after(fields: &Fields<'_, '_>) -> Vec<Enough> {
    let list = fields.list("skip_after", MAX_DOSES).unwrap_or_default();
    let entries = list.iter().filter_map(|value| {
        let fields = Fields::of(value, "skip_after", fields.faults())?;
        let doses =
            fields.required("doses", fields.number("doses"))?.ok().and_then(|doses| usize::try_from(doses).ok());
        let doses = doses.filter(|doses| (1..=MAX_DOSES).contains(doses)).ok_or(Problem::BadSkipAfter);
        let from_age = fields.period("from_age");
        fields.end();
        Some(Enough { doses: fields.faults().keep(fields.place("doses"), doses)?, from_age })
    });
    entries.collect()
}
