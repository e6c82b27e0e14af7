//! Tickets in the database. Only their hash is kept.

use chrono::{DateTime, Duration, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Binary, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use sha2::{Digest, Sha256};

use crate::access::session::none_if_missing;
use crate::http::Problem;
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::SessionId;
use crate::query;

/// How long a ticket is good for.
pub(super) const TICKET_SECONDS: i64 = 30;

query! {
    struct InsertTicket { hash: Vec<u8> => Binary, session: SessionId => SqlUuid, until: DateTime<Utc> => Timestamptz }
    "insert into live_tickets (ticket_hash, session_id, expires_at) values ($1, $2, $3)"
}
query! {
    struct DropOld { before: DateTime<Utc> => Timestamptz }
    "delete from live_tickets where expires_at < $1"
}
query! {
    struct UseTicket { hash: Vec<u8> => Binary, now: DateTime<Utc> => Timestamptz }
    "with used as (delete from live_tickets where ticket_hash = $1 returning session_id, expires_at)
     select session_id from used where expires_at > $2"
}

#[derive(QueryableByName)]
struct Holder {
    #[diesel(sql_type = SqlUuid)]
    session_id: SessionId,
}

fn hash(ticket: &str) -> Vec<u8> {
    Sha256::digest(ticket.as_bytes()).to_vec()
}

/// Keeps a ticket of a session, and forgets those that have run out.
pub(super) async fn insert_ticket(tx: &mut Tx, ticket: &str, session: SessionId) -> Result<(), Problem> {
    let now = tx.now();
    DropOld { before: now - Duration::seconds(60) }.execute(&mut **tx).await?;
    InsertTicket { hash: hash(ticket), session, until: now + Duration::seconds(TICKET_SECONDS) }
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// The session of a ticket, which is used up by this.
pub(super) async fn use_ticket(
    conn: &mut Conn,
    ticket: &str,
    now: DateTime<Utc>,
) -> Result<Option<SessionId>, Problem> {
    let row: Option<Holder> =
        UseTicket { hash: hash(ticket), now }.get_result(conn).await.map_or_else(none_if_missing, |r| Ok(Some(r)))?;
    Ok(row.map(|row| row.session_id))
}
