//! What is done to many people at random, and what must hold afterwards: of the lists, of the log, of each person's history.
#![allow(unreachable_pub)] // it is a module of tests

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use kycvs::consent::{CodeProof, ConsentId, Language, WithdrawnBy};
use kycvs::domain::PersonName;
use kycvs::registry::{BeneficiaryId, PersonRecord, SealedRegistry};
use kycvs::store::{ConsentLedger, Limit};
use kycvs::token::{StatusListClaims, StatusReference};
use kycvs::transparency::hash_leaf;
use kycvs::{AmendError, Amendment, Limits, LogState, MeRequest, leaf_of};
use sha2::{Digest, Sha256};
use tokio::task::JoinSet;

use crate::support::{Host, mobile, person};

pub const NAME: &str = "Kavita Nair";
/// How many tokens each person gives.
pub const TOKENS_PER_PERSON: usize = 3;

/// Numbers that anyone could draw again.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }
}

/// The mobile number of a person.
pub fn number_of(person: usize) -> String {
    format!("98{person:08}")
}

pub fn record_of(number: usize) -> PersonRecord {
    person(&format!("p{number}"), NAME, None, &["2021-04-03", "2021-07-01"])
}

/// Enough for everyone: how a host refuses is tested elsewhere.
pub fn limits() -> Limits {
    let many = vec![Limit { max: u32::MAX.try_into().unwrap(), per_seconds: 60.try_into().unwrap() }];
    Limits {
        sends_per_mobile: many.clone(),
        sends_per_prefix: many.clone(),
        sends_per_prefix_and_entity: many.clone(),
        sends_per_entity: many,
        ..Limits::default()
    }
}

/// A token that was handed out: its consent, and its bit.
#[derive(Clone)]
pub struct Told {
    pub consent: ConsentId,
    pub place: StatusReference,
}

#[derive(Clone, Copy)]
pub enum Act {
    Withdraw { token: usize },
    Void { person: usize },
    Erase { person: usize },
}

/// What was done, and so which tokens must have ended. Token `t` is of person `t % people`.
#[derive(Clone, Default)]
pub struct Acts {
    withdrawn: BTreeSet<usize>,
    corrected: BTreeSet<usize>,
    gone: BTreeSet<usize>,
}

impl Acts {
    /// Draws what is done next, and notes it.
    pub fn draw(&mut self, dice: &mut Dice, people: usize) -> Act {
        let token = dice.below(people * TOKENS_PER_PERSON);
        let person = token % people;
        match dice.below(4) {
            0 | 1 => {
                self.withdrawn.insert(token);
                Act::Withdraw { token }
            }
            2 if !self.gone.contains(&person) => {
                self.corrected.insert(person);
                Act::Void { person }
            }
            _ => {
                self.gone.insert(person);
                Act::Erase { person }
            }
        }
    }

    pub fn have_ended(&self, token: usize, people: usize) -> bool {
        let person = token % people;
        self.withdrawn.contains(&token) || self.corrected.contains(&person) || self.gone.contains(&person)
    }
}

impl Act {
    /// Does it. Doing it again is safe.
    pub async fn perform(
        &self,
        host: &Host,
        registry: &SealedRegistry,
        consent: impl Fn(usize) -> ConsentId,
    ) -> Result<(), AmendError> {
        let id = |person: &usize| BeneficiaryId::parse(&format!("p{person}")).unwrap();
        let (person, amendment) = match self {
            Self::Withdraw { token } => {
                return Ok(host.service.withdraw(&consent(*token), WithdrawnBy::Person).await?);
            }
            Self::Void { person } => {
                let given_on = "2021-07-01".parse().unwrap();
                (person, Amendment::VoidDose { id: id(person), given_on, product: None })
            }
            Self::Erase { person } => (person, Amendment::Erase(id(person))),
        };
        host.service.amend(registry, &mobile(&number_of(*person)), amendment).await.map(|_| ())
    }
}

/// 35 minutes pass, after which every gate that is online knows; and then an hour, after which everything is in the log.
pub async fn settle(host: &Host) {
    for _ in 0..12 {
        host.wait(175);
        host.service.keep().await.unwrap();
    }
    host.wait(3600);
    let mut size = 0;
    while let LogState::Published(more) = host.service.keep().await.unwrap().log
        && more > size
    {
        size = more;
    }
    assert!(size > 0, "the log is not published");
}

