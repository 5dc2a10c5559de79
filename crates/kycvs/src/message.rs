use chrono::TimeDelta;
use kycvs_consent::{Language, OtpCode, Request, fill_in};
use kycvs_domain::Mobile;
use zeroize::Zeroizing;

use crate::{OtpDomain, OtpMessage};

/// Writes the message with the code. It says who asks and for what before anyone enters the code, since entering it is
/// the consent.
pub(crate) fn otp_message(
    to: Mobile,
    code: OtpCode,
    request: &Request,
    validity: TimeDelta,
    domain: Option<&OtpDomain>,
) -> OtpMessage {
    let language = request.notice.language;
    let (entity, purpose) = (request.entity.name.clone(), request.purpose.text.clone());
    let validity_in_words = language.duration(validity);
    let mut text = Zeroizing::new(fill_in(template(language).trim_end(), |name| match name {
        "code" => code.secret(),
        "entity" => entity.as_str(),
        "purpose" => purpose.as_str(),
        "validity" => &validity_in_words,
        _ => "",
    }));
    if let Some(domain) = domain {
        *text = [text.as_str(), "\n\n@", domain.as_str(), " #", code.secret()].concat();
    }
    OtpMessage { to, code, text, language, entity, purpose, validity, domain: domain.cloned() }
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
