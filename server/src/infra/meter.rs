//! What this node has done and holds, as numbers. Counters and gauges only: no ids, no names.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

/// A number that only grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// One that stands at zero.
    #[must_use]
    pub const fn zero() -> Self {
        Self(AtomicU64::new(0))
    }

    /// Adds to it.
    pub fn add(&self, more: u64) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }

    /// Adds a time, in microseconds.
    pub fn add_time(&self, time: Duration) {
        self.add(u64::try_from(time.as_micros()).unwrap_or(u64::MAX));
    }

    /// How much it is.
    #[must_use]
    pub fn get(&self) -> u64 {
        AtomicU64::load(&self.0, Ordering::Relaxed)
    }
}

/// A number that goes up and down.
#[derive(Debug, Default)]
pub struct Gauge(AtomicI64);

impl Gauge {
    /// Changes it by so much.
    pub fn add(&self, more: i64) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }

    /// Sets it.
    pub fn set(&self, number: usize) {
        AtomicI64::store(&self.0, i64::try_from(number).unwrap_or(i64::MAX), Ordering::Relaxed);
    }

    /// How much it is.
    #[must_use]
    pub fn get(&self) -> i64 {
        AtomicI64::load(&self.0, Ordering::Relaxed)
    }
}

/// The numbers of the live engine and the writer of messages.
#[derive(Debug, Default)]
pub struct Meter {
    /// Sockets open now.
    pub sockets: Gauge,
    /// Rooms that somebody here has joined.
    pub rooms: Gauge,
    /// Events handed to members.
    pub deliveries: Counter,
    /// Frames for readers that were too slow.
    pub cut_off: Counter,
    /// Reads of the store for sockets that join.
    pub store_reads: Counter,
    /// Holes in a sequence that were read from the store.
    pub holes: Counter,
    /// Messages that wait for the writer.
    pub inbox: Gauge,
    /// Calls of the writer, messages in them, and the time they took in microseconds.
    pub batches: Counter,
    /// See `batches`.
    pub batched: Counter,
    /// See `batches`.
    pub batch_us: Counter,
    /// Messages given back to their authors as `busy`.
    pub busy: Counter,
    /// Faults that the live engine outlived.
    pub faults: Counter,
    /// Tasks of the live engine that a fault has ended and that have not begun anew yet.
    pub down: Gauge,
}

/// One figure for `/metrics`, or one for each set of labels.
#[derive(Debug)]
pub struct Figure {
    /// Its name behind `ligesind_`.
    pub name: &'static str,
    /// `counter` or `gauge`.
    pub kind: &'static str,
    /// What it tells.
    pub help: &'static str,
    /// Labels and values.
    pub values: Vec<(&'static str, f64)>,
}

impl Figure {
    /// Something that only grows.
    #[must_use]
    pub fn counter(name: &'static str, help: &'static str, value: f64) -> Self {
        Self { name, kind: "counter", help, values: vec![("", value)] }
    }

    /// Something that goes up and down.
    #[must_use]
    pub fn gauge(name: &'static str, help: &'static str, value: f64) -> Self {
        Self { name, kind: "gauge", help, values: vec![("", value)] }
    }
}

/// A count as a figure.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "a count fits 52 bits")]
pub fn number(count: u64) -> f64 {
    count as f64
}

#[expect(clippy::cast_precision_loss, reason = "a gauge fits 52 bits")]
fn level(gauge: &Gauge) -> f64 {
    gauge.get() as f64
}

impl Meter {
    /// All of them, for `/metrics`.
    #[must_use]
    pub fn figures(&self) -> Vec<Figure> {
        let seconds = number(self.batch_us.get()) / 1_000_000.0;
        vec![
            Figure::gauge("live_sockets", "Live sockets open.", level(&self.sockets)),
            Figure::gauge("live_rooms", "Rooms that somebody here has joined.", level(&self.rooms)),
            Figure::counter(
                "live_deliveries_total",
                "Events handed to members of rooms.",
                number(self.deliveries.get()),
            ),
            Figure::counter("live_cut_off_total", "Sockets cut off as too slow.", number(self.cut_off.get())),
            Figure::counter(
                "live_join_reads_total",
                "Reads of the store for joining sockets.",
                number(self.store_reads.get()),
            ),
            Figure::counter("live_hole_reads_total", "Reads of the store for missed events.", number(self.holes.get())),
            Figure::gauge("ingest_waiting", "Messages that wait for the writer.", level(&self.inbox)),
            Figure::counter("ingest_batches_total", "Calls of the writer.", number(self.batches.get())),
            Figure::counter("ingest_messages_total", "Messages in these calls.", number(self.batched.get())),
            Figure::counter("ingest_seconds_total", "Time of these calls.", seconds),
            Figure::counter("live_faults_total", "Faults that the live engine outlived.", number(self.faults.get())),
            Figure::counter("ingest_busy_total", "Messages given back as busy.", number(self.busy.get())),
        ]
    }
}
