use serde_json::{Map, Value};
use url::form_urlencoded;

use crate::{Fate, Receipt, ReceiptId};

/// How a gateway reports on messages that it took: where in its report the status stands, which words mean what, and where
/// its own id of the message, unless it reports to a URL of each message.
///
/// A report is a query, a form, a JSON object or a list of these; query and form count as an object of texts. Places are
/// JSON Pointers (RFC 6901). Words are compared without regard to case, and numbers as they are written.
#[derive(Clone, Debug)]
pub struct ReportFormat {
    /// Where the gateway's own id of the message stands.
    pub id: Option<String>,
    /// Where the status stands.
    pub status: String,
    /// What it is for a message that reached the phone.
    pub delivered: Vec<String>,
    /// What it is for one that did not and will not.
    pub failed: Vec<String>,
}

/// A report that is not written as its format says. It repeats nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// The body is neither a form nor JSON.
    #[error("the report is neither a form nor JSON")]
    NotRead,
    /// It has no status, or does not say of which message.
    #[error("the report does not say which message it is about, or what became of it")]
    Incomplete,
}

/// One report as it came over HTTP.
#[derive(Clone, Copy)]
pub struct Report<'a> {
    /// The id in the path of the call, if there is one.
    pub id: Option<ReceiptId>,
    /// The query of the URL, without its question mark.
    pub query: &'a str,
    /// `Content-Type`; anything but JSON is read as a form.
    pub content_type: &'a str,
    /// The body.
    pub body: &'a [u8],
}

impl ReportFormat {
    /// Kannel's, with `?status=%d` at the end of the URL: 1 is delivered; 2 and 16 are a failure at the phone and at the
    /// operator; 4 and 8 are on the way.
    pub fn kannel() -> Self {
        Self { id: None, ..Self::of(None, "/status", &["1"], &["2", "16"]) }
    }

    /// MSG91's webhook, version 3 or "Webhook (New)" with `requestId` and `status`. As its help pages have it, read in
    /// November 2026.
    pub fn msg91() -> Self {
        let failed = ["2", "9", "16", "17", "25", "failed", "ndnc", "rejected", "blocked number"];
        Self::of(Some("/requestId"), "/status", &["1", "delivered"], &failed)
    }

    fn of(id: Option<&str>, status: &str, delivered: &[&str], failed: &[&str]) -> Self {
        let own = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let id = id.map(str::to_owned);
        Self { id, status: status.to_owned(), delivered: own(delivered), failed: own(failed) }
    }

    /// The receipts of a report to `channel`: none where it says of no message that it is over.
    ///
    /// # Errors
    /// [`ReportError`].
    pub fn read(&self, channel: &str, report: Report<'_>) -> Result<Vec<Receipt>, ReportError> {
        let items = match report.document()? {
            Value::Array(items) => items,
            item => vec![item],
        };
        let receipts = items.iter().map(|item| self.receipt(channel, report.id, item));
        receipts.filter_map(Result::transpose).collect()
    }

    fn receipt(&self, channel: &str, in_path: Option<ReceiptId>, item: &Value) -> Result<Option<Receipt>, ReportError> {
        let of_gateway = || Some(ReceiptId::of_gateway(channel, &text_at(item, self.id.as_deref()?)?));
        let id = in_path.or_else(of_gateway).ok_or(ReportError::Incomplete)?;
        let status = text_at(item, &self.status).ok_or(ReportError::Incomplete)?;
        let is_one_of = |words: &[String]| words.iter().any(|word| word.to_lowercase() == status.to_lowercase());
        let fate = match () {
            () if is_one_of(&self.delivered) => Some(Fate::Delivered),
            () if is_one_of(&self.failed) => Some(Fate::Failed),
            () => None,
        };
        Ok(fate.map(|fate| Receipt { id, fate }))
    }
}

