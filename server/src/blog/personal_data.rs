//! What the blog holds of a person.

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

/// The blog as a holder of personal data.
pub struct BlogData;

query! {
    struct Export { id: AccountId => SqlUuid }
    "select jsonb_build_object(
       'posts', (select jsonb_agg(x) from (
          select p.id, p.slug, p.state, p.submission_state, p.published_at, p.created_at, p.updated_at
          from posts p where p.author_id = $1 order by p.created_at, p.id) x),
       'post_revisions', (select jsonb_agg(x) from (
          select v.post_id, v.revision, v.title, v.body, v.tags, v.content_note, v.created_at
          from post_revisions v join posts p on p.id = v.post_id
          where p.author_id = $1 and may_read(p.state, p.author_id, $1) order by v.post_id, v.revision) x)
     ) as data"
}
query! {
    struct Erase { author: AccountId => SqlUuid, all: bool => Bool, now: DateTime<Utc> => Timestamptz }
    "select topic, id, number from blog_erase_author($1, $2, $3)"
}
query! {
    struct Forget {
        untouched: DateTime<Utc> => Timestamptz, deleted: DateTime<Utc> => Timestamptz, hidden: DateTime<Utc> => Timestamptz,
        now: DateTime<Utc> => Timestamptz, limit: i32 => Integer,
    }
    "select blog_forget($1, $2, $3, $4, $5) as n"
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = Integer)]
    n: i32,
}

impl PersonalData for BlogData {
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
            let untouched = now - periods.untouched_drafts;
            let (deleted, hidden) = (now - periods.deleted_texts, periods.hidden_before(now));
            let forget = Forget { untouched, deleted, hidden, now, limit: PIECE };
            let destroyed: Count = forget.get_result(&mut **tx).await?;
            Ok(Forgotten::from([("posts", usize::try_from(destroyed.n).unwrap_or_default())]))
        })
    }
}
