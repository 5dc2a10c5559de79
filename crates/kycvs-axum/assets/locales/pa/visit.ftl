# Punjabi. What each text is for stands as a note above the English one.

## The first step
title = ਟੀਕਾਕਰਨ ਦੀ ਸਥਿਤੀ ਦੱਸੋ
asks = { $entity } ਨੇ ਤੁਹਾਡੇ ਟੀਕਾਕਰਨ ਦੀ ਸਥਿਤੀ ਪੁੱਛੀ ਹੈ। ਮਕਸਦ: { $purpose }।
asks-booking = { $entity } ਨੇ ਹਰ ਵਿਅਕਤੀ ਦੇ ਟੀਕਾਕਰਨ ਦੀ ਸਥਿਤੀ ਪੁੱਛੀ ਹੈ। ਮਕਸਦ: { $purpose }।
fact-shared = ਉਨ੍ਹਾਂ ਨੂੰ ਇੱਕੋ ਜਵਾਬ ਮਿਲੇਗਾ: ਟੀਕੇ ਲੱਗੇ ਜਾਂ ਨਹੀਂ, ਪੂਰੇ ਜਾਂ ਅਧੂਰੇ
fact-shared-booking = ਉਨ੍ਹਾਂ ਨੂੰ ਹਰ ਵਿਅਕਤੀ ਦਾ ਇੱਕ ਜਵਾਬ ਮਿਲੇਗਾ: ਟੀਕੇ ਲੱਗੇ ਜਾਂ ਨਹੀਂ, ਪੂਰੇ ਜਾਂ ਅਧੂਰੇ
fact-kept = ਖ਼ੁਰਾਕ, ਤਾਰੀਖ, ਸਰਟੀਫਿਕੇਟ ਜਾਂ ਪਰਿਵਾਰ ਦੀ ਜਾਣਕਾਰੀ ਕਦੇ ਨਹੀਂ ਮਿਲੇਗੀ
fact-kept-booking = ਖ਼ੁਰਾਕ, ਤਾਰੀਖ ਜਾਂ ਸਰਟੀਫਿਕੇਟ ਕਦੇ ਨਹੀਂ ਮਿਲਣਗੇ
fact-lasts = ਠੀਕ: { $time }। ਤੁਸੀਂ ਕਦੇ ਵੀ ਵਾਪਸ ਲੈ ਸਕਦੇ ਹੋ
step = 3 ਵਿੱਚੋਂ ਕਦਮ { $number }
mobile = ਮੋਬਾਈਲ ਨੰਬਰ
mobile-hint = ਉਹੀ ਨੰਬਰ ਜੋ ਟੀਕਾ ਲਗਵਾਉਣ ਵੇਲੇ ਦਿੱਤਾ ਸੀ
name = ਪੂਰਾ ਨਾਂ
name-hint = ਜਿਵੇਂ ਟੀਕਾਕਰਨ ਸਰਟੀਫਿਕੇਟ 'ਤੇ ਲਿਖਿਆ ਹੈ
send-code = OTP ਭੇਜੋ
decline = ਨਾ ਦੱਸੋ
next-code = ਅੱਗੇ: SMS ਰਾਹੀਂ OTP ਆਵੇਗਾ। ਹਾਲੇ ਕੁਝ ਨਹੀਂ ਦੱਸਿਆ ਜਾਂਦਾ।
language = ਭਾਸ਼ਾ
change = ਬਦਲੋ

