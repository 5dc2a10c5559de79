/// Why a policy file was refused, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct PolicyError {
    /// Where in the file, in words such as `series "Covaxin", dose 2, rule 1` or `line 12`.
    pub place: String,
    /// What is wrong there.
    pub problem: PolicyProblem,
}

/// What is wrong in a policy file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyProblem {
    /// The file is longer than 256 KiB.
    #[error("a policy file has at most 262144 bytes")]
    TooLarge,
    /// The text is not TOML, or a field is missing, unknown, repeated or of another type.
    #[error("{0}")]
    Syntax(String),
    /// An id is what a token can carry: 1 to 32 lower-case letters, digits and hyphens, a letter first.
    #[error("an id is 1 to 32 lower-case letters, digits and hyphens, and begins with a letter")]
    BadId,
    /// A token that carries the id of a built-in policy is by its rules and no others.
    #[error("`{0}` is a built-in policy; a policy of your own has an id of its own")]
    BuiltinId(&'static str),
    /// Versions count from 1.
    #[error("a version is a number from 1 to 4294967295")]
    BadVersion,
    /// A text is empty, too long, or holds control, invisible or bidirectional characters.
    #[error("a {0} is 1 to 120 visible characters")]
    BadText(&'static str),
    /// `extends` names a policy that is not built in.
    #[error("no built-in policy has the id that it extends")]
    UnknownBase,
    /// A policy that extends another changes only how long it waits.
    #[error("a policy that extends another has no `{0}` of its own")]
    FixedByBase(&'static str),
    /// A list is empty or too long.
    #[error("there must be 1 to {max} {what}")]
    Count {
        /// What is counted, such as `series`.
        what: &'static str,
        /// The most there may be.
        max: usize,
    },
    /// A number of days is out of range.
    #[error("`{field}` is at most {max}")]
    TooManyDays {
        /// The field.
        field: &'static str,
        /// The most it may be.
        max: u16,
    },
    /// Two series have one name.
    #[error("another series has this name")]
    RepeatedSeries,
    /// The catalogue knows no such product.
    #[error("no product has the code `{0}`")]
    UnknownProduct(String),
    /// A list names a product twice, itself or by a code of its family.
    #[error("the product {0} is listed twice")]
    RepeatedProduct(&'static str),
    /// A field holds a time or no day of the calendar.
    #[error("`{0}` is a date without a time, such as 2021-05-13")]
    BadDate(&'static str),
    /// A rule ends before it begins.
    #[error("`until` is before `from`")]
    EmptyDates,
    /// An age is a whole number of months or years up to 150 years.
    #[error("`{0}` is an age such as \"6 months\" or \"18 years\"")]
    BadAge(&'static str),
    /// `below_age` is not above `minimum_age`.
    #[error("`below_age` is not above `minimum_age`")]
    EmptyAges,
    /// The recommended interval is shorter than the minimum.
    #[error("`recommended_days` is less than `minimum_days`")]
    RecommendedBelowMinimum,
    /// The first dose of a series has no dose before it.
    #[error("the first dose of a series has no interval")]
    IntervalOfFirstDose,
    /// Two rules of one dose hold for one product at one time and age, so that neither decides.
    #[error("rule {rule} holds for {product} at the same dates and ages")]
    Overlap {
        /// The number of the earlier rule, from 1.
        rule: usize,
        /// The product.
        product: &'static str,
    },
}
