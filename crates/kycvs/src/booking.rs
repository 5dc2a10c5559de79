use chrono::{DateTime, Utc};
use kycvs_consent::{
    AskedPerson, Link, NamedPerson, Notice, NoticeFacts, OtpCode, Pending, Purpose, Request, RequestId, Subject,
    VerifyingEntity, later,
};
use kycvs_domain::{PersonName, Policy, names_match};

use crate::me::is_me;
use crate::people::Phone;
use crate::{Error, PeopleError, StatusRequest, StatusService};

/// A question that may be asked, before anything is stored or sent.
pub(crate) struct Booking<'a> {
    pub(crate) asked: &'a StatusRequest,
    /// Who asks, and for what, in the words that the person reads.
    pub(crate) entity: VerifyingEntity,
    pub(crate) purpose: Purpose,
    pub(crate) policy: &'a Policy,
    /// The id of the first request.
    pub(crate) lead: RequestId,
    pub(crate) now: DateTime<Utc>,
}

/// A request to one mobile number, and the code that it waits for.
pub(crate) struct Draft {
    pub(crate) code: OtpCode,
    pub(crate) pending: Pending,
}

/// What a request is known by: its id, and for all but the first the link that its id follows from.
type Known = (RequestId, Option<Link>);

impl StatusService {
    /// Writes a notice and a request for each mobile number, and draws its code.
    pub(crate) fn draft(&self, booking: &Booking<'_>, phones: &[Phone<'_>]) -> Result<Vec<Draft>, Error> {
        let known = self.draw_requests(booking.lead, phones.len())?;
        let group: Vec<RequestId> = known.iter().map(|(id, _)| *id).collect();
        phones.iter().zip(known).map(|(phone, known)| self.draft_one(booking, phone, known, &group)).collect()
    }

    fn draft_one(
        &self,
        booking: &Booking<'_>,
        phone: &Phone<'_>,
        (id, link): Known,
        group: &[RequestId],
    ) -> Result<Draft, Error> {
        let Booking { asked, entity, purpose, policy, now, .. } = booking;
        let names: Vec<&PersonName> = phone.people.iter().map(|(_, person)| &person.name).collect();
        let Notice { reference: notice, text } = self.notice(booking, &names);
        let people = phone.people.iter().map(|(position, person)| AskedPerson {
            position: *position,
            name_matches: person.expected_name.as_ref().map(|name| names_match(&person.name, name.normalised())),
            name_commitment: self.pseudonyms.name(&id, &person.name),
        });
        let request = Request {
            id,
            group: group.to_vec(),
            asked: u8::try_from(asked.people.len()).map_err(|_| PeopleError::TooMany)?,
            people: people.collect(),
            entity: entity.clone(),
            purpose: purpose.clone(),
            reference: asked.reference.clone(),
            policy: policy.reference().to_owned(),
            on: asked.on,
            notice,
            notice_shown: asked.shows_notice,
            mobile_key: self.pseudonyms.mobile(&phone.mobile),
            opened_at: *now,
            expires_at: later(*now, self.guard.limits.challenge.request_lifetime),
        };
        let named = names.into_iter().map(|name| NamedPerson { name: name.clone(), certificate: None });
        let subject = Subject { mobile: phone.mobile, people: named.collect(), link };
        let code = self.draw_code()?;
        let stored = self.code_key.store(request.binding(), &code.proof());
        let pending = Pending::open(request, subject, text, stored, &self.guard.limits.challenge);
        Ok(Draft { code, pending })
    }

    /// Several numbers need links, before anything is counted.
    pub(crate) fn check_links(&self, phones: usize) -> Result<(), PeopleError> {
        if phones > 1 && self.links.is_none() { Err(PeopleError::NoLinks) } else { Ok(()) }
    }

    /// The lead's id is the caller's; the others' follow from links, which take room in a message and so need an address.
    fn draw_requests(&self, lead: RequestId, phones: usize) -> Result<Vec<Known>, Error> {
        self.check_links(phones)?;
        let others = (1..phones).map(|_| {
            let link = Link::from_random(self.draw_bytes()?);
            Ok((link.request(), Some(link)))
        });
        std::iter::once(Ok((lead, None))).chain(others).collect()
    }

    fn notice(&self, booking: &Booking<'_>, people: &[&PersonName]) -> Notice {
        let Booking { asked, entity, purpose, policy, .. } = booking;
        let fiduciary = &self.answerer.fiduciary;
        if let [person] = people
            && is_me(&entity.id)
        {
            return Notice::write_own_page(fiduciary, person, self.gives_cards(), asked.language);
        }
        let facts = NoticeFacts {
            fiduciary,
            entity,
            people,
            purpose,
            reference: asked.reference.as_ref(),
            policy: policy.shown_name(asked.language.tag()),
            on: asked.on,
            validity: self.guard.limits.token_lifetime,
            ends_tokens: self.lists.is_some(),
        };
        Notice::write(facts, asked.language)
    }
}
