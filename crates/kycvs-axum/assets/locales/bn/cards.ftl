# What a person takes home
cards-title = আপনার টিকাকরণের নথি
cards-hint = আপনার নথিভুক্ত ডোজের প্রতিলিপি সঙ্গে নিন। এটি কেবল আপনি পান; যারা আপনার অবস্থা জানতে চায় তারা কখনো তা দেখে না।
cards-keep = প্রতিলিপি রাখুন
cards-file = ফাইল হিসেবে রাখুন
cards-none = কোনো কার্ডে আপনার নথি ধরা যায় না। কাগজের প্রতিলিপি চান।
card-smart-health-card = SMART স্বাস্থ্য কার্ড
card-smart-health-card-hint = আপনার সব ডোজ, ফোনের স্বাস্থ্য অ্যাপ ও বহু দেশের পাঠকের জন্য।
card-eu-dcc = EU সনদ (HC1)
card-eu-dcc-hint = আপনার শেষ ডোজ, EU সনদ পাঠকের জন্য।
card-fhir = FHIR নথি
card-fhir-hint = হাসপাতাল ও ABDM-এর জন্য আপনার সব ডোজ; স্বাক্ষর ছাড়া।
