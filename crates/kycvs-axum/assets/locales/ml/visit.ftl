# Malayalam. What each text is for stands as a note above the English one.

## The first step
title = വാക്സിൻ നില പങ്കിടുക
asks = { $entity } നിങ്ങളുടെ വാക്സിൻ നില ചോദിക്കുന്നു. ഉദ്ദേശ്യം: { $purpose }.
asks-booking = { $entity } ഓരോരുത്തരുടെയും വാക്സിൻ നില ചോദിക്കുന്നു. ഉദ്ദേശ്യം: { $purpose }.
fact-shared = അവർക്ക് ഒരൊറ്റ ഉത്തരം: എടുത്തിട്ടില്ല, പൂർത്തിയായിട്ടില്ല, പൂർത്തിയായി
fact-shared-booking = ഓരോരുത്തർക്കും ഒരു ഉത്തരം: എടുത്തിട്ടില്ല, പൂർത്തിയായിട്ടില്ല, പൂർത്തിയായി
fact-kept = ഡോസ്, തീയതി, സർട്ടിഫിക്കറ്റ്, കുടുംബ വിവരം ഒരിക്കലും കിട്ടില്ല
fact-kept-booking = ഡോസ്, തീയതി, സർട്ടിഫിക്കറ്റ് ഒരിക്കലും കിട്ടില്ല
fact-lasts = സാധുത: { $time }. എപ്പോൾ വേണമെങ്കിലും പിൻവലിക്കാം
step = 3-ൽ ഘട്ടം { $number }
mobile = മൊബൈൽ നമ്പർ
mobile-hint = വാക്സിൻ എടുത്തപ്പോൾ നൽകിയ നമ്പർ
name = മുഴുവൻ പേര്
name-hint = വാക്സിൻ സർട്ടിഫിക്കറ്റിലുള്ളതുപോലെ
send-code = OTP അയയ്ക്കുക
decline = പങ്കിടേണ്ട
next-code = അടുത്തത്: SMS ആയി OTP വരും. ഇതുവരെ ഒന്നും പങ്കിട്ടിട്ടില്ല.
language = ഭാഷ
change = മാറ്റുക

## The second step
code-title = OTP നൽകുക
code-sent = { $last } എന്നവസാനിക്കുന്ന നമ്പറിലേക്ക് { $digits } അക്ക OTP SMS ആയി അയച്ചു.
people = ആരെക്കുറിച്ച്
code = OTP
notice = നിങ്ങളുടെ അവകാശങ്ങളും മുഴുവൻ അറിയിപ്പും
agree = സമ്മതിച്ച് പങ്കിടുക
agree-hint = OTP നൽകുമ്പോൾ മുഴുവൻ അറിയിപ്പും നിങ്ങൾ സമ്മതിക്കുന്നു.
agree-unseen = വിവരവും ഈ ബട്ടണും കാണുംവരെ താഴേക്ക് നീക്കുക.
resend = പുതിയ OTP വാങ്ങുക
resend-after = പുതിയ OTP { $seconds } സെക്കൻഡിൽ
resent = പുതിയ OTP അയച്ചു. പഴയത് ഇനി പ്രവർത്തിക്കില്ല.
no-resend = ഈ അപേക്ഷയ്ക്ക് ഇനി OTP അയയ്ക്കാനാവില്ല. വീണ്ടും തുടങ്ങുക.
expires-in = ബാക്കി സമയം: { $time }
expired-now = OTP കാലാവധി കഴിഞ്ഞു. പുതിയ OTP വാങ്ങുക.
start-again = വീണ്ടും തുടങ്ങുക
next-share = അടുത്തത്: നിങ്ങളുടെ നില കാണും, അത് { $entity } സ്ഥാപനത്തിന് കിട്ടും.
birth-title = ജനിച്ച വർഷം
birth-why = ഈ നമ്പറിൽ ഈ പേരിൽ ഒന്നിലധികം പേരുണ്ട്. ജനിച്ച വർഷം ആരെന്നു കാണിക്കും. അത് ഒരിക്കൽ മാത്രം നൽകാം.
birth-year = ജനിച്ച വർഷം

