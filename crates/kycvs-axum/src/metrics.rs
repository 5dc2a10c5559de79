use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use chrono::TimeDelta;
use kycvs::LogState;
use kycvs::consent::Identifier;
use kycvs::domain::Policy;
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::HostCounter;
use crate::problem::ProblemCode;

/// What an operator sees of the calls. Every label has few values, all of them known beforehand: routes as they were
/// declared, methods, statuses, problem codes, entities. None is about a person.
pub(crate) struct Metrics {
    registry: RwLock<Registry>,
    calls: Family<Call, Counter>,
    seconds: Family<Route, Histogram, fn() -> Histogram>,
    problems: Family<Refusal, Counter>,
    requests: Family<Request, Counter>,
    hung_up: Family<Route, Counter>,
    /// With no value before the first one is known.
    lists_age: Family<[(&'static str, &'static str); 0], Gauge>,
    log_entries: Family<[(&'static str, &'static str); 0], Gauge>,
    /// Of the states that the log can be in, the one that it is in is 1.
    log_state: Family<[(&'static str, &'static str); 1], Gauge>,
}

/// Where a call went: its method, and the route as it was declared, such as `/v1/status-requests/{id}`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Route {
    pub(crate) method: &'static str,
    pub(crate) route: String,
}

/// What became of a request.
#[derive(Clone, Copy)]
pub(crate) enum Outcome {
    Opened,
    Granted,
    Declined,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Call {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Refusal {
    code: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    entity: String,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Rules {
    policy: String,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("kycvs");
        let metrics = Self {
            calls: Family::default(),
            seconds: Family::new_with_constructor(buckets),
            problems: Family::default(),
            requests: Family::default(),
            hung_up: Family::default(),
            lists_age: Family::default(),
            log_entries: Family::default(),
            log_state: Family::default(),
            registry: RwLock::default(),
        };
        registry.register("calls", "Calls by method, route and status", metrics.calls.clone());
        registry.register("call_seconds", "How long calls took, by method and route", metrics.seconds.clone());
        registry.register("problems", "Refused calls by problem code", metrics.problems.clone());
        registry.register("requests", "Status requests by entity and outcome", metrics.requests.clone());
        registry.register("hung_up", "Calls whose client went before the answer", metrics.hung_up.clone());
        let age = "How long ago the status lists were published";
        registry.register_with_unit("status_list_age", age, Unit::Seconds, metrics.lists_age.clone());
        let entries = "How many entries the published checkpoint of the public log has";
        registry.register("log_entries", entries, metrics.log_entries.clone());
        let state = "How the public log was when this server kept it last: 1 for published, unwitnessed or halted";
        registry.register("log_state", state, metrics.log_state.clone());
        Self { registry: registry.into(), ..metrics }
    }

    /// Notes a call that was answered.
    pub(crate) fn answered(&self, route: Route, status: u16, problem: Option<ProblemCode>, took: Duration) {
        self.seconds.get_or_create(&route).observe(took.as_secs_f64());
        let Route { method, route } = route;
        self.calls.get_or_create(&Call { method, route, status }).inc();
        if let Some(problem) = problem {
            self.problems.get_or_create(&Refusal { code: problem.as_str() }).inc();
        }
    }

    /// Notes a call whose client went before it was answered.
    pub(crate) fn hung_up(&self, route: &Route) {
        self.hung_up.get_or_create(route).inc();
    }

    /// Counts what became of an entity's request.
    pub(crate) fn count(&self, entity: &Identifier, outcome: Outcome) {
        let outcome = match outcome {
            Outcome::Opened => "opened",
            Outcome::Granted => "granted",
            Outcome::Declined => "declined",
        };
        self.requests.get_or_create(&Request { entity: entity.as_str().to_owned(), outcome }).inc();
    }

    /// Shows a counter of the host's, too.
    pub(crate) fn add(&self, counter: HostCounter) {
        let mut registry = self.registry.write().unwrap_or_else(PoisonError::into_inner);
        registry.register_collector(Box::new(counter));
    }

    fn note_log(&self, log: LogState) {
        let now = match log {
            LogState::Published(entries) => {
                self.log_entries.get_or_create(&[]).set(i64::try_from(entries).unwrap_or(i64::MAX));
                "published"
            }
            LogState::Unwitnessed => "unwitnessed",
            LogState::Halted => "halted",
            _ => return,
        };
        for state in ["published", "unwitnessed", "halted"] {
            self.log_state.get_or_create(&[("state", state)]).set(i64::from(state == now));
        }
    }

    /// All of it, and by how many days the review of each policy in use is overdue, in the text format of OpenMetrics 1.0,
    /// which Prometheus reads; of lists that were never published no age.
    pub(crate) fn encode(
        &self,
        lists_age: Option<TimeDelta>,
        log: LogState,
        policies: &[(Policy, u64)],
    ) -> Result<String, std::fmt::Error> {
        if let Some(age) = lists_age {
            self.lists_age.get_or_create(&[]).set(age.num_seconds());
        }
        self.note_log(log);
        let overdue = Family::<Rules, Gauge>::default();
        for (policy, days) in policies {
            let rules = Rules { policy: policy.reference().to_owned() };
            overdue.get_or_create(&rules).set(i64::try_from(*days).unwrap_or(i64::MAX));
        }
        let mut of_policies = Registry::with_prefix("kycvs");
        of_policies.register("policy_review_overdue", "Days since the review of a policy was due, by policy", overdue);
        let mut encoded = String::new();
        text::encode_registry(&mut encoded, &self.registry.read().unwrap_or_else(PoisonError::into_inner))?;
        text::encode_registry(&mut encoded, &of_policies)?;
        text::encode_eof(&mut encoded)?;
        Ok(encoded)
    }
}

/// From a verification to a gateway that hardly answers.
fn buckets() -> Histogram {
    Histogram::new([0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0])
}
