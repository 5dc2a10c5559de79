use kycvs::OtpMessage;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::{ConfigError, Dlt, ReportUrl, SmsError};

/// A text with places like `{to}`. It is not escaped here: what it is filled into escapes it.
#[derive(Clone)]
pub(crate) struct Template(Vec<Part>);

#[derive(Clone)]
enum Part {
    Fixed(String),
    Place(Place),
}

/// What a gateway can be told.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    To,
    Msisdn,
    National,
    Text,
    Code,
    SpokenCode,
    ReceiptUrl,
    Language,
    EntityId,
    Header,
    TemplateId,
}

impl Place {
    const ALL: [(&'static str, Self); 11] = [
        ("to", Self::To),
        ("msisdn", Self::Msisdn),
        ("national", Self::National),
        ("text", Self::Text),
        ("code", Self::Code),
        ("spoken_code", Self::SpokenCode),
        ("receipt_url", Self::ReceiptUrl),
        ("language", Self::Language),
        ("entity_id", Self::EntityId),
        ("header", Self::Header),
        ("template_id", Self::TemplateId),
    ];

    pub(crate) fn is_number(self) -> bool {
        matches!(self, Self::To | Self::Msisdn | Self::National)
    }

    pub(crate) fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::Code | Self::SpokenCode)
    }

    pub(crate) fn is_of_dlt(self) -> bool {
        matches!(self, Self::EntityId | Self::Header | Self::TemplateId)
    }
}

