//! How many messages the page sends, and for whom.
//!
//! Behind one address there may be a household, a station's Wi-Fi or a carrier's NAT, and the limits are not to wall a crowd. A
//! crowd enters the codes that it asks for; who pumps messages or uses up somebody's budget does not. So what counts for a
//! network is the messages since its last right code. Too many of them, and the network takes a slower lane, in which one message
//! follows the other, until somebody there enters a right code.

use kycvs::HostUse;
use kycvs::consent::Identifier;
use kycvs::store::{Decision, Limit};

use crate::address::Address;
use crate::app::App;
use crate::problem::{Problem, ProblemCode};

const FROM_ADDRESS: &str = "page messages from address";
const FROM_NETWORK: &str = "page messages from network";
const TO_RANGE: &str = "page messages from network to range";
const FOR_ENTITY: &str = "page messages for entity";
const SLOWLY: &str = "page messages in the slow lane of network";

/// The place of the first use that no slower lane gets around.
const FIRST_WALL: usize = 2;

/// Counts one message that somebody asks for on the page, or refuses it and counts nothing. `range` is the number but its last
/// four digits; of a further message to the same number it is not told.
pub(crate) async fn take(
    app: &App,
    address: &Address,
    entity: &Identifier,
    range: Option<&str>,
) -> Result<(), Problem> {
    let (near, network) = (address.near(), address.network());
    let to_range = range.map(|range| to_range(&network, range));
    let (of_address, of_network, slow) = (app.limits.of_address(), app.limits.of_network(), app.limits.slow_lane());
    let (of_range, of_entity) = (app.limits.of_range(), page_share(app, entity));
    let mut walls = vec![HostUse { what: FOR_ENTITY, whom: entity.as_str(), limits: &of_entity }];
    walls.extend(to_range.as_deref().map(|whom| HostUse { what: TO_RANGE, whom, limits: &of_range }));
    let fast = [
        HostUse { what: FROM_ADDRESS, whom: &near, limits: &of_address },
        HostUse { what: FROM_NETWORK, whom: &network, limits: &of_network },
    ];
    match app.service.take(&[&fast[..], &walls].concat()).await? {
        Decision::Refused { which, .. } if which < FIRST_WALL => {
            let slow = [HostUse { what: SLOWLY, whom: &network, limits: &slow }];
            refuse(app.service.take(&[&slow[..], &walls].concat()).await?)
        }
        decision => refuse(decision),
    }
}

/// A right code was entered: what its network asked for until now was no attack. Where this fails, it ages out by itself.
pub(crate) async fn answered(app: &App, address: &Address, range: &str) {
    let (near, network) = (address.near(), address.network());
    let to_range = to_range(&network, range);
    let counts = [(FROM_ADDRESS, near.as_str()), (FROM_NETWORK, &network), (TO_RANGE, &to_range)];
    if let Err(error) = app.service.forget_uses(&counts).await {
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

fn refuse(decision: Decision) -> Result<(), Problem> {
    match decision {
        Decision::Allowed => Ok(()),
        Decision::Refused { retry_at, .. } => Err(Problem::from(ProblemCode::TooManyRequests).at(retry_at)),
    }
}
