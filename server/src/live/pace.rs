//! How often the engine looks at what no signal told it.

use std::time::Duration;

/// The periods of the rounds. A signal makes things quick; these make them certain.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Between two looks at all sessions and watched pages. What a lost signal would have said is known after this.
    pub sweep: Duration,
    /// Between two comparisons of the newest numbers of all rooms held.
    pub compare: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { sweep: Duration::from_secs(25), compare: Duration::from_secs(3) }
    }
}
