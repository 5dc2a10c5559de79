//! Two households in their frozen bytes, one of each format, for tests. A change of these bytes makes every registry
//! unreadable: it is a new version of the format.

use kycvs_domain::{Antigen, Batch, BirthDate, Dose, Evidence, Finding, PersonName, Product, ProductCode, Source};

use crate::{BeneficiaryId, PersonRecord};

/// Lines of `name: hex`, of the household in format 1.
pub(crate) const FORMAT_1: &str = include_str!("../golden/household-1.txt");

/// And in format 2.
pub(crate) const FORMAT_2: &str = include_str!("../golden/household-2.txt");

/// The bytes in the line of that name.
pub(crate) fn golden(file: &str, name: &str) -> Vec<u8> {
    from_hex(
        file.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).expect("the file has such a line"),
    )
}

fn from_hex(hex: &str) -> Vec<u8> {
    let (pairs, []) = hex.as_bytes().as_chunks::<2>() else { panic!("an odd number of digits") };
    pairs.iter().map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

/// The household of format 1: one of each thing that it can hold.
pub(crate) fn people_1() -> Vec<PersonRecord> {
    let person = |id, name, birth: Option<&str>, doses| {
        let birth = birth.map(|text| BirthDate::Day(text.parse().unwrap()));
        PersonRecord::new(BeneficiaryId::parse(id).unwrap(), PersonName::parse(name).unwrap(), birth, doses).unwrap()
    };
    let dose = |product: Option<&str>, given_on: &str, dose_number, batch: Option<&str>| Dose {
        dose_number,
        batch: batch.map(|text| Batch::parse(text).unwrap()),
        ..Dose::new(product.map(|code| Product::find(code).unwrap()), given_on.parse().unwrap())
    };
    vec![
        person(
            "20481830567712",
            "Asha Lakshmi Rao",
            Some("1986-02-11"),
            vec![
                dose(Some("COVISHIELD"), "2021-04-03", Some(1), Some("4121Z025")),
                dose(Some("COVISHIELD"), "2021-07-01", Some(2), Some("4121Z119")),
            ],
        ),
        person(
            "0071A",
            "प्रिया",
            None,
            vec![
                dose(None, "2021-08-15", None, None),
                dose(Some("COVAXIN"), "2022-01-10", Some(7), Some("37F-21015A/B~C0000XY")),
            ],
        ),
        person("71930022184450", "Imran Sheikh", None, vec![]),
    ]
}

/// The household of format 2: the other, and one of each thing that is new.
pub(crate) fn people_2() -> Vec<PersonRecord> {
    let antigen = |name| Antigen::find(name).unwrap();
    let dose = |product, given_on: &str| Dose {
        product: ProductCode::parse(product),
        ..Dose::new(None, given_on.parse().unwrap())
    };
    let doses = vec![
        dose("MMR", "1991-03-02"),
        dose("VARICELLA", "1991-03-02"),
        Dose { source: Source::Stated, series_doses: Some(2), dose_number: Some(2), ..dose("COVAXIN", "2021-04-03") },
        Dose { source: Source::Certificate, batch: Some(Batch::parse("YF1").unwrap()), ..dose("cvx:37", "2023-05-01") },
        dose("cvx:9999", "2024-05-01"),
        dose("kycvs:16383", "2025-05-01"),
    ];
    let evidence = |against, finding, on: Option<&str>, source| Evidence {
        against,
        finding,
        on: on.map(|day| day.parse().unwrap()),
        source,
    };
    let immunity = vec![
        evidence(antigen("measles"), Finding::Disease, None, Source::Stated),
        evidence(
            antigen("hepatitis_b"),
            Finding::Antibodies { titre: Some(300) },
            Some("2020-01-31"),
            Source::Registry,
        ),
        evidence(Antigen::from_id(63).unwrap(), Finding::Antibodies { titre: None }, None, Source::Certificate),
    ];
    let born = Some(BirthDate::Year("1990".parse().unwrap()));
    let meena =
        PersonRecord::new(BeneficiaryId::parse("42").unwrap(), PersonName::parse("Meena Devi").unwrap(), born, doses);
    let mut people = people_1();
    people.push(meena.unwrap().with_immunity(immunity).unwrap());
    people
}
