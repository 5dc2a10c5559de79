# The steps of a visit: what a person reads who is asked for their status. Each note is for translators. Everyday words, short
# sentences, "you". The one-time password is "OTP" in every language. Names and times come without an ending.

## The first step

# The title of the window.
title = Share your vaccination status
# The heading of the first step. The purpose completes the sentence: "to book a railway ticket". Where no ending fits, put it after a colon.
asks = { $entity } asks for your vaccination status { $purpose }.
# The same for a booking of several people, who are named below.
asks-booking = { $entity } asks for each person's vaccination status { $purpose }.
# First of three short rows that say what happens. "They" is who asks. At most two lines of a small phone.
fact-shared = They get one answer: not, partially or fully vaccinated
# The same for a booking.
fact-shared-booking = They get one answer for each person: not, partially or fully vaccinated
# Second row: what they do not get.
fact-kept = They never get doses, dates, certificates or your family's details
# The same for a booking, whose family the site knows.
fact-kept-booking = They never get doses, dates or certificates
# Third row. The time is "24 hours".
fact-lasts = Valid for { $time }. You can withdraw it any time
# Above the heading of each step.
step = Step { $number } of 3
mobile = Mobile number
mobile-hint = The number you gave when you were vaccinated
name = Full name
name-hint = As on your vaccination certificate
# A button. It sends the OTP by SMS.
send-code = Send code
# A button, as easy to find as the one that agrees.
decline = Don't share
# One line below the buttons: what comes next.
next-code = Next: an OTP by SMS. Nothing is shared yet.
language = Language
# The button beside the list of languages, for browsers without JavaScript.
change = Change

## The second step

code-title = Enter the OTP
code-sent = We sent a { $digits }-digit OTP by SMS to the number ending in { $last }.
# Read out by screen readers before the names.
people = Who this is about
# The label of the field.
code = OTP
# One tap opens the whole text that the person agrees to.
notice = Your rights and the full notice
# The main button.
agree = Agree and share
agree-hint = By entering the OTP you agree to the full notice.
# In a frame, until the notice and the button have been on the screen.
agree-unseen = Scroll until you see what is shared and this button.
resend = Get a new code
# On the button while it waits.
resend-after = New code in { $seconds } s
resent = We sent a new OTP. The old one no longer works.
no-resend = We cannot send more codes for this request. Start over to get one.
# Counts down. The time is "2:59" or "3 minutes".
expires-in = Valid for { $time }
expired-now = This OTP has expired. Get a new code.
start-again = Start over
# One line below the buttons.
next-share = Next: you see your status, and { $entity } gets it.
birth-title = Year of birth
birth-why = More than one person on this number has this name. The year of birth shows who you mean. You can enter it once.
birth-year = Year of birth

## A certificate that the person presents

certificate-title = I have a certificate
certificate-hint = If we do not find you, your CoWIN or EU certificate or SMART Health Card shows your doses. You can leave this out.
certificate-text = Text of its QR code
certificate-file = Or a picture or file of it
certificate-present = Read the certificate
certificate-genuine = The certificate is genuine.
certificate-person = Person
certificate-issuer = Issued by
certificate-dose = Dose
certificate-unknown-product = A vaccine we do not know
certificate-kept = It counts once you enter the OTP. We keep its details only for this request, and never the certificate.
certificate-take-back = Don't use it
certificate-expired-seal = Its seal has expired.
certificate-dose-unclear = It does not clearly say which dose was given when.
certificate-unreadable = We could not read a certificate in this.
certificate-unsupported = We do not take this kind of certificate.
certificate-unknown-issuer = We do not know who issued it, so we cannot check it.
certificate-forged = It is not genuine: its signature is wrong.
certificate-out-of-time = Its seal has expired or is not valid yet.
certificate-revoked = Its issuer has revoked it.
certificate-list-too-old = Our list of issuers is too old to check it. Try again later.
certificate-another-person = It is not in the name you entered.
certificate-too-many = It has been used with too many mobile numbers.
problem-certificate-refused = We do not take this certificate. You can go on without it.

## The answer

