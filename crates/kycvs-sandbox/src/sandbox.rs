use std::sync::Arc;

use axum::{Extension, Router};
use chrono::{DateTime, TimeDelta, Utc};
use kycvs::consent::RandomError;
use kycvs::registry::Registry;
use kycvs::token::{Algorithm, IssueError, KeyError, SigningKey, TokenIssuer};
use kycvs::{BuildError, LinkBase, ServiceKey, StatusService, StatusServiceBuilder};
use kycvs_axum::{Config, ConfigError, Http};
use kycvs_cards::CardError;
use kycvs_memory::MemoryStore;

use crate::certificates::CertificateMaker;
use crate::{AdvanceError, Outbox, SandboxClock, StartPage, calls, page};

/// A service to try an integration on. Its codes are not sent but kept to be read, and its clock can be moved forward.
/// Everything else is as in production, limits and locks included.
///
/// A sandbox makes its service itself, with a sender, a clock, a store and keys of its own, drawn for this sandbox and kept
/// nowhere: a service that sends to people cannot become one. Its tokens are those of
/// [`TokenIssuer::for_sandbox`], which prove nothing. Every answer has the header `KYCVS-Sandbox: true`, and every page says it.
///
/// | call, beside those of [`Http::router`] | does |
/// |---|---|
/// | `GET /sandbox/outbox`, or with `?mobile=…` | the newest 100 messages, or those to one number, newest last |
/// | `POST /sandbox/clock` `{"advance_seconds": 181}` | moves the clock forward, by at most 30 days, and publishes the status lists that are due |
/// | `POST /sandbox/reset` | starts over |
/// | `POST /sandbox/certificates` `{"name": …, "birth_date": …, "doses": [{"product": "COVISHIELD", "given_on": …}]}` | makes a certificate that this sandbox trusts |
/// | `GET /sandbox` | all of this as a page for people, with the people to try |
///
/// They take no API key: everyone who can reach a sandbox reads its messages. Use fictitious people only, on a machine or a
/// network that only testers can reach. A mobile number is in a URL here and nowhere else.
#[derive(Clone)]
pub struct Sandbox {
    http: Http,
    controls: Controls,
}

/// What a sandbox has and a production service has not.
#[derive(Clone)]
pub(crate) struct Controls {
    pub(crate) clock: Arc<SandboxClock>,
    pub(crate) outbox: Arc<Outbox>,
    pub(crate) certificates: Arc<CertificateMaker>,
    pub(crate) start: Arc<StartPage>,
    service: Arc<StatusService>,
    store: Arc<MemoryStore>,
}

/// A sandbox that cannot be put together.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SandboxError {
    /// The service lacks something.
    #[error(transparent)]
    Service(#[from] BuildError),
    /// The configuration contradicts itself or the service.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// No keys could be drawn.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// No secret could be drawn.
    #[error(transparent)]
    Randomness(#[from] RandomError),
    /// Cards cannot be written.
    #[error(transparent)]
    Cards(#[from] CardError),
    /// The issuer's URL cannot be used.
    #[error(transparent)]
    Issuer(#[from] IssueError),
}

impl Sandbox {
    /// Makes a sandbox for these people. Who answers and who may ask come from `config`.
    ///
    /// # Errors
    /// [`SandboxError`] says what is missing or wrong.
    pub fn new(people: Arc<dyn Registry>, config: Config) -> Result<Self, SandboxError> {
        Self::adjusted(people, config, |builder| builder)
    }

    /// The same with other limits or another policy. Keys, clock, sender and stores are the sandbox's own, whatever
    /// `adjust` gives.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn adjusted(
        people: Arc<dyn Registry>,
        mut config: Config,
        adjust: impl FnOnce(StatusServiceBuilder) -> StatusServiceBuilder,
    ) -> Result<Self, SandboxError> {
        // Its own page is behind links, and nobody has to register a text with a network before.
        if config.issuer.links.is_none() {
            config.issuer.links = LinkBase::parse(&format!("{}/l/", config.issuer.url.as_str())).ok();
        }
        let clock = Arc::new(SandboxClock::default());
        let outbox = Arc::new(Outbox::new(clock.clone()));
        let store = Arc::new(MemoryStore::new());
        let signing_key = Arc::new(SigningKey::generate(Algorithm::Es256)?);
        let certificates = Arc::new(CertificateMaker::new()?);
        let service = adjust(config.apply_to(StatusService::builder())?)
            .registry(people)
            .issuer(TokenIssuer::new(config.issuer.url.as_str(), signing_key)?.for_sandbox()?)
            .key(ServiceKey::generate()?)
            .store(store.clone())
            .sender(outbox.clone())
            .certificates(Arc::new(certificates.reader()))
            .cards(Arc::new(certificates.writer(config.issuer.name.as_str())?))
            .clock(clock.clone())
            .build()?;
        let service = Arc::new(service);
        let http = Http::new(service.clone(), config)?;
        Ok(Self { http, controls: Controls { clock, outbox, certificates, start: Arc::default(), service, store } })
    }

    /// The same with people to try, and more, on its first page.
    #[must_use]
    pub fn starting_with(mut self, start: StartPage) -> Self {
        self.controls.start = Arc::new(start);
        self
    }

    /// The API with its pages, and the calls of the sandbox.
    pub fn router(&self) -> Router {
        let controls = calls::routes().merge(page::routes()).layer(Extension(self.controls.clone()));
        // Its tokens name the lists below their issuer, which ends in `/sandbox`.
        let named = Router::new().nest("/sandbox", self.http.status_lists_router());
        self.http.router().merge(self.http.around(controls)).merge(named)
    }

    /// The service over HTTP, for what else it has: the CoWIN-compatible calls, and the server.
    pub fn http(&self) -> &Http {
        &self.http
    }

    /// The service itself, for tests in the same process.
    pub fn service(&self) -> &Arc<StatusService> {
        self.http.service()
    }

    /// What would have been sent.
    pub fn outbox(&self) -> &Outbox {
        &self.controls.outbox
    }

    /// What the time is.
    pub fn clock(&self) -> &SandboxClock {
        &self.controls.clock
    }

    /// Moves the clock forward, as [`SandboxClock::advance`] does. `POST /sandbox/clock` also calls
    /// [`StatusService::keep`] then, which publishes what is due.
    ///
    /// # Errors
    /// [`AdvanceError`]; the clock is as it was.
    pub fn advance(&self, by: TimeDelta) -> Result<DateTime<Utc>, AdvanceError> {
        self.controls.clock.advance(by)
    }

    /// Starts over: the clock tells the real time, and there are no messages, requests, visits, consents, withdrawals,
    /// published lists, limits and locks. Registry, keys and entities stay. Call it between tests: a call that is on its way keeps what it does after this.
    pub fn reset(&self) {
        self.controls.reset();
    }
}

impl Controls {
    /// Moves the clock forward, and does what is due by then: a withdrawal is in the status lists of the new time.
    pub(crate) async fn advance(&self, by: TimeDelta) -> Result<DateTime<Utc>, AdvanceError> {
        let now = self.clock.advance(by)?;
        // What cannot be kept now is kept next time; `keep` notes why.
        let _ = self.service.keep().await;
        Ok(now)
    }

    pub(crate) fn reset(&self) {
        self.store.forget_all();
        self.outbox.clear();
        self.clock.reset();
    }
}
