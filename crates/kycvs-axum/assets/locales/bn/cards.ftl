# What a person takes home
cards-title = আপনার টিকার রেকর্ড
cards-hint = আপনার ডোজের রেকর্ডের কপি সঙ্গে রাখুন। এটি শুধু আপনিই পান; যারা আপনার অবস্থা জানতে চায় তারা কখনও এটি দেখে না।
cards-keep = কপি রাখুন
cards-file = ফাইল হিসেবে সেভ করুন
cards-none = কোনও কার্ডে আপনার রেকর্ড ধরে না। কাগজের কপি চান।
card-smart-health-card = SMART স্বাস্থ্য কার্ড
card-smart-health-card-hint = আপনার সব ডোজ, ফোনের স্বাস্থ্য অ্যাপ ও বহু দেশের রিডারের জন্য।
card-eu-dcc = EU সার্টিফিকেট (HC1)
card-eu-dcc-hint = আপনার শেষ ডোজ, EU সার্টিফিকেট যাঁরা পড়েন তাঁদের জন্য।
card-fhir = FHIR রেকর্ড
card-fhir-hint = হাসপাতাল ও ABDM-এর জন্য আপনার সব ডোজ; স্বাক্ষর ছাড়া।
