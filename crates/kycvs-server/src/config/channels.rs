use std::collections::HashSet;
use std::fmt;
use std::num::NonZeroU8;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use kycvs::consent::Identifier;
use kycvs_sms::{Channel, Link, ReceiptsOf, ReportFormat, ReportTo};
use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

use super::sms::{HttpSettings, KannelSettings, Msg91Settings, Named, Odd};

/// The ways to a person, in the order in which they are tried: `[sms.kannel]` alone, or each under its own `[[sms]]`.
pub(crate) struct Channels {
    of: Vec<ChannelSettings>,
    /// Whether each is under its own `[[sms]]`.
    is_list: bool,
}

/// One of them. There are passwords in it, so it has no `Debug`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChannelSettings {
    /// As metrics show it, and as it is in the URL of its receipts. Default: the kind of the gateway.
    name: Option<Identifier>,
    /// When the next one gets the message, if no receipt came.
    next_after_seconds: Option<NonZeroU8>,
    receipts: Option<ReceiptSettings>,
    kannel: Option<KannelSettings>,
    msg91: Option<Msg91Settings>,
    http: Option<HttpSettings>,
}

/// How receipts of a channel come in, at `/v1/receipts/NAME` under the issuer's URL or another one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReceiptSettings {
    secret: String,
    url: Option<String>,
    /// Where a report says which message it is about, unless each message gives the gateway a URL of its own.
    id: Option<String>,
    /// Where a report says what became of it, and in which words.
    status: Option<String>,
    #[serde(default)]
    delivered: Vec<String>,
    #[serde(default)]
    failed: Vec<String>,
}

/// A gateway that reports on messages, as its calls are taken.
#[derive(Clone)]
pub(crate) struct Reporter {
    pub(crate) name: String,
    pub(crate) secret: String,
    pub(crate) format: ReportFormat,
}

/// What channels make of a configuration: those that send, and those that report.
#[derive(Default)]
pub(crate) struct Ways {
    pub(crate) links: Vec<Link>,
    pub(crate) reporters: Vec<Reporter>,
    /// What they cannot send, with the place in the file.
    pub(crate) odd: Vec<(String, String)>,
}

/// What is wrong, with its place in the file.
type Wrong = (String, anyhow::Error);

/// A channel by its settings: that it sends, that it reports, and what it cannot send.
type Way = (Link, Option<Reporter>, Vec<(String, String)>);

impl Channels {
    /// The channels that this configures. Every message to come is tried on the names in it, so that one that is too long for a
    /// registered template is found before a person waits for a code. Receipts come in under `issuer`.
    pub(crate) fn ways(self, issuer: &str, named: Named<'_>) -> Result<Ways, Vec<Wrong>> {
        let (mut ways, mut wrong, mut names) = (Ways::default(), Vec::new(), HashSet::new());
        for (at, settings) in self.of.into_iter().enumerate() {
            let place = if self.is_list { format!("sms[{at}]") } else { "sms".to_owned() };
            match settings.way(&place, issuer, named) {
                Ok((link, ..)) if !names.insert(link.name.clone()) => {
                    wrong.push((place, anyhow!("another channel is called `{}`: give it a name", link.name)));
                }
                Ok((link, reporter, odd)) => {
                    ways.links.push(link);
                    ways.reporters.extend(reporter);
                    ways.odd.extend(odd);
                }
                Err(error) => wrong.push(error),
            }
        }
        if wrong.is_empty() { Ok(ways) } else { Err(wrong) }
    }
}

