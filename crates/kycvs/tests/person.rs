//! Whose answer it is: the person asked about is named in all that anyone is shown, and nobody gets another's.

use std::collections::HashSet;
use std::sync::Arc;

use crate::support::{FAMILY, FATHER_AND_SON, Host, UNKNOWN, asked, id, rail};
use kycvs::consent::{Consent, ConsentId, ConsentState, DataItem, GivenBy, Language, Method, Nonce, Outcome};
use kycvs::domain::{PersonName, VaccinationStatus};
use kycvs::token::Bearer;
use kycvs::{Error, Granted, OpenRequest, RequestState, StatusRequest, SubjectKind};
use kycvs_memory::MemoryStore;

async fn decided(host: &Host, open: &OpenRequest) -> Consent {
    let id = ConsentId::of(&open.id, 0, open.expires_at - chrono::TimeDelta::seconds(600));
    host.service.consent(&id).await.unwrap().expect("it is in the ledger").consent
}

impl Host {
    async fn with_year(&self, open: &OpenRequest, code: &str, year: &str) -> Result<Granted, Error> {
        let code = kycvs::consent::CodeProof::from_typed(code).unwrap();
        let entered = open.confirmation(code).born(0, year.parse().unwrap());
        self.service.confirm(&rail(), &open.id, &entered).await?.only()
    }
}

#[tokio::test]
async fn two_people_of_one_phone_get_two_messages_and_two_notices() {
    let host = crate::support::memory().await;
    let (asha, imran) = (host.open(FAMILY, "asha lakshmi rao").await, host.open(FAMILY, "Imran Sheikh").await);
    assert_ne!(asha.notice.reference.hash, imran.notice.reference.hash);
    for (number, open, name) in [(0, &asha, "Asha Lakshmi Rao"), (1, &imran, "Imran Sheikh")] {
        let sent = &host.sms.messages()[number];
        for text in [&*sent.text, &*open.notice.text] {
            assert!(text.contains(name) && text.contains("PNR 2345678901"), "{text}");
        }
        assert_eq!((sent.person.as_str(), sent.reference.as_ref().unwrap().as_str()), (name, "PNR 2345678901"));
    }
}

#[tokio::test]
async fn a_long_name_is_shortened_before_a_message_costs_another_part() {
    let host = crate::support::memory().await;
    host.open(UNKNOWN, "Venkata Lakshmi Narasimha").await;
    let sent = host.sms.messages().pop().unwrap();
    assert!(sent.text.contains("Venkata L N's"), "{}", *sent.text);
    assert!(sent.text.len() <= 160, "{}", sent.text.len());
    for &language in Language::ALL {
        let name = "Narasimha ".repeat(9);
        let host = crate::support::memory().await;
        host.service.request(StatusRequest { language, ..asked(UNKNOWN, &name) }).await.unwrap();
        assert!(host.sms.messages()[0].person.chars().count() <= 30);
    }
}

#[tokio::test]
async fn the_artefact_commits_to_the_name_and_lists_what_was_processed() {
    let host = crate::support::memory().await;
    let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
    let granted = host.enter(&open, &host.code(FAMILY)).await.unwrap();
    let asha = decided(&host, &open).await;
    assert_eq!(asha.id, granted.consent_id);
    assert_eq!(asha.processed, [DataItem::Mobile, DataItem::Name, DataItem::VaccinationRecord]);
    assert_eq!((&asha.shared[..], asha.given_by), (&[DataItem::Status][..], GivenBy::HolderOfMobile));
    assert_eq!(asha.method, Method::OtpSms { request: open.id, notice_shown: true });

    let again = host.open(FAMILY, "Asha Lakshmi Rao").await;
    host.enter(&again, &host.code(FAMILY)).await.unwrap();
    let again = decided(&host, &again).await;
    assert_ne!(asha.name_commitment, again.name_commitment, "two artefacts cannot be told to be about one name");
    for (consent, name, is_it) in
        [(&asha, "ASHA LAKSHMI RAO", true), (&again, "Asha Lakshmi Rao", true), (&asha, "Asha Rao", false)]
    {
        assert_eq!(host.service.commits_to(consent, &PersonName::parse(name).unwrap()), is_it, "{name}");
    }
}

