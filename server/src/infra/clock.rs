//! The one source of the present moment, so that tests can move it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Duration, Utc};

/// Tells the time; clones share one offset, which only tests move.
#[derive(Clone, Default)]
pub struct Clock {
    offset_ms: Arc<AtomicI64>,
}

impl Clock {
    /// The present moment in UTC.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the system")]
    pub fn now(&self) -> DateTime<Utc> {
        Utc::now() + Duration::milliseconds(AtomicI64::load(&self.offset_ms, Ordering::Relaxed))
    }

    /// Moves this clock and all its clones forward.
    pub fn advance(&self, by: Duration) {
        self.offset_ms.fetch_add(by.num_milliseconds(), Ordering::Relaxed);
    }

    /// Sets this clock and all its clones to `by` before the system's time.
    pub fn set_back(&self, by: Duration) {
        AtomicI64::store(&self.offset_ms, -by.num_milliseconds(), Ordering::Relaxed);
    }
}
