//! A consent can be taken back as easily as it was given, in each of the ways, and a gate without a network knows it.

use std::sync::Arc;

use crate::support::failing::{Break, Failing};
use crate::support::{FAMILY, Host, id, on_every_store, rail};
use chrono::TimeDelta;
use kycvs::consent::{ConsentEvent, ConsentId, WithdrawnBy};
use kycvs::token::{Refusal, StatusLists};
use kycvs::{Error, Granted, Limits, Trust, WithdrawalCode};
use kycvs_memory::MemoryStore;

on_every_store!(
    a_withdrawn_token_is_refused_with_the_list_of_the_next_tick,
    whoever_holds_the_code_withdraws_that_consent_and_no_other,
    the_entity_that_got_the_answer_withdraws_at_its_counter_and_no_other,
    a_withdrawal_at_once_from_many_sides_is_one,
    a_consent_whose_token_is_over_is_withdrawn_without_a_bit,
);

/// What a gate that syncs knows: it fetched every list that is published now.
async fn synced(host: &Host) -> StatusLists {
    let mut lists = StatusLists::default();
    let verifier = host.verifier();
    for (name, _) in host.service.status_lists().await.unwrap() {
        let token = host.service.status_list(name).await.unwrap().unwrap();
        lists.insert(&verifier, token, host.service.now()).unwrap();
    }
    lists
}

/// What it says about a token; whether that is good, or why not.
fn at_the_gate(host: &Host, lists: &StatusLists, granted: &Granted) -> Result<(), Refusal> {
    let now = host.service.now();
    let shown = host.verifier().verify(granted.token.as_str(), "rail", now).unwrap();
    lists.require_good(shown.claims(), now).map(|_| ())
}

async fn granted(host: &Host) -> Granted {
    let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
    host.enter(&open, &host.code(FAMILY)).await.unwrap()
}

async fn events(host: &Host, consent: &ConsentId) -> Vec<ConsentEvent> {
    host.service.consent(consent).await.unwrap().unwrap().events
}

async fn a_withdrawn_token_is_refused_with_the_list_of_the_next_tick(host: Host) {
    let (kept, taken_back) = (granted(&host).await, granted(&host).await);
    assert!(host.service.keep().await.unwrap().lists > 0, "the first tick");
    let lists = synced(&host).await;
    assert_eq!(at_the_gate(&host, &lists, &taken_back), Ok(()), "before the withdrawal");

    host.service.withdraw(&taken_back.consent_id, WithdrawnBy::Person).await.unwrap();
    assert_eq!(host.service.keep().await.unwrap().lists, 0, "the tick is published");
    assert_eq!(at_the_gate(&host, &synced(&host).await, &taken_back), Ok(()), "until the next one");
    host.wait(300);
    assert!(host.service.keep().await.unwrap().lists > 0);
    let fresh = synced(&host).await;
    assert_eq!(at_the_gate(&host, &fresh, &taken_back), Err(Refusal::Revoked));
    assert_eq!(at_the_gate(&host, &fresh, &kept), Ok(()), "another token of the same person");
    assert_eq!(at_the_gate(&host, &lists, &taken_back), Ok(()), "a gate that is offline goes by what it has …");
    host.wait(86_400 - 600);
    assert_eq!(at_the_gate(&host, &lists, &kept), Ok(()));
    host.wait(300 + 60);
    assert_eq!(host.verifier().verify(kept.token.as_str(), "rail", host.service.now()).err(), Some(Refusal::Expired));
}

