# Bengali. What each text is for stands as a note above the English one.

## The first step
title = টিকার অবস্থা জানান
asks = { $entity } আপনার টিকার অবস্থা জানতে চেয়েছে। উদ্দেশ্য: { $purpose }।
asks-booking = { $entity } প্রত্যেকের টিকার অবস্থা জানতে চেয়েছে। উদ্দেশ্য: { $purpose }।
fact-shared = ওরা একটিই উত্তর পাবে: টিকা নেওয়া হয়নি, শেষ হয়নি বা সব হয়েছে
fact-shared-booking = ওরা প্রত্যেকের জন্য একটি উত্তর পাবে: টিকা নেওয়া হয়নি, শেষ হয়নি বা সব হয়েছে
fact-kept = ডোজ, তারিখ, সার্টিফিকেট বা পরিবারের তথ্য কখনও পাবে না
fact-kept-booking = ডোজ, তারিখ বা সার্টিফিকেট কখনও পাবে না
fact-lasts = মেয়াদ: { $time }। যে কোনও সময় ফিরিয়ে নিতে পারেন
step = 3টির মধ্যে ধাপ { $number }
mobile = মোবাইল নম্বর
mobile-hint = টিকা নেওয়ার সময় যে নম্বর দিয়েছিলেন
name = পুরো নাম
name-hint = টিকার সার্টিফিকেটে যেমন আছে
send-code = OTP পাঠান
decline = জানাব না
next-code = এরপর: SMS-এ OTP আসবে। এখনও কিছু জানানো হচ্ছে না।
language = ভাষা
change = বদলান

## The second step
code-title = OTP লিখুন
code-sent = { $last } দিয়ে শেষ হওয়া নম্বরে SMS-এ { $digits } অঙ্কের OTP পাঠিয়েছি।
people = কার বিষয়ে
code = OTP
notice = আপনার অধিকার ও পুরো নোটিস
agree = রাজি, জানিয়ে দিন
agree-hint = OTP লিখলে আপনি পুরো নোটিসে রাজি হন।
agree-unseen = নিচে যান, যতক্ষণ না তথ্য ও এই বোতাম দেখা যায়।
resend = নতুন OTP নিন
resend-after = নতুন OTP { $seconds } সেকেন্ডে
resent = নতুন OTP পাঠিয়েছি। পুরনোটি আর চলবে না।
no-resend = এই অনুরোধে আর OTP পাঠানো যাবে না। আবার শুরু করুন।
expires-in = বাকি সময়: { $time }
expired-now = OTP-র সময় শেষ। নতুন OTP নিন।
start-again = আবার শুরু করুন
next-share = এরপর: আপনি নিজের অবস্থা দেখবেন, আর { $entity } সেটি পাবে।
birth-title = জন্মসাল
birth-why = এই নম্বরে এই নামে একাধিক লোক আছেন। জন্মসাল থেকে বোঝা যাবে কে। এটি একবারই লেখা যায়।
birth-year = জন্মসাল

## A certificate that the person presents
certificate-title = আমার কাছে সার্টিফিকেট আছে
certificate-hint = আপনার রেকর্ড না পেলে CoWIN বা EU সার্টিফিকেট কিংবা SMART Health Card আপনার ডোজ দেখায়। এটি না দিলেও চলে।
certificate-text = এর QR কোডের লেখা
certificate-file = অথবা এর ছবি বা ফাইল
certificate-present = সার্টিফিকেটটি পড়ুন
certificate-genuine = সার্টিফিকেটটি আসল।
certificate-person = ব্যক্তি
certificate-issuer = প্রদানকারী
certificate-dose = ডোজ
certificate-unknown-product = এমন টিকা যা আমরা চিনি না
certificate-kept = OTP লিখলে এটি গোনা হবে। এর তথ্য শুধু এই অনুরোধ পর্যন্ত রাখি, সার্টিফিকেট কখনও রাখি না।
certificate-take-back = এটি ব্যবহার করবেন না
certificate-expired-seal = এর সিলের মেয়াদ শেষ হয়েছে।
certificate-dose-unclear = কোন ডোজ কবে দেওয়া হয়েছে তা এতে স্পষ্ট নয়।
certificate-unreadable = এতে কোনও সার্টিফিকেট পড়া যায়নি।
certificate-unsupported = আমরা এই ধরনের সার্টিফিকেট নিই না।
certificate-unknown-issuer = এটি কে দিয়েছে আমরা জানি না, তাই যাচাই করতে পারি না।
certificate-forged = এটি আসল নয়: এর স্বাক্ষর ভুল।
certificate-out-of-time = এর সিলের মেয়াদ শেষ হয়েছে, অথবা এখনও শুরু হয়নি।
certificate-revoked = প্রদানকারী এটি বাতিল করেছেন।
certificate-list-too-old = প্রদানকারীদের তালিকাটি এটি যাচাই করার পক্ষে খুব পুরোনো। পরে আবার চেষ্টা করুন।
certificate-another-person = আপনি যে নাম লিখেছেন, এটি সেই নামে নয়।
certificate-too-many = এটি খুব বেশি মোবাইল নম্বরে ব্যবহার করা হয়েছে।
problem-certificate-refused = আমরা এই সার্টিফিকেট নিই না। এটি ছাড়াই এগোতে পারেন।

