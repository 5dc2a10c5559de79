//! The catalogue as a table. A new product goes to the end: its place is its id, which sealed records hold.
//!
//! Codes: the CDC's CVX table with its non-US codes, the EU value set `vaccine-medicinal-product`. First use: the start
//! of India's programme (ministry of health, 2021-01-16), national authorisations and the FDA's emergency use
//! authorisations. Covifenz is dated by its phase 3 trial, whose participants the CDC counts.

use chrono::NaiveDate;

/// A kind of vaccine, as ICD-11 and SNOMED CT tell them apart.
#[derive(Clone, Copy)]
pub(super) enum Platform {
    Vector,
    Mrna,
    Inactivated,
    Subunit,
    Dna,
    VirusLike,
    Unspecified,
}

pub(super) struct Row {
    pub(super) id: u8,
    pub(super) code: &'static str,
    pub(super) maker: &'static str,
    pub(super) family: &'static str,
    pub(super) cvx: Option<u16>,
    pub(super) eu: Option<&'static str>,
    pub(super) platform: Platform,
    pub(super) first_use: NaiveDate,
}

use Platform::{Dna, Inactivated, Mrna, Subunit, Unspecified, Vector, VirusLike};

#[rustfmt::skip] // a table is read in columns
pub(super) static CATALOGUE: &[Row] = &[
    // The products of India's programme, and foreign ones that it knows.
    row( 1, "COVISHIELD",              "Serum Institute of India", "ChAdOx1-S",                  Some(210), Some("Covishield"),      Vector,       day(2021, 1, 16)),
    row( 2, "COVAXIN",                 "Bharat Biotech",           "BBV152",                     Some(502), Some("Covaxin"),         Inactivated,  day(2021, 1, 16)),
    row( 3, "SPUTNIK_V",               "Gamaleya",                 "Gam-COVID-Vac",              Some(505), Some("Sputnik-V"),       Vector,       day(2020, 12, 5)),
    row( 4, "SPUTNIK_LIGHT",           "Gamaleya",                 "Sputnik Light",              Some(504), Some("Sputnik-Light"),   Vector,       day(2021, 5, 6)),
    row( 5, "ZYCOV_D",                 "Cadila",                   "ZyCoV-D",                    Some(514), None,                    Dna,          day(2021, 8, 20)),
    row( 6, "CORBEVAX",                "Biological E",             "BECOV2D",                    Some(517), None,                    Subunit,      day(2021, 12, 28)),
    row( 7, "COVOVAX",                 "Serum Institute of India", "NVX-CoV2373",                Some(211), Some("Covovax"),         Subunit,      day(2021, 11, 1)),
    row( 8, "GEMCOVAC",                "Gennova",                  "HGCO19",                     None,      None,                    Mrna,         day(2022, 6, 28)),
    row( 9, "INCOVACC",                "Bharat Biotech",           "BBV154",                     None,      None,                    Vector,       day(2022, 9, 6)),
    row(10, "MODERNA",                 "Moderna",                  "mRNA-1273",                  Some(207), Some("EU/1/20/1507"),    Mrna,         day(2020, 12, 18)),
    row(11, "JANSSEN",                 "Janssen",                  "Ad26.COV2.S",                Some(212), Some("EU/1/20/1525"),    Vector,       day(2021, 2, 17)),
    row(12, "COMIRNATY",               "Pfizer-BioNTech",          "BNT162b2",                   Some(208), Some("EU/1/20/1528"),    Mrna,         day(2020, 12, 8)),
    row(13, "VAXZEVRIA",               "AstraZeneca",              "ChAdOx1-S",                  Some(210), Some("EU/1/21/1529"),    Vector,       day(2021, 1, 4)),
    // Further products and formulations, by their CVX code.
    row(14, "NUVAXOVID",               "Novavax",                  "NVX-CoV2373",                Some(211), Some("EU/1/21/1618"),    Subunit,      day(2021, 11, 1)),
    row(15, "UNSPECIFIED",             "not recorded",             "unspecified",                Some(213), None,                    Unspecified,  day(2020, 12, 8)),
    row(16, "COMIRNATY_TRIS",          "Pfizer-BioNTech",          "BNT162b2",                   Some(217), None,                    Mrna,         day(2021, 10, 29)),
    row(17, "COMIRNATY_5_11",          "Pfizer-BioNTech",          "BNT162b2",                   Some(218), None,                    Mrna,         day(2021, 10, 29)),
    row(18, "COMIRNATY_6M_4",          "Pfizer-BioNTech",          "BNT162b2",                   Some(219), None,                    Mrna,         day(2022, 6, 17)),
    row(19, "MODERNA_50",              "Moderna",                  "mRNA-1273",                  Some(221), None,                    Mrna,         day(2022, 3, 29)),
    row(20, "MODERNA_6_11",            "Moderna",                  "mRNA-1273",                  Some(227), None,                    Mrna,         day(2022, 6, 17)),
    row(21, "MODERNA_6M_5",            "Moderna",                  "mRNA-1273",                  Some(228), None,                    Mrna,         day(2022, 6, 17)),
    row(22, "MODERNA_BIVALENT",        "Moderna",                  "mRNA-1273",                  Some(229), None,                    Mrna,         day(2022, 8, 31)),
    row(23, "MODERNA_BIVALENT_6M_5",   "Moderna",                  "mRNA-1273",                  Some(230), None,                    Mrna,         day(2022, 12, 8)),
    row(24, "COMIRNATY_BIVALENT",      "Pfizer-BioNTech",          "BNT162b2",                   Some(300), None,                    Mrna,         day(2022, 8, 31)),
    row(25, "COMIRNATY_BIVALENT_5_11", "Pfizer-BioNTech",          "BNT162b2",                   Some(301), None,                    Mrna,         day(2022, 10, 12)),
    row(26, "COMIRNATY_BIVALENT_6M_4", "Pfizer-BioNTech",          "BNT162b2",                   Some(302), None,                    Mrna,         day(2022, 12, 8)),
    row(27, "UNSPECIFIED_NON_US",      "not recorded",             "unspecified, not of the US", Some(500), None,                    Unspecified,  day(2020, 7, 22)),
    row(28, "QAZVAC",                  "Kazakhstan RIBSP",         "QazCovid-in",                Some(501), None,                    Inactivated,  day(2021, 4, 26)),
    row(29, "COVIVAC",                 "Chumakov Centre",          "CoviVac",                    Some(503), Some("CoviVac"),         Inactivated,  day(2021, 2, 20)),
    row(30, "CONVIDECIA",              "CanSino",                  "Ad5-nCoV",                   Some(506), Some("Convidecia"),      Vector,       day(2021, 2, 9)),
    row(31, "ZHIFEI_LONGCOM",          "Anhui Zhifei Longcom",     "ZF2001",                     Some(507), None,                    Subunit,      day(2021, 3, 1)),
    row(32, "JIANGSU_CDC",             "Jiangsu Province CDC",     "Jiangsu Province CDC",       Some(508), None,                    Subunit,      day(2020, 7, 22)),
    row(33, "EPIVACCORONA",            "Vector Institute",         "EpiVacCorona",               Some(509), Some("EpiVacCorona"),    Subunit,      day(2020, 12, 15)),
    row(34, "SINOPHARM_BIBP",          "Sinopharm BIBP",           "BBIBP-CorV",                 Some(510), Some("BBIBP-CorV"),      Inactivated,  day(2020, 7, 22)),
    row(35, "CORONAVAC",               "Sinovac",                  "CoronaVac",                  Some(511), Some("CoronaVac"),       Inactivated,  day(2020, 7, 22)),
    row(36, "COVIFENZ",                "Medicago",                 "CoVLP",                      Some(512), None,                    VirusLike,    day(2021, 3, 16)),
    row(37, "ZIFIVAX",                 "Anhui Zhifei Longcom",     "ZF2001",                     Some(513), None,                    Subunit,      day(2021, 3, 1)),
    row(38, "MEDIGEN",                 "Medigen",                  "MVC-COV1901",                Some(515), Some("MVC-COV1901"),     Subunit,      day(2021, 7, 19)),
    row(39, "KCONVAC",                 "Minhai",                   "KCONVAC",                    Some(516), None,                    Inactivated,  day(2021, 5, 14)),
    row(40, "ABDALA",                  "CIGB",                     "CIGB-66",                    None,      Some("Abdala"),          Subunit,      day(2021, 5, 12)),
    row(41, "SINOPHARM_WIBP",          "Sinopharm WIBP",           "WIBP-CorV",                  None,      Some("WIBP-CorV"),       Inactivated,  day(2020, 7, 22)),
    row(42, "MODERNA_BIVALENT_BA1",    "Moderna",                  "mRNA-1273",                  Some(519), None,                    Mrna,         day(2022, 8, 15)),
    row(43, "COMIRNATY_BIVALENT_BA1",  "Pfizer-BioNTech",          "BNT162b2",                   Some(520), None,                    Mrna,         day(2022, 9, 1)),
];

#[expect(clippy::too_many_arguments, reason = "the columns of the table")]
const fn row(
    id: u8,
    code: &'static str,
    maker: &'static str,
    family: &'static str,
    cvx: Option<u16>,
    eu: Option<&'static str>,
    platform: Platform,
    first_use: NaiveDate,
) -> Row {
    Row { id, code, maker, family, cvx, eu, platform, first_use }
}

/// A test finds a day that the calendar does not have.
const fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(date) => date,
        None => NaiveDate::MAX,
    }
}
