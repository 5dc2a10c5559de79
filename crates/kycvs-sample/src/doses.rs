use chrono::{Days, Months, NaiveDate};

use crate::random::Random;

/// One dose, as a registry's clerk recorded it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleDose {
    /// A code of the product catalogue, such as `COVISHIELD`.
    pub product: &'static str,
    /// The day it was given: from 2021-01-16, and before 2024.
    pub given_on: NaiveDate,
    /// The number that was recorded.
    pub dose_number: u8,
    /// The lot; three in a hundred were not recorded.
    pub batch: Option<String>,
}

/// How a person's vaccination went. It settles their status by India's rule on any day from 2024 on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Course {
    /// Registered, and no dose.
    None,
    /// The first dose alone.
    OneDose,
    /// The primary series, each dose in its time.
    Complete,
    /// That, and a precaution dose.
    Precaution,
    /// The second dose 5 to 19 days after the first, which is too early for any product.
    TooEarly,
    /// The second dose of another product.
    Mixed,
    /// The primary series, with the first dose's number on both.
    WrongNumber,
}

impl Course {
    /// What is expected of an evaluation: 0, 1 or 2.
    pub fn expected_status(self) -> u8 {
        match self {
            Self::None => 0,
            Self::OneDose | Self::TooEarly | Self::Mixed => 1,
            Self::Complete | Self::Precaution | Self::WrongNumber => 2,
        }
    }

    /// Of a thousand registered adults. CoWIN counted 1027 million first, 951 million second and 229 million precaution
    /// doses by May 2023; what was recorded wrongly it did not say.
    fn draw(adult: bool, random: &mut Random) -> Self {
        let course = random.weighted(&[
            (300, Self::None),
            (670, Self::OneDose),
            (6450, Self::Complete),
            (2330, Self::Precaution),
            (120, Self::TooEarly),
            (80, Self::Mixed),
            (50, Self::WrongNumber),
        ]);
        match course {
            Some(Self::Precaution | Self::Mixed) if !adult => Self::Complete,
            course => course.unwrap_or(Self::None),
        }
    }
}

/// A product, and how its primary series was given.
struct Schedule {
    product: &'static str,
    doses: u8,
    /// Days from one dose to the next.
    gap: (u64, u64),
    /// What a lot's number begins with, and which letter follows the year.
    lot: (&'static str, &'static str),
}

static COVISHIELD: Schedule = Schedule { product: "COVISHIELD", doses: 2, gap: (84, 130), lot: ("41", "Z") };
static COVAXIN: Schedule = Schedule { product: "COVAXIN", doses: 2, gap: (28, 60), lot: ("37", "F") };
static CORBEVAX: Schedule = Schedule { product: "CORBEVAX", doses: 2, gap: (28, 60), lot: ("P0", "C") };
static SPUTNIK_V: Schedule = Schedule { product: "SPUTNIK_V", doses: 2, gap: (21, 60), lot: ("I-", "R") };
static COVOVAX: Schedule = Schedule { product: "COVOVAX", doses: 2, gap: (21, 60), lot: ("60", "V") };
static ZYCOV_D: Schedule = Schedule { product: "ZYCOV_D", doses: 3, gap: (28, 45), lot: ("ZD", "D") };

/// Of ten thousand adults. With the young people's products this comes near CoWIN's dashboard of May 2023: Covishield
/// 79.4 %, Covaxin 16.5 %, Corbevax 3.3 %, Sputnik V 0.06 %, the others less.
static ADULT_PRODUCTS: &[(u64, &Schedule)] =
    &[(8788, &COVISHIELD), (1200, &COVAXIN), (7, &SPUTNIK_V), (3, &COVOVAX), (2, &ZYCOV_D)];

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

