//! What a person may do to one room or one message. Each type's maker is the check; actions take the type.

use chrono::Duration;

use super::store::messages::{self, Found};
use super::store::notes::{self, NoteRow};
use super::store::{self, RoomRow};
use crate::access::{Actor, Role};
use crate::http::Problem;
use crate::infra::db::Tx;
use crate::infra::ids::{MessageId, NoteId};

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
    pub async fn in_open_room(self, tx: &mut Tx) -> Result<SayableMessage, Problem> {
        let now = tx.now();
        let room = store::list_rooms(tx, Some(vec![self.0.room_id.0])).await?.pop().ok_or(Problem::NotFound)?;
        if !room.opening_facts().at(now).is_open {
            return Err(Problem::Refused("room_closed"));
        }
        Ok(SayableMessage { message: self.0, slow_mode_s: room.slow_mode_s })
    }
}

/// An own message in an open room: its words may be changed.
pub struct SayableMessage {
    pub(super) message: Found,
    slow_mode_s: i32,
}

impl SayableMessage {
    /// Changed words count like new ones: in a slow room they wait as long.
    ///
    /// # Errors
    /// 429 `slow_mode` with the seconds to wait.
    pub async fn after_pause(self, tx: &mut Tx, by: &Actor) -> Result<Self, Problem> {
        let (now, room) = (tx.now(), self.message.room_id);
        if self.slow_mode_s == 0 || store::may_host(tx, room, by.id).await? {
            return Ok(self);
        }
        // One after another, as new messages are: two changes at once would both find that nothing was said.
        store::hold_room(tx, room).await?;
        let pause = Duration::seconds(self.slow_mode_s.into());
        let Some(last) = messages::last_said(tx, room, by.id, now - pause).await? else { return Ok(self) };
        let left = (last + pause - now).as_seconds_f32().ceil().max(1.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1 to 3600")]
        Err(Problem::TooSoon("slow_mode", left as u64))
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
        if !store::may_host(tx, room.id, by.id).await? {
            return Err(Problem::Refused("forbidden"));
        }
        Ok(Self { room, may_furnish: by.roles.has(Role::Coordinator) })
    }
}

/// A note of a room that the caller runs, and may take away: an own one, or as a coordinator anybody's.
pub struct OwnNote(pub(super) NoteRow);

impl OwnNote {
    /// Looks it up.
    ///
    /// # Errors
    /// 404 where the caller does not run the room, 403 for somebody else's.
    pub async fn find(tx: &mut Tx, by: &Actor, id: NoteId) -> Result<Self, Problem> {
        let note = notes::find(tx, id, by.id).await?.ok_or(Problem::NotFound)?;
        if may_delete(&note, by) { Ok(Self(note)) } else { Err(Problem::Refused("forbidden")) }
    }
}

/// Whether this person may take a note away that they can read.
pub(super) fn may_delete(note: &NoteRow, by: &Actor) -> bool {
    note.author_id == by.id || by.roles.has(Role::Coordinator)
}
