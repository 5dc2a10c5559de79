use std::sync::Arc;

use axum::Router;
use kycvs::StatusService;

use crate::app::App;
use crate::layers::{Limited, observed};
use crate::{Config, ConfigError, Event, HostCounter, calls, cowin, docs, page};

/// A service as it is reached over HTTP: it makes the routers that a host mounts. They share limits and metrics.
#[derive(Clone)]
pub struct Http {
    pub(crate) app: Arc<App>,
    pub(crate) limited: Limited,
}

impl Http {
    /// Puts a service behind HTTP. If its tokens prove nothing
    /// ([`TokenIssuer::for_sandbox`](kycvs::token::TokenIssuer::for_sandbox)), every answer has the header
    /// `KYCVS-Sandbox: true`, and every page says so.
    ///
    /// # Errors
    /// [`ConfigError`] when the configuration contradicts itself or the service.
    pub fn new(service: Arc<StatusService>, config: Config) -> Result<Self, ConfigError> {
        let app = Arc::new(App::new(service, config)?);
        Ok(Self { limited: Limited::new(app.clone()), app })
    }

    /// The same server after a reload, with another service and configuration: what it counted goes on.
    ///
    /// # Errors
    /// As [`new`](Self::new); this one is as it was.
    pub fn renewed(&self, service: Arc<StatusService>, config: Config) -> Result<Self, ConfigError> {
        let app = Arc::new(self.app.renewed(service, config)?);
        Ok(Self { limited: Limited::new(app.clone()), app })
    }

    /// Shows a counter of the host's in `/metrics`, also after a reload.
    pub fn show_counter(&self, counter: HostCounter) {
        self.app.metrics.add(counter);
    }

    /// Has `listener` told of each request and visit that ends, also after a reload. It is called within the call that ended it,
    /// so it waits for nothing. The first one stays.
    pub fn on_event(&self, listener: impl Fn(&Event) + Send + Sync + 'static) {
        self.app.listen(Box::new(listener));
    }

    /// The service behind it.
    pub fn service(&self) -> &Arc<StatusService> {
        &self.app.service
    }

    /// Holds a host's own routes to the same limits as [`router`](Self::router), and answers, counts and notes them in the
    /// same way. Their handlers refuse by a [`Problem`](crate::Problem) and read bodies by [`JsonBody`](crate::JsonBody).
    pub fn around(&self, routes: Router) -> Router {
        observed(self.app.clone(), self.limited.around(routes))
    }

    /// The whole API with its pages, to be served by itself or merged into a host's own routes. A fallback of the
    /// host stays the host's; without one, a path that nobody knows is a problem like any other.
    ///
    /// It wants to know where calls come from. [`serve`](Self::serve) sees to that; any other server takes
    /// `router.into_make_service_with_connect_info::<SocketAddr>()`.
    pub fn router(&self) -> Router {
        self.calls_router().merge(self.operations_router())
    }

    /// The API with its pages, without the calls of an operator.
    pub fn calls_router(&self) -> Router {
        let calls = self.limited.around(calls::routes().merge(docs::routes()));
        let pages = self.limited.around_pages(page::routes());
        // Who wants no more than keys or a script is answered also when the server is busy.
        let unlimited = calls::open_data().merge(page::assets::routes());
        observed(self.app.clone(), calls.merge(pages).merge(unlimited)).with_state(self.app.clone())
    }

    /// `/healthz`, `/readyz` and `/metrics`, to be served where only the operator comes. They are answered also when the
    /// server is busy.
    pub fn operations_router(&self) -> Router {
        observed(self.app.clone(), calls::operations()).with_state(self.app.clone())
    }

    /// The status lists alone, as [`router`](Self::router) has them, for a host that serves them at a second place: tokens name
    /// them below their issuer.
    pub fn status_lists_router(&self) -> Router {
        observed(self.app.clone(), self.limited.around(calls::status_lists())).with_state(self.app.clone())
    }

    /// The calls that CoWIN had in 2021, for clients that were written for them: merge it beside [`router`](Self::router),
    /// and such a client works by changing its base URL. An entity names itself by `x-api-key`, asks for the first of
    /// its purposes, and in English.
    pub fn cowin_compat_router(&self) -> Router {
        let routes = self.limited.around(cowin::routes());
        observed(self.app.clone(), routes).with_state(self.app.clone())
    }
}
