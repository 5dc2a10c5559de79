use anyhow::{Context, Result, ensure};
use kycvs_sample::SampleRegistry;
use serde_json::{Value, json};

use crate::http::Connection;
use crate::rig::Rig;
use crate::settings::{PEOPLE, SEED};

/// One request of a passenger who is alone on the number, so that nobody there can be meant instead.
pub(crate) struct Asked {
    /// The request's id.
    pub(crate) id: String,
    /// Where to confirm it.
    pub(crate) path: String,
    /// The confirm with the right code.
    pub(crate) confirm: Value,
}

/// Opens a request at `host` for the next such passenger, from household number `next` on.
pub(crate) async fn ask(rig: &Rig, host: &mut Connection, next: &mut u64) -> Result<Asked> {
    let registry = SampleRegistry::new(SEED, PEOPLE);
    loop {
        let household = registry.household(*next % registry.households()).context("a household")?;
        *next += 1;
        let [person] = &household.people[..] else { continue };
        let ask = json!({ "mobile": household.mobile, "name": person.name, "purpose": "railway-booking" });
        let (status, open) = host.post("/v1/status-requests", &ask).await?;
        ensure!(status == 201, "a request was answered with {status}: {}", open["code"]);
        let digits = &household.mobile[household.mobile.len() - 10..];
        let code = rig.gateway.code(&format!("+91{digits}")).context("a message was sent")?;
        let id = open["id"].as_str().context("an id")?.to_owned();
        let confirm = json!({ "otp": code, "notice_hash": open["notice"]["hash"], "attempt": id });
        return Ok(Asked { path: format!("/v1/status-requests/{id}/confirm"), id, confirm });
    }
}
