//! A person's own page: who asked about them, and what was shared; for them, and for nobody else.

use std::sync::Arc;

use crate::support::{FAMILY, FATHER_AND_SON, Host, NAMESAKES, UNKNOWN, asked, id, mobile, on_every_store, rail};
use kycvs::consent::{CodeProof, ConsentEvent, ConsentState, Identifier, Nonce, RequestId, WithdrawnBy};
use kycvs::domain::VaccinationStatus;
use kycvs::registry::{BeneficiaryId, RegistryKey, SealedRegistry};
use kycvs::store::{Day, Entry, Key};
use kycvs::{BuildError, Error, Granted, OpenRequest, StatusRequest};
use kycvs_memory::MemoryStore;

const ASHA: &str = "Asha Lakshmi Rao";
const DAY: i64 = 86_400;

on_every_store!(
    a_person_sees_who_asked_when_for_what_and_what_was_told,
    every_answer_of_a_day_is_found_again,
    a_year_of_answers_is_found_again_and_no_more,
    an_answer_that_nobody_was_found_is_shown_by_the_name_that_was_asked,
    another_person_of_the_number_sees_nothing_of_it,
    the_next_owner_of_a_number_sees_nothing_of_it,
    one_consent_is_withdrawn_or_all_of_them,
    a_person_who_is_erased_ends_all_that_was_told,
);

async fn a_person_sees_who_asked_when_for_what_and_what_was_told(host: Host) {
    let granted = host.answer(FAMILY, ASHA).await.unwrap();
    host.wait(60);
    let air = StatusRequest { entity: id("air"), reference: None, ..asked(FAMILY, ASHA) };
    let open = host.service.request(air).await.unwrap();
    host.enter_at("air", &open, &host.code(FAMILY)).await.unwrap();
    let seen = host.seen(FAMILY, "asha laxmi rao").await;
    let [last, first] = &seen[..] else { panic!("{seen:?}") };
    let consent = &first.record.consent;
    assert_eq!(consent.id, granted.consent_id);
    assert_eq!((consent.verifying_entity.name.as_str(), consent.purpose.code.as_str()), ("Indian Railways", "booking"));
    assert_eq!(consent.reference.as_ref().unwrap().as_str(), "PNR 2345678901");
    assert_eq!((first.told, consent.given_at), (Some(VaccinationStatus::FullyVaccinated), crate::support::start()));
    assert_eq!(first.as_of.map(|day| day.to_string()).as_deref(), Some("2021-12-01"));
    assert_eq!((first.valid_until(), first.state), (Some(granted.expires_at), ConsentState::Active));
    assert_eq!(last.record.consent.verifying_entity.id, id("air"));
    host.wait(2 * DAY);
    assert!(host.seen(FAMILY, ASHA).await.iter().all(|entry| entry.state == ConsentState::Expired));
}

async fn every_answer_of_a_day_is_found_again(host: Host) {
    let mut given = Vec::new();
    for number in 0..20 {
        let name = if number % 4 == 3 { "Imran Sheikh" } else { ASHA };
        given.push((name, host.answer(FAMILY, name).await.unwrap().consent_id));
        host.wait(3_600);
        if number == 17 {
            host.wait(DAY); // the next day has lines of its own
        }
    }
    host.wait(DAY);
    for name in [ASHA, "Imran Sheikh"] {
        let mut seen: Vec<_> = host.seen(FAMILY, name).await.iter().map(|entry| entry.record.consent.id).collect();
        seen.reverse();
        let own: Vec<_> = given.iter().filter(|(of, _)| *of == name).map(|(_, consent)| *consent).collect();
        assert_eq!(seen, own, "{name}");
    }
}

async fn a_year_of_answers_is_found_again_and_no_more(host: Host) {
    for _ in 0..8 {
        host.answer(FAMILY, ASHA).await.unwrap();
        host.wait(60 * DAY);
        host.service.keep().await.unwrap();
    }
    // Today, and 420, 360, … 60 days ago.
    assert_eq!(host.seen(FAMILY, ASHA).await.len(), 6);
}

