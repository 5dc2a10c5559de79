//! Certificates of other issuers beside the bare signature that each rests on, and a picture from a phone.
//!
//!     cargo bench -p kycvs-benches --bench records
#![allow(clippy::print_stdout)] // the table is what it is for
#![allow(clippy::unwrap_used)] // a benchmark that cannot go on ends by panicking

use kycvs_benches::contest::contest;
use kycvs_benches::records::{BARE, Genuine, VERIFY, cpu_seconds_of_a_picture};
use kycvs_benches::scale::Scale;
use kycvs_benches::table::{figure, heading, ratio};

fn main() {
    let scale = Scale::of_this_run();
    heading();
    for genuine in Genuine::all() {
        let times = contest(genuine.ways(), scale.pick(400, 2), scale.pick(10, 1));
        let nanoseconds = times.nanoseconds(&[VERIFY]);
        ratio(
            &format!("{}: from text to verdict / ring's verify", genuine.name),
            "≤ 1.3",
            times.ratio(&[VERIFY], &[BARE]),
        );
        ratio("… the whole, µs", "", nanoseconds.times(1e-3));
    }
    figure("12 MP JPEG to codes, s of one core", "≤ 1.5", cpu_seconds_of_a_picture());
}
