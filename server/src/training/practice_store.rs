//! Answers to practice cases as rows.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Date, SmallInt, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::bodies::Judgement;
use super::practice_views::JudgementView;
use crate::http::Problem;
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::AccountId;
use crate::query;

/// What somebody answered.
#[derive(QueryableByName, Clone, Debug)]
pub(super) struct AnswerRow {
    #[diesel(sql_type = Date)]
    pub(super) month: NaiveDate,
    #[diesel(sql_type = Text)]
    pub(super) case_code: String,
    #[diesel(sql_type = SqlUuid)]
    pub(super) account_id: AccountId,
    #[diesel(sql_type = Text)]
    pub(super) category: String,
    #[diesel(sql_type = SmallInt)]
    pub(super) level: i16,
    #[diesel(sql_type = Text)]
    pub(super) action: String,
}

impl AnswerRow {
    pub(super) fn judgement(&self) -> JudgementView {
        JudgementView::of(&self.category, self.level, &self.action)
    }
}

query! {
    struct OfMonth { month: NaiveDate => Date }
    "select month, case_code, account_id, category, level, action from practice_answers where month = $1 order by case_code"
}
query! {
    struct All {}
    "select month, case_code, account_id, category, level, action from practice_answers order by month, case_code"
}
query! {
    struct Insert {
        month: NaiveDate => Date, code: String => Text, account: AccountId => SqlUuid, category: String => Text, level: i16 => SmallInt,
        action: String => Text, now: DateTime<Utc> => Timestamptz,
    }
    "insert into practice_answers (month, case_code, account_id, category, level, action, answered_at) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (month, case_code, account_id) do nothing"
}
query! {
    struct Forget { before: NaiveDate => Date }
    "delete from practice_answers where ctid in (select ctid from practice_answers where month <= $1 limit 500)"
}

/// The answers of a month.
pub(super) async fn of_month(conn: &mut Conn, month: NaiveDate) -> Result<Vec<AnswerRow>, Problem> {
    Ok(OfMonth { month }.load(conn).await?)
}

/// Every answer that is kept.
pub(super) async fn all(conn: &mut Conn) -> Result<Vec<AnswerRow>, Problem> {
    Ok(All {}.load(conn).await?)
}

/// Keeps an answer; false where there is one already.
pub(super) async fn insert(
    tx: &mut Tx,
    month: NaiveDate,
    code: &str,
    account: AccountId,
    judgement: Judgement,
) -> Result<bool, Problem> {
    let now = tx.now();
    let Judgement { category, level, action } = judgement;
    let written = Insert {
        month,
        code: code.to_owned(),
        account,
        category: category.as_str().to_owned(),
        level: i16::from(level.number()),
        action: action.as_str().to_owned(),
        now,
    }
    .execute(&mut **tx)
    .await?;
    Ok(written == 1)
}

/// Destroys answers of months that began before a day.
pub(super) async fn forget(tx: &mut Tx, before: NaiveDate) -> Result<usize, Problem> {
    Ok(Forget { before }.execute(&mut **tx).await?)
}
