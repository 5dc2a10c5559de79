use anyhow::Result;
use kycvs_sms::HttpGateway;

/// The sender of a host: the rig's own gateway on loopback.
pub(crate) fn gateway(port: u16) -> Result<HttpGateway> {
    let gateway = HttpGateway::post(&format!("http://127.0.0.1:{port}/send"));
    Ok(gateway.json(r#"{"to": "{to}", "code": "{code}", "text": "{text}"}"#).build()?)
}
