# Telugu. What each text is for stands as a note above the English one.

## The first step
title = టీకా స్థితి చెప్పండి
asks = { $entity } సంస్థ మీ టీకా స్థితిని అడిగింది. ఉద్దేశం: { $purpose }.
asks-booking = { $entity } సంస్థ ప్రతి ఒక్కరి టీకా స్థితిని అడిగింది. ఉద్దేశం: { $purpose }.
fact-shared = వారికి ఒకే సమాధానం: వేసుకోలేదు, పూర్తి కాలేదు లేదా పూర్తయ్యాయి
fact-shared-booking = వారికి ఒక్కొక్కరికి ఒక సమాధానం: వేసుకోలేదు, పూర్తి కాలేదు లేదా పూర్తయ్యాయి
fact-kept = డోసులు, తేదీలు, సర్టిఫికెట్లు, కుటుంబ వివరాలు ఎప్పుడూ చెప్పము
fact-kept-booking = డోసులు, తేదీలు, సర్టిఫికెట్లు ఎప్పుడూ చెప్పము
fact-lasts = చెల్లే సమయం: { $time }. ఎప్పుడైనా వెనక్కి తీసుకోవచ్చు
step = 3లో దశ { $number }
mobile = మొబైల్ నంబర్
mobile-hint = టీకా వేసుకున్నప్పుడు ఇచ్చిన నంబర్
name = పూర్తి పేరు
name-hint = టీకా సర్టిఫికెట్‌లో ఉన్నట్టుగా
send-code = OTP పంపండి
decline = చెప్పవద్దు
next-code = తర్వాత: SMSలో OTP వస్తుంది. ఇంకా ఏదీ చెప్పము.
language = భాష
change = మార్చండి

## The second step
code-title = OTP నమోదు చేయండి
code-sent = { $last }తో ముగిసే నంబర్‌కు SMSలో { $digits } అంకెల OTP పంపాం.
people = ఎవరి గురించి
code = OTP
notice = మీ హక్కులు, పూర్తి నోటీసు
agree = అంగీకరించి చెప్పండి
agree-hint = OTP నమోదు చేస్తే పూర్తి నోటీసుకు అంగీకరించినట్టు.
agree-unseen = వివరాలు, ఈ బటన్ కనిపించే వరకు కిందికి జరపండి.
resend = కొత్త OTP పొందండి
resend-after = కొత్త OTP { $seconds } సెకన్లలో
resent = కొత్త OTP పంపాం. పాతది ఇక పనిచేయదు.
no-resend = ఈ అభ్యర్థనకు ఇంకా OTP పంపలేము. మళ్లీ మొదలుపెట్టండి.
expires-in = మిగిలిన సమయం: { $time }
expired-now = OTP గడువు ముగిసింది. కొత్త OTP పొందండి.
start-again = మళ్లీ మొదలుపెట్టండి
next-share = తర్వాత: మీ స్థితిని మీరు చూస్తారు, అది { $entity } సంస్థకు వెళ్తుంది.
birth-title = పుట్టిన సంవత్సరం
birth-why = ఈ నంబర్‌లో ఈ పేరుతో ఒకరి కంటే ఎక్కువ మంది ఉన్నారు. పుట్టిన సంవత్సరంతో ఎవరో తెలుస్తుంది. దాన్ని ఒక్కసారే నమోదు చేయవచ్చు.
birth-year = పుట్టిన సంవత్సరం

