//! One state of the whole: the row, the clock, and how far each client is.

/// The number of a row in [`crate::world::World`].
pub(crate) type RowId = u16;

/// The most clients a world has.
pub(crate) const CLIENTS: usize = 5;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Moment {
    pub row: RowId,
    pub clock: u8,
    pub clients: [Progress; CLIENTS],
    pub crashes: u8,
    pub past: Past,
}

/// How far one client is; `left` requests are still to come, the one under way included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Progress {
    pub left: u8,
    pub step: Step,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    Idle,
    /// The row was read and the next one made, by the number of the plan; `stale` once another client has swapped.
    Planned {
        plan: u16,
        stale: bool,
    },
    /// A swap was lost, or a held poll was woken: the row is read again.
    Again {
        deed: u8,
        woken: bool,
    },
    /// The row is stored and the answer on its way. Answers that nobody's promise rests on are not waited for.
    Reply(Reply),
}

/// What an answer tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Reply {
    Approved { by: u8, at: u8 },
    Denied,
    Cancelled,
}

/// What has happened for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Past {
    /// The token that was minted, by its number in the world.
    pub token: Option<u8>,
    pub deliveries: u8,
    /// The row was stored in a state that must never lead to a token.
    pub refused: bool,
    /// Which approval was acknowledged, and when it was given.
    pub approved: Option<(u8, u8)>,
    /// A denial was acknowledged.
    pub denied: bool,
    /// A cancellation was acknowledged.
    pub cancelled: bool,
}
