//! What a person is told, in the app. Ids and codes only: the words are made when it is read.

mod routes;
mod store;
pub mod views;

use serde_json::Value;

use crate::http::Problem;
use crate::infra::bus::{Signal, Topic};
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::AccountId;

pub use routes::routes;

/// Tells `account` something, in the transaction of what happened. `kind` is a code with words in `server/text`
/// (`notice.<kind>.title`, `.body`); `params`: ids and codes, never text. A `url` among them is where it leads.
///
/// # Errors
/// When the database fails.
pub async fn tell(tx: &mut Tx, account: AccountId, kind: &str, params: Value) -> Result<(), Problem> {
    store::insert(tx, account, kind, params).await?;
    tx.announce(Signal::new(Topic::Notice, account, 0));
    Ok(())
}

/// The same for what happens often and is worth one word: nothing while the last one is unread.
///
/// # Errors
/// When the database fails.
pub async fn tell_once(tx: &mut Tx, account: AccountId, kind: &str, params: Value) -> Result<(), Problem> {
    if store::insert_once(tx, account, kind, params).await? {
        tx.announce(Signal::new(Topic::Notice, account, 0));
    }
    Ok(())
}

/// How much `account` has not read yet.
///
/// # Errors
/// When the database fails.
pub async fn unread(conn: &mut Conn, account: AccountId) -> Result<i64, Problem> {
    store::unread(conn, account).await
}