## The second step
code-title = OTP ਭਰੋ
code-sent = ਅਸੀਂ { $last } 'ਤੇ ਖ਼ਤਮ ਹੋਣ ਵਾਲੇ ਨੰਬਰ 'ਤੇ SMS ਰਾਹੀਂ { $digits } ਅੰਕਾਂ ਦਾ OTP ਭੇਜਿਆ ਹੈ।
people = ਕਿਸ ਬਾਰੇ
code = OTP
notice = ਤੁਹਾਡੇ ਹੱਕ ਅਤੇ ਪੂਰੀ ਸੂਚਨਾ
agree = ਸਹਿਮਤੀ ਦਿਓ ਅਤੇ ਦੱਸੋ
agree-hint = OTP ਭਰ ਕੇ ਤੁਸੀਂ ਪੂਰੀ ਸੂਚਨਾ ਨਾਲ ਸਹਿਮਤ ਹੁੰਦੇ ਹੋ।
agree-unseen = ਹੇਠਾਂ ਜਾਓ, ਜਦ ਤੱਕ ਜਾਣਕਾਰੀ ਅਤੇ ਇਹ ਬਟਨ ਨਾ ਦਿਖਣ।
resend = ਨਵਾਂ OTP ਲਓ
resend-after = ਨਵਾਂ OTP { $seconds } ਸਕਿੰਟਾਂ ਵਿੱਚ
resent = ਨਵਾਂ OTP ਭੇਜ ਦਿੱਤਾ ਹੈ। ਪੁਰਾਣਾ ਹੁਣ ਨਹੀਂ ਚੱਲੇਗਾ।
no-resend = ਇਸ ਬੇਨਤੀ ਲਈ ਹੋਰ OTP ਨਹੀਂ ਭੇਜ ਸਕਦੇ। ਫਿਰ ਤੋਂ ਸ਼ੁਰੂ ਕਰੋ।
expires-in = ਬਾਕੀ ਸਮਾਂ: { $time }
expired-now = OTP ਦਾ ਸਮਾਂ ਖ਼ਤਮ ਹੋ ਗਿਆ। ਨਵਾਂ OTP ਲਓ।
start-again = ਫਿਰ ਤੋਂ ਸ਼ੁਰੂ ਕਰੋ
next-share = ਅੱਗੇ: ਤੁਸੀਂ ਆਪਣੀ ਸਥਿਤੀ ਦੇਖੋਗੇ, ਅਤੇ { $entity } ਨੂੰ ਉਹ ਮਿਲੇਗੀ।
birth-title = ਜਨਮ ਦਾ ਸਾਲ
birth-why = ਇਸ ਨੰਬਰ 'ਤੇ ਇਸ ਨਾਂ ਦੇ ਇੱਕ ਤੋਂ ਵੱਧ ਲੋਕ ਹਨ। ਜਨਮ ਦੇ ਸਾਲ ਤੋਂ ਪਤਾ ਲੱਗੇਗਾ ਕਿ ਕੌਣ। ਇਹ ਇੱਕੋ ਵਾਰ ਭਰ ਸਕਦੇ ਹੋ।
birth-year = ਜਨਮ ਦਾ ਸਾਲ

