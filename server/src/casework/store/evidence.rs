//! Keys of cases and what is sealed with them.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Binary, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::access::session::none_if_missing;
use crate::casework::target::TargetKind;
use crate::http::Problem;
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::{self, CaseId};
use crate::query;

#[derive(QueryableByName)]
struct Key {
    #[diesel(sql_type = Binary)]
    wrapped_key: Vec<u8>,
}

query! {
    struct FindKey { case: CaseId => SqlUuid }
    "select wrapped_key from case_keys where case_id = $1"
}
query! {
    struct InsertKey { case: CaseId => SqlUuid, wrapped: Vec<u8> => Binary }
    "insert into case_keys (case_id, wrapped_key) values ($1, $2) on conflict (case_id) do nothing"
}

query! {
    struct NewestKey {}
    "select case_id, wrapped_key from case_keys order by case_id desc limit 1"
}

#[derive(QueryableByName)]
struct OwnedKey {
    #[diesel(sql_type = SqlUuid)]
    case_id: CaseId,
    #[diesel(sql_type = Binary)]
    wrapped_key: Vec<u8>,
}

/// The wrapped key of the newest case that has one.
pub(crate) async fn newest_key(conn: &mut Conn) -> Result<Option<(CaseId, Vec<u8>)>, Problem> {
    let row: Option<OwnedKey> =
        NewestKey {}.get_result(conn).await.map_or_else(none_if_missing, |row| Ok(Some(row)))?;
    Ok(row.map(|row| (row.case_id, row.wrapped_key)))
}

/// The wrapped key of a case, if it has one.
pub(crate) async fn find_key(conn: &mut Conn, case: CaseId) -> Result<Option<Vec<u8>>, Problem> {
    let row: Option<Key> = FindKey { case }.get_result(conn).await.map_or_else(none_if_missing, |row| Ok(Some(row)))?;
    Ok(row.map(|row| row.wrapped_key))
}

/// Gives a case its key; the one it has stays.
pub(crate) async fn insert_key(tx: &mut Tx, case: CaseId, wrapped: Vec<u8>) -> Result<bool, Problem> {
    Ok(InsertKey { case, wrapped }.execute(&mut **tx).await? == 1)
}

query! {
    struct Insert {
        id: Uuid => SqlUuid, case: CaseId => SqlUuid, kind: String => Text, target: Uuid => SqlUuid, revision: i32 => Integer,
        sealed: Vec<u8> => Binary, now: DateTime<Utc> => Timestamptz,
    }
    "insert into evidence (id, case_id, target_kind, target_id, revision, body_sealed, created_at) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (case_id, target_kind, target_id, revision) do nothing"
}

/// Keeps a sealed revision; the first sealing of a revision stays.
pub(crate) async fn insert(
    tx: &mut Tx,
    case: CaseId,
    (kind, target, revision): (TargetKind, Uuid, i32),
    sealed: Vec<u8>,
) -> Result<(), Problem> {
    let now = tx.now();
    Insert { id: ids::ordered(), case, kind: kind.code().to_owned(), target, revision, sealed, now }
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// A sealed revision.
#[derive(QueryableByName)]
pub(crate) struct EvidenceRow {
    #[diesel(sql_type = Integer)]
    pub(crate) revision: i32,
    #[diesel(sql_type = Binary)]
    pub(crate) body_sealed: Vec<u8>,
}

query! {
    struct OfCase { case: CaseId => SqlUuid, kind: String => Text, target: Uuid => SqlUuid, now: DateTime<Utc> => Timestamptz }
    "select revision, body_sealed from evidence where case_id = $1 and target_kind = $2 and target_id = $3
        and (expires_at is null or expires_at > $4 or exists (select from evidence_holds h where h.case_id = $1 and h.until > $4)) order by revision"
}

/// The sealed revisions of a target that a case holds and that have not run out.
pub(crate) async fn of_case(
    conn: &mut Conn,
    case: CaseId,
    kind: TargetKind,
    target: Uuid,
    now: DateTime<Utc>,
) -> Result<Vec<EvidenceRow>, Problem> {
    Ok(OfCase { case, kind: kind.code().to_owned(), target, now }.load(conn).await?)
}

query! {
    struct SetExpiry { case: CaseId => SqlUuid, until: Option<DateTime<Utc>> => Nullable<Timestamptz> }
    "update evidence set expires_at = $2 where case_id = $1"
}

/// When the evidence of a case runs out; none while the case is open.
pub(crate) async fn set_expiry(tx: &mut Tx, case: CaseId, until: Option<DateTime<Utc>>) -> Result<(), Problem> {
    SetExpiry { case, until }.execute(&mut **tx).await?;
    Ok(())
}

query! {
    struct LetRunOut { case: CaseId => SqlUuid, until: DateTime<Utc> => Timestamptz }
    "update evidence set expires_at = $2 where case_id = $1 and expires_at is null"
}

/// The same for what was sealed after the case was decided; what runs out already does so on its day.
pub(crate) async fn let_run_out(tx: &mut Tx, case: CaseId, until: DateTime<Utc>) -> Result<(), Problem> {
    LetRunOut { case, until }.execute(&mut **tx).await?;
    Ok(())
}