/// ISO/IEC TS 27560: a refusal is an event, too.
#[tokio::test]
async fn no_record_and_a_no_leave_an_artefact() {
    let host = crate::support::memory().await;
    let unknown = host.open(UNKNOWN, "Asha Lakshmi Rao").await;
    host.enter(&unknown, &host.code(UNKNOWN)).await.unwrap_err();
    let consent = decided(&host, &unknown).await;
    assert_eq!((consent.outcome, consent.principal, consent.shared), (Outcome::NoRecord, None, vec![]));
    assert!(consent.processed.contains(&DataItem::VaccinationRecord));

    let declined = host.open(FAMILY, "Asha Lakshmi Rao").await;
    host.service.decline(&rail(), &declined.id).await.unwrap();
    host.wait(5);
    host.service.decline(&rail(), &declined.id).await.unwrap();
    let consent = decided(&host, &declined).await;
    assert_eq!((consent.outcome, consent.given_at), (Outcome::Refused, crate::support::start()));
    assert_eq!((consent.processed, consent.shared), (vec![DataItem::Mobile, DataItem::Name], vec![]));

    let abandoned = host.open(FAMILY, "Asha Lakshmi Rao").await;
    host.service.abandon(&rail(), &abandoned.id).await.unwrap();
    let id = ConsentId::of(&abandoned.id, 0, crate::support::start());
    assert_eq!(host.service.consent(&id).await.unwrap(), None, "nobody decided anything");
    assert!(matches!(host.service.state(&rail(), &abandoned.id).await, Ok(RequestState::Expired)));
    assert!(matches!(host.enter(&abandoned, &host.code(FAMILY)).await, Err(Error::AlreadyUsed)));
}

#[tokio::test]
async fn a_minor_of_the_household_is_decided_for_by_a_guardian() {
    let host = crate::support::memory().await;
    let open = host.open(FATHER_AND_SON, "Zoya Mathew").await;
    host.enter(&open, &host.code(FATHER_AND_SON)).await.unwrap();
    assert_eq!(decided(&host, &open).await.given_by, GivenBy::Guardian);

    // Born on 1 May 2010: of age from 1 May 2028 on, by the date in India.
    for (day, given_by) in
        [("2028-04-30T18:29:59Z", GivenBy::Guardian), ("2028-04-30T18:30:00Z", GivenBy::HolderOfMobile)]
    {
        let host = crate::support::memory().await;
        host.clock.advance(day.parse::<chrono::DateTime<chrono::Utc>>().unwrap() - crate::support::start());
        let open = host.open(FATHER_AND_SON, "Zoya Mathew").await;
        host.enter(&open, &host.code(FATHER_AND_SON)).await.unwrap();
        assert_eq!(decided(&host, &open).await.given_by, given_by, "{day}");
    }
}

