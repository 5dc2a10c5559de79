//! A place to try an integration: the same service with a clock that can be moved and messages that can be read.

mod calls;
mod clock;
mod outbox;
mod page;

use std::sync::Arc;

use axum::{Extension, Router};
use chrono::{DateTime, TimeDelta, Utc};
use kycvs::{BuildError, StatusService, StatusServiceBuilder};
use kycvs_memory::MemoryStore;

pub use clock::{AdvanceError, SandboxClock};
pub use outbox::{Outbox, Sent};

use crate::app::App;
use crate::layers::observed;
use crate::{Config, ConfigError, Http};

/// A service to try an integration on. Its codes are not sent but kept to be read, and its clock can be moved forward.
/// Everything else is as in production, limits and locks included.
///
/// A sandbox makes its service itself, and gives it a sender, a clock and a store of its own: a service that sends to people
/// cannot become one. Every answer has the header `KYCVS-Sandbox: true`, and every page says it.
///
/// | call, beside those of [`Http::router`] | does |
/// |---|---|
/// | `GET /sandbox/outbox`, or with `?mobile=…` | the newest 100 messages, or those to one number, newest last |
/// | `POST /sandbox/clock` `{"advance_seconds": 181}` | moves the clock forward, by at most 30 days |
/// | `POST /sandbox/reset` | begins anew |
/// | `GET /sandbox` | all of this as a page for people |
///
/// They take no API key: whoever reaches a sandbox reads its messages. So it is for people who do not exist, on a machine
/// or a net where only those who test come. A mobile number stands in a URL here and nowhere else.
#[derive(Clone)]
pub struct Sandbox {
    http: Http,
    controls: Controls,
}

/// What a sandbox has and a production service has not.
#[derive(Clone)]
struct Controls {
    clock: Arc<SandboxClock>,
    outbox: Arc<Outbox>,
    store: Arc<MemoryStore>,
}

/// A sandbox that cannot be put together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SandboxError {
    /// The service lacks something.
    #[error(transparent)]
    Service(#[from] BuildError),
    /// The configuration contradicts itself or the service.
    #[error(transparent)]
    Config(#[from] ConfigError),
}

impl Sandbox {
    /// Makes a sandbox. `builder` brings registry, token issuer and service key, and limits or a policy if they are not the
    /// defaults; who answers and who may ask come from `config`. A sender, a clock and stores in `builder` are not used.
    ///
    /// # Errors
    /// [`SandboxError`] says what is missing or wrong.
    pub fn new(builder: StatusServiceBuilder, config: Config) -> Result<Self, SandboxError> {
        let clock = Arc::new(SandboxClock::default());
        let outbox = Arc::new(Outbox::new(clock.clone()));
        let store = Arc::new(MemoryStore::new());
        let service =
            config.apply_to(builder).store(store.clone()).sender(outbox.clone()).clock(clock.clone()).build()?;
        let app = App { is_sandbox: true, ..App::new(Arc::new(service), config)? };
        Ok(Self { http: Http::of(app), controls: Controls { clock, outbox, store } })
    }

    /// The API with its pages, and the calls of the sandbox.
    pub fn router(&self) -> Router {
        let app = self.http.app.clone();
        let controls = calls::routes().merge(page::routes()).layer(Extension(self.controls.clone()));
        self.http.router().merge(observed(app.clone(), self.http.limited.around(controls)))
    }

    /// The service over HTTP, for what else it has: the CoWIN-compatible calls, and the server.
    pub fn http(&self) -> &Http {
        &self.http
    }

    /// The service itself, for tests in the same process.
    pub fn service(&self) -> &Arc<StatusService> {
        &self.http.app.service
    }

    /// What would have been sent.
    pub fn outbox(&self) -> &Outbox {
        &self.controls.outbox
    }

    /// What the time is.
    pub fn clock(&self) -> &SandboxClock {
        &self.controls.clock
    }

    /// Moves the clock forward, as [`SandboxClock::advance`] does.
    ///
    /// # Errors
    /// [`AdvanceError`]; the clock is as it was.
    pub fn advance(&self, by: TimeDelta) -> Result<DateTime<Utc>, AdvanceError> {
        self.controls.clock.advance(by)
    }

    /// Begins anew: the clock tells the real time, and there are no messages, requests, visits, consents, limits and locks.
    /// Registry, keys and entities stay. Call it between tests: a call that is on its way keeps what it does after this.
    pub fn reset(&self) {
        self.controls.reset();
    }
}

impl Controls {
    fn reset(&self) {
        self.store.forget_all();
        self.outbox.clear();
        self.clock.reset();
    }
}