async fn whoever_holds_the_code_withdraws_that_consent_and_no_other(host: Host) {
    let (one, other) = (granted(&host).await, granted(&host).await);
    let code = host.service.withdrawal_code(&one.consent_id);
    assert_eq!(WithdrawalCode::parse(&code.secret()).unwrap().secret(), code.secret());
    assert!(!format!("{code:?}").contains(&code.secret()));
    let unknown = ConsentId::parse("AAAAAAAAAAAAAAAAAAAAAA").unwrap();
    let wrong = WithdrawalCode::parse("AAAAAAAAAAAAAAAAAAAAAA").unwrap();
    for (consent, code) in [
        (&other.consent_id, &code),
        (&one.consent_id, &wrong),
        (&unknown, &code),
        (&unknown, &host.service.withdrawal_code(&unknown)),
    ] {
        let refused = host.service.withdraw_by_code(consent, code).await;
        assert!(matches!(refused, Err(Error::NotFound)), "one answer to all that is wrong: {refused:?}");
    }
    assert!(events(&host, &one.consent_id).await.is_empty());
    for _ in 0..2 {
        host.service.withdraw_by_code(&one.consent_id, &code).await.expect("and again changes nothing");
    }
    let by_code = |event: &ConsentEvent| matches!(event, ConsentEvent::Withdrawn { by: WithdrawnBy::Code, .. });
    assert!(events(&host, &one.consent_id).await.iter().all(by_code));
    assert_eq!(events(&host, &one.consent_id).await.len(), 1);
    assert!(events(&host, &other.consent_id).await.is_empty());
}

async fn the_entity_that_got_the_answer_withdraws_at_its_counter_and_no_other(host: Host) {
    let granted = granted(&host).await;
    let refused = host.service.withdraw_at_counter(&id("air"), &granted.consent_id).await;
    assert!(matches!(refused, Err(Error::NotFound)));
    let unknown = host.service.withdraw_at_counter(&id("nobody"), &granted.consent_id).await;
    assert!(matches!(unknown, Err(Error::UnknownEntity)));
    assert!(events(&host, &granted.consent_id).await.is_empty());
    host.service.withdraw_at_counter(&rail(), &granted.consent_id).await.unwrap();
    let events = events(&host, &granted.consent_id).await;
    assert!(matches!(events[..], [ConsentEvent::Withdrawn { by: WithdrawnBy::Entity, .. }]), "{events:?}");
}

