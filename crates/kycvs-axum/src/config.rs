use std::collections::BTreeMap;
use std::num::NonZeroU32;

use kycvs::consent::{DataFiduciary, Identifier, Label, Language, Purpose, VerifyingEntity};
use kycvs::domain::Policy;
use kycvs::store::Limit;
use kycvs::{EntityLimits, LinkBase, OtpDomain, RegisteredEntity, RegisteredPurpose, StatusServiceBuilder};
use serde::Deserialize;

use crate::entity::Entities;
use crate::page::Pages;
use crate::{ApiKeys, Brand, BrandError, HttpLimits, Logo, Origin, ReturnUrl, Webhook, read_toml};

/// Who answers, who may ask, and the numbers of the adapter: what a server reads from its configuration file.
///
/// ```
/// let config = kycvs_axum::Config::from_toml(r#"
///     [issuer]
///     url = "https://kycvs.example"
///     name = "Ministry of Health"
///     grievance = "grievance@kycvs.example"
///
///     [[entity]]
///     id = "irctc"
///     name = "Indian Railways"
///     api_key_sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
///     purposes = [{ code = "railway-booking", text = "to book a railway ticket" }]
///     origins = ["https://rail.example"]
///     return_urls = ["https://rail.example/kycvs/return"]
/// "#)?;
/// assert_eq!(config.entities[0].id.as_str(), "irctc");
/// # Ok::<(), kycvs_axum::ConfigError>(())
/// ```
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Who answers.
    pub issuer: Issuer,
    /// Who may ask, in the file as `[[entity]]`.
    #[serde(rename = "entity", default)]
    pub entities: Vec<Entity>,
    /// The numbers of the adapter.
    #[serde(default)]
    pub limits: HttpLimits,
    /// How the pages look.
    #[serde(default)]
    pub page: Brand,
    /// Policies of the host's own, which purposes may name beside those that are built in. They have files of their own, so
    /// that a configuration file has none.
    #[serde(skip)]
    pub policies: Vec<Policy>,
}

/// Who answers, and where.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issuer {
    /// The origin that the router is reached under. It is the `iss` of the tokens, and the last line of a message.
    pub url: Origin,
    /// The identifier in consents. Default `kycvs`.
    #[serde(default = "Identifier::kycvs")]
    pub id: Identifier,
    /// The name, as people know it.
    pub name: Label,
    /// The name in other languages, such as `{ hi = "भारतीय रेल" }`. The rest read `name`.
    #[serde(default)]
    pub names: BTreeMap<Language, Label>,
    /// Where to complain.
    pub grievance: Label,
    /// Where to ask. Default: where to complain.
    pub contact: Option<Label>,
    /// Where to withdraw a consent later. Default: the person's own page, `/me` of this issuer.
    pub withdrawal: Option<Label>,
    /// Where links in messages lead: each mobile number of a booking but the first gets a message with one. The page behind them is
    /// `/l/` of this issuer, so `https://kycvs.example/l/`, or a shorter address that leads there. Default without: then one
    /// booking has one mobile number.
    pub links: Option<LinkBase>,
    /// How many proxies stand before the server and add to `X-Forwarded-For`. Default 0: the header is not believed.
    #[serde(default)]
    pub trusted_proxies: u8,
}

/// A verifying entity and what it may do over HTTP.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entity {
    /// The audience of its tokens.
    pub id: Identifier,
    /// The name, as people know it.
    pub name: Label,
    /// The name in other languages, such as `{ hi = "भारतीय रेल" }`. The rest read `name`.
    #[serde(default)]
    pub names: BTreeMap<Language, Label>,
    /// The picture beside its name where the page says who asks. Without one, the page shows the first letter of the name.
    pub logo: Option<Logo>,
    /// The SHA-256 of its API key, or of each of its keys.
    pub api_key_sha256: ApiKeys,
    /// What it may ask for. The first one is that of CoWIN-compatible calls, which name none.
    pub purposes: Vec<EntityPurpose>,
    /// The origins whose pages may embed the consent page.
    #[serde(default)]
    pub origins: Vec<Origin>,
    /// Where people may be sent back to.
    #[serde(default)]
    pub return_urls: Vec<ReturnUrl>,
    /// Whether it may use the calls that CoWIN had in 2021. Default no: they show no notice.
    #[serde(default)]
    pub cowin_calls: bool,
    /// What it may do, where it is not what all may.
    #[serde(default)]
    pub limits: OwnLimits,
    /// Where to send news of requests and visits that ended.
    pub webhook: Option<Webhook>,
}

