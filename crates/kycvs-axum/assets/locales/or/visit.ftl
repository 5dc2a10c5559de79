# Odia. What each text is for stands as a note above the English one.

## The first step
title = ଟିକା ସ୍ଥିତି ଜଣାନ୍ତୁ
asks = { $entity } ଆପଣଙ୍କ ଟିକା ସ୍ଥିତି ପଚାରିଛି। ଉଦ୍ଦେଶ୍ୟ: { $purpose }।
asks-booking = { $entity } ପ୍ରତ୍ୟେକଙ୍କ ଟିକା ସ୍ଥିତି ପଚାରିଛି। ଉଦ୍ଦେଶ୍ୟ: { $purpose }।
fact-shared = ସେମାନଙ୍କୁ ଗୋଟିଏ ଉତ୍ତର ମିଳିବ: ଟିକା ନିଆଯାଇଛି କି ନାହିଁ, ସମ୍ପୂର୍ଣ୍ଣ କି ନୁହେଁ
fact-shared-booking = ପ୍ରତ୍ୟେକଙ୍କ ପାଇଁ ଗୋଟିଏ ଉତ୍ତର: ଟିକା ନିଆଯାଇଛି କି ନାହିଁ, ସମ୍ପୂର୍ଣ୍ଣ କି ନୁହେଁ
fact-kept = ଡୋଜ୍, ତାରିଖ, ପ୍ରମାଣପତ୍ର କିମ୍ବା ପରିବାର ସୂଚନା କେବେ ମିଳିବ ନାହିଁ
fact-kept-booking = ଡୋଜ୍, ତାରିଖ କିମ୍ବା ପ୍ରମାଣପତ୍ର କେବେ ମିଳିବ ନାହିଁ
fact-lasts = ବୈଧ: { $time }। ଯେକୌଣସି ସମୟରେ ଫେରାଇ ନେଇପାରିବେ
step = 3ରୁ ପର୍ଯ୍ୟାୟ { $number }
mobile = ମୋବାଇଲ ନମ୍ବର
mobile-hint = ଟିକା ନେବା ବେଳେ ଦେଇଥିବା ନମ୍ବର
name = ପୂରା ନାମ
name-hint = ଟିକା ପ୍ରମାଣପତ୍ରରେ ଯେମିତି ଅଛି
send-code = OTP ପଠାନ୍ତୁ
decline = ଜଣାନ୍ତୁ ନାହିଁ
next-code = ଆଗକୁ: SMSରେ OTP ଆସିବ। ଏପର୍ଯ୍ୟନ୍ତ କିଛି ଜଣାଯାଇନାହିଁ।
language = ଭାଷା
change = ବଦଳାନ୍ତୁ

## The second step
code-title = OTP ଦିଅନ୍ତୁ
code-sent = { $last } ରେ ଶେଷ ହେଉଥିବା ନମ୍ବରକୁ SMSରେ { $digits } ଅଙ୍କର OTP ପଠାଇଛୁ।
people = କାହା ବିଷୟରେ
code = OTP
notice = ଆପଣଙ୍କ ଅଧିକାର ଓ ପୂରା ସୂଚନା
agree = ସମ୍ମତି ଦେଇ ଜଣାନ୍ତୁ
agree-hint = OTP ଦେଲେ ଆପଣ ପୂରା ସୂଚନାରେ ସମ୍ମତ ହୁଅନ୍ତି।
agree-unseen = ସୂଚନା ଓ ଏହି ବଟନ ଦେଖାଯିବା ପର୍ଯ୍ୟନ୍ତ ତଳକୁ ଯାଆନ୍ତୁ।
resend = ନୂଆ OTP ନିଅନ୍ତୁ
resend-after = ନୂଆ OTP { $seconds } ସେକେଣ୍ଡରେ
resent = ନୂଆ OTP ପଠାଇଛୁ। ପୁରୁଣାଟି ଆଉ ଚାଲିବ ନାହିଁ।
no-resend = ଏହି ଅନୁରୋଧ ପାଇଁ ଆଉ OTP ପଠାଯାଇପାରିବ ନାହିଁ। ପୁଣି ଆରମ୍ଭ କରନ୍ତୁ।
expires-in = ବାକି ସମୟ: { $time }
expired-now = OTP ସମୟ ସରିଗଲା। ନୂଆ OTP ନିଅନ୍ତୁ।
start-again = ପୁଣି ଆରମ୍ଭ କରନ୍ତୁ
next-share = ଆଗକୁ: ଆପଣ ନିଜ ସ୍ଥିତି ଦେଖିବେ, ଏବଂ { $entity } କୁ ତାହା ମିଳିବ।
birth-title = ଜନ୍ମ ବର୍ଷ
birth-why = ଏହି ନମ୍ବରରେ ଏହି ନାମର ଏକାଧିକ ଲୋକ ଅଛନ୍ତି। ଜନ୍ମ ବର୍ଷରୁ ଜଣାପଡ଼ିବ କିଏ। ଏହା ଥରେ ମାତ୍ର ଦେଇପାରିବେ।
birth-year = ଜନ୍ମ ବର୍ଷ

