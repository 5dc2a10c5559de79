mod phrases;

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta, Timelike};
use serde::{Deserialize, Serialize};

/// A language that notices and messages are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Language {
    /// English.
    #[default]
    #[serde(rename = "en")]
    English,
    /// Hindi.
    #[serde(rename = "hi")]
    Hindi,
    /// Bengali.
    #[serde(rename = "bn")]
    Bengali,
    /// Marathi.
    #[serde(rename = "mr")]
    Marathi,
    /// Telugu.
    #[serde(rename = "te")]
    Telugu,
    /// Tamil.
    #[serde(rename = "ta")]
    Tamil,
    /// Gujarati.
    #[serde(rename = "gu")]
    Gujarati,
    /// Kannada.
    #[serde(rename = "kn")]
    Kannada,
    /// Malayalam.
    #[serde(rename = "ml")]
    Malayalam,
    /// Punjabi.
    #[serde(rename = "pa")]
    Punjabi,
    /// Odia.
    #[serde(rename = "or")]
    Odia,
    /// Urdu, which is written from right to left.
    #[serde(rename = "ur")]
    Urdu,
}

/// The longest tag that is read: RFC 5646, section 4.4.1, asks for at least 35 characters.
const MAX_TAG: usize = 35;

impl Language {
    /// All of them, in the order in which they are offered.
    pub const ALL: &'static [Self] = &[
        Self::English,
        Self::Hindi,
        Self::Bengali,
        Self::Marathi,
        Self::Telugu,
        Self::Tamil,
        Self::Gujarati,
        Self::Kannada,
        Self::Malayalam,
        Self::Punjabi,
        Self::Odia,
        Self::Urdu,
    ];

    /// The BCP 47 tag: `en`, `hi`, `bn`, `mr`, `te`, `ta`, `gu`, `kn`, `ml`, `pa`, `or`, `ur`.
    pub fn tag(self) -> &'static str {
        self.phrases().tag
    }

    /// The language of a BCP 47 tag in any case; what follows the language does not matter, so `en-IN` is English.
    /// `None` for another language, and for what is no tag.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let is_subtag =
            |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if tag.len() > MAX_TAG || !tag.split('-').all(is_subtag) {
            return None;
        }
        let primary = tag.split('-').next()?;
        Self::ALL.iter().copied().find(|language| language.tag().eq_ignore_ascii_case(primary))
    }

    /// Its own name in its own script, for a list to choose from.
    pub fn endonym(self) -> &'static str {
        self.phrases().endonym
    }

    /// Whether it is written from right to left.
    pub fn is_right_to_left(self) -> bool {
        self == Self::Urdu
    }

    /// A day as India writes it, `29 Nov 2026`, with the month's name in this language. Its digits are those of codes and mobile
    /// numbers, so that one page has one kind.
    pub fn day(self, day: NaiveDate) -> String {
        let month = usize::try_from(day.month0()).ok().and_then(|month| self.phrases().months.get(month));
        format!("{} {} {}", day.day(), month.unwrap_or(&""), day.year())
    }

    /// A day with its time: `29 Nov 2026, 11:27 am`.
    pub fn moment(self, at: NaiveDateTime) -> String {
        let (is_pm, hour) = at.hour12();
        format!("{}, {hour}:{:02} {}", self.day(at.date()), at.minute(), if is_pm { "pm" } else { "am" })
    }

    /// A time in words, in the largest unit that tells it exactly: `24 hours`, `90 minutes`, `45 seconds`.
    pub fn duration(self, span: TimeDelta) -> String {
        let seconds = span.num_seconds();
        let [hours, minutes, singly] = self.phrases().units;
        let (count, [one, several]) = match seconds {
            _ if seconds % 3_600 == 0 => (seconds / 3_600, hours),
            _ if seconds % 60 == 0 => (seconds / 60, minutes),
            _ => (seconds, singly),
        };
        format!("{count} {}", if count == 1 { one } else { several })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    use proptest::prelude::*;

    #[test]
    fn every_language_has_its_own_tag_and_name() {
        for other in [Language::tag, Language::endonym] {
            let names: HashSet<_> = Language::ALL.iter().copied().map(other).collect();
            assert_eq!(names.len(), Language::ALL.len());
        }
        assert!(
            Language::ALL
                .iter()
                .copied()
                .all(|language| language == Language::English || !language.endonym().is_ascii())
        );
    }

    /// The scripts that Unicode writes from right to left, of those that India writes in: Arabic alone.
    #[test]
    fn a_language_is_written_from_right_to_left_if_its_script_is() {
        for &language in Language::ALL {
            let is_arabic = language.endonym().chars().any(|letter| ('\u{600}'..='\u{6FF}').contains(&letter));
            assert_eq!(language.is_right_to_left(), is_arabic, "{language:?}");
        }
        assert!(Language::Urdu.is_right_to_left());
    }

    #[test]
    fn a_tag_names_its_language_wherever_it_is_spoken() {
        for &language in Language::ALL {
            assert_eq!(Language::from_tag(language.tag()), Some(language));
            assert_eq!(serde_json::to_value(language).unwrap(), language.tag());
        }
        for (tag, language) in
            [("en-IN", Language::English), ("HI-in", Language::Hindi), ("ta-Taml-LK", Language::Tamil)]
        {
            assert_eq!(Language::from_tag(tag), Some(language), "{tag}");
        }
        for tag in ["", "fr", "eng", "en_IN", "en-", "-en", "en--IN", "en-abcdefghi", " en", "हि", "e"] {
            assert_eq!(Language::from_tag(tag), None, "{tag}");
        }
        assert_eq!(Language::from_tag(&format!("en{}", "-IN".repeat(12))), None);
    }

    /// A policy is named on the same pages.
    #[test]
    fn the_words_of_a_policy_may_be_in_each_language_and_in_no_other() {
        let tags: Vec<_> = Language::ALL.iter().map(|language| language.tag()).collect();
        assert_eq!(kycvs_domain::rules::Words::LANGUAGES.as_slice(), tags);
    }

    #[test]
    fn a_time_is_told_exactly() {
        let told = |seconds| Language::English.duration(TimeDelta::seconds(seconds));
        let times = [86_400, 3_600, 5_400, 60, 180, 45, 3_601].map(told);
        assert_eq!(times, ["24 hours", "1 hour", "90 minutes", "1 minute", "3 minutes", "45 seconds", "3601 seconds"]);
        let words: HashSet<_> = Language::ALL.iter().map(|language| language.duration(TimeDelta::hours(24))).collect();
        assert!(words.len() > 9 && words.iter().all(|words| words.starts_with("24 ")), "{words:?}");
    }

    #[test]
    fn a_date_is_written_as_india_writes_it() {
        let at = |text: &str| text.parse::<NaiveDateTime>().unwrap();
        let english = |text| Language::English.moment(at(text));
        assert_eq!(english("2026-11-29T11:27:00"), "29 Nov 2026, 11:27 am");
        assert_eq!(english("2026-11-05T00:05:59"), "5 Nov 2026, 12:05 am");
        assert_eq!(english("2026-11-29T12:00:00"), "29 Nov 2026, 12:00 pm");
        for &language in Language::ALL {
            let months: HashSet<_> =
                (1..=12).map(|month| language.day(NaiveDate::from_ymd_opt(2026, month, 1).unwrap())).collect();
            assert_eq!(months.len(), 12, "{language:?}");
            assert!(months.iter().all(|day| day.starts_with("1 ") && day.ends_with(" 2026")));
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_tag_or_not(text in any::<String>()) {
            if let Some(language) = Language::from_tag(&text) {
                prop_assert!(text.to_ascii_lowercase().starts_with(language.tag()));
            }
        }
    }

    #[test]
    fn a_tag_of_35_characters_is_read_and_a_longer_one_is_not() {
        let longest = "en-abcdefgh-abcdefgh-abcdefgh-abcde";
        assert_eq!((longest.len(), Language::from_tag(longest)), (35, Some(Language::English)));
        assert_eq!(Language::from_tag(&format!("{longest}f")), None);
    }
}