## A certificate that the person presents
certificate-title = എനിക്ക് സർട്ടിഫിക്കറ്റുണ്ട്
certificate-hint = നിങ്ങളുടെ രേഖ കണ്ടില്ലെങ്കിൽ CoWIN, EU സർട്ടിഫിക്കറ്റോ SMART Health Card-ഓ ഡോസുകൾ കാണിക്കും. ഇത് ഒഴിവാക്കാം.
certificate-text = അതിന്റെ QR കോഡിലെ വാചകം
certificate-file = അല്ലെങ്കിൽ അതിന്റെ ചിത്രമോ ഫയലോ
certificate-present = സർട്ടിഫിക്കറ്റ് വായിക്കുക
certificate-genuine = സർട്ടിഫിക്കറ്റ് യഥാർഥമാണ്.
certificate-person = ആൾ
certificate-issuer = നൽകിയത്
certificate-dose = ഡോസ്
certificate-unknown-product = ഞങ്ങൾക്കറിയാത്ത വാക്സിൻ
certificate-kept = OTP നൽകുമ്പോൾ ഇത് കണക്കാക്കും. ഇതിലെ വിവരം ഈ അപേക്ഷയ്ക്കു മാത്രം സൂക്ഷിക്കും, സർട്ടിഫിക്കറ്റ് സൂക്ഷിക്കില്ല.
certificate-take-back = ഇത് ഉപയോഗിക്കേണ്ട
certificate-expired-seal = ഇതിന്റെ മുദ്രയുടെ കാലാവധി കഴിഞ്ഞു.
certificate-dose-unclear = ഏത് ഡോസ് എപ്പോൾ നൽകിയെന്നു വ്യക്തമല്ല.
certificate-unreadable = ഇതിൽ സർട്ടിഫിക്കറ്റ് വായിക്കാനായില്ല.
certificate-unsupported = ഇത്തരം സർട്ടിഫിക്കറ്റ് സ്വീകരിക്കില്ല.
certificate-unknown-issuer = ഇത് ആരു നൽകിയെന്നറിയില്ല, അതിനാൽ പരിശോധിക്കാനാവില്ല.
certificate-forged = ഇത് യഥാർഥമല്ല: ഒപ്പ് തെറ്റാണ്.
certificate-out-of-time = മുദ്രയുടെ കാലാവധി കഴിഞ്ഞു അല്ലെങ്കിൽ തുടങ്ങിയിട്ടില്ല.
certificate-revoked = നൽകിയവർ ഇത് റദ്ദാക്കി.
certificate-list-too-old = ഇത് പരിശോധിക്കാൻ ഞങ്ങളുടെ പട്ടിക പഴയതാണ്. പിന്നീട് ശ്രമിക്കുക.
certificate-another-person = ഇത് നിങ്ങൾ നൽകിയ പേരിലല്ല.
certificate-too-many = ഇത് ഏറെ മൊബൈൽ നമ്പറുകളിൽ ഉപയോഗിച്ചു.
problem-certificate-refused = ഈ സർട്ടിഫിക്കറ്റ് സ്വീകരിക്കില്ല. അതില്ലാതെ തുടരാം.

