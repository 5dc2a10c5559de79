use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::verifier::check_clock_skew;
use crate::{KeyId, KeyRing, KeyRingError, MAX_KEYS, MAX_LIFETIME, PolicyError, PublicKey, Signer};

/// When keys are published, used and retired. [`SigningKeys::new`] checks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RotationPolicy {
    /// How long a key is published before it signs: at least [`key_set_max_age`](Self::key_set_max_age) and
    /// [`clock_skew`](Self::clock_skew) together, so that every verifier has it by then. Default 24 h.
    pub publish_before_use: TimeDelta,
    /// How long a key signs before the next one takes over: at least [`publish_before_use`](Self::publish_before_use), so
    /// that one key at most waits for its turn, and at most [`MAX_KEY_USE`]. Default 30 days.
    pub use_for: TimeDelta,
    /// The longest lifetime of a token: 1 s to [`MAX_LIFETIME`], which is the default.
    pub longest_token: TimeDelta,
    /// How long a verifier may keep the key set, its `Cache-Control: max-age`: 1 s to 24 h. Default 600 s.
    pub key_set_max_age: TimeDelta,
    /// How far clocks may differ: 0 to [`MAX_CLOCK_SKEW`](crate::MAX_CLOCK_SKEW). Default 60 s.
    pub clock_skew: TimeDelta,
}

/// The longest time for which a key signs: two years (NIST SP 800-57 part 1 section 5.3.6 gives private signature keys one
/// to three).
pub const MAX_KEY_USE: TimeDelta = TimeDelta::days(730);

/// Why keys and policy are not a schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SigningKeysError {
    /// The policy breaks a rule.
    Policy(PolicyError),
    /// No key, too many, or one that comes twice.
    Keys(KeyRingError),
}

impl fmt::Display for SigningKeysError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Policy(source) => fmt::Display::fmt(source, f),
            Self::Keys(source) => fmt::Display::fmt(source, f),
        }
    }
}

impl std::error::Error for SigningKeysError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Policy(source) => source.source(),
            Self::Keys(source) => source.source(),
        }
    }
}

impl From<PolicyError> for SigningKeysError {
    fn from(source: PolicyError) -> Self {
        Self::Policy(source)
    }
}

impl From<KeyRingError> for SigningKeysError {
    fn from(source: KeyRingError) -> Self {
        Self::Keys(source)
    }
}

impl RotationPolicy {
    pub(crate) fn check(&self) -> Result<(), PolicyError> {
        let Self { publish_before_use, use_for, longest_token, key_set_max_age, clock_skew } = *self;
        let second = TimeDelta::seconds(1);
        check_clock_skew(clock_skew)?;
        PolicyError::unless(
            (second..=TimeDelta::days(1)).contains(&key_set_max_age),
            "key_set_max_age",
            "1 s to 24 h",
        )?;
        PolicyError::unless((second..=MAX_LIFETIME).contains(&longest_token), "longest_token", "1 s to 7 days")?;
        PolicyError::unless(use_for <= MAX_KEY_USE, "use_for", "at most 730 days")?;
        PolicyError::unless(publish_before_use <= use_for, "publish_before_use", "at most `use_for`")?;
        let reaches_all = publish_before_use >= key_set_max_age + clock_skew;
        PolicyError::unless(reaches_all, "publish_before_use", "at least `key_set_max_age` and `clock_skew` together")
    }
}

impl Default for RotationPolicy {
    fn default() -> Self {
        Self {
            publish_before_use: TimeDelta::hours(24),
            use_for: TimeDelta::days(30),
            longest_token: MAX_LIFETIME,
            key_set_max_age: TimeDelta::seconds(600),
            clock_skew: TimeDelta::seconds(60),
        }
    }
}

/// The keys of an issuer, of which one signs at any time.
///
/// Each key has the time at which it was made and first published. It signs from
/// [`publish_before_use`](RotationPolicy::publish_before_use) later until the next key does. There is no gap: the oldest
/// key signs at once, because no verifier holds an older key set, and the newest signs until the host adds another, which
/// [`next_key_due`](Self::next_key_due) tells it to do. A key is published from its making until the last token that it
/// signed has expired everywhere.
///
/// A key that became known to others is left out, and the next one signs at once.
#[derive(Clone)]
pub struct SigningKeys {
    policy: RotationPolicy,
    oldest: ScheduledKey,
    /// In the order of their making.
    later: Vec<ScheduledKey>,
    has_standby: bool,
}

#[derive(Clone)]
struct ScheduledKey {
    made_at: DateTime<Utc>,
    signer: Arc<dyn Signer>,
}

impl SigningKeys {
    /// Takes keys, in any order, each with the time of its making.
    ///
    /// # Errors
    /// [`SigningKeysError`]: a rule of [`RotationPolicy`] is broken, or there is no key, one twice, or more than
    /// [`MAX_KEYS`].
    pub fn new(
        policy: RotationPolicy,
        keys: impl IntoIterator<Item = (DateTime<Utc>, Arc<dyn Signer>)>,
    ) -> Result<Self, SigningKeysError> {
        policy.check()?;
        let mut keys: Vec<_> =
            keys.into_iter().take(MAX_KEYS + 1).map(|(made_at, signer)| ScheduledKey { made_at, signer }).collect();
        KeyRing::new(keys.iter().map(ScheduledKey::public))?;
        keys.sort_by_key(|key| key.made_at);
        let mut keys = keys.into_iter();
        let oldest = keys.next().ok_or(KeyRingError::NoKey)?;
        Ok(Self { policy, oldest, later: keys.collect(), has_standby: false })
    }

