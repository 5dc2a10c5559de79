use chrono::{Datelike, NaiveDate};
use kycvs_consent::{Answer, ConsentId, Grant, Request};
use kycvs_domain::VaccinationStatus;
use kycvs_registry::PersonTag;
use zeroize::Zeroizing;

/// One answer, as it is found again by the number that it was given for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// The consent that it was given on, which says who asked, when and for what.
    pub(crate) consent: ConsentId,
    /// Whom it is about, and what the entity was told; `None` where nobody was found.
    pub(crate) told: Option<Told>,
}

/// A statement about a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) person: PersonTag,
    /// `None` of a copy that the person took.
    pub(crate) status: Option<VaccinationStatus>,
    /// The day for which it was made.
    pub(crate) as_of: NaiveDate,
    /// By which rules: id and version of a policy.
    pub(crate) policy: String,
}

const FORMAT: u8 = 1;
/// In the place of a status.
const COPY: u8 = 3;

impl Line {
    /// The line of an answer; none where nothing was agreed to.
    pub(crate) fn of(request: &Request, answer: &Answer) -> Option<Self> {
        let told = |grant: &Grant| Told {
            person: PersonTag::from_bytes(grant.person),
            status: Some(grant.status),
            as_of: grant.as_of,
            policy: request.policy.clone(),
        };
        let consent = answer.consent().id;
        match answer {
            Answer::Granted(grant) => Some(Self { consent, told: Some(told(grant)) }),
            Answer::NoRecord(_) => Some(Self { consent, told: None }),
            Answer::LeftOut(_) => None,
        }
    }

    /// `version 1 | consent, 16 bytes`; and where somebody was found `person, 16 | status, 1 | day, 4 | policy`; of a copy the status is 3.
    pub(crate) fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(96));
        bytes.push(FORMAT);
        bytes.extend(self.consent.as_bytes());
        if let Some(told) = &self.told {
            bytes.extend(told.person.as_bytes());
            bytes.push(told.status.map_or(COPY, u8::from));
            bytes.extend(told.as_of.num_days_from_ce().to_be_bytes());
            bytes.extend(told.policy.as_bytes());
        }
        bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote, and nothing else.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (_, rest) = bytes.split_first().filter(|(format, _)| **format == FORMAT)?;
        let (consent, rest) = rest.split_first_chunk()?;
        let told = if rest.is_empty() { None } else { Some(Told::from_bytes(rest)?) };
        Some(Self { consent: ConsentId::from_bytes(*consent), told })
    }
}

impl Told {
    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (person, rest) = bytes.split_first_chunk()?;
        let (status, rest) = rest.split_first()?;
        let (day, policy) = rest.split_first_chunk()?;
        Some(Self {
            person: PersonTag::from_bytes(*person),
            status: if *status == COPY { None } else { Some(VaccinationStatus::try_from(*status).ok()?) },
            as_of: NaiveDate::from_num_days_from_ce_opt(i32::from_be_bytes(*day))?,
            policy: String::from_utf8(policy.to_vec()).ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_line_is_read_as_it_was_written(
            consent: [u8; 16], person: [u8; 16], status in 0..4_u8, day in 600_000..900_000_i32, policy in "[a-z-]{0,30}",
            is_told: bool, noise in prop::collection::vec(any::<u8>(), 0..80),
        ) {
            let told = is_told.then(|| Told {
                person: PersonTag::from_bytes(person),
                status: VaccinationStatus::try_from(status).ok(),
                as_of: NaiveDate::from_num_days_from_ce_opt(day).unwrap(),
                policy,
            });
            let line = Line { consent: ConsentId::from_bytes(consent), told };
            prop_assert_eq!(Line::from_bytes(&line.to_bytes()), Some(line.clone()));
            prop_assert_eq!(Line::from_bytes(&line.to_bytes()[1..]).filter(|read| *read == line), None);
            if let Some(line) = Line::from_bytes(&noise) {
                prop_assert_eq!(&line.to_bytes()[..], &noise[..]);
            }
        }
    }
}
