use chrono::TimeDelta;
use kycvs_consent::{Language, OtpCode, Request};
use kycvs_domain::Mobile;
use zeroize::Zeroizing;

use crate::OtpMessage;

/// Writes the message with the code. It says who asks and for what before anyone enters the code, since entering it is
/// the consent.
pub(crate) fn otp_message(to: Mobile, code: OtpCode, request: &Request, lifetime: TimeDelta) -> OtpMessage {
    let (entity, purpose) = (request.entity.name.as_str(), request.purpose.text.as_str());
    let digits = code.secret();
    let validity = request.notice.language.duration(lifetime);
    let text = match request.notice.language {
        Language::Hindi => format!(
            "{digits} आपका कोड है। इसे दर्ज करने पर {entity} को {purpose} आपकी टीकाकरण स्थिति बताई जाएगी। {validity} तक मान्य। किसी को न बताएं।"
        ),
        _ => format!(
            "{digits} is your code. By entering it you agree that {entity} is told your vaccination status {purpose}. \
             Valid for {validity}. Tell it to nobody."
        ),
    };
    OtpMessage { to, code, text: Zeroizing::new(text) }
}
