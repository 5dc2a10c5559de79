# Urdu. What each text is for stands as a note above the English one.

## The first step
title = ٹیکوں کی صورتِ حال بتائیں
asks = { $entity } نے آپ کے ٹیکوں کی صورتِ حال پوچھی ہے۔ مقصد: { $purpose }۔
asks-booking = { $entity } نے ہر فرد کے ٹیکوں کی صورتِ حال پوچھی ہے۔ مقصد: { $purpose }۔
fact-shared = انہیں ایک ہی جواب ملے گا: ٹیکے لگے یا نہیں، پورے یا ادھورے
fact-shared-booking = انہیں ہر فرد کا ایک جواب ملے گا: ٹیکے لگے یا نہیں، پورے یا ادھورے
fact-kept = خوراک، تاریخ، سرٹیفکیٹ یا خاندان کی معلومات کبھی نہیں ملیں گی
fact-kept-booking = خوراک، تاریخ یا سرٹیفکیٹ کبھی نہیں ملیں گے
fact-lasts = درست: { $time }۔ آپ کبھی بھی واپس لے سکتے ہیں
step = 3 میں سے مرحلہ { $number }
mobile = موبائل نمبر
mobile-hint = وہی نمبر جو ٹیکہ لگواتے وقت دیا تھا
name = پورا نام
name-hint = جیسا ٹیکوں کے سرٹیفکیٹ پر لکھا ہے
send-code = OTP بھیجیں
decline = نہ بتائیں
next-code = آگے: SMS سے OTP آئے گا۔ ابھی کچھ نہیں بتایا جاتا۔
language = زبان
change = بدلیں

## The second step
code-title = OTP درج کریں
code-sent = ہم نے { $last } پر ختم ہونے والے نمبر پر SMS سے { $digits } ہندسوں کا OTP بھیجا ہے۔
people = کس کے بارے میں
code = OTP
notice = آپ کے حقوق اور پورا نوٹس
agree = رضامند ہوں، بتا دیں
agree-hint = OTP درج کر کے آپ پورے نوٹس پر رضامند ہوتے ہیں۔
agree-unseen = نیچے جائیں، جب تک معلومات اور یہ بٹن نظر نہ آئیں۔
resend = نیا OTP لیں
resend-after = نیا OTP { $seconds } سیکنڈ میں
resent = نیا OTP بھیج دیا ہے۔ پرانا اب نہیں چلے گا۔
no-resend = اس درخواست کے لیے مزید OTP نہیں بھیجے جا سکتے۔ دوبارہ شروع کریں۔
expires-in = باقی وقت: { $time }
expired-now = OTP کا وقت ختم ہو گیا۔ نیا OTP لیں۔
start-again = دوبارہ شروع کریں
next-share = آگے: آپ اپنی صورتِ حال دیکھیں گے، اور { $entity } کو وہ ملے گی۔
birth-title = پیدائش کا سال
birth-why = اس نمبر پر اس نام کے ایک سے زیادہ لوگ ہیں۔ پیدائش کے سال سے پتا چلے گا کہ کون ہے۔ یہ ایک ہی بار درج کر سکتے ہیں۔
birth-year = پیدائش کا سال

## A certificate that the person presents
certificate-title = میرے پاس سرٹیفکیٹ ہے
certificate-hint = اگر ہمیں آپ کا ریکارڈ نہ ملے تو CoWIN یا EU کا سرٹیفکیٹ یا SMART Health Card آپ کی خوراکیں دکھاتا ہے۔ یہ لازمی نہیں۔
certificate-text = اس کے QR کوڈ کا متن
certificate-file = یا اس کی تصویر یا فائل
certificate-present = سرٹیفکیٹ پڑھیں
certificate-genuine = سرٹیفکیٹ اصلی ہے۔
certificate-person = شخص
certificate-issuer = جاری کرنے والا
certificate-dose = خوراک
certificate-unknown-product = ایسا ٹیکہ جسے ہم نہیں جانتے
certificate-kept = OTP درج کرنے پر یہ شمار ہوگا۔ اس کی معلومات ہم صرف اس درخواست تک رکھتے ہیں، سرٹیفکیٹ کبھی نہیں رکھتے۔
certificate-take-back = اسے استعمال نہ کریں
certificate-expired-seal = اس کی مہر کا وقت ختم ہو چکا ہے۔
certificate-dose-unclear = واضح نہیں کہ کون سی خوراک کب لگی۔
certificate-unreadable = اس میں سرٹیفکیٹ نہیں پڑھا جا سکا۔
certificate-unsupported = اس قسم کا سرٹیفکیٹ نہیں لیا جاتا۔
certificate-unknown-issuer = ہم نہیں جانتے کہ یہ کس نے دیا، اس لیے جانچ نہیں سکتے۔
certificate-forged = یہ اصلی نہیں: اس کے دستخط غلط ہیں۔
certificate-out-of-time = اس کی مہر کا وقت ختم ہو چکا ہے یا ابھی شروع نہیں ہوا۔
certificate-revoked = جاری کرنے والے نے اسے منسوخ کر دیا ہے۔
certificate-list-too-old = ہماری فہرست اسے جانچنے کے لیے بہت پرانی ہے۔ بعد میں کوشش کریں۔
certificate-another-person = یہ آپ کے درج کیے نام پر نہیں ہے۔
certificate-too-many = یہ بہت سے موبائل نمبروں کے ساتھ استعمال ہو چکا ہے۔
problem-certificate-refused = یہ سرٹیفکیٹ نہیں لیا جاتا۔ آپ اس کے بغیر آگے جا سکتے ہیں۔

