/// A bug that a store, a gateway, a clock or a client might have. The rules of the books must find each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plant {
    /// A store acknowledges a write and does not make it.
    LostWrite,
    /// A gateway's client sends a message again that was taken.
    DoubleSend,
    /// A store gives an older record under the newer one's version.
    StaleRead,
    /// A host's clock is set back by ten minutes, and forth again.
    ClockStep,
    /// A write is made in part when its caller hangs up.
    CancelledCall,
    /// Two replies change places on their way.
    ReorderedReply,
}

impl Plant {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::LostWrite,
        Self::DoubleSend,
        Self::StaleRead,
        Self::ClockStep,
        Self::CancelledCall,
        Self::ReorderedReply,
    ];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::LostWrite => "lost-write",
            Self::DoubleSend => "double-send",
            Self::StaleRead => "stale-read",
            Self::ClockStep => "clock-step",
            Self::CancelledCall => "cancelled-call",
            Self::ReorderedReply => "reordered-reply",
        }
    }
}
