use kycvs::consent::Certificate;
use kycvs::domain::{DoseHistory, VaccinationStatus};
use kycvs::token::{Gate, Standing, StatusToken, Verdict};
use kycvs::{CertificateRefusal, ListName};

use crate::app::App;

/// What a gate makes of a token that was scanned, pasted or sent, which looks into this service's own status lists. Where
/// they do not tell the state of the token, because it names none or because none was published yet, withdrawal counts as not
/// checked, and the answer says so.
pub(crate) async fn judge(app: &App, scanned: &str, audience: Option<&str>) -> Verdict {
    let (verifier, now) = (app.service.verifier(), app.service.now());
    let mut gate = Gate::new(verifier.clone());
    if let Some(audience) = audience {
        gate = gate.for_audience(audience);
    }
    let verdict = gate.judge(scanned, now);
    let Ok(claims) = verdict.claims() else { return verdict };
    let uri = claims.status_list.as_ref().map_or("", |reference| &reference.uri);
    let Some(name) = ListName::from_uri(uri, app.service.issuer()) else { return verdict };
    let Some(lists) = app.own_lists.get(&app.service, name, &verifier).await else { return verdict };
    match lists.standing(claims, now) {
        Standing::Unknown(_) => verdict,
        Standing::Good { .. } | Standing::Revoked { .. } => verdict.looked_up(&lists, now),
    }
}

/// What a gate makes of a certificate of another issuer, with the status that it gives today by the service's own policy; nothing where a
/// token is shown, or the service takes no certificates. It is read and not kept.
pub(crate) fn certificate(
    app: &App,
    shown: &str,
) -> Option<Result<(Certificate, VaccinationStatus), CertificateRefusal>> {
    if !app.service.takes_certificates() || StatusToken::is_in(shown) || shown.trim().is_empty() {
        return None;
    }
    let read = app.service.read_certificate(shown.as_bytes());
    Some(read.map(|certificate| {
        let Certificate { birth, doses, .. } = &certificate;
        let history = DoseHistory { birth: *birth, doses: doses.clone(), immunity: Vec::new() };
        let status = app.service.status_today(&history);
        (certificate, status)
    }))
}
