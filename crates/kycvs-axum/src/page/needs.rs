//! Why a person has their status, need by need: on their own page alone.

use kycvs::NeedAnswer;
use kycvs::consent::Language;
use kycvs::domain::NeedReason;
use serde_json::{Value as Json, json};

use super::texts::Text as Texts;
use super::texts::Value::Text;

/// Each need with its reason and the day that comes next, in words of the language.
pub(super) fn explained(needs: &[NeedAnswer], text: &Texts, language: Language) -> Vec<Json> {
    let plain = |name: &str| text.plain().get(name).cloned().unwrap_or_default();
    let explained = |need: &NeedAnswer| {
        let (reason, day) = match need.reason {
            NeedReason::Complete => ("need_complete", need.valid_until.map(|day| ("need-until", day))),
            NeedReason::FinalDose => ("need_final_dose", need.valid_until.map(|day| ("need-until", day))),
            NeedReason::Immune => ("need_immune", None),
            NeedReason::Waiting => ("need_waiting", need.effective_on.map(|day| ("need-counts", day))),
            NeedReason::Expired => ("need_expired", need.next_due.map(|day| ("need-due", day))),
            NeedReason::DoseMissing => ("need_dose_missing", need.next_due.map(|day| ("need-due", day))),
            _ => ("need_no_dose", need.next_due.map(|day| ("need-due", day))),
        };
        json!({
            "name": &**need.name.in_language(language.tag()),
            "status": u8::from(need.status),
            "why": plain(reason),
            "next": day.map(|(message, day)| text.say(message, [("day", Text(&language.day(day)))])),
            "aside": (!need.required).then(|| plain("need_aside")),
        })
    };
    needs.iter().map(explained).collect()
}
