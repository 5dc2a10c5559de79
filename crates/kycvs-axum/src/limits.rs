use std::num::NonZeroU32;
use std::time::Duration;

use kycvs::store::Limit;
use serde::Deserialize;

use crate::ConfigError;

/// In seconds.
const A_DAY: u64 = 86_400;

/// Every number of the HTTP adapter, in a configuration file under `[limits]`. Each is more than zero; seconds are at most a day,
/// calls and connections a million.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HttpLimits {
    /// The longest body, in bytes, at most 16 MiB. Default 16 KiB: twice the longest token.
    pub body_bytes: usize,
    /// How long the body of a call may take to come, in seconds. Default 10.
    pub body_seconds: u64,
    /// How long a call may take, its body included, in seconds. Default 30: a gateway may take ten to send.
    pub call_seconds: u64,
    /// How many calls are worked on at a time; further ones are refused for now. Default 1,024. A call counts from when its body
    /// is there, so that slow bodies keep nobody out.
    pub concurrent_calls: usize,
    /// How many connections [`Http::serve`](crate::Http::serve) holds; more wait to be accepted. Default 4,096.
    pub connections: usize,
    /// How many calls wait for a gateway at a time; further ones are refused for now. Default 512, and fewer than
    /// `concurrent_calls`, so that a slow gateway costs messages and nothing else.
    pub concurrent_sends: usize,
    /// How long a connection may take over the headers of a call, from its first byte, in seconds. Default 10.
    pub header_seconds: u64,
    /// How long a connection may be idle between calls, in seconds. Default 75: longer than proxies keep theirs, so that
    /// none sends a call into a connection that is being closed.
    pub keep_alive_seconds: u64,
    /// How long a server that was asked to end goes on serving while it says that it is not ready, in seconds, so that
    /// proxies turn elsewhere. Default 0; with a proxy, twice as long as it takes to notice.
    pub drain_seconds: u64,
    /// How long a connection stays on which nothing can be written, because its client does not read, in seconds. Default 10.
    pub write_seconds: u64,
    /// How long an embedded page may stay open before it is used, in seconds. Default 1,800 (own judgement).
    pub session_seconds: u32,
    /// How long a result code is good, in seconds. Default 120.
    pub result_code_seconds: u32,
    /// Messages that one visit may lead to, further codes included. Default 6.
    pub messages_per_visit: NonZeroU32,
    /// Messages asked for on the page from one network address in ten minutes since the last right code from there; further
    /// ones take the slow lane of the network. Default 30. An IPv6 address counts by its /64. Calls with an API key come from the
    /// entity's own server and are held to the entity's limit instead.
    pub messages_per_address: NonZeroU32,
    /// The same from one network: the /24 of an IPv4 address, the /48 of an IPv6 address. Default 240.
    pub messages_per_network: NonZeroU32,
    /// Messages in the slow lane of a network, in a minute. Default 60: one a second.
    pub slow_messages_per_network: NonZeroU32,
    /// Messages asked for from one network, in an hour since the last right code there, to numbers that differ in their last
    /// four digits only. Default 10: half of what an entity may send to such a range, so that no network shuts its people out.
    pub messages_per_network_and_range: NonZeroU32,
    /// How much of an entity's messages the page may use up, in percent. Default 75: the rest is for its own server.
    pub page_percent: Percent,
    /// API keys and withdrawal codes that are wrong, from one network address in five minutes. Default 30. A right one is never
    /// refused for its address.
    pub wrong_secrets_per_address: NonZeroU32,
}

/// A part of a whole, 1 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u8")]
pub struct Percent(u8);

impl TryFrom<u8> for Percent {
    type Error = &'static str;

    fn try_from(percent: u8) -> Result<Self, Self::Error> {
        if (1..=100).contains(&percent) { Ok(Self(percent)) } else { Err("a percentage is 1 to 100") }
    }
}

impl Percent {
    /// This part of a limit, at least one.
    pub(crate) fn of(self, Limit { max, per_seconds }: Limit) -> Limit {
        let part = u64::from(max.get()) * u64::from(self.0) / 100;
        Limit { max: number(u32::try_from(part).unwrap_or(u32::MAX)), per_seconds }
    }
}

impl Default for HttpLimits {
    fn default() -> Self {
        Self {
            body_bytes: 16 * 1024,
            body_seconds: 10,
            call_seconds: 30,
            concurrent_calls: 1024,
            concurrent_sends: 512,
            connections: 4096,
            header_seconds: 10,
            keep_alive_seconds: 75,
            drain_seconds: 0,
            write_seconds: 10,
            session_seconds: 1800,
            result_code_seconds: 120,
            messages_per_visit: number(6),
            messages_per_address: number(30),
            messages_per_network: number(240),
            slow_messages_per_network: number(60),
            messages_per_network_and_range: number(10),
            page_percent: Percent(75),
            wrong_secrets_per_address: number(30),
        }
    }
}

