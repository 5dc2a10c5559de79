use std::fmt::Display;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use kycvs::consent::{CodeProof, Language};
use kycvs::domain::{Mobile, PersonName};
use kycvs::store::{ConsentLedger, Key};
use kycvs::token::{Standing, StatusClaims, StatusLists};
use kycvs::{Error, Granted, OpenRequest, Person, RequestState, StatusRequest, StatusService};

use crate::books::Books;
use crate::gateway::Message;
use crate::host::{Hosts, id};
use crate::world::World;

/// Somebody with a phone, or the keeper of the house.
pub(crate) struct Actor {
    does: Does,
    mobile: Mobile,
    asked: StatusRequest,
    world: Arc<World>,
    hosts: Arc<Hosts>,
    books: Arc<Books>,
}

#[derive(Clone, Copy)]
enum Does {
    /// Books, mistypes now and then, asks for another code now and then, withdraws now and then.
    Book,
    /// Enters the right code in two windows at once.
    BookTwice,
    /// Asks for another code, and enters the first.
    EnterOldCode,
    /// Enters the code after its time.
    EnterLate,
    /// Enters many wrong codes at once.
    Guess,
    /// Asks for messages, again and again.
    Insist,
    /// Publishes, forgets.
    Keep,
}

/// Two who book, four of any kind, and a keeper; each with a phone of their own.
pub(crate) fn actors(world: &Arc<World>, hosts: &Arc<Hosts>, books: &Arc<Books>) -> anyhow::Result<Vec<Actor>> {
    const KINDS: [Does; 6] =
        [Does::Book, Does::BookTwice, Does::EnterOldCode, Does::EnterLate, Does::Guess, Does::Insist];
    let mut does = vec![Does::Keep, Does::Book, Does::Book];
    does.extend((0..4).map(|_| KINDS[world.dice.below(KINDS.len())]));
    let actor = |(number, does)| {
        let mobile = Mobile::parse(&format!("98765432{number:02}"))?;
        let asked = asked(mobile)?;
        Ok(Actor { does, mobile, asked, world: world.clone(), hosts: hosts.clone(), books: books.clone() })
    };
    does.into_iter().enumerate().map(actor).collect()
}

fn asked(mobile: Mobile) -> anyhow::Result<StatusRequest> {
    Ok(StatusRequest {
        entity: id("rail")?,
        people: vec![Person::new(mobile, PersonName::parse("Asha Rao")?)],
        purpose: id("booking")?,
        policy: None,
        on: None,
        reference: None,
        language: Language::English,
        shows_notice: true,
    })
}

/// What a code needs on its way, at most.
const PATIENCE: TimeDelta = TimeDelta::seconds(90);
/// How long a code is good, and a little longer than clocks may be apart.
const CODE_IS_OVER: TimeDelta = TimeDelta::seconds(185);

impl Actor {
    pub(crate) fn act(self) -> Pin<Box<dyn Future<Output = ()>>> {
        Box::pin(async move {
            self.world.wait_turns(60).await;
            match self.does {
                Does::Book => self.book().await,
                Does::BookTwice => self.book_twice().await,
                Does::EnterOldCode => self.enter_old_code().await,
                Does::EnterLate => self.enter_late().await,
                Does::Guess => self.guess().await,
                Does::Insist => self.insist().await,
                Does::Keep => self.keep().await,
            }
            let times: Vec<DateTime<Utc>> = self.taken().iter().map(|message| message.taken_at).collect();
            self.books.sent(&self.mobile, &times);
        })
    }

    async fn book(&self) {
        let Some(open) = self.open().await else { return };
        if self.world.dice.chance(30) {
            self.world.wait_until(self.world.now() + TimeDelta::seconds(61)).await;
            self.resend(&open).await;
        }
        let Some(code) = self.code().await else { return };
        if self.world.dice.chance(30) {
            self.enter(&open, &other_than(&code, 1)).await;
        }
        let Some(Ok(granted)) = self.enter(&open, &code).await else { return };
        if self.world.dice.chance(50) {
            self.withdraw(&open, &code, &granted).await;
        }
    }

