//! The whole of a booking, across all its mobile numbers.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use futures_util::future::try_join_all;
use kycvs_consent::{Challenge, EndReason, Identifier, Request, RequestId, Stage};
use kycvs_token::{GroupClaims, GroupToken};

use crate::{Error, Granted, PersonAnswer, StatusService, Told};

/// What came of a booking so far.
#[derive(Clone, Debug)]
pub struct GroupState {
    /// What there is to tell about each person, in the order in which they were asked about; `None` for who has not answered. Why
    /// somebody has not, nobody learns.
    pub people: Vec<Option<Told>>,
    /// The signed statement which tokens answer the booking, from the first token on.
    pub answer: Option<GroupToken>,
    /// From when on nobody answers any more.
    pub ends_at: DateTime<Utc>,
}

/// How long a host that waits for a group lies still between two looks.
pub const GROUP_INTERVAL: Duration = Duration::from_secs(1);

impl StatusService {
    /// Tells the entity what came of a booking, by the id of its first request: about one person or six, on one mobile number
    /// or six. It reads one record for each number.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for another request of the booking than the first; [`Error::StoreUnavailable`],
    /// [`Error::SigningUnavailable`].
    #[tracing::instrument(name = "kycvs.group", skip_all, fields(%entity, request = %lead), err(level = "info"))]
    pub async fn group(&self, entity: &Identifier, lead: &RequestId) -> Result<GroupState, Error> {
        let group = self.read_group(entity, lead).await?;
        self.sign_group(entity, lead, group).await
    }

    /// The same, as soon as there is something to tell about more people than `known`, or nobody answers any more. It looks again
    /// each [`GROUP_INTERVAL`]; `sleep` is the host's, such as `tokio::time::sleep`.
    ///
    /// # Errors
    /// As [`group`](Self::group).
    pub async fn group_beyond<S: Future<Output = ()>>(
        &self,
        entity: &Identifier,
        lead: &RequestId,
        known: usize,
        sleep: impl Fn(Duration) -> S,
    ) -> Result<GroupState, Error> {
        loop {
            let group = self.read_group(entity, lead).await?;
            if group.state.told() > known || group.state.told() == group.state.people.len() || group.is_over {
                return self.sign_group(entity, lead, group).await;
            }
            sleep(GROUP_INTERVAL).await;
        }
    }

    async fn read_group(&self, entity: &Identifier, lead: &RequestId) -> Result<Unsigned, Error> {
        let now = self.clock.now();
        let challenge = self.books.load(entity, lead, now).await?.body;
        let request = challenge.request();
        let was_not_sent = matches!(&challenge, Challenge::Ended(ended) if ended.reason == EndReason::NotSent);
        if !request.leads() || was_not_sent {
            return Err(Error::NotFound);
        }
        let told = request.group.iter().map(|id| self.told_on(entity, id, now));
        let mut people = vec![None; request.asked.into()];
        for PersonAnswer { position, told } in try_join_all(told).await?.into_iter().flatten() {
            if let Some(place) = people.get_mut(usize::from(position)) {
                *place = Some(told);
            }
        }
        Ok(Unsigned {
            reference: request.reference.as_ref().map(|reference| reference.as_str().to_owned()),
            is_over: request.is_expired(now),
            state: GroupState { people, answer: None, ends_at: request.expires_at },
            now,
        })
    }

    /// What there is to tell about the people of one mobile number. Where its message was not sent, or its code is open or locked,
    /// or was used before, that is nothing.
    async fn told_on(
        &self,
        entity: &Identifier,
        id: &RequestId,
        now: DateTime<Utc>,
    ) -> Result<Vec<PersonAnswer>, Error> {
        let challenge = match self.books.load(entity, id, now).await {
            Err(Error::NotFound) => return Ok(Vec::new()),
            found => found?.body,
        };
        let all = |request: &Request, told: Told| {
            request.people.iter().map(|asked| PersonAnswer { position: asked.position, told: told.clone() }).collect()
        };
        match &challenge {
            Challenge::Ended(ended) if ended.reason == EndReason::Declined => Ok(all(&ended.request, Told::Declined)),
            Challenge::Verified(verified) => match verified.stage() {
                Stage::Open(_) => Ok(Vec::new()),
                Stage::Answered(answers) => match self.told(verified.request(), answers, now).await {
                    Ok(answers) if answers.are_expired(now) => Ok(all(verified.request(), Told::Over)),
                    Ok(answers) => Ok(answers.people),
                    Err(Error::AlreadyUsed) => Ok(Vec::new()),
                    Err(error) => Err(error),
                },
            },
            _ => Ok(Vec::new()),
        }
    }

    /// Signs which tokens answer the booking. The statement ends with the first of them.
    async fn sign_group(&self, entity: &Identifier, lead: &RequestId, group: Unsigned) -> Result<GroupState, Error> {
        let Unsigned { mut state, reference, now, .. } = group;
        let Some(expires_at) = state.granted().map(|granted| granted.expires_at).min() else { return Ok(state) };
        let tokens: Vec<String> = state.granted().map(|granted| granted.token_id.clone()).collect();
        let declined = state.people.iter().filter(|told| matches!(told, Some(Told::Declined))).count();
        let count = |people: usize| u8::try_from(people).unwrap_or(u8::MAX);
        let claims = GroupClaims {
            audience: entity.as_str().to_owned(),
            token_id: BASE64_URL_SAFE_NO_PAD.encode(self.pseudonyms.group_answer(lead, &tokens)),
            issued_at: now,
            expires_at,
            tokens,
            reference,
            asked: count(state.people.len()),
            declined: count(declined),
        };
        state.answer = Some(self.answerer.issuer.issue_group(&claims).await.map_err(Error::SigningUnavailable)?);
        Ok(state)
    }
}

impl GroupState {
    /// The statuses that were shared.
    pub fn granted(&self) -> impl Iterator<Item = &Granted> {
        self.people.iter().filter_map(|told| match told {
            Some(Told::Granted(granted)) => Some(granted.as_ref()),
            _ => None,
        })
    }

    /// About how many people there is something to tell.
    pub fn told(&self) -> usize {
        self.people.iter().flatten().count()
    }
}

/// A group as it is read.
struct Unsigned {
    state: GroupState,
    reference: Option<String>,
    is_over: bool,
    now: DateTime<Utc>,
}
