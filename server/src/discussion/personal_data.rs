//! What a discussion: replies in threads, comments under posts, holds of a person.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Bool, Integer, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::{Map, Value};

use crate::infra::db::{Conn, Tx};
use crate::infra::ids::AccountId;
use crate::privacy::periods::Periods;
use crate::privacy::{Exported, Forgotten, Pending, PersonalData, TextChoice, Told, announce, collect};
use crate::query;

/// Rows destroyed at a time.
const PIECE: i32 = 500;

/// Replies and comments as a holder of personal data.
pub struct DiscussionData;

query! {
    struct Export { id: AccountId => SqlUuid }
    "select jsonb_build_object(
       'replies', (select jsonb_agg(x) from (
          select r.id, r.root_kind, r.root_id, r.parent_id, r.state, r.created_at, r.edited_at,
                 case when may_read(r.state, r.author_id, $1) then r.body end as body
          from replies r where r.author_id = $1 order by r.created_at, r.id) x),
       'text_revisions', (select jsonb_agg(x) from (
          select v.target_kind, v.target_id, v.revision, v.title, v.body, v.created_at
          from text_revisions v join replies r on v.target_kind in ('reply', 'comment') and r.id = v.target_id
          where r.author_id = $1 and may_read(r.state, r.author_id, $1) order by v.target_id, v.revision) x)
     ) as data"
}
query! {
    struct Erase { author: AccountId => SqlUuid, all: bool => Bool, now: DateTime<Utc> => Timestamptz }
    "select topic, id, number from discussion_erase_author($1, $2, $3)"
}
query! {
    struct Forget { deleted: DateTime<Utc> => Timestamptz, hidden: DateTime<Utc> => Timestamptz, now: DateTime<Utc> => Timestamptz, limit: i32 => Integer }
    "select discussion_forget($1, $2, $3, $4) as n"
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = Integer)]
    n: i32,
}

impl PersonalData for DiscussionData {
    fn export<'a>(&'a self, conn: &'a mut Conn, account: AccountId) -> Pending<'a, Map<String, Value>> {
        Box::pin(async move {
            let row: Exported = Export { id: account }.get_result(conn).await?;
            Ok(collect(row))
        })
    }

    fn erase<'a>(&'a self, tx: &'a mut Tx, account: AccountId, texts: TextChoice) -> Pending<'a, ()> {
        Box::pin(async move {
            let now = tx.now();
            let erase = Erase { author: account, all: texts == TextChoice::Erase, now };
            let told: Vec<Told> = erase.load(&mut **tx).await?;
            announce(tx, told);
            Ok(())
        })
    }

    fn forget<'a>(&'a self, tx: &'a mut Tx, periods: &'a Periods) -> Pending<'a, Forgotten> {
        Box::pin(async move {
            let now = tx.now();
            let (deleted, hidden) = (now - periods.deleted_texts, periods.hidden_before(now));
            let forget = Forget { deleted, hidden, now, limit: PIECE };
            let destroyed: Count = forget.get_result(&mut **tx).await?;
            Ok(Forgotten::from([("replies", usize::try_from(destroyed.n).unwrap_or_default())]))
        })
    }
}
