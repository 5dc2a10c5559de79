//! The API for people to read: one page, made on the server from the OpenAPI document.

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_FRAME_OPTIONS};
use axum::response::IntoResponse;
use axum::routing::get;
use minijinja::value::Serde;
use minijinja::{Environment, ErrorKind};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::OpenApi;

use crate::app::App;
use crate::openapi::Api;
use crate::problem::{Problem, ProblemCode};

pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new().route("/openapi.json", get(openapi)).route("/docs", get(docs)).route("/docs.css", get(style))
}

const FOR_TEN_MINUTES: (axum::http::HeaderName, &str) = (CACHE_CONTROL, "public, max-age=600");

/// The document in both its forms. They are the same for everybody, so they are written once, when somebody first asks.
#[derive(Default)]
pub(crate) struct Documentation(OnceLock<Option<Written>>);

struct Written {
    openapi: Bytes,
    page: Bytes,
}

impl Documentation {
    fn written(&self) -> Result<&Written, Problem> {
        let written = self.0.get_or_init(|| {
            let fault = |error: minijinja::Error| {
                tracing::error!(error = &error as &dyn std::error::Error, "the documentation could not be written");
            };
            Written::now().map_err(fault).ok()
        });
        written.as_ref().ok_or(ProblemCode::Internal.into())
    }
}

async fn openapi(State(app): State<Arc<App>>) -> Result<impl IntoResponse, Problem> {
    Ok(([(CONTENT_TYPE, "application/json"), FOR_TEN_MINUTES], app.documentation.written()?.openapi.clone()))
}

async fn style() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/css; charset=utf-8"), FOR_TEN_MINUTES], include_str!("../assets/docs/docs.css"))
}

async fn docs(State(app): State<Arc<App>>) -> Result<impl IntoResponse, Problem> {
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        FOR_TEN_MINUTES,
        (CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'"),
        (X_FRAME_OPTIONS, "DENY"),
    ];
    Ok((headers, app.documentation.written()?.page.clone()))
}

/// What the template shows.
#[derive(Serialize)]
struct Page<'a> {
    info: &'a Value,
    groups: Vec<Group<'a>>,
    problems: Vec<(&'static str, u16, &'static str)>,
}

impl Written {
    fn now() -> Result<Self, minijinja::Error> {
        let unwritable = |error| minijinja::Error::new(ErrorKind::BadSerialization, "openapi.json").with_source(error);
        let document = serde_json::to_value(Api::openapi()).map_err(unwritable)?;
        let page = Page {
            info: &document["info"],
            groups: Reader(&document).groups(),
            problems: ProblemCode::ALL.into_iter().map(ProblemCode::facts).collect(),
        };
        let page =
            Environment::new().render_named_str("docs.html", include_str!("../assets/docs/docs.html"), Serde(page))?;
        Ok(Self { openapi: document.to_string().into(), page: page.into() })
    }
}

/// A tag, with its calls.
#[derive(Serialize)]
struct Group<'a> {
    about: &'a Value,
    calls: Vec<Call<'a>>,
}

#[derive(Serialize)]
struct Call<'a> {
    id: &'a Value,
    method: String,
    path: &'a str,
    summary: &'a Value,
    description: &'a Value,
    members: Vec<Member<'a>>,
    answers: Vec<Answer<'a>>,
    curl: String,
}

/// One member of a body.
#[derive(Serialize)]
struct Member<'a> {
    name: String,
    kind: String,
    rule: String,
    is_required: bool,
    description: &'a Value,
}

#[derive(Serialize)]
struct Answer<'a> {
    status: &'a str,
    description: &'a Value,
    is_problem: bool,
    members: Vec<Member<'a>>,
}

/// Reads what the page shows out of the document.
#[derive(Clone, Copy)]
struct Reader<'a>(&'a Value);

