use std::ops::RangeInclusive;
use std::path::PathBuf;

use anyhow::Result;
use chrono::{DateTime, NaiveDate, Utc};
use kycvs::domain::{Policy, VaccinationStatus};
use kycvs_records::{Report, Rules, TrustList, Verdict};
use serde_json::{Map, Value};

use crate::commands::evaluate::find_policy;
use crate::commands::trust;
use crate::today::today_in_india;
use crate::{cli, revocations};

/// What certificates are checked against.
#[derive(clap::Args)]
#[command(next_help_heading = "Certificates of other issuers: CoWIN and DIVOC, EU DCC, SMART Health Cards")]
#[group(id = "of_certificates", multiple = true)]
pub(super) struct Options {
    /// The list of trusted issuers, made by `kycvs trust import`
    #[arg(long, value_name = "FILE", value_parser = cli::path())]
    trust: Option<PathBuf>,
    /// The public half of the key that signed the trust list; default: the list's name and `.pub`
    #[arg(long, value_name = "FILE", requires = "trust", value_parser = cli::path())]
    trust_key: Option<PathBuf>,
    /// A folder of revocation lists: `KID.json` of SMART Health Cards, `KID.HASH[.PREFIX].varhashlist` or `….bloomfilter` of EU DCC
    #[arg(long, value_name = "DIR", requires = "trust", value_parser = cli::path())]
    revocations: Option<PathBuf>,
    /// Give the status of a certificate under this policy, built in or a file
    #[arg(long, value_name = "ID|FILE.toml", requires = "trust")]
    policy: Option<String>,
    /// Accept certificates whose seal has expired since it was made
    #[arg(long, requires = "trust")]
    accept_expired_seals: bool,
}

/// Whose certificates are taken, and what is asked of them.
pub(super) struct Certificates {
    trust: TrustList,
    rules: Rules,
    policy: Option<Policy>,
    on: NaiveDate,
    during: RangeInclusive<DateTime<Utc>>,
    show_person: bool,
}

impl Certificates {
    /// Reads the lists. Without a trust list nobody is trusted.
    pub(super) fn open(
        options: &Options,
        on: Option<NaiveDate>,
        during: RangeInclusive<DateTime<Utc>>,
        show_person: bool,
    ) -> Result<Self> {
        let trust = options.trust.as_deref().map(|list| trust::open(list, options.trust_key.as_deref())).transpose()?;
        let revoked = options.revocations.as_deref().map(revocations::open).transpose()?;
        Ok(Self {
            trust: trust.unwrap_or_default().with_revocations(revoked.unwrap_or_default()),
            rules: Rules { accept_expired_seals: options.accept_expired_seals },
            policy: options.policy.as_deref().map(find_policy).transpose()?,
            on: on.unwrap_or_else(today_in_india),
            during,
            show_person,
        })
    }

    /// The exit status, and the report.
    pub(super) fn judge(&self, shown: &[u8]) -> (u8, Report, Map<String, Value>) {
        let policy = self.policy.as_ref().map(|policy| (policy, self.on));
        let report = Report::of(shown, &self.trust, self.rules, policy, self.during.clone(), self.show_person);
        (status(&report), report, Map::new())
    }
}

/// 0 verified and, where a policy was asked, fully vaccinated; 1 verified and not; 2 not verified.
fn status(report: &Report) -> u8 {
    match (report.verdict, report.status) {
        (Verdict::Verified, None | Some(VaccinationStatus::FullyVaccinated)) => 0,
        (Verdict::Verified, Some(_)) => 1,
        _ => 2,
    }
}
