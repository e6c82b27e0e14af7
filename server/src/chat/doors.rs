//! What visitors may know of the rooms: whether one is open, and when. No names, no contents.

use chrono::{DateTime, Utc};

use super::store;
use crate::community::hours;
use crate::community::{Doors, OpeningNow, Pending};
use crate::infra::db::Conn;

/// The doors of all rooms together.
pub struct RoomDoors;

impl Doors for RoomDoors {
    fn stand<'a>(&'a self, conn: &'a mut Conn, now: DateTime<Utc>) -> Pending<'a, OpeningNow> {
        Box::pin(async move {
            let rooms = store::list_rooms(conn, None).await?;
            let openings: Vec<_> = rooms.iter().map(|room| room.opening_facts().at(now)).collect();
            let opening = hours::together(&openings);
            Ok(OpeningNow { state: opening.state(), opens_at: opening.opens_at, closes_at: opening.closes_at })
        })
    }
}
