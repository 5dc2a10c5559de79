# What a person takes home
cards-title = Your vaccination record
cards-hint = Take a copy of your recorded doses with you. Only you get it; those who ask for your status never see it.
cards-keep = Keep a copy
cards-file = Save as a file
cards-none = No card can hold your record. Ask for a paper copy.
card-smart-health-card = SMART Health Card
card-smart-health-card-hint = All your doses, for health apps on phones and for readers in many countries.
card-eu-dcc = EU certificate (HC1)
card-eu-dcc-hint = Your last dose, for readers of EU certificates.
card-fhir = FHIR record
card-fhir-hint = All your doses for hospitals and ABDM; not signed.
