# Marathi. What each text is for stands as a note above the English one.

## The first step
title = लसीकरणाची स्थिती सांगा
asks = { $entity } यांनी तुमच्या लसीकरणाची स्थिती विचारली आहे. उद्देश: { $purpose }.
asks-booking = { $entity } यांनी प्रत्येकाच्या लसीकरणाची स्थिती विचारली आहे. उद्देश: { $purpose }.
fact-shared = त्यांना एकच उत्तर मिळेल: लस घेतली की नाही, पूर्ण की अपूर्ण
fact-shared-booking = त्यांना प्रत्येकासाठी एक उत्तर मिळेल: लस घेतली की नाही, पूर्ण की अपूर्ण
fact-kept = डोस, तारखा, प्रमाणपत्रे किंवा कुटुंबाची माहिती कधीही मिळणार नाही
fact-kept-booking = डोस, तारखा किंवा प्रमाणपत्रे कधीही मिळणार नाहीत
fact-lasts = वैधता: { $time }. तुम्ही कधीही मागे घेऊ शकता
step = 3 पैकी टप्पा { $number }
mobile = मोबाइल क्रमांक
mobile-hint = लस घेताना दिलेला क्रमांक
name = पूर्ण नाव
name-hint = लसीकरण प्रमाणपत्रावर आहे तसे
send-code = OTP पाठवा
decline = सांगू नका
next-code = पुढे: SMS ने OTP येईल. अजून काहीही सांगितले जात नाही.
language = भाषा
change = बदला

## The second step
code-title = OTP टाका
code-sent = { $last } ने संपणाऱ्या क्रमांकावर SMS ने { $digits } अंकी OTP पाठवला आहे.
people = कोणाबद्दल
code = OTP
notice = तुमचे हक्क आणि पूर्ण सूचना
agree = संमती द्या आणि सांगा
agree-hint = OTP टाकून तुम्ही पूर्ण सूचनेला संमती देता.
agree-unseen = माहिती आणि हे बटण दिसेपर्यंत खाली जा.
resend = नवा OTP घ्या
resend-after = नवा OTP { $seconds } सेकंदांत
resent = नवा OTP पाठवला आहे. जुना आता चालणार नाही.
no-resend = या विनंतीसाठी आणखी OTP पाठवता येत नाहीत. पुन्हा सुरू करा.
expires-in = उरलेला वेळ: { $time }
expired-now = OTP ची वेळ संपली. नवा OTP घ्या.
start-again = पुन्हा सुरू करा
next-share = पुढे: तुम्हाला तुमची स्थिती दिसेल आणि { $entity } यांना ती मिळेल.
birth-title = जन्मवर्ष
birth-why = या क्रमांकावर या नावाच्या एकापेक्षा जास्त व्यक्ती आहेत. जन्मवर्षावरून कोण ते कळेल. ते एकदाच टाकता येते.
birth-year = जन्मवर्ष

## A certificate that the person presents
certificate-title = माझ्याकडे प्रमाणपत्र आहे
certificate-hint = तुमची नोंद न सापडल्यास CoWIN किंवा EU चे प्रमाणपत्र किंवा SMART Health Card तुमचे डोस दाखवते. हे आवश्यक नाही.
certificate-text = त्याच्या QR कोडचा मजकूर
certificate-file = किंवा त्याचे चित्र किंवा फाइल
certificate-present = प्रमाणपत्र वाचा
certificate-genuine = प्रमाणपत्र खरे आहे.
certificate-person = व्यक्ती
certificate-issuer = जारीकर्ता
certificate-dose = डोस
certificate-unknown-product = आम्हाला माहीत नसलेली लस
certificate-kept = OTP टाकल्यावर हे मोजले जाईल. याची माहिती आम्ही फक्त या विनंतीपुरती ठेवतो, प्रमाणपत्र कधीही ठेवत नाही.
certificate-take-back = ते वापरू नका
certificate-expired-seal = त्याच्या शिक्क्याची मुदत संपली आहे.
certificate-dose-unclear = कोणता डोस कधी दिला हे त्यातून स्पष्ट होत नाही.
certificate-unreadable = यात कोणतेही प्रमाणपत्र वाचता आले नाही.
certificate-unsupported = आम्ही या प्रकारचे प्रमाणपत्र घेत नाही.
certificate-unknown-issuer = ते कोणी जारी केले हे आम्हाला माहीत नाही, म्हणून तपासता येत नाही.
certificate-forged = ते खरे नाही: त्याची स्वाक्षरी चुकीची आहे.
certificate-out-of-time = त्याच्या शिक्क्याची मुदत संपली आहे किंवा अजून सुरू झालेली नाही.
certificate-revoked = जारीकर्त्याने ते रद्द केले आहे.
certificate-list-too-old = जारीकर्त्यांची आमची यादी ते तपासण्यासाठी फार जुनी आहे. नंतर पुन्हा प्रयत्न करा.
certificate-another-person = ते तुम्ही लिहिलेल्या नावावर नाही.
certificate-too-many = ते खूप जास्त मोबाइल क्रमांकांसाठी वापरले गेले आहे.
problem-certificate-refused = आम्ही हे प्रमाणपत्र घेत नाही. तुम्ही त्याशिवाय पुढे जाऊ शकता.

