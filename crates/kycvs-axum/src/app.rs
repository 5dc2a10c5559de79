use std::num::NonZero;
use std::sync::{Arc, OnceLock};
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::response::Response;
use kycvs::consent::{Confirmation, Identifier, RequestId};
use kycvs::domain::Policy;
use kycvs::{Admitted, Answers, CertificateRefusal, Granted, MeRequest, OpenRequest, StatusRequest, StatusService};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::task::spawn_blocking;

use crate::calls::operations::Readiness;
use crate::docs::Documentation;
use crate::entity::Entities;
use crate::layers::BUSY_SECONDS;
use crate::lists_age::ListsAge;
use crate::log_health::LogHealth;
use crate::metrics::{Metrics, Outcome};
use crate::own_lists::OwnLists;
use crate::page::Pages;
use crate::problem::{Problem, ProblemCode};
use crate::{About, Config, ConfigError, Event, HttpLimits, Origin};

/// What every call works with.
pub(crate) struct App {
    pub(crate) service: Arc<StatusService>,
    pub(crate) entities: Entities,
    /// Those that are built in, and the host's own: for their titles.
    pub(crate) policies: Vec<Policy>,
    pub(crate) issuer: Origin,
    pub(crate) trusted_proxies: u8,
    pub(crate) limits: HttpLimits,
    /// Whether codes are kept to be read instead of being sent. Every page and every answer says so.
    pub(crate) is_sandbox: bool,
    /// A place for each call that waits for a gateway.
    sends: Semaphore,
    /// A place for each file that people upload, and one for each that is read.
    files: Semaphore,
    readings: Arc<Semaphore>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) pages: Pages,
    pub(crate) documentation: Documentation,
    pub(crate) readiness: Arc<Readiness>,
    pub(crate) lists: Arc<ListsAge>,
    pub(crate) own_lists: OwnLists,
    pub(crate) log: Arc<LogHealth>,
    /// Receives events.
    listener: Arc<OnceLock<Listener>>,
}

/// How many uploaded files are held at a time, each of some MiB. Without script only: a page with script reads them in the browser.
const MAX_FILES: usize = 16;
/// How long the codes of a file are looked for.
const READING: Duration = Duration::from_secs(2);

type Listener = Box<dyn Fn(&Event) + Send + Sync>;

impl App {
    pub(crate) fn new(service: Arc<StatusService>, config: Config) -> Result<Self, ConfigError> {
        config.limits.check()?;
        let is_sandbox = service.is_sandbox();
        let issuer = if is_sandbox { service.issuer().strip_suffix("/sandbox") } else { Some(service.issuer()) };
        if issuer != Some(config.issuer.url.as_str()) {
            return Err(ConfigError::AnotherIssuer);
        }
        let pages = Pages::new(&config)?;
        Ok(Self {
            service,
            entities: Entities::new(config.entities)?,
            policies: Policy::builtin_ids().filter_map(Policy::builtin).chain(config.policies).collect(),
            issuer: config.issuer.url,
            trusted_proxies: config.issuer.trusted_proxies,
            sends: Semaphore::new(config.limits.concurrent_sends),
            files: Semaphore::new(MAX_FILES),
            readings: Arc::new(Semaphore::new(available_parallelism().map_or(1, NonZero::get))),
            limits: config.limits,
            is_sandbox,
            metrics: Arc::new(Metrics::new()),
            pages,
            documentation: Documentation::default(),
            readiness: Arc::default(),
            lists: Arc::default(),
            own_lists: OwnLists::default(),
            log: Arc::default(),
            listener: Arc::default(),
        })
    }

    /// The same server with another service and configuration: what it counted, and whether it is about to end, goes on.
    pub(crate) fn renewed(&self, service: Arc<StatusService>, config: Config) -> Result<Self, ConfigError> {
        let (metrics, readiness) = (self.metrics.clone(), self.readiness.clone());
        let (lists, log, listener) = (self.lists.clone(), self.log.clone(), self.listener.clone());
        Ok(Self { metrics, readiness, lists, log, listener, ..Self::new(service, config)? })
    }

    /// Has the first listener that comes told of every event from now on.
    pub(crate) fn listen(&self, listener: Listener) {
        let _ = self.listener.set(listener);
    }

    /// Tells the listener that something of an entity's ended.
    pub(crate) fn tell(&self, entity: &Identifier, about: About, state: &'static str) {
        if let Some(listener) = self.listener.get() {
            listener(&Event { entity: entity.clone(), about, state });
        }
    }