answer-title = Your status
answer-told = { $entity } gets:
# The same words as in the notice, here with a capital.
status-0 = Not vaccinated
status-1 = Partially vaccinated
status-2 = Fully vaccinated
needs-title = Why
needs-hint = Only you see this. { $entity } gets the status alone.
need-complete = You have all you need.
need-final-dose = Complete: the record names the last dose.
need-immune = You are immune.
need-waiting = You have all doses, but they do not count yet.
need-expired = It was complete, but has expired.
need-dose-missing = A dose is missing.
need-no-dose = We found no dose that counts.
need-due = The next dose is valid from { $day }.
need-counts = It counts from { $day }.
need-until = It is valid until { $day }.
need-aside = This does not change the status.
valid-until = Valid until { $time }
show-others = Show it to others
show-others-hint = Anyone who scans this code can check your status. It says who got it and why, but not who you are.
show-name = Show it with your name
show-name-hint = Anyone who scans this code also sees the name you entered, and can compare it with a photo ID.
qr-label = QR code of your vaccination status
qr-large = Full screen
qr-save = Save
qr-print = Print
# Closes the full-screen picture.
qr-close = Close
token = The status as text
copy = Copy the text
copied = Copied
check-page = Others can check it here
withdraw = Withdraw my consent
withdraw-hint = We stop sharing it now. Within an hour, everyone who checks it online sees that you withdrew it.
withdraw-later = Withdraw later
withdraw-later-hint = Keep this code or link to yourself. It withdraws your consent at any time, without an SMS.
withdraw-code = Withdrawal code
withdraw-by-code = Enter the withdrawal code you got with your status.
withdraw-wrong-code = That is not a withdrawal code. Enter all of it.
withdrawn-title = You withdrew your consent
withdrawn = We no longer share your status.
# A button below an answer, which the site gets.
continue = Continue to { $entity }
# A button below an end without an answer: nothing goes on there.
go-back = Go back to { $entity }
close = You can close this page.

## A family

# Above the fields of one of several people at the first step.
person-number = Person { $number }
# A switch beside a name at the second step. It leaves the person out, for whom the OTP then does not count. One line, short.
leave-out = Leave out
# Below the people whose OTP was sent here: the others of the booking have other numbers. On their phones it is about this one, too.
others-told = { $count ->
    [one] One more person answers on another phone. We send an SMS there.
   *[other] { $count } more people answer on other phones. We send an SMS there.
}
# The label of a field where several people are asked for it.
birth-year-of = Year of birth: { $name }
# The heading of the answers about several people.
answers-title = Status of each person
person-not-found = We found no single record for this number and name. Nothing was shared.
person-left-out = You left this person out. Nothing was shared.
problem-everybody-left-out = Everyone is left out. Leave one person in, or press "{ decline }".
problem-same-person-twice = Two of these people are the same: one number, one name.
problem-one-number-only = Enter the same mobile number for everyone.
# Behind a link in an SMS that was used, declined, or is too old.
linked-over = This link no longer works. If you have not answered yet, ask whoever is booking to start over.
linked-locked = Too many wrong codes, so we closed this request. Ask whoever is booking to start over.

## Other ends

declined-title = Nothing was shared
declined = { $entity } learns only that you said no.
ended-title = That did not work
over-title = This request is over
over = Go back to the site that sent you here and start over.
# Where the window has lost the site that opened it.
apart = This page has lost its link to the site that sent you here. Go back to the site and open it another way.

## What went wrong

problem-invalid-mobile = Enter a 10-digit Indian mobile number
problem-invalid-name = Enter your name in letters
problem-invalid-code = Enter the { $digits } digits from the SMS
problem-invalid-birth-year = Enter the year of birth in 4 digits
problem-wrong-code = { $left ->
    [one] That OTP is wrong. You can try once more.
   *[other] That OTP is wrong. You can try { $left } more times.
}
problem-code-expired = That OTP has expired. Get a new code.
problem-request-expired = You ran out of time. Start over.
problem-request-locked = Too many wrong codes, so we closed this request. Start over.
problem-mobile-locked = Too many wrong codes for this number. Try again in { $time }.
problem-too-many-requests = Too many codes. Try again in { $time }.
problem-too-many-requests-today = We cannot send more codes for this request.
problem-already-used = This request was already answered or declined. Start over.
problem-notice-mismatch = The page was out of date. Read the notice and enter the OTP again.
problem-no-matching-record = We found no single record for this number and name. Check both and start over. Nothing was shared.
problem-consent-withdrawn = You withdrew your consent. Nothing more is shared.
problem-sms-unavailable = We could not send the SMS. Try again in a few minutes.
problem-store-unavailable = We cannot answer right now. Nothing is lost. Try again in a few minutes.
problem-invalid-request = The page did not arrive in full. Try again.
problem-not-found = This page does not exist, or its time is over.
lost = No answer came. Check your connection and try again.
try-again = Try again

## The sandbox

sandbox = Sandbox: nobody here exists.
sandbox-page = See the OTPs
