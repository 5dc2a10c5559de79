//! What a file, a need, a series, a dose or a rule says, and what it takes over from the one above it.

use std::sync::Arc;

use chrono::NaiveDate;
use toml::de::DeValue;

use super::{
    Allowed, Apart, IntervalFrom, Period, PolicyProblem as Problem, Rule,
    fields::{Fields, Value},
};
use crate::{Product, product::ProductSet};

const MAX_PRODUCTS: usize = 512;
const MAX_ENTRIES: usize = 16;
const MAX_GRACE_DAYS: u16 = 366;

/// The fields that hold for everything below, until something below has its own.
#[derive(Clone)]
pub(super) struct Scope<'f, 't> {
    products: Option<Arc<[Allowed]>>,
    from: NaiveDate,
    until: NaiveDate,
    minimum_age: Option<Period>,
    below_age: Option<Period>,
    minimum_interval: Option<Period>,
    recommended_interval: Option<Period>,
    pub(super) grace: u16,
    not_within: Arc<[Apart]>,
    pub(super) wait: Period,
    pub(super) valid_for: Option<Period>,
    pub(super) interval_from: IntervalFrom,
    pub(super) accepts_final_dose: bool,
    /// Read where the products of the need are known.
    pub(super) precaution: Option<&'f Value<'t>>,
}

impl Default for Scope<'_, '_> {
    fn default() -> Self {
        Self {
            products: None,
            from: NaiveDate::MIN,
            until: NaiveDate::MAX,
            minimum_age: None,
            below_age: None,
            minimum_interval: None,
            recommended_interval: None,
            grace: 0,
            not_within: Arc::default(),
            wait: Period::ZERO,
            valid_for: None,
            interval_from: IntervalFrom::default(),
            accepts_final_dose: false,
            precaution: None,
        }
    }
}

impl<'f, 't> Scope<'f, 't> {
    /// With what a file, a need or a series says.
    pub(super) fn with(&self, fields: &Fields<'f, 't>) -> Self {
        let own = self.with_rule(fields);
        Self {
            wait: fields.period("wait").unwrap_or(self.wait),
            valid_for: fields.period("valid_for").or(self.valid_for),
            interval_from: interval_from(fields).unwrap_or(self.interval_from),
            accepts_final_dose: fields.flag("accepts_final_dose").unwrap_or(self.accepts_final_dose),
            precaution: fields.value("precaution").or(self.precaution),
            ..own
        }
    }

    /// With what a rule says; files, needs and series may say it for all their rules.
    pub(super) fn with_rule(&self, fields: &Fields<'f, 't>) -> Self {
        let minimum_interval = fields.period("minimum_interval");
        let recommended = self.recommended_interval.filter(|_| minimum_interval.is_none());
        let own = Self {
            products: fields
                .value("products")
                .map_or_else(|| self.products.clone(), |value| Some(products(value, fields))),
            from: fields.date("from").unwrap_or(self.from),
            until: fields.date("until").unwrap_or(self.until),
            minimum_age: fields.period("minimum_age").or(self.minimum_age),
            below_age: fields.period("below_age").or(self.below_age),
            minimum_interval: minimum_interval.or(self.minimum_interval),
            recommended_interval: fields.period("recommended_interval").or(recommended),
            grace: grace(fields).unwrap_or(self.grace),
            not_within: not_within(fields).unwrap_or_else(|| Arc::clone(&self.not_within)),
            ..self.clone()
        };
        let check = |holds: bool, field, problem| {
            if !holds {
                fields.faults().note(fields.place(field), problem);
            }
        };
        check(own.from <= own.until, "until", Problem::EmptyDates);
        check(is_range(own.minimum_age, own.below_age), "below_age", Problem::EmptyAges);
        let shorter = own.minimum_interval.zip(own.recommended_interval).is_some_and(|(minimum, more)| more < minimum);
        check(!shorter, "recommended_interval", Problem::RecommendedBelowMinimum);
        own
    }

    /// For `products` where neither this nor anything above names any.
    pub(super) fn or_products(mut self, otherwise: ProductSet) -> Self {
        self.products.get_or_insert_with(|| [Allowed::always(otherwise)].into());
        self
    }

    pub(super) fn rule(&self, since_dose: Vec<(usize, Period)>) -> Option<Rule> {
        Some(Rule {
            products: Arc::clone(self.products.as_ref()?),
            from: self.from,
            until: self.until,
            minimum_age: self.minimum_age,
            below_age: self.below_age,
            minimum_interval: self.minimum_interval,
            recommended_interval: self.recommended_interval,
            since_dose,
            grace: self.grace,
            not_within: Arc::clone(&self.not_within),
        })
    }
}

impl Allowed {
    fn always(products: ProductSet) -> Self {
        let first_use = products.iter().map(|product| product.first_use().unwrap_or(NaiveDate::MIN)).min();
        Self {
            products,
            first_use: first_use.unwrap_or(NaiveDate::MIN),
            listed_on: NaiveDate::MIN,
            from: NaiveDate::MIN,
            until: NaiveDate::MAX,
            minimum_age: None,
            below_age: None,
        }
    }
}

fn is_range(start: Option<Period>, end: Option<Period>) -> bool {
    end.is_none_or(|end| start.is_none_or(|start| start < end))
}