## A certificate that the person presents
certificate-title = ਮੇਰੇ ਕੋਲ ਸਰਟੀਫਿਕੇਟ ਹੈ
certificate-hint = ਜੇ ਸਾਨੂੰ ਤੁਹਾਡਾ ਰਿਕਾਰਡ ਨਾ ਮਿਲੇ, ਤਾਂ CoWIN ਜਾਂ EU ਦਾ ਸਰਟੀਫਿਕੇਟ ਜਾਂ SMART Health Card ਤੁਹਾਡੀਆਂ ਖ਼ੁਰਾਕਾਂ ਦਿਖਾਉਂਦਾ ਹੈ। ਇਹ ਜ਼ਰੂਰੀ ਨਹੀਂ।
certificate-text = ਉਸ ਦੇ QR ਕੋਡ ਦੀ ਲਿਖਤ
certificate-file = ਜਾਂ ਉਸ ਦੀ ਤਸਵੀਰ ਜਾਂ ਫ਼ਾਈਲ
certificate-present = ਸਰਟੀਫਿਕੇਟ ਪੜ੍ਹੋ
certificate-genuine = ਸਰਟੀਫਿਕੇਟ ਅਸਲੀ ਹੈ।
certificate-person = ਵਿਅਕਤੀ
certificate-issuer = ਜਾਰੀ ਕਰਨ ਵਾਲਾ
certificate-dose = ਖ਼ੁਰਾਕ
certificate-unknown-product = ਅਜਿਹਾ ਟੀਕਾ ਜੋ ਅਸੀਂ ਨਹੀਂ ਜਾਣਦੇ
certificate-kept = OTP ਭਰਨ 'ਤੇ ਇਹ ਗਿਣਿਆ ਜਾਵੇਗਾ। ਇਸ ਦੀ ਜਾਣਕਾਰੀ ਅਸੀਂ ਸਿਰਫ਼ ਇਸ ਬੇਨਤੀ ਤੱਕ ਰੱਖਦੇ ਹਾਂ, ਸਰਟੀਫਿਕੇਟ ਕਦੇ ਨਹੀਂ।
certificate-take-back = ਇਸ ਨੂੰ ਨਾ ਵਰਤੋ
certificate-expired-seal = ਇਸ ਦੀ ਮੋਹਰ ਦਾ ਸਮਾਂ ਖ਼ਤਮ ਹੋ ਗਿਆ ਹੈ।
certificate-dose-unclear = ਇਹ ਸਾਫ਼ ਨਹੀਂ ਕਿ ਕਿਹੜੀ ਖ਼ੁਰਾਕ ਕਦੋਂ ਲੱਗੀ।
certificate-unreadable = ਇਸ ਵਿੱਚ ਸਰਟੀਫਿਕੇਟ ਨਹੀਂ ਪੜ੍ਹਿਆ ਜਾ ਸਕਿਆ।
certificate-unsupported = ਇਸ ਕਿਸਮ ਦਾ ਸਰਟੀਫਿਕੇਟ ਨਹੀਂ ਲਿਆ ਜਾਂਦਾ।
certificate-unknown-issuer = ਅਸੀਂ ਨਹੀਂ ਜਾਣਦੇ ਕਿ ਇਹ ਕਿਸ ਨੇ ਦਿੱਤਾ, ਇਸ ਲਈ ਜਾਂਚ ਨਹੀਂ ਸਕਦੇ।
certificate-forged = ਇਹ ਅਸਲੀ ਨਹੀਂ: ਇਸ ਦੇ ਦਸਤਖ਼ਤ ਗ਼ਲਤ ਹਨ।
certificate-out-of-time = ਇਸ ਦੀ ਮੋਹਰ ਦਾ ਸਮਾਂ ਖ਼ਤਮ ਹੋ ਗਿਆ ਹੈ ਜਾਂ ਹਾਲੇ ਸ਼ੁਰੂ ਨਹੀਂ ਹੋਇਆ।
certificate-revoked = ਜਾਰੀ ਕਰਨ ਵਾਲੇ ਨੇ ਇਸ ਨੂੰ ਰੱਦ ਕੀਤਾ ਹੈ।
certificate-list-too-old = ਸਾਡੀ ਸੂਚੀ ਇਸ ਨੂੰ ਜਾਂਚਣ ਲਈ ਬਹੁਤ ਪੁਰਾਣੀ ਹੈ। ਬਾਅਦ ਵਿੱਚ ਕੋਸ਼ਿਸ਼ ਕਰੋ।
certificate-another-person = ਇਹ ਤੁਹਾਡੇ ਭਰੇ ਨਾਂ 'ਤੇ ਨਹੀਂ ਹੈ।
certificate-too-many = ਇਹ ਬਹੁਤ ਸਾਰੇ ਮੋਬਾਈਲ ਨੰਬਰਾਂ ਨਾਲ ਵਰਤਿਆ ਗਿਆ ਹੈ।
problem-certificate-refused = ਇਹ ਸਰਟੀਫਿਕੇਟ ਨਹੀਂ ਲਿਆ ਜਾਂਦਾ। ਤੁਸੀਂ ਇਸ ਤੋਂ ਬਿਨਾਂ ਅੱਗੇ ਜਾ ਸਕਦੇ ਹੋ।