## A certificate that the person presents
certificate-title = నా దగ్గర సర్టిఫికెట్ ఉంది
certificate-hint = మీ రికార్డు మాకు దొరకకపోతే, CoWIN లేదా EU సర్టిఫికెట్ లేదా SMART Health Card మీ డోసులను చూపుతుంది. ఇది తప్పనిసరి కాదు.
certificate-text = దాని QR కోడ్‌లోని పాఠ్యం
certificate-file = లేదా దాని చిత్రం లేదా ఫైల్
certificate-present = సర్టిఫికెట్‌ను చదవండి
certificate-genuine = సర్టిఫికెట్ అసలైనది.
certificate-person = వ్యక్తి
certificate-issuer = జారీ చేసినవారు
certificate-dose = డోసు
certificate-unknown-product = మాకు తెలియని టీకా
certificate-kept = OTP ఇస్తే ఇది లెక్కలోకి వస్తుంది. దీని వివరాలు ఈ అభ్యర్థన వరకే ఉంచుతాం, సర్టిఫికెట్‌ను ఎప్పుడూ ఉంచము.
certificate-take-back = దీన్ని ఉపయోగించవద్దు
certificate-expired-seal = దాని ముద్ర గడువు ముగిసింది.
certificate-dose-unclear = ఏ డోసు ఎప్పుడు ఇచ్చారో అందులో స్పష్టంగా లేదు.
certificate-unreadable = ఇందులో ఏ సర్టిఫికెట్‌నూ చదవలేకపోయాం.
certificate-unsupported = ఈ రకం సర్టిఫికెట్‌ను తీసుకోము.
certificate-unknown-issuer = దీన్ని ఎవరు జారీ చేశారో మాకు తెలియదు, కాబట్టి తనిఖీ చేయలేము.
certificate-forged = ఇది అసలైనది కాదు: దాని సంతకం తప్పు.
certificate-out-of-time = దాని ముద్ర గడువు ముగిసింది, లేదా ఇంకా మొదలు కాలేదు.
certificate-revoked = జారీ చేసినవారు దీన్ని రద్దు చేశారు.
certificate-list-too-old = దీన్ని తనిఖీ చేయడానికి జారీ చేసేవారి మా జాబితా చాలా పాతది. తర్వాత మళ్లీ ప్రయత్నించండి.
certificate-another-person = ఇది మీరు ఇచ్చిన పేరు మీద లేదు.
certificate-too-many = దీన్ని చాలా ఎక్కువ మొబైల్ నంబర్లతో ఉపయోగించారు.
problem-certificate-refused = ఈ సర్టిఫికెట్‌ను తీసుకోము. ఇది లేకుండానే మీరు కొనసాగవచ్చు.

