//! Every rule holds when a thousand calls come at once.

use std::collections::{BTreeMap, HashSet};

use crate::support::{FAMILY, Host, asked, on_every_store};
use kycvs::Error;

const THOUSAND: usize = 1_000;

on_every_store!(
    a_thousand_right_codes_give_one_consent_and_one_token,
    a_thousand_wrong_codes_are_judged_three_times,
    a_thousand_requests_for_one_mobile_send_eight_messages,
    wrong_codes_over_many_requests_lock_the_mobile,
    a_right_code_among_many_wrong_ones_wins_only_if_it_was_counted,
    a_thousand_resends_send_one_message,
    a_no_is_heard_whatever_else_happens,
);

/// Runs a call a thousand times at once; counts the outcomes by their name.
async fn at_once<F: Future<Output = String> + Send + 'static>(call: impl Fn(usize) -> F) -> BTreeMap<String, usize> {
    let calls: Vec<_> = (0..THOUSAND).map(|number| tokio::spawn(call(number))).collect();
    let mut outcomes = BTreeMap::new();
    for call in calls {
        *outcomes.entry(call.await.unwrap()).or_insert(0) += 1;
    }
    outcomes
}

fn name<T>(outcome: Result<T, Error>, ok: impl Fn(T) -> String) -> String {
    outcome.map_or_else(|error| error.code().to_owned(), ok)
}

async fn a_thousand_right_codes_give_one_consent_and_one_token(host: Host) {
    let host = std::sync::Arc::new(host);
    let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
    let code = host.code(FAMILY);
    let outcomes = at_once(|_| {
        let (host, open, code) = (host.clone(), open.clone(), code.clone());
        async move {
            name(host.enter(&open, &code).await, |granted| format!("{} {}", granted.consent_id, granted.token.as_str()))
        }
    })
    .await;
    assert_eq!(outcomes.len(), 1, "one consent and one token: {:?}", outcomes.values());
    assert!(outcomes.into_keys().next().unwrap().contains('.'), "and it was granted");
}

async fn a_thousand_wrong_codes_are_judged_three_times(host: Host) {
    let host = std::sync::Arc::new(host);
    let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
    let wrong = host.wrong_code(FAMILY);
    let outcomes = at_once(|_| {
        let (host, open, wrong) = (host.clone(), open.clone(), wrong.clone());
        async move { name(host.enter(&open, &wrong).await, |_| "granted".to_owned()) }
    })
    .await;
    let expected = BTreeMap::from([("wrong-code".to_owned(), 3), ("request-locked".to_owned(), THOUSAND - 3)]);
    assert_eq!(outcomes, expected);
}

async fn a_thousand_requests_for_one_mobile_send_eight_messages(host: Host) {
    let host = std::sync::Arc::new(host);
    let outcomes = at_once(|_| {
        let host = host.clone();
        async move { name(host.service.request(asked(FAMILY, "Asha Lakshmi Rao")).await, |_| "opened".to_owned()) }
    })
    .await;
    let expected = BTreeMap::from([("opened".to_owned(), 8), ("too-many-requests".to_owned(), THOUSAND - 8)]);
    assert_eq!(outcomes, expected);
    assert_eq!(host.sms.messages().len(), 8);
}

async fn wrong_codes_over_many_requests_lock_the_mobile(host: Host) {
    let mut judged = BTreeMap::new();
    for entity in ["rail", "rail", "rail", "air", "air"] {
        let asked = kycvs::StatusRequest { entity: crate::support::id(entity), ..asked(FAMILY, "Asha Lakshmi Rao") };
        let Ok(open) = host.service.request(asked).await else { continue };
        for _ in 0..3 {
            match host.enter_at(entity, &open, &host.wrong_code(FAMILY)).await {
                Err(Error::WrongCode { .. }) => *judged.entry(entity).or_insert(0) += 1,
                Err(Error::MobileLocked { .. }) => {
                    let right = host.enter_at(entity, &open, &host.code(FAMILY)).await;
                    assert!(matches!(right, Err(Error::MobileLocked { .. })), "not even the right code: {right:?}");
                }
                other => panic!("{other:?}"),
            }
        }
        host.wait(3_600);
    }
    assert_eq!(judged, BTreeMap::from([("rail", 5), ("air", 5)]), "ten in all, and five at one entity");
    let sent = host.sms.messages().len();
    let elsewhere = kycvs::StatusRequest { entity: crate::support::id("sea"), ..asked(FAMILY, "Asha Rao") };
    assert!(matches!(host.service.request(elsewhere).await, Err(Error::MobileLocked { .. })));
    assert_eq!(host.sms.messages().len(), sent);
    host.wait(86_400);
    assert!(host.service.request(asked(FAMILY, "Asha Rao")).await.is_ok(), "the failures age out");
}

async fn a_right_code_among_many_wrong_ones_wins_only_if_it_was_counted(host: Host) {
    let host = std::sync::Arc::new(host);
    let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
    let (right, wrong) = (host.code(FAMILY), host.wrong_code(FAMILY));
    let outcomes = at_once(|number| {
        let (host, open) = (host.clone(), open.clone());
        let code = if number == THOUSAND / 2 { right.clone() } else { wrong.clone() };
        async move { name(host.enter(&open, &code).await, |_| "granted".to_owned()) }
    })
    .await;
    let told_wrong = outcomes.get("wrong-code").copied().unwrap_or(0);
    assert!(told_wrong <= 3, "the right code does not restart the count: {outcomes:?}");
    if outcomes.contains_key("granted") {
        assert!(host.state_of(&open.id).await.contains("Granted"));
    } else {
        assert_eq!(told_wrong, 3);
        assert!(host.state_of(&open.id).await.contains("Locked"));
    }
}

async fn a_thousand_resends_send_one_message(host: Host) {
    let host = std::sync::Arc::new(host);
    let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
    host.wait(60);
    let outcomes = at_once(|_| {
        let (host, open) = (host.clone(), open.clone());
        async move { name(host.service.resend(&crate::support::rail(), &open.id).await, |_| "resent".to_owned()) }
    })
    .await;
    assert_eq!(outcomes.get("resent"), Some(&1), "{outcomes:?}");
    assert_eq!(host.sms.messages().len(), 2);
    let codes: HashSet<_> = host.sms.messages().iter().map(|message| message.code.secret().to_owned()).collect();
    assert!(codes.contains(&host.code(FAMILY)));
    host.wait(120);
    let open =
        host.service.resend(&crate::support::rail(), &open.id).await.expect("those who came second used up nothing");
    assert!(host.enter(&open, &host.code(FAMILY)).await.is_ok());
}

async fn a_no_is_heard_whatever_else_happens(host: Host) {
    let host = std::sync::Arc::new(host);
    let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
    let wrong = host.wrong_code(FAMILY);
    let outcomes = at_once(|number| {
        let (host, open, wrong) = (host.clone(), open.clone(), wrong.clone());
        async move {
            match number {
                0 | 1 => name(host.enter(&open, &wrong).await, |_| "granted".to_owned()),
                _ => name(host.service.decline(&crate::support::rail(), &open.id).await, |()| "declined".to_owned()),
            }
        }
    })
    .await;
    assert_eq!(outcomes.get("declined"), Some(&(THOUSAND - 2)), "{outcomes:?}");
    assert!(host.state_of(&open.id).await.contains("Declined"));
}
