use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use kycvs::consent::Language;
use serde::Serialize;

use crate::app::App;
use crate::page::form::Reader;

/// What people call those whom a token names by ids: a gate keeps it, so that it says names without a network, too.
#[derive(Serialize)]
pub(super) struct Names<'a> {
    /// The verifying entities, by id.
    entities: BTreeMap<&'a str, NamedEntity<'a>>,
    /// The titles of policies, by id and version.
    policies: BTreeMap<&'a str, &'a str>,
}

#[derive(Serialize)]
struct NamedEntity<'a> {
    name: &'a str,
    /// The texts of its purposes, by code.
    purposes: BTreeMap<&'a str, &'a str>,
}

impl<'a> Names<'a> {
    /// The names in a language, as far as there are some.
    pub(super) fn of(app: &'a App, language: Language) -> Self {
        let entities = app.entities.all().map(|entity| {
            let purposes =
                entity.purposes.iter().map(|purpose| (purpose.code.as_str(), purpose.text_in(language).as_str()));
            (entity.id.as_str(), NamedEntity { name: entity.name_in(language).as_str(), purposes: purposes.collect() })
        });
        let policies = app.policies.iter().map(|policy| (policy.reference(), policy.shown_name(language.tag())));
        Self { entities: entities.collect(), policies: policies.collect() }
    }

    /// The name of an entity; its id, if it is not registered any more.
    pub(super) fn entity<'b>(&'b self, id: &'b str) -> &'b str {
        self.entities.get(id).map_or(id, |entity| entity.name)
    }

    /// The text of an entity's purpose, or its code.
    pub(super) fn purpose<'b>(&'b self, entity: &str, code: &'b str) -> &'b str {
        self.entities.get(entity).and_then(|entity| entity.purposes.get(code)).copied().unwrap_or(code)
    }

    /// The title of a policy, or its id and version.
    pub(super) fn policy<'b>(&'b self, reference: &'b str) -> &'b str {
        self.policies.get(reference).copied().unwrap_or(reference)
    }
}

pub(super) async fn names(State(app): State<Arc<App>>, reader: Reader) -> impl IntoResponse {
    ([(CACHE_CONTROL, "public, max-age=300")], Json(Names::of(&app, reader.language())).into_response())
}
