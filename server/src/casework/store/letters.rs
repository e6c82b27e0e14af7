//! What the team wrote to people, signed by a person.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::access::session::none_if_missing;
use crate::http::Problem;
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::{self, AccountId, CaseId};
use crate::query;

/// A letter to be kept.
pub(crate) struct NewLetter<'a> {
    pub(crate) to: AccountId,
    pub(crate) case: CaseId,
    pub(crate) about: &'a str,
    pub(crate) title: &'a str,
    pub(crate) body: &'a str,
    pub(crate) by: AccountId,
    pub(crate) name: Option<&'a str>,
    pub(crate) role: &'a str,
}

query! {
    struct Insert {
        id: Uuid => SqlUuid, to: AccountId => SqlUuid, case: CaseId => SqlUuid, about: String => Text, title: String => Text, body: String => Text,
        by: AccountId => SqlUuid, name: Option<String> => Nullable<Text>, role: String => Text, now: DateTime<Utc> => Timestamptz,
    }
    "insert into letters (id, account_id, case_id, about, title, body, signed_by, signed_name, signed_role, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
}

pub(crate) async fn insert(tx: &mut Tx, new: &NewLetter<'_>) -> Result<Uuid, Problem> {
    let (id, now) = (ids::ordered(), tx.now());
    Insert {
        id,
        to: new.to,
        case: new.case,
        about: new.about.to_owned(),
        title: new.title.to_owned(),
        body: new.body.to_owned(),
        by: new.by,
        name: new.name.map(str::to_owned),
        role: new.role.to_owned(),
        now,
    }
    .execute(&mut **tx)
    .await?;
    Ok(id)
}

/// A letter as its receiver reads it.
#[derive(QueryableByName, Clone, Debug)]
pub(crate) struct LetterRow {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: Uuid,
    #[diesel(sql_type = Text)]
    pub(crate) title: String,
    #[diesel(sql_type = Text)]
    pub(crate) body: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) signed_name: Option<String>,
    #[diesel(sql_type = Text)]
    pub(crate) signed_role: String,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) created_at: DateTime<Utc>,
}

query! {
    struct Own { id: Uuid => SqlUuid, reader: AccountId => SqlUuid }
    "select id, title, body, signed_name, signed_role, created_at from letters where id = $1 and account_id = $2"
}

/// A letter to this account.
pub(crate) async fn own(conn: &mut Conn, id: Uuid, reader: AccountId) -> Result<Option<LetterRow>, Problem> {
    Own { id, reader }.get_result(conn).await.map_or_else(none_if_missing, |row| Ok(Some(row)))
}

query! {
    struct Forget { before: DateTime<Utc> => Timestamptz }
    "delete from letters where id in (select id from letters where created_at <= $1 limit 500)"
}

/// Letters written before a moment.
pub(crate) async fn forget(tx: &mut Tx, before: DateTime<Utc>) -> Result<usize, Problem> {
    Ok(Forget { before }.execute(&mut **tx).await?)
}
