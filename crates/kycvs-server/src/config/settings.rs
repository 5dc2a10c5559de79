use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use chrono::{FixedOffset, TimeDelta};
use kycvs::domain::Policy;
use kycvs::{Limits, Retention, RetentionError, StatusServiceBuilder, SubjectKind};
use serde::Deserialize;

use super::FlowLimits;
use crate::commands::evaluate::find_policy;

/// `[service]`: what the answers are made by.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ServiceSettings {
    /// The id of a policy, built in or of `[policies]`, or the path of one.
    policy: Option<String>,
    /// How long a token is good, in hours.
    token_hours: Option<u8>,
    /// Where "today" is, as `+05:30`.
    time_zone: Option<FixedOffsetText>,
    #[serde(default)]
    subject: Subject,
    /// For how long the ledger is kept: the name of a profile.
    retention: Option<String>,
    /// The days of the profile `outside-india`, or more than those of `in-dpdp`.
    retention_days: Option<u16>,
}

/// Whom a token names.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Subject {
    #[default]
    Random,
    Pairwise,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
struct FixedOffsetText(FixedOffset);

impl TryFrom<String> for FixedOffsetText {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        text.parse().map(Self).map_err(|_| "a time zone is an offset such as +05:30")
    }
}

impl ServiceSettings {
    /// Gives a service these settings, and the limits of the flow.
    ///
    /// # Errors
    /// A policy or a retention that cannot be used.
    pub(crate) fn apply_to(
        &self,
        builder: StatusServiceBuilder,
        flow: &FlowLimits,
        own: &[Policy],
    ) -> Result<StatusServiceBuilder> {
        let usual = flow.limits();
        let token_lifetime = self.token_hours.map_or(usual.token_lifetime, |hours| TimeDelta::hours(hours.into()));
        let subject = match self.subject {
            Subject::Random => SubjectKind::Random,
            Subject::Pairwise => SubjectKind::Pairwise,
        };
        let builder = builder.limits(Limits { token_lifetime, ..usual }).subject(subject);
        let builder = builder.retention(self.retention().map_err(|(place, what)| anyhow!("{place}: {what}"))?);
        let builder = self.time_zone.into_iter().fold(builder, |builder, zone| builder.time_zone(zone.0));
        Ok(self.policy(own)?.into_iter().fold(builder, StatusServiceBuilder::policy))
    }

    /// How long consents are kept; or the place of what is wrong.
    fn retention(&self) -> Result<Retention, (&'static str, String)> {
        const DAYS: &str = "service.retention_days";
        let days =
            |retention: Result<Retention, _>| retention.map_err(|error: RetentionError| (DAYS, error.to_string()));
        match (self.retention.as_deref().unwrap_or("in-dpdp"), self.retention_days) {
            ("outside-india", Some(number)) => days(Retention::outside_india(number)),
            ("outside-india", None) => {
                Err((DAYS, "it is missing, which outside-india needs; write it as in retention_days = 400".to_owned()))
            }
            ("in-dpdp", Some(number)) => days(Retention::in_india(number)),
            ("in-consent-manager", Some(_)) => Err((DAYS, "in-consent-manager is 7 years: remove it".to_owned())),
            (name, _) => Retention::named(name).ok_or_else(|| {
                ("service.retention", "expected one of `in-dpdp`, `in-consent-manager`, `outside-india`".to_owned())
            }),
        }
    }

    /// What is wrong, with the place.
    pub(crate) fn faults(&self, own: &[Policy]) -> Vec<(&'static str, String)> {
        let policy = self.policy(own).err().map(|error| ("service.policy", crate::ending::words(&error)));
        let must = "it must be 1 to 168: at most 7 days";
        let hours = self.token_hours.is_some_and(|hours| !(1..=168).contains(&hours));
        let hours = hours.then(|| ("service.token_hours", must.to_owned()));
        policy.into_iter().chain(self.retention().err()).chain(hours).collect()
    }

    fn policy(&self, own: &[Policy]) -> Result<Option<Policy>> {
        let Some(name) = self.policy.as_deref() else { return Ok(None) };
        if let Some(policy) = own.iter().find(|policy| policy.id() == name) {
            return Ok(Some(policy.clone()));
        }
        if Path::new(name).is_dir() {
            bail!("{name} is a folder");
        }
        find_policy(name).map(Some).with_context(|| "write the id of a built-in policy, or the path of a policy file")
    }
}
