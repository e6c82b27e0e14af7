//! Open screens that follow a thread or a board.

use uuid::Uuid;

use super::store;
use crate::infra::db::Conn;
use crate::infra::ids::AccountId;
use crate::live::{Pending, Watchable};

/// Pages of threads.
pub struct ThreadPages;

impl Watchable for ThreadPages {
    fn kind(&self) -> &'static str {
        "thread"
    }

    fn part_kind(&self) -> &'static str {
        "reply"
    }

    fn version<'a>(&'a self, conn: &'a mut Conn, id: Uuid, reader: Option<AccountId>) -> Pending<'a, Option<i64>> {
        Box::pin(store::thread_version(conn, id, reader))
    }
}

/// Pages of boards. Their version counts threads, not replies, so that a reply locks nothing but its thread.
pub struct BoardPages;

impl Watchable for BoardPages {
    fn kind(&self) -> &'static str {
        "board"
    }

    fn part_kind(&self) -> &'static str {
        "thread"
    }

    fn version<'a>(&'a self, conn: &'a mut Conn, id: Uuid, reader: Option<AccountId>) -> Pending<'a, Option<i64>> {
        Box::pin(store::board_version(conn, id, reader))
    }
}
