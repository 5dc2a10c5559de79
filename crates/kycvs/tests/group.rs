//! Several people in one booking: one code for each mobile number, and one answer for each person.

use std::num::NonZeroU32;

use crate::support::booking::{HOUSE, SIX, booking, house, letters, of_house, told, with_house};
use crate::support::{FAMILY, FATHER_AND_SON, Host, NAMESAKES, mobile, on_every_store, rail, start};
use kycvs::consent::{Confirmation, Language, Outcome, WithdrawnBy};
use kycvs::domain::{PersonName, VaccinationStatus};
use kycvs::store::Limit;
use kycvs::{Error, Limits, PeopleError};

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
        (Confirmation { for_one: true, ..host.entered(&open, FAMILY) }, PeopleError::Several),
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
        network: None,
    };
    let own = host.service.open_me(asked).await.unwrap();
    let session = host.service.confirm_me(&own.id, &host.entered(&own, HOUSE), None).await.unwrap();
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
    who_is_left_out_is_not_looked_for_and_the_others_are_answered,
    a_confirm_that_leaves_out_everybody_or_a_stranger_is_refused_and_counts_nothing,
    one_wrong_name_costs_the_others_nothing,
    a_year_of_birth_is_asked_of_whom_it_is_needed_and_nobody_is_answered_before,
    who_needs_a_year_of_birth_may_be_left_out_instead,
    a_booking_of_one_is_a_group_of_one,
);