impl<'a> Reader<'a> {
    fn groups(self) -> Vec<Group<'a>> {
        let tags = self.0["tags"].as_array().into_iter().flatten();
        tags.map(|about| Group { about, calls: self.calls(&about["name"]) }).collect()
    }

    fn calls(self, tag: &Value) -> Vec<Call<'a>> {
        let methods =
            |(path, item): (&'a String, &'a Value)| members_of(item).map(move |(method, call)| (path, method, call));
        let calls = members_of(&self.0["paths"]).flat_map(methods);
        calls
            .filter(|(_, _, call)| call["tags"][0] == *tag)
            .map(|(path, method, call)| self.call(path, method, call))
            .collect()
    }

    fn call(self, path: &'a str, method: &str, call: &'a Value) -> Call<'a> {
        let body = &call["requestBody"]["content"]["application/json"]["schema"];
        let answers = members_of(&call["responses"]).map(|(status, answer)| self.answer(status, answer)).collect();
        Call {
            id: &call["operationId"],
            method: method.to_uppercase(),
            path,
            summary: &call["summary"],
            description: &call["description"],
            members: self.members(body),
            answers,
            curl: self.curl(path, method, call, body),
        }
    }

    fn answer(self, status: &'a str, answer: &'a Value) -> Answer<'a> {
        let (kind, content) =
            members_of(&answer["content"]).next().map_or(("", &Value::Null), |(kind, body)| (kind, body));
        let is_problem = kind == "application/problem+json";
        let members = if is_problem { Vec::new() } else { self.members(&content["schema"]) };
        Answer { status, description: &answer["description"], is_problem, members }
    }

    /// The schema that a reference names, or the schema itself; of one-of, the first that is not null.
    fn resolve(self, schema: &'a Value) -> &'a Value {
        let mut schema = schema;
        loop {
            schema = match (schema["$ref"].as_str(), &schema["oneOf"]) {
                (Some(name), _) => self.0.pointer(name.trim_start_matches('#')).unwrap_or(&Value::Null),
                (None, Value::Array(either)) => either.iter().find(|one| one["type"] != "null").unwrap_or(&Value::Null),
                _ => return schema,
            };
        }
    }

    /// The parts of a schema that is put together, or the schema itself.
    fn parts(self, schema: &'a Value) -> Vec<&'a Value> {
        let schema = self.resolve(schema);
        match schema["allOf"].as_array() {
            Some(parts) => parts.iter().flat_map(|part| self.parts(part)).collect(),
            None => vec![schema],
        }
    }

    /// The members of a body, and those of the objects in it as `notice.text`.
    fn members(self, schema: &'a Value) -> Vec<Member<'a>> {
        let mut members: Vec<Member<'_>> = Vec::new();
        for part in self.parts(schema) {
            let required = part["required"].as_array();
            for (name, member) in members_of(&part["properties"]) {
                // A later part may say of a member no more than when it is there.
                if members.iter().any(|known| known.name == *name) {
                    continue;
                }
                let resolved = self.resolve(member);
                let described = if member["description"].is_null() { resolved } else { member };
                members.push(Member {
                    name: name.clone(),
                    kind: kind(resolved),
                    rule: rule(resolved),
                    is_required: required.is_some_and(|names| names.iter().any(|required| required == name)),
                    description: &described["description"],
                });
                let inner = self.members(resolved).into_iter();
                members.extend(inner.map(|inner| Member { name: format!("{name}.{}", inner.name), ..inner }));
            }
        }
        members
    }

    /// The call as a line for a shell, with the members that must be there, or else the first.
    fn curl(self, path: &str, method: &str, call: &Value, body: &'a Value) -> String {
        let mut line = format!("curl -sS \"$KYCVS{}\"", path.replace("{id}", "$ID"));
        if !call["security"].is_null() {
            line.push_str(" \\\n  -H \"Authorization: Bearer $API_KEY\"");
        }
        let parts = self.parts(body);
        let members = parts.iter().flat_map(|part| members_of(&part["properties"]));
        let examples =
            members.filter_map(|(name, member)| Some((name.clone(), self.resolve(member).get("example")?.clone())));
        let example = Value::Object(examples.collect::<Map<_, _>>());
        match (method, body) {
            ("post", Value::Null) => line.push_str(" -X POST"),
            ("post", _) => {
                line.push_str(" \\\n  -H 'Content-Type: application/json' \\\n  -d '");
                line.push_str(&example.to_string());
                line.push('\'');
            }
            _ => {}
        }
        line
    }
}

fn members_of(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn kind(schema: &Value) -> String {
    let plain = |kind: &Value| kind.as_str().filter(|kind| *kind != "null").map(str::to_owned);
    let format = schema["format"].as_str().filter(|format| *format == "date-time" || *format == "date");
    match (&schema["type"], format) {
        (_, Some(format)) => format.to_owned(),
        (Value::Array(kinds), _) => kinds.iter().find_map(plain).unwrap_or_default(),
        (kind, _) => plain(kind).unwrap_or_default(),
    }
}

fn rule(schema: &Value) -> String {
    let number = |name: &str| schema[name].as_u64();
    let mut rules = Vec::new();
    match (number("minLength"), number("maxLength")) {
        (Some(min), Some(max)) => rules.push(format!("{min} to {max} characters")),
        (None, Some(max)) => rules.push(format!("at most {max} characters")),
        _ => {}
    }
    if let (Some(min), Some(max)) = (number("minimum"), number("maximum")) {
        rules.push(format!("{min} to {max}"));
    }
    if let Some(pattern) = schema["pattern"].as_str() {
        rules.push(pattern.to_owned());
    }
    if let Some(values) = schema["enum"].as_array() {
        rules.push(values.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "));
    }
    rules.join("; ")
}
