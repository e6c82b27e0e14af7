//! Who may write in which board, and change which thread.

use serde_json::json;
use uuid::Uuid;

use super::store::{self, StoredThread};
use super::views::BoardView;
use crate::access::Actor;
use crate::http::Problem;
use crate::infra::db::{Conn, Tx};

/// A board that this member may write in; its only maker is [`OpenBoard::find`].
pub(super) struct OpenBoard(pub(super) BoardView);

impl OpenBoard {
    /// # Errors
    /// 404 where there is no such board for this member.
    pub(super) async fn find(conn: &mut Conn, by: &Actor, slug: &str) -> Result<Self, Problem> {
        store::get_board(conn, Some(by.id), slug).await.map(Self)
    }
}

/// An own thread, locked; its only maker is [`OwnThread::lock`].
pub(super) struct OwnThread(pub(super) StoredThread);

impl OwnThread {
    /// # Errors
    /// 404 for anybody else, and once the thread is gone.
    pub(super) async fn lock(tx: &mut Tx, by: &Actor, id: Uuid) -> Result<Self, Problem> {
        let thread = store::find_thread(tx, id, true).await?.ok_or(Problem::NotFound)?;
        let there = matches!(thread.state.as_str(), "live" | "redacted" | "hidden_pending" | "hidden");
        if thread.author_id == Some(by.id) && there { Ok(Self(thread)) } else { Err(Problem::NotFound) }
    }

    /// Whether its words may be changed: not after a moderator rewrote them.
    ///
    /// # Errors
    /// 409 `wrong_state`.
    pub(super) fn editable(&self) -> Result<(), Problem> {
        if self.0.state == "redacted" { Err(Problem::Conflict("wrong_state", json!({}))) } else { Ok(()) }
    }
}
