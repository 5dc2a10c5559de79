//! The consent artefact is frozen: its bytes are what tokens carry the hash of.

use chrono::{DateTime, Utc};
use kycvs_consent::{
    Consent, ConsentEvent, ConsentId, ConsentRecord, ConsentState, DataFiduciary, DataItem, Evidence, GivenBy,
    Identifier, Label, Language, Method, NoticeHash, NoticeRef, Outcome, Purpose, Reference, RequestId, Schema,
    StatusPosition, VerifyingEntity, WithdrawnBy,
};

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_630_000_000 + second, 0).unwrap()
}

fn consent() -> Consent {
    let label = |text| Label::parse(text).unwrap();
    let id = |text| Identifier::parse(text).unwrap();
    let request = RequestId::from_random([1; 16]);
    Consent {
        id: ConsentId::parse("f7WoyoGw6eAwAlvEou0v3w").unwrap(),
        schema: Schema::V2,
        principal: Some("cHNldWRvbnlt".to_owned()),
        name_commitment: "bmFtZQ".to_owned(),
        given_by: GivenBy::HolderOfMobile,
        holder: "aG9sZGVy".to_owned(),
        data_fiduciary: DataFiduciary {
            id: id("mohfw"),
            name: label("Ministry of Health"),
            contact: label("help@kycvs.example"),
            grievance: label("grievance@kycvs.example"),
            withdrawal: label("https://kycvs.example/withdraw"),
        },
        verifying_entity: VerifyingEntity { id: id("rail"), name: label("Indian Railways") },
        reference: Some(Reference::parse("PNR 2345678901").unwrap()),
        purpose: Purpose { code: id("booking"), text: label("to book a ticket"), onward_sharing: true },
        processed: vec![DataItem::Mobile, DataItem::Name, DataItem::BirthYear, DataItem::VaccinationRecord],
        shared: vec![DataItem::Status],
        notice: NoticeRef {
            id: "status-disclosure".to_owned(),
            version: 2,
            language: Language::English,
            hash: NoticeHash::of("notice"),
        },
        method: Method::OtpSms { request, notice_shown: true },
        given_at: at(0),
        outcome: Outcome::Shared {
            token_id: "dG9rZW4".to_owned(),
            valid_until: at(86_400),
            evidence: Evidence::Registry,
            status_list: Some(StatusPosition { uri: "https://kycvs.example/s/k9h00".to_owned(), idx: 77_013 }),
        },
    }
}

#[test]
fn the_artefact_has_these_bytes() {
    let golden = include_str!("golden/consent-v2.json").trim_end();
    assert_eq!(String::from_utf8(consent().to_bytes().unwrap()).unwrap(), golden);
    assert_eq!(Consent::hash_of(golden.as_bytes()), include_str!("golden/consent-v2.sha256").trim_end());
}

#[test]
fn the_entries_of_a_ledger_tell_the_state() {
    let mut entries = vec![consent().to_bytes().unwrap()];
    let record = ConsentRecord::from_entries(&entries).unwrap();
    assert_eq!(record.consent, consent());
    assert_eq!(record.state(at(86_399)), ConsentState::Active);
    assert_eq!(record.state(at(86_400)), ConsentState::Expired);

    entries.push(ConsentEvent::Withdrawn { at: at(10), by: WithdrawnBy::Person }.to_bytes().unwrap());
    let withdrawn = ConsentRecord::from_entries(&entries).unwrap();
    assert_eq!(withdrawn.state(at(11)), ConsentState::Withdrawn);
    assert_eq!(withdrawn.hash, record.hash, "what was agreed to stays what it was");
}

#[test]
fn what_happened_last_is_the_state_but_a_withdrawal_stays_one() {
    let corrected = ConsentEvent::Corrected { at: at(10) };
    let erased = ConsentEvent::Erased { at: at(20) };
    let withdrawn = ConsentEvent::Withdrawn { at: at(5), by: WithdrawnBy::Code };
    for (events, state) in [
        (vec![corrected], ConsentState::Corrected),
        (vec![corrected, erased], ConsentState::Erased),
        (vec![withdrawn, corrected, erased], ConsentState::Withdrawn),
    ] {
        let record = ConsentRecord { consent: consent(), hash: String::new(), events };
        assert_eq!(record.state(at(30)), state, "{:?}", record.events);
    }
}

#[test]
fn a_refusal_and_a_search_in_vain_are_records_on_which_nothing_is_in_force() {
    for (outcome, state, word) in [
        (Outcome::Refused, ConsentState::Refused, "{\"kind\":\"refused\"}"),
        (Outcome::NoRecord, ConsentState::Expired, "{\"kind\":\"no-record\"}"),
        (Outcome::Copied, ConsentState::Expired, "{\"kind\":\"copied\"}"),
    ] {
        assert_eq!(serde_json::to_string(&outcome).unwrap(), word);
        let consent = Consent { principal: None, shared: vec![], outcome, ..consent() };
        let record = ConsentRecord::from_entries(&[consent.to_bytes().unwrap()]).unwrap();
        assert_eq!((record.state(at(0)), record.consent.token_id()), (state, None));
        assert_eq!(record.consent, consent);
    }
    assert_eq!(consent().token_id(), Some("dG9rZW4"));
    assert_eq!(serde_json::to_string(&GivenBy::Guardian).unwrap(), "\"guardian\"");
}

#[test]
fn damaged_entries_are_an_error() {
    let good = consent().to_bytes().unwrap();
    assert!(ConsentRecord::from_entries(&[]).is_err());
    assert!(ConsentRecord::from_entries(&[good[..good.len() - 1].to_vec()]).is_err());
    assert!(ConsentRecord::from_entries(&[good.clone(), b"{\"event\":\"revived\"}".to_vec()]).is_err());
    let unknown = String::from_utf8(good).unwrap().replacen('{', "{\"mobile\":\"9876543210\",", 1);
    assert!(ConsentRecord::from_entries(&[unknown.into_bytes()]).is_err());
}
