use std::collections::HashSet;

use serde_path_to_error::Segment;
use toml::{Table, Value};

use super::File;
use super::document::{Document, MOST, Step, place};
use super::documented::{examples, is_kept_elsewhere, look_up, stand_in, written};
use super::fault::Fault;
use super::secret;

/// What a document says.
pub(super) struct Read {
    /// For further checks only, unless there are no faults: the documented value is in the place of each wrong one.
    pub(super) file: Option<File>,
    /// The document with what it keeps elsewhere, and with the documented values, too.
    pub(super) values: Table,
    pub(super) faults: Vec<Fault>,
}

/// Reads a document as a file, and finds each value that is wrong. After each, the documented value takes its place and
/// the reading goes on.
pub(super) fn all(document: &Document) -> Read {
    let (mut values, mut faults) = secret::resolve(document);
    // What could not be read is named once.
    let unreadable = faults.clone();
    let (mut mended, examples) = (HashSet::new(), examples());
    for path in lists_of_tables(&values, &examples) {
        faults.push(Fault {
            line: document.line_of(&path),
            place: place(&path),
            what: "it is one table: [ … ] over it, not [[ … ]]".to_owned(),
        });
        set(&mut values, &path, look_up(&examples, &path).map(stand_in));
    }
    loop {
        let error = match serde_path_to_error::deserialize(Value::Table(values.clone())) {
            Ok(file) => return Read { file: Some(file), values, faults },
            Err(error) => error,
        };
        let mut path: Vec<Step> = error.path().iter().filter_map(step).collect();
        let said = error.inner().message();
        let (line, at) = (document.line_of(&path), place(&path));
        let is_table = look_up(&document.values, &path).is_some_and(Value::is_table);
        let missing = said.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`'));
        let what = match missing {
            Some(field) if path.is_empty() => {
                path.push(Step::Key(field.to_owned()));
                format!("there is no [{field}]")
            }
            Some(field) => {
                path.push(Step::Key(field.to_owned()));
                said.to_owned()
            }
            None => kycvs_axum::without_value(said),
        };
        let what = match what.as_str() {
            "expected a string" if is_table => {
                "expected a string, { env = \"NAME\" } or { file = \"PATH\" }".to_owned()
            }
            _ => what,
        };
        let example = look_up(&examples, &path);
        let is_unknown = said.starts_with("unknown field ");
        let what = match written(&examples, &path) {
            Some(example) if !is_unknown => format!("{what}; write it as in {example}"),
            _ => what,
        };
        let fault = Fault { line, place: at, what };
        if !unreadable.iter().any(|known| known.place == fault.place) {
            faults.push(fault);
        }
        if faults.len() >= MOST {
            let what = format!("there are more mistakes than the {MOST} below: mend these first");
            faults.push(Fault { line: 0, place: String::new(), what });
            return Read { file: None, values, faults };
        }
        // What was mended once and is still wrong cannot be mended.
        if !mended.insert(place(&path)) {
            return Read { file: None, values, faults };
        }
        let replacement = if is_unknown { None } else { example.map(stand_in) };
        if !set(&mut values, &path, replacement) {
            return Read { file: None, values, faults };
        }
    }
}

/// Where a list is that must be one table. Such a list would be read as the fields of the table, one after the other.
fn lists_of_tables(values: &Table, examples: &Table) -> Vec<Vec<Step>> {
    let mut found = Vec::new();
    for (key, value) in values {
        let (Some(example), path) = (examples.get(key), vec![Step::Key(key.clone())]) else { continue };
        note_lists(value, example, path, &mut found);
    }
    found
}

fn note_lists(value: &Value, example: &Value, path: Vec<Step>, found: &mut Vec<Vec<Step>>) {
    let deeper = |step| [&path[..], &[step]].concat();
    match (value, example) {
        (Value::Array(_), Value::Table(_)) if !is_kept_elsewhere(example) => found.push(path),
        (Value::Table(table), Value::Table(of)) => {
            for (key, value) in table {
                let Some(example) = of.get(key) else { continue };
                note_lists(value, example, deeper(Step::Key(key.clone())), found);
            }
        }
        (Value::Array(list), Value::Array(of)) => {
            let Some(example) = of.first() else { return };
            for (at, value) in list.iter().enumerate() {
                note_lists(value, example, deeper(Step::Index(at)), found);
            }
        }
        _ => {}
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
    use super::super::published;
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
            let is_refused_itself = published::hashes().any(|hash| fault.what.contains(hash));
            assert!(!is_refused_itself, "{at}: {fault}");

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

    #[test]
    fn each_documented_limit_is_the_one_without_it() {
        let Read { file: Some(file), .. } = all(&Document::parse(&toml::to_string(&documented()).unwrap()).unwrap())
        else {
            panic!("the documented file can be read")
        };
        assert_eq!(file.limits, kycvs_axum::HttpLimits::default());
        let (messages, wrong_codes, codes) = (file.messages, file.wrong_codes, file.codes);
        let flow = super::super::FlowLimits { messages, wrong_codes, codes, certificates: file.presented_certificates };
        assert_eq!(flow.limits(), kycvs::Limits::default());
    }
}
