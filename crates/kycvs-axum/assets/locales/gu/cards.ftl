# What a person takes home
cards-title = તમારી રસીકરણ નોંધ
cards-hint = તમારા નોંધાયેલા ડોઝની નકલ સાથે રાખો. તે ફક્ત તમને મળે છે; જે તમારી સ્થિતિ પૂછે છે તે તેને ક્યારેય જોતા નથી.
cards-keep = નકલ રાખો
cards-file = ફાઇલ તરીકે સાચવો
cards-none = કોઈ કાર્ડમાં તમારી નોંધ સમાતી નથી. કાગળની નકલ માગો.
card-smart-health-card = SMART આરોગ્ય કાર્ડ
card-smart-health-card-hint = તમારા બધા ડોઝ, ફોનની આરોગ્ય ઍપ અને ઘણા દેશોના રીડર માટે.
card-eu-dcc = EU પ્રમાણપત્ર (HC1)
card-eu-dcc-hint = તમારો છેલ્લો ડોઝ, EU પ્રમાણપત્ર વાંચનારા માટે.
card-fhir = FHIR નોંધ
card-fhir-hint = હૉસ્પિટલ અને ABDM માટે તમારા બધા ડોઝ; સહી વગર.
