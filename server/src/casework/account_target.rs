//! A person's account as something that can be reported: it has no text that could be hidden, only a name and a line about it.

use diesel::QueryableByName;
use diesel::sql_types::{Nullable, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use moderation::content::ContentState;
use moderation::triage::Exposure;
use serde_json::json;
use uuid::Uuid;

use super::target::{CaseTarget, Change, Pending, TargetFacts, TargetKind, TargetText};
use crate::access::Actor;
use crate::access::session::none_if_missing;
use crate::http::Problem;
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::AccountId;
use crate::query;

#[derive(QueryableByName)]
struct Profile {
    #[diesel(sql_type = Text)]
    pseudonym: String,
    #[diesel(sql_type = Nullable<Text>)]
    ask_me_about: Option<String>,
}

query! {
    struct Find { id: Uuid => SqlUuid }
    "select pseudonym, ask_me_about from accounts where id = $1 and erased_at is null"
}
query! {
    struct Lock { id: Uuid => SqlUuid }
    "select pseudonym, ask_me_about from accounts where id = $1 and erased_at is null for no key update"
}

async fn find(conn: &mut Conn, id: Uuid, lock: bool) -> Result<Option<Profile>, Problem> {
    let row = if lock { Lock { id }.get_result(conn).await } else { Find { id }.get_result(conn).await };
    row.map_or_else(none_if_missing, |row| Ok(Some(row)))
}

/// Accounts as targets of reports.
pub struct AccountTarget;

impl CaseTarget for AccountTarget {
    fn kind(&self) -> TargetKind {
        TargetKind::Account
    }

    fn facts<'a>(&'a self, conn: &'a mut Conn, id: Uuid, lock: bool) -> Pending<'a, Option<TargetFacts>> {
        Box::pin(async move {
            Ok(find(conn, id, lock).await?.map(|_| TargetFacts {
                author: Some(AccountId(id)),
                state: ContentState::Live,
                revision: 1,
                exposure: Exposure::Visitors,
                url: String::new(),
            }))
        })
    }

    fn could_read<'a>(&'a self, conn: &'a mut Conn, id: Uuid, _: Option<&'a Actor>) -> Pending<'a, bool> {
        Box::pin(async move { Ok(find(conn, id, false).await?.is_some()) })
    }

    fn text<'a>(&'a self, conn: &'a mut Conn, id: Uuid, _: i32) -> Pending<'a, Option<TargetText>> {
        Box::pin(async move {
            let profile = find(conn, id, false).await?;
            Ok(profile.map(|p| TargetText {
                title: None,
                body: [Some(p.pseudonym), p.ask_me_about].into_iter().flatten().collect::<Vec<_>>().join("\n\n"),
            }))
        })
    }

    fn apply<'a>(&'a self, _: &'a mut Tx, _: Uuid, _: Change) -> Pending<'a, ContentState> {
        Box::pin(async { Err(Problem::Conflict("wrong_state", json!({}))) })
    }

    fn erase_copies<'a>(&'a self, _: &'a mut Tx, _: Uuid, _: &'a str) -> Pending<'a, ()> {
        Box::pin(async { Ok(()) })
    }

    fn surfaces(&self) -> &'static [&'static str] {
        &[]
    }
}