fn grace(fields: &Fields<'_, '_>) -> Option<u16> {
    let days = fields.period("grace")?.in_days().filter(|days| *days <= MAX_GRACE_DAYS).ok_or(Problem::BadGrace);
    fields.faults().keep(fields.place("grace"), days)
}

fn interval_from(fields: &Fields<'_, '_>) -> Option<IntervalFrom> {
    const FIELD: &str = "interval_from";
    let word = match fields.raw_text(FIELD)? {
        "any_dose" => Ok(IntervalFrom::Any),
        "series_dose" => Ok(IntervalFrom::Series),
        "valid_dose" => Ok(IntervalFrom::Valid),
        _ => Err(Problem::UnknownWord { field: FIELD, words: "any_dose, series_dose, valid_dose" }),
    };
    fields.faults().keep(fields.place(FIELD), word)
}

/// The entries of `products`: codes that count always, and tables of codes that count at some ages or times. None after a
/// fault, which is noted.
fn products(value: &Value<'_>, fields: &Fields<'_, '_>) -> Arc<[Allowed]> {
    let faults = fields.faults();
    let wrong = Problem::WrongType { field: "products", expected: "a list of codes, or of tables with `codes`" };
    let DeValue::Array(list) = value.get_ref() else {
        faults.note(value.span().start, wrong);
        return Arc::default();
    };
    if list.is_empty() || list.len() > MAX_PRODUCTS {
        faults.note(value.span().start, Problem::Count { what: "products", max: MAX_PRODUCTS });
        return Arc::default();
    }
    let mut always = ProductSet::default();
    let mut allowed = Vec::new();
    for entry in list.iter() {
        match entry.get_ref() {
            DeValue::String(code) => add(&mut always, code, entry, fields),
            DeValue::Table(_) => {
                allowed.extend(Fields::of(entry, "products", faults).and_then(|fields| limited(&fields)))
            }
            _ => faults.note(entry.span().start, wrong.clone()),
        }
    }
    if !always.is_empty() {
        allowed.insert(0, Allowed::always(always));
    }
    if allowed.len() > MAX_ENTRIES {
        faults.note(value.span().start, Problem::Count { what: "tables in `products`", max: MAX_ENTRIES });
    }
    for (place, entry) in allowed.iter().enumerate().take(MAX_ENTRIES) {
        if let Some(twice) = allowed.iter().take(place).find_map(|earlier| earlier.overlap(entry)) {
            faults.note(value.span().start, Problem::RepeatedProduct(twice.name()));
        }
    }
    allowed.into()
}

/// `{ codes = […], minimum_age = "18 years" }`
fn limited(fields: &Fields<'_, '_>) -> Option<Allowed> {
    let products = codes(fields, "codes");
    let listed_on = fields.date("listed_on");
    let (from, until) = (fields.date("from"), fields.date("until"));
    let (minimum_age, below_age) = (fields.period("minimum_age"), fields.period("below_age"));
    if !is_range(minimum_age, below_age) {
        fields.faults().note(fields.place("below_age"), Problem::EmptyAges);
    }
    if from.zip(until).is_some_and(|(from, until)| until < from) {
        fields.faults().note(fields.place("until"), Problem::EmptyDates);
    }
    fields.end();
    let always = Allowed::always(fields.required("codes", products)?);
    Some(Allowed {
        listed_on: listed_on.unwrap_or(always.listed_on),
        from: from.unwrap_or(always.from),
        until: until.unwrap_or(always.until),
        minimum_age,
        below_age,
        ..always
    })
}

/// The products of a list of codes.
fn codes(fields: &Fields<'_, '_>, field: &'static str) -> Option<ProductSet> {
    let mut products = ProductSet::default();
    for entry in fields.list(field, MAX_PRODUCTS)? {
        match entry.get_ref() {
            DeValue::String(code) => add(&mut products, code, entry, fields),
            _ => fields.faults().note(entry.span().start, Problem::WrongType { field, expected: "a list of codes" }),
        }
    }
    Some(products)
}

fn add(products: &mut ProductSet, code: &str, entry: &Value<'_>, fields: &Fields<'_, '_>) {
    let mut named = Product::find_all(code).peekable();
    if named.peek().is_none() {
        fields.faults().note(entry.span().start, Problem::unknown(code));
    }
    for product in named {
        if products.contains(product) {
            fields.faults().note(entry.span().start, Problem::RepeatedProduct(product.name()));
        }
        products.insert(product);
    }
}

/// `not_within = [{ products = […], within = "28 days" }]`
fn not_within(fields: &Fields<'_, '_>) -> Option<Arc<[Apart]>> {
    let list = fields.list("not_within", MAX_ENTRIES)?;
    let entries = list.iter().filter_map(|entry| {
        let fields = Fields::of(entry, "not_within", fields.faults())?;
        let products = codes(&fields, "products");
        let given = codes(&fields, "given").unwrap_or_default();
        let (within, after_valid) = (fields.period("within"), fields.period("after_valid"));
        let (products, within) = (fields.required("products", products), fields.required("within", within));
        fields.end();
        Some(Apart { products: products?, given, within: within?, after_valid })
    });
    Some(entries.collect())
}