/// Limits of one entity in the place of those of all.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OwnLimits {
    /// To how many messages it may lead in a minute.
    pub messages_per_minute: Option<NonZeroU32>,
    /// How many wrong codes may be entered at it in an hour, across all numbers; then it gets no answers until they age out.
    pub wrong_codes_per_hour: Option<NonZeroU32>,
}

impl Entity {
    /// Its name as who reads a language knows it.
    pub(crate) fn name_in(&self, language: Language) -> &Label {
        self.names.get(&language).unwrap_or(&self.name)
    }
}

impl EntityPurpose {
    /// Its text in a language.
    pub(crate) fn text_in(&self, language: Language) -> &Label {
        self.texts.get(&language).unwrap_or(&self.text)
    }
}

impl From<OwnLimits> for EntityLimits {
    fn from(own: OwnLimits) -> Self {
        let limit = |max, per_seconds| vec![Limit { max, per_seconds }];
        let (minute, hour) = (NonZeroU32::MIN.saturating_add(59), NonZeroU32::MIN.saturating_add(3599));
        Self {
            sends: own.messages_per_minute.map(|max| limit(max, minute)),
            failures: own.wrong_codes_per_hour.map(|max| limit(max, hour)),
        }
    }
}

/// One purpose of an entity.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntityPurpose {
    /// Its code.
    pub code: Identifier,
    /// Words that complete "asks for your vaccination status …".
    pub text: Label,
    /// The same in other languages. The rest read `text`.
    #[serde(default)]
    pub texts: BTreeMap<Language, Label>,
    /// Whether the answer may be shown to others. Default yes: a status that is shared at once is what KYC-VS is for, and
    /// the notice says it.
    #[serde(default = "default_sharing")]
    pub onward_sharing: bool,
    /// The ids of the policies that a question may name, built in or of [`Config::policies`]; one that names none is answered by
    /// the first. Without them, the service's own policy answers.
    #[serde(default)]
    pub policies: Vec<String>,
    /// Whether a policy whose day of review has passed answers no more. Default no.
    #[serde(default)]
    pub refuses_overdue: bool,
}

/// What is wrong with a configuration. It does not repeat what is there, which may be a key in the wrong place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The text is not TOML, or not a configuration.
    #[error("line {line} of the configuration: {what}")]
    Text {
        /// Which line, from 1; 0 when it is not known.
        line: usize,
        /// The key, and what is expected there.
        what: String,
    },
    /// Two entities have the same id or the same API key.
    #[error("another entity has the id `{0}`, too")]
    RepeatedEntity(Identifier),
    /// The name says it.
    #[error("the entity `{0}` has an API key that another one has, too: make one for each")]
    SharedKey(Identifier),
    /// An entity has no purpose.
    #[error("the entity `{0}` has no purpose")]
    NoPurpose(Identifier),
    /// The name says it.
    #[error("another purpose of the entity `{entity}` has this code, too")]
    RepeatedPurpose {
        /// Whose purpose it is.
        entity: Identifier,
        /// Which one, from 0.
        purpose: usize,
    },
    /// A text of an entity has `<` or `>`. It goes into messages and tokens, which others show.
    #[error("the name of the entity `{0}`, or the text of a purpose of it, has `<` or `>`")]
    Markup(Identifier),
    /// A purpose names a policy that nobody knows.
    #[error("a purpose of the entity `{entity}` names a policy that is neither built in nor one of the host's own")]
    UnknownPolicy {
        /// Whose purpose.
        entity: Identifier,
        /// Which of its purposes, from 0.
        purpose: usize,
        /// Which of the purpose's policies, from 0.
        policy: usize,
    },
    /// Two policies of the host's own have one id.
    #[error("two policies of the host's own have the id `{0}`")]
    RepeatedPolicy(String),
    /// The tokens of the service have another `iss` than the configuration's URL.
    #[error("the service issues in another name than the configuration's `issuer.url`")]
    AnotherIssuer,
    /// The look of the pages cannot be used.
    #[error(transparent)]
    Page(#[from] BrandError),
    /// A number is out of its range.
    #[error("`limits.{field}` must be {min} to {max}")]
    Limit {
        /// Which one.
        field: &'static str,
        /// The least that it may be.
        min: u64,
        /// The most that it may be.
        max: u64,
    },
}

impl Config {
    /// Reads a configuration file. One with more in it is read by [`read_toml`](crate::read_toml).
    ///
    /// # Errors
    /// [`ConfigError::Text`] says where and what.
    pub fn from_toml(text: &str) -> Result<Self, ConfigError> {
        read_toml(text)
    }

