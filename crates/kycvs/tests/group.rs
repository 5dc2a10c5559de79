//! Several people in one booking: one code for each mobile number, and one answer for each person.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

mod support;

use std::num::NonZeroU32;
use std::sync::Arc;

use async_trait::async_trait;
use kycvs::consent::{CodeProof, Confirmation, ConsentId, Language, Link, Outcome, RequestId, WithdrawnBy};
use kycvs::domain::{PersonName, VaccinationStatus};
use kycvs::registry::{RegistryKey, SealedRegistry};
use kycvs::store::Limit;
use kycvs::token::GroupClaims;
use kycvs::{
    Answers, CollectingSender, Error, GroupState, Limits, OpenRequest, OtpMessage, OtpSender, PeopleError, Person,
    RequestState, SendError, StatusRequest, Told,
};
use kycvs_memory::MemoryStore;
use support::{
    FAMILY, FATHER_AND_SON, Host, LINKS, NAMESAKES, id, linked, mobile, on_every_store, person, rail, start,
};

/// On this mobile: six people, each with one dose.
const HOUSE: &str = "9345678901";
const SIX: [&str; 6] = ["Asha Rao", "Imran Sheikh", "Meena Devi", "Thomas Mathew", "Zoya Khan", "Harish Iyer"];

fn booking(people: &[(&str, &str)]) -> StatusRequest {
    let people = people.iter().map(|(number, name)| Person::new(mobile(number), PersonName::parse(name).unwrap()));
    StatusRequest { people: people.collect(), ..support::asked(FAMILY, "x y") }
}

fn house() -> Vec<(&'static str, &'static str)> {
    SIX.iter().map(|name| (HOUSE, *name)).collect()
}

async fn with_house(limits: Limits) -> Host {
    let store = Arc::new(MemoryStore::new());
    let host = support::over(store.clone(), None, |builder| linked(builder).limits(limits)).await;
    let registry = SealedRegistry::open(&RegistryKey::from_bytes([1; 32]), store).await.unwrap();
    for (number, name) in (20..).zip(SIX) {
        let record = person(&number.to_string(), name, None, &["2021-04-03"]);
        registry.upsert(&mobile(HOUSE), &record).await.unwrap();
    }
    host
}

async fn of_house() -> Host {
    with_house(Limits::default()).await
}

impl Host {
    fn entered(&self, open: &OpenRequest, number: &str) -> Confirmation {
        open.confirmation(CodeProof::from_typed(&self.code(number)).unwrap())
    }

    async fn agree(&self, open: &OpenRequest, number: &str) -> Answers {
        self.service.confirm(&rail(), &open.id, &self.entered(open, number)).await.unwrap()
    }

    /// The request of a number that got a link.
    async fn behind_link(&self, number: &str) -> OpenRequest {
        let id = self.link(number).request();
        match self.service.state(&rail(), &id).await.unwrap() {
            RequestState::Pending(open) => open,
            state => panic!("it waits for its code: {state:?}"),
        }
    }

    fn link(&self, number: &str) -> Link {
        let messages = self.sms.messages();
        let message = messages.iter().rev().find(|message| message.to == mobile(number)).unwrap();
        Link::parse(message.link.as_ref().unwrap().strip_prefix(LINKS).unwrap()).unwrap()
    }

    async fn group(&self, lead: &RequestId) -> GroupState {
        self.service.group(&rail(), lead).await.unwrap()
    }

    fn signed(&self, group: &GroupState) -> GroupClaims {
        self.verifier().verify_group(group.answer.as_ref().unwrap(), "rail", self.service.now()).unwrap()
    }

    async fn outcome_of(&self, request: &RequestId, position: u8) -> Option<Outcome> {
        let record = self.service.consent(&ConsentId::of(request, position, start())).await.unwrap();
        record.map(|record| record.consent.outcome)
    }
}

/// What is told, one letter for a person: granted, no record, declined, withdrawn, over, or missing.
fn letters(group: &GroupState) -> String {
    group.people.iter().map(|told| told.as_ref().map_or('-', letter)).collect()
}

fn letter(told: &Told) -> char {
    match told {
        Told::Granted(_) => 'G',
        Told::NoRecord => 'n',
        Told::Declined => 'd',
        Told::Withdrawn => 'w',
        Told::Over => 'o',
    }
}

fn told(answers: &Answers) -> Vec<(u8, char)> {
    answers.people.iter().map(|person| (person.position, letter(&person.told))).collect()
}

