//! What a gate says to people and to programs.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use crate::support::{AUDIENCE, ISSUER, block_on, claims, now, test_key, verifier};
use chrono::TimeDelta;
use kycvs_token::{
    Algorithm, Bearer, EvidenceKind, Gate, InsertError, Issued, Lamp, ListFault, ListProblem, MAX_STATUS_LIST_BYTES,
    Refusal, Standing, StatusClaims, StatusList, StatusListClaims, StatusLists, StatusReference, TokenIssuer,
    VaccinationStatus,
};
use serde_json::json;

const URI: &str = "https://kycvs.example/s/4kq07";

fn issuer() -> TokenIssuer {
    TokenIssuer::new(ISSUER, Arc::new(test_key(Algorithm::Es256))).unwrap()
}

fn issue(claims: &StatusClaims) -> Issued {
    block_on(issuer().issue(claims)).unwrap()
}

fn list(minutes: i64, risen: &[u32]) -> String {
    let mut list = StatusList::new(64).unwrap();
    risen.iter().for_each(|index| list.raise(*index).unwrap());
    let issued_at = now() + TimeDelta::minutes(minutes);
    let expires_at = issued_at + TimeDelta::hours(24);
    let claims = StatusListClaims { uri: URI.into(), issued_at, expires_at, time_to_live: None, list };
    block_on(issuer().issue_status_list(&claims)).unwrap().into_string()
}

fn asha(index: u32) -> StatusClaims {
    StatusClaims {
        bearer: Some(Bearer { name: "Asha R.".into(), birth_year: Some(1986) }),
        status_list: Some(StatusReference { uri: URI.into(), index }),
        ..claims()
    }
}

fn with_lists(risen: &[u32]) -> Gate {
    let mut lists = StatusLists::default();
    lists.insert(&verifier(), list(0, risen), now()).unwrap();
    Gate::new(verifier()).with_lists(lists)
}

#[test]
fn a_lamp_shows_the_status_and_its_exit_status_the_worst() {
    let gate = Gate::new(verifier());
    for (status, lamp, word, exit) in [
        (VaccinationStatus::FullyVaccinated, Lamp::Green, "green", 0),
        (VaccinationStatus::PartiallyVaccinated, Lamp::Amber, "amber", 1),
        (VaccinationStatus::NotVaccinated, Lamp::Red, "red", 1),
    ] {
        let verdict = gate.judge(issue(&StatusClaims { status, ..claims() }).token.as_str(), now());
        assert_eq!((verdict.lamp(), lamp.word(), lamp.exit_status()), (lamp, word, exit));
        assert!(verdict.to_string().starts_with(&word.to_uppercase()), "{verdict}");
    }
    let refused = gate.judge("", now());
    assert_eq!((refused.lamp(), refused.lamp().word(), refused.lamp().exit_status()), (Lamp::Refused, "refused", 2));
    assert!(Lamp::Green < Lamp::Amber && Lamp::Amber < Lamp::Red && Lamp::Red < Lamp::Refused);
}

#[test]
fn a_line_for_people_says_for_whom_and_as_of_when() {
    let Issued { token, disclosures, .. } = issue(&asha(0));
    let after = "; on 2022-01-01 by in-kyc-vs/1; issued to irctc, PNR 4512345678; good until 2022-01-02 00:00:00 UTC; ";
    let words = |gate: &Gate, shown: &str| gate.judge(shown, now()).to_string();
    let (bare, shown) = (token.as_str().to_owned(), token.with(&disclosures).into_string());
    let plain = Gate::new(verifier());
    assert_eq!(words(&plain, &bare), format!("GREEN    fully vaccinated, bearer unknown{after}withdrawal not checked"));
    let named = "GREEN    fully vaccinated, for Asha R., born 1986: check the ID";
    assert_eq!(words(&with_lists(&[]), &shown), format!("{named}{after}not withdrawn as of 2022-01-01 00:00 UTC"));
    let name_only = token.with(&disclosures[..1]).into_string();
    assert!(words(&plain, &name_only).starts_with("GREEN    fully vaccinated, for Asha R.: check the ID; on"));
    assert_eq!(words(&with_lists(&[0]), &shown), "REFUSED  the token was withdrawn (revoked)");
}

