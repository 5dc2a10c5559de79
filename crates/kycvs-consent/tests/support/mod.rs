//! A request of one number, its codes and what comes of them.

use chrono::{DateTime, Utc};
use kycvs_consent::{
    Answer, AskedPerson, Challenge, ChallengeLimits, CodeKey, CodeProof, Confirmation, Consent, ConsentId,
    DataFiduciary, Entered, GivenBy, Identifier, Label, Language, Method, NamedPerson, Nonce, NoticeHash, NoticeRef,
    Outcome, Pending, Purpose, Request, RequestId, Schema, StoredCode, Subject, Verified, VerifyingEntity,
};
use kycvs_domain::{Mobile, PersonName};

pub(crate) const RIGHT: &str = "482913";
pub(crate) const WRONG: &str = "000000";

pub(crate) fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_630_000_000 + second, 0).unwrap()
}

pub(crate) fn key() -> CodeKey {
    CodeKey::new(&[7; 32])
}

pub(crate) fn proof(code: &str) -> CodeProof {
    CodeProof::from_typed(code).unwrap()
}

pub(crate) fn request() -> Request {
    let label = |text| Label::parse(text).unwrap();
    let id = |text| Identifier::parse(text).unwrap();
    Request {
        id: RequestId::from_random([1; 16]),
        group: vec![RequestId::from_random([1; 16])],
        asked: 1,
        people: vec![AskedPerson { position: 0, name_matches: None, name_commitment: "bmFtZQ".to_owned() }],
        entity: VerifyingEntity { id: id("rail"), name: label("Indian Railways") },
        purpose: Purpose { code: id("booking"), text: label("to book a ticket"), onward_sharing: true },
        reference: None,
        policy: "in-kyc-vs/1".to_owned(),
        on: None,
        notice: NoticeRef {
            id: "n".to_owned(),
            version: 1,
            language: Language::English,
            hash: NoticeHash::of("notice"),
        },
        notice_shown: true,
        mobile_key: [3; 16],
        opened_at: at(0),
        expires_at: at(600),
    }
}

pub(crate) fn stored(code: &str) -> StoredCode {
    key().store(request().binding(), &proof(code))
}

pub(crate) fn opened(limits: &ChallengeLimits) -> Pending {
    let subject = Subject {
        mobile: Mobile::parse("9876543210").unwrap(),
        people: vec![NamedPerson { name: PersonName::parse("Asha Rao").unwrap(), certificate: None }],
        link: None,
    };
    Pending::open(request(), subject, "notice".to_owned().into(), stored(RIGHT), limits)
}

pub(crate) fn confirmation(code: &str, caller: u8) -> Confirmation {
    Confirmation::new(proof(code), request().notice.hash, Nonce::from_random([caller; 16]))
}

pub(crate) fn enter_as(caller: u8, challenge: Challenge, code: &str, second: i64) -> Entered {
    challenge.enter(&key(), &confirmation(code, caller), &ChallengeLimits::default(), at(second))
}

pub(crate) fn enter(pending: Pending, code: &str, second: i64) -> Entered {
    enter_as(1, Challenge::Pending(pending), code, second)
}

pub(crate) fn wrong(entered: Entered) -> (Challenge, u8) {
    match entered {
        Entered::Wrong { next, attempts_left } => (next, attempts_left),
        other => panic!("expected a wrong code, got {other:?}"),
    }
}

pub(crate) fn verified(pending: Pending, second: i64) -> Verified {
    match enter(pending, RIGHT, second) {
        Entered::New(verified) => verified,
        other => panic!("the code is right: {other:?}"),
    }
}

pub(crate) fn pending(challenge: Challenge) -> Pending {
    match challenge {
        Challenge::Pending(pending) => pending,
        other => panic!("expected a pending request, got {other:?}"),
    }
}

pub(crate) fn no_record() -> Answer {
    let Request { id, entity, purpose, notice, .. } = request();
    let contact = purpose.text.clone();
    Answer::NoRecord(Box::new(Consent {
        id: ConsentId::of(&id, 0, at(0)),
        schema: Schema::V2,
        principal: None,
        name_commitment: String::new(),
        given_by: GivenBy::HolderOfMobile,
        holder: String::new(),
        data_fiduciary: DataFiduciary {
            id: entity.id.clone(),
            name: entity.name.clone(),
            contact: contact.clone(),
            grievance: contact.clone(),
            withdrawal: contact,
        },
        verifying_entity: entity,
        reference: None,
        purpose,
        processed: vec![],
        shared: vec![],
        notice,
        method: Method::OtpSms { request: id, notice_shown: true },
        given_at: at(0),
        outcome: Outcome::NoRecord,
    }))
}
