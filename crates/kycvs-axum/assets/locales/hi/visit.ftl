# Hindi. What each text is for stands as a note above the English one.

## The first step
title = टीकाकरण की स्थिति बताएं
asks = { $entity } ने आपके टीकाकरण की स्थिति पूछी है। उद्देश्य: { $purpose }।
asks-booking = { $entity } ने हर व्यक्ति के टीकाकरण की स्थिति पूछी है। उद्देश्य: { $purpose }।
fact-shared = उन्हें एक ही जवाब मिलेगा: टीके लगे या नहीं, पूरे या अधूरे
fact-shared-booking = उन्हें हर व्यक्ति का एक जवाब मिलेगा: टीके लगे या नहीं, पूरे या अधूरे
fact-kept = खुराक, तारीख, प्रमाणपत्र या परिवार की जानकारी कभी नहीं मिलेगी
fact-kept-booking = खुराक, तारीख या प्रमाणपत्र कभी नहीं मिलेंगे
fact-lasts = मान्य: { $time }। आप कभी भी वापस ले सकते हैं
step = 3 में से चरण { $number }
mobile = मोबाइल नंबर
mobile-hint = वही नंबर जो टीका लगवाते समय दिया था
name = पूरा नाम
name-hint = जैसा टीकाकरण प्रमाणपत्र पर लिखा है
send-code = OTP भेजें
decline = न बताएं
next-code = आगे: SMS से OTP आएगा। अभी कुछ नहीं बताया जाएगा।
language = भाषा
change = बदलें

## The second step
code-title = OTP डालें
code-sent = हमने { $last } पर खत्म होने वाले नंबर पर SMS से { $digits } अंकों का OTP भेजा है।
people = किसके बारे में
code = OTP
notice = आपके अधिकार और पूरी सूचना
agree = सहमति दें और बताएं
agree-hint = OTP डालकर आप पूरी सूचना पर सहमति देते हैं।
agree-unseen = नीचे जाएं, जब तक जानकारी और यह बटन दिखाई न दे।
resend = नया OTP लें
resend-after = नया OTP { $seconds } सेकंड में
resent = नया OTP भेज दिया है। पुराना अब नहीं चलेगा।
no-resend = इस अनुरोध के लिए और OTP नहीं भेज सकते। फिर से शुरू करें।
expires-in = बचा समय: { $time }
expired-now = OTP का समय खत्म हो गया। नया OTP लें।
start-again = फिर से शुरू करें
next-share = आगे: आप अपनी स्थिति देखेंगे, और { $entity } को वह मिलेगी।
birth-title = जन्म का वर्ष
birth-why = इस नंबर पर इस नाम के एक से ज़्यादा लोग हैं। जन्म के वर्ष से पता चलेगा कि कौन है। यह एक ही बार डाल सकते हैं।
birth-year = जन्म का वर्ष

## A certificate that the person presents
certificate-title = मेरे पास प्रमाणपत्र है
certificate-hint = अगर हमें आपका रिकॉर्ड न मिले, तो CoWIN या EU का प्रमाणपत्र या SMART Health Card आपकी खुराकें दिखाता है। यह ज़रूरी नहीं है।
certificate-text = उसके QR कोड का टेक्स्ट
certificate-file = या उसकी तस्वीर या फ़ाइल
certificate-present = प्रमाणपत्र पढ़ें
certificate-genuine = प्रमाणपत्र असली है।
certificate-person = व्यक्ति
certificate-issuer = जारीकर्ता
certificate-dose = खुराक
certificate-unknown-product = ऐसा टीका जिसे हम नहीं जानते
certificate-kept = OTP डालने पर यह गिना जाएगा। इसकी जानकारी हम सिर्फ़ इस अनुरोध तक रखते हैं, प्रमाणपत्र कभी नहीं रखते।
certificate-take-back = इसे इस्तेमाल न करें
certificate-expired-seal = इसकी मुहर की अवधि समाप्त हो चुकी है।
certificate-dose-unclear = इससे स्पष्ट नहीं होता कि कौन-सी खुराक कब दी गई।
certificate-unreadable = इसमें प्रमाणपत्र नहीं पढ़ा जा सका।
certificate-unsupported = हम इस तरह का प्रमाणपत्र नहीं लेते।
certificate-unknown-issuer = हम नहीं जानते कि इसे किसने जारी किया, इसलिए जाँच नहीं सकते।
certificate-forged = यह असली नहीं है: इसका हस्ताक्षर गलत है।
certificate-out-of-time = इसकी मुहर की अवधि समाप्त हो चुकी है, या अभी शुरू नहीं हुई है।
certificate-revoked = जारीकर्ता ने इसे रद्द कर दिया है।
certificate-list-too-old = जारीकर्ताओं की हमारी सूची इसे जाँचने के लिए बहुत पुरानी है। बाद में फिर से कोशिश करें।
certificate-another-person = यह उस नाम पर नहीं है जो आपने डाला।
certificate-too-many = यह बहुत सारे मोबाइल नंबरों के साथ इस्तेमाल हो चुका है।
problem-certificate-refused = हम यह प्रमाणपत्र नहीं लेते। आप इसके बिना आगे बढ़ सकते हैं।