## The answer
answer-title = ਤੁਹਾਡੀ ਸਥਿਤੀ
answer-told = { $entity } ਨੂੰ ਇਹ ਮਿਲਦਾ ਹੈ:
status-0 = ਟੀਕਾ ਨਹੀਂ ਲੱਗਿਆ
status-1 = ਟੀਕੇ ਪੂਰੇ ਨਹੀਂ ਲੱਗੇ
status-2 = ਟੀਕੇ ਪੂਰੇ ਲੱਗੇ ਹਨ
needs-title = ਕਿਉਂ
needs-hint = ਇਹ ਸਿਰਫ਼ ਤੁਸੀਂ ਦੇਖਦੇ ਹੋ। { $entity } ਨੂੰ ਸਿਰਫ਼ ਸਥਿਤੀ ਮਿਲਦੀ ਹੈ।
need-complete = ਜੋ ਚਾਹੀਦਾ ਹੈ ਸਭ ਹੈ।
need-final-dose = ਪੂਰਾ: ਰਿਕਾਰਡ ਵਿੱਚ ਆਖ਼ਰੀ ਖ਼ੁਰਾਕ ਹੈ।
need-immune = ਤੁਹਾਡੇ ਵਿੱਚ ਰੋਗ ਨਾਲ ਲੜਨ ਦੀ ਸ਼ਕਤੀ ਹੈ।
need-waiting = ਸਾਰੀਆਂ ਖ਼ੁਰਾਕਾਂ ਹਨ, ਪਰ ਹਾਲੇ ਗਿਣੀਆਂ ਨਹੀਂ ਜਾਂਦੀਆਂ।
need-expired = ਇਹ ਪੂਰਾ ਸੀ, ਪਰ ਸਮਾਂ ਲੰਘ ਗਿਆ।
need-dose-missing = ਇੱਕ ਖ਼ੁਰਾਕ ਬਾਕੀ ਹੈ।
need-no-dose = ਗਿਣੀ ਜਾਣ ਵਾਲੀ ਕੋਈ ਖ਼ੁਰਾਕ ਨਹੀਂ ਮਿਲੀ।
need-due = ਅਗਲੀ ਖ਼ੁਰਾਕ ਇਸ ਤਾਰੀਖ ਤੋਂ ਠੀਕ: { $day }।
need-counts = ਇਸ ਤਾਰੀਖ ਤੋਂ ਗਿਣਿਆ ਜਾਵੇਗਾ: { $day }।
need-until = ਇਸ ਤਾਰੀਖ ਤੱਕ ਠੀਕ: { $day }।
need-aside = ਇਸ ਨਾਲ ਸਥਿਤੀ ਨਹੀਂ ਬਦਲਦੀ।
valid-until = { $time } ਤੱਕ ਠੀਕ
show-others = ਹੋਰਾਂ ਨੂੰ ਦਿਖਾਓ
show-others-hint = ਜੋ ਇਹ ਕੋਡ ਸਕੈਨ ਕਰੇ ਉਹ ਤੁਹਾਡੀ ਸਥਿਤੀ ਜਾਂਚ ਸਕਦਾ ਹੈ। ਇਹ ਦੱਸਦਾ ਹੈ ਕਿ ਕਿਸ ਨੂੰ ਅਤੇ ਕਿਉਂ ਮਿਲੀ, ਇਹ ਨਹੀਂ ਕਿ ਤੁਸੀਂ ਕੌਣ ਹੋ।
show-name = ਨਾਂ ਨਾਲ ਦਿਖਾਓ
show-name-hint = ਜੋ ਇਹ ਕੋਡ ਸਕੈਨ ਕਰੇ ਉਹ ਤੁਹਾਡਾ ਭਰਿਆ ਨਾਂ ਵੀ ਦੇਖੇਗਾ ਅਤੇ ਫ਼ੋਟੋ ID ਨਾਲ ਮਿਲਾ ਸਕੇਗਾ।
qr-label = ਤੁਹਾਡੇ ਟੀਕਾਕਰਨ ਦੀ ਸਥਿਤੀ ਦਾ QR ਕੋਡ
qr-large = ਪੂਰੀ ਸਕਰੀਨ
qr-save = ਸੇਵ ਕਰੋ
qr-print = ਪ੍ਰਿੰਟ ਕਰੋ
qr-close = ਬੰਦ ਕਰੋ
token = ਸਥਿਤੀ ਲਿਖਤ ਵਿੱਚ
copy = ਲਿਖਤ ਕਾਪੀ ਕਰੋ
copied = ਕਾਪੀ ਹੋ ਗਿਆ
check-page = ਹੋਰ ਲੋਕ ਇੱਥੇ ਜਾਂਚ ਸਕਦੇ ਹਨ
withdraw = ਸਹਿਮਤੀ ਵਾਪਸ ਲਓ
withdraw-hint = ਅਸੀਂ ਹੁਣ ਇਹ ਦੱਸਣਾ ਬੰਦ ਕਰਦੇ ਹਾਂ। ਇੱਕ ਘੰਟੇ ਵਿੱਚ ਔਨਲਾਈਨ ਜਾਂਚਣ ਵਾਲੇ ਨੂੰ ਦਿਖੇਗਾ ਕਿ ਤੁਸੀਂ ਵਾਪਸ ਲਈ।
withdraw-later = ਬਾਅਦ ਵਿੱਚ ਵਾਪਸ ਲਓ
withdraw-later-hint = ਇਹ ਕੋਡ ਜਾਂ ਲਿੰਕ ਆਪਣੇ ਕੋਲ ਰੱਖੋ। ਇਸ ਨਾਲ ਬਿਨਾਂ SMS ਕਦੇ ਵੀ ਸਹਿਮਤੀ ਵਾਪਸ ਲਈ ਜਾ ਸਕਦੀ ਹੈ।
withdraw-code = ਵਾਪਸ ਲੈਣ ਦਾ ਕੋਡ
withdraw-by-code = ਸਥਿਤੀ ਨਾਲ ਮਿਲਿਆ ਵਾਪਸ ਲੈਣ ਦਾ ਕੋਡ ਭਰੋ।
withdraw-wrong-code = ਇਹ ਵਾਪਸ ਲੈਣ ਦਾ ਕੋਡ ਨਹੀਂ। ਪੂਰਾ ਕੋਡ ਭਰੋ।
withdrawn-title = ਤੁਸੀਂ ਸਹਿਮਤੀ ਵਾਪਸ ਲੈ ਲਈ
withdrawn = ਹੁਣ ਤੁਹਾਡੀ ਸਥਿਤੀ ਕਿਸੇ ਨੂੰ ਨਹੀਂ ਦੱਸੀ ਜਾਵੇਗੀ।
continue = { $entity } 'ਤੇ ਅੱਗੇ ਜਾਓ
go-back = { $entity } 'ਤੇ ਵਾਪਸ ਜਾਓ
close = ਤੁਸੀਂ ਇਹ ਪੰਨਾ ਬੰਦ ਕਰ ਸਕਦੇ ਹੋ।