impl ChannelSettings {
    fn way(self, place: &str, issuer: &str, named: Named<'_>) -> Result<Way, Wrong> {
        let Self { name, next_after_seconds, receipts, kannel, msg91, http } = self;
        let (kind, format, reports_to_url, channel) = match (kannel, msg91, http) {
            (Some(kannel), None, None) => {
                ("kannel", Some(ReportFormat::kannel()), true, kannel.channel(named).map(shared))
            }
            (None, Some(msg91), None) => {
                ("msg91", Some(ReportFormat::msg91()), false, msg91.channel(named).map(shared))
            }
            (None, None, Some(http)) => {
                let gateway = http.channel(named);
                let reports_to_url = gateway.as_ref().is_ok_and(|(gateway, _)| gateway.has_receipt_url());
                ("http", None, reports_to_url, gateway.map(shared))
            }
            (None, None, None) => {
                return Err((place.to_owned(), anyhow!("it has no gateway: add one of `kannel`, `msg91`, `http`")));
            }
            _ => return Err((place.to_owned(), anyhow!("it has several gateways: begin each with its own [[sms]]"))),
        };
        let (channel, odd) = channel.map_err(|(key, error)| (format!("{place}.{kind}{key}"), error))?;
        let odd = odd.into_iter().map(|what| (format!("{place}.{kind}"), what)).collect();
        let name = name.map_or_else(|| kind.to_owned(), |name| name.as_str().to_owned());
        let patience = next_after_seconds.map(|seconds| Duration::from_secs(seconds.get().into()));
        let Some(receipts) = receipts else {
            if patience.is_some() {
                let why = "it needs `receipts`, which show whether a message arrived";
                return Err((format!("{place}.next_after_seconds"), anyhow!(why)));
            }
            return Ok((Link { name, channel, receipts: None }, None, odd));
        };
        let wrong = |error| (format!("{place}.receipts"), error);
        let format = receipts.format(format, reports_to_url).map_err(wrong)?;
        let base = receipts.url.unwrap_or_else(|| format!("{issuer}/v1/receipts"));
        let report_to = ReportTo::new(&base, &name, &receipts.secret).context(
            "a secret must be 16 to 128 letters, digits, - and _; a name 1 to 32 of them; a url http:// or https://",
        );
        let report_to = Some(report_to.map_err(wrong)?).filter(|_| reports_to_url);
        let reporter = Reporter { name: name.clone(), secret: receipts.secret, format };
        Ok((Link { name, channel, receipts: Some(ReceiptsOf { report_to, patience }) }, Some(reporter), odd))
    }
}

fn shared((channel, odd): Odd<impl Channel + 'static>) -> Odd<Arc<dyn Channel>> {
    (Arc::new(channel), odd)
}

impl ReceiptSettings {
    /// How reports are read: as the gateway's kind writes them, or as the file says.
    fn format(&self, known: Option<ReportFormat>, reports_to_url: bool) -> Result<ReportFormat> {
        match (known, &self.status) {
            (Some(known), None) if self.id.is_none() && self.delivered.is_empty() && self.failed.is_empty() => {
                Ok(known)
            }
            (None, Some(status)) if !self.delivered.is_empty() => {
                if self.id.is_none() && !reports_to_url {
                    bail!("`id` is missing, or {{receipt_url}} in the request: which message is a report about?");
                }
                let (id, status) = (self.id.clone(), status.clone());
                Ok(ReportFormat { id, status, delivered: self.delivered.clone(), failed: self.failed.clone() })
            }
            (None, _) => bail!(
                "`status` and `delivered` are missing: where, and in which words, does a report say that a message arrived?"
            ),
            (Some(_), _) => bail!("this gateway's reports are known: write `secret` alone"),
        }
    }
}

impl<'de> Deserialize<'de> for Channels {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneOrMore)
    }
}

struct OneOrMore;

impl<'de> Visitor<'de> for OneOrMore {
    type Value = Channels;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[sms.kannel], [sms.msg91] or [sms.http], or [[sms]] before each of several")
    }

    fn visit_map<A: MapAccess<'de>>(self, one: A) -> Result<Channels, A::Error> {
        ChannelSettings::deserialize(MapAccessDeserializer::new(one))
            .map(|one| Channels { of: vec![one], is_list: false })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Channels, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(list)).map(|of| Channels { of, is_list: true })
    }
}
