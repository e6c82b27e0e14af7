//! Many sessions at once: which still hold. The live socket asks for all of its own now and then.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Array, Bool, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::actor::Roles;
use super::session::lifetime;
use crate::http::Problem;
use crate::infra::db::Conn;
use crate::infra::ids::SessionId;
use crate::query;

/// How a session that holds stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its account is suspended.
    pub is_suspended: bool,
    /// Roles of its account.
    pub roles: Roles,
}

query! {
    struct Facts { sessions: Vec<SessionId> => Array<SqlUuid>, now: DateTime<Utc> => Timestamptz }
    "select s.id, s.created_at, s.last_used_at,
            coalesce((select array_agg(r.role) from account_roles r where r.account_id = a.id), '{}') as roles,
            exists (select from sanctions x where x.account_id = a.id and x.kind = 'suspend' and x.lifted_at is null and x.until > $2) as suspended
     from sessions s join accounts a on a.id = s.account_id
     where s.id = any($1) and s.revoked_at is null and s.expires_at > $2 and a.erased_at is null"
}
query! {
    struct Touch { sessions: Vec<SessionId> => Array<SqlUuid>, now: DateTime<Utc> => Timestamptz }
    "update sessions set last_used_at = $2 where id = any($1) and last_used_at < $2 and revoked_at is null"
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: SessionId,
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    last_used_at: DateTime<Utc>,
    #[diesel(sql_type = Array<Text>)]
    roles: Vec<String>,
    #[diesel(sql_type = Bool)]
    suspended: bool,
}

/// Those of `sessions` that hold at `now`; what is missing has ended.
///
/// # Errors
/// When the database fails.
pub async fn of_sessions(
    conn: &mut Conn,
    sessions: Vec<SessionId>,
    now: DateTime<Utc>,
) -> Result<HashMap<SessionId, Standing>, Problem> {
    let rows: Vec<Row> = Facts { sessions, now }.load(conn).await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let roles = Roles::from_codes(row.roles.iter().map(String::as_str));
            let (life, idle) = lifetime(roles.is_staff());
            let holds = row.created_at + life > now && row.last_used_at + idle > now;
            holds.then_some((row.id, Standing { is_suspended: row.suspended, roles }))
        })
        .collect())
}

/// Notes that these sessions were in use.
///
/// # Errors
/// When the database fails.
pub async fn touch(conn: &mut Conn, sessions: Vec<SessionId>, now: DateTime<Utc>) -> Result<(), Problem> {
    if !sessions.is_empty() {
        Touch { sessions, now }.execute(conn).await?;
    }
    Ok(())
}