## The answer
answer-title = మీ స్థితి
answer-told = { $entity } సంస్థకు ఇది అందుతుంది:
status-0 = టీకా వేసుకోలేదు
status-1 = టీకాలు పూర్తి కాలేదు
status-2 = టీకాలు పూర్తయ్యాయి
needs-title = ఎందుకు
needs-hint = ఇది మీకు మాత్రమే కనిపిస్తుంది. { $entity } సంస్థకు స్థితి మాత్రమే అందుతుంది.
need-complete = కావలసినవన్నీ ఉన్నాయి.
need-final-dose = పూర్తి: చివరి డోసు రికార్డులో ఉంది.
need-immune = మీకు రోగనిరోధక శక్తి ఉంది.
need-waiting = అన్ని డోసులు ఉన్నాయి, కానీ అవి ఇంకా లెక్కలోకి రావు.
need-expired = ఇది పూర్తయింది, కానీ దాని గడువు ముగిసింది.
need-dose-missing = ఒక డోసు మిగిలి ఉంది.
need-no-dose = లెక్కలోకి వచ్చే డోసు దొరకలేదు.
need-due = తదుపరి డోసు { $day } నుండి చెల్లుతుంది.
need-counts = ఇది { $day } నుండి లెక్కలోకి వస్తుంది.
need-until = ఇది { $day } వరకు చెల్లుతుంది.
need-aside = దీని వల్ల స్థితి మారదు.
valid-until = { $time } వరకు చెల్లుతుంది
show-others = ఇతరులకు చూపండి
show-others-hint = ఈ కోడ్‌ను స్కాన్ చేసే ఎవరైనా మీ స్థితిని తనిఖీ చేయవచ్చు. స్థితిని ఎవరికి, ఏ ఉద్దేశంతో తెలియజేశారో ఇది చెబుతుంది; మీరు ఎవరో చెప్పదు.
show-name = పేరుతో చూపండి
show-name-hint = ఈ కోడ్‌ను స్కాన్ చేసేవారు మీరు ఇచ్చిన పేరును కూడా చూసి, ఫోటో గుర్తింపు కార్డుతో పోల్చగలరు.
qr-label = మీ టీకా స్థితి QR కోడ్
qr-large = పూర్తి స్క్రీన్
qr-save = సేవ్ చేయండి
qr-print = ప్రింట్ చేయండి
qr-close = మూసివేయండి
token = పాఠ్య రూపంలో స్థితి
copy = పాఠ్యాన్ని కాపీ చేయండి
copied = కాపీ అయింది
check-page = ఇతరులు దీన్ని ఇక్కడ తనిఖీ చేయవచ్చు
withdraw = అంగీకారం వెనక్కి తీసుకోండి
withdraw-hint = ఇప్పటి నుంచి దీన్ని చెప్పడం ఆపేస్తాం. గంటలోపు ఆన్‌లైన్‌లో తనిఖీ చేసేవారికి మీరు వెనక్కి తీసుకున్నట్టు కనిపిస్తుంది.
withdraw-later = తర్వాత వెనక్కి తీసుకోండి
withdraw-later-hint = ఈ కోడ్‌ను లేదా లింక్‌ను మీ దగ్గర ఉంచుకోండి. దీనితో SMS లేకుండా ఎప్పుడైనా అంగీకారాన్ని వెనక్కి తీసుకోవచ్చు.
withdraw-code = వెనక్కి తీసుకునే కోడ్
withdraw-by-code = స్థితితో పాటు వచ్చిన, వెనక్కి తీసుకునే కోడ్‌ను నమోదు చేయండి.
withdraw-wrong-code = ఇది వెనక్కి తీసుకునే కోడ్ కాదు. మొత్తం కోడ్‌ను నమోదు చేయండి.
withdrawn-title = మీరు అంగీకారం వెనక్కి తీసుకున్నారు
withdrawn = మీ స్థితిని ఇక ఎవరికీ చెప్పము.
continue = ముందుకు వెళ్లండి: { $entity }
go-back = తిరిగి వెళ్లండి: { $entity }
close = ఈ పేజీని మూసివేయవచ్చు.

## కుటుంబం

person-number = వ్యక్తి { $number }
leave-out = వదిలేయండి
others-told = { $count ->
    [one] మరొకరు వేరే ఫోన్‌లో జవాబిస్తారు. అక్కడికి SMS పంపుతాం.
   *[other] మరో { $count } మంది వేరే ఫోన్‌లలో జవాబిస్తారు. అక్కడికి SMS పంపుతాం.
}
birth-year-of = పుట్టిన సంవత్సరం: { $name }
answers-title = ఒక్కొక్కరి స్థితి
person-not-found = ఈ నంబర్, పేరుతో ఒకే రికార్డు దొరకలేదు. ఏదీ చెప్పలేదు.
person-left-out = వీరిని వదిలేశారు. ఏదీ చెప్పలేదు.
problem-everybody-left-out = అందరినీ వదిలేశారు. కనీసం ఒకరిని ఉంచండి, లేదా "{ decline }" నొక్కండి.
problem-same-person-twice = వీరిలో ఇద్దరు ఒకరే: ఒకే నంబర్, ఒకే పేరు.
problem-one-number-only = అందరికీ ఒకే మొబైల్ నంబర్ ఇవ్వండి.
linked-over = ఈ లింక్ ఇక పనిచేయదు. ఇంకా జవాబివ్వకపోతే, బుక్ చేస్తున్నవారిని మళ్లీ మొదలుపెట్టమనండి.
linked-locked = చాలాసార్లు తప్పు OTP ఇచ్చారు, అందుకే ఈ అభ్యర్థనను మూసివేశాం. బుక్ చేస్తున్నవారిని మళ్లీ మొదలుపెట్టమనండి.

