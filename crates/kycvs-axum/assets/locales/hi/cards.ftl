# What a person takes home
cards-title = आपका टीकाकरण अभिलेख
cards-hint = अपनी दर्ज खुराकों की प्रति अपने साथ ले जाएं। यह केवल आपको मिलती है; जो आपकी स्थिति पूछते हैं, वे इसे कभी नहीं देखते।
cards-keep = प्रति रखें
cards-file = फ़ाइल के रूप में सहेजें
cards-none = कोई कार्ड आपका अभिलेख नहीं दिखा सकता। कागज़ी प्रति मांगें।
card-smart-health-card = SMART स्वास्थ्य कार्ड
card-smart-health-card-hint = आपकी सभी खुराकें, फ़ोन के स्वास्थ्य ऐप और कई देशों के रीडर के लिए।
card-eu-dcc = EU प्रमाणपत्र (HC1)
card-eu-dcc-hint = आपकी अंतिम खुराक, EU प्रमाणपत्र पढ़ने वालों के लिए।
card-fhir = FHIR अभिलेख
card-fhir-hint = अस्पतालों और ABDM के लिए आपकी सभी खुराकें; बिना हस्ताक्षर।
