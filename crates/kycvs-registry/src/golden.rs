//! One household in its frozen bytes, for tests. A change of these bytes makes every registry unreadable: it is a new
//! version of the format.

use kycvs_domain::{Batch, Dose, PersonName, Product};

use crate::{BeneficiaryId, PersonRecord};

/// Lines of `name: hex`.
const FILE: &str = include_str!("../golden/household-1.txt");

pub(crate) fn golden(name: &str) -> &'static str {
    FILE.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).expect("the file has such a line")
}

pub(crate) fn from_hex(hex: &str) -> Vec<u8> {
    let (pairs, []) = hex.as_bytes().as_chunks::<2>() else { panic!("an odd number of digits") };
    pairs.iter().map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

/// The household: one of each thing that a record can hold.
pub(crate) fn people() -> Vec<PersonRecord> {
    let person = |id, name, birth: Option<&str>, doses| {
        let birth = birth.map(|text| text.parse().unwrap());
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