#[tokio::test]
async fn a_principal_is_of_one_person_and_one_entity_and_the_holder_of_one_number() {
    let kind = |builder: kycvs::StatusServiceBuilder| builder.subject(SubjectKind::Pairwise);
    let host = crate::support::over(Arc::new(MemoryStore::new()), None, kind).await;
    let mut seen = Vec::new();
    for (entity, name) in [
        ("rail", "Asha Lakshmi Rao"),
        ("rail", "ASHA LAXMI RAO"),
        ("rail", "Imran Sheikh"),
        ("air", "Asha Lakshmi Rao"),
    ] {
        let open = host.service.request(StatusRequest { entity: id(entity), ..asked(FAMILY, name) }).await.unwrap();
        let code = kycvs::consent::CodeProof::from_typed(&host.code(FAMILY)).unwrap();
        let granted =
            host.service.confirm(&id(entity), &open.id, &open.confirmation(code)).await.unwrap().only().unwrap();
        let claims = host.verifier().verify(&granted.token, entity, host.service.now()).unwrap().claims().clone();
        let consent = decided(&host, &open).await;
        assert_eq!(Some(&claims.subject), consent.principal.as_ref());
        seen.push((claims.subject, consent.holder));
        host.wait(300);
    }
    let [first, again, other, elsewhere] = &seen[..] else { panic!() };
    assert_eq!(first, again, "one person, one entity");
    assert_ne!(first.0, other.0, "another person of the number");
    assert_eq!(first.1, other.1, "whose holder is the same");
    assert_ne!(first.0, elsewhere.0, "another entity");
    assert_ne!(first.1, elsewhere.1);
}

#[tokio::test]
async fn a_subject_is_random_unless_a_host_chooses_otherwise() {
    let host = crate::support::memory().await;
    let mut subjects = HashSet::new();
    for _ in 0..3 {
        let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
        let granted = host.enter(&open, &host.code(FAMILY)).await.unwrap();
        let claims = host.verifier().verify(&granted.token, "rail", crate::support::start()).unwrap().claims().clone();
        assert_ne!(Some(&claims.subject), decided(&host, &open).await.principal.as_ref());
        subjects.insert(claims.subject);
    }
    assert_eq!(subjects.len(), 3);
}

#[tokio::test]
async fn an_entity_that_expects_a_name_learns_whether_it_was_given() {
    for (expected, matches) in [(Some("Asha Rao"), Some(false)), (Some("Asha Laxmi Rao"), Some(true)), (None, None)] {
        let host = crate::support::memory().await;
        let expected_name = expected.map(|name| PersonName::parse(name).unwrap());
        let mut request = asked(FAMILY, "Asha Lakshmi Rao");
        request.people[0].expected_name = expected_name;
        let open = host.service.request(request).await.unwrap();
        assert_eq!(host.enter(&open, &host.code(FAMILY)).await.unwrap().name_matches, matches);
        let told = host.told(&open).await.unwrap();
        assert_eq!(told.name_matches, matches);
    }
}

#[tokio::test]
async fn the_token_is_of_a_bearer_whom_its_person_may_disclose() {
    let host = crate::support::memory().await;
    let open = host.open(FATHER_AND_SON, "thomas mathew").await;
    let code = host.code(FATHER_AND_SON);
    host.enter(&open, &code).await.unwrap_err();
    let granted = host.with_year(&open, &code, "1990").await.unwrap();
    let bare = host.verifier().verify(&granted.token, "rail", crate::support::start()).unwrap();
    assert_eq!(bare.claims().bearer, None);
    let shown = granted.token.with(&granted.disclosures);
    let shown = host.verifier().verify(&shown, "rail", crate::support::start()).unwrap();
    let bearer = Bearer { name: "Thomas Mathew".to_owned(), birth_year: Some(1990) };
    assert!(shown.claims().bearer.as_ref() == Some(&bearer));

    let again = host.with_year(&open, &code, "1990").await.unwrap();
    assert!(again.disclosures == granted.disclosures, "the caller who repeats the call has them, too");
    let told = host.told(&open).await.unwrap();
    assert!(told.disclosures.is_empty(), "and nobody else");
}