## A certificate that the person presents
certificate-title = ମୋ ପାଖରେ ପ୍ରମାଣପତ୍ର ଅଛି
certificate-hint = ଆପଣଙ୍କ ରେକର୍ଡ ନ ମିଳିଲେ CoWIN କିମ୍ବା EU ପ୍ରମାଣପତ୍ର କିମ୍ବା SMART Health Card ଆପଣଙ୍କ ଡୋଜ୍ ଦେଖାଏ। ଏହା ଛାଡ଼ିପାରିବେ।
certificate-text = ତାହାର QR କୋଡର ଲେଖା
certificate-file = କିମ୍ବା ତାହାର ଛବି ବା ଫାଇଲ
certificate-present = ପ୍ରମାଣପତ୍ର ପଢ଼ନ୍ତୁ
certificate-genuine = ପ୍ରମାଣପତ୍ର ପ୍ରକୃତ।
certificate-person = ବ୍ୟକ୍ତି
certificate-issuer = ଦେଇଥିବା ସଂସ୍ଥା
certificate-dose = ଡୋଜ୍
certificate-unknown-product = ଆମେ ଜାଣି ନ ଥିବା ଟିକା
certificate-kept = OTP ଦେଲେ ଏହା ଗଣାଯିବ। ଏହାର ସୂଚନା କେବଳ ଏହି ଅନୁରୋଧ ପାଇଁ ରଖୁ, ପ୍ରମାଣପତ୍ର କେବେ ରଖୁ ନାହିଁ।
certificate-take-back = ଏହା ବ୍ୟବହାର କରନ୍ତୁ ନାହିଁ
certificate-expired-seal = ଏହାର ମୋହର ସମୟ ସରିଛି।
certificate-dose-unclear = କେଉଁ ଡୋଜ୍ କେବେ ଦିଆଗଲା ସ୍ପଷ୍ଟ ନୁହେଁ।
certificate-unreadable = ଏଥିରେ ପ୍ରମାଣପତ୍ର ପଢ଼ିହେଲା ନାହିଁ।
certificate-unsupported = ଏପରି ପ୍ରମାଣପତ୍ର ନିଆଯାଏ ନାହିଁ।
certificate-unknown-issuer = ଏହା କିଏ ଦେଲା ଜାଣିନାହୁଁ, ତେଣୁ ଯାଞ୍ଚ କରିପାରୁନାହୁଁ।
certificate-forged = ଏହା ପ୍ରକୃତ ନୁହେଁ: ଦସ୍ତଖତ ଭୁଲ।
certificate-out-of-time = ଏହାର ମୋହର ସମୟ ସରିଛି କିମ୍ବା ଆରମ୍ଭ ହୋଇନାହିଁ।
certificate-revoked = ଦେଇଥିବା ସଂସ୍ଥା ଏହାକୁ ରଦ୍ଦ କରିଛି।
certificate-list-too-old = ଏହା ଯାଞ୍ଚ ପାଇଁ ଆମ ତାଲିକା ବହୁତ ପୁରୁଣା। ପରେ ଚେଷ୍ଟା କରନ୍ତୁ।
certificate-another-person = ଏହା ଆପଣ ଦେଇଥିବା ନାମରେ ନାହିଁ।
certificate-too-many = ଏହା ବହୁତ ମୋବାଇଲ ନମ୍ବରରେ ବ୍ୟବହାର ହୋଇଛି।
problem-certificate-refused = ଏହି ପ୍ରମାଣପତ୍ର ନିଆଯାଏ ନାହିଁ। ଏହା ବିନା ଆଗକୁ ଯାଇପାରିବେ।

