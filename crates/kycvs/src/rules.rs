//! By which rules a service answers.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use kycvs_consent::Identifier;
use kycvs_domain::Policy;

use crate::{Error, StatusService};

impl StatusService {
    /// Whether an entity may ask now for a purpose, by these rules and for that day, as [`request`](Self::request) would
    /// decide: for whoever takes the question before the person is there.
    ///
    /// # Errors
    /// [`Error::UnknownEntity`], [`Error::UnknownPurpose`], [`Error::UnknownPolicy`], [`Error::DayOutOfRange`],
    /// [`Error::PolicyOverdue`].
    pub fn check_rules(
        &self,
        entity: &Identifier,
        purpose: &Identifier,
        policy: Option<&Identifier>,
        on: Option<NaiveDate>,
    ) -> Result<(), Error> {
        let entities = self.directory.now();
        let (_, registered) = entities.find(entity, purpose)?;
        registered.policy(policy, on, &self.answerer.policy, self.today()).map(|_| ())
    }

    /// The policies that it answers by, its own and those that purposes name, in the order of their ids; each with the days by
    /// which its review is overdue, 0 where it is not.
    pub fn policies(&self) -> Vec<(Policy, u64)> {
        let today = self.today();
        let overdue = |policy: &Policy| {
            let days = policy.review_by().map_or(0, |review_by| today.signed_duration_since(review_by).num_days());
            u64::try_from(days).unwrap_or_default()
        };
        let entities = self.directory.now();
        let all = entities.policies().chain([&self.answerer.policy]);
        let mut all: Vec<_> = all.map(|policy| (policy.clone(), overdue(policy))).collect();
        all.sort_unstable_by(|(one, _), (other, _)| (one.id(), one.version()).cmp(&(other.id(), other.version())));
        all.dedup_by(|(one, _), (other, _)| one.reference() == other.reference());
        all
    }

    /// For how long an answer is valid.
    pub fn token_lifetime(&self) -> TimeDelta {
        self.guard.limits.token_lifetime
    }

    /// A time as clocks show it where the days of policies are counted: India's, where the builder named no other zone.
    pub fn local_time(&self, at: DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(&self.answerer.time_zone).naive_local()
    }

    /// Tells the operator whose rules may have changed.
    pub(crate) fn warn_of_overdue(&self) {
        for (policy, days) in self.policies().into_iter().filter(|(_, days)| *days > 0) {
            tracing::warn!(
                policy = policy.reference(),
                days,
                "the review of a policy is overdue: compare it with its source"
            );
        }
    }

    fn today(&self) -> NaiveDate {
        self.answerer.today(self.clock.now())
    }
}
