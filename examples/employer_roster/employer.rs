use std::num::NonZeroU32;
use std::sync::Arc;

use anyhow::{Context, Result};
use kycvs::consent::{CodeProof, Identifier, Label, Language, Purpose, VerifyingEntity};
use kycvs::domain::{Mobile, PersonName, VaccinationStatus};
use kycvs::registry::SealedRegistry;
use kycvs::store::Limit;
use kycvs::token::{Algorithm, SigningKey, TokenIssuer};
use kycvs::{
    CollectingSender, Error, Granted, Limits, OpenRequest, Person, RegisteredEntity, ServiceKey, StatusRequest,
    StatusService,
};
use kycvs_examples::{ministry, mistyped};
use kycvs_memory::MemoryStore;

/// An employer, with the service that it asks.
pub(crate) struct Employer {
    service: StatusService,
    id: Identifier,
    purpose: Identifier,
    phones: Arc<CollectingSender>,
}

/// What came of asking one person.
pub(crate) struct Asked {
    /// What happened there, which the employer does not see.
    pub(crate) on_the_phone: &'static str,
    /// The status, `None` when the person declined, or the refusal.
    pub(crate) learnt: Result<Option<VaccinationStatus>, Error>,
}

/// What a person does with the code on the phone.
#[derive(Clone, Copy)]
pub(crate) enum Phone {
    EntersCode,
    MistypesFirst,
    Declines,
}

impl Employer {
    pub(crate) fn new(registry: SealedRegistry, store: Arc<MemoryStore>) -> Result<Self> {
        let (id, purpose) = (Identifier::parse("employer")?, Identifier::parse("return-to-office")?);
        let phones = Arc::new(CollectingSender::default());
        let key = SigningKey::generate(Algorithm::Es256)?;
        let service = StatusService::builder()
            .fiduciary(ministry()?)
            .entity(employer(&id, &purpose)?)
            .registry(Arc::new(registry))
            .store(store)
            .sender(phones.clone())
            .issuer(TokenIssuer::new("https://kycvs.example", Arc::new(key))?)
            .key(ServiceKey::generate()?)
            .limits(for_a_whole_roster()?)
            .build()?;
        Ok(Self { service, id, purpose, phones })
    }

    /// Asks one person.
    pub(crate) async fn ask(&self, mobile: Mobile, name: PersonName, phone: Phone) -> Result<Asked> {
        let asked = StatusRequest {
            entity: self.id.clone(),
            people: vec![Person::new(mobile, name)],
            purpose: self.purpose.clone(),
            policy: None,
            on: None,
            reference: None,
            language: Language::English,
            shows_notice: true,
        };
        let open = match self.service.request(asked).await {
            Ok(open) => open,
            Err(error) => return Ok(Asked { on_the_phone: "no message came", learnt: Err(error) }),
        };
        let code = self.phones.last_code(&mobile).context("no code came")?;
        let (on_the_phone, answer) = match phone {
            Phone::EntersCode => ("enters the code", self.confirm(&open, &code.proof()).await),
            Phone::MistypesFirst => match self.confirm(&open, &mistyped(&code)?).await {
                Err(Error::WrongCode { .. }) => {
                    ("mistypes the code, then enters it", self.confirm(&open, &code.proof()).await)
                }
                other => ("mistypes the code", other),
            },
            Phone::Declines => {
                let declined = self.service.decline(&self.id, &open.id).await;
                return Ok(Asked { on_the_phone: "declines", learnt: declined.map(|()| None) });
            }
        };
        Ok(Asked { on_the_phone, learnt: answer.map(|granted| Some(granted.status)) })
    }

    async fn confirm(&self, open: &OpenRequest, code: &CodeProof) -> Result<Granted, Error> {
        self.service.confirm(&self.id, &open.id, &open.confirmation(code.clone())).await?.only()
    }
}

/// A roster is asked at once, so this one limit is wide. Those that protect each person stay as they are.
fn for_a_whole_roster() -> Result<Limits> {
    let at_once = Limit {
        max: NonZeroU32::new(20_000).context("20000 is not 0")?,
        per_seconds: NonZeroU32::new(60).context("60 is not 0")?,
    };
    Ok(Limits { sends_per_entity: vec![at_once], ..Limits::default() })
}

/// Who asks, and for what. The answer may not be passed on.
fn employer(id: &Identifier, purpose: &Identifier) -> Result<RegisteredEntity> {
    let entity = VerifyingEntity { id: id.clone(), name: Label::parse("Example Works Ltd")? };
    let text = Label::parse("to plan the return to the office")?;
    Ok(RegisteredEntity::new(entity, [Purpose { code: purpose.clone(), text, onward_sharing: false }]))
}

impl Phone {
    /// The third person mistypes the code once, and every fifth declines.
    pub(crate) fn of(number: usize) -> Self {
        match number {
            3 => Self::MistypesFirst,
            _ if number.is_multiple_of(5) => Self::Declines,
            _ => Self::EntersCode,
        }
    }
}
