//! What a policy and its needs are called, in the languages of those who read it.

use kycvs_domain::{Policy, PolicyProblem as Problem};

const LANGUAGES: [&str; 5] = ["hi", "bn", "mr", "te", "ta"];

fn own(title: &str, name: &str) -> String {
    format!(
        "id = \"own\"\nversion = 1\n{title}\n[[need]]\n{name}\n[[need.series]]\nname = \"S\"\ndoses = [{{ products = [\"MMR\"] }}]\n"
    )
}

#[test]
fn every_policy_that_is_built_in_and_each_of_its_needs_is_named_in_the_languages_of_the_notice() {
    for id in Policy::builtin_ids() {
        let policy = Policy::builtin(id).unwrap();
        for language in LANGUAGES {
            let title = policy.shown_name(language);
            assert!(!title.is_empty() && title != policy.title(), "{id} in {language}");
            for need in policy.needs() {
                assert_ne!(need.name.in_language(language), need.name.english(), "{id} in {language}");
            }
        }
    }
}

#[test]
fn a_language_that_the_file_lacks_reads_english() {
    let title = r#"title = { en = "Measles at school", hi = "स्कूल में खसरा" }"#;
    let policy = Policy::from_toml(&own(title, r#"name = { en = "Measles", ta = "தட்டம்மை" }"#)).unwrap();
    let shown = ["en", "hi", "ta", "kok"].map(|language| policy.shown_name(language));
    assert_eq!(shown, ["Measles at school", "स्कूल में खसरा", "Measles at school", "Measles at school"]);
    let name = &policy.needs()[0].name;
    assert_eq!((&**name.in_language("ta"), &**name.in_language("hi")), ("தட்டம்மை", "Measles"));
}

#[test]
fn a_policy_without_a_title_is_shown_by_its_id_and_version() {
    let policy = Policy::from_toml(&own("", r#"name = "Measles""#)).unwrap();
    assert_eq!((policy.title(), policy.shown_name("hi")), ("", "own/1"));
}

#[test]
fn words_by_language_that_nobody_could_show_are_refused_with_their_place() {
    let refused = |title: &str| {
        let fault = Policy::from_toml(&own(title, r#"name = "N""#)).unwrap_err().faults.remove(0);
        assert_eq!(fault.line, 3, "{fault}");
        fault.problem
    };
    assert_eq!(refused(r#"title = { hi = "खसरा" }"#), Problem::MissingField("en"));
    for code in ["h", "HI", "hindi", "en-IN", "kok", "fr"] {
        let problem = refused(&format!(r#"title = {{ en = "E", {code} = "H" }}"#));
        assert_eq!(problem, Problem::UnknownLanguage(code.into()));
        let listed = format!(
            "there is no language `{code}` here; the languages are en, hi, bn, mr, te, ta, gu, kn, ml, pa, or, ur"
        );
        assert_eq!(problem.to_string(), listed);
    }
    let of_a_need = Policy::from_toml(&own("", r#"name = { en = "N", fr = "R" }"#)).unwrap_err().faults.remove(0);
    assert_eq!((of_a_need.line, of_a_need.problem), (5, Problem::UnknownLanguage("fr".into())));
    for language in kycvs_domain::rules::Words::LANGUAGES {
        let title = format!("title = {{ en = \"E\", {language} = \"W\" }}").replace("en = \"E\", en", "en");
        assert_eq!(Policy::from_toml(&own(&title, r#"name = "N""#)).unwrap().shown_name(language), "W", "{language}");
    }
    assert_eq!(refused(r#"title = { en = "E", hi = "" }"#), Problem::BadText { field: "title", max: 120 });
    assert_eq!(refused(r#"title = { en = "E", hi = 1 }"#), Problem::WrongType { field: "title", expected: "a text" });
}