/// The day of birth, near the ages of India's people from 12 years on (Census projection for 2021).
pub(crate) fn birth_date(random: &mut Random) -> NaiveDate {
    let ages = random.weighted(&[(36, (12, 14)), (60, (15, 17)), (540, (18, 44)), (210, (45, 59)), (140, (60, 90))]);
    let (least, most) = ages.unwrap_or((18, 44));
    day(2022, 1, 1) - Days::new(random.days(least * 366, most * 365 + 364))
}

/// How it went for a person born that day, and the doses.
pub(crate) fn draw(birth: NaiveDate, random: &mut Random) -> (Course, Vec<SampleDose>) {
    let adult = birth <= day(2004, 1, 1);
    let (schedule, opened) = eligible(birth, random);
    let course = Course::draw(adult, random);
    let mut doses = Vec::new();
    if course == Course::None {
        return (course, doses);
    }
    // Most came soon after their turn, some half a year later.
    let first = opened + Days::new(random.days(0, 200).min(random.days(0, 200)));
    doses.push(dose(schedule, first, 1, random));
    match course {
        Course::None | Course::OneDose => {}
        Course::TooEarly => doses.push(dose(schedule, first + Days::new(random.days(5, 19)), 2, random)),
        Course::Mixed => {
            let other = if schedule.product == COVAXIN.product { &COVISHIELD } else { &COVAXIN };
            doses.push(dose(other, first + Days::new(random.days(84, 120)), 2, random));
        }
        Course::Complete | Course::Precaution | Course::WrongNumber => {
            let mut last = first;
            for number in 2..=schedule.doses {
                last = last + Days::new(gap(schedule, last, random));
                let recorded = if course == Course::WrongNumber { 1 } else { number };
                doses.push(dose(schedule, last, recorded, random));
            }
            if course == Course::Precaution {
                let given_on = (last + Days::new(random.days(273, 330))).max(day(2022, 1, 10));
                doses.push(dose(schedule, given_on, schedule.doses + 1, random));
            }
        }
    }
    (course, doses)
}

/// The person's product, and since when it was open to them (press releases of the Ministry of Health and Family Welfare).
fn eligible(birth: NaiveDate, random: &mut Random) -> (&'static Schedule, NaiveDate) {
    if birth > day(2007, 1, 1) {
        return (&CORBEVAX, day(2022, 3, 16));
    }
    if birth > day(2004, 1, 1) {
        return (&COVAXIN, day(2022, 1, 3));
    }
    let schedule = random.weighted(ADULT_PRODUCTS).unwrap_or(&COVISHIELD);
    let opened = match schedule.product {
        "SPUTNIK_V" => day(2021, 5, 14),
        "ZYCOV_D" => day(2022, 2, 3),
        "COVOVAX" => day(2022, 3, 16),
        _ if random.chance(200) => day(2021, 1, 16),
        _ if birth <= day(1962, 1, 1) => day(2021, 3, 1),
        _ if birth <= day(1977, 1, 1) => day(2021, 4, 1),
        _ => day(2021, 5, 1),
    };
    (schedule, opened.max(birth + Months::new(18 * 12)))
}

/// Covishield's second dose came after four to eight weeks before it was moved to twelve to sixteen (2021-05-13).
fn gap(schedule: &Schedule, last: NaiveDate, random: &mut Random) -> u64 {
    let early = schedule.product == COVISHIELD.product && last + Days::new(56) < day(2021, 5, 13);
    let (least, most) = if early { (28, 56) } else { schedule.gap };
    random.days(least, most)
}

fn dose(schedule: &Schedule, given_on: NaiveDate, dose_number: u8, random: &mut Random) -> SampleDose {
    let (maker, letter) = schedule.lot;
    let year = if given_on < day(2022, 1, 1) { "21" } else { "22" };
    let lot = 1000 + random.below(400);
    let batch = (!random.chance(300)).then(|| {
        let lot = lot.to_string();
        [maker, year, letter, lot.get(1..).unwrap_or_default()].concat()
    });
    SampleDose { product: schedule.product, given_on, dose_number, batch }
}
