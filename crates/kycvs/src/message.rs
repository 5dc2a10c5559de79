use chrono::TimeDelta;
use kycvs_consent::{Language, MAX_SHORT_NAME, OtpCode, Pending, Request, fill_in, short_names};
use kycvs_domain::PersonName;
use zeroize::Zeroizing;

use crate::{Awaited, OtpDomain, OtpMessage};

/// Writes the message with the code. It says who asks about whom and for what before anyone enters the code, since entering
/// it is the consent. The names are as full as they can be without costing a further part.
pub(crate) fn otp_message(
    pending: &Pending,
    code: OtpCode,
    validity: TimeDelta,
    domain: Option<&OtpDomain>,
    link: Option<Zeroizing<String>>,
    awaited: Awaited,
) -> OtpMessage {
    let request = pending.request();
    let language = request.notice.language;
    let names: Vec<&PersonName> = pending.people().map(|(_, named)| &named.name).collect();
    let write = |people: &str| text(people, &code, request, validity, link.as_deref().map(String::as_str), domain);
    let mut forms: Vec<_> =
        in_words(&names).into_iter().map(|people| (Zeroizing::new(write(&people)), Zeroizing::new(people))).collect();
    let fewest = forms.iter().map(|(text, _)| parts(text)).min().unwrap_or_default();
    let person = forms.iter().find(|(text, people)| parts(text) == fewest && people.chars().count() <= MAX_SHORT_NAME);
    let person = person.map(|(_, people)| people.clone()).unwrap_or_default();
    forms.retain(|(text, _)| parts(text) == fewest);
    let text = forms.into_iter().next().map(|(text, _)| text).unwrap_or_default();
    OtpMessage {
        to: pending.subject().mobile,
        code,
        text,
        language,
        entity: request.entity.name.clone(),
        person,
        purpose: request.purpose.text.clone(),
        reference: request.reference.clone(),
        validity,
        own_page: request.notice.is_of_own_page(),
        link,
        domain: domain.cloned(),
        awaited,
    }
}

/// The ways in which a message may name people, the fullest first: all of them, each as short as need be; then the first ones
/// and how many more there are. The last is no longer than [`MAX_SHORT_NAME`].
fn in_words(names: &[&PersonName]) -> Vec<String> {
    let each: Vec<Vec<String>> = names.iter().map(|name| short_names(name)).collect();
    let longest = each.iter().map(Vec::len).max().unwrap_or_default();
    let at = |level: usize| {
        each.iter().filter_map(move |forms| forms.get(level.min(forms.len().saturating_sub(1))).map(String::as_str))
    };
    let mut forms: Vec<String> = (0..longest).map(|level| at(level).collect::<Vec<_>>().join(", ")).collect();
    let shortest: Vec<&str> = each.iter().filter_map(|forms| forms.last().map(String::as_str)).collect();
    for shown in (1..shortest.len()).rev() {
        let more = format!(" +{}", shortest.len() - shown);
        let mut first: String = shortest.iter().take(shown).copied().collect::<Vec<_>>().join(", ");
        if shown == 1 {
            first = first.chars().take(MAX_SHORT_NAME - more.len()).collect();
        }
        forms.push(first + &more);
    }
    forms.dedup();
    forms
}

/// The template, the link and the domain's line are filled in at once, so that no unfinished text with a code is left in
/// memory.
fn text(
    people: &str,
    code: &OtpCode,
    request: &Request,
    validity: TimeDelta,
    link: Option<&str>,
    domain: Option<&OtpDomain>,
) -> String {
    let language = request.notice.language;
    let validity = language.duration(validity);
    let reference = request.reference.as_ref().map(|reference| format!(", {}", reference.as_str())).unwrap_or_default();
    let about = if request.notice.is_of_own_page() { own_page(language) } else { template(language) };
    let mut template = about.trim_end().to_owned();
    if link.is_some() {
        template.push_str("\n{link}");
    }
    if domain.is_some() {
        template.push_str("\n\n@{domain} #{code}");
    }
    fill_in(&template, |name| match name {
        "code" => code.secret(),
        "entity" => request.entity.name.as_str(),
        "person" => people,
        "purpose" => request.purpose.text.as_str(),
        "reference" => &reference,
        "validity" => &validity,
        "link" => link.unwrap_or_default(),
        "domain" => domain.map_or("", OtpDomain::as_str),
        _ => "",
    })
}

