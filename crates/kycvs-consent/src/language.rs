use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// A language that notices and messages are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
}

/// The longest tag that is read: RFC 5646, section 4.4.1, asks for at least 35 characters.
const MAX_TAG: usize = 35;

impl Language {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 6] = [Self::English, Self::Hindi, Self::Bengali, Self::Marathi, Self::Telugu, Self::Tamil];

    /// The BCP 47 tag: `en`, `hi`, `bn`, `mr`, `te`, `ta`.
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
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(primary))
    }

    /// Its own name in its own script, for a list to choose from.
    pub fn endonym(self) -> &'static str {
        self.phrases().endonym
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

    pub(crate) fn phrases(self) -> &'static Phrases {
        match self {
            Self::English => &ENGLISH,
            Self::Hindi => &HINDI,
            Self::Bengali => &BENGALI,
            Self::Marathi => &MARATHI,
            Self::Telugu => &TELUGU,
            Self::Tamil => &TAMIL,
        }
    }
}

/// What a language needs to say a notice. Names and times stand in it without an ending, since none fits them all.
pub(crate) struct Phrases {
    tag: &'static str,
    endonym: &'static str,
    pub(crate) notice: &'static str,
    /// What a notice adds where a withdrawal ends tokens, too.
    pub(crate) ending: &'static str,
    pub(crate) own_page: &'static str,
    /// What a notice adds where the entity names its transaction.
    pub(crate) reference: &'static str,
    /// By which rules the question is answered, as of the day of the answer or of another.
    pub(crate) rules: [&'static str; 2],
    /// One and several hours, minutes, seconds.
    units: [[&'static str; 2]; 3],
    pub(crate) may_share: &'static str,
    pub(crate) may_not_share: &'static str,
    /// What a notice adds that is about more than one person.
    pub(crate) several: &'static str,
}

const ENGLISH: Phrases = Phrases {
    tag: "en",
    endonym: "English",
    notice: include_str!("../notices/en.txt"),
    ending: " What you withdraw ends within the hour, also where the answer was shown already.",
    own_page: include_str!("../notices/own-page/en.txt"),
    reference: " Reference: {reference}.",
    rules: [" Rules: {policy}.", " Rules: {policy}, as of {on}."],
    units: [["hour", "hours"], ["minute", "minutes"], ["second", "seconds"]],
    may_share: "It may be shown to others who verify it.",
    may_not_share: "It may not be passed on.",
    several: " Each person gets an answer of their own. You may leave any of them out.",
};

const HINDI: Phrases = Phrases {
    tag: "hi",
    endonym: "हिन्दी",
    notice: include_str!("../notices/hi.txt"),
    ending: " वापस लेने पर उत्तर एक घंटे के भीतर अमान्य हो जाता है, जहां वह दिखाया जा चुका है वहां भी।",
    own_page: include_str!("../notices/own-page/hi.txt"),
    reference: " संदर्भ: {reference}।",
    rules: [" नियम: {policy}।", " नियम: {policy}, तारीख: {on}।"],
    units: [["घंटा", "घंटे"], ["मिनट", "मिनट"], ["सेकंड", "सेकंड"]],
    may_share: "इसे सत्यापन के लिए दूसरों को दिखाया जा सकता है।",
    may_not_share: "इसे आगे साझा नहीं किया जा सकता।",
    several: " हर व्यक्ति का उत्तर अलग होगा। आप किसी को भी छोड़ सकते हैं।",
};

const BENGALI: Phrases = Phrases {
    tag: "bn",
    endonym: "বাংলা",
    notice: include_str!("../notices/bn.txt"),
    ending: " প্রত্যাহার করলে উত্তরটি এক ঘণ্টার মধ্যে অকার্যকর হয়, যেখানে তা আগেই দেখানো হয়েছে সেখানেও।",
    own_page: include_str!("../notices/own-page/bn.txt"),
    reference: " রেফারেন্স: {reference}।",
    rules: [" নিয়ম: {policy}।", " নিয়ম: {policy}, তারিখ: {on}।"],
    units: [["ঘণ্টা", "ঘণ্টা"], ["মিনিট", "মিনিট"], ["সেকেন্ড", "সেকেন্ড"]],
    may_share: "যাচাইয়ের জন্য এটি অন্যদের দেখানো যেতে পারে।",
    may_not_share: "এটি অন্য কাউকে দেওয়া যাবে না।",
    several: " প্রত্যেকের উত্তর আলাদা হবে। আপনি যে কাউকে বাদ দিতে পারেন।",
};

const MARATHI: Phrases = Phrases {
    tag: "mr",
    endonym: "मराठी",
    notice: include_str!("../notices/mr.txt"),
    ending: " मागे घेतल्यावर उत्तर एका तासात अवैध होते, ते आधी दाखवले आहे तेथेही.",
    own_page: include_str!("../notices/own-page/mr.txt"),
    reference: " संदर्भ: {reference}.",
    rules: [" नियम: {policy}.", " नियम: {policy}, तारीख: {on}."],
    units: [["तास", "तास"], ["मिनिट", "मिनिटे"], ["सेकंद", "सेकंद"]],
    may_share: "पडताळणीसाठी ते इतरांना दाखवता येते.",
    may_not_share: "ते इतर कोणालाही देता येणार नाही.",
    several: " प्रत्येक व्यक्तीचे उत्तर वेगळे असेल. तुम्ही कोणालाही वगळू शकता.",
};

const TELUGU: Phrases = Phrases {
    tag: "te",
    endonym: "తెలుగు",
    notice: include_str!("../notices/te.txt"),
    ending: " వెనక్కి తీసుకుంటే సమాధానం ఒక గంటలోపు చెల్లకుండా పోతుంది, ఇప్పటికే చూపిన చోట కూడా.",
    own_page: include_str!("../notices/own-page/te.txt"),
    reference: " సూచన: {reference}.",
    rules: [" నియమాలు: {policy}.", " నియమాలు: {policy}, తేదీ: {on}."],
    units: [["గంట", "గంటలు"], ["నిమిషం", "నిమిషాలు"], ["సెకను", "సెకన్లు"]],
    may_share: "ధృవీకరణ కోసం దీన్ని ఇతరులకు చూపించవచ్చు.",
    may_not_share: "దీన్ని ఇతరులకు ఇవ్వకూడదు.",
    several: " ప్రతి వ్యక్తికి సమాధానం వేరుగా ఉంటుంది. మీరు ఎవరినైనా వదిలివేయవచ్చు.",
};

const TAMIL: Phrases = Phrases {
    tag: "ta",
    endonym: "தமிழ்",
    notice: include_str!("../notices/ta.txt"),
    ending: " திரும்பப் பெற்றால், ஏற்கெனவே காட்டப்பட்ட இடத்திலும், ஒரு மணி நேரத்திற்குள் பதில் செல்லாததாகும்.",
    own_page: include_str!("../notices/own-page/ta.txt"),
    reference: " குறிப்பு: {reference}.",
    rules: [" விதிகள்: {policy}.", " விதிகள்: {policy}, தேதி: {on}."],
    units: [["மணிநேரம்", "மணிநேரம்"], ["நிமிடம்", "நிமிடங்கள்"], ["வினாடி", "வினாடிகள்"]],
    may_share: "சரிபார்ப்பதற்காக இதைப் பிறரிடம் காட்டலாம்.",
    may_not_share: "இதைப் பிறருக்குக் கொடுக்கக் கூடாது.",
    several: " ஒவ்வொருவருக்கும் தனித்தனிப் பதில் வழங்கப்படும். நீங்கள் யாரை வேண்டுமானாலும் விட்டுவிடலாம்.",
};

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_language_has_its_own_tag_and_name() {
        assert_eq!(Language::ALL.map(Language::tag), ["en", "hi", "bn", "mr", "te", "ta"]);
        assert_eq!(Language::ALL.map(Language::endonym), ["English", "हिन्दी", "বাংলা", "मराठी", "తెలుగు", "தமிழ்"]);
    }

    #[test]
    fn a_tag_names_its_language_wherever_it_is_spoken() {
        for language in Language::ALL {
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

    #[test]
    fn a_time_is_told_exactly() {
        let told = |seconds| Language::English.duration(TimeDelta::seconds(seconds));
        let times = [86_400, 3_600, 5_400, 60, 180, 45, 3_601].map(told);
        assert_eq!(times, ["24 hours", "1 hour", "90 minutes", "1 minute", "3 minutes", "45 seconds", "3601 seconds"]);
        let told = Language::ALL.map(|language| language.duration(TimeDelta::minutes(3)));
        assert_eq!(told, ["3 minutes", "3 मिनट", "3 মিনিট", "3 मिनिटे", "3 నిమిషాలు", "3 நிமிடங்கள்"]);
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
