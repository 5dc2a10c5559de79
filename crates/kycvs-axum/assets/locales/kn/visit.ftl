# Kannada. What each text is for stands as a note above the English one.

## The first step
title = ಲಸಿಕೆ ಸ್ಥಿತಿಯನ್ನು ತಿಳಿಸಿ
asks = { $entity } ಸಂಸ್ಥೆ ನಿಮ್ಮ ಲಸಿಕೆ ಸ್ಥಿತಿಯನ್ನು ಕೇಳಿದೆ. ಉದ್ದೇಶ: { $purpose }.
asks-booking = { $entity } ಸಂಸ್ಥೆ ಪ್ರತಿಯೊಬ್ಬರ ಲಸಿಕೆ ಸ್ಥಿತಿಯನ್ನು ಕೇಳಿದೆ. ಉದ್ದೇಶ: { $purpose }.
fact-shared = ಅವರಿಗೆ ಒಂದೇ ಉತ್ತರ: ಪಡೆದಿಲ್ಲ, ಪೂರ್ಣವಾಗಿಲ್ಲ ಅಥವಾ ಪೂರ್ಣವಾಗಿದೆ
fact-shared-booking = ಒಬ್ಬೊಬ್ಬರಿಗೆ ಒಂದು ಉತ್ತರ: ಪಡೆದಿಲ್ಲ, ಪೂರ್ಣವಾಗಿಲ್ಲ ಅಥವಾ ಪೂರ್ಣವಾಗಿದೆ
fact-kept = ಡೋಸ್, ದಿನಾಂಕ, ಪ್ರಮಾಣಪತ್ರ, ಕುಟುಂಬದ ವಿವರ ಎಂದಿಗೂ ಸಿಗುವುದಿಲ್ಲ
fact-kept-booking = ಡೋಸ್, ದಿನಾಂಕ, ಪ್ರಮಾಣಪತ್ರ ಎಂದಿಗೂ ಸಿಗುವುದಿಲ್ಲ
fact-lasts = ಮಾನ್ಯ: { $time }. ಯಾವಾಗ ಬೇಕಾದರೂ ಹಿಂಪಡೆಯಬಹುದು
step = 3ರಲ್ಲಿ ಹಂತ { $number }
mobile = ಮೊಬೈಲ್ ಸಂಖ್ಯೆ
mobile-hint = ಲಸಿಕೆ ಪಡೆದಾಗ ನೀಡಿದ ಸಂಖ್ಯೆ
name = ಪೂರ್ಣ ಹೆಸರು
name-hint = ಲಸಿಕೆ ಪ್ರಮಾಣಪತ್ರದಲ್ಲಿರುವಂತೆ
send-code = OTP ಕಳುಹಿಸಿ
decline = ತಿಳಿಸಬೇಡಿ
next-code = ಮುಂದೆ: SMS ಮೂಲಕ OTP ಬರುತ್ತದೆ. ಇನ್ನೂ ಏನನ್ನೂ ತಿಳಿಸುವುದಿಲ್ಲ.
language = ಭಾಷೆ
change = ಬದಲಿಸಿ

