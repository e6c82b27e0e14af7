//! What a person may do to one room or one message. Each type's maker is the check; actions take the type.

use super::store::messages::{self, Found};
use super::store::{self, RoomRow};
use crate::access::{Actor, Role};
use crate::http::Problem;
use crate::infra::db::Tx;
use crate::infra::ids::MessageId;

/// A message of the caller's own, locked. Somebody else's is refused if it can be read, and not there otherwise.
pub struct OwnMessage(pub(super) Found);

impl OwnMessage {
    /// Locks it.
    ///
    /// # Errors
    /// 404, 403.
    pub async fn lock(tx: &mut Tx, by: &Actor, id: MessageId) -> Result<Self, Problem> {
        let message = messages::find(tx, id, true).await?.ok_or(Problem::NotFound)?;
        if message.author_id != Some(by.id) {
            let can_read = matches!(message.state.as_str(), "live" | "redacted")
                && messages::reaches(tx, message.room_id, by.id, message.seq).await?;
            return Err(if can_read { Problem::Refused("forbidden") } else { Problem::NotFound });
        }
        if matches!(message.state.as_str(), "removed" | "deleted" | "purged") {
            return Err(Problem::NotFound);
        }
        Ok(Self(message))
    }

    /// The same, where new words may be said now. Taking words back is always allowed.
    ///
    /// # Errors
    /// 403 `room_closed`.
    pub async fn in_open_room(self, tx: &mut Tx) -> Result<Self, Problem> {
        let now = tx.now();
        let rooms = store::list_rooms(tx, Some(vec![self.0.room_id.0])).await?;
        let is_open = rooms.first().is_some_and(|room| room.opening_facts().at(now).is_open);
        if is_open { Ok(self) } else { Err(Problem::Refused("room_closed")) }
    }
}

/// A message of somebody else that the caller can read.
pub struct OthersMessage(pub(super) Found);

impl OthersMessage {
    /// Looks it up; its row stays as it is until the transaction ends.
    ///
    /// # Errors
    /// 404; 403 for an own one.
    pub async fn lock(tx: &mut Tx, by: &Actor, id: MessageId) -> Result<Self, Problem> {
        let message = messages::find(tx, id, true).await?.ok_or(Problem::NotFound)?;
        if message.author_id == Some(by.id) {
            return Err(Problem::Refused("forbidden"));
        }
        let can_read = !message.is_held
            && matches!(message.state.as_str(), "live" | "redacted")
            && messages::reaches(tx, message.room_id, by.id, message.seq).await?;
        if can_read { Ok(Self(message)) } else { Err(Problem::NotFound) }
    }
}

/// A room that the caller hosts, locked.
pub struct HostedRoom {
    pub(super) room: RoomRow,
    /// A coordinator may change everything of it.
    pub(super) may_furnish: bool,
}

impl HostedRoom {
    /// Locks it. Moderators and coordinators host every room, supporters their own.
    ///
    /// # Errors
    /// 404, 403.
    pub async fn lock(tx: &mut Tx, by: &Actor, slug_or_id: &str) -> Result<Self, Problem> {
        let room = store::lock_room(tx, slug_or_id).await?;
        let hosts = store::list_hosts(tx, vec![room.id]).await?;
        let is_host = hosts.iter().any(|host| host.account_id == by.id);
        if !is_host && !by.roles.is_staff() {
            return Err(Problem::Refused("forbidden"));
        }
        Ok(Self { room, may_furnish: by.roles.has(Role::Coordinator) })
    }
}
