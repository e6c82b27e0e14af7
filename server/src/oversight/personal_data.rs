//! Samples end after their period, or with the text.

use chrono::TimeDelta;
use serde_json::{Map, Value};

use super::store;
use crate::http::Problem;
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::AccountId;
use crate::privacy::{Forgotten, Pending, Periods, PersonalData, TextChoice};

/// How long a sample is kept.
const KEPT: TimeDelta = TimeDelta::days(90);

/// What samples keep about people: ids of texts, and nothing to hand over.
pub struct SampleData;

impl PersonalData for SampleData {
    fn export<'a>(&'a self, _conn: &'a mut Conn, _account: AccountId) -> Pending<'a, Map<String, Value>> {
        Box::pin(std::future::ready(Ok(Map::new())))
    }

    fn erase<'a>(&'a self, tx: &'a mut Tx, account: AccountId, _texts: TextChoice) -> Pending<'a, ()> {
        Box::pin(store::forget_author(tx, account))
    }

    fn forget<'a>(&'a self, tx: &'a mut Tx, _periods: &'a Periods) -> Pending<'a, Forgotten> {
        Box::pin(async move {
            let before = tx.now() - KEPT;
            let destroyed: usize = store::forget(tx, before).await?;
            Ok::<_, Problem>(Forgotten::from([("screening_samples", destroyed)]))
        })
    }
}