#[test]
fn a_line_for_programs_has_the_same() {
    let Issued { token, disclosures, .. } = issue(&asha(0));
    let line = |gate: &Gate, shown: &str| serde_json::to_value(gate.judge(shown, now())).unwrap();
    let mut expected = json!({
        "valid": true, "lamp": "green", "status": 2, "evidence": "registry", "bearer": null, "standing": "not-checked", "audience": "irctc",
        "as_of": "2022-01-01", "policy": "in-kyc-vs/1", "purpose": "railway-booking", "reference": "PNR 4512345678",
        "issued_at": "2022-01-01T00:00:00Z", "expires_at": "2022-01-02T00:00:00Z",
    });
    assert_eq!(line(&Gate::new(verifier()), token.as_str()), expected);
    expected["bearer"] = json!({ "name": "Asha R.", "birth_year": 1986 });
    expected["standing"] = json!("good");
    expected["standing_as_of"] = json!("2022-01-01T00:00:00Z");
    assert_eq!(line(&with_lists(&[]), token.with(&disclosures).as_str()), expected);
    let refused = json!({ "valid": false, "lamp": "refused", "reason": "revoked" });
    assert_eq!(line(&with_lists(&[0]), token.as_str()), refused);
}

#[test]
fn a_line_says_where_a_status_rests_on_what_the_person_brought() {
    let presented = StatusClaims { evidence: EvidenceKind::Presented, ..asha(0) };
    let verdict = Gate::new(verifier()).judge(issue(&presented).token.as_str(), now());
    assert!(
        verdict
            .to_string()
            .starts_with("GREEN    fully vaccinated, by a certificate that was presented, bearer unknown")
    );
    assert_eq!(serde_json::to_value(verdict).unwrap()["evidence"], "presented");
}

#[test]
fn a_gate_with_lists_fails_closed() {
    let reason =
        |gate: Gate, claims: &StatusClaims| gate.judge(issue(claims).token.as_str(), now()).claims().err().cloned();
    assert_eq!(reason(with_lists(&[3]), &asha(3)), Some(Refusal::Revoked));
    assert_eq!(reason(with_lists(&[3]), &claims()), Some(Refusal::StatusUnknown));
    let empty = Gate::new(verifier()).with_lists(StatusLists::default());
    assert_eq!(reason(empty, &asha(0)), Some(Refusal::StatusUnknown));
    let verdict = with_lists(&[3]).judge(issue(&asha(0)).token.as_str(), now());
    assert_eq!(verdict.good_as_of(), Some(now()));
    assert_eq!(Gate::new(verifier()).judge(issue(&asha(3)).token.as_str(), now()).good_as_of(), None);
}

#[test]
fn a_gate_for_one_entity_takes_its_tokens_only() {
    let token = issue(&claims()).token;
    let refused = Gate::new(verifier()).for_audience("a-mall").judge(token.as_str(), now());
    assert_eq!(refused.claims(), Err(&Refusal::WrongAudience));
    assert!(Gate::new(verifier()).for_audience(AUDIENCE).judge(token.as_str(), now()).claims().is_ok());
}

#[test]
fn a_link_and_broken_lines_are_read_as_a_scanner_gives_them() {
    let token = issue(&claims()).token.into_string();
    let broken = format!("https://kycvs.example/verify#{}\r\n {}\n", &token[..300], &token[300..]);
    assert!(Gate::new(verifier()).judge(&broken, now()).claims().is_ok());
}

#[test]
fn debug_does_not_name_the_bearer() {
    let Issued { token, disclosures, .. } = issue(&asha(0));
    let verdict = Gate::new(verifier()).judge(token.with(&disclosures).as_str(), now());
    assert!(verdict.to_string().contains("Asha") && !format!("{verdict:?}").contains("Asha"));
}

