use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use kycvs::token::{StatusListToken, StatusLists, TokenVerifier};
use kycvs::{ListName, StatusService};

/// The service's own status lists, as they were looked into last: each is verified once for each time that it is published.
#[derive(Default)]
pub(crate) struct OwnLists(Mutex<BTreeMap<ListName, (StatusListToken, Arc<StatusLists>)>>);

/// How many of them are held, some 128 KiB each. The oldest goes first.
const MAX_HELD: usize = 32;

impl OwnLists {
    /// The list of a name; `None` where none was published, or it does not verify.
    pub(crate) async fn get(
        &self,
        service: &StatusService,
        name: ListName,
        verifier: &TokenVerifier,
    ) -> Option<Arc<StatusLists>> {
        let published = service.status_list(name).await.ok()??;
        let held = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, lists)) = held().get(&name).filter(|(token, _)| *token == published) {
            return Some(lists.clone());
        }
        let mut lists = StatusLists::default();
        lists.insert(verifier, &published, service.now()).ok()?;
        let lists = Arc::new(lists);
        let mut held = held();
        held.insert(name, (published, lists.clone()));
        if held.len() > MAX_HELD {
            held.pop_first();
        }
        Some(lists)
    }
}