#[tokio::test]
async fn a_year_of_birth_is_asked_for_only_when_it_decides_and_only_after_the_right_code() {
    let host = crate::support::memory().await;
    let open = host.open(FATHER_AND_SON, "Thomas Mathew").await;
    let (code, wrong) = (host.code(FATHER_AND_SON), host.wrong_code(FATHER_AND_SON));
    assert!(
        matches!(host.enter(&open, &wrong).await, Err(Error::WrongCode { .. })),
        "nothing shows before the right code"
    );
    assert!(matches!(host.enter(&open, &code).await, Err(Error::BirthYearNeeded { .. })));
    assert!(matches!(host.service.state(&rail(), &open.id).await, Ok(RequestState::Verified)));
    let elsewhere = OpenRequest { attempt: Nonce::from_random([7; 16]), ..open.clone() };
    assert!(matches!(host.with_year(&elsewhere, &code, "1960").await, Err(Error::AlreadyUsed)), "the code is used up");
    let granted = host.with_year(&open, &code, "1960").await.unwrap();
    assert_eq!(granted.status, VaccinationStatus::FullyVaccinated);
    assert!(decided(&host, &open).await.processed.contains(&DataItem::BirthYear));

    let zoya = host.open(FATHER_AND_SON, "Zoya Mathew").await;
    let granted = host.with_year(&zoya, &host.code(FATHER_AND_SON), "1960").await.unwrap();
    assert_eq!(granted.status, VaccinationStatus::PartiallyVaccinated, "a year that is not needed is not looked at");
    assert!(!decided(&host, &zoya).await.processed.contains(&DataItem::BirthYear));
}

#[tokio::test]
async fn each_of_two_namesakes_gets_their_own_status() {
    for (year, status) in [("1960", VaccinationStatus::FullyVaccinated), ("1990", VaccinationStatus::NotVaccinated)] {
        let host = crate::support::memory().await;
        let open = host.open(FATHER_AND_SON, "Thomas Mathew").await;
        let code = host.code(FATHER_AND_SON);
        host.enter(&open, &code).await.unwrap_err();
        host.wait(119);
        assert_eq!(host.with_year(&open, &code, year).await.unwrap().status, status);
    }
}

/// A request takes one year. Guessing costs a message to the phone and counts as a wrong code does.
#[tokio::test]
async fn a_wrong_year_is_no_record_and_cannot_be_tried_again() {
    let host = crate::support::memory().await;
    let open = host.open(FATHER_AND_SON, "Thomas Mathew").await;
    let code = host.code(FATHER_AND_SON);
    host.enter(&open, &code).await.unwrap_err();
    for year in ["1961", "1960"] {
        assert!(matches!(host.with_year(&open, &code, year).await, Err(Error::NoMatchingRecord)), "{year}");
    }
    assert!(matches!(host.told(&open).await, Err(Error::NoMatchingRecord)));
}

#[tokio::test]
async fn wrong_years_count_as_wrong_codes_do() {
    let host = crate::support::memory().await;
    let mut tried = 0;
    let refused = loop {
        let open = match host.service.request(asked(FATHER_AND_SON, "Thomas Mathew")).await {
            Ok(open) => open,
            Err(error) => break error,
        };
        let code = host.code(FATHER_AND_SON);
        assert!(matches!(host.enter(&open, &code).await, Err(Error::BirthYearNeeded { .. })));
        match host.with_year(&open, &code, "1961").await {
            Err(Error::NoMatchingRecord) => tried += 1,
            other => break other.unwrap_err(),
        }
        host.wait(3_600);
    };
    assert!(matches!(refused, Error::MobileLocked { .. }), "{refused:?}");
    assert_eq!(tried, 4, "the fifth locks the number at this entity");
}

#[tokio::test]
async fn a_verified_request_may_still_be_declined() {
    let host = crate::support::memory().await;
    let open = host.open(FATHER_AND_SON, "Thomas Mathew").await;
    let code = host.code(FATHER_AND_SON);
    host.enter(&open, &code).await.unwrap_err();
    host.service.decline(&rail(), &open.id).await.unwrap();
    assert!(matches!(host.with_year(&open, &code, "1960").await, Err(Error::AlreadyUsed)));
    let record = host.service.consent(&ConsentId::of(&open.id, 0, crate::support::start())).await.unwrap().unwrap();
    assert_eq!(record.state(crate::support::start()), ConsentState::Refused);
}