/// Every bit of a token is right, no token has another's, and what rose besides are decoys: no more than there are.
pub async fn check_bits(host: &Host, told: &[Told], acts: &Acts) {
    let people = told.len() / TOKENS_PER_PERSON;
    let mut lists: HashMap<String, StatusListClaims> = HashMap::new();
    for (name, _) in host.service.status_lists().await.unwrap() {
        let list = host.service.status_list(name).await.unwrap().unwrap();
        let claims = host.verifier().verify_status_list(list.as_str(), host.service.now()).unwrap();
        lists.insert(claims.uri.clone(), claims);
    }
    let (mut places, mut ended) = (BTreeSet::new(), BTreeMap::<&str, u32>::new());
    for (token, Told { place, .. }) in told.iter().enumerate() {
        assert!(places.insert((&place.uri, place.index)), "token {token}: a position was given twice");
        let has_risen = lists[&place.uri].list.has_risen(place.index).expect("a place within its list");
        assert_eq!(has_risen, acts.have_ended(token, people), "token {token}");
        *ended.entry(&place.uri).or_default() += u32::from(has_risen);
    }
    for (uri, claims) in &lists {
        let decoys = claims.list.risen() - ended.get(&uri[..]).copied().unwrap_or_default();
        assert!(decoys <= claims.list.positions() / 8, "{uri}: {decoys} bits rose that are of no token");
    }
    assert!(lists.values().any(|claims| claims.list.risen() > ended.get(&claims.uri[..]).copied().unwrap_or_default()));
}

/// Each consent has one leaf, and so has each thing that happened to it; each is proved to who has nothing but the log's key.
pub async fn check_log<S: ConsentLedger + 'static>(
    host: &Arc<Host>,
    store: &Arc<S>,
    told: &Arc<Vec<Told>>,
    acts: &Acts,
) {
    let mut checks = JoinSet::new();
    for first in 0..CHECKS {
        let (host, store, told, acts) = (host.clone(), store.clone(), told.clone(), acts.clone());
        checks.spawn(async move {
            let (people, mut leaves) = (told.len() / TOKENS_PER_PERSON, Vec::new());
            for token in (first..told.len()).step_by(CHECKS) {
                let entries = store.read(&(*told[token].consent.as_bytes()).into()).await.unwrap();
                assert_eq!(entries.len() > 1, acts.have_ended(token, people), "token {token}");
                leaves.extend(proved(&host, &told[token].consent, &entries).await);
            }
            leaves
        });
    }
    let (mut known, mut count) = (BTreeSet::new(), 0);
    for leaves in checks.join_all().await {
        count += leaves.len();
        known.extend(leaves);
    }
    assert!(known.len() == count && count >= told.len(), "one leaf stands for two");
}

/// How many look at once.
const CHECKS: usize = 16;

/// The places in the log of the entries of a consent.
async fn proved(host: &Host, consent: &ConsentId, entries: &[Vec<u8>]) -> Vec<u64> {
    let key = host.service.log_key().unwrap();
    let mut places = Vec::new();
    for (number, entry) in (0..).zip(entries) {
        let proof = host.service.log_proof(consent, number).await.unwrap().expect("a leaf");
        let salt = proof.extra.as_deref().unwrap().try_into().unwrap();
        let leaf = leaf_of(salt, number, &Sha256::digest(entry).into());
        proof.verify(&hash_leaf(&leaf), key).unwrap();
        places.push(proof.index);
    }
    places
}

/// Each consent has one line: a person who is still registered finds as many as they gave, and these.
pub async fn check_lines(
    host: &Arc<Host>,
    told: &Arc<Vec<Told>>,
    acts: &Acts,
    step: usize,
    code: impl Fn(&str) -> String + Clone + Send + Sync + 'static,
) {
    let people = told.len() / TOKENS_PER_PERSON;
    let mut checks = JoinSet::new();
    for first in 0..CHECKS {
        let (host, told, acts, code) = (host.clone(), told.clone(), acts.clone(), code.clone());
        checks.spawn(async move {
            let some = (0..people).step_by(step).skip(first).step_by(CHECKS);
            for person in some.filter(|person| !acts.gone.contains(person)) {
                let given =
                    (0..TOKENS_PER_PERSON).map(|turn| *told[turn * people + person].consent.as_bytes()).collect();
                assert_eq!(own_page(&host, &number_of(person), &code).await, given, "person {person}");
            }
        });
    }
    checks.join_all().await;
}

/// The consents that a person finds on their page.
async fn own_page(host: &Host, number: &str, code: &(impl Fn(&str) -> String + Sync)) -> BTreeSet<[u8; 16]> {
    let name = PersonName::parse(NAME).unwrap();
    let asked = MeRequest { mobile: mobile(number), name, language: Language::English, network: None };
    let open = host.service.open_me(asked).await.unwrap();
    let code = CodeProof::from_typed(&code(number)).unwrap();
    let session = host.service.confirm_me(&open.id, &open.confirmation(code), None).await.unwrap();
    let lines = host.service.history(&session).await.unwrap();
    let found: BTreeSet<[u8; 16]> = lines.iter().map(|line| *line.record.consent.id.as_bytes()).collect();
    assert_eq!(found.len(), lines.len(), "a consent has two lines");
    found
}
