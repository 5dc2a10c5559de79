//! What Linux tells about this process.

use std::fs;
use std::time::Duration;

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// The memory that this process has now, in bytes.
pub fn resident_bytes() -> u64 {
    status_field("VmRSS:")
}

/// The most memory that this process had since [`reset_peak`], in bytes.
pub fn peak_bytes() -> u64 {
    status_field("VmHWM:")
}

/// Begins to look for the peak again (`man 5 proc_pid_clear_refs`).
pub fn reset_peak() {
    fs::write("/proc/self/clear_refs", "5").unwrap();
}

fn status_field(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

/// The time that this thread has had a core.
pub fn cpu_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap(), time.tv_nsec.try_into().unwrap())
}

/// Runs `work` on a thread that has one core, like all threads that it starts.
pub fn on_one_core<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let run = || {
        let all = sched_getaffinity(None).unwrap();
        let last = (0..CpuSet::MAX_CPU).rfind(|core| all.is_set(*core)).unwrap();
        let mut one = CpuSet::new();
        one.set(last);
        sched_setaffinity(None, &one).unwrap();
        work()
    };
    std::thread::scope(|scope| scope.spawn(run).join().unwrap())
}