## The answer
answer-title = നിങ്ങളുടെ നില
answer-told = { $entity } സ്ഥാപനത്തിന് കിട്ടുന്നത്:
status-0 = വാക്സിൻ എടുത്തിട്ടില്ല
status-1 = വാക്സിൻ പൂർത്തിയായിട്ടില്ല
status-2 = വാക്സിൻ പൂർത്തിയായി
needs-title = എന്തുകൊണ്ട്
needs-hint = ഇത് നിങ്ങൾ മാത്രം കാണും. { $entity } സ്ഥാപനത്തിന് നില മാത്രം കിട്ടും.
need-complete = വേണ്ടതെല്ലാം ഉണ്ട്.
need-final-dose = പൂർത്തിയായി: രേഖയിൽ അവസാന ഡോസുണ്ട്.
need-immune = നിങ്ങൾക്ക് പ്രതിരോധശേഷിയുണ്ട്.
need-waiting = എല്ലാ ഡോസും ഉണ്ട്, പക്ഷേ ഇതുവരെ കണക്കാക്കില്ല.
need-expired = പൂർത്തിയായിരുന്നു, പക്ഷേ കാലാവധി കഴിഞ്ഞു.
need-dose-missing = ഒരു ഡോസ് ബാക്കിയുണ്ട്.
need-no-dose = കണക്കാക്കാവുന്ന ഡോസ് കണ്ടില്ല.
need-due = അടുത്ത ഡോസ് സാധുവാകുന്ന ദിവസം: { $day }.
need-counts = കണക്കാക്കിത്തുടങ്ങുന്ന ദിവസം: { $day }.
need-until = ഈ ദിവസം വരെ സാധുവാണ്: { $day }.
need-aside = ഇത് നില മാറ്റില്ല.
valid-until = { $time } വരെ സാധുവാണ്
show-others = മറ്റുള്ളവരെ കാണിക്കുക
show-others-hint = ഈ കോഡ് സ്കാൻ ചെയ്യുന്ന ആർക്കും നില പരിശോധിക്കാം. ആർക്ക്, എന്തിനു കിട്ടിയെന്നു കാണും, നിങ്ങൾ ആരെന്നു കാണില്ല.
show-name = പേരോടെ കാണിക്കുക
show-name-hint = ഈ കോഡ് സ്കാൻ ചെയ്യുന്നവർ നിങ്ങൾ നൽകിയ പേരും കാണും, ഫോട്ടോ ID-യുമായി ഒത്തുനോക്കാം.
qr-label = നിങ്ങളുടെ വാക്സിൻ നിലയുടെ QR കോഡ്
qr-large = മുഴുവൻ സ്ക്രീൻ
qr-save = സേവ് ചെയ്യുക
qr-print = പ്രിന്റ് ചെയ്യുക
qr-close = അടയ്ക്കുക
token = നില വാചകമായി
copy = വാചകം പകർത്തുക
copied = പകർത്തി
check-page = മറ്റുള്ളവർക്ക് ഇവിടെ പരിശോധിക്കാം
withdraw = സമ്മതം പിൻവലിക്കുക
withdraw-hint = ഇപ്പോൾ മുതൽ പങ്കിടൽ നിർത്തും. ഒരു മണിക്കൂറിനുള്ളിൽ ഓൺലൈനായി പരിശോധിക്കുന്നവർ പിൻവലിച്ചതായി കാണും.
withdraw-later = പിന്നീട് പിൻവലിക്കുക
withdraw-later-hint = ഈ കോഡോ ലിങ്കോ കൈയിൽ സൂക്ഷിക്കുക. SMS ഇല്ലാതെ എപ്പോൾ വേണമെങ്കിലും സമ്മതം പിൻവലിക്കാം.
withdraw-code = പിൻവലിക്കൽ കോഡ്
withdraw-by-code = നിലയോടൊപ്പം കിട്ടിയ പിൻവലിക്കൽ കോഡ് നൽകുക.
withdraw-wrong-code = ഇത് പിൻവലിക്കൽ കോഡല്ല. മുഴുവൻ നൽകുക.
withdrawn-title = നിങ്ങൾ സമ്മതം പിൻവലിച്ചു
withdrawn = ഇനി നിങ്ങളുടെ നില പങ്കിടില്ല.
continue = { $entity } എന്നതിലേക്ക് തുടരുക
go-back = { $entity } എന്നതിലേക്ക് മടങ്ങുക
close = ഈ പേജ് അടയ്ക്കാം.

## കുടുംബം

person-number = വ്യക്തി { $number }
leave-out = ഒഴിവാക്കുക
others-told = { $count ->
    [one] മറ്റൊരാൾ വേറൊരു ഫോണിൽ മറുപടി നൽകും. അവിടേക്ക് ഞങ്ങൾ SMS അയയ്ക്കുന്നു.
   *[other] മറ്റ് { $count } പേർ വേറെ ഫോണിൽ മറുപടി നൽകും. അവിടേക്ക് ഞങ്ങൾ SMS അയയ്ക്കുന്നു.
}
birth-year-of = ജനിച്ച വർഷം: { $name }
answers-title = ഓരോരുത്തരുടെയും നില
person-not-found = ഈ നമ്പറിനും പേരിനും ഒരൊറ്റ രേഖ കണ്ടില്ല. ഒന്നും പങ്കിട്ടില്ല.
person-left-out = ഇവരെ ഒഴിവാക്കി. ഒന്നും പങ്കിട്ടില്ല.
problem-everybody-left-out = എല്ലാവരെയും ഒഴിവാക്കി. ഒരാളെയെങ്കിലും നിലനിർത്തുക, അല്ലെങ്കിൽ "{ decline }" അമർത്തുക.
problem-same-person-twice = ഇവരിൽ രണ്ടുപേർ ഒരാൾ തന്നെ: ഒരേ നമ്പർ, ഒരേ പേര്.
problem-one-number-only = എല്ലാവർക്കും ഒരേ മൊബൈൽ നമ്പർ നൽകുക.
linked-over = ഈ ലിങ്ക് ഇനി പ്രവർത്തിക്കില്ല. ഇതുവരെ മറുപടി നൽകിയില്ലെങ്കിൽ, ബുക്ക് ചെയ്യുന്നയാളോട് വീണ്ടും തുടങ്ങാൻ പറയുക.
linked-locked = പലതവണ തെറ്റായ OTP നൽകി, അതിനാൽ ഈ അപേക്ഷ അടച്ചു. ബുക്ക് ചെയ്യുന്നയാളോട് വീണ്ടും തുടങ്ങാൻ പറയുക.