async fn a_withdrawal_at_once_from_many_sides_is_one(host: Host) {
    let granted = granted(&host).await;
    let service = host.service.clone();
    let calls: Vec<_> = (0..32)
        .map(|number| {
            let (service, consent) = (service.clone(), granted.consent_id);
            tokio::spawn(async move {
                match number % 3 {
                    0 => service.withdraw(&consent, WithdrawnBy::Person).await,
                    1 => service.withdraw_by_code(&consent, &service.withdrawal_code(&consent)).await,
                    _ => service.withdraw_at_counter(&rail(), &consent).await,
                }
            })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(events(&host, &granted.consent_id).await.len(), 1);
    host.service.keep().await.unwrap();
    assert_eq!(at_the_gate(&host, &synced(&host).await, &granted), Err(Refusal::Revoked));
}

/// The right to withdraw does not end with the token (DPDP Act, section 6(4)), and a list says nothing of a token that is over.
async fn a_consent_whose_token_is_over_is_withdrawn_without_a_bit(host: Host) {
    let granted = granted(&host).await;
    host.service.keep().await.unwrap();
    host.wait(86_401);
    host.service.withdraw(&granted.consent_id, WithdrawnBy::Person).await.unwrap();
    assert_eq!(events(&host, &granted.consent_id).await.len(), 1);
    host.service.keep().await.unwrap();
    let verifier = host.verifier();
    let claims = verifier.verify(granted.token.as_str(), "rail", crate::support::start()).unwrap();
    let lists = synced(&host).await;
    assert!(lists.require_good(claims.claims(), host.service.now()).is_ok(), "its bit did not rise");
}

/// Whichever call to the store breaks, before or after it was done: a withdrawal that is repeated leads to one event and a risen
/// bit, and one that was answered needs no repeating.
#[tokio::test]
async fn whatever_dies_in_between_a_withdrawal_reaches_the_list() {
    for how in [Break::Before, Break::After] {
        for step in 0..8 {
            let store = Arc::new(Failing::over(Arc::new(MemoryStore::new())));
            let host = crate::support::over(store.clone(), None, |builder| builder).await;
            let granted = granted(&host).await;
            host.service.keep().await.unwrap();
            host.wait(300);
            store.break_after(step, how);
            let withdrawn = host.service.withdraw(&granted.consent_id, WithdrawnBy::Person).await;
            let published = host.service.keep().await;
            store.heal();
            if withdrawn.is_err() {
                host.service.withdraw(&granted.consent_id, WithdrawnBy::Person).await.unwrap();
            }
            assert_eq!(events(&host, &granted.consent_id).await.len(), 1, "{how:?} {step}");
            host.wait(if published.is_ok() { 300 } else { 0 });
            host.service.keep().await.unwrap();
            host.wait(300);
            host.service.keep().await.unwrap();
            assert_eq!(at_the_gate(&host, &synced(&host).await, &granted), Err(Refusal::Revoked), "{how:?} {step}");
        }
    }
}

/// A gate that was offline when the bit rose learns it within three ticks and the wait for one, as the notice says: within the hour.
#[tokio::test]
async fn an_online_gate_knows_within_the_hour() {
    let host = crate::support::memory().await;
    let granted = granted(&host).await;
    host.service.keep().await.unwrap();
    host.wait(1);
    host.service.withdraw(&granted.consent_id, WithdrawnBy::Person).await.unwrap();
    let mut minutes = 0;
    let mut lists = synced(&host).await; // as late as the list's own `ttl` of 15 minutes allows
    while at_the_gate(&host, &lists, &granted).is_ok() {
        host.wait(60);
        host.service.keep().await.unwrap();
        minutes += 1;
        if minutes % 15 == 0 {
            lists = synced(&host).await;
        }
    }
    assert!(minutes <= 35, "{minutes} minutes");
}

#[tokio::test]
async fn without_lists_a_token_names_none_and_nothing_is_published() {
    let host = crate::support::over(Arc::new(MemoryStore::new()), None, |builder| builder.trust(Trust::off())).await;
    let granted = granted(&host).await;
    let claims = host.verifier().verify(granted.token.as_str(), "rail", host.service.now()).unwrap();
    assert_eq!(claims.claims().status_list, None);
    host.service.withdraw(&granted.consent_id, WithdrawnBy::Person).await.unwrap();
    assert_eq!(host.service.keep().await.unwrap().lists, 0);
    assert!(host.service.status_lists().await.unwrap().is_empty());
}

/// What a declined request left in the ledger is no consent, and cannot be withdrawn.
#[tokio::test]
async fn a_refusal_is_nothing_to_withdraw() {
    let host = crate::support::memory().await;
    let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
    host.service.decline(&rail(), &open.id).await.unwrap();
    let [consent] = host.service.consents_of(&rail(), &open.id).await.unwrap()[..] else { panic!("one person") };
    assert!(host.service.consent(&consent).await.unwrap().is_some());
    let refused = host.service.withdraw(&consent, WithdrawnBy::Person).await;
    assert!(matches!(refused, Err(Error::NotFound)));
}

#[tokio::test]
async fn a_token_of_seven_days_is_known_to_its_list_until_it_ends() {
    let limits = Limits { token_lifetime: TimeDelta::days(7), ..Limits::default() };
    let host = crate::support::over(Arc::new(MemoryStore::new()), None, |builder| builder.limits(limits)).await;
    let granted = granted(&host).await;
    host.wait(7 * 86_400 - 700);
    host.service.withdraw(&granted.consent_id, WithdrawnBy::Person).await.unwrap();
    host.service.keep().await.unwrap();
    assert_eq!(at_the_gate(&host, &synced(&host).await, &granted), Err(Refusal::Revoked));
}
