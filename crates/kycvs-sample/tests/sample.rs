//! What examples, tests and benchmarks rely on.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

use std::collections::{HashMap, HashSet};

use kycvs_domain::{Batch, Dose, DoseHistory, Mobile, PersonName, Policy, Product, status_of};
use kycvs_sample::{Course, SampleHousehold, SamplePerson, SampleRegistry};

fn all(people: u64) -> Vec<SampleHousehold> {
    SampleRegistry::new(5, people).iter().collect()
}

fn people(households: &[SampleHousehold]) -> impl Iterator<Item = &SamplePerson> {
    households.iter().flat_map(|household| &household.people)
}

#[test]
fn the_same_seed_and_size_give_the_same_bytes_for_ever() {
    let mut csv = Vec::new();
    assert_eq!(SampleRegistry::new(1, 3).write_csv(&mut csv).unwrap(), 6);
    assert_eq!(
        String::from_utf8(csv).unwrap(),
        "\
beneficiary_id,name,mobile,birth_date,product,given_on,dose_number,batch
67963780549141,Lekha Nambiar,9827322199,1973-06-16,COVISHIELD,2021-05-08,1,4121Z048
67963780549141,Lekha Nambiar,9827322199,1973-06-16,COVISHIELD,2021-08-03,2,4121Z382
25666481343057,Sindhu Nambiar,9827322199,1981-07-20,COVISHIELD,2021-10-02,1,4121Z271
25666481343057,Sindhu Nambiar,9827322199,1981-07-20,COVISHIELD,2022-01-27,2,4122Z163
64336194601932,Sreejith Nambiar,9827322199,1970-03-29,COVAXIN,2021-06-01,1,3721F127
64336194601932,Sreejith Nambiar,9827322199,1970-03-29,COVAXIN,2021-06-29,2,3721F007
"
    );

    let mut large = Vec::new();
    let rows = SampleRegistry::new(1, 10_000).write_csv(&mut large).unwrap();
    // FNV-1a
    let sum = large
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3));
    assert_eq!((rows, sum), (21_124, 5_256_391_469_177_912_753));
}

#[test]
fn another_seed_gives_other_people() {
    let first = |seed| SampleRegistry::new(seed, 1).household(0).unwrap();
    assert_ne!(first(1), first(2));
    assert_ne!(first(1).mobile, first(2).mobile);
}

#[test]
fn a_sample_has_the_people_that_were_asked_for() {
    for count in [0, 1, 2, 59, 60, 61, 1_000] {
        let sample = SampleRegistry::new(5, count);
        let households: Vec<SampleHousehold> = sample.iter().collect();
        assert_eq!(people(&households).count() as u64, count);
        assert_eq!(households.len() as u64, sample.households());
    }
}

#[test]
fn a_number_draws_what_the_whole_has_at_that_place() {
    let sample = SampleRegistry::new(5, 1_000);
    let households = all(1_000);
    for (number, household) in (0..).zip(&households) {
        assert_eq!(sample.household(number).as_ref(), Some(household));
    }
    let listed =
        households.iter().flat_map(|household| household.people.iter().map(|person| (&household.mobile, person)));
    for (number, (mobile, person)) in (0..).zip(listed) {
        assert_eq!(sample.person_at(number), Some((mobile.clone(), person.clone())));
    }
    assert_eq!(sample.household(sample.households()), None);
    assert_eq!(sample.person_at(1_000), None);
    assert_eq!(sample.person_at(u64::MAX), None);
    assert_eq!(sample.household(u64::MAX), None);
}

#[test]
fn no_mobile_and_no_id_comes_twice() {
    let sample = SampleRegistry::new(5, 200_000);
    let households = all(200_000);
    let mut mobiles: HashSet<String> = households.iter().map(|household| household.mobile.clone()).collect();
    assert_eq!(mobiles.len(), households.len());
    assert!((0..1_000).all(|number| mobiles.insert(sample.unknown_mobile(number).unwrap())), "nor among the unknown");
    let ids: HashSet<u64> = people(&households).map(|person| person.beneficiary_id).collect();
    assert_eq!(ids.len(), 200_000);
}

#[test]
fn the_largest_sample_has_a_last_person() {
    let sample = SampleRegistry::new(5, u64::MAX);
    assert_eq!(sample.people(), 2_400_000_000);
    assert_eq!(sample.households(), 1_000_000_000);
    assert!(sample.person_at(sample.people() - 1).is_some());
    assert_eq!(sample.unknown_mobile(0), None, "every mobile is taken");
}

