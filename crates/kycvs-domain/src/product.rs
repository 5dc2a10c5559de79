use std::{cmp::Ordering, fmt, hash};

use chrono::NaiveDate;

mod antigen;
mod catalogue;
mod code;
mod key;
mod set;
mod table;
#[cfg(test)]
mod tests;
mod unknown;

pub use antigen::Antigen;
use catalogue::{CATALOGUE, Row};
pub use code::ProductCode;
pub(crate) use key::Key;
pub use set::ProductSet;
pub use unknown::UnknownProduct;

/// A vaccine product of the catalogue, which is the file `data/products.csv`: read once, and never changed.
///
/// A product is found by any of its codes and names:
///
/// ```
/// use kycvs_domain::Product;
/// let covishield = Product::find("COVISHIELD").ok_or("in the catalogue")?;
/// assert_eq!(Product::find("Covishield (ChAdOx1)"), Some(covishield), "as a register of India prints it");
/// assert_eq!(Product::find("eu:Covishield"), Some(covishield));
/// assert_eq!(Product::find("cvx:210"), Some(covishield), "the first of the products that CVX 210 names");
/// assert_eq!(covishield.maker(), Some("Serum Institute of India"));
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Copy)]
pub struct Product(&'static Row);

impl Product {
    /// Finds a product by its name, by any other name that registers and certificates print, or by a code: `COVISHIELD`,
    /// `Sputnik V`, `cvx:210`, `eu:Covishield`, `kycvs:10013`. In a name, spaces, signs and the case of letters do not
    /// matter, and a remark in brackets at its end that agrees with the product is left out.
    ///
    /// A code may name several products of one family; this is the first of them. `antigen:measles` names no product: what
    /// somebody got was one, and which one decides.
    pub fn find(code: &str) -> Option<Self> {
        match Wanted::of(code) {
            Wanted::One(product) => product,
            Wanted::Antigen(_) => None,
            wanted => Self::all().find(|product| wanted.is(*product)),
        }
    }

    /// As [`find`](Self::find).
    ///
    /// # Errors
    /// [`UnknownProduct`] with the three products whose names are nearest.
    pub fn parse(code: &str) -> Result<Self, UnknownProduct> {
        Self::find(code).ok_or_else(|| UnknownProduct::new(code))
    }

    /// All products that a code names: more than one for a CVX code such as `cvx:210` (Covishield and Vaxzevria), and for
    /// `antigen:measles`, which names all that protect from measles.
    pub fn find_all(code: &str) -> impl Iterator<Item = Self> {
        let wanted = Wanted::of(code);
        Self::all().filter(move |product| wanted.is(*product))
    }

    /// The whole catalogue, in its order.
    pub fn all() -> impl Iterator<Item = Self> {
        CATALOGUE.rows.iter().map(Self)
    }

    /// The code that stands for it in records.
    pub fn code(self) -> ProductCode {
        self.0.code
    }

    /// The name that it has here, such as `COVISHIELD`.
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// The other names that registers and certificates print.
    pub fn other_names(self) -> impl Iterator<Item = &'static str> {
        table::list(self.0.other_names)
    }

    /// Who makes it, or first made it; `None` where several makers share its code.
    pub fn maker(self) -> Option<&'static str> {
        self.0.maker
    }

    /// What is in it. Products of one family differ in brand, dose or formulation; a CVX code names one family.
    pub fn family(self) -> &'static str {
        self.0.family
    }

    /// What it protects from: the measles, mumps and rubella of MMR.
    pub fn antigens(self) -> impl Iterator<Item = Antigen> {
        Antigen::all().filter(move |antigen| self.protects_from(*antigen))
    }

    /// Whether it counts for that.
    pub fn protects_from(self, antigen: Antigen) -> bool {
        self.0.antigens.contains(antigen)
    }

    /// Whether both protect from one thing: two records of one day of such products are likely one dose.
    pub fn overlaps(self, other: Self) -> bool {
        self.0.antigens.intersects(other.0.antigens)
    }

    /// The code of the US CDC's table of vaccines administered (CVX), where it has one.
    pub fn cvx(self) -> Option<u16> {
        self.0.cvx
    }

    /// The code of the EU Digital COVID Certificate's product value set, where it has one.
    pub fn eu_code(self) -> Option<&'static str> {
        table::list(self.0.eu).next()
    }

    /// The ICD-11 extension code of its kind of vaccine, where there is one.
    pub fn icd11(self) -> Option<&'static str> {
        self.0.icd11
    }

    /// The SNOMED CT code of its kind of vaccine, where one is in use.
    pub fn snomed(self) -> Option<&'static str> {
        self.0.snomed
    }

    /// The first day on which it was given outside a trial, or, where that day is not well documented, on which it was
    /// first authorised. A dose dated before it is a mistake in the record. `None`: any day will do.
    pub fn first_use(self) -> Option<NaiveDate> {
        self.0.first_use
    }

    fn of(code: ProductCode) -> Option<Self> {
        CATALOGUE.with_code(code).map(Self)
    }

    fn named(name: &str) -> Option<Self> {
        if let Some(row) = CATALOGUE.named(&Key::of(name)?) {
            return Some(Self(row));
        }
        let (name, remark) = name.trim_end().strip_suffix(')')?.split_once('(')?;
        let remark = Key::of(remark)?;
        CATALOGUE.named(&Key::of(name)?).filter(|row| row.agrees_with(&remark)).map(Self)
    }
}

/// What a text names, distinguished by its prefix.
#[derive(Clone, Copy)]
enum Wanted<'a> {
    One(Option<Product>),
    Cvx(Option<u16>),
    Eu(&'a str),
    Antigen(Option<Antigen>),
}

impl<'a> Wanted<'a> {
    fn of(text: &'a str) -> Self {
        let number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?;
        match text.split_once(':') {
            Some(("cvx", digits)) => Self::Cvx(number(digits)),
            Some(("eu", code)) => Self::Eu(code),
            Some(("antigen", name)) => Self::Antigen(Antigen::find(name)),
            Some(("kycvs", _)) => Self::One(ProductCode::parse(text).and_then(Product::of)),
            _ => Self::One(Product::named(text)),
        }
    }

    fn is(self, product: Product) -> bool {
        match self {
            Self::One(one) => one == Some(product),
            Self::Cvx(cvx) => cvx.is_some() && product.0.cvx == cvx,
            Self::Eu(eu) => table::list(product.0.eu).any(|code| code == eu),
            Self::Antigen(antigen) => antigen.is_some_and(|antigen| product.protects_from(antigen)),
        }
    }
}

impl fmt::Debug for Product {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl PartialEq for Product {
    fn eq(&self, other: &Self) -> bool {
        self.0.place == other.0.place
    }
}

impl Eq for Product {}

impl hash::Hash for Product {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.0.place.hash(state);
    }
}

/// In the order of the catalogue.
impl Ord for Product {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.place.cmp(&other.0.place)
    }
}

impl PartialOrd for Product {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