## The answer
answer-title = ଆପଣଙ୍କ ସ୍ଥିତି
answer-told = { $entity } କୁ ଏହା ମିଳେ:
status-0 = ଟିକା ନିଆଯାଇନାହିଁ
status-1 = ଟିକା ସମ୍ପୂର୍ଣ୍ଣ ହୋଇନାହିଁ
status-2 = ଟିକା ସମ୍ପୂର୍ଣ୍ଣ ହୋଇଛି
needs-title = କାହିଁକି
needs-hint = ଏହା କେବଳ ଆପଣ ଦେଖନ୍ତି। { $entity } କୁ କେବଳ ସ୍ଥିତି ମିଳେ।
need-complete = ଦରକାର ସବୁ ଅଛି।
need-final-dose = ସମ୍ପୂର୍ଣ୍ଣ: ରେକର୍ଡରେ ଶେଷ ଡୋଜ୍ ଅଛି।
need-immune = ଆପଣଙ୍କର ରୋଗ ପ୍ରତିରୋଧ ଶକ୍ତି ଅଛି।
need-waiting = ସବୁ ଡୋଜ୍ ଅଛି, କିନ୍ତୁ ଏପର୍ଯ୍ୟନ୍ତ ଗଣାଯାଏ ନାହିଁ।
need-expired = ସମ୍ପୂର୍ଣ୍ଣ ଥିଲା, କିନ୍ତୁ ସମୟ ସରିଛି।
need-dose-missing = ଗୋଟିଏ ଡୋଜ୍ ବାକି ଅଛି।
need-no-dose = ଗଣାଯିବା ଭଳି ଡୋଜ୍ ମିଳିଲା ନାହିଁ।
need-due = ପରବର୍ତ୍ତୀ ଡୋଜ୍ ଏହି ଦିନଠାରୁ ବୈଧ: { $day }।
need-counts = ଏହି ଦିନଠାରୁ ଗଣାଯିବ: { $day }।
need-until = ଏହି ଦିନ ପର୍ଯ୍ୟନ୍ତ ବୈଧ: { $day }।
need-aside = ଏଥିରେ ସ୍ଥିତି ବଦଳେ ନାହିଁ।
valid-until = { $time } ପର୍ଯ୍ୟନ୍ତ ବୈଧ
show-others = ଅନ୍ୟମାନଙ୍କୁ ଦେଖାନ୍ତୁ
show-others-hint = ଯିଏ ଏହି କୋଡ ସ୍କାନ କରେ ସେ ଆପଣଙ୍କ ସ୍ଥିତି ଯାଞ୍ଚ କରିପାରେ। କାହାକୁ ଓ କାହିଁକି ମିଳିଲା ତାହା ଦେଖାଏ, ଆପଣ କିଏ ତାହା ନୁହେଁ।
show-name = ନାମ ସହ ଦେଖାନ୍ତୁ
show-name-hint = ଯିଏ ଏହି କୋଡ ସ୍କାନ କରେ ସେ ଆପଣ ଦେଇଥିବା ନାମ ମଧ୍ୟ ଦେଖି ଫଟୋ ID ସହ ମିଳାଇପାରେ।
qr-label = ଆପଣଙ୍କ ଟିକା ସ୍ଥିତିର QR କୋଡ
qr-large = ପୂରା ସ୍କ୍ରିନ୍
qr-save = ସେଭ୍ କରନ୍ତୁ
qr-print = ପ୍ରିଣ୍ଟ କରନ୍ତୁ
qr-close = ବନ୍ଦ କରନ୍ତୁ
token = ସ୍ଥିତିର ଲେଖା
copy = ଲେଖା କପି କରନ୍ତୁ
copied = କପି ହେଲା
check-page = ଅନ୍ୟମାନେ ଏଠାରେ ଯାଞ୍ଚ କରିପାରିବେ
withdraw = ସମ୍ମତି ଫେରାଇ ନିଅନ୍ତୁ
withdraw-hint = ଏବେଠାରୁ ଏହା ଜଣାଇବା ବନ୍ଦ କରୁ। ଏକ ଘଣ୍ଟାରେ ଅନଲାଇନରେ ଯାଞ୍ଚ କରୁଥିବା ଲୋକେ ଦେଖିବେ ଯେ ଆପଣ ଫେରାଇ ନେଇଛନ୍ତି।
withdraw-later = ପରେ ଫେରାଇ ନିଅନ୍ତୁ
withdraw-later-hint = ଏହି କୋଡ ବା ଲିଙ୍କ ନିଜ ପାଖରେ ରଖନ୍ତୁ। ଏଥିରେ SMS ବିନା ଯେକୌଣସି ସମୟରେ ସମ୍ମତି ଫେରାଇ ହୁଏ।
withdraw-code = ଫେରାଇବା କୋଡ
withdraw-by-code = ସ୍ଥିତି ସହ ମିଳିଥିବା ଫେରାଇବା କୋଡ ଦିଅନ୍ତୁ।
withdraw-wrong-code = ଏହା ଫେରାଇବା କୋଡ ନୁହେଁ। ପୂରା କୋଡ ଦିଅନ୍ତୁ।
withdrawn-title = ଆପଣ ସମ୍ମତି ଫେରାଇ ନେଲେ
withdrawn = ଆପଣଙ୍କ ସ୍ଥିତି ଆଉ କାହାକୁ ଜଣାଯିବ ନାହିଁ।
continue = { $entity } କୁ ଆଗକୁ ଯାଆନ୍ତୁ
go-back = { $entity } କୁ ଫେରନ୍ତୁ
close = ଆପଣ ଏହି ପୃଷ୍ଠା ବନ୍ଦ କରିପାରିବେ।

