use std::sync::{Arc, PoisonError, RwLock};

use anyhow::Result;
use axum::Router;
use axum::extract::Request;
use kycvs::StatusService;
use kycvs::token::{Algorithm, SigningKeys, TokenIssuer};
use kycvs_axum::{Config, HostCounter, Http};
use kycvs_sms::Receipts;
use kycvs_webhook::Webhooks;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower::{ServiceExt, service_fn};

use crate::config::Reporter;
use crate::receipts;

/// What a server says now: a reload puts another in its place, between two calls.
#[derive(Clone)]
pub(crate) struct Live {
    now: Arc<RwLock<Now>>,
    /// What holds connections. It is as it was at the start: a reload ends none.
    first: Http,
    receipts: Receipts,
    webhooks: Webhooks,
    /// Whether operations have a listener of their own.
    is_apart: bool,
}

/// A service, what it says over HTTP, and who signs for it.
pub(crate) struct Made {
    pub(crate) service: Arc<StatusService>,
    pub(crate) config: Config,
    pub(crate) issuer: TokenIssuer,
    /// Which gateways report on messages.
    pub(crate) reporters: Vec<Reporter>,
    /// OpenID Connect in front of the page, where it is on.
    pub(crate) oidc: Option<kycvs_oidc::Settings>,
}

struct Now {
    http: Http,
    issuer: TokenIssuer,
    public: Router,
    admin: Router,
}

impl Live {
    pub(crate) fn new(made: Made, receipts: Receipts, is_apart: bool) -> Result<Self> {
        let webhooks = Webhooks::new(&made.config)?;
        let first = Http::new(made.service, made.config)?;
        webhooks.attach(&first);
        let counted = receipts.clone();
        first.show_counter(HostCounter {
            name: "messages",
            help: "Messages by channel and outcome",
            labels: ["channel", "outcome"],
            read: Box::new(move || counted.counts()),
        });
        let reports = receipts::routes(first.service().clone(), receipts.clone(), made.reporters);
        let more = more(&first, reports, made.oidc);
        let now = Arc::new(RwLock::new(Now::new(first.clone(), made.issuer, more, is_apart)));
        let issuer = now.clone();
        first.show_counter(HostCounter {
            name: "signed_by_standby",
            help: "Tokens signed by a standby key, since the primary one failed",
            labels: ["issuer", "algorithm"],
            read: Box::new(move || {
                let issuer = &read(&issuer, |now| now.issuer.clone());
                vec![([issuer.issuer().to_owned(), Algorithm::Es256.name().to_owned()], issuer.signed_by_standby())]
            }),
        });
        Ok(Self { now, first, receipts, webhooks, is_apart })
    }

    /// What became of messages, before and after a reload.
    pub(crate) fn receipts(&self) -> &Receipts {
        &self.receipts
    }

    /// Takes another service and configuration. Counts and readiness go on.
    pub(crate) fn renew(&self, made: Made) -> Result<()> {
        let config = made.config.clone();
        let http = self.read(|now| now.http.clone()).renewed(made.service, made.config)?;
        self.webhooks.set(&config);
        let reports = receipts::routes(http.service().clone(), self.receipts.clone(), made.reporters);
        let more = more(&http, reports, made.oidc);
        let now = Now::new(http, made.issuer, more, self.is_apart);
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = now;
        Ok(())
    }

    /// Signs with these keys from now on.
    pub(crate) fn set_keys(&self, keys: SigningKeys) {
        self.read(|now| now.issuer.set_keys(keys));
    }

    /// How many tokens a standby key signed since the start or the last reload.
    pub(crate) fn signed_by_standby(&self) -> u64 {
        self.read(|now| now.issuer.signed_by_standby())
    }

    /// Serves on both listeners until `stop`.
    pub(crate) async fn serve(&self, public: TcpListener, admin: Option<TcpListener>, stop: impl Future<Output = ()>) {
        let (stopping, stopped) = watch::channel(false);
        let until = |mut stopped: watch::Receiver<bool>| async move {
            // A sender that is gone asks to stop, too.
            let _ = stopped.wait_for(|is_stopped| *is_stopped).await;
        };
        let admin = async {
            let Some(listener) = admin else { return };
            self.first.serve(listener, self.router(|now| &now.admin), until(stopped.clone())).await;
        };
        tokio::join!(
            async { (stop.await, stopping.send_replace(true)) },
            self.first.serve(public, self.router(|now| &now.public), until(stopped.clone())),
            admin,
        );
    }

    /// A router that asks for each call what to answer now.
    fn router(&self, of: fn(&Now) -> &Router) -> Router {
        let live = self.clone();
        Router::new().fallback_service(service_fn(move |request: Request| {
            let router = live.read(|now| of(now).clone());
            router.oneshot(request)
        }))
    }

    fn read<T>(&self, of: impl FnOnce(&Now) -> T) -> T {
        read(&self.now, of)
    }
}

fn read<T>(now: &RwLock<Now>, of: impl FnOnce(&Now) -> T) -> T {
    of(&now.read().unwrap_or_else(PoisonError::into_inner))
}

/// What this server has beside the API: reports of gateways, and OpenID Connect where it is on.
fn more(http: &Http, reports: Router, oidc: Option<kycvs_oidc::Settings>) -> Router {
    let reports = http.around(reports);
    match oidc {
        Some(settings) => reports.merge(kycvs_oidc::router(http, settings)),
        None => reports,
    }
}

impl Now {
    fn new(http: Http, issuer: TokenIssuer, more: Router, is_apart: bool) -> Self {
        let admin = http.operations_router();
        let calls = http.calls_router().merge(http.cowin_compat_router()).merge(more);
        let public = if is_apart { calls } else { calls.merge(admin.clone()) };
        Self { http, issuer, public, admin }
    }
}
