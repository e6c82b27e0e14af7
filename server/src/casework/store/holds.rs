//! Holds as rows: at most one for a case.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Binary, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use crate::access::session::none_if_missing;
use crate::http::Problem;
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::{AccountId, CaseId};
use crate::query;

/// A hold.
#[derive(QueryableByName)]
pub(crate) struct HoldRow {
    #[diesel(sql_type = Nullable<Binary>)]
    pub(crate) reason_sealed: Option<Vec<u8>>,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) until: DateTime<Utc>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(crate) held_by: Option<AccountId>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) held_by_name: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) held_at: DateTime<Utc>,
}

query! {
    struct Find { case: CaseId => SqlUuid, now: DateTime<Utc> => Timestamptz }
    "select h.reason_sealed, h.until, h.held_by, a.pseudonym as held_by_name, h.held_at
       from evidence_holds h left join accounts a on a.id = h.held_by where h.case_id = $1 and h.until > $2"
}
query! {
    struct Put { case: CaseId => SqlUuid, reason: Vec<u8> => Binary, until: DateTime<Utc> => Timestamptz, by: AccountId => SqlUuid, now: DateTime<Utc> => Timestamptz }
    "insert into evidence_holds (case_id, reason_sealed, until, held_by, held_at) values ($1, $2, $3, $4, $5)
     on conflict (case_id) do update set reason_sealed = $2, until = $3, held_by = $4, held_at = $5"
}
query! {
    struct Lift { case: CaseId => SqlUuid }
    "delete from evidence_holds where case_id = $1"
}

/// The hold on a case that has not ended.
pub(crate) async fn find(conn: &mut Conn, case: CaseId, now: DateTime<Utc>) -> Result<Option<HoldRow>, Problem> {
    Find { case, now }.get_result(conn).await.map_or_else(none_if_missing, |row| Ok(Some(row)))
}

/// Puts a hold, over the one there may be.
pub(crate) async fn put(
    tx: &mut Tx,
    case: CaseId,
    by: AccountId,
    reason: Vec<u8>,
    until: DateTime<Utc>,
) -> Result<(), Problem> {
    let now = tx.now();
    Put { case, reason, until, by, now }.execute(&mut **tx).await?;
    Ok(())
}

/// Takes a hold away; false where there was none.
pub(crate) async fn lift(tx: &mut Tx, case: CaseId) -> Result<bool, Problem> {
    Ok(Lift { case }.execute(&mut **tx).await? == 1)
}
