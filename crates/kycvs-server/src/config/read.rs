use std::collections::HashSet;

use serde_path_to_error::Segment;
use toml::{Table, Value};

use super::File;
use super::document::{Document, Step, place};
use super::fault::Fault;
use super::secret;

/// The file that documents every setting. What is missing or wrong is named with its line there, as what to write instead.
const DOCUMENTED: &str = include_str!("../../packaging/kycvs.toml");

/// Reads a document as a file, and finds each value that is wrong. After each, the documented value takes its place and
/// the reading goes on; so the file is for further checks only, unless there are no faults.
pub(super) fn all(document: &Document) -> (Option<File>, Vec<Fault>) {
    let (mut values, mut faults) = secret::resolve(document);
    let mut mended = HashSet::new();
    let examples = examples();
    loop {
        let error = match serde_path_to_error::deserialize(Value::Table(values.clone())) {
            Ok(file) => return (Some(file), faults),
            Err(error) => error,
        };
        let mut path: Vec<Step> = error.path().iter().filter_map(step).collect();
        let said = error.inner().message();
        let line = document.line_of(&path);
        let at = place(&path);
        let missing = said.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`'));
        let what = match missing {
            Some(field) => {
                path.push(Step::Key(field.to_owned()));
                said.to_owned()
            }
            None => kycvs_axum::without_value(said),
        };
        let example = look_up(&examples, &path);
        let hint = example.and_then(|example| written(&path, example));
        let is_unknown = said.starts_with("unknown field ");
        let what = match hint {
            Some(hint) if !is_unknown => format!("{what}; write it as in {hint}"),
            _ => what,
        };
        faults.push(Fault { line, place: at, what });
        // What was mended once and is still wrong cannot be mended.
        if !mended.insert(place(&path)) {
            return (None, faults);
        }
        let replacement = if is_unknown { None } else { example.cloned() };
        if !set(&mut values, &path, replacement) {
            return (None, faults);
        }
    }
}

fn step(segment: &Segment) -> Option<Step> {
    match segment {
        Segment::Map { key } => Some(Step::Key(key.clone())),
        Segment::Enum { variant } => Some(Step::Key(variant.clone())),
        Segment::Seq { index } => Some(Step::Index(*index)),
        Segment::Unknown => None,
    }
}

/// Every setting with a value: the documented file, with what is commented out in it.
fn examples() -> Table {
    let is_setting = |line: &str| {
        let name = line.split(" = ").next().unwrap_or_default();
        line.starts_with('[')
            || (line.contains(" = ") && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_')))
    };
    // Stores of two kinds have the same section; it begins once.
    let mut sections = HashSet::new();
    let mut settings: Vec<&str> = Vec::new();
    for line in DOCUMENTED.lines().map(|line| line.strip_prefix("# ").unwrap_or(line)).filter(|line| is_setting(line)) {
        let is_section = line.starts_with('[') && !line.starts_with("[[");
        let is_known_key = line.starts_with("keys = ") && settings.iter().any(|known| known.starts_with("keys = "));
        if (!is_section || sections.insert(line.split(']').next())) && !is_known_key {
            settings.push(line);
        }
    }
    let text = settings.join("\n");
    toml::from_str(&text).unwrap_or_default()
}

/// The documented value at a path. Of a list, the first item stands for all, and one alone may stand without its list.
fn look_up<'a>(examples: &'a Table, path: &[Step]) -> Option<&'a Value> {
    let (Step::Key(first), rest) = path.split_first()? else { return None };
    rest.iter().try_fold(examples.get(first)?, |value, step| match step {
        Step::Key(key) => value.get(key).or_else(|| value.get(0)?.get(key)),
        Step::Index(_) => value.get(0).or(Some(value)),
    })
}

/// A value as it is written in a file, where that is short.
fn written(path: &[Step], example: &Value) -> Option<String> {
    let Some(Step::Key(key)) = path.last() else { return None };
    if matches!(example, Value::Table(_)) || matches!(example, Value::Array(list) if list.iter().any(Value::is_table)) {
        return None;
    }
    Some(format!("{key} = {example}"))
}

/// Sets or removes the value at a path; whether there was a place for it.
fn set(values: &mut Table, path: &[Step], value: Option<Value>) -> bool {
    let Some((last, before)) = path.split_last() else { return false };
    let mut here = match before.split_first() {
        None => return set_in(values, last, value),
        Some((Step::Key(first), rest)) => {
            let Some(mut here) = values.get_mut(first) else { return false };
            for step in rest {
                let next = match step {
                    Step::Key(key) => here.get_mut(key),
                    Step::Index(index) => here.get_mut(*index),
                };
                let Some(next) = next else { return false };
                here = next;
            }
            here
        }
        Some(_) => return false,
    };
    match (&mut here, last) {
        (Value::Table(table), last) => set_in(table, last, value),
        (Value::Array(list), Step::Index(index)) if *index < list.len() => {
            match value {
                Some(value) => list[*index] = value,
                None => drop(list.remove(*index)),
            }
            true
        }
        _ => false,
    }
}

fn set_in(table: &mut Table, key: &Step, value: Option<Value>) -> bool {
    let Step::Key(key) = key else { return false };
    match value {
        Some(value) => table.insert(key.clone(), value).is_some() || table.contains_key(key),
        None => table.remove(key).is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_file_has_an_example_of_each_setting() {
        let examples = examples();
        for section in ["issuer", "entity", "page", "limits", "messages", "stores", "sms"] {
            assert!(examples.contains_key(section), "{section}");
        }
        let gateways = examples["sms"][0].as_table().unwrap();
        assert!(["kannel", "msg91", "http"].iter().all(|gateway| gateways.contains_key(*gateway)), "{gateways:?}");
    }
}