## The answer
answer-title = آپ کی صورتِ حال
answer-told = { $entity } کو یہ ملتا ہے:
status-0 = ٹیکہ نہیں لگا
status-1 = ٹیکے پورے نہیں لگے
status-2 = ٹیکے پورے لگ چکے ہیں
needs-title = کیوں
needs-hint = یہ صرف آپ دیکھتے ہیں۔ { $entity } کو صرف صورتِ حال ملتی ہے۔
need-complete = جو چاہیے سب ہے۔
need-final-dose = مکمل: ریکارڈ میں آخری خوراک ہے۔
need-immune = آپ میں قوتِ مدافعت ہے۔
need-waiting = سب خوراکیں ہیں، مگر ابھی شمار نہیں ہوتیں۔
need-expired = یہ مکمل تھا، مگر وقت گزر گیا۔
need-dose-missing = ایک خوراک باقی ہے۔
need-no-dose = شمار ہونے والی کوئی خوراک نہیں ملی۔
need-due = اگلی خوراک اس تاریخ سے درست: { $day }۔
need-counts = اس تاریخ سے شمار ہوگا: { $day }۔
need-until = اس تاریخ تک درست: { $day }۔
need-aside = اس سے صورتِ حال نہیں بدلتی۔
valid-until = { $time } تک درست
show-others = دوسروں کو دکھائیں
show-others-hint = جو یہ کوڈ اسکین کرے وہ آپ کی صورتِ حال جانچ سکتا ہے۔ یہ بتاتا ہے کہ کسے اور کیوں ملی، یہ نہیں کہ آپ کون ہیں۔
show-name = نام کے ساتھ دکھائیں
show-name-hint = جو یہ کوڈ اسکین کرے وہ آپ کا درج کیا نام بھی دیکھے گا اور فوٹو ID سے ملا سکے گا۔
qr-label = آپ کے ٹیکوں کی صورتِ حال کا QR کوڈ
qr-large = پوری اسکرین
qr-save = محفوظ کریں
qr-print = پرنٹ کریں
qr-close = بند کریں
token = صورتِ حال متن میں
copy = متن کاپی کریں
copied = کاپی ہو گیا
check-page = دوسرے یہاں جانچ سکتے ہیں
withdraw = رضامندی واپس لیں
withdraw-hint = ہم اب اسے بتانا بند کرتے ہیں۔ ایک گھنٹے میں آن لائن جانچنے والے کو نظر آئے گا کہ آپ نے واپس لی۔
withdraw-later = بعد میں واپس لیں
withdraw-later-hint = یہ کوڈ یا لنک اپنے پاس رکھیں۔ اس سے SMS کے بغیر کبھی بھی رضامندی واپس لی جا سکتی ہے۔
withdraw-code = واپس لینے کا کوڈ
withdraw-by-code = صورتِ حال کے ساتھ ملا واپس لینے کا کوڈ درج کریں۔
withdraw-wrong-code = یہ واپس لینے کا کوڈ نہیں۔ پورا کوڈ درج کریں۔
withdrawn-title = آپ نے رضامندی واپس لے لی
withdrawn = اب آپ کی صورتِ حال کسی کو نہیں بتائی جائے گی۔
continue = { $entity } پر آگے جائیں
go-back = { $entity } پر واپس جائیں
close = آپ یہ صفحہ بند کر سکتے ہیں۔

## خاندان

