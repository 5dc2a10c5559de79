#![doc = include_str!("../README.md")]

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kycvs::consent::Identifier;
use kycvs::{Clock, SystemClock};
use kycvs_axum::{Config, Event, HostCounter, Http, Webhook, WebhookMessage};
use kycvs_sms::{ConfigError, Transport};

/// How long after each try the next one comes. A little more or less is left to the network, and every host has its own events.
const PAUSES: [Duration; 7] = [
    Duration::from_secs(2),
    Duration::from_secs(15),
    Duration::from_secs(60),
    Duration::from_secs(5 * 60),
    Duration::from_secs(15 * 60),
    Duration::from_secs(30 * 60),
    Duration::from_secs(60 * 60),
];
/// How many messages to one entity are on their way or wait to be tried again. What comes above that is dropped: the entity
/// does not answer, and asks.
const MOST_WAITING: usize = 1_000;

/// The webhooks of all entities, in this process: messages wait in memory and end with it. Clones are the same.
#[derive(Clone)]
pub struct Webhooks {
    transport: Transport,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    hooks: HashMap<Identifier, Arc<Webhook>>,
    waiting: HashMap<Identifier, usize>,
    counts: BTreeMap<(String, &'static str), u64>,
}

impl Webhooks {
    /// Takes the webhooks of a configuration.
    ///
    /// # Errors
    /// As [`Transport::new`].
    pub fn new(config: &Config) -> Result<Self, ConfigError> {
        let webhooks = Self { transport: Transport::new()?, state: Arc::default() };
        webhooks.set(config);
        Ok(webhooks)
    }

    /// Takes the webhooks of another configuration; later tries go where it says.
    pub fn set(&self, config: &Config) {
        let hooks = config.entities.iter().filter_map(|entity| {
            let hook = entity.webhook.clone()?;
            Some((entity.id.clone(), Arc::new(hook)))
        });
        self.state().hooks = hooks.collect();
    }

    /// Sends what ends at `http`, which runs in a Tokio runtime, and shows in its `/metrics` how many messages each entity got,
    /// or did not: `kycvs_webhooks_total`, by entity and outcome (`taken`, `again`, `given-up`, `dropped`). Above 1,000 waiting
    /// messages to one entity, further ones are dropped.
    pub fn attach(&self, http: &Http) {
        let (telling, counting) = (self.clone(), self.clone());
        http.on_event(move |event| telling.tell(event));
        http.show_counter(HostCounter {
            name: "webhooks",
            help: "Webhooks by entity and outcome",
            labels: ["entity", "outcome"],
            read: Box::new(move || counting.counts()),
        });
    }

    /// Tells an entity what ended, if its configuration names a URL. It waits for nothing: a task sends the message, and tries
    /// again.
    fn tell(&self, event: &Event) {
        let mut state = self.state();
        if !state.hooks.contains_key(&event.entity) {
            return;
        }
        let waiting = state.waiting.entry(event.entity.clone()).or_default();
        if *waiting >= MOST_WAITING {
            state.count(&event.entity, "dropped");
            return;
        }
        *waiting += 1;
        drop(state);
        let (webhooks, entity, message) = (self.clone(), event.entity.clone(), event.message(SystemClock.now()));
        tokio::spawn(async move {
            let outcome = webhooks.deliver(&entity, &message).await;
            let mut state = webhooks.state();
            state.count(&entity, outcome);
            if let Some(waiting) = state.waiting.get_mut(&entity) {
                *waiting -= 1;
            }
        });
    }

    fn counts(&self) -> Vec<([String; 2], u64)> {
        let counts = self.state().counts.clone();
        counts.into_iter().map(|((entity, outcome), count)| ([entity, outcome.to_owned()], count)).collect()
    }

    async fn deliver(&self, entity: &Identifier, message: &WebhookMessage) -> &'static str {
        for pause in PAUSES.map(Some).into_iter().chain([None]) {
            let Some(hook) = self.state().hooks.get(entity).cloned() else { return "dropped" };
            if self.is_taken(&hook, message).await {
                return "taken";
            }
            let Some(pause) = pause else { break };
            self.state().count(entity, "again");
            tokio::time::sleep(pause).await;
        }
        tracing::warn!(%entity, "a webhook was given up: the entity did not take it");
        "given-up"
    }

    async fn is_taken(&self, hook: &Webhook, message: &WebhookMessage) -> bool {
        let timestamp = SystemClock.now().timestamp();
        let signature = hook.secrets.sign(message, timestamp);
        let headers = [
            ("webhook-id", message.id.as_str()),
            ("webhook-timestamp", &timestamp.to_string()),
            ("webhook-signature", &signature),
        ];
        let answered = self.transport.post_json(hook.url.as_str(), &headers, &message.body).await;
        answered.is_ok_and(|status| (200..300).contains(&status))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn count(&mut self, entity: &Identifier, outcome: &'static str) {
        *self.counts.entry((entity.as_str().to_owned(), outcome)).or_default() += 1;
    }
}
