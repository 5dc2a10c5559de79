use kycvs_domain::PersonName;

/// The most characters of a name in a message: what a registered template of an Indian operator lets a variable hold.
pub const MAX_SHORT_NAME: usize = 30;

/// A name as a notice shows it: the words of its normalised form, each with a capital.
///
/// What a person or an entity typed is never shown: a normalised name holds letters and spaces only, so nobody can write an
/// address or a sentence of their own into a message that we send.
pub fn shown_name(name: &PersonName) -> String {
    let mut shown = String::with_capacity(name.normalised().len());
    for word in name.normalised().split(' ') {
        if !shown.is_empty() {
            shown.push(' ');
        }
        let mut letters = word.chars();
        shown.extend(letters.next().into_iter().flat_map(char::to_uppercase));
        shown.push_str(letters.as_str());
    }
    shown
}

/// The names of several people as a notice shows them: all of them, with commas.
pub fn shown_names<'a>(names: impl IntoIterator<Item = &'a PersonName>) -> String {
    names.into_iter().map(shown_name).collect::<Vec<_>>().join(", ")
}

/// The ways in which a message may name a person, the fullest first; none is longer than [`MAX_SHORT_NAME`].
pub fn short_names(name: &PersonName) -> Vec<String> {
    let whole = shown_name(name);
    let initials = with_initials(&whole);
    let first = whole.split(' ').next().unwrap_or_default().chars().take(MAX_SHORT_NAME).collect();
    let mut forms = vec![whole, initials, first];
    forms.retain(|form| form.chars().count() <= MAX_SHORT_NAME);
    forms.dedup();
    forms
}

/// The first word, and the first letter of the others.
fn with_initials(name: &str) -> String {
    let mut words = name.split(' ');
    let mut short = words.next().unwrap_or_default().to_owned();
    for initial in words.filter_map(|word| word.chars().next()) {
        short.extend([' ', initial]);
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn name(text: &str) -> PersonName {
        PersonName::parse(text).unwrap()
    }

    #[test]
    fn a_name_is_shown_in_words_with_capitals_whatever_was_typed() {
        assert_eq!(shown_name(&name("SMT. asha  lakshmi-RAO")), "Asha Lakshmi Rao");
        assert_eq!(shown_name(&name("R.K. narayan")), "R K Narayan");
        assert_eq!(shown_name(&name("आशा राव")), "आशा राव");
        assert_eq!(shown_name(&name("pay at http://evil.example")), "Pay At Http Evil Example");
    }

    #[test]
    fn a_message_has_shorter_forms_to_choose_from() {
        assert_eq!(short_names(&name("asha lakshmi rao")), ["Asha Lakshmi Rao", "Asha L R", "Asha"]);
        let long = short_names(&name("venkata lakshmi narasimha rajeshwari subramanyam"));
        assert_eq!(long, ["Venkata L N R S", "Venkata"]);
        assert_eq!(short_names(&name(&"a".repeat(40))), ["A".to_owned() + &"a".repeat(29)]);
        assert_eq!(short_names(&name("asha")), ["Asha"]);
    }

    proptest! {
        #[test]
        fn every_name_has_a_short_form(text in "\\PC{1,60}") {
            if let Ok(name) = PersonName::parse(&text) {
                let forms = short_names(&name);
                prop_assert!(!forms.is_empty());
                prop_assert!(forms.iter().all(|form| (1..=MAX_SHORT_NAME).contains(&form.chars().count())));
            }
        }
    }
}