    /// Checks what no line shows by itself: the numbers, the entities among themselves, the look of the pages.
    /// [`Http::new`](crate::Http::new) does so too; a server that first fills a registry, for example, checks before.
    ///
    /// # Errors
    /// The first of the [`faults`](Self::faults).
    pub fn check(&self) -> Result<(), ConfigError> {
        self.faults().into_iter().next().map_or(Ok(()), Err)
    }

    /// Everything that no line shows by itself.
    pub fn faults(&self) -> Vec<ConfigError> {
        let mut faults = self.limits.faults();
        faults.extend(Entities::faults(&self.entities));
        faults.extend(self.policy_faults());
        faults.extend(Pages::new(self).err().map(ConfigError::from));
        faults
    }

    /// Tells a service that is being built who answers, who may ask, where links lead, and on which host codes are entered. A code is bound to
    /// a domain; on an address, such as `http://127.0.0.1:8080`, it is not.
    ///
    /// # Errors
    /// As [`registered_entities`](Self::registered_entities).
    pub fn apply_to(&self, builder: StatusServiceBuilder) -> Result<StatusServiceBuilder, ConfigError> {
        let entities = self.registered_entities()?.into_iter();
        let builder = entities.fold(builder.fiduciary(self.fiduciary()), StatusServiceBuilder::entity);
        let own = |builder: StatusServiceBuilder, entity: &Entity| {
            builder.entity_limits(entity.id.clone(), entity.limits.into())
        };
        let builder = self.entities.iter().fold(builder, own);
        let builder = self.issuer.links.iter().cloned().fold(builder, StatusServiceBuilder::links);
        Ok(match OtpDomain::parse(self.issuer.url.host()) {
            Ok(domain) => builder.otp_domain(domain),
            Err(_) => builder,
        })
    }

    /// Who answers, as the service wants it.
    pub fn fiduciary(&self) -> DataFiduciary {
        let Issuer { id, name, grievance, contact, withdrawal, .. } = self.issuer.clone();
        let contact = contact.unwrap_or_else(|| grievance.clone());
        let own_page = Label::parse(&format!("{}/me", self.issuer.url.as_str()));
        let withdrawal = withdrawal.or(own_page.ok()).unwrap_or_else(|| contact.clone());
        DataFiduciary { id, name, withdrawal, contact, grievance }
    }

    /// Who may ask, as the service wants it.
    ///
    /// # Errors
    /// [`ConfigError::UnknownPolicy`] and [`ConfigError::RepeatedPolicy`], the first of them.
    pub fn registered_entities(&self) -> Result<Vec<RegisteredEntity>, ConfigError> {
        if let Some(fault) = self.policy_faults().next() {
            return Err(fault);
        }
        let registered = |purpose: &EntityPurpose| {
            let EntityPurpose { code, text, texts, onward_sharing, policies, refuses_overdue } = purpose.clone();
            let policies = policies.iter().filter_map(|id| self.policy(id)).collect();
            RegisteredPurpose { purpose: Purpose { code, text, onward_sharing }, texts, policies, refuses_overdue }
        };
        let entities = self.entities.iter().map(|Entity { id, name, names, purposes, .. }| RegisteredEntity {
            entity: VerifyingEntity { id: id.clone(), name: name.clone() },
            names: names.clone(),
            purposes: purposes.iter().map(registered).collect(),
        });
        Ok(entities.collect())
    }

    /// A policy of the host's own, or one that is built in.
    fn policy(&self, id: &str) -> Option<Policy> {
        self.policies.iter().find(|policy| policy.id() == id).cloned().or_else(|| Policy::builtin(id))
    }

    fn policy_faults(&self) -> impl Iterator<Item = ConfigError> {
        let repeated = self.policies.iter().enumerate().filter_map(|(at, policy)| {
            let is_repeated = self.policies.iter().take(at).any(|earlier| earlier.id() == policy.id());
            is_repeated.then(|| ConfigError::RepeatedPolicy(policy.id().to_owned()))
        });
        let is_own = |id: &str| self.policies.iter().any(|own| own.id() == id);
        let is_known = move |id: &str| is_own(id) || Policy::builtin_ids().any(|builtin| builtin == id);
        let unknown = self.entities.iter().flat_map(move |entity| {
            let purposes = entity.purposes.iter().enumerate();
            let named = purposes.flat_map(|(purpose, known)| {
                known.policies.iter().enumerate().map(move |(policy, id)| (purpose, policy, id))
            });
            named.filter(move |(.., id)| !is_known(id)).map(|(purpose, policy, _)| ConfigError::UnknownPolicy {
                entity: entity.id.clone(),
                purpose,
                policy,
            })
        });
        repeated.chain(unknown)
    }
}

fn default_sharing() -> bool {
    true
}
