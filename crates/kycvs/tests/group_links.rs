//! A booking over several mobile numbers: the first enters its code where it booked, each other behind a link.

use std::sync::Arc;

use crate::support::booking::{booking, letters, told};
use crate::support::{FAMILY, FATHER_AND_SON, Host, LINKS, NAMESAKES, id, linked, mobile, on_every_store, rail};
use async_trait::async_trait;
use kycvs::consent::{CodeProof, Link, Outcome, RequestId};
use kycvs::{CollectingSender, Error, OtpMessage, OtpSender, PeopleError, RequestState, SendError};
use kycvs_memory::MemoryStore;

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

#[tokio::test]
async fn two_phones_without_an_address_for_links_are_refused_before_anything_is_sent() {
    let host = crate::support::over(Arc::new(MemoryStore::new()), None, |builder| builder).await;
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
        let host =
            crate::support::over(Arc::new(MemoryStore::new()), None, |builder| linked(builder).sender(sender)).await;
        let people = [(FAMILY, "Asha Lakshmi Rao"), (NAMESAKES, "Meena Devi"), (FATHER_AND_SON, "Zoya Mathew")];
        let lead = RequestId::from_random([7; 16]);
        let admitted = host.service.admit(booking(&people), &[], None).await.unwrap();
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

on_every_store!(
    a_booking_over_two_phones_takes_two_messages_and_gives_its_answers_as_they_come,
    a_person_who_declines_after_another_agreed_takes_back_nothing_of_theirs,
    a_link_leads_to_its_own_request_and_to_no_group,
    a_further_message_has_the_same_link_and_another_code,
    three_wrong_codes_lock_one_phone_and_no_other,
    a_host_waits_for_the_next_answer_and_no_longer_than_the_request_lives,
    an_abandoned_booking_ends_on_all_its_phones,
    a_booking_is_abandoned_on_its_other_phones_when_the_first_has_declined,
    a_booking_is_kept_as_long_as_its_requests,
);