## ପରିବାର

person-number = ବ୍ୟକ୍ତି { $number }
leave-out = ଛାଡ଼ନ୍ତୁ
others-told = { $count ->
    [one] ଆଉ ଜଣେ ଅନ୍ୟ ଫୋନରେ ଉତ୍ତର ଦେବେ। ସେଠାକୁ ଆମେ SMS ପଠାଉଛୁ।
   *[other] ଆଉ { $count } ଜଣ ଅନ୍ୟ ଫୋନରେ ଉତ୍ତର ଦେବେ। ସେଠାକୁ ଆମେ SMS ପଠାଉଛୁ।
}
birth-year-of = ଜନ୍ମ ବର୍ଷ: { $name }
answers-title = ପ୍ରତ୍ୟେକଙ୍କ ସ୍ଥିତି
person-not-found = ଏହି ନମ୍ବର ଓ ନାମର ଗୋଟିଏ ରେକର୍ଡ ମିଳିଲା ନାହିଁ। କିଛି ଜଣାଯାଇନାହିଁ।
person-left-out = ଆପଣ ଏହାଙ୍କୁ ଛାଡ଼ିଛନ୍ତି। କିଛି ଜଣାଯାଇନାହିଁ।
problem-everybody-left-out = ସମସ୍ତଙ୍କୁ ଛାଡ଼ିଛନ୍ତି। ଅତି କମରେ ଜଣଙ୍କୁ ରଖନ୍ତୁ, କିମ୍ବା "{ decline }" ଦବାନ୍ତୁ।
problem-same-person-twice = ଏମାନଙ୍କ ମଧ୍ୟରୁ ଦୁଇଜଣ ଜଣେ ହିଁ ବ୍ୟକ୍ତି: ଗୋଟିଏ ନମ୍ବର, ଗୋଟିଏ ନାମ।
problem-one-number-only = ସମସ୍ତଙ୍କ ପାଇଁ ଗୋଟିଏ ମୋବାଇଲ ନମ୍ବର ଦିଅନ୍ତୁ।
linked-over = ଏହି ଲିଙ୍କ ଆଉ କାମ କରେ ନାହିଁ। ଏପର୍ଯ୍ୟନ୍ତ ଉତ୍ତର ଦେଇନଥିଲେ, ବୁକିଂ କରୁଥିବା ବ୍ୟକ୍ତିଙ୍କୁ ପୁଣି ଆରମ୍ଭ କରିବାକୁ କୁହନ୍ତୁ।
linked-locked = ଅନେକ ଥର ଭୁଲ OTP ଦିଆଗଲା, ତେଣୁ ଏହି ଅନୁରୋଧ ବନ୍ଦ। ବୁକିଂ କରୁଥିବା ବ୍ୟକ୍ତିଙ୍କୁ ପୁଣି ଆରମ୍ଭ କରିବାକୁ କୁହନ୍ତୁ।

## Other ends
declined-title = କିଛି ଜଣାଯାଇନାହିଁ
declined = { $entity } କେବଳ ଜାଣିବ ଯେ ଆପଣ ମନା କଲେ।
ended-title = ଏହା ହୋଇପାରିଲା ନାହିଁ
over-title = ଏହି ଅନୁରୋଧ ସରିଯାଇଛି
over = ଯେଉଁ ସାଇଟରୁ ଆସିଥିଲେ ସେଠାକୁ ଫେରି ପୁଣି ଆରମ୍ଭ କରନ୍ତୁ।
apart = ଆପଣଙ୍କୁ ପଠାଇଥିବା ସାଇଟ ସହ ଏହି ପୃଷ୍ଠାର ସମ୍ପର୍କ କଟିଯାଇଛି। ସାଇଟକୁ ଫେରି ଅନ୍ୟ ଉପାୟରେ ଖୋଲନ୍ତୁ।