async fn an_answer_that_nobody_was_found_is_shown_by_the_name_that_was_asked(host: Host) {
    let refused = host.answer(FATHER_AND_SON, "Zoya Matthew Khan").await;
    assert!(matches!(refused, Err(Error::NoMatchingRecord)));
    let open = host.open(FATHER_AND_SON, "Thomas Mathew").await;
    let entered = open.confirmation(CodeProof::from_typed(&host.code(FATHER_AND_SON)).unwrap());
    let entered = entered.born(0, "1975".parse().unwrap());
    let answered = host.service.confirm(&rail(), &open.id, &entered).await.unwrap();
    assert!(matches!(answered.only(), Err(Error::NoMatchingRecord)));
    assert!(host.seen(FATHER_AND_SON, "Zoya Mathew").await.is_empty(), "another name was asked about");
    let open = host.open_me(FATHER_AND_SON, "thomas mathew").await;
    let session = host.enter_me(&open, &host.code(FATHER_AND_SON), Some("1960")).await.unwrap();
    let seen = host.service.history(&session).await.unwrap();
    assert_eq!(seen.iter().map(|entry| (entry.told, entry.state)).collect::<Vec<_>>(), [(None, ConsentState::Expired)]);
    host.service.withdraw_own(&session, &seen[0].record.consent.id).await.unwrap();
    assert_eq!(host.service.history(&session).await.unwrap()[0].state, ConsentState::Withdrawn);

    // Whoever has the number 90 days later may be another Thomas Mathew.
    for (days, count) in [(89, 1), (1, 0)] {
        host.wait(days * DAY);
        let open = host.open_me(FATHER_AND_SON, "thomas mathew").await;
        let session = host.enter_me(&open, &host.code(FATHER_AND_SON), Some("1960")).await.unwrap();
        assert_eq!(host.service.history(&session).await.unwrap().len(), count, "{days} days later");
    }
}

async fn another_person_of_the_number_sees_nothing_of_it(host: Host) {
    let asha = host.answer(FAMILY, ASHA).await.unwrap();
    let imran = host.me(FAMILY, "Imran Sheikh").await;
    assert!(host.service.history(&imran).await.unwrap().is_empty());
    let refused = host.service.withdraw_own(&imran, &asha.consent_id).await;
    assert!(matches!(refused, Err(Error::NotFound)));
    assert_eq!(host.service.withdraw_all(&imran).await.unwrap() + host.service.erase(&imran).await.unwrap(), 0);
    assert!(host.service.consent(&asha.consent_id).await.unwrap().unwrap().events.is_empty());
}

/// The number is another person's now, who even has the name.
async fn the_next_owner_of_a_number_sees_nothing_of_it(_: Host) {
    let store = Arc::new(MemoryStore::new());
    let host = crate::support::over(store.clone(), None, |builder| builder).await;
    host.answer(NAMESAKES, "Meena Devi").await.unwrap();
    let registry = SealedRegistry::open(&RegistryKey::from_bytes([1; 32]), store).await.unwrap();
    registry.remove(&mobile(NAMESAKES), &BeneficiaryId::parse("5").unwrap()).await.unwrap();
    registry.upsert(&mobile(NAMESAKES), &crate::support::person("55", "Meena Devi", None, &[])).await.unwrap();
    assert!(host.seen(NAMESAKES, "Meena Devi").await.is_empty());
}

async fn one_consent_is_withdrawn_or_all_of_them(host: Host) {
    let (one, other) = (host.answer(FAMILY, ASHA).await.unwrap(), host.answer(FAMILY, ASHA).await.unwrap());
    let imran = host.answer(FAMILY, "Imran Sheikh").await.unwrap();
    let session = host.me(FAMILY, ASHA).await;
    for _ in 0..2 {
        host.service.withdraw_own(&session, &one.consent_id).await.unwrap();
    }
    let states = async || {
        let seen = host.service.history(&session).await.unwrap();
        let state =
            |granted: &Granted| seen.iter().find(|seen| seen.record.consent.id == granted.consent_id).unwrap().state;
        (state(&one), state(&other))
    };
    assert_eq!(states().await, (ConsentState::Withdrawn, ConsentState::Active));
    assert_eq!(
        (host.service.withdraw_all(&session).await.unwrap(), host.service.withdraw_all(&session).await.unwrap()),
        (1, 0)
    );
    assert_eq!(states().await, (ConsentState::Withdrawn, ConsentState::Withdrawn));
    let record = host.service.consent(&other.consent_id).await.unwrap().unwrap();
    assert!(matches!(record.events[..], [ConsentEvent::Withdrawn { by: WithdrawnBy::Person, .. }]));
    let kept = host.service.consent(&imran.consent_id).await.unwrap().unwrap();
    assert_eq!(kept.state(host.service.now()), ConsentState::Active, "another's consent");
}