#[tokio::test]
async fn six_people_of_one_phone_share_one_message_and_get_a_token_each() {
    let host = of_house().await;
    let open = host.service.request(booking(&house())).await.unwrap();
    let [message] = &host.sms.messages()[..] else { panic!("one message") };
    assert!(message.text.contains("share Asha, Imran, Meena +3") && message.text.len() <= 160, "{}", *message.text);
    assert!(SIX.iter().all(|name| open.notice.text.contains(name)), "{}", *open.notice.text);
    assert_eq!(open.people.iter().map(|person| person.name.as_str()).collect::<Vec<_>>(), SIX);

    let answers = host.agree(&open, HOUSE).await;
    assert_eq!(answers.granted().count(), 6);
    let mut ids = std::collections::BTreeSet::new();
    for (granted, name) in answers.granted().zip(SIX) {
        let shown = granted.token.with(&granted.disclosures);
        let verified = host.verifier().verify(&shown, "rail", start()).unwrap();
        assert_eq!(verified.claims().bearer.as_ref().unwrap().name, name);
        assert_eq!(verified.claims().token_id, granted.token_id);
        assert!(ids.insert(granted.consent_id.to_string()), "a consent of their own");
    }
    let group = host.group(&open.id).await;
    let claims = host.signed(&group);
    assert_eq!((letters(&group).as_str(), claims.asked, claims.declined), ("GGGGGG", 6, 0));
    for granted in answers.granted() {
        let status = host.verifier().verify(&granted.token, "rail", start()).unwrap();
        assert!(claims.includes(status.claims()));
    }
}

async fn a_booking_over_two_phones_takes_two_messages_and_gives_its_answers_as_they_come(host: Host) {
    let people = [(FAMILY, "Asha Lakshmi Rao"), (NAMESAKES, "Meena Devi"), (FAMILY, "Imran Sheikh")];
    let open = host.service.request(booking(&people)).await.unwrap();
    let messages = host.sms.messages();
    assert_eq!(messages.iter().map(|message| message.to).collect::<Vec<_>>(), [mobile(FAMILY), mobile(NAMESAKES)]);
    assert!(messages[0].link.is_none() && !messages[0].text.contains(LINKS));
    let link = host.link(NAMESAKES);
    assert!(messages[1].text.contains(&format!("{LINKS}{}", link.secret())), "{}", *messages[1].text);
    assert_ne!(host.code(FAMILY), host.code(NAMESAKES));

    assert_eq!(letters(&host.group(&open.id).await), "---");
    assert!(host.group(&open.id).await.answer.is_none(), "nothing to sign");
    assert_eq!(told(&host.agree(&open, FAMILY).await), [(0, 'G'), (2, 'G')]);
    let group = host.group(&open.id).await;
    assert_eq!((letters(&group).as_str(), host.signed(&group).tokens.len()), ("G-G", 2));

    let other = host.behind_link(NAMESAKES).await;
    assert_eq!(other.people.iter().map(|person| person.position).collect::<Vec<_>>(), [1]);
    assert_eq!(told(&host.agree(&other, NAMESAKES).await), [(1, 'G')]);
    let group = host.group(&open.id).await;
    let claims = host.signed(&group);
    assert_eq!(
        (letters(&group).as_str(), claims.tokens.len(), claims.reference.as_deref()),
        ("GGG", 3, Some("PNR 2345678901"))
    );
}

async fn who_is_left_out_is_not_looked_for_and_the_others_are_answered(host: Host) {
    let people = [(FAMILY, "Asha Lakshmi Rao"), (FAMILY, "Imran Sheikh")];
    let open = host.service.request(booking(&people)).await.unwrap();
    let entered = host.entered(&open, FAMILY).without(1);
    let answers = host.service.confirm(&rail(), &open.id, &entered).await.unwrap();
    assert_eq!(told(&answers), [(0, 'G'), (1, 'd')]);
    assert_eq!(host.outcome_of(&open.id, 1).await, Some(Outcome::Refused));
    let group = host.group(&open.id).await;
    assert_eq!((letters(&group).as_str(), host.signed(&group).declined), ("Gd", 1));
    // The same call again gives the same, whoever it leaves out.
    let again = host.service.confirm(&rail(), &open.id, &host.entered(&open, FAMILY).without(0)).await.unwrap();
    assert_eq!(told(&again), [(0, 'G'), (1, 'd')]);
}