## The second step
code-title = OTP ನಮೂದಿಸಿ
code-sent = { $last } ರಿಂದ ಮುಗಿಯುವ ಸಂಖ್ಯೆಗೆ SMS ಮೂಲಕ { $digits } ಅಂಕಿಗಳ OTP ಕಳುಹಿಸಿದ್ದೇವೆ.
people = ಯಾರ ಬಗ್ಗೆ
code = OTP
notice = ನಿಮ್ಮ ಹಕ್ಕುಗಳು ಮತ್ತು ಪೂರ್ಣ ಸೂಚನೆ
agree = ಒಪ್ಪಿ ತಿಳಿಸಿ
agree-hint = OTP ನಮೂದಿಸಿದರೆ ನೀವು ಪೂರ್ಣ ಸೂಚನೆಗೆ ಒಪ್ಪುತ್ತೀರಿ.
agree-unseen = ವಿವರ ಮತ್ತು ಈ ಬಟನ್ ಕಾಣುವವರೆಗೆ ಕೆಳಗೆ ಸರಿಸಿ.
resend = ಹೊಸ OTP ಪಡೆಯಿರಿ
resend-after = ಹೊಸ OTP { $seconds } ಸೆಕೆಂಡಿನಲ್ಲಿ
resent = ಹೊಸ OTP ಕಳುಹಿಸಿದ್ದೇವೆ. ಹಳೆಯದು ಇನ್ನು ಕೆಲಸ ಮಾಡುವುದಿಲ್ಲ.
no-resend = ಈ ವಿನಂತಿಗೆ ಇನ್ನು OTP ಕಳುಹಿಸಲಾಗದು. ಮತ್ತೆ ಆರಂಭಿಸಿ.
expires-in = ಉಳಿದ ಸಮಯ: { $time }
expired-now = OTP ಅವಧಿ ಮುಗಿದಿದೆ. ಹೊಸ OTP ಪಡೆಯಿರಿ.
start-again = ಮತ್ತೆ ಆರಂಭಿಸಿ
next-share = ಮುಂದೆ: ನಿಮ್ಮ ಸ್ಥಿತಿಯನ್ನು ನೋಡುತ್ತೀರಿ, ಅದು { $entity } ಸಂಸ್ಥೆಗೆ ಸಿಗುತ್ತದೆ.
birth-title = ಹುಟ್ಟಿದ ವರ್ಷ
birth-why = ಈ ಸಂಖ್ಯೆಯಲ್ಲಿ ಈ ಹೆಸರಿನವರು ಒಬ್ಬರಿಗಿಂತ ಹೆಚ್ಚು ಇದ್ದಾರೆ. ಹುಟ್ಟಿದ ವರ್ಷದಿಂದ ಯಾರೆಂದು ತಿಳಿಯುತ್ತದೆ. ಅದನ್ನು ಒಮ್ಮೆ ಮಾತ್ರ ನಮೂದಿಸಬಹುದು.
birth-year = ಹುಟ್ಟಿದ ವರ್ಷ

## A certificate that the person presents
certificate-title = ನನ್ನ ಬಳಿ ಪ್ರಮಾಣಪತ್ರವಿದೆ
certificate-hint = ನಿಮ್ಮ ದಾಖಲೆ ಸಿಗದಿದ್ದರೆ CoWIN ಅಥವಾ EU ಪ್ರಮಾಣಪತ್ರ ಅಥವಾ SMART Health Card ನಿಮ್ಮ ಡೋಸ್‌ಗಳನ್ನು ತೋರಿಸುತ್ತದೆ. ಇದು ಐಚ್ಛಿಕ.
certificate-text = ಅದರ QR ಕೋಡ್‌ನ ಪಠ್ಯ
certificate-file = ಅಥವಾ ಅದರ ಚಿತ್ರ ಅಥವಾ ಫೈಲ್
certificate-present = ಪ್ರಮಾಣಪತ್ರ ಓದಿ
certificate-genuine = ಪ್ರಮಾಣಪತ್ರ ನಿಜವಾದುದು.
certificate-person = ವ್ಯಕ್ತಿ
certificate-issuer = ನೀಡಿದವರು
certificate-dose = ಡೋಸ್
certificate-unknown-product = ನಮಗೆ ಗೊತ್ತಿಲ್ಲದ ಲಸಿಕೆ
certificate-kept = OTP ನಮೂದಿಸಿದಾಗ ಇದು ಲೆಕ್ಕಕ್ಕೆ ಬರುತ್ತದೆ. ಇದರ ವಿವರವನ್ನು ಈ ವಿನಂತಿಗೆ ಮಾತ್ರ ಇಡುತ್ತೇವೆ, ಪ್ರಮಾಣಪತ್ರವನ್ನು ಎಂದಿಗೂ ಇಡುವುದಿಲ್ಲ.
certificate-take-back = ಇದನ್ನು ಬಳಸಬೇಡಿ
certificate-expired-seal = ಇದರ ಮುದ್ರೆಯ ಅವಧಿ ಮುಗಿದಿದೆ.
certificate-dose-unclear = ಯಾವ ಡೋಸ್ ಯಾವಾಗ ನೀಡಲಾಯಿತು ಎಂಬುದು ಸ್ಪಷ್ಟವಿಲ್ಲ.
certificate-unreadable = ಇದರಲ್ಲಿ ಪ್ರಮಾಣಪತ್ರವನ್ನು ಓದಲಾಗಲಿಲ್ಲ.
certificate-unsupported = ಈ ರೀತಿಯ ಪ್ರಮಾಣಪತ್ರವನ್ನು ಸ್ವೀಕರಿಸುವುದಿಲ್ಲ.
certificate-unknown-issuer = ಇದನ್ನು ಯಾರು ನೀಡಿದರು ಎಂದು ಗೊತ್ತಿಲ್ಲ, ಆದ್ದರಿಂದ ಪರಿಶೀಲಿಸಲಾಗದು.
certificate-forged = ಇದು ನಿಜವಲ್ಲ: ಇದರ ಸಹಿ ತಪ್ಪು.
certificate-out-of-time = ಇದರ ಮುದ್ರೆಯ ಅವಧಿ ಮುಗಿದಿದೆ ಅಥವಾ ಇನ್ನೂ ಆರಂಭವಾಗಿಲ್ಲ.
certificate-revoked = ನೀಡಿದವರು ಇದನ್ನು ರದ್ದುಮಾಡಿದ್ದಾರೆ.
certificate-list-too-old = ಇದನ್ನು ಪರಿಶೀಲಿಸಲು ನಮ್ಮ ಪಟ್ಟಿ ಬಹಳ ಹಳೆಯದು. ನಂತರ ಪ್ರಯತ್ನಿಸಿ.
certificate-another-person = ಇದು ನೀವು ನೀಡಿದ ಹೆಸರಿನಲ್ಲಿ ಇಲ್ಲ.
certificate-too-many = ಇದನ್ನು ಬಹಳ ಮೊಬೈಲ್ ಸಂಖ್ಯೆಗಳೊಂದಿಗೆ ಬಳಸಲಾಗಿದೆ.
problem-certificate-refused = ಈ ಪ್ರಮಾಣಪತ್ರವನ್ನು ಸ್ವೀಕರಿಸುವುದಿಲ್ಲ. ಅದಿಲ್ಲದೆ ಮುಂದುವರಿಯಬಹುದು.

