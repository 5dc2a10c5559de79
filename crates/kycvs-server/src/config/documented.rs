use std::collections::HashSet;

use toml::{Table, Value};

use super::document::Step;

/// The file that documents every setting. What is missing or wrong is named with its line there, as what to write instead.
const DOCUMENTED: &str = include_str!("../../packaging/kycvs.toml");

/// No example is longer: a line of a terminal or two.
const MAX_EXAMPLE_CHARS: usize = 200;

/// How to make what `api_key_sha256` is: the documented hash is a placeholder, which no server takes.
pub(super) const MAKE_A_KEY: &str =
    "`openssl rand -hex 32` makes a key, and `printf %s KEY | sha256sum` the hash to write here";

/// Every setting with a value: the documented file, with what is commented out in it.
pub(super) fn examples() -> Table {
    let is_setting = |line: &str| {
        let name = line.split(" = ").next().unwrap_or_default();
        line.starts_with('[')
            || (line.contains(" = ")
                && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.')))
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
    toml::from_str(&settings.join("\n")).unwrap_or_default()
}

/// The documented value at a path. The first item of a list is the example of all, and one table the example of a list of them.
pub(super) fn look_up<'a>(examples: &'a Table, path: &[Step]) -> Option<&'a Value> {
    let (Step::Key(first), rest) = path.split_first()? else { return None };
    rest.iter().try_fold(examples.get(first)?, |value, step| match step {
        Step::Key(key) => value.get(key).or_else(|| value.get(0)?.get(key)),
        Step::Index(_) => value.as_array().map_or(Some(value), |list| list.first()),
    })
}

/// How to write what is at a path, where that is short: of an item the whole list.
pub(super) fn written(examples: &Table, path: &[Step]) -> Option<String> {
    let of_key = path.iter().rposition(|step| matches!(step, Step::Key(_)))?;
    let (Some(Step::Key(key)), Some(example)) = (path.get(of_key), look_up(examples, path.get(..=of_key)?)) else {
        return None;
    };
    if key == "api_key_sha256" {
        return Some(format!("{key} = \"HASH\": {MAKE_A_KEY}"));
    }
    if matches!(example, Value::Table(_)) && !is_kept_elsewhere(example) {
        return None;
    }
    Some(format!("{key} = {example}")).filter(|written| written.chars().count() <= MAX_EXAMPLE_CHARS)
}

/// A value that the reading can go on with: the documented one, or for a secret that is kept elsewhere a text in the form of
/// the strictest, that of a webhook.
pub(super) fn stand_in(example: &Value) -> Value {
    match example {
        example if is_kept_elsewhere(example) => Value::String(format!("whsec_{}=", "A".repeat(43))),
        Value::Table(of) => Value::Table(of.iter().map(|(key, value)| (key.clone(), stand_in(value))).collect()),
        Value::Array(of) => Value::Array(of.iter().map(stand_in).collect()),
        example => example.clone(),
    }
}

/// Whether a value is `{ env = "NAME" }` or `{ file = "PATH" }`.
pub(super) fn is_kept_elsewhere(value: &Value) -> bool {
    let is = |of: &Table| of.len() == 1 && (of.contains_key("env") || of.contains_key("file"));
    value.as_table().is_some_and(is)
}
