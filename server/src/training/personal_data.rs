//! What courses and practice hold of a person, and how long.

use chrono::{Months, TimeDelta};
use diesel::sql_types::Uuid as SqlUuid;
use diesel_async::RunQueryDsl;
use serde_json::{Map, Value};

use super::{practice_store, store};
use crate::http::Problem;
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::AccountId;
use crate::privacy::periods::{Periods, back};
use crate::privacy::{Exported, Forgotten, Pending, PersonalData, TextChoice, collect};
use crate::query;

/// How long a finished check is kept.
const CHECKS: Months = Months::new(12);
/// How long a check that was never finished is kept.
const UNFINISHED: TimeDelta = TimeDelta::days(90);
/// How long answers to practice cases are kept: a year can be looked back on.
const PRACTICE: Months = Months::new(13);

/// Courses as a holder of personal data. Erasing the account takes all of it along.
pub struct TrainingData;

query! {
    struct Export { id: AccountId => SqlUuid }
    "select jsonb_build_object(
       'course_modules_read', (select jsonb_agg(x) from (select course, module, read_at from course_modules_read where account_id = $1 order by read_at, module) x),
       'course_checks', (select jsonb_agg(x) from (
          select course, answers, started_at, finished_at, right_count, passed, read_again from course_checks where account_id = $1 order by started_at, id) x),
       'diplomas', (select jsonb_agg(x) from (select course, code, issued_at, expires_at from diplomas where account_id = $1 order by course) x),
       'practice_answers', (select jsonb_agg(x) from (
          select month, case_code, category, level, action, answered_at from practice_answers where account_id = $1 order by month, case_code) x)
     ) as data"
}

impl PersonalData for TrainingData {
    fn export<'a>(&'a self, conn: &'a mut Conn, account: AccountId) -> Pending<'a, Map<String, Value>> {
        Box::pin(async move {
            let row: Exported = Export { id: account }.get_result(conn).await?;
            Ok(collect(row))
        })
    }

    fn erase<'a>(&'a self, _tx: &'a mut Tx, _account: AccountId, _texts: TextChoice) -> Pending<'a, ()> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn forget<'a>(&'a self, tx: &'a mut Tx, _periods: &'a Periods) -> Pending<'a, Forgotten> {
        Box::pin(async move {
            let now = tx.now();
            let checks = store::forget_checks(tx, back(now, CHECKS), now - UNFINISHED).await?;
            let practice = practice_store::forget(tx, back(now, PRACTICE).date_naive()).await?;
            Ok::<_, Problem>(Forgotten::from([("course_checks", checks), ("practice_answers", practice)]))
        })
    }
}