## The answer
answer-title = आपकी स्थिति
answer-told = { $entity } को यह मिलता है:
status-0 = टीका नहीं लगा है
status-1 = टीके पूरे नहीं लगे हैं
status-2 = टीके पूरे लगे हैं
needs-title = क्यों
needs-hint = यह केवल आप देखते हैं। { $entity } को केवल स्थिति मिलती है।
need-complete = जो चाहिए वह सब है।
need-final-dose = पूरा: रिकॉर्ड में अंतिम खुराक दर्ज है।
need-immune = आपमें रोग प्रतिरोधक क्षमता है।
need-waiting = सभी खुराकें हैं, पर वे अभी गिनी नहीं जातीं।
need-expired = यह पूरा था, पर इसका समय बीत गया।
need-dose-missing = एक खुराक बाकी है।
need-no-dose = गिनी जाने वाली कोई खुराक नहीं मिली।
need-due = अगली खुराक { $day } से मान्य होगी।
need-counts = यह { $day } से गिना जाएगा।
need-until = यह { $day } तक मान्य है।
need-aside = इससे स्थिति नहीं बदलती।
valid-until = { $time } तक मान्य
show-others = दूसरों को दिखाएं
show-others-hint = जो भी इस कोड को स्कैन करे, वह आपकी स्थिति जाँच सकता है। इससे पता चलता है कि स्थिति किसे और किस उद्देश्य से बताई गई, यह नहीं कि आप कौन हैं।
show-name = नाम के साथ दिखाएं
show-name-hint = जो यह कोड स्कैन करे, वह आपका डाला हुआ नाम भी देखेगा और फ़ोटो पहचान पत्र से मिला सकेगा।
qr-label = आपके टीकाकरण की स्थिति का QR कोड
qr-large = पूरी स्क्रीन
qr-save = सेव करें
qr-print = प्रिंट करें
qr-close = बंद करें
token = स्थिति का टेक्स्ट
copy = टेक्स्ट कॉपी करें
copied = कॉपी हो गया
check-page = दूसरे लोग इसे यहाँ जाँच सकते हैं
withdraw = सहमति वापस लें
withdraw-hint = हम अब इसे बताना बंद करते हैं। एक घंटे के भीतर ऑनलाइन जाँचने वालों को दिखेगा कि आपने सहमति वापस ली।
withdraw-later = बाद में वापस लें
withdraw-later-hint = यह कोड या लिंक अपने पास रखें। इससे SMS के बिना कभी भी सहमति वापस ले सकते हैं।
withdraw-code = सहमति वापस लेने का कोड
withdraw-by-code = स्थिति के साथ मिला, सहमति वापस लेने का कोड डालें।
withdraw-wrong-code = यह सहमति वापस लेने का कोड नहीं है। पूरा कोड डालें।
withdrawn-title = आपने सहमति वापस ले ली
withdrawn = अब आपकी स्थिति किसी को नहीं बताई जाएगी।
continue = { $entity } पर आगे बढ़ें
go-back = { $entity } पर वापस जाएं
close = आप यह पेज बंद कर सकते हैं।

## परिवार

