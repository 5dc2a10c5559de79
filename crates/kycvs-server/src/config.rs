//! A configuration file: what `kycvs-axum` reads, and what a server has beside it. All that is wrong in it is found at once.

mod cards;
mod channels;
mod document;
mod documented;
mod fault;
mod log;
mod messages;
mod policies;
mod published;
mod rates;
mod read;
mod restart;
mod secret;
mod settings;
mod signing;
mod sms;
mod stores;
mod trusted_issuers;

use std::path::Path;

use anyhow::{Result, anyhow, bail};
use kycvs::OtpDomain;
use kycvs_axum::{Brand, Config, Entity, HttpLimits, Issuer};
use kycvs_sms::{HostWords, Transport};
use serde::Deserialize;

pub(crate) use cards::{CARDS, CardSettings};
pub(crate) use channels::{Reporter, Ways};
pub(crate) use fault::Fault;
pub(crate) use log::LogSettings;
pub(crate) use messages::FlowLimits;
pub(crate) use published::{is_published, is_published_bytes};
pub(crate) use restart::AtStart;
pub(crate) use secret::refuse_readable_by_others;
pub(crate) use settings::ServiceSettings;
pub(crate) use signing::SigningSettings;
pub(crate) use stores::StoreSettings;
pub(crate) use trusted_issuers::TrustedIssuers;

use channels::Channels;
use document::Document;
use messages::{Codes, Messages, PresentedCertificates, WrongCodes};
use policies::PolicyFiles;
use read::Read;
use sms::Named;
use trusted_issuers::IssuerSettings;

use crate::bounded;
use crate::keys::LOG;

/// What a server is made of.
pub(crate) struct Configuration {
    pub(crate) http: Config,
    pub(crate) stores: StoreSettings,
    pub(crate) flow: FlowLimits,
    pub(crate) service: ServiceSettings,
    pub(crate) issuers: Option<TrustedIssuers>,
    pub(crate) cards: Option<CardSettings>,
    pub(crate) ways: Ways,
    /// What can be used and is perhaps not meant.
    pub(crate) warnings: Vec<Fault>,
    pub(crate) log: Option<LogSettings>,
    pub(crate) oidc: Option<kycvs_oidc::Settings>,
    pub(crate) signing: SigningSettings,
    /// What a reload does not take.
    pub(crate) at_start: AtStart,
}

/// What the tools need of a file.
#[derive(Default)]
pub(crate) struct Kept {
    pub(crate) stores: StoreSettings,
    pub(crate) log: Option<LogSettings>,
    pub(crate) signing: SigningSettings,
    pub(crate) cards: Option<CardSettings>,
}

impl Kept {
    /// The keys that these settings need beside the secrets, each with what makes it where it is missing.
    pub(crate) fn further_keys(&self) -> impl Iterator<Item = (&'static str, fn(&Path) -> Result<()>)> {
        let log = self.log.as_ref().map(|_| (LOG, LogSettings::make_key as fn(&Path) -> Result<()>));
        let cards = self.cards.as_ref().map(|_| (CARDS, CardSettings::make_key as fn(&Path) -> Result<()>));
        log.into_iter().chain(cards)
    }
}

/// Everything that a file may have.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    issuer: Issuer,
    #[serde(default)]
    entity: Vec<Entity>,
    #[serde(default)]
    limits: HttpLimits,
    #[serde(default)]
    page: Brand,
    #[serde(default)]
    stores: StoreSettings,
    sms: Option<Channels>,
    #[serde(default)]
    messages: Messages,
    #[serde(default)]
    wrong_codes: WrongCodes,
    #[serde(default)]
    codes: Codes,
    #[serde(default)]
    presented_certificates: PresentedCertificates,
    #[serde(default)]
    service: ServiceSettings,
    trusted_issuers: Option<IssuerSettings>,
    cards: Option<CardSettings>,
    log: Option<LogSettings>,
    oidc: Option<kycvs_oidc::Settings>,
    #[serde(default)]
    signing: SigningSettings,
    #[serde(default)]
    policies: PolicyFiles,
}

const MAX_BYTES: u64 = 1 << 20;

