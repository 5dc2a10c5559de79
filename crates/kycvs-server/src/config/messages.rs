use std::num::NonZeroU32;

use kycvs::Limits;
use kycvs::consent::ChallengeLimits;
use kycvs::store::Limit;
use serde::Deserialize;

use super::rates::{Rate, Span, or};

/// `[messages]`: how many are sent. What is not set is as usual.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Messages {
    /// To how many one entity may lead in a minute.
    per_entity: Option<NonZeroU32>,
    /// To how many numbers that differ in their last four digits only may lead in an hour.
    per_range: Option<NonZeroU32>,
    /// The same for one entity.
    per_range_and_entity: Option<NonZeroU32>,
    /// How many may go to one number.
    per_mobile: Option<Vec<Rate>>,
}

/// `[wrong_codes]`: how many may be entered.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WrongCodes {
    /// In one request.
    per_request: Option<u8>,
    /// For one number, at all entities, without a right one among them.
    per_mobile: Option<Vec<Rate>>,
    /// The same at one entity.
    per_mobile_and_entity: Option<Vec<Rate>>,
    /// The same on the pages, from one network.
    per_mobile_and_network: Option<Vec<Rate>>,
    /// At one entity, across all numbers.
    per_entity: Option<Vec<Rate>>,
}

/// `[codes]`: what a code is, and how long it is good.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Codes {
    digits: Option<u8>,
    lifetime: Option<Span>,
    request_lifetime: Option<Span>,
    resend_after: Option<Vec<Span>>,
    repeat_window: Option<Span>,
    keep_finished: Option<Span>,
}

/// `[presented_certificates]`: how often certificates of other issuers may be presented.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PresentedCertificates {
    /// For one request.
    per_request: Option<Vec<Rate>>,
    /// How many mobile numbers may use one.
    mobiles: Option<Vec<Rate>>,
    /// How long a number that uses one counts once.
    uses_per_mobile: Option<Vec<Rate>>,
}

/// These sections together.
#[derive(Clone, Default)]
pub(crate) struct FlowLimits {
    pub(crate) messages: Messages,
    pub(crate) wrong_codes: WrongCodes,
    pub(crate) codes: Codes,
    pub(crate) certificates: PresentedCertificates,
}

impl FlowLimits {
    /// The usual limits, but for what is set here: a national railway asks more than an employer.
    pub(crate) fn limits(&self) -> Limits {
        let Self { messages, wrong_codes, codes, certificates } = self;
        let mut limits = Limits::default();
        or_number(messages.per_entity, 60, &mut limits.sends_per_entity);
        or_number(messages.per_range, 3_600, &mut limits.sends_per_prefix);
        or_number(messages.per_range_and_entity, 3_600, &mut limits.sends_per_prefix_and_entity);
        or(&messages.per_mobile, &mut limits.sends_per_mobile);
        or(&wrong_codes.per_mobile, &mut limits.failures_per_mobile);
        or(&wrong_codes.per_mobile_and_entity, &mut limits.failures_per_mobile_and_entity);
        or(&wrong_codes.per_mobile_and_network, &mut limits.failures_per_mobile_and_network);
        or(&wrong_codes.per_entity, &mut limits.failures_per_entity);
        or(&certificates.per_request, &mut limits.presentations_per_request);
        or(&certificates.mobiles, &mut limits.mobiles_per_certificate);
        or(&certificates.uses_per_mobile, &mut limits.uses_per_certificate_and_mobile);
        let usual = limits.challenge;
        limits.challenge = ChallengeLimits {
            code_digits: codes.digits.unwrap_or(usual.code_digits),
            code_lifetime: codes.lifetime.map_or(usual.code_lifetime, Into::into),
            request_lifetime: codes.request_lifetime.map_or(usual.request_lifetime, Into::into),
            wrong_codes: wrong_codes.per_request.unwrap_or(usual.wrong_codes),
            resend_waits: match &codes.resend_after {
                Some(waits) => waits.iter().map(|wait| (*wait).into()).collect(),
                None => usual.resend_waits,
            },
            repeat_window: codes.repeat_window.map_or(usual.repeat_window, Into::into),
            keep_finished: codes.keep_finished.map_or(usual.keep_finished, Into::into),
        };
        limits
    }

    /// What is outside of what keeps the flow safe, with the place.
    pub(crate) fn faults(&self) -> Vec<(&'static str, String)> {
        let of_place = |field: &str| PLACES.iter().find(|(known, _)| *known == field).map(|(_, place)| *place);
        let faults = self.limits().faults();
        faults.iter().filter_map(|error| Some((of_place(error.field)?, format!("it must be {}", error.must)))).collect()
    }
}

/// Where each limit is in a file.
const PLACES: [(&str, &str); 18] = [
    ("sends_per_entity", "messages.per_entity"),
    ("sends_per_prefix", "messages.per_range"),
    ("sends_per_prefix_and_entity", "messages.per_range_and_entity"),
    ("sends_per_mobile", "messages.per_mobile"),
    ("failures_per_mobile", "wrong_codes.per_mobile"),
    ("failures_per_mobile_and_entity", "wrong_codes.per_mobile_and_entity"),
    ("failures_per_mobile_and_network", "wrong_codes.per_mobile_and_network"),
    ("failures_per_entity", "wrong_codes.per_entity"),
    ("wrong_codes", "wrong_codes.per_request"),
    ("code_digits", "codes.digits"),
    ("code_lifetime", "codes.lifetime"),
    ("request_lifetime", "codes.request_lifetime"),
    ("resend_waits", "codes.resend_after"),
    ("repeat_window", "codes.repeat_window"),
    ("keep_finished", "codes.keep_finished"),
    ("presentations_per_request", "presented_certificates.per_request"),
    ("mobiles_per_certificate", "presented_certificates.mobiles"),
    ("uses_per_certificate_and_mobile", "presented_certificates.uses_per_mobile"),
];

fn or_number(set: Option<NonZeroU32>, seconds: u32, usual: &mut Vec<Limit>) {
    if let (Some(max), Some(per_seconds)) = (set, NonZeroU32::new(seconds)) {
        *usual = vec![Limit { max, per_seconds }];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_has_a_place_in_the_file() {
        let none = || Some(Vec::new());
        let wrong = FlowLimits {
            messages: Messages { per_mobile: none(), ..Messages::default() },
            wrong_codes: WrongCodes {
                per_request: Some(11),
                per_mobile: none(),
                per_mobile_and_entity: none(),
                per_mobile_and_network: none(),
                per_entity: none(),
            },
            codes: Codes { digits: Some(4), ..Codes::default() },
            certificates: PresentedCertificates { per_request: none(), mobiles: none(), uses_per_mobile: none() },
        };
        let mut places: Vec<&str> = wrong.faults().iter().map(|(place, _)| *place).collect();
        places.sort_unstable();
        let mut expected = [
            "presented_certificates.mobiles",
            "presented_certificates.per_request",
            "presented_certificates.uses_per_mobile",
            "codes.digits",
            "messages.per_mobile",
            "wrong_codes.per_entity",
            "wrong_codes.per_mobile",
            "wrong_codes.per_mobile_and_entity",
            "wrong_codes.per_mobile_and_network",
            "wrong_codes.per_request",
        ];
        expected.sort_unstable();
        assert_eq!(places, expected);
        assert_eq!((FlowLimits::default().limits(), FlowLimits::default().faults()), (Limits::default(), vec![]));
    }
}
