use std::path::Path;

use anyhow::{Context, Result, bail};
use chrono::{FixedOffset, TimeDelta};
use kycvs::domain::Policy;
use kycvs::{Limits, Retention, StatusServiceBuilder, SubjectKind};
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
    /// A policy that cannot be used, or a lifetime that is none.
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
        let builder = builder.retention(self.retention()?);
        let builder = self.time_zone.into_iter().fold(builder, |builder, zone| builder.time_zone(zone.0));
        Ok(self.policy(own)?.into_iter().fold(builder, StatusServiceBuilder::policy))
    }

    fn retention(&self) -> Result<Retention> {
        let named = self.retention.as_deref().unwrap_or("in-dpdp");
        match (named, self.retention_days) {
            ("outside-india", Some(days)) => Ok(Retention::outside_india(days)?),
            ("outside-india", None) => bail!("outside-india wants retention_days"),
            ("in-dpdp", Some(days)) => Ok(Retention::in_india(days)?),
            (name, None) => Retention::named(name).context("it is in-dpdp, in-consent-manager or outside-india"),
            (_, Some(_)) => bail!("retention_days goes with in-dpdp and outside-india"),
        }
    }

    /// What is wrong, with the place.
    pub(crate) fn faults(&self, own: &[Policy]) -> Vec<(&'static str, String)> {
        let mut faults = Vec::new();
        if let Err(error) = self.policy(own) {
            faults.push(("service.policy", crate::ending::words(&error)));
        }
        if let Err(error) = self.retention() {
            faults.push(("service.retention", crate::ending::words(&error)));
        }
        if self.token_hours.is_some_and(|hours| !(1..=168).contains(&hours)) {
            faults.push(("service.token_hours", "it must be 1 to 168, which are 7 days".to_owned()));
        }
        faults
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
