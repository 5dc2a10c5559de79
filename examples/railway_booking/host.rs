use std::sync::Arc;

use anyhow::{Context, Result, bail};
use kycvs::consent::{Confirmation, Identifier, Label, Language, Link, Purpose, Random, Reference, VerifyingEntity};
use kycvs::registry::Registry;
use kycvs::store::LimitStore;
use kycvs::token::{KeyRing, TokenIssuer, TokenVerifier};
use kycvs::{
    Clock, CollectingSender, Error, Granted, LinkBase, OpenRequest, Person, RegisteredEntity, RequestState, ServiceKey,
    StatusRequest, StatusService, SystemRandomness,
};
use kycvs_examples::{Data, ministry};

/// In whose name the tokens are signed.
const ISSUER: &str = "https://kycvs.example";

/// Where those enter their code who did not book themselves.
const LINKS: &str = "https://kycvs.example/l/";

/// The booking office, with the service inside it.
pub(crate) struct Railway {
    pub(crate) service: StatusService,
    pub(crate) id: Identifier,
    pub(crate) clock: Arc<dyn Clock>,
    /// The passengers' phones: what was sent to them. A real host has an SMS gateway here.
    pub(crate) phones: Arc<CollectingSender>,
    purpose: Identifier,
    issuer: TokenIssuer,
}

/// A booking that waits for the passenger's code.
pub(crate) struct Booking {
    /// Names the booking, and is in the token.
    pub(crate) pnr: String,
    pub(crate) open: OpenRequest,
}

impl Railway {
    /// Puts the service together: who answers, who asks for what, where things are kept, and with which keys.
    pub(crate) fn new(
        data: &Data,
        registry: Arc<dyn Registry>,
        limits: Arc<dyn LimitStore>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self> {
        let (id, purpose) = (Identifier::parse("railway")?, Identifier::parse("booking")?);
        let phones = Arc::new(CollectingSender::default());
        let issuer = TokenIssuer::with_keys(ISSUER, data.keys.signing.keep(clock.now())?.keys)?;
        let service = StatusService::builder()
            .fiduciary(ministry()?)
            .entity(railway(&id, &purpose)?)
            .registry(registry)
            .store(data.store.clone())
            .limit_store(limits)
            .sender(phones.clone())
            .links(LinkBase::parse(LINKS)?)
            .issuer(issuer.clone())
            .key(ServiceKey::from_bytes(*data.keys.service.secret_bytes()))
            .clock(clock.clone())
            .build()?;
        Ok(Self { service, id, clock, phones, purpose, issuer })
    }

    /// Begins a booking: each phone is sent a code, and nobody is looked up before it is entered.
    pub(crate) async fn begin(&self, people: Vec<Person>) -> Result<Booking, Error> {
        let pnr = draw_pnr()?;
        let asked = StatusRequest {
            entity: self.id.clone(),
            people,
            purpose: self.purpose.clone(),
            policy: None,
            on: None,
            reference: Reference::parse(&format!("PNR {pnr}")).ok(),
            language: Language::English,
            shows_notice: true,
        };
        Ok(Booking { pnr, open: self.service.request(asked).await? })
    }

    /// Takes the passenger's code, and with it the consent to the notice that was shown.
    pub(crate) async fn confirm(&self, open: &OpenRequest, entered: &Confirmation) -> Result<Granted, Error> {
        self.service.confirm(&self.id, &open.id, entered).await?.only()
    }

    /// The request that a link leads to: what a page does that somebody opens from a message.
    pub(crate) async fn behind(&self, link: &str) -> Result<OpenRequest> {
        let link = Link::parse(link.strip_prefix(LINKS).context("another link")?)?;
        match self.service.state(&self.id, &link.request()).await? {
            RequestState::Pending(open) => Ok(open),
            _ => bail!("the link is used up"),
        }
    }

    /// The public keys, as they are shared with gates.
    pub(crate) fn keys(&self) -> KeyRing {
        self.issuer.published_keys(self.clock.now())
    }

    /// What a gate holds: it verifies tokens without the service.
    pub(crate) fn verifier(&self) -> TokenVerifier {
        TokenVerifier::new(ISSUER, self.keys())
    }
}

/// Who asks, and for what. The answer may be shown on the train too.
fn railway(id: &Identifier, purpose: &Identifier) -> Result<RegisteredEntity> {
    let entity = VerifyingEntity { id: id.clone(), name: Label::parse("Example Railways")? };
    let text = Label::parse("to book a railway ticket")?;
    Ok(RegisteredEntity::new(entity, [Purpose { code: purpose.clone(), text, onward_sharing: true }]))
}

/// Ten digits, as a PNR has them.
fn draw_pnr() -> Result<String, Error> {
    let mut bytes = [0; 8];
    SystemRandomness.fill(&mut bytes)?;
    Ok((1_000_000_000 + u64::from_le_bytes(bytes) % 9_000_000_000).to_string())
}
