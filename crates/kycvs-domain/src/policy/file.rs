//! The policy file: its form in TOML, and the checks that make it a policy.

use std::{collections::HashSet, ops::Range, sync::Arc};

use chrono::{Days, NaiveDate};
use serde::Deserialize;
use toml::value::Datetime;

use super::{
    BUILTIN, IntervalFrom, PolicyError, PolicyProblem as Problem, Rules, Series, Slot,
    rule::{Age, Rule},
};
use crate::{Product, product::ProductSet, text::is_text};

const MAX_BYTES: usize = 256 * 1024;
/// A title or the name of a series.
const MAX_TEXT_CHARS: usize = 120;
const MAX_SERIES: usize = 64;
const MAX_DOSES: usize = 8;
const MAX_RULES: usize = 32;
const MAX_PRODUCTS: usize = 127;
/// Ten years; a wait or an interval above it is a slip of the pen.
const MAX_DAYS: u16 = 3653;
const MAX_AGE_MONTHS: u16 = 150 * 12;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyFile {
    id: String,
    version: u32,
    title: Option<String>,
    extends: Option<String>,
    wait_days: Option<u16>,
    grace_days: Option<u16>,
    interval_from: Option<IntervalFrom>,
    precaution: Option<Vec<RuleFile>>,
    series: Option<Vec<SeriesFile>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeriesFile {
    name: String,
    doses: Vec<Vec<RuleFile>>,
    precaution: Option<Vec<RuleFile>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    products: Option<Vec<String>>,
    from: Option<Datetime>,
    until: Option<Datetime>,
    minimum_age: Option<String>,
    below_age: Option<String>,
    minimum_days: Option<u16>,
    recommended_days: Option<u16>,
    grace_days: Option<u16>,
}

/// Reads and checks the file of a built-in policy; `None` when there is none of that id.
pub(super) fn read_builtin(id: &str) -> Option<Result<Rules, PolicyError>> {
    builtin(id).map(|(_, text)| check_policy(parse(text)?))
}

/// Reads and checks the file of a host.
pub(super) fn read(text: &str) -> Result<Rules, PolicyError> {
    let file = parse(text)?;
    if let Some((id, _)) = builtin(&file.id) {
        return Err(at("id")(Problem::BuiltinId(id)));
    }
    check_policy(file)
}

fn builtin(id: &str) -> Option<(&'static str, &'static str)> {
    BUILTIN.into_iter().find(|(name, _)| *name == id)
}

fn check_policy(file: PolicyFile) -> Result<Rules, PolicyError> {
    check_id(&file.id).map_err(at("id"))?;
    check(file.version > 0, Problem::BadVersion).map_err(at("version"))?;
    let title = file.title.clone().unwrap_or_default();
    check(title.is_empty() || is_text(&title, MAX_TEXT_CHARS), Problem::BadText("title")).map_err(at("title"))?;
    check_days("wait_days", file.wait_days.unwrap_or(0)).map_err(at("policy"))?;
    let Core { wait_days, interval_from, series } = read_core(&file)?;
    let reference = format!("{}/{}", file.id, file.version);
    let wait = Days::new(u64::from(wait_days));
    let products = series.iter().fold(ProductSet::default(), |all, series: &Series| all.union(series.all_products()));
    Ok(Rules { id: file.id, version: file.version, reference, title, wait, interval_from, series, products })
}

fn parse(text: &str) -> Result<PolicyFile, PolicyError> {
    check(text.len() <= MAX_BYTES, Problem::TooLarge).map_err(at("policy"))?;
    toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span: Range<usize>| span.start);
        let line = text.bytes().take(start).filter(|byte| *byte == b'\n').count() + 1;
        PolicyError { place: format!("line {line}"), problem: Problem::Syntax(error.message().to_owned()) }
    })
}

/// What a policy takes over from the one that it extends.
struct Core {
    wait_days: u16,
    interval_from: IntervalFrom,
    series: Arc<[Series]>,
}

