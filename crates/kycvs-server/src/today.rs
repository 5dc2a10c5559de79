use std::time::SystemTime;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

/// The date in India, UTC+05:30, where the rules of India's policy are counted.
pub(crate) fn today_in_india() -> NaiveDate {
    let now: DateTime<Utc> = SystemTime::now().into();
    (now + TimeDelta::minutes(330)).date_naive()
}
