use chrono::{Datelike, NaiveDate};

use crate::doses::{Course, SampleDose, birth_date, draw};
use crate::names::Family;
use crate::random::{Random, permute};

/// All ten-digit numbers that begin with 9 are mobiles; of the others some are landlines.
const FIRST_MOBILE: u64 = 9_000_000_000;
const MOBILES: u64 = 1_000_000_000;

/// The people on the 25 mobiles of a block: 60, so 2.4 a mobile. Which mobile has how many is shuffled in each block.
const BLOCK: [u64; 25] = [1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 5, 6];
const BLOCK_PEOPLE: u64 = 60;

const BLOCK_KIND: u64 = 1;
const HOUSEHOLD_KIND: u64 = 2;
const MOBILE_KIND: u64 = 3;
const ID_KIND: u64 = 4;

/// A registry of people who do not exist: a number of them, and a seed. The same two give the same people on every
/// machine, and none of them is kept in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SampleRegistry {
    seed: u64,
    people: u64,
}

/// Everyone on one mobile: one to six people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleHousehold {
    /// Ten digits. No other household of the sample has them.
    pub mobile: String,
    /// The people, one to six. In one household of a hundred, two have the same name.
    pub people: Vec<SamplePerson>,
}

/// One person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SamplePerson {
    /// Fourteen digits, as CoWIN's. Nobody else in the sample has them.
    pub beneficiary_id: u64,
    /// The name, as a clerk wrote it.
    pub name: String,
    /// The day of birth. CoWIN asked for the year alone, so that for one person in ten it is a first of January; for one
    /// in twenty-five it is missing.
    pub birth_date: Option<NaiveDate>,
    /// How the vaccination went.
    pub course: Course,
    /// The doses, by date.
    pub doses: Vec<SampleDose>,
}

impl SampleRegistry {
    /// A registry of that many people, at most 9.6 thousand million: there are no more mobiles.
    pub fn new(seed: u64, people: u64) -> Self {
        Self { seed, people: people.min(MOBILES / 25 * BLOCK_PEOPLE) }
    }

    /// How many people.
    pub fn people(&self) -> u64 {
        self.people
    }

    /// How many mobiles.
    pub fn households(&self) -> u64 {
        let (blocks, left) = (self.people / BLOCK_PEOPLE, self.people % BLOCK_PEOPLE);
        let firsts = self.block(blocks).into_iter().scan(0, |next, size| {
            let first = *next;
            *next += size;
            Some(first)
        });
        blocks * 25 + firsts.take_while(|first| *first < left).count() as u64
    }

    /// One household by its number, without those before it; `None` from [`households`](Self::households) on.
    pub fn household(&self, number: u64) -> Option<SampleHousehold> {
        let sizes = self.block(number / 25);
        let slot = usize::try_from(number % 25).ok()?;
        let before: u64 = sizes.iter().take(slot).sum();
        let first = (number / 25).checked_mul(BLOCK_PEOPLE)?.checked_add(before)?;
        self.household_of(number, first, *sizes.get(slot)?)
    }

    /// One person by number, from 0 to [`people`](Self::people) less one, with the mobile.
    pub fn person_at(&self, number: u64) -> Option<(String, SamplePerson)> {
        if number >= self.people {
            return None;
        }
        let sizes = self.block(number / BLOCK_PEOPLE);
        let mut first = number / BLOCK_PEOPLE * BLOCK_PEOPLE;
        let mut slot = 0;
        for size in sizes {
            if number < first + size {
                break;
            }
            (first, slot) = (first + size, slot + 1);
        }
        let household = self.household(number / BLOCK_PEOPLE * 25 + slot)?;
        let person = household.people.into_iter().nth(usize::try_from(number - first).ok()?)?;
        Some((household.mobile, person))
    }

    /// All households, in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = SampleHousehold> {
        let registry = *self;
        let sizes = (0..).flat_map(move |block| registry.block(block));
        let first_people = sizes.scan(0, |next, size| {
            let first = *next;
            *next += size;
            Some((first, size))
        });
        (0..).zip(first_people).map_while(move |(number, (first, size))| registry.household_of(number, first, size))
    }

    /// A mobile that nobody of the sample has: another for each number, until there are no more.
    pub fn unknown_mobile(&self, number: u64) -> Option<String> {
        let number = self.households().checked_add(number)?;
        (number < MOBILES).then(|| self.mobile(number))
    }

    /// The sizes of a block's households.
    fn block(&self, number: u64) -> [u64; 25] {
        let mut sizes = BLOCK;
        let mut random = Random::of(self.seed, BLOCK_KIND, number);
        for last in (1..25_u64).rev() {
            let other = random.below(last + 1);
            if let (Ok(last), Ok(other)) = (usize::try_from(last), usize::try_from(other)) {
                sizes.swap(last, other);
            }
        }
        sizes
    }

    fn household_of(&self, number: u64, first: u64, size: u64) -> Option<SampleHousehold> {
        let size = size.min(self.people.checked_sub(first)?);
        if size == 0 {
            return None;
        }
        let mut random = Random::of(self.seed, HOUSEHOLD_KIND, number);
        let family = Family::draw(&mut random);
        let mut people: Vec<SamplePerson> =
            (first..first + size).map(|number| self.person(number, &family, &mut random)).collect();
        if let [first, second, ..] = people.as_mut_slice()
            && random.chance(100)
        {
            second.name.clone_from(&first.name);
        }
        Some(SampleHousehold { mobile: self.mobile(number), people })
    }

    fn person(&self, number: u64, family: &Family, random: &mut Random) -> SamplePerson {
        let name = family.name(random.chance(4900), random);
        let birth = birth_date(random);
        let (course, doses) = draw(birth, random);
        let birth_date = match random.below(100) {
            0..4 => None,
            4..14 => birth.with_ordinal(1),
            _ => Some(birth),
        };
        let beneficiary_id = 10_000_000_000_000 + permute(self.seed ^ ID_KIND, 23, number);
        SamplePerson { beneficiary_id, name, birth_date, course, doses }
    }

    /// A permutation of 30 bits, taken again while it gives more than there are mobiles.
    fn mobile(&self, number: u64) -> String {
        let mut mobile = permute(self.seed ^ MOBILE_KIND, 15, number);
        while mobile >= MOBILES {
            mobile = permute(self.seed ^ MOBILE_KIND, 15, mobile);
        }
        (FIRST_MOBILE + mobile).to_string()
    }
}
