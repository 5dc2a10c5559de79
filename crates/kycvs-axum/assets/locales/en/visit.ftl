# What people read on the pages. A message that names a place in braces gets its value from the page.

# The first step
title = Show your vaccination status
asks = { $entity } asks for your vaccination status { $purpose }.
only-status = It is told one thing: not vaccinated, partially or fully vaccinated. No dates, no certificate, nothing of your family.
step = Step { $number } of 3
mobile = Mobile number
mobile-hint = The one that you gave when you were vaccinated.
name = Full name
name-hint = As it stands on your vaccination certificate.
send-code = Send me a code
decline = Do not tell it
language = Language
change = Change

# The second step
code-title = Enter the code
code-sent = We sent a code to the number that ends in { $last }.
code = Code from the SMS
code-hint = { $digits } digits.
notice = What you agree to
agree = Agree and tell it
agree-hint = By entering the code you agree to the notice above.
resend = Send a new code
resend-after = A new code can be sent in { $seconds } s.
resent = A new code is on its way. The old one is no longer good.
no-resend = No more codes can be sent. You can start again.
expires-in = The code is valid for { $time }.
expired-now = The code has expired.
start-again = Start again
birth-title = Year of birth
birth-why = More than one person of this name is registered under this number. The year of birth tells us which one is meant. It can be entered once.
birth-year = Year of birth

# A certificate that the person presents
certificate-title = I have a certificate
certificate-hint = If we do not find you, a certificate of CoWIN, of the EU or a SMART Health Card also shows your doses. It is optional.
certificate-text = Text of its QR code
certificate-file = Or a picture or file of it
certificate-present = Read the certificate
certificate-genuine = The certificate is genuine.
certificate-person = Person
certificate-issuer = Issued by
certificate-dose = Dose
certificate-unknown-product = A vaccine that is not known here
certificate-kept = It counts when you enter the code. Of what it says we keep nothing longer than this request, and of itself nothing.
certificate-take-back = Do not use it
certificate-expired-seal = Its seal has expired.
certificate-dose-unclear = It does not clearly say which dose was given when.
certificate-unreadable = No certificate could be read in it.
certificate-unsupported = This kind of certificate is not taken.
certificate-unknown-issuer = We do not know its issuer. Nobody here can tell whether it is genuine.
certificate-forged = It is not genuine: its signature is wrong.
certificate-out-of-time = Its seal has expired, or does not hold yet.
certificate-revoked = Its issuer has revoked it.
certificate-list-too-old = Our list of issuers is too old to check it. Please try again later.
certificate-another-person = It is not in the name that you entered.
certificate-too-many = It was used with too many mobile numbers.
problem-certificate-refused = This certificate is not taken. You can go on without it.

# The answer
answer-title = Your status
answer-told = { $entity } is told:
status-0 = Not vaccinated
status-1 = Partially vaccinated
status-2 = Fully vaccinated
needs-title = Why
needs-hint = Only you see this: { $entity } gets the status alone.
need-complete = All that is needed is there.
need-final-dose = Complete: the record names the last dose.
need-immune = You are immune.
need-waiting = All doses are there; they do not count yet.
need-expired = It was complete, and its time is over.
need-dose-missing = A dose is missing.
need-no-dose = No dose is recorded that counts.
need-due = The next dose is valid from { $day } on.
need-counts = It counts from { $day } on.
need-until = It is valid until { $day }.
need-aside = It does not decide the status.
valid-until = Valid until { $time }.
show-others = Show it to others
show-others-hint = Whoever scans this code can check your status. It says to whom it was told and for what, not who you are.
show-name = With the name on it
show-name-hint = Then whoever scans it also reads the name that was entered, and can compare it with a photo ID.
qr-label = QR code of your vaccination status
token = The status as text
copy = Copy the text
copied = The text is copied.
check-page = Others can check it here
withdraw = Withdraw my consent
withdraw-hint = From then on it is no longer handed out, and within the hour whoever checks it online sees that it is withdrawn.
withdraw-later = Withdraw it later
withdraw-later-hint = Keep this code or this link for yourself. It withdraws your consent at any time, without an SMS, and shows nothing.
withdraw-code = Withdrawal code
withdraw-by-code = Enter the withdrawal code that you were given with the answer.
withdraw-wrong-code = This is not a withdrawal code. Enter all of it.
withdrawn-title = Your consent is withdrawn
withdrawn = The status is no longer handed out.
continue = Continue to { $entity }
close = You can close this page.

# Other ends
declined-title = Nothing was told
declined = { $entity } is told that you declined, and nothing else.
ended-title = This did not work
over-title = This visit is over
over = Go back to the site that sent you here and begin again.
apart = This page has lost its link to the site that sent you here, and could tell it nothing. Go back to the site: it has to show this page in another way.

# Refusals
problem-invalid-mobile = Enter an Indian mobile number of ten digits.
problem-invalid-name = Enter your name, in letters.
problem-invalid-code = Enter the { $digits } digits from the SMS.
problem-invalid-birth-year = Enter the year of birth as four digits.
problem-wrong-code = { $left ->
    [one] This is not the code. You can try once more.
   *[other] This is not the code. You can try { $left } more times.
}
problem-code-expired = This code has expired. Ask for a new one.
problem-request-expired = The time for this request is over. Please start again.
problem-request-locked = Too many wrong codes were entered, so this request is closed. Please start again.
problem-mobile-locked = Too many wrong codes were entered for this number. You can try again in { $time }.
problem-too-many-requests = Too many codes were asked for. You can try again in { $time }.
problem-too-many-requests-today = No more codes can be sent for this request.
problem-already-used = This request was already answered or declined. Please start again.
problem-notice-mismatch = The page was out of date. Read the notice and enter the code again.
problem-no-matching-record = We found no single record under this number and name. Check both, and start again. Nothing was told about you.
problem-consent-withdrawn = You withdrew your consent. Nothing is told any more.
problem-sms-unavailable = The code could not be sent. Please try again in a little while.
problem-store-unavailable = We cannot answer now. Nothing is lost: please try again in a little while.
problem-invalid-request = The page was not sent completely. Please try again.
lost = No answer came. Check your connection, then try again.
try-again = Try again
problem-not-found = There is no such page, or its time is over.
sandbox = Sandbox: nothing is sent and nobody here exists.
sandbox-page = Read the codes on the sandbox page.
