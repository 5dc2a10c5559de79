use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hdrhistogram::Histogram;
use kycvs::consent::{ConsentId, ConsentRecord};
use kycvs::store::{ConsentLedger, Key};
use serde_json::Value;

/// What the clients saw. The other side's count is in the ledger and at the gateway.
#[derive(Default)]
pub(crate) struct Books(Mutex<Pages>);

#[derive(Default)]
struct Pages {
    /// The token of each request that was answered, and its consent.
    granted: HashMap<String, (String, String)>,
    tally: Tally,
    asks: Latencies,
    confirms: Latencies,
    is_server_down: bool,
    /// When a server that was down was back for the last time.
    server_back: Option<Instant>,
    /// The longest time that a confirm which was refused or lost waited for its answer, while all servers were up.
    longest_recovery: Duration,
    broken: Vec<String>,
}

/// How often something happened.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    /// Requests that were opened.
    pub(crate) opened: u64,
    /// Requests of which nobody knows: the answer was lost, or an error.
    pub(crate) unopened: u64,
    /// Confirms that were answered with a token the first time.
    pub(crate) granted: u64,
    /// Confirms that were answered with the same token again.
    pub(crate) repeated: u64,
    /// Right codes that were answered by asking for the year of birth.
    pub(crate) asked_year: u64,
    /// Wrong codes that were counted.
    pub(crate) wrong: u64,
    /// Refusals that say to try again: 429 and 503.
    pub(crate) refused: u64,
    /// Answers that were lost with their connection.
    pub(crate) lost: u64,
    /// Requests that ended without an answer, because their time was up or a store had forgotten them.
    pub(crate) given_up: u64,
}

struct Latencies(Histogram<u64>);

impl Default for Latencies {
    fn default() -> Self {
        // Microseconds up to two minutes, to three digits: bounds that are allowed, so this cannot fail.
        Self(Histogram::new_with_max(120_000_000, 3).unwrap_or_else(|_| unreachable!("the bounds are allowed")))
    }
}

impl Books {
    pub(crate) fn count(&self, count: impl FnOnce(&mut Tally)) {
        count(&mut self.pages().tally);
    }

    pub(crate) fn tally(&self) -> Tally {
        self.pages().tally
    }

    pub(crate) fn asked(&self, since: Instant) {
        self.pages().asks.record(since);
    }

    pub(crate) fn confirmed(&self, since: Instant) {
        self.pages().confirms.record(since);
    }

    /// Notes that a server is about to be away: what waits for it is no fault of a host.
    pub(crate) fn server_is_down(&self) {
        self.pages().is_server_down = true;
    }

    /// Notes that a server which was down is back.
    pub(crate) fn server_is_back(&self) {
        let pages = &mut *self.pages();
        (pages.is_server_down, pages.server_back) = (false, Some(Instant::now()));
    }

    /// Notes that a confirm which failed at first is answered now.
    pub(crate) fn recovered(&self, failed: Instant) {
        let pages = &mut *self.pages();
        if pages.is_server_down {
            return;
        }
        let since = pages.server_back.map_or(failed, |back| back.max(failed));
        pages.longest_recovery = pages.longest_recovery.max(since.elapsed());
    }

    pub(crate) fn longest_recovery(&self) -> Duration {
        self.pages().longest_recovery
    }

    /// Notes something that must not happen.
    pub(crate) fn broken(&self, what: String) {
        self.pages().broken.push(what);
    }

    /// Notes an answer: one request has one token and one consent, whoever asks and how often.
    pub(crate) fn granted(&self, request: &str, answer: &Value) {
        let text = |member: &str| answer[member].as_str().unwrap_or_default().to_owned();
        let (token, consent) = (text("token"), text("consent_id"));
        let pages = &mut *self.pages();
        match pages.granted.get(request) {
            None => {
                pages.tally.granted += 1;
                pages.granted.insert(request.to_owned(), (token, consent));
            }
            Some(first) if *first == (token, consent) => pages.tally.repeated += 1,
            Some(_) => pages.broken.push("one request was answered with two tokens".to_owned()),
        }
    }

    /// Compares both sides: every answer has its consent in the ledger, with the token's own id in it; the messages were as many
    /// as the requests.
    pub(crate) async fn check(&self, ledger: &dyn ConsentLedger, messages: u64) -> Result<()> {
        self.check_consents(ledger).await?;
        let Tally { opened, unopened, .. } = self.tally();
        ensure!(
            (opened..=opened + unopened).contains(&messages),
            "{messages} messages for {opened} requests and {unopened} of which nobody knows"
        );
        Ok(())
    }

    /// Looks up the consent of every answer, and what was noted that must not happen.
    pub(crate) async fn check_consents(&self, ledger: &dyn ConsentLedger) -> Result<()> {
        let granted: Vec<(String, String)> = self.pages().granted.values().cloned().collect();
        for (token, consent) in &granted {
            let id = ConsentId::parse(consent).context("a consent's id")?;
            let entries = ledger.read(&Key::from(*id.as_bytes())).await?;
            let record =
                ConsentRecord::from_entries(&entries).context("an acknowledged consent is not in the ledger")?;
            ensure!(
                record.consent.token_id() == Some(&token_id(token)?),
                "a consent names another token than was given"
            );
        }
        let broken = &self.pages().broken;
        ensure!(broken.is_empty(), "{} broken promises, the first: {}", broken.len(), broken[0]);
        Ok(())
    }

    /// How many requests were answered.
    pub(crate) fn answers(&self) -> usize {
        self.pages().granted.len()
    }

    fn pages(&self) -> std::sync::MutexGuard<'_, Pages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Display for Books {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pages = self.pages();
        writeln!(f, "{:?}", pages.tally)?;
        writeln!(f, "request  {}", pages.asks)?;
        write!(f, "confirm  {}", pages.confirms)
    }
}

impl Latencies {
    fn record(&mut self, since: Instant) {
        self.0.saturating_record(u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX));
    }
}

impl fmt::Display for Latencies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = |percentile| self.0.value_at_percentile(percentile) as f64 / 1000.0;
        write!(f, "{} answers; ms: p50 {:.1}, p90 {:.1}, p99 {:.1}, ", self.0.len(), at(50.0), at(90.0), at(99.0))?;
        write!(f, "p99.9 {:.1}, most {:.1}", at(99.9), at(100.0))
    }
}

/// The `jti` of a token. The rig reads it without verifying: it compares what was given with what was written down.
fn token_id(token: &str) -> Result<String> {
    let payload = token.split('.').nth(1).context("a token has three parts")?;
    let payload = BASE64_URL_SAFE_NO_PAD.decode(payload).ok().context("a token is base64url")?;
    let claims: Value = serde_json::from_slice(&payload)?;
    Ok(claims["jti"].as_str().context("a token has an id")?.to_owned())
}