#[test]
fn every_field_is_one_that_a_registry_takes() {
    for household in all(20_000) {
        Mobile::parse(&household.mobile).unwrap();
        assert!((1..=6).contains(&household.people.len()));
        for person in household.people {
            PersonName::parse(&person.name).unwrap_or_else(|error| panic!("{}: {error}", person.name));
            assert_eq!(person.beneficiary_id.to_string().len(), 14);
            assert!(person.doses.is_sorted_by(|a, b| a.given_on < b.given_on), "one dose a day, by date");
            for dose in person.doses {
                assert!(Product::find(dose.product).is_some());
                assert!(dose.batch.is_none_or(|batch| Batch::parse(&batch).is_ok()));
                assert!((2021..2024).contains(&dose.given_on.to_string()[..4].parse().unwrap()), "{}", dose.given_on);
            }
        }
    }
}

#[test]
fn each_course_is_what_its_doses_show() {
    for person in people(&all(50_000)) {
        let doses = &person.doses;
        let gap = || (doses[1].given_on - doses[0].given_on).num_days();
        let one_product = doses.iter().all(|dose| dose.product == doses[0].product);
        assert_eq!(one_product, person.course != Course::Mixed, "{person:?}");
        match person.course {
            Course::None => assert!(doses.is_empty()),
            Course::OneDose => assert_eq!(doses.len(), 1),
            Course::TooEarly => assert!(doses.len() == 2 && gap() < 21),
            Course::Mixed => assert!(doses.len() == 2 && gap() >= 84),
            Course::Complete => assert!(doses.len() >= 2 && gap() >= 21),
            Course::Precaution => assert!(doses.len() >= 3 && gap() >= 21),
            Course::WrongNumber => assert!(doses.iter().all(|dose| dose.dose_number == 1)),
        }
    }
}

#[test]
fn each_course_is_evaluated_as_it_says() {
    let policy = Policy::builtin("in-kyc-vs").unwrap();
    for person in people(&all(50_000)) {
        let doses = person.doses.iter().map(|dose| Dose {
            dose_number: Some(dose.dose_number),
            batch: dose.batch.as_deref().map(|batch| Batch::parse(batch).unwrap()),
            ..Dose::new(Product::find(dose.product), dose.given_on)
        });
        let birth = person.birth_date.map(Into::into);
        let history = DoseHistory { birth, doses: doses.collect(), immunity: Vec::new() };
        let status = status_of(&history, &policy, "2024-01-01".parse().unwrap());
        assert_eq!(u8::from(status), person.course.expected_status(), "{person:?}");
    }
}

#[test]
fn the_proportions_are_those_of_the_country() {
    let households = all(200_000);
    let mut products: HashMap<&str, f64> = HashMap::new();
    let doses: Vec<_> = people(&households).flat_map(|person| &person.doses).collect();
    for dose in &doses {
        *products.entry(dose.product).or_default() += 100.0 / doses.len() as f64;
    }
    for (product, percent, within) in [("COVISHIELD", 79.4, 1.5), ("COVAXIN", 16.5, 1.5), ("CORBEVAX", 3.3, 0.7)] {
        assert!((products[product] - percent).abs() < within, "{products:?}");
    }
    assert!(products["SPUTNIK_V"] > 0.02 && products["SPUTNIK_V"] < 0.15, "{products:?}");
    let with = |least| people(&households).filter(|person| person.doses.len() >= least).count() as f64;
    assert!((with(2) / with(1) - 0.926).abs() < 0.01, "{}", with(2) / with(1));
    assert!((with(3) / with(1) - 0.222).abs() < 0.01, "{}", with(3) / with(1));
    assert!((people(&households).count() as f64 / households.len() as f64 - 2.4).abs() < 0.001);
}

#[test]
fn one_household_in_a_hundred_or_so_has_namesakes() {
    let households = all(100_000);
    let namesakes = households.iter().filter(|household| {
        let names: HashSet<&str> = household.people.iter().map(|person| person.name.as_str()).collect();
        names.len() < household.people.len()
    });
    let percent = namesakes.count() as f64 * 100.0 / households.len() as f64;
    assert!((0.5..4.0).contains(&percent), "{percent}");
}