## ਪਰਿਵਾਰ

person-number = ਵਿਅਕਤੀ { $number }
leave-out = ਛੱਡ ਦਿਓ
others-told = { $count ->
    [one] ਇੱਕ ਹੋਰ ਵਿਅਕਤੀ ਦੂਜੇ ਫ਼ੋਨ 'ਤੇ ਜਵਾਬ ਦੇਵੇਗਾ। ਉੱਥੇ ਅਸੀਂ SMS ਭੇਜਦੇ ਹਾਂ।
   *[other] { $count } ਹੋਰ ਜਣੇ ਦੂਜੇ ਫ਼ੋਨਾਂ 'ਤੇ ਜਵਾਬ ਦੇਣਗੇ। ਉੱਥੇ ਅਸੀਂ SMS ਭੇਜਦੇ ਹਾਂ।
}
birth-year-of = ਜਨਮ ਦਾ ਸਾਲ: { $name }
answers-title = ਹਰ ਇੱਕ ਦੀ ਸਥਿਤੀ
person-not-found = ਇਸ ਨੰਬਰ ਅਤੇ ਨਾਂ ਦਾ ਕੋਈ ਇੱਕ ਰਿਕਾਰਡ ਨਹੀਂ ਮਿਲਿਆ। ਕੁਝ ਨਹੀਂ ਦੱਸਿਆ ਗਿਆ।
person-left-out = ਤੁਸੀਂ ਇਹਨਾਂ ਨੂੰ ਛੱਡ ਦਿੱਤਾ। ਕੁਝ ਨਹੀਂ ਦੱਸਿਆ ਗਿਆ।
problem-everybody-left-out = ਸਾਰੇ ਛੱਡ ਦਿੱਤੇ ਗਏ ਹਨ। ਘੱਟੋ-ਘੱਟ ਇੱਕ ਨੂੰ ਰਹਿਣ ਦਿਓ, ਜਾਂ "{ decline }" ਦਬਾਓ।
problem-same-person-twice = ਇਹਨਾਂ ਵਿੱਚੋਂ ਦੋ ਇੱਕੋ ਵਿਅਕਤੀ ਹਨ: ਇੱਕ ਨੰਬਰ, ਇੱਕ ਨਾਂ।
problem-one-number-only = ਸਾਰਿਆਂ ਲਈ ਇੱਕੋ ਮੋਬਾਈਲ ਨੰਬਰ ਭਰੋ।
linked-over = ਇਹ ਲਿੰਕ ਹੁਣ ਕੰਮ ਨਹੀਂ ਕਰਦਾ। ਜੇ ਹਾਲੇ ਜਵਾਬ ਨਹੀਂ ਦਿੱਤਾ, ਤਾਂ ਬੁਕਿੰਗ ਕਰਨ ਵਾਲੇ ਨੂੰ ਫਿਰ ਤੋਂ ਸ਼ੁਰੂ ਕਰਨ ਲਈ ਕਹੋ।
linked-locked = ਕਈ ਵਾਰ ਗ਼ਲਤ OTP ਭਰਿਆ ਗਿਆ, ਇਸ ਲਈ ਇਹ ਬੇਨਤੀ ਬੰਦ ਹੈ। ਬੁਕਿੰਗ ਕਰਨ ਵਾਲੇ ਨੂੰ ਫਿਰ ਤੋਂ ਸ਼ੁਰੂ ਕਰਨ ਲਈ ਕਹੋ।