    /// Opens a request, and counts it.
    pub(crate) async fn request(&self, asked: StatusRequest) -> Result<OpenRequest, Problem> {
        let _place = self.place_to_send()?;
        let admitted = self.service.admit(asked, &[], None).await?;
        self.open(RequestId::from_random(self.service.draw_bytes()?), admitted).await
    }

    /// The same of one that was admitted, under an id that was noted before, for who has a place to send.
    pub(crate) async fn open(&self, id: RequestId, admitted: Admitted) -> Result<OpenRequest, Problem> {
        let entity = admitted.entity().clone();
        let open = self.service.open(id, admitted).await?;
        self.metrics.count(&entity, Outcome::Opened);
        Ok(open)
    }

    /// Sends a further code.
    pub(crate) async fn resend(&self, entity: &Identifier, id: &RequestId) -> Result<OpenRequest, Problem> {
        let _place = self.place_to_send()?;
        Ok(self.service.resend(entity, id).await?)
    }

    /// Sends a person a code for their own page.
    pub(crate) async fn open_me(&self, asked: MeRequest) -> Result<OpenRequest, Problem> {
        let _place = self.place_to_send()?;
        Ok(self.service.open_me(asked).await?)
    }

    /// Sends a further code for it.
    pub(crate) async fn resend_me(&self, id: &RequestId) -> Result<OpenRequest, Problem> {
        let _place = self.place_to_send()?;
        Ok(self.service.resend_me(id).await?)
    }

    /// A gateway that is slow holds these places and no others.
    pub(crate) fn place_to_send(&self) -> Result<SemaphorePermit<'_>, Problem> {
        self.sends.try_acquire().map_err(|_| Problem::from(ProblemCode::Busy).after(BUSY_SECONDS))
    }

    /// A file that somebody uploads holds one of these places as long as its call takes.
    pub(crate) fn place_for_file(&self) -> Option<SemaphorePermit<'_>> {
        self.files.try_acquire().ok()
    }

    /// What an uploaded file shows. As many are read at a time as there are cores, each for [`READING`] at most.
    pub(crate) async fn shown_in(&self, file: Bytes) -> Result<Vec<u8>, CertificateRefusal> {
        const UNREADABLE: CertificateRefusal = CertificateRefusal { format: None, reason: "unreadable" };
        let place = self.readings.clone().acquire_owned().await.map_err(|_| UNREADABLE)?;
        let service = self.service.clone();
        let reading = spawn_blocking(move || {
            let (_place, start) = (place, Instant::now());
            service.shown_in(&file, &|| start.elapsed() < READING)
        });
        reading.await.unwrap_or(Err(UNREADABLE))
    }

    /// Takes the code of a request about one person; of one about several, nothing.
    pub(crate) async fn confirm(
        &self,
        entity: &Identifier,
        id: &RequestId,
        entered: &Confirmation,
        counts: &[(&str, &str)],
    ) -> Result<Granted, Problem> {
        let entered = Confirmation { for_one: true, ..entered.clone() };
        Ok(self.confirm_all(entity, id, &entered, None, counts).await?.only()?)
    }

    /// Takes a code, from the network of a person's browser if one brings it, and counts its answers; those that are given again
    /// count again. A right one clears `counts` of the host's.
    pub(crate) async fn confirm_all(
        &self,
        entity: &Identifier,
        id: &RequestId,
        entered: &Confirmation,
        network: Option<&str>,
        counts: &[(&str, &str)],
    ) -> Result<Answers, Problem> {
        let answers = self.service.confirm_from(entity, id, entered, network, counts).await?;
        answers.granted().for_each(|_| self.metrics.count(entity, Outcome::Granted));
        Ok(answers)
    }

    /// What a person gets for whom there is no place now. Which visit it is was not read, so any registered site may frame it.
    pub(crate) fn busy_page(&self) -> Response {
        let origins: Vec<&str> = self.entities.origins().map(Origin::as_str).collect();
        self.pages.busy(&origins, self.is_sandbox)
    }

    /// Ends a request that the person declined, and counts it.
    pub(crate) async fn decline(&self, entity: &Identifier, id: &RequestId) -> Result<(), Problem> {
        self.service.decline(entity, id).await?;
        self.metrics.count(entity, Outcome::Declined);
        Ok(())
    }
}