impl Report<'_> {
    fn document(&self) -> Result<Value, ReportError> {
        let is_json = self.content_type.trim_start().to_ascii_lowercase().starts_with("application/json");
        if is_json && !self.body.is_empty() {
            return serde_json::from_slice(self.body).map_err(|_| ReportError::NotRead);
        }
        let pairs = form_urlencoded::parse(self.query.as_bytes()).chain(form_urlencoded::parse(self.body));
        let members = pairs.map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())));
        Ok(Value::Object(members.collect::<Map<_, _>>()))
    }
}

/// A text or a number at a place, as text.
pub(crate) fn text_at(document: &Value, place: &str) -> Option<String> {
    match document.pointer(place)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn get(id: ReceiptId, query: &str) -> Report<'_> {
        Report { id: Some(id), query, content_type: "", body: b"" }
    }

    fn json(body: &str) -> Report<'_> {
        Report { id: None, query: "", content_type: "application/json; charset=utf-8", body: body.as_bytes() }
    }

    #[test]
    fn kannel_reports_by_number() {
        let id = ReceiptId::draw().unwrap();
        for (status, fate) in [
            ("1", Some(Fate::Delivered)),
            ("2", Some(Fate::Failed)),
            ("4", None),
            ("8", None),
            ("16", Some(Fate::Failed)),
        ] {
            let read = ReportFormat::kannel().read("kannel", get(id, &format!("status={status}"))).unwrap();
            assert_eq!(read, Vec::from_iter(fate.map(|fate| Receipt { id, fate })), "{status}");
        }
        assert_eq!(ReportFormat::kannel().read("kannel", get(id, "")), Err(ReportError::Incomplete));
    }

    #[test]
    fn msg91_names_the_message_by_its_own_id() {
        let id = ReceiptId::of_gateway("msg91", "346abc");
        let read = |body: &str| ReportFormat::msg91().read("msg91", json(body));
        let delivered = Ok(vec![Receipt { id, fate: Fate::Delivered }]);
        assert_eq!(read(r#"{"requestId": "346abc", "status": "1", "desc": "DELIVERED"}"#), delivered);
        assert_eq!(read(r#"{"requestId": "346abc", "status": "Delivered", "telNum": "91"}"#), delivered);
        assert_eq!(read(r#"{"requestId": "346abc", "status": 16}"#), Ok(vec![Receipt { id, fate: Fate::Failed }]));
        assert_eq!(read(r#"{"requestId": "346abc", "status": "Submitted"}"#), Ok(vec![]));
        assert_eq!(read(r#"{"status": "1"}"#), Err(ReportError::Incomplete));
        assert_eq!(read("{"), Err(ReportError::NotRead));
    }

    #[test]
    fn any_gateway_reports_by_a_form_or_a_list() {
        let own = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let format = ReportFormat {
            id: Some("/message/id".to_owned()),
            status: "/message/state".to_owned(),
            delivered: own(&["delivered", "read"]),
            failed: own(&["undelivered"]),
        };
        let list = r#"[{"message": {"id": 7, "state": "READ"}}, {"message": {"id": "8", "state": "undelivered"}},
                       {"message": {"id": "9", "state": "sent"}}]"#;
        let [seven, eight] = ["7", "8"].map(|id| ReceiptId::of_gateway("whatsapp", id));
        let want = vec![Receipt { id: seven, fate: Fate::Delivered }, Receipt { id: eight, fate: Fate::Failed }];
        assert_eq!(format.read("whatsapp", json(list)), Ok(want));

        let format = ReportFormat { id: Some("/sid".to_owned()), status: "/state".to_owned(), ..format };
        let content_type = "application/x-www-form-urlencoded";
        let form = Report { id: None, query: "", content_type, body: b"sid=8&state=undelivered" };
        let id = ReceiptId::of_gateway("voice", "8");
        assert_eq!(format.read("voice", form), Ok(vec![Receipt { id, fate: Fate::Failed }]));
    }

    proptest! {
        #[test]
        fn whatever_comes_is_read_or_refused(body in any::<Vec<u8>>(), query in any::<String>(), is_json in any::<bool>()) {
            let content_type = if is_json { "application/json" } else { "" };
            let report = Report { id: None, query: &query, content_type, body: &body };
            let _ = ReportFormat::msg91().read("msg91", report);
        }
    }
}
