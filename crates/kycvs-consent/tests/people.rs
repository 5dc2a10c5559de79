//! The people whom a request is about, and what is kept of them.

use crate::support::{RIGHT, at, no_record, request, stored};
use kycvs_consent::{
    Answer, AskedPerson, Certificate, ChallengeLimits, Grant, NamedPerson, Pending, Request, RequestId, Subject,
};
use kycvs_domain::{Mobile, PersonName, VaccinationStatus};

/// A request about two people of one number, the second and the fourth of their booking.
fn of_two_people() -> Pending {
    let asked = |position| AskedPerson { position, name_matches: None, name_commitment: position.to_string() };
    let named = |name| NamedPerson { name: PersonName::parse(name).unwrap(), certificate: None };
    let request = Request { people: vec![asked(1), asked(3)], ..request() };
    let people = vec![named("Asha Rao"), named("Imran Sheikh")];
    let subject = Subject { mobile: Mobile::parse("9876543210").unwrap(), people, link: None };
    Pending::open(request, subject, "notice".to_owned().into(), stored(RIGHT), &ChallengeLimits::default())
}

/// Where each of its people is in the booking, with the name and who issued what was presented.
fn presented(pending: &Pending) -> Vec<(u8, String, Option<String>)> {
    let issuer = |named: &NamedPerson| named.certificate.as_ref().map(|certificate| certificate.issuer.clone());
    let person = |(asked, named): (&AskedPerson, &NamedPerson)| {
        (asked.position, named.name.normalised().to_owned(), issuer(named))
    };
    pending.people().map(person).collect()
}

#[test]
fn a_certificate_is_kept_for_the_person_who_presented_it_and_replaces_that_person_s_last() {
    let certificate = |issuer: &str| Certificate {
        format: "eu-dcc".to_owned(),
        issuer: issuer.to_owned(),
        id: "URN:UVCI:01:FR:W7V2BE46QSBJ".to_owned(),
        names: vec![PersonName::parse("Imran Sheikh").unwrap()],
        birth: None,
        doses: vec![],
        caveat: None,
    };
    let people = |asha: Option<&str>, imran: Option<&str>| {
        vec![(1, "asha rao".into(), asha.map(str::to_owned)), (3, "imran sheikh".into(), imran.map(str::to_owned))]
    };
    let none = of_two_people();
    assert_eq!(presented(&none), people(None, None));
    let french = none.with_certificate(3, Some(certificate("FR")));
    assert_eq!(presented(&french), people(None, Some("FR")));
    let both = french.with_certificate(1, Some(certificate("IN"))).with_certificate(3, Some(certificate("DE")));
    assert_eq!(presented(&both), people(Some("IN"), Some("DE")));
    assert_eq!(presented(&both.clone().with_certificate(3, None)), people(Some("IN"), None));
    assert_eq!(presented(&both.with_certificate(0, None)), people(Some("IN"), Some("DE")), "nobody has that place");
}

#[test]
fn the_first_request_of_a_booking_leads_it_and_no_other() {
    let [first, second] = [RequestId::from_random([1; 16]), RequestId::from_random([2; 16])];
    let of = |id: &RequestId| Request { id: *id, group: vec![first, second], ..request() };
    assert!(of(&first).leads() && !of(&second).leads());
}

#[test]
fn a_person_s_name_is_shown_nowhere() {
    let named = NamedPerson { name: PersonName::parse("Asha Rao").unwrap(), certificate: None };
    assert_eq!(format!("{named:?}"), "NamedPerson(redacted)");
}

/// A log of answers names the artefact, and holds neither the token nor what opens its digests.
#[test]
fn an_answer_shows_its_consent_and_nothing_that_was_given() {
    let Answer::NoRecord(consent) = no_record() else { panic!("that is what it makes") };
    let id = consent.id;
    let grant = Grant {
        status: VaccinationStatus::FullyVaccinated,
        as_of: at(0).date_naive(),
        person: [5; 16],
        token: "the token".to_owned(),
        cwt: Some("the code".to_owned()),
        token_expires_at: at(600),
        for_person: "the disclosures".to_owned(),
        consent: *consent,
    };
    assert_eq!(format!("{grant:?}"), format!("Grant {{ consent: {id:?}, .. }}"));
}
