use std::{cmp::Ordering, fmt, hash};

use chrono::NaiveDate;

mod catalogue;
mod set;

use catalogue::{CATALOGUE, Platform, Row};
pub(crate) use set::ProductSet;

/// A vaccine product of the catalogue.
///
/// A product is found by any of its codes:
///
/// ```
/// use kycvs_domain::Product;
/// let covishield = Product::find("COVISHIELD").ok_or("in the catalogue")?;
/// assert_eq!(Product::find("eu:Covishield"), Some(covishield));
/// assert_eq!(Product::find("cvx:210"), Some(covishield), "the first of the products that CVX 210 names");
/// assert_eq!(covishield.maker(), "Serum Institute of India");
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Copy)]
pub struct Product(&'static Row);

impl Product {
    /// Finds a product by any of its codes: `COVISHIELD` (letters of either case), `cvx:210` or `eu:Covishield`.
    ///
    /// A CVX code may name several products of one family; this is the first of them.
    pub fn find(code: &str) -> Option<Self> {
        Self::find_all(code).next()
    }

    /// All products that a code names: more than one for a CVX code such as `cvx:210` (Covishield and Vaxzevria).
    pub fn find_all(code: &str) -> impl Iterator<Item = Self> {
        let wanted = Code::of(code);
        Self::all().filter(move |product| match wanted {
            Code::Own(own) => product.0.code.eq_ignore_ascii_case(own),
            Code::Cvx(cvx) => cvx.is_some() && product.0.cvx == cvx,
            Code::Eu(eu) => product.0.eu == Some(eu),
        })
    }

    /// The whole catalogue, in the order of [`id`](Self::id).
    pub fn all() -> impl Iterator<Item = Self> {
        CATALOGUE.iter().map(Self)
    }

    /// The product with that number.
    pub fn from_id(id: u8) -> Option<Self> {
        CATALOGUE.get(usize::from(id).checked_sub(1)?).map(Self)
    }

    /// The number that stands for it in a sealed record, 1 to 127; it never changes and is never used again.
    pub fn id(self) -> u8 {
        self.0.id
    }

    /// The code that names it here, such as `COVISHIELD`.
    pub fn code(self) -> &'static str {
        self.0.code
    }

    /// Who makes it, or first made it.
    pub fn maker(self) -> &'static str {
        self.0.maker
    }

    /// The substance. Products of one family differ in brand, dose or formulation; a CVX code names one family.
    pub fn family(self) -> &'static str {
        self.0.family
    }

    /// The code of the US CDC's table of vaccines administered (CVX), where it has one.
    pub fn cvx(self) -> Option<u16> {
        self.0.cvx
    }

    /// The code of the EU Digital COVID Certificate's product value set, where it has one.
    pub fn eu_code(self) -> Option<&'static str> {
        self.0.eu
    }

    /// The ICD-11 extension code of its kind of vaccine.
    pub fn icd11(self) -> &'static str {
        match self.0.platform {
            Platform::Vector => "XM9QW8",
            Platform::Mrna => "XM0GQ8",
            Platform::Inactivated => "XM1NL1",
            Platform::Subunit => "XM5JC5",
            Platform::Dna => "XM6AT1",
            Platform::VirusLike => "XM1J92",
            Platform::Unspecified => "XM68M6",
        }
    }

    /// The SNOMED CT code of its kind of vaccine, where one is in use.
    pub fn snomed(self) -> Option<&'static str> {
        match self.0.platform {
            Platform::Vector => Some("29061000087103"),
            Platform::Mrna => Some("1119349007"),
            Platform::Inactivated => Some("1157024006"),
            Platform::Subunit => Some("1162643001"),
            Platform::Dna => Some("1187593009"),
            Platform::VirusLike | Platform::Unspecified => None,
        }
    }

    /// The first day on which it was given outside a trial, or, where that day is not well documented, on which it was
    /// first authorised. A dose dated before it is a mistake in the record.
    pub fn first_use(self) -> NaiveDate {
        self.0.first_use
    }
}