## What went wrong
problem-invalid-mobile = 10 ଅଙ୍କର ଭାରତୀୟ ମୋବାଇଲ ନମ୍ବର ଦିଅନ୍ତୁ
problem-invalid-name = ନାମ ଅକ୍ଷରରେ ଲେଖନ୍ତୁ
problem-invalid-code = SMSର { $digits } ଅଙ୍କ ଦିଅନ୍ତୁ
problem-invalid-birth-year = ଜନ୍ମ ବର୍ଷ 4 ଅଙ୍କରେ ଦିଅନ୍ତୁ
problem-wrong-code = { $left ->
    [one] OTP ଭୁଲ। ଆଉ ଥରେ ଚେଷ୍ଟା କରିପାରିବେ।
   *[other] OTP ଭୁଲ। ଆଉ { $left } ଥର ଚେଷ୍ଟା କରିପାରିବେ।
}
problem-code-expired = OTP ସମୟ ସରିଗଲା। ନୂଆ OTP ନିଅନ୍ତୁ।
problem-request-expired = ସମୟ ସରିଗଲା। ପୁଣି ଆରମ୍ଭ କରନ୍ତୁ।
problem-request-locked = ଅନେକ ଥର ଭୁଲ OTP ଦିଆଗଲା, ତେଣୁ ଏହି ଅନୁରୋଧ ବନ୍ଦ। ପୁଣି ଆରମ୍ଭ କରନ୍ତୁ।
problem-mobile-locked = ଏହି ନମ୍ବର ପାଇଁ ଅନେକ ଥର ଭୁଲ OTP ଦିଆଗଲା। ଏତେ ସମୟ ପରେ ଚେଷ୍ଟା କରନ୍ତୁ: { $time }।
problem-too-many-requests = ଅନେକ ଥର OTP ମଗାଗଲା। ଏତେ ସମୟ ପରେ ଚେଷ୍ଟା କରନ୍ତୁ: { $time }।
problem-too-many-requests-today = ଏହି ଅନୁରୋଧ ପାଇଁ ଆଉ OTP ପଠାଯାଇପାରିବ ନାହିଁ।
problem-already-used = ଏହି ଅନୁରୋଧର ଉତ୍ତର ଦିଆସରିଛି କିମ୍ବା ମନା କରାଯାଇଛି। ପୁଣି ଆରମ୍ଭ କରନ୍ତୁ।
problem-notice-mismatch = ପୃଷ୍ଠା ପୁରୁଣା ହୋଇଯାଇଥିଲା। ସୂଚନା ପଢ଼ି OTP ପୁଣି ଦିଅନ୍ତୁ।
problem-no-matching-record = ଏହି ନମ୍ବର ଓ ନାମର ଗୋଟିଏ ରେକର୍ଡ ମିଳିଲା ନାହିଁ। ଦୁଇଟି ଦେଖି ପୁଣି ଆରମ୍ଭ କରନ୍ତୁ। କିଛି ଜଣାଯାଇନାହିଁ।
problem-consent-withdrawn = ଆପଣ ସମ୍ମତି ଫେରାଇ ନେଇଥିଲେ। ଆଉ କିଛି ଜଣାଯାଏ ନାହିଁ।
problem-sms-unavailable = SMS ପଠାଯାଇପାରିଲା ନାହିଁ। କିଛି ମିନିଟ୍ ପରେ ଚେଷ୍ଟା କରନ୍ତୁ।
problem-store-unavailable = ଏବେ ଉତ୍ତର ଦେଇପାରୁନାହୁଁ। କିଛି ହଜିନାହିଁ। କିଛି ମିନିଟ୍ ପରେ ଚେଷ୍ଟା କରନ୍ତୁ।
problem-invalid-request = ପୃଷ୍ଠା ପୂରା ପହଞ୍ଚିଲା ନାହିଁ। ପୁଣି ଚେଷ୍ଟା କରନ୍ତୁ।
problem-not-found = ଏପରି ପୃଷ୍ଠା ନାହିଁ, କିମ୍ବା ତାହାର ସମୟ ସରିଛି।
lost = ଉତ୍ତର ଆସିଲା ନାହିଁ। ଇଣ୍ଟରନେଟ୍ ଦେଖି ପୁଣି ଚେଷ୍ଟା କରନ୍ତୁ।
try-again = ପୁଣି ଚେଷ୍ଟା କରନ୍ତୁ

## The sandbox
sandbox = ସାଣ୍ଡବକ୍ସ: ଏଠାରେ କେହି ପ୍ରକୃତ ନୁହଁନ୍ତି।
sandbox-page = OTP ଦେଖନ୍ତୁ