async fn a_confirm_that_leaves_out_everybody_or_a_stranger_is_refused_and_counts_nothing(host: Host) {
    let people = [(FAMILY, "Asha Lakshmi Rao"), (NAMESAKES, "Meena Devi"), (FAMILY, "Imran Sheikh")];
    let open = host.service.request(booking(&people)).await.unwrap();
    for (entered, refusal) in [
        (host.entered(&open, FAMILY).without(0).without(2), PeopleError::EverybodyLeftOut),
        (host.entered(&open, FAMILY).without(1), PeopleError::NotAsked),
        (host.entered(&open, FAMILY).without(6), PeopleError::NotAsked),
        (host.entered(&open, FAMILY).born(1, "1990".parse().unwrap()), PeopleError::NotAsked),
    ] {
        let refused = host.service.confirm(&rail(), &open.id, &entered).await;
        assert!(matches!(refused, Err(Error::People(error)) if error == refusal), "{refused:?}");
    }
    assert_eq!(told(&host.agree(&open, FAMILY).await), [(0, 'G'), (2, 'G')]);
}

async fn one_wrong_name_costs_the_others_nothing(host: Host) {
    let people = [(FAMILY, "Asha Lakshmi Rao"), (FAMILY, "Lakshmi Iyer"), (FAMILY, "Imran Sheikh")];
    let open = host.service.request(booking(&people)).await.unwrap();
    assert_eq!(told(&host.agree(&open, FAMILY).await), [(0, 'G'), (1, 'n'), (2, 'G')]);
    assert_eq!(host.outcome_of(&open.id, 1).await, Some(Outcome::NoRecord));
    assert_eq!(letters(&host.group(&open.id).await), "GnG");
}

#[tokio::test]
async fn nobody_a_seventh_and_the_same_person_twice_are_refused_before_anything_is_sent() {
    let one = Limit { max: NonZeroU32::MIN, per_seconds: NonZeroU32::new(600).unwrap() };
    let limits = Limits { sends_per_mobile: vec![one], ..Limits::default() };
    let host = with_house(limits).await;
    let seven = [&house()[..], &[(FAMILY, "Harish Iyer")]].concat();
    let twice = [(HOUSE, "Asha Rao"), (HOUSE, "Imran Sheikh"), (HOUSE, "Smt. RAO ASHA")];
    for (people, refusal) in [
        (&[][..], PeopleError::Nobody),
        (&seven[..], PeopleError::TooMany),
        (&twice[..], PeopleError::Twice { positions: [0, 2] }),
    ] {
        let refused = host.service.request(booking(people)).await;
        assert!(matches!(refused, Err(Error::People(error)) if error == refusal), "{refused:?}");
    }
    assert!(host.sms.messages().is_empty());
    host.service.request(booking(&house())).await.expect("nothing was counted");
}

#[tokio::test]
async fn two_phones_without_an_address_for_links_are_refused_before_anything_is_sent() {
    let host = support::over(Arc::new(MemoryStore::new()), None, |builder| builder).await;
    let refused = host.service.request(booking(&[(FAMILY, "Asha Lakshmi Rao"), (NAMESAKES, "Meena Devi")])).await;
    assert!(matches!(refused, Err(Error::People(PeopleError::NoLinks))), "{refused:?}");
    assert!(host.sms.messages().is_empty());
    let one_phone = booking(&[(FAMILY, "Asha Lakshmi Rao"), (FAMILY, "Imran Sheikh")]);
    host.service.request(one_phone).await.expect("one phone needs no link");
}

async fn a_person_who_declines_after_another_agreed_takes_back_nothing_of_theirs(host: Host) {
    let people = [(FAMILY, "Asha Lakshmi Rao"), (NAMESAKES, "Meena Devi")];
    let open = host.service.request(booking(&people)).await.unwrap();
    host.agree(&open, FAMILY).await;
    let other = host.behind_link(NAMESAKES).await;
    host.service.decline(&rail(), &other.id).await.unwrap();
    let group = host.group(&open.id).await;
    assert_eq!((letters(&group).as_str(), host.signed(&group).declined), ("Gd", 1));
    assert_eq!(host.outcome_of(&other.id, 1).await, Some(Outcome::Refused));
    // The link is used up: opened again, it leads to nothing that could be agreed to.
    let late = host.service.confirm(&rail(), &other.id, &host.entered(&other, NAMESAKES)).await;
    assert!(matches!(late, Err(Error::AlreadyUsed)), "{late:?}");
}