## Other ends
declined-title = ਕੁਝ ਨਹੀਂ ਦੱਸਿਆ ਗਿਆ
declined = { $entity } ਨੂੰ ਬੱਸ ਇੰਨਾ ਪਤਾ ਲੱਗੇਗਾ ਕਿ ਤੁਸੀਂ ਨਾਂਹ ਕੀਤੀ।
ended-title = ਇਹ ਨਹੀਂ ਹੋ ਸਕਿਆ
over-title = ਇਹ ਬੇਨਤੀ ਖ਼ਤਮ ਹੋ ਗਈ ਹੈ
over = ਜਿਸ ਸਾਈਟ ਤੋਂ ਆਏ ਸੀ ਉੱਥੇ ਵਾਪਸ ਜਾਓ ਅਤੇ ਫਿਰ ਤੋਂ ਸ਼ੁਰੂ ਕਰੋ।
apart = ਜਿਸ ਸਾਈਟ ਨੇ ਤੁਹਾਨੂੰ ਭੇਜਿਆ ਉਸ ਨਾਲ ਇਸ ਪੰਨੇ ਦਾ ਸੰਪਰਕ ਟੁੱਟ ਗਿਆ ਹੈ। ਸਾਈਟ 'ਤੇ ਵਾਪਸ ਜਾਓ ਅਤੇ ਹੋਰ ਤਰੀਕੇ ਨਾਲ ਖੋਲ੍ਹੋ।