async fn a_person_who_is_erased_ends_all_that_was_told(host: Host) {
    let (one, other) = (host.answer(FAMILY, ASHA).await.unwrap(), host.answer(FAMILY, ASHA).await.unwrap());
    let session = host.me(FAMILY, ASHA).await;
    host.service.withdraw_own(&session, &one.consent_id).await.unwrap();
    assert_eq!((host.service.erase(&session).await.unwrap(), host.service.erase(&session).await.unwrap()), (1, 0));
    let state = async |granted: &Granted| {
        host.service.consent(&granted.consent_id).await.unwrap().unwrap().state(host.service.now())
    };
    assert_eq!((state(&one).await, state(&other).await), (ConsentState::Withdrawn, ConsentState::Erased));
}

/// The bits of one act rise within four ticks, and not all in one; that of a single withdrawal in the next.
#[tokio::test]
async fn tokens_that_end_by_one_act_end_within_twenty_minutes_of_each_other() {
    let host = crate::support::memory().await;
    let mut tokens = Vec::new();
    for _ in 0..7 {
        tokens.push(host.answer(FAMILY, ASHA).await.unwrap());
        host.wait(601);
    }
    host.service.keep().await.unwrap();
    let session = host.me(FAMILY, ASHA).await;
    assert_eq!(host.service.withdraw_all(&session).await.unwrap(), 7);
    let mut ended = Vec::new();
    for _ in 0..4 {
        host.wait(300);
        host.service.keep().await.unwrap();
        let lists = synced(&host).await;
        ended.push(tokens.iter().filter(|token| is_revoked(&host, &lists, token)).count());
    }
    assert_eq!(ended.last(), Some(&7), "all of them within the hour: {ended:?}");
    assert!(ended.is_sorted());
}

async fn synced(host: &Host) -> kycvs::token::StatusLists {
    let mut lists = kycvs::token::StatusLists::default();
    for (name, _) in host.service.status_lists().await.unwrap() {
        let list = host.service.status_list(name).await.unwrap().unwrap();
        lists.insert(&host.verifier(), list, host.service.now()).unwrap();
    }
    lists
}

fn is_revoked(host: &Host, lists: &kycvs::token::StatusLists, granted: &Granted) -> bool {
    let now = host.service.now();
    let shown = host.verifier().verify(granted.token.as_str(), "rail", now).unwrap();
    lists.require_good(shown.claims(), now).is_err()
}

#[tokio::test]
async fn the_page_opens_by_the_code_and_lasts_a_quarter_of_an_hour() {
    let host = crate::support::memory().await;
    let open = host.open_me(FAMILY, ASHA).await;
    assert!(open.notice.reference.is_of_own_page() && open.notice.text.contains("Asha Lakshmi Rao"));
    let sent = host.sms.messages().pop().unwrap();
    assert!(sent.text.contains("Asha Lakshmi Rao's page at Ministry of Health"), "{}", *sent.text);
    let wrong = host.wrong_code(FAMILY);
    assert!(matches!(host.enter_me(&open, &wrong, None).await, Err(Error::WrongCode { attempts_left: 2 })));
    let session = host.enter_me(&open, &host.code(FAMILY), None).await.unwrap();
    let again = host.enter_me(&open, &host.code(FAMILY), None).await.unwrap();
    assert_eq!(session.secret(), again.secret(), "a reply that was lost loses nothing");
    let elsewhere = OpenRequest { attempt: Nonce::from_random([7; 16]), ..open.clone() };
    assert!(matches!(host.enter_me(&elsewhere, &host.code(FAMILY), None).await, Err(Error::AlreadyUsed)));
    assert!(!format!("{session:?}").contains("Asha"));

    host.wait(899);
    let read = host.service.person_session(&session.secret()).await.unwrap();
    assert_eq!((read.name(), read.until()), ("Asha Lakshmi Rao".to_owned(), session.until()));
    host.wait(1);
    assert!(matches!(host.service.person_session(&session.secret()).await, Err(Error::NotFound)));
    for secret in ["", "x", "AAAAAAAAAAAAAAAAAAAAAA"] {
        assert!(matches!(host.service.person_session(secret).await, Err(Error::NotFound)), "{secret}");
    }

    let session = host.me(FAMILY, ASHA).await;
    for _ in 0..2 {
        host.service.close_me(&session).await.unwrap();
    }
    assert!(matches!(host.service.person_session(&session.secret()).await, Err(Error::NotFound)), "it was ended");
}