async fn a_booking_is_abandoned_on_its_other_phones_when_the_first_has_declined(host: Host) {
    let people = [(FAMILY, "Asha Lakshmi Rao"), (NAMESAKES, "Meena Devi")];
    let open = host.service.request(booking(&people)).await.unwrap();
    let linked = host.service.behind_link(&host.link(NAMESAKES)).await.unwrap();
    assert_eq!((linked.lead, &linked.entity), (open.id, &rail()));
    host.service.decline(&rail(), &open.id).await.unwrap();
    assert!(matches!(host.service.abandon(&rail(), &open.id).await, Err(Error::AlreadyUsed)));
    let state = host.service.state(&rail(), &linked.request).await.unwrap();
    assert!(matches!(state, RequestState::Expired), "{state:?}");
    assert_eq!(letters(&host.group(&open.id).await), "d-", "the decline stays");
    let unknown = host.service.behind_link(&Link::from_random([1; 16])).await;
    assert!(matches!(unknown, Err(Error::NotFound)), "{unknown:?}");
}

async fn a_link_leads_to_its_own_request_and_to_no_group(host: Host) {
    let people = [(FAMILY, "Asha Lakshmi Rao"), (NAMESAKES, "Meena Devi")];
    let open = host.service.request(booking(&people)).await.unwrap();
    let other = host.behind_link(NAMESAKES).await;
    assert!(matches!(host.service.group(&rail(), &other.id).await, Err(Error::NotFound)), "it is not the first");
    assert!(matches!(host.service.state(&id("air"), &other.id).await, Err(Error::NotFound)), "another entity");
    assert!(matches!(host.service.group(&id("air"), &open.id).await, Err(Error::NotFound)));
    // The first number's code opens nothing of the other's.
    let crossed = host.service.confirm(&rail(), &other.id, &host.entered(&other, FAMILY)).await;
    assert!(matches!(crossed, Err(Error::WrongCode { .. })), "{crossed:?}");
    let stranger = Link::from_random([9; 16]).request();
    assert!(matches!(host.service.state(&rail(), &stranger).await, Err(Error::NotFound)));
}

async fn a_further_message_has_the_same_link_and_another_code(host: Host) {
    let people = [(FAMILY, "Asha Lakshmi Rao"), (NAMESAKES, "Meena Devi")];
    host.service.request(booking(&people)).await.unwrap();
    let (link, other) = (host.link(NAMESAKES).secret(), host.behind_link(NAMESAKES).await);
    let first = host.code(NAMESAKES);
    host.wait(61);
    let again = host.service.resend(&rail(), &other.id).await.unwrap();
    assert_eq!((host.sms.messages().len(), host.link(NAMESAKES).secret()), (3, link));
    assert_ne!(host.code(NAMESAKES), first);
    assert_eq!(told(&host.agree(&again, NAMESAKES).await), [(1, 'G')]);
}

async fn three_wrong_codes_lock_one_phone_and_no_other(host: Host) {
    let people = [(FAMILY, "Asha Lakshmi Rao"), (NAMESAKES, "Meena Devi")];
    let open = host.service.request(booking(&people)).await.unwrap();
    let other = host.behind_link(NAMESAKES).await;
    for _ in 0..3 {
        host.enter(&other, &host.wrong_code(NAMESAKES)).await.unwrap_err();
    }
    assert!(matches!(host.service.state(&rail(), &other.id).await, Ok(RequestState::Locked)));
    host.agree(&open, FAMILY).await;
    assert_eq!(letters(&host.group(&open.id).await), "G-", "who is missing, and not why");
}

async fn a_year_of_birth_is_asked_of_whom_it_is_needed_and_nobody_is_answered_before(host: Host) {
    let people = [(FATHER_AND_SON, "Zoya Mathew"), (FATHER_AND_SON, "Thomas Mathew")];
    let open = host.service.request(booking(&people)).await.unwrap();
    let entered = host.entered(&open, FATHER_AND_SON);
    let refused = host.service.confirm(&rail(), &open.id, &entered).await;
    assert!(matches!(&refused, Err(Error::BirthYearNeeded { positions }) if positions == &[1]), "{refused:?}");
    assert_eq!(host.outcome_of(&open.id, 0).await, None, "nothing half done");
    let entered = entered.born(1, "1990".parse().unwrap());
    let answers = host.service.confirm(&rail(), &open.id, &entered).await.unwrap();
    let statuses: Vec<_> = answers.granted().map(|granted| granted.status).collect();
    assert_eq!(statuses, [VaccinationStatus::PartiallyVaccinated, VaccinationStatus::NotVaccinated]);
}