    async fn book_twice(&self) {
        let Some(open) = self.open().await else { return };
        let state = self.patiently(async |kyc| kyc.state(&self.asked.entity, &open.id).await).await;
        let Some(Ok(RequestState::Pending(window))) = state else { return };
        let Some(code) = self.code().await else { return };
        join_all([self.enter(&open, &code), self.enter(&window, &code)]).await;
    }

    async fn enter_old_code(&self) {
        let Some((open, first)) = self.open_at_once().await else { return };
        self.world.wait_until(self.world.now() + TimeDelta::seconds(62)).await;
        self.books.may_send(&self.mobile);
        // Where it cannot be noted that a message was sent, both codes stay good: so nothing fails meanwhile.
        let resent = self.world.calmly(self.hosts.any().resend(&self.asked.entity, &open.id)).await;
        let Ok(again) = resent else { return };
        let is_newer = |last: &&Message| last.surely && last.code != first.code;
        if self.taken().last().filter(is_newer).is_some()
            && let Some(Ok(_)) = self.enter(&again, &first.code).await
        {
            self.books.broken("a code worked after a later one was sent");
        }
    }

    async fn enter_late(&self) {
        let Some((open, message)) = self.open_at_once().await else { return };
        self.world.wait_until(message.taken_at + CODE_IS_OVER).await;
        if let Some(Ok(_)) = self.enter(&open, &message.code).await {
            self.books.broken("a code worked after its time");
        }
    }

    async fn guess(&self) {
        let Some(open) = self.open().await else { return };
        let code = self.code().await.unwrap_or_else(|| "123456".to_owned());
        let guesses: Vec<String> = (1..=8).map(|other| other_than(&code, other)).collect();
        join_all(guesses.iter().map(|guess| self.enter(&open, guess))).await;
        self.enter(&open, &code).await;
    }

    async fn insist(&self) {
        for _ in 0..12 {
            self.open().await;
        }
    }

    async fn keep(&self) {
        for _ in 0..4 {
            self.world.wait_until(self.world.now() + TimeDelta::seconds(60)).await;
            let kept = self.world.or_hang_up(self.hosts.any().keep()).await;
            self.note(format_args!("keep {kept:?}"));
        }
    }

    async fn withdraw(&self, open: &OpenRequest, code: &str, granted: &Granted) {
        let consent = &granted.consent_id;
        let secret = self.hosts.any().withdrawal_code(consent);
        let done = self.patiently(async |kyc| kyc.withdraw_by_code(consent, &secret).await).await;
        self.note(format_args!("withdraw {}", words(done.as_ref())));
        self.books.withdrawn(granted.token.as_str(), matches!(done, Some(Ok(()))));
        if !matches!(done, Some(Ok(()))) {
            return;
        }
        let again = self.enter(open, code).await;
        let state = self.patiently(async |kyc| kyc.state(&self.asked.entity, &open.id).await).await;
        if matches!(again, Some(Ok(_)))
            || matches!(state, Some(Ok(RequestState::Answered(answers))) if answers.granted().next().is_some())
        {
            self.books.broken("what was withdrawn was handed out again");
        }
    }

    /// Opens a request, and asks again when it did not work out.
    async fn open(&self) -> Option<OpenRequest> {
        let opened = self
            .patiently(async |kyc| {
                self.books.may_send(&self.mobile);
                kyc.request(self.asked.clone()).await
            })
            .await;
        self.note(format_args!("request {}", words(opened.as_ref())));
        opened?.ok()
    }

    /// Opens a request with one call, so that it is known which message is its own.
    async fn open_at_once(&self) -> Option<(OpenRequest, Message)> {
        self.books.may_send(&self.mobile);
        let open = self.hosts.any().request(self.asked.clone()).await.ok()?;
        Some((open, self.taken().last()?.clone()))
    }

    async fn resend(&self, open: &OpenRequest) {
        let sent = self
            .patiently(async |kyc| {
                self.books.may_send(&self.mobile);
                kyc.resend(&self.asked.entity, &open.id).await
            })
            .await;
        self.note(format_args!("resend {}", words(sent.as_ref())));
    }