## The answer
answer-title = ನಿಮ್ಮ ಸ್ಥಿತಿ
answer-told = { $entity } ಪಡೆಯುವುದು:
status-0 = ಲಸಿಕೆ ಪಡೆದಿಲ್ಲ
status-1 = ಲಸಿಕೆ ಪೂರ್ಣವಾಗಿಲ್ಲ
status-2 = ಲಸಿಕೆ ಪೂರ್ಣವಾಗಿದೆ
needs-title = ಏಕೆ
needs-hint = ಇದನ್ನು ನೀವು ಮಾತ್ರ ನೋಡುತ್ತೀರಿ. { $entity } ಸಂಸ್ಥೆಗೆ ಸ್ಥಿತಿ ಮಾತ್ರ ಸಿಗುತ್ತದೆ.
need-complete = ಬೇಕಾದುದೆಲ್ಲ ಇದೆ.
need-final-dose = ಪೂರ್ಣ: ದಾಖಲೆಯಲ್ಲಿ ಕೊನೆಯ ಡೋಸ್ ಇದೆ.
need-immune = ನಿಮಗೆ ರೋಗನಿರೋಧಕ ಶಕ್ತಿ ಇದೆ.
need-waiting = ಎಲ್ಲ ಡೋಸ್‌ಗಳಿವೆ, ಆದರೆ ಇನ್ನೂ ಲೆಕ್ಕಕ್ಕೆ ಬರುವುದಿಲ್ಲ.
need-expired = ಪೂರ್ಣವಾಗಿತ್ತು, ಆದರೆ ಅವಧಿ ಮುಗಿದಿದೆ.
need-dose-missing = ಒಂದು ಡೋಸ್ ಬಾಕಿ ಇದೆ.
need-no-dose = ಲೆಕ್ಕಕ್ಕೆ ಬರುವ ಡೋಸ್ ಸಿಗಲಿಲ್ಲ.
need-due = ಮುಂದಿನ ಡೋಸ್ ಮಾನ್ಯವಾಗುವ ದಿನ: { $day }.
need-counts = ಲೆಕ್ಕಕ್ಕೆ ಬರುವ ದಿನ: { $day }.
need-until = ಈ ದಿನದವರೆಗೆ ಮಾನ್ಯ: { $day }.
need-aside = ಇದು ಸ್ಥಿತಿಯನ್ನು ಬದಲಿಸುವುದಿಲ್ಲ.
valid-until = { $time } ವರೆಗೆ ಮಾನ್ಯ
show-others = ಇತರರಿಗೆ ತೋರಿಸಿ
show-others-hint = ಈ ಕೋಡ್ ಸ್ಕ್ಯಾನ್ ಮಾಡುವವರು ನಿಮ್ಮ ಸ್ಥಿತಿಯನ್ನು ಪರಿಶೀಲಿಸಬಹುದು. ಯಾರಿಗೆ, ಏಕೆ ಸಿಕ್ಕಿತು ಎಂದು ಅದು ಹೇಳುತ್ತದೆ, ನೀವು ಯಾರೆಂದು ಅಲ್ಲ.
show-name = ಹೆಸರಿನೊಂದಿಗೆ ತೋರಿಸಿ
show-name-hint = ಈ ಕೋಡ್ ಸ್ಕ್ಯಾನ್ ಮಾಡುವವರು ನೀವು ನೀಡಿದ ಹೆಸರನ್ನೂ ನೋಡಿ ಫೋಟೋ ID ಜೊತೆ ಹೋಲಿಸಬಹುದು.
qr-label = ನಿಮ್ಮ ಲಸಿಕೆ ಸ್ಥಿತಿಯ QR ಕೋಡ್
qr-large = ಪೂರ್ಣ ಪರದೆ
qr-save = ಉಳಿಸಿ
qr-print = ಮುದ್ರಿಸಿ
qr-close = ಮುಚ್ಚಿ
token = ಸ್ಥಿತಿ ಪಠ್ಯವಾಗಿ
copy = ಪಠ್ಯ ನಕಲಿಸಿ
copied = ನಕಲಾಗಿದೆ
check-page = ಇತರರು ಇಲ್ಲಿ ಪರಿಶೀಲಿಸಬಹುದು
withdraw = ಒಪ್ಪಿಗೆಯನ್ನು ಹಿಂಪಡೆಯಿರಿ
withdraw-hint = ಈಗಿನಿಂದ ಇದನ್ನು ತಿಳಿಸುವುದನ್ನು ನಿಲ್ಲಿಸುತ್ತೇವೆ. ಒಂದು ಗಂಟೆಯೊಳಗೆ ಆನ್‌ಲೈನ್‌ನಲ್ಲಿ ಪರಿಶೀಲಿಸುವವರಿಗೆ ಹಿಂಪಡೆದದ್ದು ಕಾಣುತ್ತದೆ.
withdraw-later = ನಂತರ ಹಿಂಪಡೆಯಿರಿ
withdraw-later-hint = ಈ ಕೋಡ್ ಅಥವಾ ಲಿಂಕ್ ಅನ್ನು ನಿಮ್ಮ ಬಳಿ ಇಟ್ಟುಕೊಳ್ಳಿ. ಇದರಿಂದ SMS ಇಲ್ಲದೆ ಯಾವಾಗ ಬೇಕಾದರೂ ಒಪ್ಪಿಗೆ ಹಿಂಪಡೆಯಬಹುದು.
withdraw-code = ಹಿಂಪಡೆಯುವ ಕೋಡ್
withdraw-by-code = ಸ್ಥಿತಿಯೊಂದಿಗೆ ಸಿಕ್ಕ ಹಿಂಪಡೆಯುವ ಕೋಡ್ ನಮೂದಿಸಿ.
withdraw-wrong-code = ಇದು ಹಿಂಪಡೆಯುವ ಕೋಡ್ ಅಲ್ಲ. ಪೂರ್ತಿಯಾಗಿ ನಮೂದಿಸಿ.
withdrawn-title = ನೀವು ಒಪ್ಪಿಗೆಯನ್ನು ಹಿಂಪಡೆದಿದ್ದೀರಿ
withdrawn = ನಿಮ್ಮ ಸ್ಥಿತಿಯನ್ನು ಇನ್ನು ಯಾರಿಗೂ ತಿಳಿಸುವುದಿಲ್ಲ.
continue = { $entity } ಗೆ ಮುಂದುವರಿಯಿರಿ
go-back = { $entity } ಗೆ ಹಿಂತಿರುಗಿ
close = ನೀವು ಈ ಪುಟವನ್ನು ಮುಚ್ಚಬಹುದು.

