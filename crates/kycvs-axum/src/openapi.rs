//! The API as OpenAPI 3.1 tells it, from the types and calls themselves.

use chrono::DateTime;
use utoipa::openapi::link::LinkBuilder;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{AllOfBuilder, AnyOfBuilder, ObjectBuilder, OneOfBuilder, Schema, SchemaType, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    Components, ContentBuilder, HeaderBuilder, OpenApi as Document, PathItem, Ref, RefOr, Response, ResponseBuilder,
    example::Example, example::ExampleBuilder,
};
use utoipa::{Modify, OpenApi};

use crate::calls::{
    bookings, embed_sessions, log, open_data, operations, results, status_lists, status_requests, withdrawals,
};
use crate::problem::{Problem, ProblemBody, ProblemCode};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "KYC-VS",
        description = "Is this person vaccinated? Asked by a verifying entity, answered with the person's consent by a \
                       code and a signed token.",
    ),
    servers((url = "/", description = "Where this document is from.")),
    paths(
        status_requests::open,
        status_requests::confirm,
        status_requests::resend,
        status_requests::decline,
        status_requests::state,
        bookings::open,
        bookings::confirm,
        bookings::state,
        embed_sessions::open,
        embed_sessions::state,
        results::exchange,
        withdrawals::by_code,
        withdrawals::at_counter,
        log::proof,
        log::checkpoint,
        status_lists::aggregation,
        status_lists::all,
        status_lists::one,
        open_data::verify,
        open_data::jwks,
        open_data::card_keys,
        operations::healthz,
        operations::readyz,
        operations::metrics,
    ),
    components(schemas(ProblemBody)),
    tags(
        (name = "requests", description = "For an entity's own server, which asks the person itself"),
        (name = "page", description = "For an entity whose customers use the consent page"),
        (name = "anyone", description = "For everyone, without a key"),
        (name = "operation", description = "For those who run the server"),
    ),
    modifiers(&Problems, &Choices, &Links, &ApiKey),
)]
pub(crate) struct Api;

/// Every refusal of every call.
struct Problems;

/// What every call with an API key may be refused with.
const WITH_KEY: [ProblemCode; 4] = [
    ProblemCode::Unauthenticated,
    ProblemCode::InvalidRequest,
    ProblemCode::TooManyRequests,
    ProblemCode::StoreUnavailable,
];
const WITH_BODY: [ProblemCode; 3] =
    [ProblemCode::InvalidRequest, ProblemCode::TooLarge, ProblemCode::UnsupportedMediaType];
const WITH_LIMITS: [ProblemCode; 3] = [ProblemCode::TimedOut, ProblemCode::Busy, ProblemCode::Internal];

/// What a call may be refused with beyond that.
fn own_problems(operation: &str) -> &'static [ProblemCode] {
    use ProblemCode::*;
    match operation {
        "openRequest" | "openBooking" => &[
            InvalidMobile,
            InvalidName,
            UnknownPurpose,
            UnknownPolicy,
            DayOutOfRange,
            PolicyOverdue,
            MobileLocked,
            SmsUnavailable,
        ],
        "resend" => &[NotFound, RequestExpired, RequestLocked, AlreadyUsed, MobileLocked, SmsUnavailable],
        "confirm" => &[
            NotFound,
            InvalidCode,
            InvalidBirthYear,
            NoticeMismatch,
            WrongCode,
            CodeExpired,
            RequestExpired,
            RequestLocked,
            MobileLocked,
            AlreadyUsed,
            BirthYearNeeded,
            NoMatchingRecord,
            ConsentWithdrawn,
        ],
        "confirmBooking" => &[
            NotFound,
            InvalidCode,
            InvalidBirthYear,
            NoticeMismatch,
            WrongCode,
            CodeExpired,
            RequestExpired,
            RequestLocked,
            MobileLocked,
            AlreadyUsed,
            BirthYearNeeded,
        ],
        "bookingState" => &[NotFound],
        "decline" => &[NotFound, RequestExpired, RequestLocked, AlreadyUsed],
        "requestState" => &[NotFound, AlreadyUsed, ConsentWithdrawn],
        "sessionState" => &[NotFound],
        "openSession" => &[
            InvalidMobile,
            InvalidName,
            UnknownPurpose,
            UnknownPolicy,
            DayOutOfRange,
            PolicyOverdue,
            OriginNotAllowed,
            StoreUnavailable,
        ],
        "exchangeResult" => &[NotFound, AlreadyUsed, ConsentWithdrawn],
        "withdraw" => &[NotFound, TooManyRequests, StoreUnavailable],
        "withdrawAtCounter" | "consentProof" | "cardKeys" => &[NotFound],
        "logCheckpoint" => &[NotFound, StoreUnavailable],
        "statusLists" | "allStatusLists" => &[StoreUnavailable],
        "statusList" => &[NotFound, Gone, StoreUnavailable],
        "readyz" => &[StoreUnavailable],
        _ => &[],
    }
}