/// Nobody learns who lives on a number: unknown numbers, wrong names and namesakes are refused alike, and one request tries one.
#[tokio::test]
async fn an_unknown_number_a_wrong_name_and_namesakes_are_refused_alike() {
    let host = crate::support::memory().await;
    for (number, name, year) in [
        (UNKNOWN, ASHA, None),
        (FAMILY, "Ravi Kumar", None),
        (NAMESAKES, "Ravi Kumar", None),
        (FATHER_AND_SON, "Thomas Mathew", Some("1975")),
    ] {
        let open = host.open_me(number, name).await;
        let code = host.code(number);
        assert!(matches!(host.enter_me(&open, &code, year).await, Err(Error::NoMatchingRecord)), "{name}");
        let another = host.enter_me(&open, &code, Some("1960")).await;
        assert!(matches!(another, Err(Error::AlreadyUsed)), "a second year: {another:?}");
    }
    let open = host.open_me(FATHER_AND_SON, "Thomas Mathew").await;
    let code = host.code(FATHER_AND_SON);
    assert!(matches!(host.enter_me(&open, &code, None).await, Err(Error::BirthYearNeeded { .. })));
    let father = host.enter_me(&open, &code, Some("1960")).await.unwrap();
    let son = host.enter_me(&open, &code, Some("1990")).await.unwrap();
    assert_eq!(father.secret(), son.secret(), "the session stays the father's");
}

/// A code that opens the page agrees to nothing, and a code that agrees to an answer opens no page.
#[tokio::test]
async fn a_code_for_one_thing_is_not_good_for_the_other() {
    let host = crate::support::memory().await;
    let me: Identifier = id("me");
    let own = host.open_me(FAMILY, ASHA).await;
    let entered = own.confirmation(CodeProof::from_typed(&host.code(FAMILY)).unwrap());
    for entity in [&me, &rail()] {
        assert!(matches!(host.service.confirm(entity, &own.id, &entered).await, Err(Error::NotFound)), "{entity}");
    }
    let asked = host.open(FAMILY, ASHA).await;
    let entered = asked.confirmation(CodeProof::from_typed(&host.code(FAMILY)).unwrap());
    assert!(matches!(host.service.confirm_me(&asked.id, &entered, None).await, Err(Error::NotFound)));
    let unknown = RequestId::from_random([9; 16]);
    assert!(matches!(host.service.confirm_me(&unknown, &entered, None).await, Err(Error::NotFound)));
    let taken = kycvs::StatusService::builder()
        .fiduciary(crate::support::fiduciary())
        .entity(crate::support::entity("me", "Me"));
    let store = Arc::new(MemoryStore::new());
    let registry = SealedRegistry::open(&RegistryKey::from_bytes([1; 32]), store.clone()).await.unwrap();
    let taken = taken.registry(Arc::new(registry)).store(store).sender(host.sms.clone()).issuer(host.issuer.clone());
    let refused = taken.key(kycvs::ServiceKey::from_bytes([2; 32])).build().err();
    assert_eq!(refused, Some(BuildError::AmbiguousEntity(me)));
}