async fn who_needs_a_year_of_birth_may_be_left_out_instead(host: Host) {
    let people = [(FATHER_AND_SON, "Zoya Mathew"), (FATHER_AND_SON, "Thomas Mathew")];
    let open = host.service.request(booking(&people)).await.unwrap();
    let entered = host.entered(&open, FATHER_AND_SON);
    host.service.confirm(&rail(), &open.id, &entered).await.unwrap_err();
    let answers = host.service.confirm(&rail(), &open.id, &entered.without(1)).await.unwrap();
    assert_eq!(told(&answers), [(0, 'G'), (1, 'd')]);
}

#[tokio::test]
async fn the_withdrawal_of_one_leaves_five() {
    let host = of_house().await;
    let open = host.service.request(booking(&house())).await.unwrap();
    let answers = host.agree(&open, HOUSE).await;
    let third = answers.granted().nth(2).unwrap();
    host.service.withdraw(&third.consent_id, WithdrawnBy::Person).await.unwrap();
    let group = host.group(&open.id).await;
    let claims = host.signed(&group);
    assert_eq!((letters(&group).as_str(), claims.tokens.len(), claims.asked), ("GGwGGG", 5, 6));
    assert!(!claims.tokens.contains(&third.token_id));
    assert_eq!(told(&host.agree(&open, HOUSE).await).iter().filter(|(_, told)| *told == 'G').count(), 5);
}

#[tokio::test]
async fn a_household_that_books_twice_a_day_has_both_in_its_history() {
    let host = of_house().await;
    for _ in 0..2 {
        let open = host.service.request(booking(&house())).await.unwrap();
        assert_eq!(host.agree(&open, HOUSE).await.granted().count(), 6);
        host.wait(1);
    }
    let asked = kycvs::MeRequest {
        mobile: mobile(HOUSE),
        name: PersonName::parse("Zoya Khan").unwrap(),
        language: Language::English,
    };
    let own = host.service.open_me(asked).await.unwrap();
    let session = host.service.confirm_me(&own.id, &host.entered(&own, HOUSE)).await.unwrap();
    assert_eq!(host.service.history(&session).await.unwrap().len(), 2, "her own two of twelve");
}

#[tokio::test]
async fn limits_count_messages_and_not_people() {
    let one = Limit { max: NonZeroU32::MIN, per_seconds: NonZeroU32::new(600).unwrap() };
    let limits = Limits { sends_per_entity: vec![one], ..Limits::default() };
    let host = with_house(limits).await;
    let two_phones = [&house()[..2], &[(FAMILY, "Imran Sheikh")]].concat();
    let refused = host.service.request(booking(&two_phones)).await;
    assert!(
        matches!(refused, Err(Error::TooManyRequests { .. })),
        "two messages, and there is room for one: {refused:?}"
    );
    assert!(host.sms.messages().is_empty(), "nobody got one");
    host.service.request(booking(&house())).await.expect("nothing was counted, and six people take one message");
}

