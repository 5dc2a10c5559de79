//! What each language needs to write a notice, a time and a date.

use super::Language;

/// Names and times appear in these texts without an ending, since none fits them all.
pub(crate) struct Phrases {
    pub(super) tag: &'static str,
    pub(super) endonym: &'static str,
    pub(crate) notice: &'static str,
    /// What a notice adds where a withdrawal ends tokens, too.
    pub(crate) ending: &'static str,
    pub(crate) own_page: &'static str,
    /// What the notice of the own page adds where people may take cards.
    pub(crate) own_cards: &'static str,
    /// What a notice adds where the entity names its transaction.
    pub(crate) reference: &'static str,
    /// By which rules the question is answered, as of the day of the answer or of another.
    pub(crate) rules: [&'static str; 2],
    /// One and several hours, minutes, seconds.
    pub(super) units: [[&'static str; 2]; 3],
    /// The months, as short as the language writes them in a date.
    pub(super) months: [&'static str; 12],
    pub(crate) may_share: &'static str,
    pub(crate) may_not_share: &'static str,
    /// What a notice adds that is about more than one person.
    pub(crate) several: &'static str,
}

impl Language {
    pub(crate) fn phrases(self) -> &'static Phrases {
        match self {
            Self::English => &ENGLISH,
            Self::Hindi => &HINDI,
            Self::Bengali => &BENGALI,
            Self::Marathi => &MARATHI,
            Self::Telugu => &TELUGU,
            Self::Tamil => &TAMIL,
            Self::Gujarati => &GUJARATI,
            Self::Kannada => &KANNADA,
            Self::Malayalam => &MALAYALAM,
            Self::Punjabi => &PUNJABI,
            Self::Odia => &ODIA,
            Self::Urdu => &URDU,
        }
    }
}

const ENGLISH: Phrases = Phrases {
    tag: "en",
    endonym: "English",
    notice: include_str!("../../notices/en.txt"),
    ending: " Within the hour, everyone who checks the answer online sees that you withdrew it.",
    own_page: include_str!("../../notices/own-page/en.txt"),
    own_cards: "You can also take a copy of your recorded doses, as cards that others can check. {fiduciary} gives it to you alone.",
    reference: " Reference: {reference}.",
    rules: [" Rules: {policy}.", " Rules: {policy}, as of {on}."],
    units: [["hour", "hours"], ["minute", "minutes"], ["second", "seconds"]],
    months: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    may_share: "It may be shown to others who check it.",
    may_not_share: "It may not be passed on.",
    several: " Each person has their own. You can leave anyone out.",
};

const HINDI: Phrases = Phrases {
    tag: "hi",
    endonym: "हिन्दी",
    notice: include_str!("../../notices/hi.txt"),
    ending: " एक घंटे के भीतर ऑनलाइन जाँचने वालों को दिखेगा कि आपने सहमति वापस ली।",
    own_page: include_str!("../../notices/own-page/hi.txt"),
    own_cards: "आप अपनी दर्ज खुराकों की प्रति भी ले सकते हैं, ऐसे कार्ड के रूप में जिन्हें दूसरे जांच सकते हैं। {fiduciary} यह केवल आपको देता है।",
    reference: " संदर्भ: {reference}।",
    rules: [" नियम: {policy}।", " नियम: {policy}, तारीख: {on}।"],
    units: [["घंटा", "घंटे"], ["मिनट", "मिनट"], ["सेकंड", "सेकंड"]],
    months: ["जनवरी", "फ़रवरी", "मार्च", "अप्रैल", "मई", "जून", "जुलाई", "अगस्त", "सितंबर", "अक्टूबर", "नवंबर", "दिसंबर"],
    may_share: "जांच के लिए इसे दूसरों को दिखाया जा सकता है।",
    may_not_share: "इसे आगे किसी को नहीं दिया जा सकता।",
    several: " हर व्यक्ति का जवाब अलग होगा। आप किसी को भी छोड़ सकते हैं।",
};

const BENGALI: Phrases = Phrases {
    tag: "bn",
    endonym: "বাংলা",
    notice: include_str!("../../notices/bn.txt"),
    ending: " এক ঘণ্টার মধ্যে অনলাইনে যাচাই করলে দেখা যাবে যে আপনি ফিরিয়ে নিয়েছেন।",
    own_page: include_str!("../../notices/own-page/bn.txt"),
    own_cards: "আপনি আপনার নথিভুক্ত ডোজের প্রতিলিপিও নিতে পারেন, এমন কার্ড হিসেবে যা অন্যেরা যাচাই করতে পারে। {fiduciary} তা কেবল আপনাকে দেয়।",
    reference: " রেফারেন্স: {reference}।",
    rules: [" নিয়ম: {policy}।", " নিয়ম: {policy}, তারিখ: {on}।"],
    units: [["ঘণ্টা", "ঘণ্টা"], ["মিনিট", "মিনিট"], ["সেকেন্ড", "সেকেন্ড"]],
    months: ["জানুয়ারি", "ফেব্রুয়ারি", "মার্চ", "এপ্রিল", "মে", "জুন", "জুলাই", "আগস্ট", "সেপ্টেম্বর", "অক্টোবর", "নভেম্বর", "ডিসেম্বর"],
    may_share: "যাচাইয়ের জন্য এটি অন্যদের দেখানো যায়।",
    may_not_share: "এটি অন্য কাউকে দেওয়া যাবে না।",
    several: " প্রত্যেকের উত্তর আলাদা হবে। আপনি যে কাউকে বাদ দিতে পারেন।",
};

const MARATHI: Phrases = Phrases {
    tag: "mr",
    endonym: "मराठी",
    notice: include_str!("../../notices/mr.txt"),
    ending: " एका तासात ऑनलाइन तपासणाऱ्यांना दिसेल की तुम्ही संमती मागे घेतली.",
    own_page: include_str!("../../notices/own-page/mr.txt"),
    own_cards: "तुम्ही तुमच्या नोंदवलेल्या डोसची प्रतही घेऊ शकता, इतरांना तपासता येणाऱ्या कार्डांच्या रूपात. {fiduciary} ती फक्त तुम्हाला देते.",
    reference: " संदर्भ: {reference}.",
    rules: [" नियम: {policy}.", " नियम: {policy}, तारीख: {on}."],
    units: [["तास", "तास"], ["मिनिट", "मिनिटे"], ["सेकंद", "सेकंद"]],
    months: ["जानेवारी", "फेब्रुवारी", "मार्च", "एप्रिल", "मे", "जून", "जुलै", "ऑगस्ट", "सप्टेंबर", "ऑक्टोबर", "नोव्हेंबर", "डिसेंबर"],
    may_share: "तपासण्यासाठी ते इतरांना दाखवता येते.",
    may_not_share: "ते इतर कोणालाही देता येणार नाही.",
    several: " प्रत्येक व्यक्तीचे उत्तर वेगळे असेल. तुम्ही कोणालाही वगळू शकता.",
};

const TELUGU: Phrases = Phrases {
    tag: "te",
    endonym: "తెలుగు",
    notice: include_str!("../../notices/te.txt"),
    ending: " గంటలోపు ఆన్‌లైన్‌లో తనిఖీ చేసేవారికి మీరు వెనక్కి తీసుకున్నట్టు కనిపిస్తుంది.",
    own_page: include_str!("../../notices/own-page/te.txt"),
    own_cards: "నమోదైన మీ డోసుల ప్రతిని కూడా తీసుకోవచ్చు, ఇతరులు సరిచూడగల కార్డుల రూపంలో. {fiduciary} దాన్ని మీకు మాత్రమే ఇస్తుంది.",
    reference: " రిఫరెన్స్: {reference}.",
    rules: [" నియమాలు: {policy}.", " నియమాలు: {policy}, తేదీ: {on}."],
    units: [["గంట", "గంటలు"], ["నిమిషం", "నిమిషాలు"], ["సెకను", "సెకన్లు"]],
    months: ["జనవరి", "ఫిబ్రవరి", "మార్చి", "ఏప్రిల్", "మే", "జూన్", "జూలై", "ఆగస్టు", "సెప్టెంబర్", "అక్టోబర్", "నవంబర్", "డిసెంబర్"],
    may_share: "సరిచూసుకోవడానికి దీన్ని ఇతరులకు చూపవచ్చు.",
    may_not_share: "దీన్ని ఇతరులకు ఇవ్వకూడదు.",
    several: " ప్రతి ఒక్కరికీ సమాధానం వేరుగా ఉంటుంది. మీరు ఎవరినైనా వదిలివేయవచ్చు.",
};

const TAMIL: Phrases = Phrases {
    tag: "ta",
    endonym: "தமிழ்",
    notice: include_str!("../../notices/ta.txt"),
    ending: " ஒரு மணி நேரத்திற்குள் இணையத்தில் சரிபார்ப்பவர்களுக்கு நீங்கள் திரும்பப் பெற்றது தெரியும்.",
    own_page: include_str!("../../notices/own-page/ta.txt"),
    own_cards: "பதிவான உங்கள் டோஸ்களின் நகலையும் எடுத்துக்கொள்ளலாம், பிறர் சரிபார்க்கக்கூடிய அட்டைகளாக. {fiduciary} அதை உங்களுக்கு மட்டுமே தருகிறது.",
    reference: " குறிப்பு: {reference}.",
    rules: [" விதிகள்: {policy}.", " விதிகள்: {policy}, தேதி: {on}."],
    units: [["மணிநேரம்", "மணிநேரம்"], ["நிமிடம்", "நிமிடங்கள்"], ["வினாடி", "வினாடிகள்"]],
    months: ["ஜனவரி", "பிப்ரவரி", "மார்ச்", "ஏப்ரல்", "மே", "ஜூன்", "ஜூலை", "ஆகஸ்ட்", "செப்டம்பர்", "அக்டோபர்", "நவம்பர்", "டிசம்பர்"],
    may_share: "சரிபார்க்க இதைப் பிறரிடம் காட்டலாம்.",
    may_not_share: "இதைப் பிறருக்குத் தரக் கூடாது.",
    several: " ஒவ்வொருவருக்கும் தனிப் பதில் கிடைக்கும். யாரை வேண்டுமானாலும் விட்டுவிடலாம்.",
};

const GUJARATI: Phrases = Phrases {
    tag: "gu",
    endonym: "ગુજરાતી",
    notice: include_str!("../../notices/gu.txt"),
    ending: " એક કલાકમાં ઑનલાઇન તપાસનારને દેખાશે કે તમે પાછી લીધી.",
    own_page: include_str!("../../notices/own-page/gu.txt"),
    own_cards: "તમે તમારા નોંધાયેલા ડોઝની નકલ પણ લઈ શકો છો, એવા કાર્ડ તરીકે જે બીજા તપાસી શકે. {fiduciary} તે ફક્ત તમને આપે છે.",
    reference: " સંદર્ભ: {reference}.",
    rules: [" નિયમો: {policy}.", " નિયમો: {policy}, તારીખ: {on}."],
    units: [["કલાક", "કલાક"], ["મિનિટ", "મિનિટ"], ["સેકન્ડ", "સેકન્ડ"]],
    months: ["જાન્યુઆરી", "ફેબ્રુઆરી", "માર્ચ", "એપ્રિલ", "મે", "જૂન", "જુલાઈ", "ઑગસ્ટ", "સપ્ટેમ્બર", "ઑક્ટોબર", "નવેમ્બર", "ડિસેમ્બર"],
    may_share: "ચકાસણી માટે તે બીજાને બતાવી શકાય.",
    may_not_share: "તે આગળ કોઈને આપી શકાય નહીં.",
    several: " દરેક વ્યક્તિનો જવાબ અલગ હશે. તમે કોઈને પણ છોડી શકો છો.",
};

const KANNADA: Phrases = Phrases {
    tag: "kn",
    endonym: "ಕನ್ನಡ",
    notice: include_str!("../../notices/kn.txt"),
    ending: " ಒಂದು ಗಂಟೆಯೊಳಗೆ ಆನ್‌ಲೈನ್‌ನಲ್ಲಿ ಪರಿಶೀಲಿಸುವವರಿಗೆ ಹಿಂಪಡೆದದ್ದು ಕಾಣುತ್ತದೆ.",
    own_page: include_str!("../../notices/own-page/kn.txt"),
    own_cards: "ದಾಖಲಾದ ನಿಮ್ಮ ಡೋಸ್‌ಗಳ ಪ್ರತಿಯನ್ನೂ ಪಡೆಯಬಹುದು, ಇತರರು ಪರಿಶೀಲಿಸಬಹುದಾದ ಕಾರ್ಡ್‌ಗಳಾಗಿ. {fiduciary} ಅದನ್ನು ನಿಮಗೆ ಮಾತ್ರ ನೀಡುತ್ತದೆ.",
    reference: " ಉಲ್ಲೇಖ: {reference}.",
    rules: [" ನಿಯಮಗಳು: {policy}.", " ನಿಯಮಗಳು: {policy}, ದಿನಾಂಕ: {on}."],
    units: [["ಗಂಟೆ", "ಗಂಟೆಗಳು"], ["ನಿಮಿಷ", "ನಿಮಿಷಗಳು"], ["ಸೆಕೆಂಡ್", "ಸೆಕೆಂಡುಗಳು"]],
    months: ["ಜನವರಿ", "ಫೆಬ್ರವರಿ", "ಮಾರ್ಚ್", "ಏಪ್ರಿಲ್", "ಮೇ", "ಜೂನ್", "ಜುಲೈ", "ಆಗಸ್ಟ್", "ಸೆಪ್ಟೆಂಬರ್", "ಅಕ್ಟೋಬರ್", "ನವೆಂಬರ್", "ಡಿಸೆಂಬರ್"],
    may_share: "ಪರಿಶೀಲನೆಗಾಗಿ ಇದನ್ನು ಇತರರಿಗೆ ತೋರಿಸಬಹುದು.",
    may_not_share: "ಇದನ್ನು ಬೇರೆಯವರಿಗೆ ನೀಡುವಂತಿಲ್ಲ.",
    several: " ಪ್ರತಿಯೊಬ್ಬರ ಉತ್ತರ ಬೇರೆಯಾಗಿರುತ್ತದೆ. ನೀವು ಯಾರನ್ನಾದರೂ ಬಿಡಬಹುದು.",
};

const MALAYALAM: Phrases = Phrases {
    tag: "ml",
    endonym: "മലയാളം",
    notice: include_str!("../../notices/ml.txt"),
    ending: " ഒരു മണിക്കൂറിനുള്ളിൽ ഓൺലൈനായി പരിശോധിക്കുന്നവർ പിൻവലിച്ചതായി കാണും.",
    own_page: include_str!("../../notices/own-page/ml.txt"),
    own_cards: "രേഖപ്പെടുത്തിയ നിങ്ങളുടെ ഡോസുകളുടെ പകർപ്പും എടുക്കാം, മറ്റുള്ളവർക്ക് പരിശോധിക്കാവുന്ന കാർഡുകളായി. {fiduciary} അത് നിങ്ങൾക്ക് മാത്രം നൽകുന്നു.",
    reference: " റഫറൻസ്: {reference}.",
    rules: [" നിയമങ്ങൾ: {policy}.", " നിയമങ്ങൾ: {policy}, തീയതി: {on}."],
    units: [["മണിക്കൂർ", "മണിക്കൂർ"], ["മിനിറ്റ്", "മിനിറ്റ്"], ["സെക്കൻഡ്", "സെക്കൻഡ്"]],
    months: ["ജനുവരി", "ഫെബ്രുവരി", "മാർച്ച്", "ഏപ്രിൽ", "മേയ്", "ജൂൺ", "ജൂലൈ", "ഓഗസ്റ്റ്", "സെപ്റ്റംബർ", "ഒക്ടോബർ", "നവംബർ", "ഡിസംബർ"],
    may_share: "പരിശോധിക്കാൻ ഇത് മറ്റുള്ളവരെ കാണിക്കാം.",
    may_not_share: "ഇത് മറ്റാർക്കും കൈമാറരുത്.",
    several: " ഓരോരുത്തർക്കും വേറെ ഉത്തരം കിട്ടും. ആരെ വേണമെങ്കിലും ഒഴിവാക്കാം.",
};

const PUNJABI: Phrases = Phrases {
    tag: "pa",
    endonym: "ਪੰਜਾਬੀ",
    notice: include_str!("../../notices/pa.txt"),
    ending: " ਇੱਕ ਘੰਟੇ ਵਿੱਚ ਔਨਲਾਈਨ ਜਾਂਚਣ ਵਾਲੇ ਨੂੰ ਦਿਖੇਗਾ ਕਿ ਤੁਸੀਂ ਵਾਪਸ ਲਈ।",
    own_page: include_str!("../../notices/own-page/pa.txt"),
    own_cards: "ਤੁਸੀਂ ਆਪਣੀਆਂ ਦਰਜ ਖੁਰਾਕਾਂ ਦੀ ਨਕਲ ਵੀ ਲੈ ਸਕਦੇ ਹੋ, ਅਜਿਹੇ ਕਾਰਡਾਂ ਵਜੋਂ ਜਿਨ੍ਹਾਂ ਦੀ ਹੋਰ ਲੋਕ ਜਾਂਚ ਕਰ ਸਕਦੇ ਹਨ। {fiduciary} ਇਹ ਸਿਰਫ਼ ਤੁਹਾਨੂੰ ਦਿੰਦਾ ਹੈ।",
    reference: " ਹਵਾਲਾ: {reference}।",
    rules: [" ਨਿਯਮ: {policy}।", " ਨਿਯਮ: {policy}, ਤਾਰੀਖ: {on}।"],
    units: [["ਘੰਟਾ", "ਘੰਟੇ"], ["ਮਿੰਟ", "ਮਿੰਟ"], ["ਸਕਿੰਟ", "ਸਕਿੰਟ"]],
    months: ["ਜਨਵਰੀ", "ਫ਼ਰਵਰੀ", "ਮਾਰਚ", "ਅਪ੍ਰੈਲ", "ਮਈ", "ਜੂਨ", "ਜੁਲਾਈ", "ਅਗਸਤ", "ਸਤੰਬਰ", "ਅਕਤੂਬਰ", "ਨਵੰਬਰ", "ਦਸੰਬਰ"],
    may_share: "ਜਾਂਚ ਲਈ ਇਹ ਹੋਰਾਂ ਨੂੰ ਦਿਖਾਇਆ ਜਾ ਸਕਦਾ ਹੈ।",
    may_not_share: "ਇਹ ਅੱਗੇ ਕਿਸੇ ਨੂੰ ਨਹੀਂ ਦਿੱਤਾ ਜਾ ਸਕਦਾ।",
    several: " ਹਰ ਵਿਅਕਤੀ ਦਾ ਜਵਾਬ ਵੱਖਰਾ ਹੋਵੇਗਾ। ਤੁਸੀਂ ਕਿਸੇ ਨੂੰ ਵੀ ਛੱਡ ਸਕਦੇ ਹੋ।",
};

const ODIA: Phrases = Phrases {
    tag: "or",
    endonym: "ଓଡ଼ିଆ",
    notice: include_str!("../../notices/or.txt"),
    ending: " ଏକ ଘଣ୍ଟାରେ ଅନଲାଇନରେ ଯାଞ୍ଚ କରୁଥିବା ଲୋକେ ଦେଖିବେ ଯେ ଆପଣ ଫେରାଇ ନେଇଛନ୍ତି।",
    own_page: include_str!("../../notices/own-page/or.txt"),
    own_cards: "ଆପଣ ନିଜର ପଞ୍ଜିକୃତ ଡୋଜର ନକଲ ମଧ୍ୟ ନେଇପାରିବେ, ଏପରି କାର୍ଡ ଭାବେ ଯାହା ଅନ୍ୟମାନେ ଯାଞ୍ଚ କରିପାରିବେ। {fiduciary} ଏହା କେବଳ ଆପଣଙ୍କୁ ଦିଏ।",
    reference: " ସନ୍ଦର୍ଭ: {reference}।",
    rules: [" ନିୟମ: {policy}।", " ନିୟମ: {policy}, ତାରିଖ: {on}।"],
    units: [["ଘଣ୍ଟା", "ଘଣ୍ଟା"], ["ମିନିଟ୍", "ମିନିଟ୍"], ["ସେକେଣ୍ଡ", "ସେକେଣ୍ଡ"]],
    months: ["ଜାନୁଆରୀ", "ଫେବୃଆରୀ", "ମାର୍ଚ୍ଚ", "ଅପ୍ରେଲ", "ମଇ", "ଜୁନ", "ଜୁଲାଇ", "ଅଗଷ୍ଟ", "ସେପ୍ଟେମ୍ବର", "ଅକ୍ଟୋବର", "ନଭେମ୍ବର", "ଡିସେମ୍ବର"],
    may_share: "ଯାଞ୍ଚ ପାଇଁ ଏହା ଅନ୍ୟମାନଙ୍କୁ ଦେଖାଯାଇପାରିବ।",
    may_not_share: "ଏହା ଅନ୍ୟ କାହାକୁ ଦିଆଯାଇପାରିବ ନାହିଁ।",
    several: " ପ୍ରତ୍ୟେକ ଲୋକଙ୍କ ଉତ୍ତର ଅଲଗା ହେବ। ଆପଣ ଯେକୌଣସି ଲୋକଙ୍କୁ ଛାଡ଼ିପାରିବେ।",
};

const URDU: Phrases = Phrases {
    tag: "ur",
    endonym: "اردو",
    notice: include_str!("../../notices/ur.txt"),
    ending: " ایک گھنٹے میں آن لائن جانچنے والے کو نظر آئے گا کہ آپ نے واپس لی۔",
    own_page: include_str!("../../notices/own-page/ur.txt"),
    own_cards: "آپ اپنی درج خوراکوں کی نقل بھی لے سکتے ہیں، ایسے کارڈ کی شکل میں جنہیں دوسرے جانچ سکتے ہیں۔ {fiduciary} یہ صرف آپ کو دیتا ہے۔",
    reference: " حوالہ: {reference}۔",
    rules: [" قواعد: {policy}۔", " قواعد: {policy}، تاریخ: {on}۔"],
    units: [["گھنٹہ", "گھنٹے"], ["منٹ", "منٹ"], ["سیکنڈ", "سیکنڈ"]],
    months: ["جنوری", "فروری", "مارچ", "اپریل", "مئی", "جون", "جولائی", "اگست", "ستمبر", "اکتوبر", "نومبر", "دسمبر"],
    may_share: "جانچ کے لیے یہ دوسروں کو دکھایا جا سکتا ہے۔",
    may_not_share: "یہ آگے کسی کو نہیں دیا جا سکتا۔",
    several: " ہر شخص کا جواب الگ ہوگا۔ آپ کسی کو بھی چھوڑ سکتے ہیں۔",
};
