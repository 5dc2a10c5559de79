# Gujarati. What each text is for stands as a note above the English one.

## The first step
title = રસીકરણની સ્થિતિ જણાવો
asks = { $entity } એ તમારા રસીકરણની સ્થિતિ પૂછી છે. હેતુ: { $purpose }.
asks-booking = { $entity } એ દરેક વ્યક્તિના રસીકરણની સ્થિતિ પૂછી છે. હેતુ: { $purpose }.
fact-shared = તેમને એક જ જવાબ મળશે: રસી લીધી કે નહીં, પૂરી કે અધૂરી
fact-shared-booking = તેમને દરેક માટે એક જવાબ મળશે: રસી લીધી કે નહીં, પૂરી કે અધૂરી
fact-kept = ડોઝ, તારીખ, પ્રમાણપત્ર કે પરિવારની માહિતી ક્યારેય નહીં મળે
fact-kept-booking = ડોઝ, તારીખ કે પ્રમાણપત્ર ક્યારેય નહીં મળે
fact-lasts = માન્ય: { $time }. તમે ગમે ત્યારે પાછી લઈ શકો છો
step = 3 માંથી પગલું { $number }
mobile = મોબાઇલ નંબર
mobile-hint = રસી લેતી વખતે આપેલો નંબર
name = પૂરું નામ
name-hint = રસીકરણ પ્રમાણપત્ર પર છે તેમ
send-code = OTP મોકલો
decline = જણાવશો નહીં
next-code = આગળ: SMS થી OTP આવશે. હજી કંઈ જણાવાતું નથી.
language = ભાષા
change = બદલો

## The second step
code-title = OTP નાખો
code-sent = અમે { $last } થી પૂરા થતા નંબર પર SMS થી { $digits } અંકનો OTP મોકલ્યો છે.
people = કોના વિશે
code = OTP
notice = તમારા અધિકારો અને પૂરી સૂચના
agree = સંમતિ આપો અને જણાવો
agree-hint = OTP નાખીને તમે પૂરી સૂચનાને સંમતિ આપો છો.
agree-unseen = માહિતી અને આ બટન દેખાય ત્યાં સુધી નીચે જાઓ.
resend = નવો OTP મેળવો
resend-after = નવો OTP { $seconds } સેકન્ડમાં
resent = નવો OTP મોકલ્યો છે. જૂનો હવે નહીં ચાલે.
no-resend = આ વિનંતી માટે વધુ OTP મોકલી શકાતા નથી. ફરી શરૂ કરો.
expires-in = બાકી સમય: { $time }
expired-now = OTP નો સમય પૂરો થયો. નવો OTP મેળવો.
start-again = ફરી શરૂ કરો
next-share = આગળ: તમે તમારી સ્થિતિ જોશો, અને { $entity } ને તે મળશે.
birth-title = જન્મનું વર્ષ
birth-why = આ નંબર પર આ નામના એકથી વધુ લોકો છે. જન્મના વર્ષથી ખબર પડશે કે કોણ. તે એક જ વાર નાખી શકાય.
birth-year = જન્મનું વર્ષ

## A certificate that the person presents
certificate-title = મારી પાસે પ્રમાણપત્ર છે
certificate-hint = અમને તમારો રેકોર્ડ ન મળે તો CoWIN કે EU નું પ્રમાણપત્ર અથવા SMART Health Card તમારા ડોઝ બતાવે છે. તે વૈકલ્પિક છે.
certificate-text = તેના QR કોડનું લખાણ
certificate-file = અથવા તેનું ચિત્ર કે ફાઇલ
certificate-present = પ્રમાણપત્ર વાંચો
certificate-genuine = પ્રમાણપત્ર સાચું છે.
certificate-person = વ્યક્તિ
certificate-issuer = આપનાર
certificate-dose = ડોઝ
certificate-unknown-product = અમે ન જાણતા હોઈએ તેવી રસી
certificate-kept = OTP નાખવાથી આ ગણાશે. તેની માહિતી અમે ફક્ત આ વિનંતી પૂરતી રાખીએ છીએ, પ્રમાણપત્ર ક્યારેય નહીં.
certificate-take-back = તે ન વાપરો
certificate-expired-seal = તેની મહોરનો સમય પૂરો થયો છે.
certificate-dose-unclear = કયો ડોઝ ક્યારે અપાયો તે સ્પષ્ટ નથી.
certificate-unreadable = આમાં પ્રમાણપત્ર વાંચી શકાયું નહીં.
certificate-unsupported = આવું પ્રમાણપત્ર લેવાતું નથી.
certificate-unknown-issuer = તે કોણે આપ્યું તે અમે જાણતા નથી, તેથી તપાસી શકતા નથી.
certificate-forged = તે સાચું નથી: તેની સહી ખોટી છે.
certificate-out-of-time = તેની મહોરનો સમય પૂરો થયો છે અથવા હજી શરૂ થયો નથી.
certificate-revoked = આપનારે તે રદ કર્યું છે.
certificate-list-too-old = અમારી યાદી તેને તપાસવા માટે બહુ જૂની છે. પછી ફરી પ્રયત્ન કરો.
certificate-another-person = તે તમે લખેલા નામનું નથી.
certificate-too-many = તે ઘણા બધા મોબાઇલ નંબર સાથે વપરાયું છે.
problem-certificate-refused = આ પ્રમાણપત્ર લેવાતું નથી. તેના વિના આગળ વધી શકો છો.