/// Refuses messages to one number.
struct Refusing(Arc<CollectingSender>, &'static str);

#[async_trait]
impl OtpSender for Refusing {
    async fn send(&self, message: OtpMessage) -> Result<(), SendError> {
        if message.to == mobile(self.1) { Err(SendError::NotSent("no".into())) } else { self.0.send(message).await }
    }
}

#[tokio::test]
async fn without_the_first_message_there_is_no_booking_and_without_another_its_people_are_missing() {
    for (dead, opened) in [(FAMILY, false), (NAMESAKES, true)] {
        let sms = Arc::new(CollectingSender::default());
        let sender = Arc::new(Refusing(sms.clone(), dead));
        let host = support::over(Arc::new(MemoryStore::new()), None, |builder| linked(builder).sender(sender)).await;
        let people = [(FAMILY, "Asha Lakshmi Rao"), (NAMESAKES, "Meena Devi"), (FATHER_AND_SON, "Zoya Mathew")];
        let lead = RequestId::from_random([7; 16]);
        let admitted = host.service.admit(booking(&people), &[]).await.unwrap();
        let open = host.service.open(lead, admitted).await;
        let numbers: Vec<_> = sms.messages().iter().map(|message| message.to).collect();
        if opened {
            assert_eq!(numbers, [mobile(FAMILY), mobile(FATHER_AND_SON)]);
            let open = open.unwrap();
            let code = CodeProof::from_typed(sms.last_code(&mobile(FAMILY)).unwrap().secret()).unwrap();
            host.service.confirm(&rail(), &open.id, &open.confirmation(code)).await.unwrap();
            assert_eq!(letters(&host.group(&lead).await), "G--", "who is missing, and not why");
        } else {
            assert!(matches!(open, Err(Error::SmsUnavailable(_))), "{open:?}");
            assert!(numbers.is_empty(), "nobody else got one: {numbers:?}");
            assert!(matches!(host.service.group(&rail(), &lead).await, Err(Error::NotFound)));
        }
    }
}

async fn a_host_waits_for_the_next_answer_and_no_longer_than_the_request_lives(host: Host) {
    let people = [(FAMILY, "Asha Lakshmi Rao"), (NAMESAKES, "Meena Devi")];
    let open = host.service.request(booking(&people)).await.unwrap();
    let (rail, host) = (rail(), &host);
    let naps = std::cell::Cell::new(0);
    let group = host.service.group_beyond(&rail, &open.id, 0, |interval| {
        assert_eq!(interval, kycvs::GROUP_INTERVAL);
        naps.set(naps.get() + 1);
        let open = &open;
        async move {
            host.wait(1);
            host.agree(open, FAMILY).await;
        }
    });
    assert_eq!((letters(&group.await.unwrap()).as_str(), naps.get()), ("G-", 1));
    let group = host.service.group_beyond(&rail, &open.id, 1, |_| async { host.wait(60) }).await.unwrap();
    assert_eq!(letters(&group), "G-");
    assert!(host.service.now() >= group.ends_at);
}

async fn an_abandoned_booking_ends_on_all_its_phones(host: Host) {
    let people = [(FAMILY, "Asha Lakshmi Rao"), (NAMESAKES, "Meena Devi")];
    let open = host.service.request(booking(&people)).await.unwrap();
    let other = host.behind_link(NAMESAKES).await;
    host.service.abandon(&rail(), &open.id).await.unwrap();
    let late = host.service.confirm(&rail(), &other.id, &host.entered(&other, NAMESAKES)).await;
    assert!(matches!(late, Err(Error::AlreadyUsed)), "{late:?}");
}

async fn a_booking_is_kept_as_long_as_its_requests(host: Host) {
    let people = [(FAMILY, "Asha Lakshmi Rao"), (NAMESAKES, "Meena Devi")];
    let open = host.service.request(booking(&people)).await.unwrap();
    host.agree(&open, FAMILY).await;
    host.wait(601);
    host.service.keep().await.unwrap();
    assert_eq!(letters(&host.group(&open.id).await), "G-", "what was answered is told for a day");
    host.wait(86_400);
    assert!(matches!(host.service.group(&rail(), &open.id).await, Err(Error::NotFound)));
}

async fn a_booking_of_one_is_a_group_of_one(host: Host) {
    let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
    host.agree(&open, FAMILY).await;
    let group = host.group(&open.id).await;
    assert_eq!((letters(&group).as_str(), host.signed(&group).asked), ("G", 1));
    host.service.withdraw_at_counter(&rail(), &group.granted().next().unwrap().consent_id).await.unwrap();
    let group = host.group(&open.id).await;
    assert!(letters(&group) == "w" && group.answer.is_none());
}

on_every_store!(
    a_booking_over_two_phones_takes_two_messages_and_gives_its_answers_as_they_come,
    who_is_left_out_is_not_looked_for_and_the_others_are_answered,
    a_confirm_that_leaves_out_everybody_or_a_stranger_is_refused_and_counts_nothing,
    one_wrong_name_costs_the_others_nothing,
    a_person_who_declines_after_another_agreed_takes_back_nothing_of_theirs,
    a_link_leads_to_its_own_request_and_to_no_group,
    a_further_message_has_the_same_link_and_another_code,
    three_wrong_codes_lock_one_phone_and_no_other,
    a_year_of_birth_is_asked_of_whom_it_is_needed_and_nobody_is_answered_before,
    who_needs_a_year_of_birth_may_be_left_out_instead,
    a_host_waits_for_the_next_answer_and_no_longer_than_the_request_lives,
    an_abandoned_booking_ends_on_all_its_phones,
    a_booking_is_abandoned_on_its_other_phones_when_the_first_has_declined,
    a_booking_is_kept_as_long_as_its_requests,
    a_booking_of_one_is_a_group_of_one,
);