/// The rules of the file itself, or of the built-in policy that it extends, which may extend another.
fn read_core(file: &PolicyFile) -> Result<Core, PolicyError> {
    if let Some(base) = &file.extends {
        check_extension(file)?;
        let (_, text) = builtin(base).ok_or_else(|| at("extends")(Problem::UnknownBase))?;
        let base = read_core(&parse(text)?)?;
        return Ok(Core { wait_days: file.wait_days.unwrap_or(base.wait_days), ..base });
    }
    Ok(Core {
        wait_days: file.wait_days.unwrap_or(0),
        interval_from: file.interval_from.unwrap_or_default(),
        series: read_all_series(file)?.into(),
    })
}

/// A policy that extends another has no rules of its own.
fn check_extension(file: &PolicyFile) -> Result<(), PolicyError> {
    let own = [
        ("series", file.series.is_some()),
        ("precaution", file.precaution.is_some()),
        ("grace_days", file.grace_days.is_some()),
        ("interval_from", file.interval_from.is_some()),
    ];
    match own.into_iter().find(|(_, given)| *given) {
        Some((field, _)) => Err(at("policy")(Problem::FixedByBase(field))),
        None => Ok(()),
    }
}

fn read_all_series(file: &PolicyFile) -> Result<Vec<Series>, PolicyError> {
    let grace_days = file.grace_days.unwrap_or(0);
    check_days("grace_days", grace_days).map_err(at("policy"))?;
    let files = file.series.as_deref().unwrap_or_default();
    check_count("series", files.len(), MAX_SERIES).map_err(at("policy"))?;
    let mut names = HashSet::new();
    let mut all = Vec::with_capacity(files.len());
    for (index, file) in files.iter().enumerate() {
        check(is_text(&file.name, MAX_TEXT_CHARS), Problem::BadText("name"))
            .map_err(at(format!("series {}", index + 1)))?;
        let place = format!("series {:?}", file.name);
        check(names.insert(&file.name), Problem::RepeatedSeries).map_err(at(&*place))?;
        all.push(read_series(file, grace_days, &place)?);
    }
    if let Some(rules) = &file.precaution {
        let products = all.iter().fold(ProductSet::default(), |products, series| products.union(series.products));
        let common = read_slot(rules, grace_days, Some(products), "precaution")?;
        all.iter_mut().for_each(|series| _ = series.precaution.get_or_insert_with(|| common.clone()));
    }
    Ok(all)
}

fn read_series(file: &SeriesFile, grace_days: u16, place: &str) -> Result<Series, PolicyError> {
    check_count("doses", file.doses.len(), MAX_DOSES).map_err(at(place))?;
    let mut doses = Vec::with_capacity(file.doses.len());
    for (index, rules) in file.doses.iter().enumerate() {
        let place = format!("{place}, dose {}", index + 1);
        doses.push(read_slot(rules, grace_days, None, &place)?);
        let interval = rules.iter().any(|rule| rule.minimum_days.or(rule.recommended_days).is_some());
        check(index > 0 || !interval, Problem::IntervalOfFirstDose).map_err(at(place))?;
    }
    let products = doses.iter().fold(ProductSet::default(), |all, slot: &Slot| all.union(slot.products()));
    let precaution = file.precaution.as_deref();
    let precaution = precaution
        .map(|rules| read_slot(rules, grace_days, Some(products), &format!("{place}, precaution")))
        .transpose()?;
    Ok(Series { name: file.name.clone(), doses, precaution, products })
}

/// A rule that names no products is for `products`; without these it must name some.
fn read_slot(
    files: &[RuleFile],
    grace_days: u16,
    products: Option<ProductSet>,
    place: &str,
) -> Result<Slot, PolicyError> {
    check_count("rules", files.len(), MAX_RULES).map_err(at(place))?;
    let mut rules: Vec<Rule> = Vec::with_capacity(files.len());
    for (index, file) in files.iter().enumerate() {
        let at_rule = |problem| at(format!("{place}, rule {}", index + 1))(problem);
        let rule = read_rule(file, grace_days, products).map_err(at_rule)?;
        for (other, earlier) in rules.iter().enumerate() {
            if let Some(product) = earlier.overlap(&rule) {
                return Err(at_rule(Problem::Overlap { rule: other + 1, product: product.name() }));
            }
        }
        rules.push(rule);
    }
    Ok(Slot { rules })
}