## What went wrong
problem-invalid-mobile = 10 ਅੰਕਾਂ ਦਾ ਭਾਰਤੀ ਮੋਬਾਈਲ ਨੰਬਰ ਭਰੋ
problem-invalid-name = ਨਾਂ ਅੱਖਰਾਂ ਵਿੱਚ ਲਿਖੋ
problem-invalid-code = SMS ਦੇ { $digits } ਅੰਕ ਭਰੋ
problem-invalid-birth-year = ਜਨਮ ਦਾ ਸਾਲ 4 ਅੰਕਾਂ ਵਿੱਚ ਭਰੋ
problem-wrong-code = { $left ->
    [one] OTP ਗ਼ਲਤ ਹੈ। ਇੱਕ ਵਾਰ ਹੋਰ ਕੋਸ਼ਿਸ਼ ਕਰ ਸਕਦੇ ਹੋ।
   *[other] OTP ਗ਼ਲਤ ਹੈ। { $left } ਵਾਰ ਹੋਰ ਕੋਸ਼ਿਸ਼ ਕਰ ਸਕਦੇ ਹੋ।
}
problem-code-expired = OTP ਦਾ ਸਮਾਂ ਖ਼ਤਮ ਹੋ ਗਿਆ। ਨਵਾਂ OTP ਲਓ।
problem-request-expired = ਸਮਾਂ ਖ਼ਤਮ ਹੋ ਗਿਆ। ਫਿਰ ਤੋਂ ਸ਼ੁਰੂ ਕਰੋ।
problem-request-locked = ਕਈ ਵਾਰ ਗ਼ਲਤ OTP ਭਰਿਆ ਗਿਆ, ਇਸ ਲਈ ਇਹ ਬੇਨਤੀ ਬੰਦ ਹੈ। ਫਿਰ ਤੋਂ ਸ਼ੁਰੂ ਕਰੋ।
problem-mobile-locked = ਇਸ ਨੰਬਰ ਲਈ ਕਈ ਵਾਰ ਗ਼ਲਤ OTP ਭਰਿਆ ਗਿਆ। ਇੰਨੇ ਸਮੇਂ ਬਾਅਦ ਕੋਸ਼ਿਸ਼ ਕਰੋ: { $time }।
problem-too-many-requests = ਬਹੁਤ ਵਾਰ OTP ਮੰਗਿਆ ਗਿਆ। ਇੰਨੇ ਸਮੇਂ ਬਾਅਦ ਕੋਸ਼ਿਸ਼ ਕਰੋ: { $time }।
problem-too-many-requests-today = ਇਸ ਬੇਨਤੀ ਲਈ ਹੋਰ OTP ਨਹੀਂ ਭੇਜ ਸਕਦੇ।
problem-already-used = ਇਸ ਬੇਨਤੀ ਦਾ ਜਵਾਬ ਦਿੱਤਾ ਜਾ ਚੁੱਕਾ ਹੈ ਜਾਂ ਨਾਂਹ ਹੋ ਚੁੱਕੀ ਹੈ। ਫਿਰ ਤੋਂ ਸ਼ੁਰੂ ਕਰੋ।
problem-notice-mismatch = ਪੰਨਾ ਪੁਰਾਣਾ ਹੋ ਗਿਆ ਸੀ। ਸੂਚਨਾ ਪੜ੍ਹ ਕੇ OTP ਫਿਰ ਭਰੋ।
problem-no-matching-record = ਇਸ ਨੰਬਰ ਅਤੇ ਨਾਂ ਦਾ ਕੋਈ ਇੱਕ ਰਿਕਾਰਡ ਨਹੀਂ ਮਿਲਿਆ। ਦੋਵੇਂ ਦੇਖ ਕੇ ਫਿਰ ਤੋਂ ਸ਼ੁਰੂ ਕਰੋ। ਕੁਝ ਨਹੀਂ ਦੱਸਿਆ ਗਿਆ।
problem-consent-withdrawn = ਤੁਸੀਂ ਸਹਿਮਤੀ ਵਾਪਸ ਲੈ ਲਈ ਸੀ। ਹੁਣ ਕੁਝ ਨਹੀਂ ਦੱਸਿਆ ਜਾਂਦਾ।
problem-sms-unavailable = SMS ਨਹੀਂ ਭੇਜਿਆ ਜਾ ਸਕਿਆ। ਕੁਝ ਮਿੰਟ ਬਾਅਦ ਕੋਸ਼ਿਸ਼ ਕਰੋ।
problem-store-unavailable = ਹੁਣੇ ਜਵਾਬ ਨਹੀਂ ਦੇ ਸਕਦੇ। ਕੁਝ ਗੁਆਚਿਆ ਨਹੀਂ। ਕੁਝ ਮਿੰਟ ਬਾਅਦ ਕੋਸ਼ਿਸ਼ ਕਰੋ।
problem-invalid-request = ਪੰਨਾ ਪੂਰਾ ਨਹੀਂ ਪਹੁੰਚਿਆ। ਫਿਰ ਕੋਸ਼ਿਸ਼ ਕਰੋ।
problem-not-found = ਅਜਿਹਾ ਕੋਈ ਪੰਨਾ ਨਹੀਂ, ਜਾਂ ਉਸ ਦਾ ਸਮਾਂ ਖ਼ਤਮ ਹੈ।
lost = ਜਵਾਬ ਨਹੀਂ ਆਇਆ। ਇੰਟਰਨੈੱਟ ਦੇਖ ਕੇ ਫਿਰ ਕੋਸ਼ਿਸ਼ ਕਰੋ।
try-again = ਫਿਰ ਕੋਸ਼ਿਸ਼ ਕਰੋ

## The sandbox
sandbox = ਸੈਂਡਬੌਕਸ: ਇੱਥੇ ਕੋਈ ਅਸਲੀ ਨਹੀਂ।
sandbox-page = OTP ਦੇਖੋ
