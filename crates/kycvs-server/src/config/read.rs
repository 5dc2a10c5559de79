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
        let replacement = if is_unknown { None } else { example.map(stand_in) };
        if !set(&mut values, &path, replacement) {
            return (None, faults);
        }
    }
}

/// The documented value, or for a secret that lies elsewhere any text in the form of the strictest: that of a webhook.
fn stand_in(example: &Value) -> Value {
    match example {
        Value::Table(of) if of.contains_key("env") || of.contains_key("file") => {
            Value::String(format!("whsec_{}=", "A".repeat(43)))
        }
        example => example.clone(),
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
        Step::Index(_) => value.as_array().map_or(Some(value), |list| list.first()),
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
        for section in [
            "issuer",
            "entity",
            "page",
            "limits",
            "messages",
            "wrong_codes",
            "codes",
            "presented_certificates",
            "service",
            "stores",
            "sms",
        ] {
            assert!(examples.contains_key(section), "{section}");
        }
        let gateways = examples["sms"][0].as_table().unwrap();
        assert!(["kannel", "msg91", "http"].iter().all(|gateway| gateways.contains_key(*gateway)), "{gateways:?}");
    }

    /// The places of all settings below a value.
    fn places(value: &Value, path: &mut Vec<Step>, into: &mut Vec<Vec<Step>>) {
        match value {
            Value::Table(table) => {
                for (key, value) in table {
                    path.push(Step::Key(key.clone()));
                    places(value, path, into);
                    path.pop();
                }
            }
            Value::Array(list) if list.iter().any(Value::is_table) => {
                path.push(Step::Index(0));
                places(&list[0], path, into);
                path.pop();
            }
            _ => into.push(path.clone()),
        }
    }

    /// The faults of a file with these values.
    fn faults_of(values: &Table) -> Vec<Fault> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kycvs.toml");
        std::fs::write(&path, toml::to_string(values).unwrap()).unwrap();
        crate::config::Configuration::check(&path).unwrap().1
    }

    /// The documented file with one gateway and shared stores, without what a test machine lacks.
    fn documented() -> Table {
        let mut values = examples();
        let table = |value: &mut Value| value.as_table_mut().unwrap().clone();
        let mut sms = table(&mut values["sms"][0]);
        sms.retain(|gateway, _| gateway == "http");
        let mut http = table(&mut sms["http"]);
        http.retain(|key, _| ["url", "method", "form", "answers_with"].contains(&key));
        sms.insert("http".to_owned(), Value::Table(http));
        values.insert("sms".to_owned(), Value::Array(vec![Value::Table(sms)]));
        let mut stores = table(&mut values["stores"]);
        stores.remove("data");
        stores.remove("copy_to");
        values.insert("stores".to_owned(), Value::Table(stores));
        values.remove("trusted_issuers");
        values["cards"].as_table_mut().unwrap().remove("certificate");
        // The secret that the file has in a variable of the environment.
        values["entity"][0]["webhook"]["secret"] = Value::String(format!("whsec_{}=", "A".repeat(43)));
        // And the one that it has in a file.
        values["signing"]["pkcs11"][0]["pin"] = Value::String("246810".to_owned());
        // Everyone knows the documented keys.
        for (at, digits) in [(0, "12"), (1, "34")] {
            values["entity"][at]["api_key_sha256"] = Value::String(digits.repeat(32));
        }
        values
    }

    #[test]
    fn each_setting_that_is_wrong_is_named_by_its_place_with_what_to_write() {
        let values = documented();
        assert_eq!(faults_of(&values), [], "the documented file can be used");
        let mut all = Vec::new();
        places(&Value::Table(values.clone()), &mut Vec::new(), &mut all);
        assert!(all.len() > 80, "{}", all.len());
        let says = |fault: &Fault| fault.what.contains("expected") || fault.what.contains("write it as in");
        let nonsense = Value::Array(vec![Value::Array(vec![Value::Boolean(true)])]);
        let mut everything = values.clone();
        for path in &all {
            let at = place(path);
            let mut wrong = values.clone();
            assert!(set(&mut wrong, path, Some(nonsense.clone())), "{at}");
            set(&mut everything, path, Some(nonsense.clone()));
            let faults = faults_of(&wrong);
            let named = faults.iter().find(|fault| fault.place.starts_with(&at) || at.starts_with(&fault.place));
            let fault = named.unwrap_or_else(|| panic!("{at}: {faults:?}"));
            assert!(fault.line > 0 && says(fault), "{at}: {fault}");

            // A key that is misspelt is named, too.
            let (Some(Step::Key(key)), before) = (path.last(), &path[..path.len() - 1]) else { continue };
            let is_free = before.last().is_some_and(|step| {
                matches!(step, Step::Key(key) if ["form", "query", "headers", "variables"].contains(&key.as_str()))
            });
            let mut misspelt = values.clone();
            let other = [before, &[Step::Key(format!("{key}z"))]].concat();
            set(&mut misspelt, &other, Some(Value::Boolean(true)));
            let faults = faults_of(&misspelt);
            // The keys of a text in several languages are their tags.
            let is_named = |fault: &Fault| fault.what.contains("unknown field") || fault.what.contains("one of `en`");
            assert!(is_free || faults.iter().any(is_named), "{at}z: {faults:?}");
        }
        let faults = faults_of(&everything);
        assert!(faults.len() * 10 >= all.len() * 9, "{} of {} at once", faults.len(), all.len());
    }

    #[test]
    fn each_number_that_is_out_of_range_is_named() {
        let values = documented();
        for (at, wrong) in [
            ("limits.connections", Value::Integer(0)),
            ("limits.drain_seconds", Value::Integer(90_000)),
            ("limits.page_percent", Value::Integer(101)),
            ("limits.messages_per_visit", Value::Integer(0)),
            ("messages.per_entity", Value::Integer(0)),
            ("codes.digits", Value::Integer(4)),
            ("codes.request_lifetime", Value::String("2 h".to_owned())),
            ("codes.resend_after", Value::Array(vec![Value::String("2 h".to_owned())])),
            ("wrong_codes.per_request", Value::Integer(11)),
            ("wrong_codes.per_mobile", Value::Array(vec![])),
            ("service.token_hours", Value::Integer(169)),
            ("service.policy", Value::String("no-such-policy".to_owned())),
            ("service.time_zone", Value::String("IST".to_owned())),
            ("stores.partitions", Value::Integer(3)),
            ("stores.connections", Value::Integer(0)),
            ("stores.redis_connections", Value::Integer(65)),
            ("stores.redis_replicas", Value::Integer(0)),
            ("issuer.url", Value::String("http://kycvs.example".to_owned())),
        ] {
            let path: Vec<Step> = at.split('.').map(|part| Step::Key(part.to_owned())).collect();
            let mut wrong_file = values.clone();
            assert!(set(&mut wrong_file, &path, Some(wrong)), "{at} is documented");
            let faults = faults_of(&wrong_file);
            assert!(faults.iter().any(|fault| fault.place == at && fault.line > 0), "{at}: {faults:?}");
        }
    }
}