## ಕುಟುಂಬ

person-number = ವ್ಯಕ್ತಿ { $number }
leave-out = ಬಿಟ್ಟುಬಿಡಿ
others-told = { $count ->
    [one] ಇನ್ನೊಬ್ಬರು ಬೇರೆ ಫೋನ್‌ನಲ್ಲಿ ಉತ್ತರಿಸುತ್ತಾರೆ. ಅಲ್ಲಿಗೆ SMS ಕಳುಹಿಸುತ್ತೇವೆ.
   *[other] ಇನ್ನೂ { $count } ಜನ ಬೇರೆ ಫೋನ್‌ಗಳಲ್ಲಿ ಉತ್ತರಿಸುತ್ತಾರೆ. ಅಲ್ಲಿಗೆ SMS ಕಳುಹಿಸುತ್ತೇವೆ.
}
birth-year-of = ಹುಟ್ಟಿದ ವರ್ಷ: { $name }
answers-title = ಪ್ರತಿಯೊಬ್ಬರ ಸ್ಥಿತಿ
person-not-found = ಈ ಸಂಖ್ಯೆ ಮತ್ತು ಹೆಸರಿಗೆ ಒಂದು ದಾಖಲೆ ಸಿಗಲಿಲ್ಲ. ಏನನ್ನೂ ತಿಳಿಸಿಲ್ಲ.
person-left-out = ಇವರನ್ನು ಬಿಟ್ಟಿದ್ದೀರಿ. ಏನನ್ನೂ ತಿಳಿಸಿಲ್ಲ.
problem-everybody-left-out = ಎಲ್ಲರನ್ನೂ ಬಿಟ್ಟಿದ್ದೀರಿ. ಒಬ್ಬರನ್ನಾದರೂ ಉಳಿಸಿ, ಅಥವಾ "{ decline }" ಒತ್ತಿ.
problem-same-person-twice = ಇವರಲ್ಲಿ ಇಬ್ಬರು ಒಬ್ಬರೇ: ಒಂದೇ ಸಂಖ್ಯೆ, ಒಂದೇ ಹೆಸರು.
problem-one-number-only = ಎಲ್ಲರಿಗೂ ಒಂದೇ ಮೊಬೈಲ್ ಸಂಖ್ಯೆ ನೀಡಿ.
linked-over = ಈ ಲಿಂಕ್ ಇನ್ನು ಕೆಲಸ ಮಾಡುವುದಿಲ್ಲ. ಇನ್ನೂ ಉತ್ತರಿಸದಿದ್ದರೆ, ಬುಕ್ ಮಾಡುವವರಿಗೆ ಮತ್ತೆ ಆರಂಭಿಸಲು ಹೇಳಿ.
linked-locked = ಹಲವು ಬಾರಿ ತಪ್ಪು OTP ನೀಡಿದ್ದರಿಂದ ಈ ವಿನಂತಿ ಮುಚ್ಚಿದೆ. ಬುಕ್ ಮಾಡುವವರಿಗೆ ಮತ್ತೆ ಆರಂಭಿಸಲು ಹೇಳಿ.

