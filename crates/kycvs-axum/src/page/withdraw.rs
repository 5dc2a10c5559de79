use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use kycvs::consent::Language;
use serde_json::{Value, json};

use super::form::{Form, Reader};
use super::view::refused;
use crate::address::Address;
use crate::app::App;
use crate::calls::withdrawals::withdraw_by_code;
use crate::problem::{Problem, ProblemCode};

/// The page on which a consent is withdrawn by its code. The link that a person was given has the code behind `#`, which no
/// browser sends; the page's script puts it into the field.
pub(super) async fn show(State(app): State<Arc<App>>, reader: Reader) -> Response {
    page(&app, reader.language(), &json!({}))
}

/// Withdraws; it shows nothing of the consent.
pub(super) async fn withdraw(
    State(app): State<Arc<App>>,
    reader: Reader,
    address: Address,
    form: Result<Form, Problem>,
) -> Response {
    let language = reader.language();
    let done = async {
        let code: String = form?.text("code").split_whitespace().collect();
        let (consent, code) = code.split_once('.').ok_or_else(|| Problem::from(ProblemCode::NotFound))?;
        withdraw_by_code(&app, &address, consent, code).await
    };
    let texts = app.pages.text(language).plain();
    match done.await {
        Ok(()) => page(&app, language, &json!({ "done": true })),
        Err(problem) => {
            let words = match problem.code {
                ProblemCode::NotFound => texts.get("withdraw_wrong_code"),
                ProblemCode::OriginNotAllowed => texts.get("start_again"),
                _ => texts.get("problem_store_unavailable"),
            };
            refused(page(&app, language, &json!({ "problem": words })), &problem)
        }
    }
}

fn page(app: &App, language: Language, of_page: &Value) -> Response {
    let mut own = json!({ "action": "/w" });
    if let (Some(own), Some(of_page)) = (own.as_object_mut(), of_page.as_object()) {
        own.extend(of_page.clone());
    }
    app.pages.page("withdraw.html", language, None, app.is_sandbox, own)
}
