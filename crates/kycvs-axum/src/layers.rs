//! What lies around every call: the limits it is held to, the headers it is answered with, and what is noted of it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::error_handling::HandleErrorLayer;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use tokio::time::timeout;
use tower::limit::GlobalConcurrencyLimitLayer;
use tower::load_shed::LoadShedLayer;
use tower::{BoxError, ServiceBuilder};
use tower_http::timeout::TimeoutLayer;
use tracing::field::Empty;
use tracing::{Instrument, Span, info_span};

use crate::app::App;
use crate::cowin;
use crate::front::Worded;
use crate::metrics::Route;
use crate::problem::{Problem, ProblemCode};

/// How long who was told to come back shall wait, in seconds.
pub(crate) const BUSY_SECONDS: u64 = 1;

/// How many calls are worked on at a time: one count for all routers of an `Http`.
#[derive(Clone)]
pub(crate) struct Limited {
    at_a_time: GlobalConcurrencyLimitLayer,
    app: Arc<App>,
}

impl Limited {
    pub(crate) fn new(app: Arc<App>) -> Self {
        Self { at_a_time: GlobalConcurrencyLimitLayer::new(app.limits.concurrent_calls), app }
    }

    /// Turns calls away that are too many. A call counts once its body is there.
    pub(crate) fn around<S: Clone + Send + Sync + 'static>(&self, routes: Router<S>) -> Router<S> {
        let busy = |_: &App| Problem::from(ProblemCode::Busy).after(BUSY_SECONDS).into_response();
        self.held_to(routes, busy).layer(from_fn_with_state(self.app.clone(), with_body))
    }

    /// The same for pages, whose forms may have a file. A person is turned away by a page, which may be framed like any other.
    pub(crate) fn around_pages(&self, routes: Router<Arc<App>>) -> Router<Arc<App>> {
        self.held_to(routes, App::busy_page).layer(from_fn_with_state(self.app.clone(), with_form))
    }

    fn held_to<S: Clone + Send + Sync + 'static>(&self, routes: Router<S>, answer: fn(&App) -> Response) -> Router<S> {
        let app = self.app.clone();
        let busy = move |_: BoxError| {
            let answer = answer(&app);
            async { answer }
        };
        let limits = ServiceBuilder::new()
            .layer(HandleErrorLayer::new(busy))
            .layer(LoadShedLayer::new())
            .layer(self.at_a_time.clone());
        routes.layer(limits)
    }
}

/// Reads the body of a call. It is as long as it may be at most, so that what waits here is bounded by the connections.
async fn with_body(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    match read_within(app.limits.body_time(), body, app.limits.body_bytes).await {
        Ok(body) => next.run(Request::from_parts(parts, body.into())).await,
        Err(code) => Problem::from(code).into_response(),
    }
}

/// Reads the body of a page's form. One with a file may be as much longer and take as long as a call may; few of them are held at a
/// time. The page that a form belongs to says what is wrong with its body.
async fn with_form(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let max_file = app.service.max_file_bytes().filter(|_| has_file(request.headers()));
    let (mut parts, body) = request.into_parts();
    let Some(max_file) = max_file else {
        return with_body(State(app), Request::from_parts(parts, body), next).await;
    };
    let Some(_place) = app.place_for_file() else { return app.busy_page() };
    let body = match read_within(app.limits.call_time(), body, app.limits.body_bytes + max_file).await {
        Ok(body) => body,
        Err(code) => {
            parts.extensions.insert(Unread(code));
            Vec::new()
        }
    };
    next.run(Request::from_parts(parts, body.into())).await
}

/// Why the body of a form is not there.
#[derive(Clone, Copy)]
pub(crate) struct Unread(pub(crate) ProblemCode);

/// Whether a body is a form with files, as browsers send it (RFC 7578).
pub(crate) fn has_file(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
    kind.to_ascii_lowercase().starts_with(b"multipart/form-data")
}

async fn read_within(time: Duration, body: Body, max_bytes: usize) -> Result<Vec<u8>, ProblemCode> {
    timeout(time, read(body, max_bytes)).await.map_err(|_| ProblemCode::TimedOut)?
}