impl Template {
    /// Reads a template. A brace before anything but lower-case letters and a closing brace is a brace.
    pub(crate) fn parse(text: &str) -> Result<Self, ConfigError> {
        let mut parts = Vec::new();
        let mut fixed = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            fixed.push_str(before);
            rest = after;
            let Some((name, after)) = after.split_once('}').filter(|(name, _)| is_name(name)) else {
                fixed.push('{');
                continue;
            };
            let known = Place::ALL.iter().find(|(known, _)| *known == name);
            let (_, place) = known.ok_or_else(|| ConfigError::UnknownPlace(name.to_owned()))?;
            parts.push(Part::Fixed(std::mem::take(&mut fixed)));
            parts.push(Part::Place(*place));
            rest = after;
        }
        fixed.push_str(rest);
        parts.push(Part::Fixed(fixed));
        Ok(Self(parts))
    }

    pub(crate) fn places(&self) -> impl Iterator<Item = Place> + '_ {
        self.0.iter().filter_map(|part| match part {
            Part::Fixed(_) => None,
            Part::Place(place) => Some(*place),
        })
    }

    /// Fills it in one pass, so that a value that looks like a place stays as it is.
    pub(crate) fn fill(&self, values: &Values) -> Zeroizing<String> {
        let parts = self.0.iter().map(|part| match part {
            Part::Fixed(text) => text.as_str(),
            Part::Place(place) => values.get(*place),
        });
        let mut text = Zeroizing::new(String::with_capacity(parts.clone().map(str::len).sum()));
        parts.for_each(|part| text.push_str(part));
        text
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

/// Digit by digit, with a pause after each.
fn spoken(code: &str) -> Zeroizing<String> {
    let mut spoken = Zeroizing::new(String::with_capacity(3 * code.len()));
    for (at, digit) in code.chars().enumerate() {
        spoken.push_str(if at == 0 { "" } else { ", " });
        spoken.push(digit);
    }
    spoken
}

/// A JSON document whose strings are templates.
#[derive(Clone)]
pub(crate) enum JsonTemplate {
    Fixed(Value),
    Text(Template),
    List(Vec<Self>),
    Object(Vec<(String, Self)>),
}

impl JsonTemplate {
    pub(crate) fn parse(text: &str) -> Result<Self, ConfigError> {
        Self::read(serde_json::from_str(text).map_err(|_| ConfigError::Json)?)
    }

    fn read(value: Value) -> Result<Self, ConfigError> {
        Ok(match value {
            Value::String(text) => Self::Text(Template::parse(&text)?),
            Value::Array(items) => Self::List(items.into_iter().map(Self::read).collect::<Result<_, _>>()?),
            Value::Object(members) => {
                let read = |(name, value)| Ok((name, Self::read(value)?));
                Self::Object(members.into_iter().map(read).collect::<Result<_, ConfigError>>()?)
            }
            fixed => Self::Fixed(fixed),
        })
    }

    pub(crate) fn places(&self) -> Vec<Place> {
        match self {
            Self::Fixed(_) => Vec::new(),
            Self::Text(template) => template.places().collect(),
            Self::List(items) => items.iter().flat_map(Self::places).collect(),
            Self::Object(members) => members.iter().flat_map(|(_, value)| value.places()).collect(),
        }
    }

    pub(crate) fn fill(&self, values: &Values) -> Value {
        match self {
            Self::Fixed(value) => value.clone(),
            Self::Text(template) => Value::String(template.fill(values).to_string()),
            Self::List(items) => items.iter().map(|item| item.fill(values)).collect(),
            Self::Object(members) => {
                let members = members.iter().map(|(name, value)| (name.clone(), value.fill(values)));
                Value::Object(members.collect::<Map<_, _>>())
            }
        }
    }
}

/// The values of all places for one message. Those of the registration are empty where there is none; that no template
/// asks for them then was checked when the gateway was built.
pub(crate) struct Values {
    to: Zeroizing<String>,
    text: Zeroizing<String>,
    code: Zeroizing<String>,
    spoken_code: Zeroizing<String>,
    receipt_url: Zeroizing<String>,
    language: &'static str,
    entity_id: String,
    header: String,
    template_id: String,
}

impl Values {
    pub(crate) fn of(message: &OtpMessage, dlt: Option<&Dlt>, report_to: Option<&ReportUrl>) -> Result<Self, SmsError> {
        let mut values = Self {
            to: Zeroizing::new(message.to.e164()),
            text: message.text.clone(),
            code: Zeroizing::new(message.code.secret().to_owned()),
            spoken_code: spoken(message.code.secret()),
            receipt_url: Zeroizing::new(report_to.map(ReportUrl::as_str).unwrap_or_default().to_owned()),
            language: message.language.tag(),
            entity_id: String::new(),
            header: String::new(),
            template_id: String::new(),
        };
        if let Some(dlt) = dlt {
            let filled = dlt.fill(message)?;
            values.text = filled.text;
            values.template_id = filled.template.to_string();
            values.entity_id = dlt.entity().to_string();
            values.header = dlt.header().to_string();
        }
        Ok(values)
    }

    fn get(&self, place: Place) -> &str {
        match place {
            Place::To => &self.to,
            Place::Msisdn => self.to.trim_start_matches('+'),
            Place::National => self.to.trim_start_matches("+91"),
            Place::Text => &self.text,
            Place::Code => &self.code,
            Place::SpokenCode => &self.spoken_code,
            Place::ReceiptUrl => &self.receipt_url,
            Place::Language => self.language,
            Place::EntityId => &self.entity_id,
            Place::Header => &self.header,
            Place::TemplateId => &self.template_id,
        }
    }
}

#[cfg(test)]
impl Values {
    pub(crate) fn example(text: &str) -> Self {
        let own = |text: &str| Zeroizing::new(text.to_owned());
        let (to, text, code, spoken_code) = (own("+919876543210"), own(text), own("482913"), own("4, 8, 2, 9, 1, 3"));
        let receipt_url = Zeroizing::default();
        let empty = String::new;
        Self {
            to,
            text,
            code,
            spoken_code,
            receipt_url,
            language: "hi",
            entity_id: empty(),
            header: empty(),
            template_id: empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn values(text: &str) -> Values {
        Values::example(text)
    }

    fn filled(template: &str, text: &str) -> String {
        Template::parse(template).unwrap().fill(&values(text)).to_string()
    }

    #[test]
    fn a_place_is_filled_once_and_a_brace_is_a_brace() {
        assert_eq!(filled("{to}/{msisdn}/{national}", ""), "+919876543210/919876543210/9876543210");
        assert_eq!(filled("{text} {language}", "{code}"), "{code} hi");
        for text in ["{", "}", "{ to}", "{}", "{{", "{TO}", "{#var#}", "{1}"] {
            assert_eq!(filled(text, ""), text);
        }
        assert_eq!(filled("{{to}}", ""), "{+919876543210}");
        assert!(matches!(Template::parse("{txt}"), Err(ConfigError::UnknownPlace(name)) if name == "txt"));
    }

    proptest! {
        #[test]
        fn any_text_is_a_template_or_refused(template in any::<String>()) {
            if let Ok(parsed) = Template::parse(&template) && parsed.places().next().is_none() {
                prop_assert_eq!(parsed.fill(&values("")).to_string(), template);
            }
        }

        #[test]
        fn any_text_stays_one_string_of_the_json(text in any::<String>()) {
            let template = JsonTemplate::parse(r#"{"to": ["{to}"], "deep": {"text": "<{text}>", "n": 1}}"#).unwrap();
            let written = template.fill(&values(&text)).to_string();
            let read: Value = serde_json::from_str(&written).unwrap();
            let want = serde_json::json!({"to": ["+919876543210"], "deep": {"text": format!("<{text}>"), "n": 1}});
            prop_assert_eq!(read, want);
        }
    }
}