    /// The code on the phone, as soon as there is one.
    async fn code(&self) -> Option<String> {
        let until = self.world.now() + PATIENCE;
        while self.world.now() < until {
            if let Some(message) = self.hosts.gateway.on_phone(&self.mobile).pop() {
                return Some(message.code);
            }
            self.world.wait_turns(20).await;
        }
        None
    }

    /// Enters a code, again if need be; what comes of it goes into the books.
    async fn enter(&self, open: &OpenRequest, code: &str) -> Option<Result<Granted, Error>> {
        let entered = open.confirmation(CodeProof::from_typed(code).ok()?);
        let request = open.id.to_string();
        let answer =
            self.patiently(async |kyc| kyc.confirm(&self.asked.entity, &open.id, &entered).await?.only()).await;
        self.note(format_args!("confirm {}", words(answer.as_ref())));
        match &answer {
            Some(Ok(granted)) => self.answered(&request, &open.attempt.secret(), granted).await,
            Some(Err(Error::WrongCode { .. })) => self.books.wrong_code(&request),
            _ => {}
        }
        answer
    }

    async fn answered(&self, request: &str, caller: &str, granted: &Granted) {
        let recorded = self.hosts.store.truth.read(&Key::from(*granted.consent_id.as_bytes())).await;
        let is_recorded = recorded.is_ok_and(|entries| !entries.is_empty());
        match self.hosts.verifier.verify(&granted.token, "rail", self.world.now()) {
            Ok(status) => self.books.answered(request, caller, granted.token.as_str(), status.claims(), is_recorded),
            Err(refusal) => self.books.broken(&format!("an answer does not verify: {refusal}")),
        }
    }

    /// Makes a call as people and their programs do: again when it failed on its way, at whichever host the balancer takes.
    async fn patiently<T>(&self, call: impl AsyncFn(&StatusService) -> Result<T, Error>) -> Option<Result<T, Error>> {
        for _ in 0..6 {
            match self.world.or_hang_up(call(self.hosts.any())).await {
                Some(Err(Error::StoreUnavailable(_) | Error::RegistryUnavailable(_))) | None => {}
                Some(done) => return Some(done),
            }
            self.world.wait_turns(20).await;
        }
        None
    }

    fn note(&self, what: impl Display) {
        self.world.note(format_args!("…{} {what}", self.mobile.last_four()));
    }

    fn taken(&self) -> Vec<Message> {
        self.hosts.gateway.taken(&self.mobile)
    }
}

/// When all is quiet: what was withdrawn is published, and nothing else is.
pub(crate) async fn settle(world: &World, hosts: &Hosts, books: &Books) {
    for _ in 0..2 {
        world.advance(TimeDelta::seconds(301));
        if let Err(error) = hosts.any().keep().await {
            books.broken(&format!("nothing fails, and nothing is kept: {error}"));
        }
    }
    let kyc = hosts.any();
    let Ok(mut gate) = StatusLists::new(Duration::from_secs(3600)) else { return };
    for (name, _) in kyc.status_lists().await.unwrap_or_default() {
        if let Ok(Some(list)) = kyc.status_list(name).await
            && let Err(error) = gate.insert(&hosts.verifier, list.as_str(), world.now())
        {
            books.broken(&format!("a published list is refused: {error}"));
        }
    }
    let standing = |claims: &StatusClaims| match gate.standing(claims, world.now()) {
        Standing::Good { .. } => Some(false),
        Standing::Revoked { .. } => Some(true),
        Standing::Unknown(_) => None,
    };
    books.published(standing);
}

/// Another code of six digits.
fn other_than(code: &str, by: u32) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap_or(0) + by) % 1_000_000)
}

fn words<T>(done: Option<&Result<T, Error>>) -> &'static str {
    match done {
        None => "gave up",
        Some(Ok(_)) => "done",
        Some(Err(error)) => error.code(),
    }
}
