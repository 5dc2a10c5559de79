use chrono::TimeDelta;
use kycvs_consent::{Language, OtpCode, Request, Subject, fill_in, short_names};
use zeroize::Zeroizing;

use crate::{Awaited, OtpDomain, OtpMessage};

/// Writes the message with the code. It says who asks about whom and for what before anyone enters the code, since entering
/// it is the consent. The name is as full as it can be without costing a further part.
pub(crate) fn otp_message(
    subject: &Subject,
    code: OtpCode,
    request: &Request,
    validity: TimeDelta,
    domain: Option<&OtpDomain>,
    awaited: Awaited,
) -> OtpMessage {
    let language = request.notice.language;
    let mut forms: Vec<_> = short_names(&subject.name)
        .into_iter()
        .map(|person| (Zeroizing::new(text(&person, &code, request, validity, domain)), Zeroizing::new(person)))
        .collect();
    let fewest = forms.iter().map(|(text, _)| parts(text)).min().unwrap_or_default();
    forms.retain(|(text, _)| parts(text) == fewest);
    let (text, person) = forms.into_iter().next().unwrap_or_default();
    OtpMessage {
        to: subject.mobile,
        code,
        text,
        language,
        entity: request.entity.name.clone(),
        person,
        purpose: request.purpose.text.clone(),
        reference: request.reference.clone(),
        validity,
        domain: domain.cloned(),
        awaited,
    }
}

/// The template and the domain's line are filled in at once, so that no unfinished text with a code is left in memory.
fn text(person: &str, code: &OtpCode, request: &Request, validity: TimeDelta, domain: Option<&OtpDomain>) -> String {
    let language = request.notice.language;
    let validity = language.duration(validity);
    let reference = request.reference.as_ref().map(|reference| format!(", {}", reference.as_str())).unwrap_or_default();
    let about = if request.notice.is_of_own_page() { own_page(language) } else { template(language) };
    let mut template = about.trim_end().to_owned();
    if domain.is_some() {
        template.push_str("\n\n@{domain} #{code}");
    }
    fill_in(&template, |name| match name {
        "code" => code.secret(),
        "entity" => request.entity.name.as_str(),
        "person" => person,
        "purpose" => request.purpose.text.as_str(),
        "reference" => &reference,
        "validity" => &validity,
        "domain" => domain.map_or("", OtpDomain::as_str),
        _ => "",
    })
}

/// How many messages a network makes of a text: of 160 characters, or of 70 where it is not ASCII; of several, each has room
/// for 153 or 67 (3GPP TS 23.040, 9.2.3.24.1).
fn parts(text: &str) -> usize {
    let (alone, of_several) = if text.is_ascii() { (160, 153) } else { (70, 67) };
    let length = text.encode_utf16().count();
    if length <= alone { 1 } else { length.div_ceil(of_several) }
}

fn template(language: Language) -> &'static str {
    match language {
        Language::Hindi => include_str!("../messages/hi.txt"),
        Language::Bengali => include_str!("../messages/bn.txt"),
        Language::Marathi => include_str!("../messages/mr.txt"),
        Language::Telugu => include_str!("../messages/te.txt"),
        Language::Tamil => include_str!("../messages/ta.txt"),
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
}
