//! Requests a second over HTTP on one core, held against bare handlers: the table of `docs/benchmarks.md`.
#![allow(clippy::print_stdout)] // the table is what it is for
#![allow(clippy::unwrap_used)] // a benchmark that cannot go on ends by panicking

use std::sync::Arc;

use kycvs_benches::contest::{contest, way};
use kycvs_benches::host::Host;
use kycvs_benches::http::{Api, Call, IN_FLIGHT, Side, send_all, send_over};
use kycvs_benches::people::one_thread;
use kycvs_benches::process::on_one_core;
use kycvs_benches::scale::Scale;
use kycvs_benches::table::{figure, heading, ratio};
use kycvs_memory::MemoryStore;
use kycvs_redb::RedbStore;
use tokio::runtime::Runtime;

const OURS: &str = "ours";
const BARE: &str = "bare";
const BARE_SIGNING: &str = "bare, signing";

fn main() {
    let scale = Scale::of_this_run();
    heading();
    on_one_core(|| {
        let runtime = one_thread();
        let api = runtime.block_on(Api::over(Arc::new(Host::over(Arc::new(MemoryStore::new())))));
        verify(&scale, &runtime, &api);
        verify_by_socket(&scale, &runtime, &api);
        request_and_confirm(&scale, &runtime, &api, "in memory");
    });
    on_one_core(|| {
        let (folder, runtime) = (tempfile::tempdir().unwrap(), one_thread());
        let store = Arc::new(RedbStore::open(folder.path().join("kycvs.redb")).unwrap());
        let api = runtime.block_on(Api::over(Arc::new(Host::over(store))));
        request_and_confirm(&scale, &runtime, &api, "in redb");
    });
}

fn verify(scale: &Scale, runtime: &Runtime, api: &Api) {
    let token = runtime.block_on(api.token());
    let [ours, bare] = [Side::Ours, Side::Bare].map(|side| api.router(side));
    let (verify, sign) = (vec![Call::verify(&token); IN_FLIGHT], vec![Call::verify_by_signing(&token); IN_FLIGHT]);
    let ways = vec![
        way(OURS, |_| runtime.block_on(send_all(&ours, &verify))),
        way(BARE, |_| runtime.block_on(send_all(&bare, &verify))),
        way(BARE_SIGNING, |_| runtime.block_on(send_all(&bare, &sign))),
    ];
    let times = contest(ways, scale.pick(500, 2), 1);
    // Twice the rate is half the time.
    ratio("/v1/verify / a bare handler with one ES256 verification", "≥ 0.85", times.ratio(&[BARE], &[OURS]));
    ratio("… / a bare handler with one ES256 signature", "", times.ratio(&[BARE_SIGNING], &[OURS]));
    figure("… requests a second", "", rate(times.nanoseconds(&[OURS]).median));
    figure("… of the verifying handler", "", rate(times.nanoseconds(&[BARE]).median));
    figure("… of the signing handler", "", rate(times.nanoseconds(&[BARE_SIGNING]).median));
}

/// Server and clients on the one core.
fn verify_by_socket(scale: &Scale, runtime: &Runtime, api: &Api) {
    let call = Call::verify(&runtime.block_on(api.token()));
    let [mut ours, mut bare] = [Side::Ours, Side::Bare].map(|side| runtime.block_on(api.connections(side)));
    let ways = vec![
        way(OURS, |_| runtime.block_on(send_over(&mut ours, &call))),
        way(BARE, |_| runtime.block_on(send_over(&mut bare, &call))),
    ];
    let times = contest(ways, scale.pick(500, 2), 1);
    ratio("/v1/verify over a socket / the verifying handler over one", "", times.ratio(&[BARE], &[OURS]));
    figure("… requests a second, the client's work included", "", rate(times.nanoseconds(&[OURS]).median));
}

fn request_and_confirm(scale: &Scale, runtime: &Runtime, api: &Api, place: &str) {
    let [ours, bare] = [Side::Ours, Side::Bare].map(|side| api.router(side));
    let rounds = scale.pick(200, 2);
    let requests = || (0..IN_FLIGHT).map(|_| api.request()).collect::<Vec<_>>();
    let ways = vec![
        way(OURS, |_| runtime.block_on(send_all(&ours, &requests()))),
        way(BARE, |_| runtime.block_on(send_all(&bare, &requests()))),
    ];
    let times = contest(ways, rounds, 1);
    ratio(&format!("request {place} / a bare handler with one signature"), "", times.ratio(&[BARE], &[OURS]));
    figure("… requests a second", "", rate(times.nanoseconds(&[OURS]).median));

    // All of them are open before, those of the uncounted rounds too.
    let opened = |_| (0..IN_FLIGHT).map(|_| Call::confirm(&runtime.block_on(api.host.open()))).collect::<Vec<_>>();
    let mut open = (0..2 * rounds).map(opened).collect::<Vec<_>>().into_iter();
    let same = opened(0);
    let ways = vec![
        way(OURS, |_| runtime.block_on(send_all(&ours, &open.next().unwrap()))),
        way(BARE, |_| runtime.block_on(send_all(&bare, &same))),
    ];
    let times = contest(ways, rounds, 1);
    ratio(&format!("confirm {place} / a bare handler with one signature"), "", times.ratio(&[BARE], &[OURS]));
    figure("… confirms a second", "", rate(times.nanoseconds(&[OURS]).median));
}

/// Calls a second, where so many nanoseconds are those of [`IN_FLIGHT`] calls.
fn rate(nanoseconds: f64) -> f64 {
    IN_FLIGHT as f64 * 1e9 / nanoseconds
}