impl Modify for Problems {
    fn modify(&self, document: &mut Document) {
        for operation in document.paths.paths.values_mut().flat_map(operations_of) {
            let id = operation.operation_id.clone().unwrap_or_default();
            let mut codes: Vec<ProblemCode> = Vec::new();
            if operation.security.is_some() {
                codes.extend(WITH_KEY);
            }
            if operation.request_body.is_some() {
                codes.extend(WITH_BODY);
            }
            codes.extend(own_problems(&id));
            if !operation.tags.as_ref().is_some_and(|tags| tags.iter().any(|tag| tag == "operation")) {
                codes.extend(WITH_LIMITS);
            }
            for (status, response) in answers(&codes) {
                operation.responses.responses.insert(status.to_string(), RefOr::T(response));
            }
        }
        name_codes(document);
    }
}

/// One answer for each status, in the order of the codes in the documentation.
fn answers(codes: &[ProblemCode]) -> Vec<(u16, Response)> {
    let known: Vec<_> = ProblemCode::ALL.into_iter().filter(|code| codes.contains(code)).collect();
    let mut statuses: Vec<u16> = known.iter().map(|code| code.facts().1).collect();
    statuses.sort_unstable();
    statuses.dedup();
    let of = |status| known.iter().copied().filter(move |code| code.facts().1 == status);
    statuses.into_iter().map(|status| (status, answer(&of(status).collect::<Vec<_>>()))).collect()
}

fn answer(codes: &[ProblemCode]) -> Response {
    let words: Vec<_> = codes.iter().map(|code| format!("`{}`", code.as_str())).collect();
    let example = |code: &ProblemCode| {
        let word = code.as_str();
        (word, RefOr::<Example>::Ref(Ref::new(format!("#/components/examples/{word}"))))
    };
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .examples_from_iter(codes.iter().map(example))
        .build();
    let response = ResponseBuilder::new().description(words.join(", ")).content("application/problem+json", content);
    let may_wait = codes.iter().any(|code| matches!(code.facts().1, 429 | 503));
    let seconds = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).build();
    let retry_after = HeaderBuilder::new()
        .schema(Some(seconds))
        .description(Some("Seconds after which trying again may help, where that is known."))
        .build();
    if may_wait { response.header("Retry-After", retry_after).build() } else { response.build() }
}

/// The codes, as the values that a problem's `code` has, and an example of each.
fn name_codes(document: &mut Document) {
    let Some(components) = document.components.as_mut() else { return };
    for code in ProblemCode::ALL {
        let mut problem = Problem::from(code);
        problem.attempts_left = (code == ProblemCode::WrongCode).then_some(2);
        let value = serde_json::to_value(problem.body(DateTime::UNIX_EPOCH)).ok();
        let example = ExampleBuilder::new().summary(code.facts().2).value(value).build();
        components.examples.insert(code.as_str().to_owned(), example.into());
    }
    if let Some(RefOr::T(Schema::Object(problem))) = components.schemas.get_mut("Problem") {
        let code = ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("A stable word to decide by."))
            .enum_values(Some(ProblemCode::ALL.map(ProblemCode::as_str)));
        problem.properties.insert("code".to_owned(), code.into());
    }
}

