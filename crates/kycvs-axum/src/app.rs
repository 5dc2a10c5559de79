use std::sync::Arc;

use kycvs::consent::{Confirmation, Identifier, RequestId};
use kycvs::{Error, Granted, OpenRequest, StatusRequest, StatusService};

use crate::calls::operations::Readiness;
use crate::docs::Documentation;
use crate::entity::Entities;
use crate::metrics::{Metrics, Outcome};
use crate::page::Pages;
use crate::problem::Problem;
use crate::{Config, ConfigError, HttpLimits, Origin};

/// What every call works with.
pub(crate) struct App {
    pub(crate) service: Arc<StatusService>,
    pub(crate) entities: Entities,
    pub(crate) issuer: Origin,
    pub(crate) trusted_proxies: u8,
    pub(crate) limits: HttpLimits,
    /// Whether codes are kept to be read instead of being sent. Every page and every answer says so.
    pub(crate) is_sandbox: bool,
    pub(crate) metrics: Metrics,
    pub(crate) pages: Pages,
    pub(crate) documentation: Documentation,
    pub(crate) readiness: Readiness,
}

impl App {
    pub(crate) fn new(service: Arc<StatusService>, config: Config, is_sandbox: bool) -> Result<Self, ConfigError> {
        config.limits.check()?;
        let issuer = if is_sandbox { config.issuer.sandbox() } else { config.issuer.url.to_string() };
        if service.issuer() != issuer {
            return Err(ConfigError::AnotherIssuer);
        }
        let pages = Pages::new(&config)?;
        Ok(Self {
            service,
            entities: Entities::new(config.entities)?,
            issuer: config.issuer.url,
            trusted_proxies: config.issuer.trusted_proxies,
            limits: config.limits,
            is_sandbox,
            metrics: Metrics::new(),
            pages,
            documentation: Documentation::default(),
            readiness: Readiness::default(),
        })
    }

    /// Opens a request, and counts it.
    pub(crate) async fn request(&self, asked: StatusRequest) -> Result<OpenRequest, Problem> {
        let entity = asked.entity.clone();
        let open = self.service.request(asked).await.map_err(|error| self.refuse(error))?;
        self.metrics.count(&entity, Outcome::Opened);
        Ok(open)
    }

    /// Takes a code, and counts its answer; one that is given again counts again.
    pub(crate) async fn confirm(
        &self,
        entity: &Identifier,
        id: &RequestId,
        entered: &Confirmation,
    ) -> Result<Granted, Problem> {
        let granted = self.service.confirm(entity, id, entered).await.map_err(|error| self.refuse(error))?;
        self.metrics.count(entity, Outcome::Granted);
        Ok(granted)
    }

    /// Ends a request that the person declined, and counts it.
    pub(crate) async fn decline(&self, entity: &Identifier, id: &RequestId) -> Result<(), Problem> {
        self.service.decline(entity, id).await.map_err(|error| self.refuse(error))?;
        self.metrics.count(entity, Outcome::Declined);
        Ok(())
    }

    /// Tells a refusal of the service as a problem.
    pub(crate) fn refuse(&self, error: Error) -> Problem {
        let problem = Problem::of(&error, self.service.now());
        if problem.code.status().is_server_error() {
            tracing::error!(code = problem.code.as_str(), error = &error as &dyn std::error::Error, "a call failed");
        }
        problem
    }
}
