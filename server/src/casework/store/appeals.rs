//! Appeals.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Binary, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::access::session::none_if_missing;
use crate::http::Problem;
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::{AccountId, CaseId, DecisionId};
use crate::query;

query! {
    struct Insert {
        id: Uuid => SqlUuid, decision: DecisionId => SqlUuid, case: CaseId => SqlUuid, account: AccountId => SqlUuid,
        text: Vec<u8> => Binary, now: DateTime<Utc> => Timestamptz,
    }
    "insert into appeals (id, decision_id, case_id, account_id, text_sealed, created_at) values ($1, $2, $3, $4, $5, $6)
     on conflict (decision_id) do nothing"
}

/// Keeps an appeal; false when the decision has been appealed already.
pub(crate) async fn insert(
    tx: &mut Tx,
    id: Uuid,
    decision: DecisionId,
    case: CaseId,
    account: AccountId,
    text: Vec<u8>,
) -> Result<bool, Problem> {
    let now = tx.now();
    Ok(Insert { id, decision, case, account, text, now }.execute(&mut **tx).await? == 1)
}

#[derive(QueryableByName)]
struct Text {
    #[diesel(sql_type = Binary)]
    text_sealed: Vec<u8>,
}

query! {
    struct OfCase { case: CaseId => SqlUuid }
    "select text_sealed from appeals where case_id = $1"
}

/// The sealed words of the appeal that a case is about.
pub(crate) async fn words_of(conn: &mut Conn, case: CaseId) -> Result<Option<Vec<u8>>, Problem> {
    let row: Option<Text> = OfCase { case }.get_result(conn).await.map_or_else(none_if_missing, |row| Ok(Some(row)))?;
    Ok(row.map(|row| row.text_sealed))
}