## Other ends
declined-title = ഒന്നും പങ്കിട്ടില്ല
declined = നിങ്ങൾ വേണ്ടെന്നു പറഞ്ഞെന്നു മാത്രം { $entity } അറിയും.
ended-title = ഇത് നടന്നില്ല
over-title = ഈ അപേക്ഷ കഴിഞ്ഞു
over = നിങ്ങളെ അയച്ച സൈറ്റിലേക്ക് മടങ്ങി വീണ്ടും തുടങ്ങുക.
apart = നിങ്ങളെ അയച്ച സൈറ്റുമായി ഈ പേജിന്റെ ബന്ധം മുറിഞ്ഞു. സൈറ്റിലേക്ക് മടങ്ങി മറ്റൊരു രീതിയിൽ തുറക്കുക.

## What went wrong
problem-invalid-mobile = 10 അക്ക ഇന്ത്യൻ മൊബൈൽ നമ്പർ നൽകുക
problem-invalid-name = പേര് അക്ഷരങ്ങളിൽ എഴുതുക
problem-invalid-code = SMS-ലെ { $digits } അക്കങ്ങൾ നൽകുക
problem-invalid-birth-year = ജനിച്ച വർഷം 4 അക്കത്തിൽ നൽകുക
problem-wrong-code = { $left ->
    [one] OTP തെറ്റാണ്. ഒരുതവണ കൂടി ശ്രമിക്കാം.
   *[other] OTP തെറ്റാണ്. { $left } തവണ കൂടി ശ്രമിക്കാം.
}
problem-code-expired = OTP കാലാവധി കഴിഞ്ഞു. പുതിയ OTP വാങ്ങുക.
problem-request-expired = സമയം കഴിഞ്ഞു. വീണ്ടും തുടങ്ങുക.
problem-request-locked = പലതവണ തെറ്റായ OTP നൽകി, അതിനാൽ ഈ അപേക്ഷ അടച്ചു. വീണ്ടും തുടങ്ങുക.
problem-mobile-locked = ഈ നമ്പറിന് പലതവണ തെറ്റായ OTP നൽകി. ഇത്ര സമയം കഴിഞ്ഞ് ശ്രമിക്കുക: { $time }.
problem-too-many-requests = പല OTP ചോദിച്ചു. ഇത്ര സമയം കഴിഞ്ഞ് ശ്രമിക്കുക: { $time }.
problem-too-many-requests-today = ഈ അപേക്ഷയ്ക്ക് ഇനി OTP അയയ്ക്കാനാവില്ല.
problem-already-used = ഈ അപേക്ഷയ്ക്ക് ഉത്തരം നൽകി അല്ലെങ്കിൽ വേണ്ടെന്നു പറഞ്ഞു. വീണ്ടും തുടങ്ങുക.
problem-notice-mismatch = പേജ് പഴയതായി. അറിയിപ്പ് വായിച്ച് OTP വീണ്ടും നൽകുക.
problem-no-matching-record = ഈ നമ്പറിനും പേരിനും ഒരൊറ്റ രേഖ കണ്ടില്ല. രണ്ടും നോക്കി വീണ്ടും തുടങ്ങുക. ഒന്നും പങ്കിട്ടില്ല.
problem-consent-withdrawn = നിങ്ങൾ സമ്മതം പിൻവലിച്ചു. ഇനി ഒന്നും പങ്കിടില്ല.
problem-sms-unavailable = SMS അയയ്ക്കാനായില്ല. കുറച്ചു മിനിറ്റ് കഴിഞ്ഞ് ശ്രമിക്കുക.
problem-store-unavailable = ഇപ്പോൾ ഉത്തരം നൽകാനാവില്ല. ഒന്നും നഷ്ടമായിട്ടില്ല. കുറച്ചു മിനിറ്റ് കഴിഞ്ഞ് ശ്രമിക്കുക.
problem-invalid-request = പേജ് പൂർണമായി എത്തിയില്ല. വീണ്ടും ശ്രമിക്കുക.
problem-not-found = ഇങ്ങനെയൊരു പേജില്ല, അല്ലെങ്കിൽ അതിന്റെ സമയം കഴിഞ്ഞു.
lost = ഉത്തരം വന്നില്ല. ഇന്റർനെറ്റ് നോക്കി വീണ്ടും ശ്രമിക്കുക.
try-again = വീണ്ടും ശ്രമിക്കുക

## The sandbox
sandbox = സാൻഡ്‌ബോക്സ്: ഇവിടെ ആരും യഥാർഥമല്ല.
sandbox-page = OTP കാണുക
