//! A certificate that the person presents at the second step, before the code is entered.

use axum::response::Response;
use kycvs::consent::{Certificate, shown_name};
use kycvs::domain::{BirthDate, Dose, Product, ProductCode};
use kycvs::{OpenPerson, OpenRequest};
use serde_json::{Value as Json, json};

use super::form::Form;
use super::steps;
use super::texts::Text;
use super::visit::Visit;

impl Visit {
    /// Reads what the person presents. It is verified before it is shown, and counts when the code is entered.
    pub(super) async fn present(self, form: &Form) -> Result<Response, Response> {
        let ticket = self.ticket_of(form)?;
        let shown = async {
            match form.file() {
                Some(file) => self.app.shown_in(file.clone()).await,
                None => Ok(form.text("certificate").as_bytes().to_vec()),
            }
        };
        match self.app.service.present_once_read(&self.session.entity, &ticket.request, shown).await {
            Ok(open) => Ok(steps::code(&self, &open, &ticket, None, false)),
            Err(error) => Err(self.once_more(&ticket, &error.into()).await),
        }
    }

    /// Forgets what the person presented.
    pub(super) async fn take_back(self, form: &Form) -> Result<Response, Response> {
        let ticket = self.ticket_of(form)?;
        let position = form.text("position").parse().unwrap_or_default();
        match self.app.service.take_back(&self.session.entity, &ticket.request, position).await {
            Ok(open) => Ok(steps::code(&self, &open, &ticket, None, false)),
            Err(error) => Err(self.once_more(&ticket, &error.into()).await),
        }
    }
}

/// The certificates that were presented, each with the place of its person.
pub(super) fn of_people(text: &Text, open: &OpenRequest) -> Vec<Json> {
    let of_person = |person: &OpenPerson| {
        let mut shown = shown(text, person.certificate.as_deref()?);
        shown["position"] = json!(person.position);
        Some(shown)
    };
    open.people.iter().filter_map(of_person).collect()
}

/// A certificate as its own person sees it.
pub(super) fn shown(text: &Text, certificate: &Certificate) -> Json {
    let dose = |dose: &Dose| {
        json!({
            "product": dose.product.and_then(ProductCode::product).map(Product::name),
            "given_on": dose.given_on,
            "number": dose.dose_number,
            "of": dose.series_doses,
        })
    };
    let caveat = certificate.caveat.as_deref().map(|caveat| format!("certificate_{}", caveat.replace('-', "_")));
    json!({
        "name": certificate.names.first().map(shown_name),
        "birth_year": certificate.birth.and_then(BirthDate::year).map(|year| year.get()),
        "issuer": certificate.issuer,
        "doses": certificate.doses.iter().map(dose).collect::<Vec<_>>(),
        "caveat": caveat.and_then(|caveat| text.plain().get(&caveat)),
    })
}

/// Why a certificate is not taken, in plain words.
pub(super) fn words(text: &Text, reason: &str) -> String {
    let name = match reason {
        "unsupported" => "certificate_unsupported",
        "no-code" => "verify_no_code",
        "issuer-not-trusted" | "key-not-for-this" | "terminated-key" => "certificate_unknown_issuer",
        "invalid-signature" => "certificate_forged",
        "seal-expired" | "not-yet-valid" => "certificate_out_of_time",
        "revoked" => "certificate_revoked",
        "trust-list-too-old" => "certificate_list_too_old",
        "another-person" => "certificate_another_person",
        "too-many-mobiles" => "certificate_too_many",
        "not-taken" => "problem_certificate_refused",
        _ => "certificate_unreadable",
    };
    text.plain().get(name).cloned().unwrap_or_default()
}
