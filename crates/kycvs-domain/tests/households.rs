//! The people of one household, whose names must not be taken for each other.

use kycvs_domain::NameComparison;

/// Kinds of public reports: one household's people, whom an earlier matching took for each other.
#[test]
fn people_of_one_household_are_not_taken_for_each_other() {
    for (asked, recorded, how) in [
        ("Thomas Mathew", "Mathew Thomas", "birth-year-needed"),
        ("Varghese Kurian", "Kurian Varghese", "birth-year-needed"),
        ("K Thomas Mathew", "Mathew Thomas K", "birth-year-needed"),
        ("Murugan Subramanian", "Subramanian Murugan", "birth-year-needed"),
        ("Ramesh S/O Suresh", "Suresh S/O Ramesh", "different"),
        ("Ramesh Kumar S/O Suresh Kumar", "Suresh Kumar S/O Ramesh Kumar", "different"),
        ("Gurbachan Singh S/O Jagjit Singh", "Jagjit Singh S/O Gurbachan Singh", "different"),
        ("Syed Imran", "Sayeed Imran", "different"),
        ("Selvi Murugan", "Murugan", "birth-year-needed"),
        ("Major Singh", "Singh", "different"),
        ("Murugan Kumar", "Kumar Murugan", "birth-year-needed"),
        ("Joshy Thomas", "Thomas Joshi", "birth-year-needed"),
        ("Thomas Mathew", "T Mathew", "birth-year-needed"),
        ("Ravi Kumar", "R Kumar", "birth-year-needed"),
        ("Ashok @ Pappu", "Pappu @ Raju", "birth-year-needed"),
        ("Ashok Kumar @ Pappu", "Vinod Kumar @ Pappu", "birth-year-needed"),
        ("Ram Charan", "Charan Ram", "birth-year-needed"),
        ("Raj Pal", "Pal Raj", "birth-year-needed"),
        ("Guha Senthil", "Senthil Guha", "birth-year-needed"),
    ] {
        assert_eq!(NameComparison::of(asked, recorded).how, how, "{asked}, {recorded}");
        assert_eq!(NameComparison::of(recorded, asked).how, how, "{recorded}, {asked}");
    }
}

#[test]
fn a_wife_under_her_husband_s_name_is_not_taken_for_him() {
    for (asked, recorded, how) in [
        ("Mrs Ramesh Kumar", "Ramesh Kumar", "birth-year-needed"),
        ("Mrs. Dr. Ramesh Kumar", "Ramesh Kumar", "birth-year-needed"),
        ("Smt Suresh", "Suresh", "birth-year-needed"),
        ("श्रीमती रमेश कुमार", "रमेश कुमार", "birth-year-needed"),
        ("Mrs Thomas Mathew", "Thomas Mathew", "birth-year-needed"),
        ("Smt Suresh", "smt. suresh", "same"),
        ("Smt Suresh Devi", "Suresh Devi", "same"),
        ("Mrs Sharma", "Sharma", "same"),
        ("Smt Sunita Ramesh", "Sunita Ramesh", "same"),
        ("Tmt. Selvi Murugan", "Selvi Murugan", "same"),
        ("Mr Ramesh Kumar", "Ramesh Kumar", "same"),
    ] {
        assert_eq!(NameComparison::of(asked, recorded).how, how, "{asked}, {recorded}");
        assert_eq!(NameComparison::of(recorded, asked).how, how, "{recorded}, {asked}");
    }
}

/// Devi Ram is a man, and Ram Devi a woman of his household; Devi Sunita is Sunita Devi.
#[test]
fn devi_ends_a_woman_s_name_and_begins_a_man_s() {
    for (asked, recorded, how) in [
        ("Devi Ram", "Ram Devi", "birth-year-needed"),
        ("Devi Lal", "Lal Devi", "birth-year-needed"),
        ("देवी राम", "राम देवी", "birth-year-needed"),
        ("Devi Sunita", "Sunita Devi", "reordered"),
        ("Devi Sunita Sharma", "Sunita Devi Sharma", "reordered"),
    ] {
        assert_eq!(NameComparison::of(asked, recorded).how, how, "{asked}, {recorded}");
        assert_eq!(NameComparison::of(recorded, asked).how, how, "{recorded}, {asked}");
    }
}
