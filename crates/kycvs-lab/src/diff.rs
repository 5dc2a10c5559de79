use std::{cmp::Reverse, collections::BTreeMap, fmt};

use chrono::NaiveDate;
use kycvs_domain::{
    DoseHistory, Evaluation, NeedReason, Policy, Reason, VaccinationStatus, Verdict, evaluate, status_of,
};
use serde::Serialize;

use crate::words;

/// Two policies over many histories: whose status changes, and why.
///
/// ```
/// use kycvs_domain::Policy;
/// use kycvs_lab::{Diff, HistoryLine};
/// let [now, then] = ["in-kyc-vs", "travel-14"].map(Policy::builtin);
/// let mut diff = Diff::new(now.ok_or("built in")?, then.ok_or("built in")?);
/// let line = HistoryLine::parse(br#"{"id":"a1","doses":[{"product":"JANSSEN","given_on":"2021-09-01"}]}"#)?;
/// diff.add(&line.id, &line.history, "2021-09-05".parse()?);
/// let changes = diff.report().changes;
/// assert_eq!((changes[0].count, changes[0].ids.as_slice()), (1, ["a1".to_owned()].as_slice()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Diff {
    before: Policy,
    after: Policy,
    people: usize,
    changes: BTreeMap<Why, Vec<String>>,
}

/// What a change of policy changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DiffReport {
    /// Id and version of the policy before.
    pub before: String,
    /// And after.
    pub after: String,
    /// How many histories were read.
    pub people: usize,
    /// How many of them change their status.
    pub changed: usize,
    /// The changes, the most frequent first.
    pub changes: Vec<Change>,
}

/// All people who change in one way, for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Why.
    #[serde(flatten)]
    pub why: Why,
    /// How many people.
    pub count: usize,
    /// Who, in the order of the histories.
    pub ids: Vec<String>,
}

/// How a status changes, and what keeps it down under the policy that is stricter here.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Why {
    /// The status before.
    pub from: VaccinationStatus,
    /// And after.
    pub to: VaccinationStatus,
    /// The need that is not met.
    pub need: String,
    /// In what.
    pub reason: NeedReason,
    /// Why doses that count under the other policy do not count under this one.
    pub doses: Vec<Reason>,
}

impl Diff {
    /// Compares two policies.
    pub fn new(before: Policy, after: Policy) -> Self {
        Self { before, after, people: 0, changes: BTreeMap::new() }
    }

    /// Reads one history, as of the day `on`.
    pub fn add(&mut self, id: &str, history: &DoseHistory, on: NaiveDate) {
        self.people += 1;
        let (from, to) = (status_of(history, &self.before, on), status_of(history, &self.after, on));
        if from == to {
            return;
        }
        let (before, after) = (evaluate(history, &self.before, on), evaluate(history, &self.after, on));
        let (lower, higher) = if to < from { (&after, &before) } else { (&before, &after) };
        self.changes.entry(Why::of(from, to, lower, higher)).or_default().push(id.to_owned());
    }

    /// What was found.
    pub fn report(self) -> DiffReport {
        let counted = self.changes.into_iter().map(|(why, ids)| Change { why, count: ids.len(), ids });
        let mut changes: Vec<_> = counted.collect();
        changes.sort_by_key(|change| Reverse(change.count));
        DiffReport {
            before: self.before.reference().into(),
            after: self.after.reference().into(),
            people: self.people,
            changed: changes.iter().map(|change| change.count).sum(),
            changes,
        }
    }
}

impl Why {
    fn of(from: VaccinationStatus, to: VaccinationStatus, lower: &Evaluation, higher: &Evaluation) -> Self {
        let need = lower.needs.iter().filter(|need| need.required).min_by_key(|need| need.status);
        let lost = lower
            .doses
            .iter()
            .zip(&higher.doses)
            .filter(|(low, high)| low.verdict == Verdict::NotValid && high.verdict == Verdict::Valid);
        let mut doses: Vec<_> = lost.flat_map(|(low, _)| low.reasons.iter().copied()).collect();
        doses.sort_unstable();
        doses.dedup();
        Self {
            from,
            to,
            need: need.map(|need| need.name.to_string()).unwrap_or_default(),
            reason: need.map_or(NeedReason::NoDose, |need| need.reason),
            doses,
        }
    }
}

impl fmt::Display for DiffReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} to {}: {} of {} people change", self.before, self.after, self.changed, self.people)?;
        if self.before == self.after {
            writeln!(f, "a changed policy needs a new `version`: a token names its policy by id and version alone")?;
        }
        for Change { why, count, ids } in &self.changes {
            let (from, to) = (u8::from(why.from), u8::from(why.to));
            write!(f, "{count:>8}  {from} to {to}  {}: {}", why.need, words::need_reason(why.reason))?;
            for (place, reason) in why.doses.iter().enumerate() {
                write!(f, "{}{}", if place == 0 { "; doses: " } else { ", " }, words::reason(*reason))?;
            }
            writeln!(f, "\n          {}", shortened(ids))?;
        }
        Ok(())
    }
}

fn shortened(ids: &[String]) -> String {
    const SHOWN: usize = 10;
    let more = ids.len().saturating_sub(SHOWN);
    let shown = ids.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    if more == 0 { shown } else { format!("{shown} and {more} more") }
}