#[test]
fn a_folder_of_lists_is_read_whatever_else_lies_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| fs::write(folder.path().join(name), text).unwrap();
    write("a-old", format!("{}\n", list(0, &[3])));
    write("b-new", format!("\n{}\r\n", list(5, &[3, 4])));
    write("c-old-again", list(1, &[3]));
    write(".part", "half a download".into());
    fs::create_dir(folder.path().join("within")).unwrap();
    let read = |lists: &mut StatusLists, path: &Path| lists.insert_folder(&verifier(), path, now());
    let mut lists = StatusLists::default();
    let late = now() + TimeDelta::minutes(5);
    assert!(lists.insert_folder(&verifier(), folder.path(), late).unwrap().is_empty());
    assert_eq!(lists.standing(&asha(4), late), Standing::Revoked { as_of: late });

    write("d-rolled-back", list(6, &[]));
    write("e-torn", format!("{}\n{}", &list(7, &[])[..200], list(7, &[3, 4, 9])));
    write("f-long", "a".repeat(3 * MAX_STATUS_LIST_BYTES));
    let after = now() + TimeDelta::minutes(7);
    let faults = lists.insert_folder(&verifier(), folder.path(), after).unwrap();
    let told: Vec<_> =
        faults.iter().map(|fault| (fault.path.file_name().unwrap().to_str().unwrap(), fault.line)).collect();
    assert_eq!(told, [("d-rolled-back", 1), ("e-torn", 1), ("f-long", 1)]);
    assert!(matches!(faults[0].problem, ListProblem::RolledBack { fallen: 2 }));
    assert!(matches!(&faults[2].problem, ListProblem::Refused(InsertError::Refused(Refusal::TooLong))));
    assert!(
        faults[0].to_string().ends_with("d-rolled-back, line 1: it lacks 2 withdrawals that were published before")
    );
    assert_eq!(lists.standing(&asha(9), after), Standing::Revoked { as_of: after }, "the other lists are read");
    assert!(read(&mut lists, &folder.path().join("missing")).is_err());
}

#[test]
fn a_pipe_among_the_lists_is_a_fault_and_holds_nobody_up() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("a-pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    fs::write(folder.path().join("b-list"), list(0, &[3])).unwrap();
    // Whoever opens the pipe reads its end, so that this test would fail and not wait.
    let writer = pipe.clone();
    std::thread::spawn(move || drop(fs::File::create(writer)));
    let mut lists = StatusLists::default();
    let faults = lists.insert_folder(&verifier(), folder.path(), now()).unwrap();
    assert!(matches!(&faults[..], [ListFault { path, problem: ListProblem::Unreadable(_), .. }] if *path == pipe));
    assert_eq!(lists.standing(&asha(3), now()), Standing::Revoked { as_of: now() });
}

#[test]
fn a_folder_has_two_thousand_and_forty_eight_files_at_most() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..2048 {
        fs::write(folder.path().join(number.to_string()), "").unwrap();
    }
    let mut lists = StatusLists::default();
    assert!(lists.insert_folder(&verifier(), folder.path(), now()).unwrap().is_empty());
    fs::write(folder.path().join("one more"), list(0, &[])).unwrap();
    assert!(lists.insert_folder(&verifier(), folder.path(), now()).is_err());
    assert_eq!(lists.iter().count(), 0, "nothing has changed");
}

#[test]
fn a_fault_of_a_list_keeps_its_cause() {
    let folder = tempfile::tempdir().unwrap();
    let other = "https://other.example/s/4kq07";
    let foreign = TokenIssuer::new("https://other.example", Arc::new(test_key(Algorithm::Es256))).unwrap();
    let claims = StatusListClaims {
        uri: other.into(),
        issued_at: now(),
        expires_at: now() + TimeDelta::hours(1),
        time_to_live: None,
        list: StatusList::new(8).unwrap(),
    };
    let foreign = block_on(foreign.issue_status_list(&claims)).unwrap().into_string();
    fs::write(folder.path().join("foreign"), foreign).unwrap();
    std::os::unix::fs::symlink("/no/such/list", folder.path().join("gone")).unwrap();
    let faults = StatusLists::default().insert_folder(&verifier(), folder.path(), now()).unwrap();
    let causes: Vec<_> = faults.iter().map(|fault| fault.problem.source().map(ToString::to_string)).collect();
    assert_eq!(causes[1].as_deref(), Some("No such file or directory (os error 2)"));
    assert!(
        matches!(&faults[0].problem, ListProblem::Refused(InsertError::Refused(Refusal::WrongIssuer))),
        "{faults:?}"
    );
    assert_eq!(ListProblem::RolledBack { fallen: 1 }.source().map(ToString::to_string), None);
}
