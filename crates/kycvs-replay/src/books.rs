use std::collections::{BTreeMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use kycvs::domain::Mobile;
use kycvs::token::StatusClaims;

use crate::world::World;

/// What people saw, and what must hold of it:
///
/// 1. A request has one answer: one token, one consent.
/// 2. An answer is handed out when its consent is in the ledger, and not before.
/// 3. A code works once: for one caller, whatever others send.
/// 4. Nobody learns of more than three wrong codes that they were wrong.
/// 5. A code that is over does not work; nor does one after a later one was surely sent.
/// 6. A call sends one message at most, and nobody gets more than the limits allow.
/// 7. What was withdrawn is not handed out again, and its bit rises; no other token's bit does.
/// 8. No position in a status list is given twice.
#[derive(Default)]
pub(crate) struct Books(Mutex<Pages>);

#[derive(Default)]
struct Pages {
    answers: BTreeMap<String, (String, String)>,
    wrong: BTreeMap<String, usize>,
    calls: BTreeMap<String, usize>,
    positions: HashSet<(String, u32)>,
    /// Of each token that was handed out: what it says, and whether it was withdrawn; `None` where nobody knows.
    tokens: BTreeMap<String, (StatusClaims, Option<bool>)>,
    broken: Vec<String>,
}

/// By default three wrong codes end a request.
const WRONG_CODES: usize = 3;

impl Books {
    /// A caller got an answer to a request, as `caller` entered the code.
    pub(crate) fn answered(&self, request: &str, caller: &str, token: &str, claims: &StatusClaims, ledger: bool) {
        let mut pages = self.pages();
        if !ledger {
            pages.broken.push("an answer was given before its consent was recorded".to_owned());
        }
        let seen = (caller.to_owned(), token.to_owned());
        match pages.answers.get(request) {
            None => {
                let position = claims.status_list.as_ref().map(|position| (position.uri.clone(), position.index));
                if position.is_some_and(|position| !pages.positions.insert(position)) {
                    pages.broken.push("two tokens have one position".to_owned());
                }
                pages.tokens.insert(token.to_owned(), (claims.clone(), Some(false)));
                pages.answers.insert(request.to_owned(), seen);
            }
            Some((_, before)) if before != token => pages.broken.push("a request has two answers".to_owned()),
            Some((before, _)) if before != caller => pages.broken.push("a code worked for two callers".to_owned()),
            Some(_) => {}
        }
    }

    /// Somebody learnt that a code is wrong.
    pub(crate) fn wrong_code(&self, request: &str) {
        *self.pages().wrong.entry(request.to_owned()).or_default() += 1;
    }

    /// Somebody withdrew; `surely` when the call said so.
    pub(crate) fn withdrawn(&self, token: &str, surely: bool) {
        if let Some((_, withdrawn)) = self.pages().tokens.get_mut(token) {
            *withdrawn = surely.then_some(true);
        }
    }

    /// What the lists say in the end: whether a token is revoked, or nothing.
    pub(crate) fn published(&self, revoked: impl Fn(&StatusClaims) -> Option<bool>) {
        let mut pages = self.pages();
        let mut wrong = Vec::new();
        for (claims, withdrawn) in pages.tokens.values() {
            match (withdrawn, revoked(claims)) {
                (_, None) => wrong.push("no list reports a token"),
                (Some(true), Some(false)) => wrong.push("a withdrawal never reached the lists"),
                (Some(false), Some(true)) => wrong.push("a bit rose that nobody raised"),
                _ => {}
            }
        }
        pages.broken.extend(wrong.into_iter().map(str::to_owned));
    }

    /// A call that may send a message is about to be made.
    pub(crate) fn may_send(&self, mobile: &Mobile) {
        *self.pages().calls.entry(mobile.e164().to_owned()).or_default() += 1;
    }

    /// How many messages were taken for a mobile, and when.
    pub(crate) fn sent(&self, mobile: &Mobile, times: &[DateTime<Utc>]) {
        let mut pages = self.pages();
        if times.len() > pages.calls.get(&mobile.e164().to_owned()).copied().unwrap_or_default() {
            pages.broken.push("a call sent two messages".to_owned());
        }
        // The strictest of the default limits: eight in ten minutes, by clocks that are two seconds apart.
        if times.windows(9).any(|of| of[8] - of[0] < TimeDelta::seconds(590)) {
            pages.broken.push("more messages were sent than the limits allow".to_owned());
        }
    }

    pub(crate) fn broken(&self, rule: &str) {
        self.pages().broken.push(rule.to_owned());
    }

    pub(crate) fn verdict(&self, world: &World) -> Vec<String> {
        let mut pages = self.pages();
        if pages.wrong.values().any(|wrong| *wrong > WRONG_CODES) {
            pages.broken.push("more than three wrong codes were judged".to_owned());
        }
        for rule in &pages.broken {
            world.note(format_args!("BROKEN: {rule}"));
        }
        std::mem::take(&mut pages.broken)
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
