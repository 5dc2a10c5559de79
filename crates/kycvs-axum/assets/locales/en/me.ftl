# A person's own page: who asked about them, what they got, and how to take it back.

me-title = Your page
me-intro = See who asked for your vaccination status in the past year and what they got. Withdraw your consent, or get a receipt.
# The heading of the notice before the OTP is entered.
me-notice = What the OTP opens
me-open = Open my page
me-withdraw-all = Withdraw everything
me-until = This page closes at { $time }.
me-nothing = Nobody got your status through this number in the past year.
# The entity's own number for the booking.
me-reference = Reference
me-asked-on = Asked on
# What the entity got: one of the statuses, or that no record was found.
me-told = They got
me-no-record = No record found
# Whether the answer still counts.
me-state = State
me-state-active = In force
me-state-expired = Expired
me-state-withdrawn = Withdrawn
me-state-corrected = Ended: the record was corrected
me-state-erased = Ended: erased
# Who else saw it: one of the two below follows.
me-read = Also read by
me-read-auditor = an auditor, { $time }
me-read-operator = the operator of this service, { $time }
me-receipt = Receipt
me-all-withdrawn = You withdrew everything. Within an hour, everyone who checks online sees that.
me-erased = Everything that was shared about you has ended.
me-wrong = Is something wrong?
me-correct = To correct your record, write to { $contact }. An answer that was wrong then ends by itself.
me-erase = Erase what was shared
me-erase-hint = Everything that was shared about you ends now. What the law makes us keep is erased after a year. To erase your vaccination record, write to { $contact }.
# The same where no law makes anybody keep it.
me-erase-at-once = Everything that was shared about you ends now, and what we keep of it is erased. To erase your vaccination record, write to { $contact }.
me-complain = Complaints: { $grievance }. If that does not settle it, write to the Data Protection Board of India.
me-close = Close my page
me-closed = You closed your page
receipt-title = Receipt of your consent
# The number of the consent.
receipt-number = Consent
receipt-scan = Scan this code to withdraw
receipt-signed = Signed receipt
# A file that other software reads.
receipt-standard = Receipt for other software