## The answer
answer-title = तुमची स्थिती
answer-told = { $entity } यांना हे मिळते:
status-0 = लस घेतलेली नाही
status-1 = लसीकरण पूर्ण झालेले नाही
status-2 = लसीकरण पूर्ण झाले आहे
needs-title = का
needs-hint = हे फक्त तुम्हाला दिसते. { $entity } यांना फक्त स्थिती मिळते.
need-complete = आवश्यक ते सर्व आहे.
need-final-dose = पूर्ण: नोंदीत शेवटचा डोस आहे.
need-immune = तुमच्यात रोगप्रतिकारशक्ती आहे.
need-waiting = सर्व डोस आहेत, पण ते अजून मोजले जात नाहीत.
need-expired = हे पूर्ण होते, पण त्याची मुदत संपली आहे.
need-dose-missing = एक डोस बाकी आहे.
need-no-dose = मोजला जाईल असा डोस सापडला नाही.
need-due = पुढील डोस { $day } पासून वैध आहे.
need-counts = हे { $day } पासून मोजले जाईल.
need-until = हे { $day } पर्यंत वैध आहे.
need-aside = यामुळे स्थिती बदलत नाही.
valid-until = { $time } पर्यंत वैध
show-others = इतरांना दाखवा
show-others-hint = हा कोड स्कॅन करणारी कोणतीही व्यक्ती तुमची स्थिती तपासू शकते. स्थिती कोणाला आणि कोणत्या उद्देशाने सांगितली हे त्यातून कळते; तुम्ही कोण आहात हे कळत नाही.
show-name = नावासह दाखवा
show-name-hint = हा कोड स्कॅन करणारे तुम्ही टाकलेले नावही पाहतात आणि फोटो ओळखपत्राशी पडताळू शकतात.
qr-label = तुमच्या लसीकरणाच्या स्थितीचा QR कोड
qr-large = पूर्ण स्क्रीन
qr-save = सेव्ह करा
qr-print = प्रिंट करा
qr-close = बंद करा
token = मजकूर स्वरूपात स्थिती
copy = मजकूर कॉपी करा
copied = कॉपी झाले
check-page = इतर लोक ती येथे तपासू शकतात
withdraw = संमती मागे घ्या
withdraw-hint = आम्ही आता हे सांगणे थांबवतो. एका तासात ऑनलाइन तपासणाऱ्यांना दिसेल की तुम्ही संमती मागे घेतली.
withdraw-later = नंतर मागे घ्या
withdraw-later-hint = हा कोड किंवा लिंक स्वतःजवळ ठेवा. याने तुम्ही SMS शिवाय कधीही संमती मागे घेऊ शकता.
withdraw-code = संमती मागे घेण्याचा कोड
withdraw-by-code = स्थितीसोबत मिळालेला संमती मागे घेण्याचा कोड टाका.
withdraw-wrong-code = हा संमती मागे घेण्याचा कोड नाही. संपूर्ण कोड टाका.
withdrawn-title = तुम्ही संमती मागे घेतली
withdrawn = तुमची स्थिती आता कोणालाही सांगितली जाणार नाही.
continue = पुढे जा: { $entity }
go-back = परत जा: { $entity }
close = तुम्ही हे पान बंद करू शकता.

## कुटुंब