## Other ends
declined-title = ఏదీ చెప్పలేదు
declined = మీరు వద్దన్నారని మాత్రమే { $entity } సంస్థకు తెలుస్తుంది.
ended-title = ఇది కుదరలేదు
over-title = ఈ అభ్యర్థన ముగిసింది
over = మిమ్మల్ని పంపిన సైట్‌కు తిరిగి వెళ్లి మళ్లీ మొదలుపెట్టండి.
apart = మిమ్మల్ని పంపిన సైట్‌తో ఈ పేజీకి సంబంధం తెగిపోయింది. సైట్‌కు తిరిగి వెళ్లి వేరే విధంగా తెరవండి.

## What went wrong
problem-invalid-mobile = 10 అంకెల భారత మొబైల్ నంబర్ ఇవ్వండి
problem-invalid-name = పేరును అక్షరాలలో రాయండి
problem-invalid-code = SMSలోని { $digits } అంకెలు ఇవ్వండి
problem-invalid-birth-year = పుట్టిన సంవత్సరం 4 అంకెలలో ఇవ్వండి
problem-wrong-code = { $left ->
    [one] OTP తప్పు. ఇంకొక్కసారి ప్రయత్నించవచ్చు.
   *[other] OTP తప్పు. ఇంకా { $left } సార్లు ప్రయత్నించవచ్చు.
}
problem-code-expired = OTP గడువు ముగిసింది. కొత్త OTP పొందండి.
problem-request-expired = సమయం ముగిసింది. మళ్లీ మొదలుపెట్టండి.
problem-request-locked = చాలాసార్లు తప్పు OTP ఇచ్చారు, అందుకే ఈ అభ్యర్థనను మూసివేశాం. మళ్లీ మొదలుపెట్టండి.
problem-mobile-locked = ఈ నంబర్‌కు చాలాసార్లు తప్పు OTP ఇచ్చారు. ఇంత సమయం తర్వాత ప్రయత్నించండి: { $time }.
problem-too-many-requests = చాలా OTPలు అడిగారు. ఇంత సమయం తర్వాత ప్రయత్నించండి: { $time }.
problem-too-many-requests-today = ఈ అభ్యర్థనకు ఇంకా OTP పంపలేము.
problem-already-used = ఈ అభ్యర్థనకు ఇప్పటికే సమాధానం ఇచ్చారు లేదా వద్దన్నారు. మళ్లీ మొదలుపెట్టండి.
problem-notice-mismatch = పేజీ పాతదైంది. నోటీసు చదివి OTP మళ్లీ ఇవ్వండి.
problem-no-matching-record = ఈ నంబర్, పేరుతో ఒకే రికార్డు దొరకలేదు. రెండూ సరిచూసి మళ్లీ మొదలుపెట్టండి. ఏదీ చెప్పలేదు.
problem-consent-withdrawn = మీరు అంగీకారం వెనక్కి తీసుకున్నారు. ఇక ఏదీ చెప్పము.
problem-sms-unavailable = SMS పంపలేకపోయాం. కొన్ని నిమిషాల తర్వాత ప్రయత్నించండి.
problem-store-unavailable = ఇప్పుడు సమాధానం ఇవ్వలేము. ఏదీ పోలేదు. కొన్ని నిమిషాల తర్వాత ప్రయత్నించండి.
problem-invalid-request = పేజీ పూర్తిగా అందలేదు. మళ్లీ ప్రయత్నించండి.
problem-not-found = ఇలాంటి పేజీ లేదు, లేదా దాని సమయం ముగిసింది.
lost = సమాధానం రాలేదు. ఇంటర్నెట్ చూసుకుని మళ్లీ ప్రయత్నించండి.
try-again = మళ్లీ ప్రయత్నించండి

## The sandbox
sandbox = శాండ్‌బాక్స్: ఇక్కడ ఎవరూ నిజం కాదు.
sandbox-page = OTPలు చూడండి
