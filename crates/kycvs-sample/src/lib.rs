//! A deterministic generator of a realistic Indian vaccination registry of any size, for examples, tests and benchmarks.
//!
//! A [`SampleRegistry`] is a seed and a number of people. The same two give the same people, and the same CSV file byte
//! by byte, on every machine. Nothing is kept in memory: a file of a thousand million people is written as a stream, and any
//! household or person is drawn by number, without those before it. Nobody in it exists.
//!
//! ```
//! use kycvs_sample::SampleRegistry;
//! let sample = SampleRegistry::new(1, 10_000);
//! let mut csv = Vec::new();
//! let rows = sample.write_csv(&mut csv)?;
//! assert_eq!(csv.iter().filter(|byte| **byte == b'\n').count() as u64, rows + 1, "a header, and a row for each dose");
//!
//! let (mobile, person) = sample.person_at(4_711).ok_or("there are 10,000")?;
//! assert_eq!(mobile.len(), 10);
//! assert_eq!(person.course.expected_status() == 0, person.doses.is_empty());
//! assert!(sample.iter().all(|household| household.mobile != sample.unknown_mobile(0).unwrap_or_default()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # How realistic
//!
//! | what | as | source |
//! |---|---|---|
//! | people on a mobile | 1 to 6; 28 %, 36 %, 16 %, 12 %, 4 %, 4 % of mobiles; 2.4 on average | CoWIN's limit of six; the shares are a guess |
//! | names | thirteen regions and faiths, each with its habits (initials, father's name, family name first, Singh and Kaur …) | Census of India 2011 for the shares |
//! | namesakes | in one of a hundred mobiles with two people or more | a guess |
//! | ages | from 12 years on | Census projection for 2021 |
//! | products | Covishield 79.8 %, Covaxin 16.7 %, Corbevax 3.4 %, Sputnik V 0.07 %, Covovax and ZyCoV-D less, of the doses | CoWIN's dashboard, May 2023: 79.4, 16.5, 3.3, 0.06 |
//! | doses | of 100 people who came: 92 came twice, 22 three times; 3 in 100 registered and did not come | CoWIN's dashboard: 1027, 952 and 229 million |
//! | dates | from the day that a person's age group was admitted, 2021-01-16 to 2022-03-16 | the ministry's press releases |
//! | second doses too early, of another product, or wrongly numbered | 1.2, 0.8 and 0.5 of 100 people | a guess: enough to meet each in a thousand |
//!
//! | file | holds |
//! |---|---|
//! | `registry.rs` | [`SampleRegistry`]: households and people by number |
//! | `names.rs`, `regions.rs` | the habits, and the names themselves |
//! | `doses.rs` | [`Course`], and the doses that follow from it |
//! | `csv.rs` | the file |
//! | `random.rs` | SplitMix64, and a permutation for numbers that must not repeat |

mod csv;
mod doses;
mod names;
mod random;
#[rustfmt::skip] // lists of names, which rustfmt would put on a line each
mod regions;
mod registry;

pub use doses::{Course, SampleDose};
pub use registry::{SampleHousehold, SamplePerson, SampleRegistry};
