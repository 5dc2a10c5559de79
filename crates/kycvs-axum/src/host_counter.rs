use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;
use prometheus_client::encoding::EncodeMetric;
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;

/// A counter that a host keeps by itself, to be shown in `/metrics` beside those of the server: `kycvs_NAME_total`.
pub struct HostCounter {
    /// Its name, such as `messages`.
    pub name: &'static str,
    /// What it counts.
    pub help: &'static str,
    /// The names of its two labels.
    pub labels: [&'static str; 2],
    /// Their values now, with the counts. Each label has few values, and none is about a person.
    pub read: Box<dyn Fn() -> Vec<([String; 2], u64)> + Send + Sync>,
}

impl Collector for HostCounter {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let counts = (self.read)();
        if counts.is_empty() {
            return Ok(());
        }
        let mut family = encoder.encode_descriptor(self.name, self.help, None, MetricType::Counter)?;
        for ([first, second], count) in counts {
            let labels = [(self.labels[0], first), (self.labels[1], second)];
            ConstCounter::new(count).encode(family.encode_family(&labels)?)?;
        }
        Ok(())
    }
}

impl fmt::Debug for HostCounter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HostCounter({})", self.name)
    }
}
