//! How many messages the page sends, and for whom.
//!
//! Behind one address there may be a household, a station's Wi-Fi or a carrier's NAT, and the limits are not to wall a crowd. A
//! crowd enters the codes that it asks for; who pumps messages or uses up somebody's budget does not. So what counts for a
//! network is the messages since its last right code. Too many of them, and the network takes a slower lane, in which one message
//! follows the other, until somebody there enters a right code.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use kycvs::consent::Identifier;
use kycvs::store::{Decision, Limit};
use kycvs::{Admitted, Error, HostUse, StatusRequest};

use crate::address::Address;
use crate::app::App;
use crate::problem::{Problem, ProblemCode};
use crate::session::Place;

const FROM_ADDRESS: &str = "page messages from address";
const FROM_NETWORK: &str = "page messages from network";
const TO_RANGE: &str = "page messages from network to range";
const FOR_ENTITY: &str = "page messages for entity";
const IN_VISIT: &str = "page messages in visit";
const SLOWLY: &str = "page messages in the slow lane of network";

/// A message that somebody asks for on the page.
#[derive(Clone, Copy)]
pub(crate) struct Message<'a> {
    pub(crate) address: &'a Address,
    pub(crate) entity: &'a Identifier,
    /// The numbers but their last four digits, one for each that gets a message; none of a further message to the same number.
    pub(crate) ranges: &'a [String],
    /// The visit that it is asked for in.
    pub(crate) visit: Option<&'a Place>,
}

/// What a message counts as.
struct Counted {
    what: &'static str,
    whom: String,
    limits: Vec<Limit>,
}

impl Message<'_> {
    /// Counts it with what the service counts of the request that it opens, or refuses it and counts nothing.
    pub(crate) async fn admit(self, app: &App, asked: StatusRequest) -> Result<Admitted, Problem> {
        let ([fast, slow], network) = (self.lanes(app), self.address.network());
        match app.service.admit(asked.clone(), &uses(&fast), Some(&network)).await {
            Err(Error::HostLimit { which, .. }) if is_slowed(&fast, which) => {
                let admitted = app.service.admit(asked, &uses(&slow), Some(&network)).await;
                admitted.map_err(|error| refusal(&slow, error))
            }
            admitted => admitted.map_err(|error| refusal(&fast, error)),
        }
    }

    /// Counts it, or refuses it and counts nothing.
    pub(crate) async fn take(self, app: &App) -> Result<(), Problem> {
        let [fast, slow] = self.lanes(app);
        let refused = |lane: &[Counted], which, retry_at| Err(refusal(lane, Error::HostLimit { which, retry_at }));
        match app.service.take(&uses(&fast)).await? {
            Decision::Allowed => Ok(()),
            Decision::Refused { which, .. } if is_slowed(&fast, which) => match app.service.take(&uses(&slow)).await? {
                Decision::Allowed => Ok(()),
                Decision::Refused { which, retry_at } => refused(&slow, which, retry_at),
            },
            Decision::Refused { which, retry_at } => refused(&fast, which, retry_at),
        }
    }

    /// What it counts as in the fast lane, and in the slow one. No lane gets around what both have.
    fn lanes(self, app: &App) -> [Vec<Counted>; 2] {
        let (near, network) = (self.address.near(), self.address.network());
        let fast = (0..self.messages()).flat_map(|_| {
            [
                Counted { what: FROM_ADDRESS, whom: near.clone(), limits: app.limits.of_address().into() },
                Counted { what: FROM_NETWORK, whom: network.clone(), limits: app.limits.of_network().into() },
            ]
        });
        // The slow lane takes one booking after the other, however many numbers it has.
        let slow = [Counted { what: SLOWLY, whom: network.clone(), limits: app.limits.slow_lane().into() }];
        [fast.chain(self.walls(app, &network)).collect(), slow.into_iter().chain(self.walls(app, &network)).collect()]
    }

    fn messages(self) -> usize {
        self.ranges.len().max(1)
    }

    fn walls(self, app: &App, network: &str) -> Vec<Counted> {
        let for_entity = |_| Counted {
            what: FOR_ENTITY,
            whom: self.entity.as_str().to_owned(),
            limits: page_share(app, self.entity),
        };
        let mut walls: Vec<Counted> = (0..self.messages()).map(for_entity).collect();
        walls.extend(self.ranges.iter().map(|range| Counted {
            what: TO_RANGE,
            whom: to_range(network, range),
            limits: app.limits.of_range().into(),
        }));
        walls.extend(self.visit.map(|visit| Counted {
            what: IN_VISIT,
            whom: BASE64_URL_SAFE_NO_PAD.encode(visit),
            limits: app.limits.of_visit().into(),
        }));
        walls
    }
}

/// What a right code clears: what its network asked for until then was no attack.
pub(crate) fn cleared(address: &Address, range: &str) -> [(&'static str, String); 3] {
    let network = address.network();
    [(FROM_ADDRESS, address.near()), (TO_RANGE, to_range(&network, range)), (FROM_NETWORK, network)]
}

/// Clears what a right code clears. Where this fails, it ages out by itself.
pub(crate) async fn answered(app: &App, address: &Address, range: &str) {
    let cleared = cleared(address, range);
    if let Err(error) = app.service.forget_uses(&cleared.each_ref().map(|(what, whom)| (*what, whom.as_str()))).await {
        tracing::warn!(%error, "the messages of a network could not be forgotten");
    }
}

fn to_range(network: &str, range: &str) -> String {
    format!("{range} from {network}")
}

/// Of the messages of an entity the page leaves some to the entity's own server, whoever asks on it.
fn page_share(app: &App, entity: &Identifier) -> Vec<Limit> {
    let percent = app.limits.page_percent;
    app.service.sends_of(entity).iter().map(|whole| percent.of(*whole)).collect()
}

fn uses(lane: &[Counted]) -> Vec<HostUse<'_>> {
    lane.iter().map(|counted| HostUse { what: counted.what, whom: &counted.whom, limits: &counted.limits }).collect()
}

/// Whether it is the network that has no room, so that a slower lane may.
fn is_slowed(lane: &[Counted], which: usize) -> bool {
    lane.get(which).is_some_and(|counted| [FROM_ADDRESS, FROM_NETWORK].contains(&counted.what))
}

/// A visit that had its messages has no more of them, however long one waits.
fn refusal(lane: &[Counted], error: Error) -> Problem {
    match error {
        Error::HostLimit { which, .. } if lane.get(which).is_some_and(|counted| counted.what == IN_VISIT) => {
            ProblemCode::TooManyRequests.into()
        }
        error => error.into(),
    }
}