## The answer
answer-title = আপনার অবস্থা
answer-told = { $entity } এটি পাচ্ছে:
status-0 = টিকা নেওয়া হয়নি
status-1 = টিকা নেওয়া শেষ হয়নি
status-2 = সব টিকা নেওয়া হয়েছে
needs-title = কেন
needs-hint = এটি শুধু আপনিই দেখেন। { $entity } শুধু অবস্থাটি পায়।
need-complete = যা দরকার সবই আছে।
need-final-dose = সম্পূর্ণ: রেকর্ডে শেষ ডোজ লেখা আছে।
need-immune = আপনার রোগ প্রতিরোধ ক্ষমতা আছে।
need-waiting = সব ডোজ আছে, কিন্তু এখনও গোনা হয় না।
need-expired = এটি সম্পূর্ণ ছিল, কিন্তু মেয়াদ শেষ।
need-dose-missing = একটি ডোজ বাকি আছে।
need-no-dose = গোনা যায় এমন ডোজ পাওয়া যায়নি।
need-due = পরের ডোজ { $day } থেকে বৈধ।
need-counts = এটি { $day } থেকে গোনা হবে।
need-until = এটি { $day } পর্যন্ত বৈধ।
need-aside = এতে অবস্থা বদলায় না।
valid-until = { $time } পর্যন্ত বৈধ
show-others = অন্যদের দেখান
show-others-hint = যে কেউ এই কোডটি স্ক্যান করে আপনার অবস্থা যাচাই করতে পারেন। অবস্থাটি কাকে এবং কী উদ্দেশ্যে জানানো হয়েছে তা এতে থাকে, আপনি কে তা থাকে না।
show-name = নাম সহ দেখান
show-name-hint = যিনি এই কোড স্ক্যান করেন তিনি আপনার লেখা নামও দেখেন এবং ছবিসহ পরিচয়পত্রের সঙ্গে মেলাতে পারেন।
qr-label = আপনার টিকার অবস্থার QR কোড
qr-large = পুরো স্ক্রিন
qr-save = সেভ করুন
qr-print = প্রিন্ট করুন
qr-close = বন্ধ করুন
token = লেখা আকারে অবস্থা
copy = লেখাটি কপি করুন
copied = কপি হয়েছে
check-page = অন্যরা এখানে এটি যাচাই করতে পারেন
withdraw = সম্মতি ফিরিয়ে নিন
withdraw-hint = আমরা এখন থেকে এটি জানানো বন্ধ করি। এক ঘণ্টার মধ্যে অনলাইনে যাচাই করলে দেখা যাবে যে আপনি ফিরিয়ে নিয়েছেন।
withdraw-later = পরে ফিরিয়ে নিন
withdraw-later-hint = এই কোড বা লিংক নিজের কাছে রাখুন। এটি দিয়ে যে কোনও সময় SMS ছাড়াই সম্মতি ফিরিয়ে নেওয়া যায়।
withdraw-code = ফিরিয়ে নেওয়ার কোড
withdraw-by-code = অবস্থার সঙ্গে পাওয়া ফিরিয়ে নেওয়ার কোডটি লিখুন।
withdraw-wrong-code = এটি ফিরিয়ে নেওয়ার কোড নয়। পুরো কোডটি লিখুন।
withdrawn-title = আপনি সম্মতি ফিরিয়ে নিয়েছেন
withdrawn = আপনার অবস্থা আর জানানো হবে না।
continue = { $entity }-এ এগিয়ে যান
go-back = { $entity }-এ ফিরে যান
close = আপনি এই পাতা বন্ধ করতে পারেন।

## পরিবার

