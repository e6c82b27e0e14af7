//! Who may answer where, and who may change which text. Each check answers the checked row.

use serde_json::json;
use uuid::Uuid;

use super::root::{Root, RootKind};
use super::store;
use crate::access::Actor;
use crate::http::Problem;
use crate::infra::db::Tx;
use crate::infra::ids::AccountId;

/// A thread or post that this member may answer right now; [`Answerable::find`] is its only maker.
pub(super) struct Answerable<'m> {
    pub(super) root: Root,
    pub(super) by: &'m Actor,
    pub(super) root_author: Option<AccountId>,
    pub(super) parent: Option<Parent>,
}

/// A published text that is answered.
pub(super) struct Parent {
    pub(super) id: Uuid,
    pub(super) author: Option<AccountId>,
    pub(super) depth: i32,
}

impl<'m> Answerable<'m> {
    /// Checks the root and, where one is given, the text that is answered.
    ///
    /// # Errors
    /// 404 where there is no such root for this member, 403 `thread_locked`, 409 `wrong_state` below an own text that is
    /// hidden, 422 on `parent_id`.
    pub(super) async fn find(tx: &mut Tx, by: &'m Actor, root: Root, parent: Option<Uuid>) -> Result<Self, Problem> {
        let facts =
            store::root_facts(tx, root, by.id, parent).await?.filter(|f| f.readable).ok_or(Problem::NotFound)?;
        if facts.locked {
            return Err(Problem::Refused("thread_locked"));
        }
        if !facts.is_public {
            return Err(Problem::Conflict("wrong_state", json!({})));
        }
        let found = facts.parent_depth.zip(parent).map(|(depth, id)| Parent { id, author: facts.parent_author, depth });
        if parent.is_some() && found.is_none() {
            return Err(Problem::field("parent_id", "not_found"));
        }
        Ok(Self { root, by, root_author: facts.author, parent: found })
    }
}

/// An own text, locked, whose author may still change it.
pub(super) struct Own {
    pub(super) row: store::OwnRow,
    pub(super) root: Root,
}

impl Own {
    /// Locks an own text that can be read by its author where it stands.
    ///
    /// # Errors
    /// 404 for anybody else, and once the text is gone.
    pub(super) async fn lock(tx: &mut Tx, by: &Actor, kind: RootKind, id: Uuid) -> Result<Self, Problem> {
        let row = store::lock_own(tx, kind, id, by.id).await?.ok_or(Problem::NotFound)?;
        let root = Root::new(kind, row.root_id);
        Ok(Self { row, root })
    }

    /// Whether its words may be changed: not after a moderator rewrote them.
    ///
    /// # Errors
    /// 409 `wrong_state`.
    pub(super) fn editable(&self) -> Result<(), Problem> {
        match self.row.state.as_str() {
            "live" | "hidden_pending" | "hidden" => Ok(()),
            _ => Err(Problem::Conflict("wrong_state", json!({}))),
        }
    }
}
