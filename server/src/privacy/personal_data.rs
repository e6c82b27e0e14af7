//! What each feature does with one person's data: hand it over, erase it, forget it when its time has come.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Jsonb, Text, Uuid as SqlUuid};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::periods::Periods;
use super::retention::Forgotten;
use crate::http::Problem;
use crate::infra::bus::{Signal, Topic};
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::AccountId;

/// A future on this thread.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, Problem>> + 'a>>;

/// What a person who leaves wants to happen to what they wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextChoice {
    /// Every text is erased; threads keep their shape.
    Erase,
    /// What others can read stays, by "former member"; all else is erased.
    LeaveWithoutName,
}

impl TextChoice {
    /// Its code in the API.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Erase => "erase",
            Self::LeaveWithoutName => "leave",
        }
    }
}

impl std::str::FromStr for TextChoice {
    type Err = &'static str;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        [Self::Erase, Self::LeaveWithoutName].into_iter().find(|c| c.code() == code).ok_or("unknown_value")
    }
}

/// One feature's tables, as far as they hold data of persons. Every column labelled `export: yes` is in some [`export`].
///
/// [`export`]: PersonalData::export
pub trait PersonalData {
    /// Everything here about the account and nothing about anybody else: by table, rows with the columns' names.
    fn export<'a>(&'a self, conn: &'a mut Conn, account: AccountId) -> Pending<'a, Map<String, Value>>;

    /// Takes locks that must come before those of other features and of the account itself.
    fn lock<'a>(&'a self, tx: &'a mut Tx) -> Pending<'a, ()> {
        let _ = tx;
        Box::pin(std::future::ready(Ok(())))
    }

    /// Erases what is here of the account, in the transaction that ends it, and announces what open screens must forget.
    fn erase<'a>(&'a self, tx: &'a mut Tx, account: AccountId, texts: TextChoice) -> Pending<'a, ()>;

    /// Destroys at most some hundred rows of each kind whose time has come; called again until nothing is left.
    fn forget<'a>(&'a self, tx: &'a mut Tx, periods: &'a Periods) -> Pending<'a, Forgotten>;
}

/// All features that hold personal data, in the order in which they erase; the account itself comes last.
#[derive(Clone, Default)]
pub struct Holders(Vec<Arc<dyn PersonalData + Send + Sync>>);

impl Holders {
    /// With the features that `app.rs` wires.
    #[must_use]
    pub fn new(holders: Vec<Arc<dyn PersonalData + Send + Sync>>) -> Self {
        Self(holders)
    }

    /// The features.
    pub(super) fn iter(&self) -> impl Iterator<Item = &(dyn PersonalData + Send + Sync)> {
        self.0.iter().map(|holder| &**holder)
    }

    /// Everything about one account, by table. A table with nothing about it is left out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn export(&self, conn: &mut Conn, account: AccountId) -> Result<BTreeMap<String, Vec<Value>>, Problem> {
        let mut all = BTreeMap::new();
        for holder in self.iter() {
            for (table, rows) in holder.export(conn, account).await? {
                let Value::Array(rows) = rows else { continue };
                all.entry(table).or_insert_with(Vec::new).extend(rows);
            }
        }
        Ok(all)
    }

    /// Takes the locks of an erasure; the caller then locks the account.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn lock(&self, tx: &mut Tx) -> Result<(), Problem> {
        for holder in self.iter() {
            holder.lock(tx).await?;
        }
        Ok(())
    }

    /// Erases an account that the caller has locked.
    ///
    /// # Errors
    /// When a feature cannot; then nothing of it happens.
    pub async fn erase(&self, tx: &mut Tx, account: AccountId, texts: TextChoice) -> Result<(), Problem> {
        for holder in self.iter() {
            holder.erase(tx, account, texts).await?;
        }
        Ok(())
    }
}

/// The row of an export query: one object, by table.
#[derive(QueryableByName)]
pub struct Exported {
    /// Rows by table.
    #[diesel(sql_type = Jsonb)]
    pub data: Value,
}

/// Something that open screens must be told after an erasure.
#[derive(QueryableByName)]
pub struct Told {
    #[diesel(sql_type = Text)]
    topic: String,
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// Announces what an erasure changed.
pub fn announce(tx: &mut Tx, told: Vec<Told>) {
    for Told { topic, id, number } in told {
        let topic = match topic.as_str() {
            "sequence" => Topic::Sequence,
            "withdrawn" => Topic::Withdrawn,
            _ => Topic::Surface,
        };
        tx.announce(Signal::new(topic, id, number));
    }
}

/// The tables of an export row.
#[must_use]
pub fn collect(row: Exported) -> Map<String, Value> {
    match row.data {
        Value::Object(tables) => tables,
        _ => Map::new(),
    }
}