/// Bodies that hold one of two members.
struct Choices;

impl Modify for Choices {
    fn modify(&self, document: &mut Document) {
        let Some(components) = document.components.as_mut() else { return };
        // The members that are given, and those that then are not.
        for (name, choices) in [
            ("Confirmation", [(&["otp"][..], &["otp_sha256"][..]), (&["otp_sha256"], &["otp"])]),
            ("EmbedSession", [(&["origin"], &["return_url", "state"]), (&["return_url", "state"], &["origin"])]),
        ] {
            let either = choices.into_iter().fold(OneOfBuilder::new(), |either, (members, others)| {
                let given =
                    members.iter().fold(ObjectBuilder::new().schema_type(SchemaType::AnyValue), |given, member| {
                        given.property(*member, ObjectBuilder::new().schema_type(Type::String)).required(*member)
                    });
                let null = || ObjectBuilder::new().schema_type(Type::Null);
                either.item(others.iter().fold(given, |given, other| given.property(*other, null())))
            });
            narrow(components, name, either.build().into());
        }
        // At most one of two members.
        let without = |member| {
            let null = ObjectBuilder::new().schema_type(Type::Null);
            ObjectBuilder::new().schema_type(SchemaType::AnyValue).property(member, null)
        };
        for name in ["EmbedSession", "VisitPerson"] {
            let at_most_one = AnyOfBuilder::new().item(without("name")).item(without("expected_name")).build();
            narrow(components, name, at_most_one.into());
        }
        // A list of people, or one person.
        let of_one = ["name", "expected_name", "mobile"]
            .into_iter()
            .fold(AllOfBuilder::new(), |all, member| all.item(without(member)));
        let either = AnyOfBuilder::new().item(without("people")).item(of_one).build();
        narrow(components, "EmbedSession", either.into());
    }
}

/// Holds a schema to another one, too.
fn narrow(components: &mut Components, name: &str, to: Schema) {
    if let Some(schema) = components.schemas.remove(name) {
        let both = AllOfBuilder::new().item(schema).item(to).build();
        components.schemas.insert(name.to_owned(), Schema::from(both).into());
    }
}

/// Where an answer names what a further call takes.
struct Links;

impl Modify for Links {
    fn modify(&self, document: &mut Document) {
        let opened = document.paths.paths.get_mut("/v1/status-requests").and_then(|item| item.post.as_mut());
        let answer = opened.and_then(|call| call.responses.responses.get_mut("201"));
        if let Some(RefOr::T(answer)) = answer {
            for call in ["requestState", "confirm", "resend", "decline"] {
                let link = LinkBuilder::new().operation_id(call).parameter("id", "$response.body#/id").build();
                answer.links.insert(call.to_owned(), link.into());
            }
        }
    }
}

struct ApiKey;

impl Modify for ApiKey {
    fn modify(&self, document: &mut Document) {
        let key = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("The entity's API key.")).build();
        if let Some(components) = document.components.as_mut() {
            components.security_schemes.insert("apiKey".to_owned(), SecurityScheme::Http(key).into());
        }
    }
}

fn operations_of(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [item.get.as_mut(), item.post.as_mut()].into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_document_is_that_of_the_code() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(path, Api::openapi().to_pretty_json().unwrap() + "\n").unwrap();
        }
        // As values: the order of members depends on what else is built with serde_json.
        let committed: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let now = serde_json::to_value(Api::openapi()).unwrap();
        assert!(committed == now, "openapi.json is out of date; `UPDATE=1 cargo test -p kycvs-axum openapi` writes it");
    }

    #[test]
    fn every_problem_code_is_documented_at_some_call() {
        let document = serde_json::to_value(Api::openapi()).unwrap();
        let text = document["paths"].to_string();
        for code in ProblemCode::ALL {
            // No call of the document is asked by another method, or the answer would be its own.
            let is_named = text.contains(&format!("#/components/examples/{}\"", code.as_str()));
            assert!(is_named || code == ProblemCode::MethodNotAllowed, "{code:?}");
        }
    }
}