/// How many messages a network makes of a text: of 160 characters, or of 70 where it is not ASCII; of several, each has room
/// for 153 or 67 (3GPP TS 23.040, 9.2.3.24.1).
fn parts(text: &str) -> usize {
    let (alone, of_several, length) =
        if text.is_ascii() { (160, 153, text.len()) } else { (70, 67, text.encode_utf16().count()) };
    if length <= alone { 1 } else { length.div_ceil(of_several) }
}

fn template(language: Language) -> &'static str {
    match language {
        Language::Hindi => include_str!("../messages/hi.txt"),
        Language::Bengali => include_str!("../messages/bn.txt"),
        Language::Marathi => include_str!("../messages/mr.txt"),
        Language::Telugu => include_str!("../messages/te.txt"),
        Language::Tamil => include_str!("../messages/ta.txt"),
        Language::Gujarati => include_str!("../messages/gu.txt"),
        Language::Kannada => include_str!("../messages/kn.txt"),
        Language::Malayalam => include_str!("../messages/ml.txt"),
        Language::Punjabi => include_str!("../messages/pa.txt"),
        Language::Odia => include_str!("../messages/or.txt"),
        Language::Urdu => include_str!("../messages/ur.txt"),
        _ => include_str!("../messages/en.txt"),
    }
}

/// The same for a code that opens a person's own page.
fn own_page(language: Language) -> &'static str {
    match language {
        Language::Hindi => include_str!("../messages/own-page/hi.txt"),
        Language::Bengali => include_str!("../messages/own-page/bn.txt"),
        Language::Marathi => include_str!("../messages/own-page/mr.txt"),
        Language::Telugu => include_str!("../messages/own-page/te.txt"),
        Language::Tamil => include_str!("../messages/own-page/ta.txt"),
        Language::Gujarati => include_str!("../messages/own-page/gu.txt"),
        Language::Kannada => include_str!("../messages/own-page/kn.txt"),
        Language::Malayalam => include_str!("../messages/own-page/ml.txt"),
        Language::Punjabi => include_str!("../messages/own-page/pa.txt"),
        Language::Odia => include_str!("../messages/own-page/or.txt"),
        Language::Urdu => include_str!("../messages/own-page/ur.txt"),
        _ => include_str!("../messages/own-page/en.txt"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_counted_as_networks_count_it() {
        let counted = |letter: &str, times: usize| parts(&letter.repeat(times));
        assert_eq!([160, 161, 306, 307].map(|times| counted("a", times)), [1, 2, 2, 3]);
        assert_eq!([70, 71, 134, 135].map(|times| counted("अ", times)), [1, 2, 2, 3]);
        assert_eq!(counted("😀", 36), 2, "two units each");
    }

    #[test]
    fn a_message_names_all_people_or_says_how_many_more_there_are() {
        let names: Vec<_> = ["Asha Rao", "Ravi Rao", "Meena Rao"].map(|name| PersonName::parse(name).unwrap()).into();
        let forms = in_words(&names.iter().collect::<Vec<_>>());
        assert_eq!(
            forms,
            [
                "Asha Rao, Ravi Rao, Meena Rao",
                "Asha R, Ravi R, Meena R",
                "Asha, Ravi, Meena",
                "Asha, Ravi +1",
                "Asha +2"
            ]
        );
        let long = PersonName::parse(&"a".repeat(40)).unwrap();
        let forms = in_words(&[&long; 6]);
        assert!(forms.last().is_some_and(|form| form.ends_with("a +5") && form.chars().count() == MAX_SHORT_NAME));
        assert_eq!(in_words(&names.iter().take(1).collect::<Vec<_>>()), ["Asha Rao", "Asha R", "Asha"]);
    }
}