person-number = شخص { $number }
leave-out = چھوڑ دیں
others-told = { $count ->
    [one] ایک اور شخص دوسرے فون پر جواب دے گا۔ وہاں ہم SMS بھیجتے ہیں۔
   *[other] { $count } اور لوگ دوسرے فون پر جواب دیں گے۔ وہاں ہم SMS بھیجتے ہیں۔
}
birth-year-of = پیدائش کا سال: { $name }
answers-title = ہر شخص کی صورتِ حال
person-not-found = اس نمبر اور نام کا کوئی ایک ریکارڈ نہیں ملا۔ کچھ نہیں بتایا گیا۔
person-left-out = آپ نے انہیں چھوڑ دیا۔ کچھ نہیں بتایا گیا۔
problem-everybody-left-out = سب چھوڑ دیے گئے ہیں۔ کم از کم ایک کو رہنے دیں، یا "{ decline }" دبائیں۔
problem-same-person-twice = ان میں سے دو ایک ہی شخص ہیں: ایک نمبر، ایک نام۔
problem-one-number-only = سب کے لیے ایک ہی موبائل نمبر درج کریں۔
linked-over = یہ لنک اب کام نہیں کرتا۔ اگر ابھی جواب نہیں دیا تو بکنگ کرنے والے سے دوبارہ شروع کرنے کو کہیں۔
linked-locked = کئی بار غلط OTP درج ہوا، اس لیے یہ درخواست بند ہے۔ بکنگ کرنے والے سے دوبارہ شروع کرنے کو کہیں۔

## Other ends
declined-title = کچھ نہیں بتایا گیا
declined = { $entity } کو صرف اتنا پتا چلے گا کہ آپ نے منع کیا۔
ended-title = یہ نہیں ہو سکا
over-title = یہ درخواست ختم ہو چکی ہے
over = جس سائٹ سے آئے تھے وہاں واپس جائیں اور دوبارہ شروع کریں۔
apart = جس سائٹ نے آپ کو بھیجا اس سے اس صفحے کا رابطہ ٹوٹ گیا ہے۔ سائٹ پر واپس جائیں اور کسی اور طرح کھولیں۔

## What went wrong
problem-invalid-mobile = 10 ہندسوں کا ہندوستانی موبائل نمبر درج کریں
problem-invalid-name = نام حروف میں لکھیں
problem-invalid-code = SMS کے { $digits } ہندسے درج کریں
problem-invalid-birth-year = پیدائش کا سال 4 ہندسوں میں درج کریں
problem-wrong-code = { $left ->
    [one] OTP غلط ہے۔ ایک بار اور کوشش کر سکتے ہیں۔
   *[other] OTP غلط ہے۔ { $left } بار اور کوشش کر سکتے ہیں۔
}
problem-code-expired = OTP کا وقت ختم ہو گیا۔ نیا OTP لیں۔
problem-request-expired = وقت ختم ہو گیا۔ دوبارہ شروع کریں۔
problem-request-locked = کئی بار غلط OTP درج ہوا، اس لیے یہ درخواست بند ہے۔ دوبارہ شروع کریں۔
problem-mobile-locked = اس نمبر پر کئی بار غلط OTP درج ہوا۔ اتنی دیر بعد کوشش کریں: { $time }۔
problem-too-many-requests = بہت بار OTP مانگا گیا۔ اتنی دیر بعد کوشش کریں: { $time }۔
problem-too-many-requests-today = اس درخواست کے لیے مزید OTP نہیں بھیجے جا سکتے۔
problem-already-used = اس درخواست کا جواب دیا جا چکا ہے یا انکار ہو چکا ہے۔ دوبارہ شروع کریں۔
problem-notice-mismatch = صفحہ پرانا ہو گیا تھا۔ نوٹس پڑھ کر OTP دوبارہ درج کریں۔
problem-no-matching-record = اس نمبر اور نام کا کوئی ایک ریکارڈ نہیں ملا۔ دونوں دیکھ کر دوبارہ شروع کریں۔ کچھ نہیں بتایا گیا۔
problem-consent-withdrawn = آپ نے رضامندی واپس لے لی تھی۔ اب کچھ نہیں بتایا جاتا۔
problem-sms-unavailable = SMS نہیں بھیجا جا سکا۔ چند منٹ بعد کوشش کریں۔
problem-store-unavailable = ابھی جواب نہیں دے سکتے۔ کچھ ضائع نہیں ہوا۔ چند منٹ بعد کوشش کریں۔
problem-invalid-request = صفحہ پورا نہیں پہنچا۔ دوبارہ کوشش کریں۔
problem-not-found = ایسا کوئی صفحہ نہیں، یا اس کا وقت ختم ہے۔
lost = جواب نہیں آیا۔ انٹرنیٹ دیکھ کر دوبارہ کوشش کریں۔
try-again = دوبارہ کوشش کریں

## The sandbox
sandbox = سینڈ باکس: یہاں کوئی اصلی نہیں۔
sandbox-page = OTP دیکھیں
