use std::collections::BTreeMap;
use std::sync::Arc;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, FixedOffset, Months, NaiveDate, SubsecRound, TimeDelta, Utc};
use futures_util::future::try_join_all;
use kycvs_consent::{
    Answer, AskedPerson, Confirmation, Consent, DataFiduciary, DataItem, GivenBy, Grant, Method, NamedPerson, Outcome,
    Random, Request, Schema, StatusPosition, Subject, later, shown_name,
};
use kycvs_domain::{BirthYear, DoseHistory, Mobile, PersonName, Policy, VaccinationStatus, evaluate};
use kycvs_registry::{Asked, Composed, Found, Join, Lookup, PersonTag, Registry, tell_apart};
use kycvs_store::StoreError;
use kycvs_token::{Bearer, ConsentReference, EvidenceKind, MAX_TEXT_BYTES, StatusClaims, StatusReference, TokenIssuer};

use crate::Error;
use crate::certificate::{OfCertificate, evidence, judged};
use crate::directory::Directory;
use crate::explanation::ForPerson;
use crate::key::Pseudonyms;
use crate::lists::Lists;

/// Whom a token names in `sub`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SubjectKind {
    /// Nobody: a random word for each token, so that two tokens of one person cannot be told to be so.
    #[default]
    Random,
    /// The person, by a pseudonym that one verifying entity sees again and two cannot compare.
    Pairwise,
}

/// Looks up, evaluates, writes down what was decided, and signs: the steps from a right code to its answers. It stores
/// nothing.
pub(crate) struct Answerer {
    pub(crate) registry: Arc<dyn Registry>,
    /// What counts of a person whom a certificate knows, too.
    pub(crate) join: Join,
    /// The service's own policy.
    pub(crate) policy: Policy,
    /// Whose purposes name the others.
    pub(crate) directory: Arc<Directory>,
    pub(crate) issuer: TokenIssuer,
    pub(crate) fiduciary: DataFiduciary,
    pub(crate) lifetime: TimeDelta,
    pub(crate) subject_kind: SubjectKind,
    pub(crate) time_zone: FixedOffset,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) pseudonyms: Arc<Pseudonyms>,
    pub(crate) lists: Option<Arc<Lists>>,
}

/// A status that is to be signed, and about whom it is.
struct Finding<'a> {
    consent: &'a Consent,
    principal: String,
    token_id: String,
    status: VaccinationStatus,
    rests_on: EvidenceKind,
    policy: &'a Policy,
    as_of: NaiveDate,
    bearer: Bearer,
    status_list: Option<StatusPosition>,
}