fn read_rule(file: &RuleFile, grace_days: u16, products: Option<ProductSet>) -> Result<Rule, Problem> {
    let grace_days = file.grace_days.unwrap_or(grace_days);
    let recommended_days = file.recommended_days.or(file.minimum_days).unwrap_or(0);
    check_days("minimum_days", file.minimum_days.unwrap_or(0))?;
    check_days("recommended_days", recommended_days)?;
    check_days("grace_days", grace_days)?;
    check(file.minimum_days.is_none_or(|days| days <= recommended_days), Problem::RecommendedBelowMinimum)?;
    let rule = Rule {
        products: read_products(file.products.as_deref(), products)?,
        from: file.from.map_or(Ok(NaiveDate::MIN), |date| read_date("from", date))?,
        until: file.until.map_or(Ok(NaiveDate::MAX), |date| read_date("until", date))?,
        minimum_age: read_age("minimum_age", file.minimum_age.as_deref())?,
        below_age: read_age("below_age", file.below_age.as_deref())?,
        minimum_days: file.minimum_days,
        recommended_days,
        grace_days,
    };
    check(rule.from <= rule.until, Problem::EmptyDates)?;
    check(rule.below_age.is_none_or(|end| rule.minimum_age.is_none_or(|start| start < end)), Problem::EmptyAges)?;
    Ok(rule)
}

fn read_products(codes: Option<&[String]>, otherwise: Option<ProductSet>) -> Result<ProductSet, Problem> {
    let (codes, otherwise) = (codes.unwrap_or_default(), otherwise.filter(|_| codes.is_none()));
    if let Some(products) = otherwise {
        return Ok(products);
    }
    check_count("products", codes.len(), MAX_PRODUCTS)?;
    let mut products = ProductSet::default();
    for code in codes {
        let mut named = Product::find_all(code).peekable();
        check(named.peek().is_some(), Problem::UnknownProduct(code.chars().take(32).collect()))?;
        for product in named {
            check(!products.contains(product), Problem::RepeatedProduct(product.name()))?;
            products.insert(product);
        }
    }
    Ok(products)
}

fn read_date(field: &'static str, value: Datetime) -> Result<NaiveDate, Problem> {
    let date = value.date.filter(|_| value.time.is_none() && value.offset.is_none()).ok_or(Problem::BadDate(field))?;
    NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day))
        .ok_or(Problem::BadDate(field))
}

fn read_age(field: &'static str, text: Option<&str>) -> Result<Option<Age>, Problem> {
    let Some(text) = text else { return Ok(None) };
    let (number, unit) = text.split_once(' ').ok_or(Problem::BadAge(field))?;
    let in_months = match unit {
        "month" | "months" => 1,
        "year" | "years" => 12,
        _ => return Err(Problem::BadAge(field)),
    };
    let number: Option<u16> =
        Some(number).filter(|n| n.bytes().all(|b| b.is_ascii_digit())).and_then(|n| n.parse().ok());
    let months = number.and_then(|number| number.checked_mul(in_months)).filter(|months| *months <= MAX_AGE_MONTHS);
    months.map(|months| Some(Age { months })).ok_or(Problem::BadAge(field))
}

fn check_id(id: &str) -> Result<(), Problem> {
    let plain = id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    check(
        (1..=32).contains(&id.len()) && plain && id.starts_with(|first: char| first.is_ascii_lowercase()),
        Problem::BadId,
    )
}

fn check_days(field: &'static str, days: u16) -> Result<(), Problem> {
    check(days <= MAX_DAYS, Problem::TooManyDays { field, max: MAX_DAYS })
}

fn check_count(what: &'static str, count: usize, max: usize) -> Result<(), Problem> {
    check((1..=max).contains(&count), Problem::Count { what, max })
}

fn check(holds: bool, problem: Problem) -> Result<(), Problem> {
    if holds { Ok(()) } else { Err(problem) }
}

/// Says where a problem is.
fn at(place: impl Into<String>) -> impl FnOnce(Problem) -> PolicyError {
    move |problem| PolicyError { place: place.into(), problem }
}
