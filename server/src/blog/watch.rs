//! Open screens that follow a post or the front page.

use uuid::Uuid;

use super::store;
use crate::infra::db::Conn;
use crate::infra::ids::AccountId;
use crate::live::{Pending, Watchable};

/// Pages of posts.
pub struct PostPages;

impl Watchable for PostPages {
    fn kind(&self) -> &'static str {
        "post"
    }

    fn part_kind(&self) -> &'static str {
        "comment"
    }

    fn version<'a>(&'a self, conn: &'a mut Conn, id: Uuid, reader: Option<AccountId>) -> Pending<'a, Option<i64>> {
        Box::pin(store::surface_version(conn, id, reader))
    }
}

/// The front page and the list of posts; its id is the nil UUID.
pub struct FrontPage;

impl Watchable for FrontPage {
    fn kind(&self) -> &'static str {
        "front"
    }

    fn part_kind(&self) -> &'static str {
        "post"
    }

    fn version<'a>(&'a self, conn: &'a mut Conn, id: Uuid, _reader: Option<AccountId>) -> Pending<'a, Option<i64>> {
        Box::pin(async move { if id.is_nil() { store::front_version(conn).await.map(Some) } else { Ok(None) } })
    }
}