## The answer
answer-title = તમારી સ્થિતિ
answer-told = { $entity } ને આ મળે છે:
status-0 = રસી લીધી નથી
status-1 = રસી અધૂરી છે
status-2 = રસી પૂરી થઈ છે
needs-title = શા માટે
needs-hint = આ ફક્ત તમને દેખાય છે. { $entity } ને ફક્ત સ્થિતિ મળે છે.
need-complete = જરૂરી બધું છે.
need-final-dose = પૂરું: રેકોર્ડમાં છેલ્લો ડોઝ છે.
need-immune = તમને પ્રતિરક્ષા છે.
need-waiting = બધા ડોઝ છે, પણ હજી ગણાતા નથી.
need-expired = તે પૂરું હતું, પણ સમય વીતી ગયો.
need-dose-missing = એક ડોઝ બાકી છે.
need-no-dose = ગણાય તેવો ડોઝ મળ્યો નથી.
need-due = આગલો ડોઝ આ તારીખથી માન્ય: { $day }.
need-counts = ગણાશે આ તારીખથી: { $day }.
need-until = માન્ય આ તારીખ સુધી: { $day }.
need-aside = આનાથી સ્થિતિ બદલાતી નથી.
valid-until = માન્ય: { $time } સુધી
show-others = બીજાને બતાવો
show-others-hint = જે આ કોડ સ્કૅન કરે તે તમારી સ્થિતિ તપાસી શકે. તે કોને અને શા માટે મળી તે દેખાય છે, તમે કોણ છો તે નહીં.
show-name = નામ સાથે બતાવો
show-name-hint = જે આ કોડ સ્કૅન કરે તે તમે લખેલું નામ પણ જુએ અને ફોટો ID સાથે સરખાવી શકે.
qr-label = તમારા રસીકરણની સ્થિતિનો QR કોડ
qr-large = આખી સ્ક્રીન
qr-save = સેવ કરો
qr-print = પ્રિન્ટ કરો
qr-close = બંધ કરો
token = સ્થિતિનું લખાણ
copy = લખાણ કૉપિ કરો
copied = કૉપિ થયું
check-page = બીજા અહીં તપાસી શકે
withdraw = સંમતિ પાછી લો
withdraw-hint = અમે હવે તે જણાવવાનું બંધ કરીએ છીએ. એક કલાકમાં ઑનલાઇન તપાસનારને દેખાશે કે તમે પાછી લીધી.
withdraw-later = પછી પાછી લો
withdraw-later-hint = આ કોડ કે લિંક તમારી પાસે રાખો. તેનાથી SMS વિના ગમે ત્યારે સંમતિ પાછી લેવાય છે.
withdraw-code = પાછી લેવાનો કોડ
withdraw-by-code = સ્થિતિ સાથે મળેલો પાછી લેવાનો કોડ નાખો.
withdraw-wrong-code = આ પાછી લેવાનો કોડ નથી. આખો કોડ નાખો.
withdrawn-title = તમે સંમતિ પાછી લીધી
withdrawn = હવે તમારી સ્થિતિ કોઈને જણાવાશે નહીં.
continue = { $entity } પર આગળ વધો
go-back = { $entity } પર પાછા જાઓ
close = તમે આ પેજ બંધ કરી શકો છો.

## કુટુંબ

