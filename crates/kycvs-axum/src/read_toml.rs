use serde::de::DeserializeOwned;
use toml::Deserializer;
use toml::de::Error;

use crate::ConfigError;

/// Reads a configuration file of a host's own, with what it has beside the members of a [`Config`](crate::Config), such as an
/// SMS gateway and its password. What is wrong is reported by its line, its key and what is expected there, never by what
/// is there: a value in the wrong place may be a secret.
///
/// ```
/// #[derive(Debug, serde::Deserialize)]
/// struct Sms {
///     password: String,
/// }
///
/// #[derive(Debug, serde::Deserialize)]
/// struct File {
///     sms: Sms,
/// }
///
/// let mistyped = kycvs_axum::read_toml::<File>("[sms]\npassword = 4711").unwrap_err();
/// assert_eq!(mistyped.to_string(), "line 2 of the configuration: `sms.password`: expected a string");
/// assert_eq!(kycvs_axum::read_toml::<File>("[sms]\npassword = '4711'")?.sms.password, "4711");
/// # Ok::<(), kycvs_axum::ConfigError>(())
/// ```
///
/// # Errors
/// [`ConfigError::Text`] says where and what.
pub fn read_toml<T: DeserializeOwned>(text: &str) -> Result<T, ConfigError> {
    let read = Deserializer::parse(text).map_err(|error| {
        // The parser's own messages name what it expects, and repeat nothing. What it takes a text without quotes for
        // depends on its first letters.
        told(text, &error, format!("this is not TOML, which has strings in quotes: {}", error.message()))
    })?;
    serde_path_to_error::deserialize(read).map_err(|error| {
        let what = without_value(error.inner().message());
        let is_of_a_key = error.path().iter().next().is_some();
        told(text, error.inner(), if is_of_a_key { format!("`{}`: {what}", error.path()) } else { what })
    })
}

fn told(text: &str, error: &Error, what: String) -> ConfigError {
    let before = error.span().and_then(|span| text.get(..span.start));
    ConfigError::Text { line: before.map_or(0, |before| 1 + before.matches('\n').count()), what }
}

/// A message of serde's without the value, which is in it before what is expected: a value in the wrong place may be a
/// secret. The types of ours repeat no value.
pub fn without_value(message: &str) -> String {
    let repeats = ["invalid type: ", "invalid value: ", "invalid length ", "unknown variant "];
    if !repeats.iter().any(|start| message.starts_with(start)) {
        return message.to_owned();
    }
    // The last one: the value may have the word, too, and what is expected has it never.
    match message.rsplit_once(", expected ") {
        Some((_, expected)) => format!("expected {}", in_words(expected)),
        None => "this does not belong here".to_owned(),
    }
}

/// What serde expects, as who writes a file calls it.
fn in_words(expected: &str) -> &str {
    match expected {
        "a sequence" => "a list: [ … ], or [[ … ]] over each table of it",
        "a map" => "a table: [ … ] over it, or { … }",
        "a boolean" => "true or false",
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" | "u64" | "usize" => "a whole number from 0",
        "a nonzero u8" => "a whole number from 1 to 255",
        "a nonzero u32" => "a whole number from 1",
        of_ours if of_ours.starts_with("struct ") => "a table: [ … ] over it, or { … }",
        of_ours => of_ours,
    }
}

#[cfg(test)]
mod tests {
    use crate::Config;

    const ISSUER: &str =
        "[issuer]\nurl = 'https://kycvs.example'\nname = 'A ministry'\ngrievance = 'g@kycvs.example'\n";
    const SECRET: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    fn refused(rest: &str) -> String {
        let said = Config::from_toml(&format!("{ISSUER}{rest}")).unwrap_err();
        let all = format!("{said} {said:?}");
        for part in [SECRET, &SECRET[..8], "hunter2"] {
            assert!(!all.contains(part), "{rest}: {all}");
        }
        said.to_string().strip_prefix("line ").unwrap().replace(" of the configuration", "")
    }

    fn entity(line: &str) -> String {
        format!("[[entity]]\nid = 'rail'\nname = 'A railway'\npurposes = []\n{line}\n")
    }

    #[test]
    fn a_mistyped_value_is_told_by_its_place_and_what_is_expected() {
        let key = |value: &str| refused(&entity(&format!("api_key_sha256 = {value}")));
        for unquoted in [SECRET, &SECRET[1..], "hunter2", "+hunter2", "true_hunter2"] {
            assert!(
                key(unquoted).starts_with("9: this is not TOML, which has strings in quotes: "),
                "{}",
                key(unquoted)
            );
        }
        let expected = "9: `entity[0].api_key_sha256`: expected the hash of an API key, or a list of such";
        assert_eq!(key("123456"), expected);
        assert_eq!(key("{ hash = 'hunter2' }"), expected);
        assert_eq!(key("[123456]"), "9: `entity[0].api_key_sha256[0]`: expected a string");
        for number in [0, 5] {
            let keys = key(&format!("[{}]", format!("'{SECRET}',").repeat(number)));
            assert_eq!(keys, "9: `entity[0].api_key_sha256`: an entity has 1 to 4 API keys");
        }
        let hash = "9: `entity[0].api_key_sha256`: an API key's hash is 64 lower-case hexadecimal digits";
        assert_eq!(key("'hunter2'"), hash);
        assert_eq!(key(&format!("'{}'", SECRET.to_uppercase())), hash);
        assert_eq!(
            refused("[limits]\nbody_bytes = 'hunter2, expected hunter2'"),
            "6: `limits.body_bytes`: expected a whole number from 0"
        );
        assert_eq!(refused("[limits]\ncall_seconds = -1"), "6: `limits.call_seconds`: expected a whole number from 0");
    }

    #[test]
    fn a_file_that_is_no_toml_is_told_by_its_line_alone() {
        for wrong in
            ["x = 'hunter2", "x = \"hunter2", "x = \"\\hunter2\"", "x = hunter2", "x hunter2", "x = 'y' hunter2"]
        {
            assert!(
                refused(wrong).starts_with("5: ") || refused(wrong).starts_with("6: "),
                "{wrong}: {}",
                refused(wrong)
            );
        }
    }

    #[test]
    fn a_key_that_is_not_known_or_missing_is_named() {
        let unknown = refused(&entity(&format!("api_key = '{SECRET}'")));
        assert!(
            unknown.starts_with("9: `entity[0].api_key`: unknown field `api_key`, expected one of `id`, "),
            "{unknown}"
        );
        assert_eq!(refused(&entity("")), "5: `entity[0]`: missing field `api_key_sha256`");
        let nothing = Config::from_toml("").unwrap_err().to_string();
        assert!(nothing.ends_with(": missing field `issuer`"), "{nothing}");
        assert!(!nothing.contains("`.`"), "{nothing}");
    }

    #[test]
    fn a_table_in_the_place_of_a_list_is_told_how_a_list_is_written() {
        let single = refused("[entity]\nid = 'rail'");
        assert_eq!(single, "5: `entity`: expected a list: [ … ], or [[ … ]] over each table of it");
    }
}