person-number = व्यक्ति { $number }
leave-out = छोड़ दें
others-told = { $count ->
    [one] एक और व्यक्ति दूसरे फ़ोन पर जवाब देगा। वहाँ हम SMS भेजते हैं।
   *[other] { $count } और लोग दूसरे फ़ोन पर जवाब देंगे। वहाँ हम SMS भेजते हैं।
}
birth-year-of = जन्म का वर्ष: { $name }
answers-title = हर व्यक्ति की स्थिति
person-not-found = इस नंबर और नाम से कोई एक रिकॉर्ड नहीं मिला। कुछ नहीं बताया गया।
person-left-out = आपने इन्हें छोड़ दिया। कुछ नहीं बताया गया।
problem-everybody-left-out = सभी छूट गए हैं। कम से कम एक को रहने दें, या "{ decline }" दबाएं।
problem-same-person-twice = इनमें से दो एक ही व्यक्ति हैं: एक नंबर, एक नाम।
problem-one-number-only = सबके लिए एक ही मोबाइल नंबर डालें।
linked-over = यह लिंक अब काम नहीं करता। अगर अभी जवाब नहीं दिया है, तो बुकिंग करने वाले से फिर से शुरू करने को कहें।
linked-locked = कई बार गलत OTP डाला गया, इसलिए यह अनुरोध बंद है। बुकिंग करने वाले से फिर से शुरू करने को कहें।

## Other ends
declined-title = कुछ नहीं बताया गया
declined = { $entity } को बस इतना पता चलेगा कि आपने मना किया।
ended-title = यह नहीं हो सका
over-title = यह अनुरोध खत्म हो गया है
over = जिस साइट से आए थे वहाँ लौटें और फिर से शुरू करें।
apart = इस पेज का उस साइट से संपर्क टूट गया है जिसने आपको भेजा। साइट पर लौटें और इसे दूसरे तरीके से खोलें।

## What went wrong
problem-invalid-mobile = 10 अंकों का भारतीय मोबाइल नंबर डालें
problem-invalid-name = नाम अक्षरों में लिखें
problem-invalid-code = SMS में आए { $digits } अंक डालें
problem-invalid-birth-year = जन्म का वर्ष 4 अंकों में डालें
problem-wrong-code = { $left ->
    [one] OTP गलत है। एक बार और कोशिश कर सकते हैं।
   *[other] OTP गलत है। { $left } बार और कोशिश कर सकते हैं।
}
problem-code-expired = OTP का समय खत्म हो गया। नया OTP लें।
problem-request-expired = समय खत्म हो गया। फिर से शुरू करें।
problem-request-locked = कई बार गलत OTP डाला गया, इसलिए यह अनुरोध बंद है। फिर से शुरू करें।
problem-mobile-locked = इस नंबर पर कई बार गलत OTP डाला गया। इतने समय बाद कोशिश करें: { $time }।
problem-too-many-requests = बहुत बार OTP माँगा गया। इतने समय बाद कोशिश करें: { $time }।
problem-too-many-requests-today = इस अनुरोध के लिए और OTP नहीं भेज सकते।
problem-already-used = इस अनुरोध का जवाब दिया जा चुका है या मना किया जा चुका है। फिर से शुरू करें।
problem-notice-mismatch = पेज पुराना हो गया था। सूचना पढ़कर OTP फिर से डालें।
problem-no-matching-record = इस नंबर और नाम से कोई एक रिकॉर्ड नहीं मिला। दोनों जाँचकर फिर से शुरू करें। कुछ नहीं बताया गया।
problem-consent-withdrawn = आपने सहमति वापस ले ली थी। अब कुछ नहीं बताया जाता।
problem-sms-unavailable = SMS नहीं भेजा जा सका। कुछ मिनट बाद कोशिश करें।
problem-store-unavailable = अभी जवाब नहीं दे सकते। कुछ खोया नहीं है। कुछ मिनट बाद कोशिश करें।
problem-invalid-request = पेज पूरा नहीं पहुँचा। फिर से कोशिश करें।
problem-not-found = ऐसा कोई पेज नहीं है, या उसका समय खत्म हो गया है।
lost = जवाब नहीं आया। इंटरनेट जाँचकर फिर से कोशिश करें।
try-again = फिर से कोशिश करें

## The sandbox
sandbox = सैंडबॉक्स: यहाँ कोई असली नहीं।
sandbox-page = OTP देखें
