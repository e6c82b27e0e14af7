//! What chat holds of a person.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Bool, Integer, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::{Map, Value};

use crate::http::Problem;
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::AccountId;
use crate::privacy::periods::{Periods, back};
use crate::privacy::{Exported, Forgotten, Pending, PersonalData, TextChoice, Told, announce, collect};
use crate::query;

/// Rows destroyed at a time.
const PIECE: i32 = 500;

/// Chat as a holder of personal data.
pub struct ChatData;

query! {
    struct Export { id: AccountId => SqlUuid }
    "select jsonb_build_object(
       'room_hosts', (select jsonb_agg(x) from (
          select r.name as room from room_hosts h join rooms r on r.id = h.room_id where h.account_id = $1 order by r.position, r.name) x),
       'room_entries', (select jsonb_agg(x) from (
          select r.name as room, e.entered_at, e.rules_accepted_at, e.read_seq
          from room_entries e join rooms r on r.id = e.room_id where e.account_id = $1 order by e.entered_at, r.name) x),
       'messages', (select jsonb_agg(x) from (
          select m.id, r.name as room, m.seq, case when may_read(m.state, m.author_id, $1) then m.body end as body, m.state, m.created_at, m.edited_at
          from messages m join rooms r on r.id = m.room_id where m.author_id = $1 order by m.created_at, m.id) x),
       'message_reactions', (select jsonb_agg(x) from (
          select message_id, account_id, kind, created_at from message_reactions where account_id = $1 order by created_at, message_id) x),
       'room_calls', (select jsonb_agg(x) from (
          select r.name as room, c.asked_by, c.note, c.created_at, c.answered_at
          from room_calls c join rooms r on r.id = c.room_id where c.asked_by = $1 order by c.created_at, c.id) x),
       'room_notes', (select jsonb_agg(x) from (
          select r.name as room, n.author_id, n.body, n.created_at
          from room_notes n join rooms r on r.id = n.room_id where n.author_id = $1 order by n.created_at, n.id) x),
       'held_messages', (select jsonb_agg(x) from (
          select h.id, r.name as room, case when may_read(h.state, h.author_id, $1) then h.body end as body, h.state, h.created_at
          from held_messages h join rooms r on r.id = h.room_id where h.author_id = $1 and h.state <> 'published' order by h.created_at, h.id) x)
     ) as data"
}
query! {
    struct LockRooms {}
    "select id from rooms order by id for no key update"
}
query! {
    struct Erase { author: AccountId => SqlUuid, all: bool => Bool, now: DateTime<Utc> => Timestamptz }
    "select topic, id, number from chat_erase_author($1, $2, $3)"
}
query! {
    struct Forget {
        old: DateTime<Utc> => Timestamptz, deleted: DateTime<Utc> => Timestamptz, hidden: DateTime<Utc> => Timestamptz,
        now: DateTime<Utc> => Timestamptz, limit: i32 => Integer,
    }
    "select chat_forget($1, $2, $3, $4, $5) as n"
}
query! {
    /// Earlier texts of a message, those of one that its author took back too: none that a case still needs.
    struct ForgetRevisions { before: DateTime<Utc> => Timestamptz, now: DateTime<Utc> => Timestamptz, limit: i32 => Integer }
    "delete from message_revisions where (message_id, revision) in (
       select v.message_id, v.revision from message_revisions v
       where v.replaced_at <= $1 and not is_kept_for_case('message', v.message_id, $2) limit $3)"
}
query! {
    /// What was let through stands as a message; what was taken away keeps its words as long as hidden texts do.
    struct ForgetHeld { published: DateTime<Utc> => Timestamptz, hidden: DateTime<Utc> => Timestamptz, now: DateTime<Utc> => Timestamptz, limit: i32 => Integer }
    "delete from held_messages where id in (
       select h.id from held_messages h
       where (h.state = 'published' and h.created_at <= $1)
          or (h.state in ('hidden', 'removed') and h.created_at <= $2 and not is_kept_for_case('message', h.id, $3))
       limit $4)"
}

query! {
    struct EraseCalls { author: AccountId => SqlUuid }
    "delete from room_calls where asked_by = $1"
}
query! {
    struct ForgetCalls { before: DateTime<Utc> => Timestamptz, limit: i32 => Integer }
    "delete from room_calls where id in (select id from room_calls where created_at <= $1 limit $2)"
}
query! {
    struct EraseNotes { author: AccountId => SqlUuid }
    "delete from room_notes where author_id = $1"
}
query! {
    struct ForgetNotes { before: DateTime<Utc> => Timestamptz, limit: i32 => Integer }
    "delete from room_notes where id in (select id from room_notes where created_at <= $1 limit $2)"
}
query! {
    /// Nods go with the words that they were meant for.
    struct ForgetReactions { limit: i32 => Integer }
    "delete from message_reactions where (message_id, account_id, kind) in (
       select x.message_id, x.account_id, x.kind from message_reactions x join messages m on m.id = x.message_id
       where m.state in ('deleted', 'removed', 'purged') limit $1)"
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = Integer)]
    n: i32,
}

impl PersonalData for ChatData {
    fn export<'a>(&'a self, conn: &'a mut Conn, account: AccountId) -> Pending<'a, Map<String, Value>> {
        Box::pin(async move {
            let row: Exported = Export { id: account }.get_result(conn).await?;
            Ok(collect(row))
        })
    }

    /// The writer of messages holds the lock of a room while it waits for the author's row: rooms come first.
    fn lock<'a>(&'a self, tx: &'a mut Tx) -> Pending<'a, ()> {
        Box::pin(async move {
            LockRooms {}.execute(&mut **tx).await?;
            Ok(())
        })
    }

    fn erase<'a>(&'a self, tx: &'a mut Tx, account: AccountId, texts: TextChoice) -> Pending<'a, ()> {
        Box::pin(async move {
            let now = tx.now();
            let erase = Erase { author: account, all: texts == TextChoice::Erase, now };
            EraseCalls { author: account }.execute(&mut **tx).await?;
            EraseNotes { author: account }.execute(&mut **tx).await?;
            let told: Vec<Told> = erase.load(&mut **tx).await?;
            announce(tx, told);
            Ok(())
        })
    }

    fn forget<'a>(&'a self, tx: &'a mut Tx, periods: &'a Periods) -> Pending<'a, Forgotten> {
        Box::pin(async move { forget(tx, periods).await })
    }
}

async fn forget(tx: &mut Tx, periods: &Periods) -> Result<Forgotten, Problem> {
    let now = tx.now();
    let (deleted, hidden, old) = (now - periods.deleted_texts, periods.hidden_before(now), back(now, periods.chat));
    let messages: Count = Forget { old, deleted, hidden, now, limit: PIECE }.get_result(&mut **tx).await?;
    let revisions = ForgetRevisions { before: deleted, now, limit: PIECE }.execute(&mut **tx).await?;
    let held = ForgetHeld { published: old, hidden, now, limit: PIECE }.execute(&mut **tx).await?;
    let calls = ForgetCalls { before: deleted, limit: PIECE }.execute(&mut **tx).await?;
    let notes = ForgetNotes { before: now - periods.room_notes, limit: PIECE }.execute(&mut **tx).await?;
    let reactions = ForgetReactions { limit: PIECE }.execute(&mut **tx).await?;
    Ok(Forgotten::from([
        ("room_calls", calls),
        ("room_notes", notes),
        ("message_reactions", reactions),
        ("messages", usize::try_from(messages.n).unwrap_or_default()),
        ("message_revisions", revisions),
        ("held_messages", held),
    ]))
}
