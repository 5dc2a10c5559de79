//! Names and their matching, as rules.

use kycvs_domain::{Choice, NameComparison, NameError, NameMatch, PersonName, choose, names_match};
use proptest::prelude::*;

/// Columns: asked, recorded, person (same, other), how, kind, why.
const PAIRS: &str = include_str!("data/name_pairs.tsv");

fn name(text: &str) -> PersonName {
    PersonName::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn rule(a: &str, b: &str) -> String {
    NameMatch::of(&name(a), name(b).normalised()).map_or("none".into(), |rule| format!("{rule:?}").to_lowercase())
}

#[test]
fn the_labelled_pairs_are_matched_as_they_are_labelled_in_both_directions() {
    let (mut wrong, mut same, mut other) = (String::new(), 0, 0);
    for line in PAIRS.lines().filter(|line| !line.starts_with('#')).skip(1) {
        let [asked, recorded, person, how, kind, why] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("six columns: {line}");
        };
        let (there, back) = (NameComparison::of(asked, recorded), NameComparison::of(recorded, asked));
        let labelled = match person {
            "same" => !kind.starts_with("known miss"),
            "other" => false,
            _ => panic!("{line}"),
        };
        *if person == "same" { &mut same } else { &mut other } += 1;
        if (there.how, back.how) != (how, how) || there.is_match != labelled {
            wrong += &format!("{asked} | {recorded}: {}, {}, not {how} ({person}: {why})\n", there.how, back.how);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(same >= 500 && other >= 700, "{same} pairs of one person and {other} of two");
}

/// Kinds of public reports: one person's two ways to write a name, which an earlier matching refused.
#[test]
fn one_person_is_found_under_both_ways_to_write_a_name() {
    for (asked, recorded) in [
        ("SK Sharma", "S K Sharma"),
        ("S.K. Sharma", "SK Sharma"),
        ("RK Sharma", "Ramesh Kumar Sharma"),
        ("RAO/ASHA LAKSHMI MRS", "Asha Lakshmi Rao"),
        ("Asha Lakshmi Rao Mrs", "Asha Lakshmi Rao"),
        ("Lakshmi Lakshmi", "Lakshmi"),
        ("Suneel Sharma", "Sunil Sharma"),
        ("Anup Nambiar", "Anoop Nambiar"),
        ("Pooja Verma", "Puja Verma"),
        ("Rajendra Kumar", "Rajender Kumar"),
        ("Bharath Rao", "Bharat Rao"),
        ("Parveen Kumar", "Praveen Kumar"),
        ("രാജന്\u{200D}", "രാജൻ"),
        ("पंकज शर्मा", "पङ्कज शर्मा"),
        ("संजय गांधी", "सञ्जय गान्धी"),
        ("Maj Anil Sharma", "Anil Sharma"),
        ("Selvi Anitha", "Anitha"),
        ("Haji Imran Sheikh", "Imran Sheikh"),
        ("KUMAR/MURUGAN MR", "Murugan Kumar"),
        ("IYER/RKMR", "R K Iyer"),
        ("Thomas M", "Thomas Mathew"),
        ("Palani Kavitha", "P Kavitha"),
        ("Pappu", "Ashok @ Pappu"),
        ("Pappu @ Ashok", "Ashok urf Pappu"),
        ("Ramesh S\\O Suresh", "Ramesh"),
        ("Nizamudheen Khan", "Nizamuddin Khan"),
    ] {
        assert!(NameComparison::of(asked, recorded).is_match, "{asked}, {recorded}");
        assert!(NameComparison::of(recorded, asked).is_match, "{recorded}, {asked}");
    }
}

#[test]
fn a_title_goes_that_is_written_together_with_the_name() {
    for (typed, kept) in [
        ("MrRamesh Kumar", "mr ramesh kumar"),
        ("SmtSunita Devi", "sunita devi"),
        (" MrsAsha Rao", "asha rao"),
        ("ProfRamesh", "ramesh"),
        ("Drishti Rao", "drishti rao"),
        ("DrISHTI", "drishti"),
        ("MrRAMESH", "mrramesh"),
        ("McRamesh", "mcramesh"),
        ("SriKanth", "srikanth"),
    ] {
        assert_eq!(name(typed).normalised(), kept, "{typed}");
    }
    assert!(NameComparison::of("DrRamesh Kumar", "Ramesh Kumar").is_match);
}

#[test]
fn one_sound_in_two_spellings_is_one_name() {
    for (asked, recorded) in [
        ("Mariyamma Thomas", "Mariamma Thomas"),
        ("Kuriyakose Paul", "Kuriakose Paul"),
        ("Subramaniyan", "Subramanian"),
        ("Muthuswamy", "Muthusamy"),
        ("Jeyakumar", "Jayakumar"),
        ("Ishaque Khan", "Ishaq Khan"),
        ("Ramesh Pd Gupta", "Ramesh Prasad Gupta"),
        ("मारिया", "Mariya"),
    ] {
        assert_eq!(
            NameComparison::of(asked, recorded).how,
            if asked.contains(" Pd ") { "same" } else { "spelling" },
            "{asked}"
        );
        assert!(NameComparison::of(recorded, asked).is_match, "{recorded}, {asked}");
    }
    for (asked, recorded) in [("Jeya", "Jay"), ("Swami", "Swamini"), ("Priya", "Prithvi")] {
        assert!(!NameComparison::of(asked, recorded).is_match, "{asked}, {recorded}");
    }
}

#[test]
fn a_relation_or_an_alias_between_two_names_may_have_dots_or_a_zero() {
    for (typed, kept) in [
        ("Ramesh S.O. Suresh", "ramesh s/o suresh"),
        ("Ramesh s.o Late Suresh", "ramesh s/o suresh"),
        ("Smt. Sunita W.O.Ramesh", "sunita w/o ramesh"),
        ("K. Anita d.0. Suresh", "k anita d/o suresh"),
        ("Ramesh S/0 Suresh", "ramesh s/o suresh"),
        ("Ramesh S / 0 Suresh", "ramesh s/o suresh"),
        ("रमेश S/0 सुरेश", "रमेश s/o सुरेश"),
        ("Ramesh a.k.a. Raju", "ramesh @ raju"),
        ("S.O. Thomas", "s o thomas"),
        ("Thomas S.O.", "thomas s o"),
        ("K. S.O. Thomas", "k s o thomas"),
        ("Thomas S.O. K.", "thomas s o k"),
        ("Thomas S. O. Mathew", "thomas s o mathew"),
        ("Smt. S.O. Devi", "s o devi"),
        ("A.K.A. Khan", "a k a khan"),
        ("Thomas M.O. Mathew", "thomas m o mathew"),
    ] {
        assert_eq!(PersonName::parse(typed).as_ref().map(PersonName::normalised), Ok(kept), "{typed}");
    }
    for typed in ["Ramesh/0", "Ramesh 0", "S 0 Suresh", "Ramesh S/1 Suresh", "Ramesh X/0 Suresh"] {
        assert_eq!(PersonName::parse(typed).err(), Some(NameError::Digit), "{typed}");
    }
}

#[test]
fn a_name_is_normalised() {
    for (text, normalised) in [
        ("Smt. Lakshmi  DEVI", "lakshmi devi"),
        ("Late Shri Ramesh Kumar", "shri ramesh kumar"),
        ("RAO/ASHA LAKSHMI MRS", "asha lakshmi rao"),
        ("KUMAR/RAMESHMR", "ramesh kumar"),
        ("KUMAR/MAHENDR", "mahendr kumar"),
        ("LNU/LAKSHMI", "lakshmi"),
        ("FNU Lakshmi", "lakshmi"),
        ("Ramesh Kumar S/O Late Sh. Suresh Kumar", "ramesh kumar s/o sh suresh kumar"),
        ("Sunita Devi wife of Ramesh R/O Rampur", "sunita devi w/o ramesh"),
        ("रमेश कुमार पुत्र श्री सुरेश कुमार", "रमेश कुमार s/o श्री सुरेश कुमार"),
        ("B/O Asha Rao", "baby b/o asha rao"),
        ("Raju alias Rajesh Kumar", "raju @ rajesh kumar"),
        ("Sqn Ldr Asha Rao (Retd.)", "asha rao"),
        ("Gp Capt Anil Rao, Lt Col", "anil rao"),
        ("GP Sharma", "gp sharma"),
        ("\u{202A}Asha\u{200E} Rao\u{202C}", "asha rao"),
        ("Ram\u{200B}esh\u{FEFF}", "ramesh"),
        ("രാജന്\u{200D}", "രാജന്"),
        ("R.K. Narayan", "r k narayan"),
        ("D’Souza", "dsouza"),
        ("Straße Łukasz Ærø", "strasse lukasz aero"),
        ("İSTANBUL e\u{301}\u{200D}\u{301}", "istanbul e"),
        ("ﬁroz ℌusain", "firoz husain"),
        ("क्\u{200D}षमा", "क्षमा"),
        ("ਸ਼੍ਰੀਮਤੀ ਗੁਰਪ੍ਰੀਤ ਕੌਰ", "ਗੁਰਪ੍ਰੀਤ ਕੌਰ"),
    ] {
        assert_eq!(name(text).normalised(), normalised);
    }
}

#[test]
fn every_refusal_names_its_cause() {
    use NameError::*;
    for (text, cause) in [
        ("", Empty),
        (" \u{A0} ", Empty),
        ("...", NoLetter),
        ("' -", NoLetter),
        ("\u{93F}\u{301}", NoLetter),
        ("\u{200D}", NoLetter),
        ("Mr", OnlyHonorific),
        ("Late", OnlyHonorific),
        ("Mrs. Dr.", OnlyHonorific),
        ("श्रीमती", OnlyHonorific),
        ("Wg Cdr", OnlyHonorific),
        ("@ /", NoLetter),
        ("S/O Suresh", OnlyRelation),
        ("wife of Ramesh", OnlyRelation),
        ("Widow of Ramesh", OnlyRelation),
        (",", NoLetter),
        ("Ramesh\0", ControlCharacter),
        ("Ramesh\tKumar", ControlCharacter),
        ("Ramesh\nकुमार", ControlCharacter),
        ("Ramesh\u{85}", ControlCharacter),
        ("Ramesh\u{2028}", ControlCharacter),
        ("\u{202E}Ramesh", InvisibleCharacter),
        ("Ramesh\u{FE0F}", InvisibleCharacter),
        ("\u{3164}", InvisibleCharacter),
        ("Ramesh\u{E0041}", InvisibleCharacter),
        ("Ramesh 2", Digit),
        ("रमेश २", Digit),
        ("Ramesh²", Digit),
        ("Ramesh 😀", ForbiddenCharacter),
        ("Ramesh \u{E000}", ForbiddenCharacter),
        ("Ramesh \u{378}", ForbiddenCharacter),
        ("Ramesh ₹", ForbiddenCharacter),
        ("Ramesh \u{FFFD}", ForbiddenCharacter),
    ] {
        assert_eq!(PersonName::parse(text).err(), Some(cause), "{text:?}");
    }
}

#[test]
fn the_limits_count_characters_and_words() {
    assert!(PersonName::parse(&"a".repeat(100)).is_ok());
    assert_eq!(PersonName::parse(&"a".repeat(101)).err(), Some(NameError::TooLong));
    assert!(PersonName::parse(&"क".repeat(100)).is_ok());
    assert_eq!(PersonName::parse(&"क".repeat(101)).err(), Some(NameError::TooLong));
    assert_eq!(
        PersonName::parse(&"\u{FDFA}".repeat(20)).err(),
        Some(NameError::TooLong),
        "18 letters in one character"
    );
    assert!(PersonName::parse(&"ab ".repeat(16)).is_ok());
    assert_eq!(PersonName::parse(&"ab ".repeat(17)).err(), Some(NameError::TooManyTokens));
    assert_eq!(PersonName::parse(&"x".repeat(10_000_000)).err(), Some(NameError::TooLong));
}

#[test]
fn a_stored_name_is_taken_up_as_it_is_or_refused() {
    assert_eq!(PersonName::from_normalised("asha rao").unwrap().normalised(), "asha rao");
    for text in ["Asha Rao", "asha  rao", " asha", "asha.", "mrs asha rao"] {
        assert_eq!(PersonName::from_normalised(text).err(), Some(NameError::NotNormalised));
    }
}

/// Who is chosen on one phone of people whose years of birth are not known.
fn chosen(asked: &str, household: &[&str]) -> Choice<usize> {
    choose(&name(asked), None, household.iter().enumerate().map(|(place, name)| (*name, None, place)))
}

#[test]
fn one_member_of_a_household_is_found_and_two_are_none() {
    let household = ["ramesh kumar", "rakesh kumar", "sunita devi"];
    assert_eq!(chosen("Ramesh Kumar", &household), Choice::One(0));
    assert_eq!(chosen("Devi Sunitha", &household), Choice::One(2));
    assert_eq!(chosen("R Kumar", &household), Choice::Nobody, "two members have that initial");
    assert_eq!(chosen("Mahesh Kumar", &household), Choice::Nobody);
    assert_eq!(chosen("Asha", &["asha", "asha"]), Choice::Nobody, "two members of one name");
    let short = ["ramesh r", "ravi ramesh"];
    assert_eq!(chosen("Ramesh R", &short), Choice::Nobody, "one's exact name is short for the other's");
    assert_eq!(chosen("Ravi Ramesh", &short), Choice::Nobody, "and in full it is no clearer");
    assert_eq!(chosen("Ramesh Rao", &["ramesh rao", "ravi ramesh"]), Choice::One(0));
    let sisters = ["devi rao", "sridevi rao"];
    assert_eq!(chosen("Sri Devi Rao", &sisters), Choice::Nobody, "a title for one, a part of the other's name");
    assert_eq!(chosen("Sri Devi Rao", &["devi rao", "sita rao"]), Choice::One(0));
}

#[test]
fn a_father_s_and_a_son_s_names_differ_in_their_order() {
    for (son, father) in [
        ("Thomas Mathew", "Mathew Thomas"),
        ("Varghese Kurian", "Kurian Varghese"),
        ("Varughese Kurian", "Kurien Varghese"),
        ("K Thomas Mathew", "Mathew Thomas K"),
        ("Murugan Subramanian", "Subramanian Murugan"),
        ("Subramanian Ramesh", "Ramesh S"),
        ("T Mathew", "Mathew Thomas"),
        ("Ali Hasan", "Hasan Ali"),
        ("Lalrinawma Zothansanga", "Zothan Sanga Lalrinawma"),
        ("Sanjay Ramesh Patil", "Ramesh Sanjay Patil"),
        ("S K Sharma", "K S Sharma"),
    ] {
        assert_eq!(rule(son, father), "none", "{son}, {father}");
        assert_eq!(rule(father, son), "none", "{father}, {son}");
    }
}

#[test]
fn a_surname_or_an_initial_may_change_its_place() {
    for (asked, recorded) in [
        ("Rao Asha Lakshmi", "Asha Lakshmi Rao"),
        ("Sharma Anil", "Anil Sharma"),
        ("Nayar Suresh", "Suresh Nair"),
        ("Fernandes Maria", "Maria Fernandez"),
        ("Mathew K Thomas", "K Mathew Thomas"),
        ("Ramesh S", "S Ramesh"),
        ("Narayan R K", "Rasipuram Krishnaswami Narayan"),
    ] {
        assert_ne!(rule(asked, recorded), "none", "{asked}, {recorded}");
        assert_ne!(rule(recorded, asked), "none", "{recorded}, {asked}");
    }
}

#[test]
fn a_name_is_not_shown_by_debug() {
    assert_eq!(format!("{:?}", name("Asha Rao")), "PersonName(redacted)");
}

fn names_of(words: Vec<&'static str>) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(words), 1..7).prop_map(|words| words.join(" "))
}

/// Names in which all rules meet: spellings, initials, titles, joined words, several scripts.
fn likely_name() -> impl Strategy<Value = String> {
    let words = "ram kumar ramkumar r k m d md mohammed laxmi lakshmi srilakshmi é sri shri dr km Mrs souza dsouza omar \
                 umar राम रा श्री ராம் ர";
    names_of(words.split(' ').collect())
}

/// Names without titles and joined words.
fn plain_name() -> impl Strategy<Value = String> {
    let words = "ram rao kumar r k md mohammed m laxmi lakshmi l omar umar राम रा";
    names_of(words.split(' ').collect())
}

const OWN_NAMES: [&str; 8] = ["thomas", "mathew", "varghese", "murugan", "ali", "lakshmi", "ramesh", "mohan"];

fn parsed(text: &str) -> Result<PersonName, TestCaseError> {
    PersonName::parse(text).map_err(|error| TestCaseError::reject(error.to_string()))
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic_and_what_it_reads_stays_as_it_is(text in any::<String>()) {
        if let Ok(name) = PersonName::parse(&text) {
            let again = PersonName::from_normalised(name.normalised()).map(|name| name.normalised().to_owned());
            prop_assert_eq!(again, Ok(name.normalised().to_owned()));
        }
    }

    #[test]
    fn letters_and_marks_of_any_script_are_normalised_once(text in "[\\p{L}\\p{M} .'\u{200D}]{1,40}") {
        if let Ok(name) = PersonName::parse(&text) {
            prop_assert!(PersonName::from_normalised(name.normalised()).is_ok());
            prop_assert!(names_match(&name, name.normalised()));
        }
    }

    #[test]
    fn a_name_matches_itself(text in likely_name()) {
        let name = parsed(&text)?;
        prop_assert_eq!(NameMatch::of(&name, name.normalised()), Some(NameMatch::Same));
    }

    #[test]
    fn matching_is_symmetric(a in likely_name(), b in likely_name()) {
        let (a, b) = (parsed(&a)?, parsed(&b)?);
        prop_assert_eq!(NameMatch::of(&a, b.normalised()), NameMatch::of(&b, a.normalised()));
    }

    #[test]
    fn a_surname_s_place_does_not_matter(given in plain_name(), place in 0_usize..7) {
        let last = parsed(&format!("{given} sharma"))?;
        let mut words: Vec<_> = given.split(' ').collect();
        words.insert(place.min(words.len()), "sharma");
        prop_assert!(names_match(&last, parsed(&words.join(" "))?.normalised()));
    }

    #[test]
    fn own_names_that_change_places_never_match(own in prop::sample::subsequence(OWN_NAMES.to_vec(), 2..6), turn in 1_usize..5) {
        let mut turned = own.clone();
        turned.rotate_left(turn % (own.len() - 1) + 1);
        prop_assume!(turned != own);
        prop_assert!(!names_match(&parsed(&own.join(" "))?, &turned.join(" ")));
    }

    #[test]
    fn no_recorded_bytes_make_matching_panic(asked in likely_name(), recorded in any::<String>()) {
        let _ = names_match(&parsed(&asked)?, &recorded);
        let _ = names_match(&parsed(&asked)?, &recorded.repeat(30));
    }
}
