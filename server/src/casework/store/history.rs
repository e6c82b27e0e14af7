//! Decisions about one person, without the texts they were about.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use crate::http::Problem;
use crate::infra::db::Conn;
use crate::infra::ids::{AccountId, CaseId};
use crate::query;

/// A decision about somebody.
#[derive(QueryableByName, Clone, Debug)]
pub(crate) struct PastRow {
    #[diesel(sql_type = Text)]
    pub(crate) action: String,
    #[diesel(sql_type = Text)]
    pub(crate) category: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) rule: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) sanction: Option<String>,
    #[diesel(sql_type = Bool)]
    pub(crate) overturned: bool,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) created_at: DateTime<Utc>,
}

query! {
    struct About { subject: AccountId => SqlUuid, but: CaseId => SqlUuid }
    "select d.action, c.category, d.rule, s.kind as sanction, d.overturned_at is not null as overturned, d.created_at
       from decisions d join cases c on c.id = d.case_id left join sanctions s on s.decision_id = d.id
      where d.subject_id = $1 and d.case_id <> $2 and d.action <> 'escalate'
      order by d.created_at desc, d.id desc limit 20"
}

/// What was decided about somebody in other cases, the newest first.
pub(crate) async fn about(conn: &mut Conn, subject: AccountId, but: CaseId) -> Result<Vec<PastRow>, Problem> {
    Ok(About { subject, but }.load(conn).await?)
}
