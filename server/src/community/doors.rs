//! When somebody is there to talk to. Chat knows its rooms; the community only asks whether a door is open.

use std::pin::Pin;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::http::Problem;
use crate::infra::db::Conn;

/// An answer that needs the database.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, Problem>> + Send + 'a>>;

/// Whether the chat is open, as everybody may know it.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct OpeningNow {
    /// `open` or `closed`.
    pub state: &'static str,
    /// When it opens, if it is closed and will.
    pub opens_at: Option<DateTime<Utc>>,
    /// When it closes, if it is open and will.
    pub closes_at: Option<DateTime<Utc>>,
}

/// The places where people talk at certain hours.
pub trait Doors: Send + Sync {
    /// How they stand at `now`, taken together.
    fn stand<'a>(&'a self, conn: &'a mut Conn, now: DateTime<Utc>) -> Pending<'a, OpeningNow>;
}

/// The doors of this community, as `app.rs` wires them.
#[derive(Clone)]
pub struct CommunityDoors(pub Arc<dyn Doors>);
