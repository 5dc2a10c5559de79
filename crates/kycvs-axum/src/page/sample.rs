//! What a page must have, so that its step works: a host's own templates are held to it before the first person comes.

use serde_json::{Value, json};

use super::brand::BrandError;

/// A page as it could be, and what it must contain whatever it looks like.
pub(super) struct Sample {
    /// The template.
    pub(super) page: &'static str,
    /// What it shows.
    pub(super) shown: Value,
    /// Attributes without their quotes, and values of `shown`.
    parts: &'static [&'static str],
}

pub(super) fn samples() -> [Sample; 14] {
    [
        Sample {
            page: "ask.html",
            shown: json!({ "action": "/embed/sample", "origin": "https://sample.example", "key": "sample-key",
            "people": [{ "name": "sample-given", "last": "sample-number" }],
            "fields": [{ "mobile": { "id": "mobile" }, "name": { "id": "name" } },
                { "legend": "sample-legend", "name": { "id": "name-1", "value": "sample-typed" } }] }),
            parts: &[
                "id=step",
                "data-origin=https://sample.example",
                "sample-given",
                "sample-number",
                "sample-legend",
                "name=name-1",
                "sample-typed",
                "id=apart",
                "method=post",
                "action=/embed/sample",
                "name=mobile",
                "name=name",
                "value=ask",
                "value=decline",
                "name=key",
                "value=sample-key",
            ],
        },
        Sample {
            page: "code.html",
            shown: json!({ "action": "/embed/sample", "key": "sample-key", "resend_in": 0, "others": "sample-others",
            "people": [{ "name": "sample-name", "position": 0 }, { "name": "sample-2", "position": 3 }],
            "typed": [{ "name": "mobile-1", "value": "sample-typed" }],
            "notice": { "hash": "sample-hash", "sections": [{ "heading": "sample-heading", "paragraphs": ["sample-notice"] }] } }),
            parts: &[
                "id=step",
                "method=post",
                "action=/embed/sample",
                "sample-name",
                "name=left_out-0",
                "name=left_out-3",
                "sample-others",
                "value=sample-typed",
                "sample-heading",
                "sample-notice",
                "name=notice_hash",
                "value=sample-hash",
                "name=key",
                "value=sample-key",
                "name=otp",
                "value=confirm",
                "value=decline",
                "value=resend",
            ],
        },
        Sample {
            page: "birth-year.html",
            shown: json!({ "action": "/embed/sample", "notice_hash": "sample-hash", "key": "sample-key", "otp": "sample-otp",
            "left_out": [4], "years": [{ "id": "birth_year-2", "label": "sample-label" }, { "id": "birth_year-4", "label": "sample-other" }] }),
            parts: &[
                "id=step",
                "method=post",
                "action=/embed/sample",
                "value=sample-hash",
                "value=sample-key",
                "value=sample-otp",
                "name=birth_year-2",
                "sample-label",
                "name=left_out-4",
                "value=confirm",
                "value=decline",
            ],
        },
        Sample {
            page: "answer.html",
            shown: json!({ "action": "/embed/sample", "key": "sample-key", "renew_after": 60, "is_shared": true,
            "answers": [{ "name": "sample-name", "status": 2, "withdrawal": "sample-withdrawal" }, { "name": "sample-2", "without": "sample-without" }],
            "others": "sample-others", "origin": "https://sample.example" }),
            parts: &[
                "id=step",
                "data-origin=https://sample.example",
                "data-renew-after=60",
                "Fully vaccinated",
                "sample-name",
                "sample-without",
                "sample-withdrawal",
                "sample-others",
                "method=post",
                "action=/embed/sample",
                "name=key",
                "value=sample-key",
                "value=withdraw",
            ],
        },
        Sample {
            page: "answer.html",
            shown: json!({ "action": "/embed/sample", "answers": [{ "status": 0 }], "key": "sample-key", "go_on": "sample-words" }),
            parts: &["Not vaccinated", "value=sample-key", "value=continue", "sample-words"],
        },
        Sample {
            page: "end.html",
            shown: json!({ "action": "/embed/sample", "title": "sample-title", "problem": "sample-problem", "key": "sample-key",
            "back": { "link": "https://sample.example/return" } }),
            parts: &[
                "id=step",
                "sample-title",
                "sample-problem",
                "action=/embed/sample",
                "name=key",
                "value=sample-key",
                "value=again",
                "href=https://sample.example/return",
            ],
        },
        Sample {
            page: "end.html",
            shown: json!({ "title": "sample-title", "goes_on": true, "back": { "link": "https://sample.example/return", "message": "sample-message" } }),
            parts: &["data-message=sample-message", "http-equiv=refresh", "href=https://sample.example/return"],
        },
        Sample {
            page: "verify.html",
            shown: json!({ "action": "/verify", "shown": { "status": 1, "entity": "sample-entity", "until": "sample-time" } }),
            parts: &["method=post", "name=token", "Partially vaccinated", "sample-entity", "sample-time"],
        },
        Sample {
            page: "me-ask.html",
            shown: json!({ "action": "/me" }),
            parts: &["method=post", "action=/me", "name=mobile", "name=name", "value=ask"],
        },
        Sample {
            page: "me-code.html",
            shown: json!({ "action": "/me", "request": "sample-request", "attempt": "sample-attempt",
            "notice": { "hash": "sample-hash", "sections": [{ "heading": "sample-heading", "paragraphs": ["sample-notice"] }] },
            "may_resend": true }),
            parts: &[
                "method=post",
                "action=/me",
                "value=sample-request",
                "value=sample-attempt",
                "value=sample-hash",
                "sample-notice",
                "name=otp",
                "value=open",
                "value=open-and-withdraw",
                "value=resend",
            ],
        },
        Sample {
            page: "me.html",
            shown: json!({ "action": "/me", "session": "sample-session", "entries": [{ "consent": "sample-consent",
            "entity": "sample-entity", "status": 2, "state": "active", "may_be_withdrawn": true }] }),
            parts: &[
                "method=post",
                "action=/me",
                "value=sample-session",
                "value=sample-consent",
                "sample-entity",
                "Fully vaccinated",
                "value=withdraw",
                "value=withdraw-all",
                "value=receipt",
                "value=erase",
                "value=close",
            ],
        },
        Sample {
            page: "me-cards.html",
            shown: json!({ "action": "/me", "session": "sample-session", "cards": [{ "kind": "sample-kind",
            "name": "sample-name", "qr": "<svg></svg>" }] }),
            parts: &["action=/me", "value=sample-session", "sample-name", "<svg>", "value=card-sample-kind"],
        },
        Sample {
            page: "receipt.html",
            shown: json!({ "action": "/me", "session": "sample-session", "entry": { "consent": "sample-consent",
            "entity": "sample-entity", "status": 1, "state": "active" } }),
            parts: &[
                "sample-entity",
                "Partially vaccinated",
                "sample-consent",
                "value=receipt-jws",
                "value=receipt-dpv",
            ],
        },
        Sample {
            page: "withdraw.html",
            shown: json!({ "action": "/w" }),
            parts: &["id=withdrawal", "method=post", "action=/w", "name=code", "value=withdraw"],
        },
    ]
}

impl Sample {
    /// Refuses a page that lacks something. Attributes may be quoted in any way, and come in any order.
    pub(super) fn check(&self, page: &str) -> Result<(), BrandError> {
        let plain = page.replace(['"', '\''], "").replace("&#x2f;", "/");
        match self.parts.iter().find(|part| !plain.contains(**part)) {
            Some(part) => Err(BrandError::Incomplete { page: self.page, part }),
            None => Ok(()),
        }
    }
}