/// A code as it is written, told apart by its prefix.
#[derive(Clone, Copy)]
enum Code<'a> {
    Own(&'a str),
    Cvx(Option<u16>),
    Eu(&'a str),
}

impl<'a> Code<'a> {
    fn of(code: &'a str) -> Self {
        if let Some(eu) = code.strip_prefix("eu:") {
            return Self::Eu(eu);
        }
        match code.strip_prefix("cvx:") {
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => Self::Cvx(digits.parse().ok()),
            Some(_) => Self::Cvx(None),
            None => Self::Own(code),
        }
    }
}

impl fmt::Debug for Product {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl PartialEq for Product {
    fn eq(&self, other: &Self) -> bool {
        self.id() == other.id()
    }
}

impl Eq for Product {}

impl hash::Hash for Product {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.id().hash(state);
    }
}

/// In the order of [`Product::id`].
impl Ord for Product {
    fn cmp(&self, other: &Self) -> Ordering {
        self.id().cmp(&other.id())
    }
}

impl PartialOrd for Product {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_are_the_places_in_the_table_and_fit_a_set() {
        for (place, product) in Product::all().enumerate() {
            assert_eq!(usize::from(product.id()), place + 1);
            assert_eq!(Product::from_id(product.id()), Some(product));
            assert!(product.id() < 128);
        }
        assert_eq!(Product::from_id(0), None);
        assert_eq!(Product::from_id(255), None);
    }

    /// Sealed records hold these numbers: a change here makes every registry wrong.
    #[test]
    fn ids_never_change() {
        let ids: Vec<(u8, &str)> = Product::all().take(14).map(|product| (product.id(), product.code())).collect();
        let frozen = [
            (1, "COVISHIELD"),
            (2, "COVAXIN"),
            (3, "SPUTNIK_V"),
            (4, "SPUTNIK_LIGHT"),
            (5, "ZYCOV_D"),
            (6, "CORBEVAX"),
            (7, "COVOVAX"),
            (8, "GEMCOVAC"),
            (9, "INCOVACC"),
            (10, "MODERNA"),
            (11, "JANSSEN"),
            (12, "COMIRNATY"),
            (13, "VAXZEVRIA"),
            (14, "NUVAXOVID"),
        ];
        assert_eq!(ids, frozen);
        assert_eq!(
            Product::find("COMIRNATY_BIVALENT_BA1").map(Product::id),
            Some(43),
            "the last of the first catalogue"
        );
    }

    #[test]
    fn every_code_finds_its_product_and_no_two_share_one() {
        let mut own = HashSet::new();
        let mut eu = HashSet::new();
        for product in Product::all() {
            assert!(own.insert(product.code().to_ascii_uppercase()));
            assert_eq!(Product::find(product.code()), Some(product));
            if let Some(code) = product.eu_code() {
                assert!(eu.insert(code));
                assert_eq!(Product::find(&format!("eu:{code}")), Some(product));
            }
        }
    }

    #[test]
    fn products_of_one_cvx_code_are_one_family() {
        for product in Product::all() {
            let Some(cvx) = product.cvx() else { continue };
            let named: Vec<Product> = Product::find_all(&format!("cvx:{cvx}")).collect();
            assert!(named.contains(&product));
            assert!(named.iter().all(|other| other.family() == product.family()), "{named:?}");
        }
        assert_eq!(Product::find_all("cvx:210").map(Product::code).collect::<Vec<_>>(), ["COVISHIELD", "VAXZEVRIA"]);
    }

    #[test]
    fn each_kind_of_vaccine_has_its_codes() {
        let kinds = [
            ("COVISHIELD", "XM9QW8", Some("29061000087103")),
            ("COVAXIN", "XM1NL1", Some("1157024006")),
            ("ZYCOV_D", "XM6AT1", Some("1187593009")),
            ("CORBEVAX", "XM5JC5", Some("1162643001")),
            ("COMIRNATY", "XM0GQ8", Some("1119349007")),
            ("UNSPECIFIED", "XM68M6", None),
        ];
        for (code, icd11, snomed) in kinds {
            let product = Product::find(code).unwrap();
            assert_eq!((product.icd11(), product.snomed()), (icd11, snomed), "{code}");
        }
    }

    #[test]
    fn what_is_no_code_finds_nothing() {
        let none =
            ["", "cvx:", "cvx:+210", "cvx:0210x", "cvx:65536", "cvx:9", "eu:", "eu:covishield", "210", " COVAXIN"];
        for code in none {
            assert_eq!(Product::find(code), None, "{code}");
        }
    }

    #[test]
    fn every_first_use_is_a_day_of_the_pandemic() {
        for product in Product::all() {
            let year = product.first_use().format("%Y").to_string();
            assert!(["2020", "2021", "2022"].contains(&year.as_str()), "{product:?}");
        }
    }
}