person-number = ব্যক্তি { $number }
leave-out = বাদ দিন
others-told = { $count ->
    [one] আরও একজন অন্য ফোনে উত্তর দেবেন। সেখানে আমরা SMS পাঠাই।
   *[other] আরও { $count } জন অন্য ফোনে উত্তর দেবেন। সেখানে আমরা SMS পাঠাই।
}
birth-year-of = জন্মসাল: { $name }
answers-title = প্রত্যেকের অবস্থা
person-not-found = এই নম্বর ও নামে একটি রেকর্ড পাইনি। কিছু জানানো হয়নি।
person-left-out = এঁকে বাদ দিয়েছেন। কিছু জানানো হয়নি।
problem-everybody-left-out = সবাই বাদ পড়েছেন। অন্তত একজনকে রাখুন, অথবা "{ decline }" চাপুন।
problem-same-person-twice = এঁদের দুজন একই মানুষ: এক নম্বর, এক নাম।
problem-one-number-only = সবার জন্য একই মোবাইল নম্বর লিখুন।
linked-over = এই লিংক আর কাজ করে না। এখনও উত্তর না দিয়ে থাকলে, যিনি বুকিং করছেন তাঁকে আবার শুরু করতে বলুন।
linked-locked = অনেকবার ভুল OTP লেখা হয়েছে, তাই অনুরোধটি বন্ধ। যিনি বুকিং করছেন তাঁকে আবার শুরু করতে বলুন।

## Other ends
declined-title = কিছু জানানো হয়নি
declined = { $entity } শুধু জানবে যে আপনি না বলেছেন।
ended-title = এটি হল না
over-title = এই অনুরোধ শেষ হয়েছে
over = যে সাইট থেকে এসেছেন সেখানে ফিরে আবার শুরু করুন।
apart = যে সাইট আপনাকে পাঠিয়েছে তার সঙ্গে এই পাতার যোগ কেটে গেছে। সাইটে ফিরে অন্যভাবে খুলুন।

## What went wrong
problem-invalid-mobile = 10 অঙ্কের ভারতীয় মোবাইল নম্বর লিখুন
problem-invalid-name = নাম অক্ষরে লিখুন
problem-invalid-code = SMS-এর { $digits }টি অঙ্ক লিখুন
problem-invalid-birth-year = জন্মসাল 4 অঙ্কে লিখুন
problem-wrong-code = { $left ->
    [one] OTP ভুল। আর একবার চেষ্টা করতে পারেন।
   *[other] OTP ভুল। আর { $left } বার চেষ্টা করতে পারেন।
}
problem-code-expired = OTP-র সময় শেষ। নতুন OTP নিন।
problem-request-expired = সময় শেষ। আবার শুরু করুন।
problem-request-locked = অনেকবার ভুল OTP লেখা হয়েছে, তাই অনুরোধটি বন্ধ। আবার শুরু করুন।
problem-mobile-locked = এই নম্বরে অনেকবার ভুল OTP লেখা হয়েছে। এতক্ষণ পরে চেষ্টা করুন: { $time }।
problem-too-many-requests = অনেকবার OTP চাওয়া হয়েছে। এতক্ষণ পরে চেষ্টা করুন: { $time }।
problem-too-many-requests-today = এই অনুরোধে আর OTP পাঠানো যাবে না।
problem-already-used = এই অনুরোধের উত্তর দেওয়া হয়েছে বা না বলা হয়েছে। আবার শুরু করুন।
problem-notice-mismatch = পাতাটি পুরনো হয়ে গিয়েছিল। নোটিস পড়ে OTP আবার লিখুন।
problem-no-matching-record = এই নম্বর ও নামে একটি রেকর্ড পাইনি। দুটিই দেখে আবার শুরু করুন। কিছু জানানো হয়নি।
problem-consent-withdrawn = আপনি সম্মতি ফিরিয়ে নিয়েছেন। আর কিছু জানানো হয় না।
problem-sms-unavailable = SMS পাঠানো গেল না। কয়েক মিনিট পরে চেষ্টা করুন।
problem-store-unavailable = এখন উত্তর দিতে পারছি না। কিছু হারায়নি। কয়েক মিনিট পরে চেষ্টা করুন।
problem-invalid-request = পাতাটি পুরো পৌঁছয়নি। আবার চেষ্টা করুন।
problem-not-found = এমন পাতা নেই, বা তার সময় শেষ।
lost = উত্তর আসেনি। ইন্টারনেট দেখে আবার চেষ্টা করুন।
try-again = আবার চেষ্টা করুন

## The sandbox
sandbox = স্যান্ডবক্স: এখানে কেউ আসল নয়।
sandbox-page = OTP দেখুন