person-number = व्यक्ती { $number }
leave-out = वगळा
others-told = { $count ->
    [one] आणखी एक व्यक्ती दुसऱ्या फोनवर उत्तर देईल. तेथे आम्ही SMS पाठवतो.
   *[other] आणखी { $count } जण दुसऱ्या फोनवर उत्तर देतील. तेथे आम्ही SMS पाठवतो.
}
birth-year-of = जन्मवर्ष: { $name }
answers-title = प्रत्येकाची स्थिती
person-not-found = या क्रमांकाची आणि नावाची एक नोंद सापडली नाही. काहीही सांगितले नाही.
person-left-out = तुम्ही यांना वगळले. काहीही सांगितले नाही.
problem-everybody-left-out = सर्वांना वगळले आहे. किमान एकाला ठेवा, किंवा "{ decline }" दाबा.
problem-same-person-twice = यांतील दोघे एकच व्यक्ती आहेत: एक क्रमांक, एक नाव.
problem-one-number-only = सर्वांसाठी एकच मोबाइल क्रमांक टाका.
linked-over = ही लिंक आता चालत नाही. अजून उत्तर दिले नसेल, तर बुकिंग करणाऱ्याला पुन्हा सुरू करायला सांगा.
linked-locked = अनेक वेळा चुकीचा OTP टाकला, म्हणून ही विनंती बंद आहे. बुकिंग करणाऱ्याला पुन्हा सुरू करायला सांगा.

## Other ends
declined-title = काहीही सांगितले नाही
declined = { $entity } यांना फक्त तुम्ही नाही म्हणालात हे कळेल.
ended-title = हे झाले नाही
over-title = ही विनंती संपली आहे
over = ज्या साइटवरून आलात तेथे परत जा आणि पुन्हा सुरू करा.
apart = ज्या साइटने तुम्हाला पाठवले तिच्याशी या पानाचा संपर्क तुटला आहे. साइटवर परत जा आणि दुसऱ्या प्रकारे उघडा.

## What went wrong
problem-invalid-mobile = 10 अंकी भारतीय मोबाइल क्रमांक टाका
problem-invalid-name = नाव अक्षरांत लिहा
problem-invalid-code = SMS मधील { $digits } अंक टाका
problem-invalid-birth-year = जन्मवर्ष 4 अंकांत टाका
problem-wrong-code = { $left ->
    [one] OTP चुकीचा आहे. आणखी एकदा प्रयत्न करू शकता.
   *[other] OTP चुकीचा आहे. आणखी { $left } वेळा प्रयत्न करू शकता.
}
problem-code-expired = OTP ची वेळ संपली. नवा OTP घ्या.
problem-request-expired = वेळ संपली. पुन्हा सुरू करा.
problem-request-locked = अनेक वेळा चुकीचा OTP टाकला, म्हणून ही विनंती बंद आहे. पुन्हा सुरू करा.
problem-mobile-locked = या क्रमांकासाठी अनेक वेळा चुकीचा OTP टाकला. इतक्या वेळाने प्रयत्न करा: { $time }.
problem-too-many-requests = खूप वेळा OTP मागितला. इतक्या वेळाने प्रयत्न करा: { $time }.
problem-too-many-requests-today = या विनंतीसाठी आणखी OTP पाठवता येत नाहीत.
problem-already-used = या विनंतीचे उत्तर दिले गेले आहे किंवा नकार दिला आहे. पुन्हा सुरू करा.
problem-notice-mismatch = पान जुने झाले होते. सूचना वाचून OTP पुन्हा टाका.
problem-no-matching-record = या क्रमांकाची आणि नावाची एक नोंद सापडली नाही. दोन्ही तपासून पुन्हा सुरू करा. काहीही सांगितले नाही.
problem-consent-withdrawn = तुम्ही संमती मागे घेतली. आता काहीही सांगितले जात नाही.
problem-sms-unavailable = SMS पाठवता आला नाही. काही मिनिटांनी प्रयत्न करा.
problem-store-unavailable = आत्ता उत्तर देता येत नाही. काहीही हरवलेले नाही. काही मिनिटांनी प्रयत्न करा.
problem-invalid-request = पान पूर्ण पोहोचले नाही. पुन्हा प्रयत्न करा.
problem-not-found = असे पान नाही, किंवा त्याची वेळ संपली आहे.
lost = उत्तर आले नाही. इंटरनेट तपासून पुन्हा प्रयत्न करा.
try-again = पुन्हा प्रयत्न करा

## The sandbox
sandbox = सँडबॉक्स: येथे कोणीही खरे नाही.
sandbox-page = OTP पहा
