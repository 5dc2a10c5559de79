use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use kycvs_consent::{Certificate, Identifier, Request};
use kycvs_domain::Mobile;
use kycvs_store::{Decision, Limit, LimitStore, LimitUse};

use crate::key::Pseudonyms;
use crate::{EntityLimits, Error, HostUse, Limits};

/// Holds what is asked against the limits that span several requests. It counts under pseudonyms only.
pub(crate) struct Guard {
    pub(crate) limits: Limits,
    pub(crate) of_entity: HashMap<Identifier, EntityLimits>,
    pub(crate) store: Arc<dyn LimitStore>,
    pub(crate) pseudonyms: Arc<Pseudonyms>,
}

impl Guard {
    /// Counts one message to each of `mobiles` for `entity`, and with them what the host counts, or refuses them and counts
    /// nothing.
    pub(crate) async fn take_sends(
        &self,
        mobiles: &[&Mobile],
        entity: &Identifier,
        of_host: &[HostUse<'_>],
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let mut uses = self.of_host(of_host);
        uses.extend(self.all_sends(mobiles, entity));
        match self.store.take(now, &uses).await? {
            Decision::Refused { which, retry_at } if which < of_host.len() => Err(Error::HostLimit { which, retry_at }),
            decision => unless_refused(decision, too_many),
        }
    }

    /// What a host counts, under pseudonyms.
    pub(crate) fn of_host<'a>(&self, uses: &[HostUse<'a>]) -> Vec<LimitUse<'a>> {
        let counted = |asked: &HostUse<'a>| LimitUse {
            key: self.pseudonyms.uses_of(asked.what, asked.whom),
            limits: asked.limits,
        };
        uses.iter().map(counted).collect()
    }

    /// Tells what [`take_sends`](Self::take_sends) would answer.
    pub(crate) async fn check_sends(
        &self,
        mobiles: &[&Mobile],
        entity: &Identifier,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        unless_refused(self.store.check(now, &self.all_sends(mobiles, entity)).await?, too_many)
    }

    /// Refuses a request whose mobile number or entity had too many wrong codes, or the number from that network.
    pub(crate) async fn check_unlocked(
        &self,
        request: &Request,
        network: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        self.check(&request.mobile_key, &request.entity.id, network, now).await
    }

    /// The same before there is a request. `mobile` is the pseudonym of its number.
    pub(crate) async fn check(
        &self,
        mobile: &[u8; 16],
        entity: &Identifier,
        network: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let counted = self.all_failures(mobile, entity, network);
        judge(self.store.check(now, &counted).await?, counted.len() - 1, entity)
    }

    /// Counts a right code, before anybody learns that it was right; then it clears the count. When the number was locked
    /// meanwhile, that is the answer.
    pub(crate) async fn count_right(
        &self,
        request: &Request,
        network: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let entity = &request.entity.id;
        let counted = self.failures(&request.mobile_key, entity, network);
        judge(self.store.take(now, &counted).await?, counted.len(), entity)
    }

    /// Counts a wrong code, before anybody learns that it was wrong. When the number was locked meanwhile, that is the answer.
    pub(crate) async fn count_wrong(
        &self,
        request: &Request,
        network: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let entity = &request.entity.id;
        let counted = self.all_failures(&request.mobile_key, entity, network);
        judge(self.store.take(now, &counted).await?, counted.len() - 1, entity)
    }

    /// Forgets the wrong codes of a number, after a right one, and with them what the host counted, by `what` and `whom`. The
    /// answer stands whether or not this succeeds, so a failure is only noted: what was counted ages out by itself.
    pub(crate) async fn forget_failures(&self, request: &Request, network: Option<&str>, of_host: &[(&str, &str)]) {
        let failures = self.failures(&request.mobile_key, &request.entity.id, network);
        let of_host = of_host.iter().map(|(what, whom)| self.pseudonyms.uses_of(what, whom));
        let keys: Vec<_> = failures.into_iter().map(|counted| counted.key).chain(of_host).collect();
        if let Err(error) = self.store.clear(&keys).await {
            tracing::warn!(request = %request.id, %error, "what a right code clears could not be cleared");
        }
    }

    /// Counts a certificate that is presented for a request, before it is read.
    pub(crate) async fn take_presentation(&self, request: &Request, now: DateTime<Utc>) -> Result<(), Error> {
        let key = self.pseudonyms.presentations(&request.id);
        let counted = [LimitUse { key, limits: &self.limits.presentations_per_request }];
        unless_refused(self.store.take(now, &counted).await?, too_many)
    }

    /// Tells what [`take_certificate`](Self::take_certificate) would answer.
    pub(crate) async fn check_certificate(
        &self,
        certificate: &Certificate,
        request: &Request,
        now: DateTime<Utc>,
    ) -> Result<bool, Error> {
        Ok(may_use(self.store.check(now, &self.uses_of(certificate, request)).await?))
    }

    /// Counts a mobile number among those that use a certificate, once; or says that there are too many of them.
    pub(crate) async fn take_certificate(
        &self,
        certificate: &Certificate,
        request: &Request,
        now: DateTime<Utc>,
    ) -> Result<bool, Error> {
        Ok(may_use(self.store.take(now, &self.uses_of(certificate, request)).await?))
    }

    /// A number that uses a certificate already, then all that do. The window of the first is as long as the longest of the
    /// second.
    fn uses_of(&self, certificate: &Certificate, request: &Request) -> [LimitUse<'_>; 2] {
        [
            LimitUse {
                key: self.pseudonyms.use_of(certificate, &request.mobile_key),
                limits: &self.limits.uses_per_certificate_and_mobile,
            },
            LimitUse { key: self.pseudonyms.mobiles_of(certificate), limits: &self.limits.mobiles_per_certificate },
        ]
    }

    /// Forgets the messages to a number and its wrong codes, at all of `entities`.
    pub(crate) async fn unlock<'a>(
        &self,
        mobile: &Mobile,
        entities: impl Iterator<Item = &'a Identifier>,
    ) -> Result<(), Error> {
        let pseudonym = self.pseudonyms.mobile(mobile);
        let mut keys = vec![self.pseudonyms.sends_to(mobile), self.pseudonyms.failures_of(&pseudonym)];
        keys.extend(entities.map(|entity| self.pseudonyms.failures_at(&pseudonym, entity)));
        Ok(self.store.clear(&keys).await?)
    }

    fn all_sends(&self, mobiles: &[&Mobile], entity: &Identifier) -> Vec<LimitUse<'_>> {
        mobiles.iter().flat_map(|mobile| self.sends(mobile, entity)).collect()
    }

    fn sends(&self, mobile: &Mobile, entity: &Identifier) -> [LimitUse<'_>; 4] {
        [
            LimitUse { key: self.pseudonyms.sends_to(mobile), limits: &self.limits.sends_per_mobile },
            LimitUse { key: self.pseudonyms.sends_to_prefix(mobile), limits: &self.limits.sends_per_prefix },
            LimitUse {
                key: self.pseudonyms.sends_to_prefix_for(mobile, entity),
                limits: &self.limits.sends_per_prefix_and_entity,
            },
            LimitUse { key: self.pseudonyms.sends_for(entity), limits: self.sends_of(entity) },
        ]
    }

    /// How many messages an entity may lead to.
    pub(crate) fn sends_of(&self, entity: &Identifier) -> &[Limit] {
        let own = self.of_entity.get(entity).and_then(|own| own.sends.as_deref());
        own.unwrap_or(&self.limits.sends_per_entity)
    }

    /// The wrong codes of a number: everywhere, at one entity, and from one network.
    fn failures(&self, mobile: &[u8; 16], entity: &Identifier, network: Option<&str>) -> Vec<LimitUse<'_>> {
        let everywhere =
            LimitUse { key: self.pseudonyms.failures_of(mobile), limits: &self.limits.failures_per_mobile };
        let there = LimitUse {
            key: self.pseudonyms.failures_at(mobile, entity),
            limits: &self.limits.failures_per_mobile_and_entity,
        };
        let from = network.map(|network| LimitUse {
            key: self.pseudonyms.failures_from(mobile, network),
            limits: &self.limits.failures_per_mobile_and_network,
        });
        [everywhere, there].into_iter().chain(from).collect()
    }

    /// The same, and last the entity's, across all numbers.
    fn all_failures(&self, mobile: &[u8; 16], entity: &Identifier, network: Option<&str>) -> Vec<LimitUse<'_>> {
        let mut counted = self.failures(mobile, entity, network);
        counted.push(self.failures_for(entity));
        counted
    }

    /// The wrong codes of an entity, across all numbers.
    fn failures_for(&self, entity: &Identifier) -> LimitUse<'_> {
        let own = self.of_entity.get(entity).and_then(|own| own.failures.as_deref());
        LimitUse { key: self.pseudonyms.failures_for(entity), limits: own.unwrap_or(&self.limits.failures_per_entity) }
    }
}

/// The first uses, so many, are the number's; what follows them is the entity's. Whoever reads the log is to know when somebody guesses
/// over many numbers.
fn judge(decision: Decision, of_number: usize, entity: &Identifier) -> Result<(), Error> {
    match decision {
        Decision::Allowed => Ok(()),
        Decision::Refused { which, retry_at } if which < of_number => Err(Error::MobileLocked { retry_at }),
        Decision::Refused { retry_at, .. } => {
            tracing::error!(%entity, "an entity had as many wrong codes as it may: somebody may be guessing");
            Err(too_many(retry_at))
        }
    }
}

/// A number that used the certificate before may use it again.
fn may_use(decision: Decision) -> bool {
    matches!(decision, Decision::Allowed | Decision::Refused { which: 0, .. })
}

fn unless_refused(decision: Decision, refusal: impl Fn(DateTime<Utc>) -> Error) -> Result<(), Error> {
    match decision {
        Decision::Allowed => Ok(()),
        Decision::Refused { retry_at, .. } => Err(refusal(retry_at)),
    }
}

fn too_many(retry_at: DateTime<Utc>) -> Error {
    Error::TooManyRequests { retry_at }
}