impl HttpLimits {
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        self.faults().into_iter().next().map_or(Ok(()), Err)
    }

    /// The numbers that are out of their ranges.
    pub(crate) fn faults(&self) -> Vec<ConfigError> {
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        // A slow gateway leaves room for other calls.
        let sends = count(self.concurrent_calls).saturating_sub(1).clamp(1, 1_000_000);
        let ranges = [
            ("body_bytes", count(self.body_bytes), 1, 1 << 24),
            ("body_seconds", self.body_seconds, 1, A_DAY),
            ("call_seconds", self.call_seconds, 1, A_DAY),
            ("concurrent_calls", count(self.concurrent_calls), 1, 1_000_000),
            ("connections", count(self.connections), 1, 1_000_000),
            ("concurrent_sends", count(self.concurrent_sends), 1, sends),
            ("header_seconds", self.header_seconds, 1, A_DAY),
            ("keep_alive_seconds", self.keep_alive_seconds, 1, A_DAY),
            ("drain_seconds", self.drain_seconds, 0, A_DAY),
            ("write_seconds", self.write_seconds, 1, A_DAY),
            ("session_seconds", self.session_seconds.into(), 1, A_DAY),
            ("result_code_seconds", self.result_code_seconds.into(), 1, A_DAY),
        ];
        let is_out = |(_, number, min, max): &(_, u64, u64, u64)| !(min..=max).contains(&number);
        let faults = ranges.into_iter().filter(is_out);
        faults.map(|(field, _, min, max)| ConfigError::Limit { field, min, max }).collect()
    }

    pub(crate) fn body_time(&self) -> Duration {
        Duration::from_secs(self.body_seconds)
    }

    pub(crate) fn call_time(&self) -> Duration {
        Duration::from_secs(self.call_seconds)
    }

    pub(crate) fn header_time(&self) -> Duration {
        Duration::from_secs(self.header_seconds)
    }

    pub(crate) fn keep_alive_time(&self) -> Duration {
        Duration::from_secs(self.keep_alive_seconds)
    }

    pub(crate) fn drain_time(&self) -> Duration {
        Duration::from_secs(self.drain_seconds)
    }

    pub(crate) fn write_time(&self) -> Duration {
        Duration::from_secs(self.write_seconds)
    }

    /// No visit lasts longer.
    pub(crate) fn of_visit(&self) -> [Limit; 1] {
        [Limit { max: self.messages_per_visit, per_seconds: number(86_400) }]
    }

    pub(crate) fn of_address(&self) -> [Limit; 1] {
        [Limit { max: self.messages_per_address, per_seconds: number(600) }]
    }

    pub(crate) fn of_network(&self) -> [Limit; 1] {
        [Limit { max: self.messages_per_network, per_seconds: number(600) }]
    }

    /// One after the other, and not a minute's at once.
    pub(crate) fn slow_lane(&self) -> [Limit; 1] {
        [match 60 / self.slow_messages_per_network {
            0 => Limit { max: number(self.slow_messages_per_network.get() / 60), per_seconds: number(1) },
            seconds => Limit { max: number(1), per_seconds: number(seconds) },
        }]
    }

    pub(crate) fn of_range(&self) -> [Limit; 1] {
        [Limit { max: self.messages_per_network_and_range, per_seconds: number(3600) }]
    }

    pub(crate) fn wrong_secrets(&self) -> [Limit; 1] {
        [Limit { max: self.wrong_secrets_per_address, per_seconds: number(300) }]
    }
}

fn number(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_no_server_can_hold_is_refused_before_it_starts() {
        assert!(HttpLimits::default().check().is_ok());
        let limits: [fn(u64) -> HttpLimits; 5] = [
            |header_seconds| HttpLimits { header_seconds, ..Default::default() },
            |write_seconds| HttpLimits { write_seconds, ..Default::default() },
            |body_seconds| HttpLimits { body_seconds, ..Default::default() },
            |call_seconds| HttpLimits { call_seconds, ..Default::default() },
            |number| HttpLimits { connections: usize::try_from(number).unwrap(), ..Default::default() },
        ];
        for of in limits {
            for (number, is_good) in [(0, false), (1, true), (86_400, true), (1_000_001, false), (u64::MAX, false)] {
                assert_eq!(of(number).check().is_ok(), is_good, "{number}");
            }
        }
    }
}