    /// A single key that signs for ever: for tests, and for hosts that replace the whole issuer.
    pub fn single(signer: Arc<dyn Signer>) -> Self {
        let oldest = ScheduledKey { made_at: DateTime::UNIX_EPOCH, signer };
        Self { policy: RotationPolicy::default(), oldest, later: Vec::new(), has_standby: false }
    }

    /// The same, where the key that is next in line may sign when the signer of the current one fails, or, while some verifier may not
    /// have that one yet, the key before. Every verifier has it, so no token of it is refused.
    ///
    /// There is always one that waits where [`publish_before_use`](RotationPolicy::publish_before_use) is
    /// [`use_for`](RotationPolicy::use_for): each key is made when the one before it begins to sign. The two belong into two devices.
    #[must_use]
    pub fn with_standby(self) -> Self {
        Self { has_standby: true, ..self }
    }

    /// The key that signs at `now`.
    pub fn signing(&self, now: DateTime<Utc>) -> &Arc<dyn Signer> {
        let started = |key: &&ScheduledKey| self.signs_from(key) <= now;
        &self.later.iter().rev().find(started).unwrap_or(&self.oldest).signer
    }

    /// The key that may sign at `now` when [`signing`](Self::signing) fails: the next in line, once every verifier has it, and until
    /// then the one before, which is published for that much longer.
    pub fn standby(&self, now: DateTime<Utc>) -> Option<&Arc<dyn Signer>> {
        if !self.has_standby {
            return None;
        }
        let begun = self.later.iter().take_while(|key| self.signs_from(key) <= now).count();
        let next = self.later.get(begun).filter(|next| self.known_from(next.made_at) <= now);
        let current = begun.checked_sub(1).and_then(|place| self.later.get(place));
        let is_new = |current: &&ScheduledKey| now < self.known_from(self.signs_from(current));
        let before = || match current.filter(is_new)? {
            _ if begun == 1 => Some(&self.oldest),
            _ => self.later.get(begun.checked_sub(2)?),
        };
        next.or_else(before).map(|key| &key.signer)
    }

    /// The public keys to publish at `now`: those that will sign, the one that signs, and those whose tokens still live.
    pub fn published(&self, now: DateTime<Utc>) -> KeyRing {
        KeyRing::of_distinct(self.schedule().filter(|(_, end)| *end > now).map(|(key, _)| key.public()).collect())
    }

    /// The keys that no living token needs at `now`: a host deletes them.
    pub fn removable(&self, now: DateTime<Utc>) -> Vec<KeyId> {
        self.schedule().filter(|(_, end)| *end <= now).map(|(key, _)| key.public().key_id().clone()).collect()
    }

    /// When the host must have made the next key, so that it can take over in time. Until there is one the newest key
    /// goes on signing, since a gate is better served by an old key than by none.
    pub fn next_key_due(&self) -> DateTime<Utc> {
        let begins = self.later.last().map_or(self.oldest.made_at, |newest| self.signs_from(newest));
        let ends = later(begins, self.policy.use_for);
        ends.checked_sub_signed(self.policy.publish_before_use).unwrap_or(begins)
    }

    fn signs_from(&self, key: &ScheduledKey) -> DateTime<Utc> {
        later(key.made_at, self.policy.publish_before_use)
    }

    /// From when every verifier has what was published at `time`.
    fn known_from(&self, time: DateTime<Utc>) -> DateTime<Utc> {
        later(later(time, self.policy.key_set_max_age), self.policy.clock_skew)
    }

    /// Every key with the time from which no living token needs it.
    fn schedule(&self) -> impl Iterator<Item = (&ScheduledKey, DateTime<Utc>)> {
        let retired = move |successor: &ScheduledKey| {
            let begins = self.signs_from(successor);
            // The last token of a key that may stand by for its successor.
            let last = if self.has_standby { self.known_from(begins) } else { begins };
            self.known_from(later(last, self.policy.longest_token))
        };
        let successors = self.later.iter().map(retired).chain([DateTime::<Utc>::MAX_UTC]);
        std::iter::once(&self.oldest).chain(&self.later).zip(successors)
    }
}

impl ScheduledKey {
    fn public(&self) -> PublicKey {
        self.signer.public_key().clone()
    }
}

/// `time + wait`, or the end of time where that is no date.
fn later(time: DateTime<Utc>, wait: TimeDelta) -> DateTime<Utc> {
    time.checked_add_signed(wait).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

impl fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = self.schedule().map(|(key, _)| (key.made_at, key.public()));
        f.debug_struct("SigningKeys").field("policy", &self.policy).field("keys", &keys.collect::<Vec<_>>()).finish()
    }
}
