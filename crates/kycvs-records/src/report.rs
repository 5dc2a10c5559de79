use std::ops::RangeInclusive;

use chrono::{DateTime, NaiveDate, Utc};
use kycvs_domain::{Policy, Product, ProductCode, VaccinationStatus, status_of};
use serde::Serialize;

use crate::{Presented, Record, RecordError, Rules, TrustList};

/// What came of one input, for a protocol or a script. It names the person only where it is asked to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// What the input is, such as `eu-dcc`; none for what is no certificate.
    pub format: Option<&'static str>,
    /// Whether its seal is good, in the words of WHO's validator where they fit.
    pub verdict: Verdict,
    /// Why it is refused, or what to mind of one that is not.
    pub reason: Option<&'static str>,
    /// Who issued it; none for what was not verified.
    pub issuer: Option<String>,
    /// The person's names; left out unless they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub names: Option<Vec<String>>,
    /// The doses.
    pub doses: Vec<ReportedDose>,
    /// The status under the policy, where there is one.
    pub status: Option<VaccinationStatus>,
}

/// Whether a seal is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The issuer is trusted and the signature is theirs.
    Verified,
    /// The issuer has ended the key that signed.
    TerminatedKey,
    /// No key of the issuer is trusted.
    IssuerNotTrusted,
    /// The signature is not theirs.
    InvalidSignature,
    /// The trust list is too old to say.
    ListTooOld,
    /// It is refused for another reason.
    Refused,
}

/// One dose of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReportedDose {
    /// The product's name in the catalogue; none for one that it does not know.
    pub product: Option<&'static str>,
    /// The day it was given.
    pub given_on: NaiveDate,
    /// Its number, where the certificate gives one.
    pub dose_number: Option<u8>,
    /// How many doses the certificate calls complete.
    pub series_doses: Option<u8>,
}

impl Report {
    /// Verifies an input and judges it under a policy, as of the day `on`. Its seal has to hold at some time of `during`, which is
    /// a moment at a gate and a day where one asks about a day.
    pub fn of(
        input: &[u8],
        trust: &TrustList,
        rules: Rules,
        policy: Option<(&Policy, NaiveDate)>,
        during: RangeInclusive<DateTime<Utc>>,
        show_person: bool,
    ) -> Self {
        let presented = Presented::from_bytes(input);
        let format = presented.as_ref().ok().map(Presented::kind);
        let verified = presented.and_then(|presented| match presented.verify(trust, rules, *during.end()) {
            Err(RecordError::SealExpired) => presented.verify(trust, rules, *during.start()),
            verified => verified,
        });
        match verified {
            Ok(record) => Self { format, ..Self::verified(&record, policy, show_person) },
            Err(error) => Self { format, verdict: (&error).into(), ..Self::refused(error.code()) },
        }
    }

    /// Of an input that is no certificate to be verified: why, in a stable word.
    pub fn refused(reason: &'static str) -> Self {
        Self {
            format: None,
            verdict: Verdict::Refused,
            reason: Some(reason),
            issuer: None,
            names: None,
            doses: Vec::new(),
            status: None,
        }
    }

    fn verified(record: &Record, policy: Option<(&Policy, NaiveDate)>, show_person: bool) -> Self {
        let doses = record.doses().iter().map(|dose| ReportedDose {
            product: dose.product.and_then(ProductCode::product).map(Product::name),
            given_on: dose.given_on,
            dose_number: dose.dose_number,
            series_doses: dose.series_doses,
        });
        Self {
            format: None,
            verdict: Verdict::Verified,
            reason: record.caveats().first().map(|caveat| caveat.as_str()),
            issuer: Some(record.issuer().name.clone()),
            names: show_person.then(|| record.names().to_vec()),
            doses: doses.collect(),
            status: policy.map(|(policy, on)| status_of(&record.history(), policy, on)),
        }
    }
}

impl From<&RecordError> for Verdict {
    fn from(error: &RecordError) -> Self {
        match error {
            RecordError::KeyTerminated => Self::TerminatedKey,
            RecordError::UnknownIssuer => Self::IssuerNotTrusted,
            RecordError::BadSignature => Self::InvalidSignature,
            RecordError::TrustListTooOld => Self::ListTooOld,
            _ => Self::Refused,
        }
    }
}
