use std::io;

use kycvs_domain::{MobileError, NameError, UnknownProduct};

use super::date::DateError;
use super::row::MAX_ROW_BYTES;
use crate::{MAX_DOSES, MAX_PEOPLE, RegistryError};

/// Why an import ended early.
///
/// While the file is read nothing is written, so that a file that breaks off changes nothing. Where the registry fails
/// later, every household is as it was or as the file has it; importing the file again completes the rest.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The file could not be read.
    #[error("the file could not be read")]
    Read(#[source] io::Error),
    /// The file does not fit into memory, and the folder for temporary files has no room for the rest, or is read-only.
    #[error("the file does not fit into memory, and no temporary file could be written")]
    Temporary(#[source] io::Error),
    /// The registry was not there, or not readable.
    #[error(transparent)]
    Registry(#[from] RegistryError),
}

/// Why a row was not imported. It quotes nothing of the row, so that it may be logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RowError {
    /// Longer than [`MAX_ROW_BYTES`].
    #[error("the row is longer than {MAX_ROW_BYTES} bytes")]
    TooLong,
    /// Not UTF-8.
    #[error("the row is not UTF-8")]
    NotUtf8,
    /// A control character, such as NUL or a line break.
    #[error("the row holds a control character")]
    ControlCharacter,
    /// A quote that does not enclose a whole field, or is not closed.
    #[error("a quote is out of place or not closed")]
    Quote,
    /// More or fewer fields than the header.
    #[error("the row does not have as many fields as the header")]
    FieldCount,
    /// No [`Action`](crate::Action).
    #[error("action is not put, correct, void, remove, move or merge")]
    Action,
    /// See [`BeneficiaryId`](crate::BeneficiaryId).
    #[error("beneficiary_id is not 1 to 32 letters and digits")]
    Beneficiary,
    /// An id such as `2.04818E+13`.
    #[error(
        "beneficiary_id was rounded by Excel and has lost digits: give the column the format Text before you open it"
    )]
    BeneficiaryRounded,
    /// See [`PersonName`](kycvs_domain::PersonName).
    #[error("name: {0}")]
    Name(NameError),
    /// See [`Mobile`](kycvs_domain::Mobile).
    #[error("mobile: {0}")]
    Mobile(MobileError),
    /// A number such as `9.80000E+09`.
    #[error("mobile was rounded by Excel and has lost digits: give the column the format Text before you open it")]
    MobileRounded,
    /// What `to` names: a mobile of an action `move`, an id of `merge`.
    #[error("to is not the mobile that a person moves to, or the id that is kept of two")]
    To,
    /// The birth date cannot be read.
    #[error("birth_date: {0}")]
    BirthDate(DateError),
    /// The birth date is later than today.
    #[error("birth_date is in the future")]
    BirthInFuture,
    /// A product that the catalogue does not have.
    #[error("product: {0}")]
    Product(UnknownProduct),
    /// The day of the dose cannot be read.
    #[error("given_on: {0}")]
    GivenOn(DateError),
    /// The dose is later than today.
    #[error("given_on is in the future")]
    DoseInFuture,
    /// The dose is earlier than the person's birth.
    #[error("given_on is before birth_date")]
    DoseBeforeBirth,
    /// Not 1 to 255.
    #[error("dose_number is not 1 to 255")]
    DoseNumber,
    /// See [`Batch`](kycvs_domain::Batch).
    #[error("batch is not 1 to 20 printable ASCII characters without spaces")]
    Batch,
    /// A product without a date, or any part of a dose without a product.
    #[error("a dose needs product and given_on; an action void needs given_on")]
    IncompleteDose,
    /// The mobile has [`MAX_PEOPLE`] other people already.
    #[error("the mobile has {MAX_PEOPLE} other people already")]
    HouseholdFull,
    /// The person has [`MAX_DOSES`] other doses already.
    #[error("the person has {MAX_DOSES} other doses already")]
    TooManyDoses,
    /// Rows of one id name two people, by name or by birth date. None of the id's rows were imported.
    #[error("line {other} has another person under this beneficiary_id: give each person an id of their own")]
    TwoPeople {
        /// The first line that names the other.
        other: u64,
    },
    /// The registry has another person under this id, by name or by birth date.
    #[error("the registry has another person under this beneficiary_id: if it is one, say so by the action correct")]
    AnotherPerson,
    /// The registry has a dose of this number on another day, which may be the same dose.
    #[error("the registry has a dose of this dose_number on another day: if that is wrong, void it in the same file")]
    DoseNumberTaken,
    /// There is nobody of this id on the mobile.
    #[error("the registry has nobody of this beneficiary_id on this mobile")]
    NoSuchPerson,
    /// There is somebody of this id on the other mobile already.
    #[error("the registry has somebody of this beneficiary_id on the mobile in to: remove one of the two")]
    MovedAlready,
    /// The same file moves the person to another mobile.
    #[error("the same file moves this person to another mobile")]
    MovedAway,
    /// One file moves at most that many people.
    #[error("a file moves at most {} people", crate::import::moves::MAX_MOVES)]
    TooManyMoves,
}

impl RowError {
    /// A stable word for it.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLong => "row-too-long",
            Self::NotUtf8 => "not-utf-8",
            Self::ControlCharacter => "control-character",
            Self::Quote => "open-quote",
            Self::FieldCount => "field-count",
            Self::Action => "unknown-action",
            Self::Beneficiary => "bad-beneficiary-id",
            Self::BeneficiaryRounded | Self::MobileRounded => "excel-rounded",
            Self::Name(_) => "bad-name",
            Self::Mobile(_) => "bad-mobile",
            Self::To => "bad-to",
            Self::BirthDate(error) | Self::GivenOn(error) => error.code(),
            Self::BirthInFuture => "birth-in-future",
            Self::Product(_) => "unknown-product",
            Self::DoseInFuture => "dose-in-future",
            Self::DoseBeforeBirth => "dose-before-birth",
            Self::DoseNumber => "bad-dose-number",
            Self::Batch => "bad-batch",
            Self::IncompleteDose => "incomplete-dose",
            Self::HouseholdFull => "household-full",
            Self::TooManyDoses => "too-many-doses",
            Self::TwoPeople { .. } => "two-people",
            Self::AnotherPerson => "another-person",
            Self::DoseNumberTaken => "dose-number-taken",
            Self::NoSuchPerson => "no-such-person",
            Self::MovedAlready => "moved-already",
            Self::MovedAway => "moved-away",
            Self::TooManyMoves => "too-many-moves",
        }
    }
}
