use kycvs_domain::rules::{Allowed, IntervalFrom, Need, Period, Place, Rule, Series};

/// A series of the need that is complete whenever this one is, with no later dose; of two that are alike the second is
/// beaten.
pub(super) fn by<'a>(series: &Series, at: usize, need: &'a Need) -> Option<&'a Series> {
    let mut others = need.series.iter().enumerate().filter(|(other, _)| *other != at);
    let beats =
        |(other_at, other): &(usize, &Series)| covers(other, series) && (!covers(series, other) || *other_at < at);
    others.find(beats).map(|(_, other)| other)
}

/// Whether doses that complete `narrow` complete `wide` as soon, for as long.
fn covers(wide: &Series, narrow: &Series) -> bool {
    let places = wide.places.iter().zip(&narrow.places).all(|(wide, narrow)| covers_place(wide, narrow));
    let intervals = wide.interval_from == narrow.interval_from || wide.interval_from == IntervalFrom::Valid;
    let lasts = match (wide.valid_for, narrow.valid_for) {
        (None, _) => true,
        (Some(wide), Some(narrow)) => wide >= narrow,
        (Some(_), None) => false,
    };
    let final_dose = wide.accepts_final_dose || !narrow.accepts_final_dose;
    let ends = !wide.recurring || narrow.recurring;
    let places = wide.places.len() <= narrow.places.len() && places;
    places && intervals && lasts && final_dose && ends && wide.wait <= narrow.wait
}

fn covers_place(wide: &Place, narrow: &Place) -> bool {
    let same = wide.skip_from_age == narrow.skip_from_age && wide.skip_after == narrow.skip_after;
    let skips = !narrow.is_optional() || same;
    skips && narrow.rules.iter().all(|narrow| wide.rules.iter().any(|wide| covers_rule(wide, narrow)))
}

/// Whether each dose that meets `narrow` meets `wide`.
fn covers_rule(wide: &Rule, narrow: &Rule) -> bool {
    let products = narrow.products.iter().all(|narrow| wide.products.iter().any(|wide| covers_products(wide, narrow)));
    let dates = wide.from <= narrow.from && narrow.until <= wide.until;
    let ages = is_no_more(wide.minimum_age, narrow.minimum_age) && reaches(wide.below_age, narrow.below_age);
    let since = wide
        .since_dose
        .iter()
        .all(|(dose, wide)| narrow.since_dose.iter().any(|(other, narrow)| other == dose && wide <= narrow));
    let intervals = is_no_more(wide.minimum_interval, narrow.minimum_interval) && since;
    products && dates && ages && intervals && wide.grace >= narrow.grace && wide.not_within.is_empty()
}

fn covers_products(wide: &Allowed, narrow: &Allowed) -> bool {
    let products = wide.products.intersection(narrow.products) == narrow.products;
    let dates = wide.from <= narrow.from && narrow.until <= wide.until && wide.listed_on <= narrow.listed_on;
    products && dates && is_no_more(wide.minimum_age, narrow.minimum_age) && reaches(wide.below_age, narrow.below_age)
}

fn is_no_more(wide: Option<Period>, narrow: Option<Period>) -> bool {
    wide.is_none() || narrow.is_some_and(|narrow| wide <= Some(narrow))
}

/// Whether one upper end is no lower than another.
fn reaches(wide: Option<Period>, narrow: Option<Period>) -> bool {
    wide.is_none() || narrow.is_some_and(|narrow| wide >= Some(narrow))
}