person-number = વ્યક્તિ { $number }
leave-out = બાકાત રાખો
others-told = { $count ->
    [one] વધુ એક વ્યક્તિ બીજા ફોન પર જવાબ આપશે. ત્યાં અમે SMS મોકલીએ છીએ.
   *[other] વધુ { $count } જણ બીજા ફોન પર જવાબ આપશે. ત્યાં અમે SMS મોકલીએ છીએ.
}
birth-year-of = જન્મનું વર્ષ: { $name }
answers-title = દરેકની સ્થિતિ
person-not-found = આ નંબર અને નામનો એક રેકોર્ડ મળ્યો નથી. કંઈ જણાવાયું નથી.
person-left-out = તમે આમને બાકાત રાખ્યા. કંઈ જણાવાયું નથી.
problem-everybody-left-out = બધા બાકાત છે. એકને તો રાખો, અથવા "{ decline }" દબાવો.
problem-same-person-twice = આમાંથી બે એક જ વ્યક્તિ છે: એક નંબર, એક નામ.
problem-one-number-only = બધા માટે એક જ મોબાઇલ નંબર નાખો.
linked-over = આ લિંક હવે ચાલતી નથી. હજી જવાબ ન આપ્યો હોય, તો બુકિંગ કરનારને ફરી શરૂ કરવા કહો.
linked-locked = ઘણી વાર ખોટો OTP નાખ્યો, તેથી આ વિનંતી બંધ છે. બુકિંગ કરનારને ફરી શરૂ કરવા કહો.

## Other ends
declined-title = કંઈ જણાવાયું નથી
declined = { $entity } ને ફક્ત એટલું જ ખબર પડશે કે તમે ના પાડી.
ended-title = આ થઈ શક્યું નહીં
over-title = આ વિનંતી પૂરી થઈ ગઈ છે
over = જે સાઇટથી આવ્યા ત્યાં પાછા જાઓ અને ફરી શરૂ કરો.
apart = તમને મોકલનાર સાઇટ સાથે આ પેજનો સંપર્ક તૂટી ગયો છે. સાઇટ પર પાછા જાઓ અને બીજી રીતે ખોલો.

## What went wrong
problem-invalid-mobile = 10 અંકનો ભારતીય મોબાઇલ નંબર નાખો
problem-invalid-name = નામ અક્ષરોમાં લખો
problem-invalid-code = SMS ના { $digits } અંક નાખો
problem-invalid-birth-year = જન્મનું વર્ષ 4 અંકમાં નાખો
problem-wrong-code = { $left ->
    [one] OTP ખોટો છે. હજી એક વાર પ્રયત્ન કરી શકો છો.
   *[other] OTP ખોટો છે. હજી { $left } વાર પ્રયત્ન કરી શકો છો.
}
problem-code-expired = OTP નો સમય પૂરો થયો. નવો OTP મેળવો.
problem-request-expired = સમય પૂરો થયો. ફરી શરૂ કરો.
problem-request-locked = ઘણી વાર ખોટો OTP નાખ્યો, તેથી આ વિનંતી બંધ છે. ફરી શરૂ કરો.
problem-mobile-locked = આ નંબર માટે ઘણી વાર ખોટો OTP નાખ્યો. આટલા સમય પછી પ્રયત્ન કરો: { $time }.
problem-too-many-requests = ઘણી વાર OTP માગ્યો. આટલા સમય પછી પ્રયત્ન કરો: { $time }.
problem-too-many-requests-today = આ વિનંતી માટે વધુ OTP મોકલી શકાતા નથી.
problem-already-used = આ વિનંતીનો જવાબ અપાઈ ગયો છે અથવા ના પાડી છે. ફરી શરૂ કરો.
problem-notice-mismatch = પેજ જૂનું થઈ ગયું હતું. સૂચના વાંચીને OTP ફરી નાખો.
problem-no-matching-record = આ નંબર અને નામનો એક રેકોર્ડ મળ્યો નથી. બંને તપાસીને ફરી શરૂ કરો. કંઈ જણાવાયું નથી.
problem-consent-withdrawn = તમે સંમતિ પાછી લીધી હતી. હવે કંઈ જણાવાતું નથી.
problem-sms-unavailable = SMS મોકલી શકાયો નહીં. થોડી મિનિટ પછી પ્રયત્ન કરો.
problem-store-unavailable = અત્યારે જવાબ આપી શકાતો નથી. કંઈ ખોવાયું નથી. થોડી મિનિટ પછી પ્રયત્ન કરો.
problem-invalid-request = પેજ પૂરું પહોંચ્યું નહીં. ફરી પ્રયત્ન કરો.
problem-not-found = આવું કોઈ પેજ નથી, અથવા તેનો સમય પૂરો થયો છે.
lost = જવાબ આવ્યો નથી. ઇન્ટરનેટ તપાસીને ફરી પ્રયત્ન કરો.
try-again = ફરી પ્રયત્ન કરો

## The sandbox
sandbox = સેન્ડબૉક્સ: અહીં કોઈ સાચું નથી.
sandbox-page = OTP જુઓ
