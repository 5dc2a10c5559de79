use std::{collections::HashMap, sync::LazyLock};

use chrono::NaiveDate;

use super::{
    ProductCode,
    antigen::{Antigen, AntigenSet},
    key::Key,
    table::{Fields, list, optional, rows},
};

/// The catalogue, read once. Its file names the sources and says what each column is.
pub(super) static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(FILE));

pub(super) const FILE: &str = include_str!("../../data/products.csv");

const BRANDS: &str = include_str!("../../data/brands.csv");

pub(super) struct Catalogue {
    /// In the order of the file.
    pub(super) rows: Vec<Row>,
    /// For each code the number of its row, from 1; 0 for none.
    by_code: Vec<u16>,
    by_name: HashMap<Key, u16>,
    /// Names of more than one product, and what those protect from.
    pub(super) kinds: Vec<(Key, AntigenSet)>,
}

pub(super) struct Row {
    /// Its place in the catalogue, from 0.
    pub(super) place: u16,
    pub(super) code: ProductCode,
    pub(super) cvx: Option<u16>,
    pub(super) name: &'static str,
    pub(super) maker: Option<&'static str>,
    pub(super) family: &'static str,
    pub(super) antigens: AntigenSet,
    /// The codes of the EU's value set, the one in use first.
    pub(super) eu: &'static str,
    pub(super) icd11: Option<&'static str>,
    pub(super) snomed: Option<&'static str>,
    pub(super) first_use: Option<NaiveDate>,
    pub(super) other_names: &'static str,
}

impl Catalogue {
    fn read(file: &'static str) -> Self {
        let rows: Vec<Row> = rows(file).zip(0..).filter_map(|(fields, place)| Row::read(fields, place)).collect();
        let mut by_code = vec![0; usize::from(ProductCode::MAX) + 1];
        for row in &rows {
            if let Some(number) = by_code.get_mut(usize::from(row.code.get())) {
                *number = row.place + 1;
            }
        }
        let by_name = rows.iter().flat_map(|row| row.names().map(|key| (key, row.place))).collect();
        let kinds = rows.iter().filter_map(|row| Some((Key::of(row.family)?, row.antigens)));
        let kinds = kinds.chain(brands()).chain(Antigen::all().filter_map(of_antigen)).collect();
        Self { rows, by_code, by_name, kinds }
    }

    pub(super) fn with_code(&self, code: ProductCode) -> Option<&Row> {
        let number = *self.by_code.get(usize::from(code.get()))?;
        self.rows.get(usize::from(number).checked_sub(1)?)
    }

    pub(super) fn named(&self, key: &Key) -> Option<&Row> {
        self.rows.get(usize::from(*self.by_name.get(key)?))
    }

    /// All names, each with the row that it names.
    pub(super) fn names(&self) -> impl Iterator<Item = (&Key, &Row)> {
        self.by_name.iter().filter_map(|(key, place)| Some((key, self.rows.get(usize::from(*place))?)))
    }
}

/// `brand,antigens`.
fn brands() -> impl Iterator<Item = (Key, AntigenSet)> {
    rows(BRANDS).filter_map(|mut fields| {
        let brand = Key::of(fields.next()?)?;
        Some((brand, list(fields.next()?).filter_map(Antigen::find).collect()))
    })
}

fn of_antigen(antigen: Antigen) -> Option<(Key, AntigenSet)> {
    Some((Key::of(antigen.disease()?)?, [antigen].into_iter().collect()))
}

impl Row {
    fn read(mut fields: Fields<'static>, place: u16) -> Option<Self> {
        let mut next = || fields.next();
        let code = ProductCode::new(next()?.parse().ok()?)?;
        let other_cvx = next()?.parse().ok();
        Some(Self {
            place,
            code,
            cvx: other_cvx.or((!code.is_own()).then_some(code.get())),
            name: next()?,
            maker: optional(next()?),
            family: next()?,
            antigens: list(next()?).filter_map(Antigen::find).collect(),
            eu: next()?,
            icd11: optional(next()?),
            snomed: optional(next()?),
            first_use: next()?.parse().ok(),
            other_names: next()?,
        })
    }

    fn names(&self) -> impl Iterator<Item = Key> {
        list(self.other_names).chain([self.name]).filter_map(Key::of)
    }

    /// Whether a remark on a name, such as `ChAdOx1` in `Covishield (ChAdOx1)`, agrees with what is known of the product.
    pub(super) fn agrees_with(&self, remark: &Key) -> bool {
        let known = list(self.other_names).chain(self.maker).chain([self.name, self.family]);
        known.filter_map(Key::of).any(|known| known.as_str().starts_with(remark.as_str()))
    }
}