## Other ends
declined-title = ಏನನ್ನೂ ತಿಳಿಸಿಲ್ಲ
declined = ನೀವು ಬೇಡ ಎಂದಿರಿ ಎಂಬುದು ಮಾತ್ರ { $entity } ಸಂಸ್ಥೆಗೆ ತಿಳಿಯುತ್ತದೆ.
ended-title = ಇದು ಆಗಲಿಲ್ಲ
over-title = ಈ ವಿನಂತಿ ಮುಗಿದಿದೆ
over = ನಿಮ್ಮನ್ನು ಕಳುಹಿಸಿದ ಸೈಟ್‌ಗೆ ಹಿಂತಿರುಗಿ ಮತ್ತೆ ಆರಂಭಿಸಿ.
apart = ನಿಮ್ಮನ್ನು ಕಳುಹಿಸಿದ ಸೈಟ್‌ನೊಂದಿಗೆ ಈ ಪುಟದ ಸಂಪರ್ಕ ಕಡಿದಿದೆ. ಸೈಟ್‌ಗೆ ಹಿಂತಿರುಗಿ ಬೇರೆ ರೀತಿಯಲ್ಲಿ ತೆರೆಯಿರಿ.

## What went wrong
problem-invalid-mobile = 10 ಅಂಕಿಗಳ ಭಾರತೀಯ ಮೊಬೈಲ್ ಸಂಖ್ಯೆ ನಮೂದಿಸಿ
problem-invalid-name = ಹೆಸರನ್ನು ಅಕ್ಷರಗಳಲ್ಲಿ ಬರೆಯಿರಿ
problem-invalid-code = SMSನಲ್ಲಿರುವ { $digits } ಅಂಕಿಗಳನ್ನು ನಮೂದಿಸಿ
problem-invalid-birth-year = ಹುಟ್ಟಿದ ವರ್ಷವನ್ನು 4 ಅಂಕಿಗಳಲ್ಲಿ ನಮೂದಿಸಿ
problem-wrong-code = { $left ->
    [one] OTP ತಪ್ಪಾಗಿದೆ. ಇನ್ನೊಮ್ಮೆ ಪ್ರಯತ್ನಿಸಬಹುದು.
   *[other] OTP ತಪ್ಪಾಗಿದೆ. ಇನ್ನೂ { $left } ಬಾರಿ ಪ್ರಯತ್ನಿಸಬಹುದು.
}
problem-code-expired = OTP ಅವಧಿ ಮುಗಿದಿದೆ. ಹೊಸ OTP ಪಡೆಯಿರಿ.
problem-request-expired = ಸಮಯ ಮುಗಿದಿದೆ. ಮತ್ತೆ ಆರಂಭಿಸಿ.
problem-request-locked = ಹಲವು ಬಾರಿ ತಪ್ಪು OTP ನೀಡಿದ್ದರಿಂದ ಈ ವಿನಂತಿ ಮುಚ್ಚಿದೆ. ಮತ್ತೆ ಆರಂಭಿಸಿ.
problem-mobile-locked = ಈ ಸಂಖ್ಯೆಗೆ ಹಲವು ಬಾರಿ ತಪ್ಪು OTP ನೀಡಲಾಗಿದೆ. ಇಷ್ಟು ಸಮಯದ ನಂತರ ಪ್ರಯತ್ನಿಸಿ: { $time }.
problem-too-many-requests = ಹಲವು OTP ಕೇಳಲಾಗಿದೆ. ಇಷ್ಟು ಸಮಯದ ನಂತರ ಪ್ರಯತ್ನಿಸಿ: { $time }.
problem-too-many-requests-today = ಈ ವಿನಂತಿಗೆ ಇನ್ನು OTP ಕಳುಹಿಸಲಾಗದು.
problem-already-used = ಈ ವಿನಂತಿಗೆ ಈಗಾಗಲೇ ಉತ್ತರ ನೀಡಲಾಗಿದೆ ಅಥವಾ ಬೇಡ ಎನ್ನಲಾಗಿದೆ. ಮತ್ತೆ ಆರಂಭಿಸಿ.
problem-notice-mismatch = ಪುಟ ಹಳೆಯದಾಗಿತ್ತು. ಸೂಚನೆ ಓದಿ OTP ಮತ್ತೆ ನಮೂದಿಸಿ.
problem-no-matching-record = ಈ ಸಂಖ್ಯೆ ಮತ್ತು ಹೆಸರಿಗೆ ಒಂದು ದಾಖಲೆ ಸಿಗಲಿಲ್ಲ. ಎರಡನ್ನೂ ಪರಿಶೀಲಿಸಿ ಮತ್ತೆ ಆರಂಭಿಸಿ. ಏನನ್ನೂ ತಿಳಿಸಿಲ್ಲ.
problem-consent-withdrawn = ನೀವು ಒಪ್ಪಿಗೆಯನ್ನು ಹಿಂಪಡೆದಿದ್ದೀರಿ. ಇನ್ನು ಏನನ್ನೂ ತಿಳಿಸುವುದಿಲ್ಲ.
problem-sms-unavailable = SMS ಕಳುಹಿಸಲಾಗಲಿಲ್ಲ. ಕೆಲವು ನಿಮಿಷಗಳ ನಂತರ ಪ್ರಯತ್ನಿಸಿ.
problem-store-unavailable = ಈಗ ಉತ್ತರಿಸಲಾಗದು. ಏನೂ ಕಳೆದಿಲ್ಲ. ಕೆಲವು ನಿಮಿಷಗಳ ನಂತರ ಪ್ರಯತ್ನಿಸಿ.
problem-invalid-request = ಪುಟ ಪೂರ್ಣವಾಗಿ ಬಂದಿಲ್ಲ. ಮತ್ತೆ ಪ್ರಯತ್ನಿಸಿ.
problem-not-found = ಇಂತಹ ಪುಟ ಇಲ್ಲ, ಅಥವಾ ಅದರ ಸಮಯ ಮುಗಿದಿದೆ.
lost = ಉತ್ತರ ಬರಲಿಲ್ಲ. ಇಂಟರ್ನೆಟ್ ಪರಿಶೀಲಿಸಿ ಮತ್ತೆ ಪ್ರಯತ್ನಿಸಿ.
try-again = ಮತ್ತೆ ಪ್ರಯತ್ನಿಸಿ

## The sandbox
sandbox = ಸ್ಯಾಂಡ್‌ಬಾಕ್ಸ್: ಇಲ್ಲಿ ಯಾರೂ ನಿಜವಲ್ಲ.
sandbox-page = OTP ನೋಡಿ
