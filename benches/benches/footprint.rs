//! Memory and bytes on disk for each person, and what an import takes at most. Prints a table.
#![allow(clippy::print_stdout)] // the table is what it is for

use kycvs_benches::footprint;
use kycvs_benches::scale::Scale;

fn main() {
    if footprint::was_such_a_process() {
        return;
    }
    println!("people | in memory, B/person | redb file, B/person | compacted | import, peak MiB | CSV, MiB");
    for people in Scale::of_this_run().sizes() {
        let (memory, import) = (footprint::in_memory(people), footprint::imported(people));
        let [memory, file, compacted] =
            [memory, import.file_bytes, import.compacted_bytes].map(|bytes| bytes / people as f64);
        let [peak, csv] = [import.peak_bytes, import.csv_bytes].map(|bytes| bytes / f64::from(1 << 20));
        println!("{people} | {memory:.0} | {file:.0} | {compacted:.0} | {peak:.0} | {csv:.0}");
    }
}