/// Two lines of one number share nothing in the ledger, and a line shows neither number nor status.
#[tokio::test]
async fn lines_say_nothing_to_who_has_the_ledger() {
    let store = Arc::new(MemoryStore::new());
    let host = crate::support::over(store.clone(), None, |builder| builder).await;
    let granted = host.answer(FAMILY, ASHA).await.unwrap();
    // Whoever does not know the number finds no line by the consent, the day or a guess.
    let day = Key::from(*granted.consent_id.as_bytes()).day().unwrap();
    assert_eq!(day, Day::of(crate::support::start()));
    let free = Entry { id: Key::on_day(day, [0; 14]), seq: 0, body: vec![] };
    kycvs::store::ConsentLedger::record(&*store, vec![free], vec![]).await.unwrap();
    assert_eq!(host.seen(FAMILY, ASHA).await.len(), 1);
    assert!(host.seen(FAMILY, "Imran Sheikh").await.is_empty());
    let other = crate::support::over(store, None, |builder| builder.key(kycvs::ServiceKey::from_bytes([3; 32]))).await;
    assert!(other.seen(FAMILY, ASHA).await.is_empty(), "another service key");
}

/// A receipt is the artefact under a signature of its own kind: it is no token, and a token is no receipt.
#[tokio::test]
async fn a_receipt_says_what_was_agreed_and_how_it_stands_and_is_no_token() {
    let host = crate::support::memory().await;
    let granted = host.answer(FAMILY, ASHA).await.unwrap();
    host.answer(FAMILY, ASHA).await.unwrap();
    host.answer(FAMILY, "Imran Sheikh").await.unwrap();
    let session = host.me(FAMILY, "asha lakshmi rao").await;
    let receipt = host.service.receipt(&session, &granted.consent_id).await.unwrap();
    let verifier = host.verifier();
    let claims = verifier.verify_receipt(&receipt.token).unwrap();
    let token = verifier.verify(granted.token.as_str(), "rail", host.service.now()).unwrap();
    assert_eq!(kycvs::consent::Consent::hash_of(&claims.consent), token.claims().consent.hash, "the token's consent");
    assert_eq!((claims.state.as_str(), claims.state_at, claims.lines), ("active", None, 2));
    assert_eq!(claims.withdraw, "https://kycvs.example/withdraw");
    let notice = receipt.notice.as_ref().expect("the words are written again");
    assert_eq!(notice.reference.hash, receipt.entry.record.consent.notice.hash);
    for secret in ["Asha", FAMILY, &*host.service.withdrawal_code(&granted.consent_id).secret()] {
        assert!(!String::from_utf8_lossy(&claims.consent).contains(secret), "{secret}");
    }

    use kycvs::token::Refusal;
    assert_eq!(verifier.verify(receipt.token.as_str(), "rail", host.service.now()).err(), Some(Refusal::WrongType));
    assert_eq!(verifier.verify_receipt(granted.token.as_str()).err(), Some(Refusal::WrongType));
    host.service.keep().await.unwrap();
    let (name, _) = host.service.status_lists().await.unwrap()[0];
    let list = host.service.status_list(name).await.unwrap().unwrap();
    assert_eq!(verifier.verify_receipt(&list).err(), Some(Refusal::WrongType));
    assert_eq!(verifier.verify_status_list(receipt.token.as_str(), host.service.now()).err(), Some(Refusal::WrongType));
    let cut = &receipt.token.as_str()[..receipt.token.as_str().len() - 2];
    assert!(verifier.verify_receipt(cut).is_err());

    let imran = host.me(FAMILY, "Imran Sheikh").await;
    assert!(matches!(host.service.receipt(&imran, &granted.consent_id).await, Err(Error::NotFound)), "another person");

    host.service.withdraw_own(&session, &granted.consent_id).await.unwrap();
    let receipt = host.service.receipt(&session, &granted.consent_id).await.unwrap();
    let claims = verifier.verify_receipt(&receipt.token).unwrap();
    assert_eq!((claims.state.as_str(), claims.state_at), ("withdrawn", Some(host.service.now())));
    let view = receipt.to_dpv_json();
    assert_eq!(view["@type"], "dpv:ConsentReceipt");
    let record = &view["dpv:hasRecordOfActivity"];
    assert_eq!(record["dpv:hasConsentControl"]["dpv:isExercisedAt"], "https://kycvs.example/withdraw");
    let kinds: Vec<_> =
        record["dpv:hasConsentStatus"].as_array().unwrap().iter().map(|status| &status["@type"]).collect();
    assert_eq!(kinds, ["dpv:ConsentGiven", "dpv:ConsentWithdrawn"]);
    assert!(!view.to_string().contains("Asha") && !view.to_string().contains(FAMILY));
}