/// Reads a body into one buffer: in how many pieces it comes costs no memory.
async fn read(mut body: Body, max_bytes: usize) -> Result<Vec<u8>, ProblemCode> {
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| ProblemCode::InvalidRequest)?;
        let Some(data) = frame.data_ref() else { continue };
        if bytes.len() + data.len() > max_bytes {
            return Err(ProblemCode::TooLarge);
        }
        bytes.extend_from_slice(data);
    }
    Ok(bytes)
}

/// Ends calls that take too long or bring too much, answers in the way that all answers have, and notes them: once around
/// each router. It is the one place that knows clock, log, metrics and words of a refusal.
pub(crate) fn observed<S: Clone + Send + Sync + 'static>(app: Arc<App>, routes: Router<S>) -> Router<S> {
    let layers = ServiceBuilder::new()
        .layer(from_fn_with_state(app.clone(), observe))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, app.limits.call_time()))
        .layer(DefaultBodyLimit::max(app.limits.body_bytes));
    routes.layer(layers)
}

/// The span has the declared route and never the path, the query or a header: there are ids in paths, and keys in headers.
async fn observe(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let method = method_name(request.method());
    let span = info_span!("http", method, route, status = Empty, duration_ms = Empty, entity = Empty);

    let mut until_answered = Answering {
        app: &app,
        route: Route { method, route: route.clone() },
        span: &span,
        started,
        is_answered: false,
    };
    let mut response = next.run(request).instrument(span.clone()).await;
    until_answered.is_answered = true;
    drop(until_answered);
    let is_worded = response.extensions_mut().remove::<Worded>().is_some();
    let problem = problem_of(&mut response).map(|problem| problem.of_route(&route));
    if let Some(problem) = &problem {
        span.in_scope(|| problem.note());
        if !is_worded && !is_page(response.headers()) {
            let now = app.service.now();
            let is_cowins = cowin::has(&route);
            response = if is_cowins { cowin::written(problem, &response, now) } else { problem.written(now) };
        }
    }
    let status = response.status().as_u16();
    let took = started.elapsed();
    span.record("status", status).record("duration_ms", took.as_secs_f64() * 1000.0);
    span.in_scope(|| tracing::info!("answered"));
    app.metrics.answered(Route { method, route }, status, problem.map(|problem| problem.code), took);
    with_headers(response, &app)
}

/// A call that is being worked on. Its client may go before the answer, and the work ends there: then that is noted.
struct Answering<'a> {
    app: &'a App,
    route: Route,
    span: &'a Span,
    started: Instant,
    is_answered: bool,
}

impl Drop for Answering<'_> {
    fn drop(&mut self) {
        if self.is_answered {
            return;
        }
        self.span.record("duration_ms", self.started.elapsed().as_secs_f64() * 1000.0);
        self.span.in_scope(|| tracing::info!("the client hung up"));
        self.app.metrics.hung_up(&self.route);
    }
}

/// Why a call was refused: what a handler said, or what a refusal of axum or of a layer means.
fn problem_of(response: &mut Response) -> Option<Problem> {
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        return Some(problem);
    }
    let status = response.status();
    let is_refusal = status.is_client_error() || status.is_server_error();
    if !is_refusal || is_page(response.headers()) {
        return None;
    }
    let code = match status.as_u16() {
        404 => ProblemCode::NotFound,
        405 => ProblemCode::MethodNotAllowed,
        408 => ProblemCode::TimedOut,
        413 => ProblemCode::TooLarge,
        415 => ProblemCode::UnsupportedMediaType,
        400..500 => ProblemCode::InvalidRequest,
        _ => ProblemCode::Internal,
    };
    Some(code.into())
}

fn is_page(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

/// Adds what an answer does not say by itself. One with a policy of its own decides who frames it.
fn with_headers(mut response: Response, app: &App) -> Response {
    let headers = response.headers_mut();
    if app.is_sandbox {
        headers.insert("kycvs-sandbox", HeaderValue::from_static("true"));
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if !headers.contains_key(CONTENT_SECURITY_POLICY) {
        let nothing = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
        headers.insert(CONTENT_SECURITY_POLICY, nothing);
        headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    }
    response
}

/// A method may be any word, which must not become a label.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