impl Configuration {
    /// Reads a file for a server.
    ///
    /// # Errors
    /// A file that cannot be read, and everything that is wrong in it, a line each. No value is repeated: it may be a
    /// password.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let (read, faults) = Self::check(path)?;
        match read {
            Some(configuration) if faults.is_empty() => Ok(configuration),
            _ => bail!(list(path, &faults)),
        }
    }

    /// The folders or databases of a file, for a command that needs nothing else of it.
    ///
    /// # Errors
    /// As [`read`](Self::read), but for what is wrong elsewhere in the file.
    pub(crate) fn read_stores(path: &Path) -> Result<StoreSettings> {
        Ok(Self::read_kept(path)?.stores)
    }

    /// The same with the public log, and where keys are.
    ///
    /// # Errors
    /// As [`read_stores`](Self::read_stores).
    pub(crate) fn read_kept(path: &Path) -> Result<Kept> {
        let document = Document::parse(&text(path)?).map_err(|faults| anyhow::anyhow!(list(path, &faults)))?;
        let Read { file, faults, .. } = read::all(&document);
        let of_these =
            faults.into_iter().filter(|fault| ["stores", "log", "signing"].iter().any(|part| fault.is_in(part)));
        let of_these: Vec<Fault> = of_these.collect();
        match file {
            Some(file) if of_these.is_empty() => {
                Ok(Kept { stores: file.stores, log: file.log, signing: file.signing, cards: file.cards })
            }
            _ if of_these.is_empty() => bail!("{} cannot be read: run kycvs check-config", path.display()),
            _ => bail!(list(path, &of_these)),
        }
    }

    /// Reads a file, and finds everything that is wrong in it.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub(crate) fn check(path: &Path) -> Result<(Option<Self>, Vec<Fault>)> {
        let document = match Document::parse(&text(path)?) {
            Ok(document) => document,
            Err(faults) => return Ok((None, faults)),
        };
        let Read { file, values, faults: misread } = read::all(&document);
        let Some(file) = file else { return Ok((None, Fault::once_each(misread))) };
        let mut faults = Vec::new();
        let File { issuer, entity, limits, page, stores, sms, messages, wrong_codes, codes, .. } = file;
        let certificates = file.presented_certificates;
        let (service, flow) = (file.service, FlowLimits { messages, wrong_codes, codes, certificates });
        let (trusted_issuers, cards, oidc) = (file.trusted_issuers, file.cards, file.oidc);
        let (log, signing) = (file.log, file.signing);
        let (policies, of_policies) = file.policies.read();
        let http = Config { issuer, entities: entity, limits, page, policies };
        faults.extend(http.faults().iter().filter_map(|error| document.of_config(&http, error)));
        if http.entities.is_empty() {
            faults.push(document.fault("entity", "there is no [[entity]]: nobody could ask anything"));
        }
        faults.extend(document.known_keys(&http));
        // Of what is wrong with them, the faults above say all.
        let entities = http.registered_entities().unwrap_or_default();
        let domain = OtpDomain::parse(http.issuer.url.host()).ok();
        let host = HostWords {
            issuer: &http.issuer.name,
            domain: domain.as_ref(),
            links: http.issuer.links.as_ref(),
            validity: flow.limits().challenge.code_lifetime,
        };
        let named = Named { host, entities: &entities };
        let ways = match sms.map(|sms| sms.ways(http.issuer.url.as_str(), named)) {
            Some(Ok(ways)) => Some(ways),
            Some(Err(wrong)) => {
                let faults_of = wrong.iter().map(|(place, error)| document.fault(place, &crate::ending::words(error)));
                faults.extend(faults_of);
                None
            }
            None => {
                let what = "there is no SMS gateway: add [sms.kannel], [sms.msg91] or [sms.http]";
                faults.push(document.fault("sms", what));
                None
            }
        };
        let issuers = match trusted_issuers.map(|settings| settings.open()).transpose() {
            Ok(issuers) => issuers,
            Err(error) => {
                faults.push(document.fault("trusted_issuers.list", &crate::ending::words(&error)));
                None
            }
        };
        let more = stores
            .faults()
            .into_iter()
            .chain(service.faults(&http.policies))
            .chain(flow.faults())
            .chain(cards.iter().flat_map(|cards| cards.faults(http.issuer.url.as_str())));
        let in_lists = log.iter().flat_map(LogSettings::faults).chain(signing.faults());
        // No message would ever get to another one.
        let of_webhooks = http.entities.iter().enumerate().filter_map(|(at, entity)| {
            let error = Transport::check_url(entity.webhook.as_ref()?.url.as_str()).err()?;
            Some((format!("entity[{at}].webhook.url"), error.to_string()))
        });
        let of_clients = oidc
            .iter()
            .flat_map(|oidc| oidc.unknown_clients(&http))
            .map(|at| (format!("oidc.public_clients[{at}]"), "there is no [[entity]] with this id".to_owned()));
        let more =
            more.map(|(place, what)| (place.to_owned(), what)).chain(in_lists).chain(of_policies).chain(of_clients);
        let more = more.chain(of_webhooks);
        faults.extend(more.map(|(place, what)| document.fault(&place, &what)));
        // A documented value is in the place of what was misread, so nothing further is said of it.
        faults.retain(|fault| !misread.iter().any(|misread| fault.is_within(&misread.place)));
        let faults = Fault::once_each(misread.into_iter().chain(faults).collect());
        let Some(ways) = ways else { return Ok((None, faults)) };
        let warnings = ways.odd.iter().map(|(place, what)| document.fault(place, what));
        let warnings = warnings.filter(|warning| !faults.iter().any(|fault| fault.is_within(&warning.place))).collect();
        let at_start = AtStart::of(&values, &http.limits);
        let read = Self { at_start, http, stores, flow, service, issuers, cards, ways, warnings, log, signing, oidc };
        Ok((Some(read), faults))
    }
}

/// The faults of a file, a line each.
pub(crate) fn list(path: &Path, faults: &[Fault]) -> String {
    let lines: Vec<String> = faults.iter().map(|fault| format!("{}:{fault}", path.display())).collect();
    lines.join("\nerror: ")
}

fn text(path: &Path) -> Result<String> {
    let name = path.display();
    String::from_utf8(bounded::read(path, MAX_BYTES)?).map_err(|error| {
        let before = error.as_bytes().iter().take(error.utf8_error().valid_up_to());
        let line = 1 + before.filter(|byte| **byte == b'\n').count();
        anyhow!("{name}:{line}: this is not UTF-8: save the file as UTF-8")
    })
}
