use kycvs::ListName;
use kycvs::token::{Gate, Standing, StatusLists, Verdict};

use crate::app::App;

/// What a gate makes of a token that was scanned, pasted or sent, which looks into this service's own status lists. Where
/// they do not tell how the token stands, because it names none or because none was published yet, withdrawal counts as not
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
    let mut lists = StatusLists::default();
    if let Some(name) = ListName::from_uri(uri, app.service.issuer())
        && let Ok(Some(list)) = app.service.status_list(name).await
    {
        let _ = lists.insert(&verifier, list, now); // one that does not verify does not tell
    }
    match lists.standing(claims, now) {
        Standing::Unknown(_) => verdict,
        Standing::Good { .. } | Standing::Revoked { .. } => gate.with_lists(lists).judge(scanned, now),
    }
}
