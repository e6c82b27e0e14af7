//! What the feeder reads of PostgreSQL, each read in a task of its own with a limit of time.

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use super::conversation::{Event, RoomFacts, RoomHere};
use super::hub::Hub;
use crate::http::Problem;

/// Events read at a time.
pub(super) const PAGE: i64 = 500;
/// How long a read may take; the next comparison tries again.
const PATIENCE: Duration = Duration::from_secs(5);

/// What came of a read.
pub(super) enum Done {
    /// Where rooms stand that are held from now on.
    Began { rooms: Vec<Uuid>, newest: Result<HashMap<Uuid, i64>, Problem> },
    /// What follows the last number of a room.
    Hole { room: Uuid, events: Result<Vec<Event>, Problem> },
    /// Newest numbers and facts of all rooms held.
    Compared { newest: Result<HashMap<Uuid, i64>, Problem>, facts: Result<Vec<RoomFacts>, Problem> },
    /// Facts of rooms that changed.
    Facts { facts: Result<Vec<RoomFacts>, Problem> },
}

async fn in_time<T>(read: impl Future<Output = Result<T, Problem>>) -> Result<T, Problem> {
    tokio::time::timeout(PATIENCE, read).await.unwrap_or(Err(Problem::Unavailable("unavailable")))
}

async fn newest_of(hub: &Hub, rooms: &[Uuid]) -> Result<HashMap<Uuid, i64>, Problem> {
    let read = async {
        let mut conn = hub.db.read().await?;
        hub.wiring.conversation.newest(&mut conn, rooms.to_vec()).await
    };
    Ok(in_time(read).await?.into_iter().collect())
}

async fn facts_of(hub: &Hub, rooms: Vec<Uuid>) -> Result<Vec<RoomFacts>, Problem> {
    let now = hub.db.clock().now();
    let rooms = rooms.into_iter().map(|id| RoomHere { id, here: hub.presence.here(id) }).collect();
    let read = async {
        let mut conn = hub.db.read().await?;
        hub.wiring.conversation.facts(&mut conn, rooms, now).await
    };
    in_time(read).await
}

pub(super) async fn begin(hub: Arc<Hub>, rooms: Vec<Uuid>) -> Done {
    let newest = newest_of(&hub, &rooms).await;
    Done::Began { rooms, newest }
}

pub(super) async fn hole(hub: Arc<Hub>, room: Uuid, after: i64) -> Done {
    let read = async {
        let mut conn = hub.db.read().await?;
        hub.wiring.conversation.events(&mut conn, room, after, PAGE).await
    };
    Done::Hole { room, events: in_time(read).await }
}

pub(super) async fn compare(hub: Arc<Hub>, rooms: Vec<Uuid>) -> Done {
    let newest = newest_of(&hub, &rooms).await;
    let facts = facts_of(&hub, rooms).await;
    Done::Compared { newest, facts }
}

pub(super) async fn facts(hub: Arc<Hub>, rooms: Vec<Uuid>) -> Done {
    Done::Facts { facts: facts_of(&hub, rooms).await }
}
