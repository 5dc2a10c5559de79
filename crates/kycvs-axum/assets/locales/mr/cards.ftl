# What a person takes home
cards-title = तुमची लसीकरणाची नोंद
cards-hint = तुमच्या नोंदवलेल्या डोसची प्रत सोबत घ्या. ती फक्त तुम्हाला मिळते; जे तुमची स्थिती विचारतात त्यांना ती कधीही दिसत नाही.
cards-keep = प्रत ठेवा
cards-file = फाइल म्हणून सेव्ह करा
cards-none = कोणत्याही कार्डात तुमची नोंद मावत नाही. कागदी प्रत मागा.
card-smart-health-card = SMART आरोग्य कार्ड
card-smart-health-card-hint = तुमचे सर्व डोस, फोनवरील आरोग्य ॲप्स आणि अनेक देशांतील रीडरसाठी.
card-eu-dcc = EU प्रमाणपत्र (HC1)
card-eu-dcc-hint = तुमचा शेवटचा डोस, EU प्रमाणपत्र वाचणाऱ्यांसाठी.
card-fhir = FHIR नोंद
card-fhir-hint = रुग्णालये आणि ABDM साठी तुमचे सर्व डोस; स्वाक्षरीशिवाय.