impl Answerer {
    /// Finds the answers to a request whose right code was entered, one for each person. `seal` closes what is for a person
    /// alone.
    pub(crate) async fn answer(
        &self,
        request: &Request,
        subject: &Subject,
        entered: &Confirmation,
        seal: impl Fn(&ForPerson) -> Result<String, StoreError>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Answer>, Error> {
        let now = now.trunc_subsecs(0);
        let is_in = |asked: &AskedPerson| !entered.left_out.contains(&asked.position);
        let people = || request.people.iter().zip(&subject.people);
        let wanted: Vec<_> =
            people().filter(|(asked, _)| is_in(asked)).map(|(asked, named)| (asked.position, named)).collect();
        let mut found = self.look_up(&subject.mobile, &wanted, &entered.birth_years).await?.into_iter();
        let answers = people().map(|(asked, named)| {
            let looked_up = is_in(asked).then(|| found.next()).flatten();
            let looked_up = looked_up.map(|(lookup, year)| match lookup {
                Lookup::Found(found) => (Some(found), year),
                Lookup::BirthYearNeeded | Lookup::NotFound => (None, year),
            });
            self.answer_about(request, (asked, named), looked_up, entered.with_cwt, &seal, now)
        });
        try_join_all(answers.collect::<Vec<_>>()).await
    }

    /// The answer about one person: who was found, if anybody, and the year of birth if it decided; `None` for who is left out.
    async fn answer_about(
        &self,
        request: &Request,
        (asked, named): (&AskedPerson, &NamedPerson),
        looked_up: Option<(Option<Found>, Option<BirthYear>)>,
        with_cwt: bool,
        seal: impl Fn(&ForPerson) -> Result<String, StoreError>,
        now: DateTime<Utc>,
    ) -> Result<Answer, Error> {
        let policy = &self.policy_of(request)?;
        let mut consent = self.refusal(request, asked, now);
        let Some((found, year)) = looked_up else { return Ok(Answer::LeftOut(consent.into())) };
        consent.outcome = Outcome::NoRecord;
        consent.processed.extend(year.map(|_| DataItem::BirthYear));
        consent.processed.push(DataItem::VaccinationRecord);
        consent.processed.extend(named.certificate.as_ref().map(|_| DataItem::Certificate));
        let Some(Found { history, person }) = found else { return Ok(Answer::NoRecord(consent.into())) };

        let as_of = request.on.unwrap_or(self.today(now));
        let (status, rests_on) = judged(&history, policy, as_of);
        let principal = BASE64_URL_SAFE_NO_PAD.encode(self.pseudonyms.principal(&person, &request.entity.id));
        let (token_id, valid_until) = (self.random_word()?, later(now, self.lifetime));
        consent.principal = Some(principal.clone());
        consent.given_by = given_by(&history, self.today(now));
        consent.shared.push(DataItem::Status);
        let status_list = self.position(now).await?;
        let evidence = evidence(rests_on, named.certificate.as_ref(), &self.pseudonyms);
        consent.outcome =
            Outcome::Shared { token_id: token_id.clone(), valid_until, evidence, status_list: status_list.clone() };
        let bearer = bearer(&named.name, year);
        let consented = &consent;
        let finding =
            Finding { consent: consented, principal, token_id, status, rests_on, policy, as_of, bearer, status_list };
        let claims = self.claims(finding, valid_until)?;
        let issued = self.issuer.issue(&claims).await.map_err(Error::SigningUnavailable)?;
        let cwt = if with_cwt {
            let code = self.issuer.issue_cwt(&claims, &issued).await.map_err(Error::SigningUnavailable)?;
            Some(code.into_string())
        } else {
            None
        };
        let for_person = seal(&ForPerson::new(&issued.disclosures, &evaluate(&history, policy, as_of).needs))?;
        let token = issued.token.into_string();
        let (token_expires_at, person) = (valid_until, *person.as_bytes());
        let grant = Grant { status, as_of, person, token, cwt, token_expires_at, for_person, consent };
        Ok(Answer::Granted(Box::new(grant)))
    }

    /// What is written down when a person declines; the artefact of a consent begins the same.
    pub(crate) fn refusal(&self, request: &Request, asked: &AskedPerson, at: DateTime<Utc>) -> Consent {
        let holder = self.pseudonyms.holder(&request.mobile_key, &request.entity.id);
        Consent {
            id: request.consent_of(asked),
            schema: Schema::V2,
            principal: None,
            name_commitment: asked.name_commitment.clone(),
            given_by: GivenBy::HolderOfMobile,
            holder: BASE64_URL_SAFE_NO_PAD.encode(holder),
            data_fiduciary: self.fiduciary.clone(),
            verifying_entity: request.entity.clone(),
            reference: request.reference.clone(),
            purpose: request.purpose.clone(),
            processed: vec![DataItem::Mobile, DataItem::Name],
            shared: Vec::new(),
            notice: request.notice.clone(),
            method: Method::OtpSms { request: request.id, notice_shown: request.notice_shown },
            given_at: at.trunc_subsecs(0),
            outcome: Outcome::Refused,
        }
    }

    /// What is written down when a person takes a copy of their own record from their own page.
    pub(crate) fn copy(
        &self,
        request: &Request,
        asked: &AskedPerson,
        (person, history): (&PersonTag, &DoseHistory),
        at: DateTime<Utc>,
    ) -> Consent {
        let mut consent = self.refusal(request, asked, at);
        let principal = self.pseudonyms.principal(person, &request.entity.id);
        consent.principal = Some(BASE64_URL_SAFE_NO_PAD.encode(principal));
        consent.given_by = given_by(history, self.today(at));
        consent.processed.push(DataItem::VaccinationRecord);
        consent.shared.push(DataItem::VaccinationRecord);
        consent.outcome = Outcome::Copied;
        consent
    }

    /// Looks for people by name, and by the year of birth only where that decides. Gives the years that were used.
    pub(crate) async fn look_up(
        &self,
        mobile: &Mobile,
        people: &[(u8, &NamedPerson)],
        years: &BTreeMap<u8, BirthYear>,
    ) -> Result<Vec<(Lookup, Option<BirthYear>)>, Error> {
        let mut asked: Vec<Asked<'_>> =
            people.iter().map(|(_, person)| Asked { name: &person.name, birth_year: None }).collect();
        let mut found = self.find(mobile, people, &asked).await?;
        let mut by_year = false;
        for (((position, _), asked), lookup) in people.iter().zip(&mut asked).zip(&found) {
            if matches!(lookup, Lookup::BirthYearNeeded) {
                asked.birth_year = years.get(position).copied();
                by_year |= asked.birth_year.is_some();
            }
        }
        if by_year {
            found = self.find(mobile, people, &asked).await?;
        }
        let is_undecided = |lookup: &Lookup| matches!(lookup, Lookup::BirthYearNeeded);
        let undecided = people.iter().zip(&found).filter(|(_, lookup)| is_undecided(lookup));
        let positions: Vec<u8> = undecided.map(|((position, _), _)| *position).collect();
        if positions.is_empty() {
            Ok(found.into_iter().zip(asked).map(|(lookup, asked)| (lookup, asked.birth_year)).collect())
        } else {
            Err(Error::BirthYearNeeded { positions })
        }
    }

    /// Looks for people once: together, unless one of them presented a certificate.
    async fn find(
        &self,
        mobile: &Mobile,
        people: &[(u8, &NamedPerson)],
        asked: &[Asked<'_>],
    ) -> Result<Vec<Lookup>, Error> {
        if people.iter().all(|(_, person)| person.certificate.is_none()) {
            return self.registry.find_many(mobile, asked).await.map_err(Error::RegistryUnavailable);
        }
        let mut found = Vec::with_capacity(asked.len());
        for ((_, person), Asked { name, birth_year }) in people.iter().zip(asked) {
            let lookup = self.sources(person).find(mobile, name, *birth_year).await;
            found.push(lookup.map_err(Error::RegistryUnavailable)?);
        }
        Ok(tell_apart(asked, found))
    }

    /// The registry, and with it the certificate that the person presented.
    fn sources(&self, person: &NamedPerson) -> Arc<dyn Registry> {
        let Some(certificate) = person.certificate.clone() else { return self.registry.clone() };
        let person = PersonTag::from_bytes(self.pseudonyms.certificate(&certificate));
        let second = Arc::new(OfCertificate { certificate, person });
        Arc::new(Composed { first: self.registry.clone(), second, join: self.join })
    }

    /// A position for a token of today, in a list that will say when it is withdrawn.
    async fn position(&self, now: DateTime<Utc>) -> Result<Option<StatusPosition>, Error> {
        let Some(lists) = &self.lists else { return Ok(None) };
        let (list, idx) = lists.positions.take(now).await?;
        Ok(Some(StatusPosition { uri: list.uri(self.issuer.issuer()), idx }))
    }

    /// The policy that a request names.
    pub(crate) fn policy_of(&self, request: &Request) -> Result<Policy, Error> {
        self.policy(&request.policy).ok_or(Error::UnknownPolicy)
    }

    /// A policy by id and version.
    pub(crate) fn policy(&self, reference: &str) -> Option<Policy> {
        let own = Some(&self.policy).filter(|own| own.reference() == reference);
        own.cloned().or_else(|| self.directory.now().policy(reference).cloned())
    }

    pub(crate) fn today(&self, now: DateTime<Utc>) -> NaiveDate {
        now.with_timezone(&self.time_zone).date_naive()
    }

    fn claims(&self, finding: Finding<'_>, expires_at: DateTime<Utc>) -> Result<StatusClaims, Error> {
        let consent = finding.consent;
        let artefact = consent.to_bytes().map_err(StoreError::unavailable)?;
        Ok(StatusClaims {
            audience: consent.verifying_entity.id.as_str().to_owned(),
            subject: match self.subject_kind {
                SubjectKind::Random => self.random_word()?,
                SubjectKind::Pairwise => finding.principal,
            },
            token_id: finding.token_id,
            issued_at: consent.given_at,
            expires_at,
            status: finding.status,
            as_of: finding.as_of,
            evidence: finding.rests_on,
            policy: finding.policy.reference().to_owned(),
            purpose: consent.purpose.code.as_str().to_owned(),
            reference: consent.reference.as_ref().map(|reference| reference.as_str().to_owned()),
            consent: ConsentReference { id: consent.id.to_string(), hash: Consent::hash_of(&artefact) },
            bearer: Some(finding.bearer),
            status_list: finding.status_list.map(|StatusPosition { uri, idx }| StatusReference { uri, index: idx }),
        })
    }

    /// 128 random bits (OWASP ASVS 5.0, 11.5.1) as 22 characters.
    fn random_word(&self) -> Result<String, Error> {
        let mut bytes = [0; 16];
        self.random.fill(&mut bytes)?;
        Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
    }
}

/// A person younger than 18, whatever day of the registered year they were born on, does not decide alone.
fn given_by(history: &DoseHistory, today: NaiveDate) -> GivenBy {
    let of_age = history.birth.and_then(|birth| birth.first_day().checked_add_months(Months::new(12 * 18)));
    if of_age.is_some_and(|of_age| today < of_age) { GivenBy::Guardian } else { GivenBy::HolderOfMobile }
}

/// Whom the token is about, as a photo ID can confirm it: what was entered here, and nothing that the registry knows beyond.
fn bearer(name: &PersonName, year: Option<BirthYear>) -> Bearer {
    let mut name = shown_name(name);
    name.truncate(name.floor_char_boundary(MAX_TEXT_BYTES));
    Bearer { name, birth_year: year.map(BirthYear::get) }
}
