//! Practice cases: ten written cases a month, judged before anybody else's answer is seen. It measures how much the team
//! agrees, never a person.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Tz;
use moderation::decision::Action;
use moderation::{Level, ReportReason, agreement, training};
use serde::Deserialize;
use serde_json::json;

use super::bodies::Judgement;
use super::practice_store::{self as store, AnswerRow};
use super::practice_views::{
    AgreementView, CaseAgreement, JudgementView, MonthFigures, MostView, PracticeCaseView, PracticeView, SpreadView,
};
use crate::community;
use crate::http::{Lang, Problem};
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::AccountId;

#[derive(Deserialize)]
struct Words {
    text: String,
    why: String,
}

/// A written case with what we would do, and why.
#[derive(Deserialize)]
struct WrittenCase {
    code: String,
    category: ReportReason,
    level: Level,
    action: Action,
    da: Words,
    en: Words,
}

impl WrittenCase {
    fn words(&self, lang: Lang) -> &Words {
        match lang {
            Lang::Da => &self.da,
            Lang::En => &self.en,
        }
    }

    fn recommended(&self) -> JudgementView {
        JudgementView::of(self.category.as_str(), i16::from(self.level.number()), self.action.as_str())
    }
}

static CASES: LazyLock<Vec<WrittenCase>> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../community/practice.json")).unwrap_or_default());

fn find(code: &str) -> Option<&'static WrittenCase> {
    CASES.iter().find(|case| case.code == code)
}

/// The cases of a month.
fn of_month(month: NaiveDate) -> Vec<&'static WrittenCase> {
    let number = u32::try_from(month.year()).unwrap_or(0) * 12 + month.month0();
    training::practice_of(number, CASES.len()).into_iter().filter_map(|place| CASES.get(place)).collect()
}

/// The first day of the month that it is for the community.
async fn month_of(conn: &mut Conn, now: DateTime<Utc>) -> Result<NaiveDate, Problem> {
    let zone: Tz = community::settings(conn).await?.time_zone.parse().unwrap_or(chrono_tz::Europe::Copenhagen);
    let today = now.with_timezone(&zone).date_naive();
    Ok(today.with_day(1).unwrap_or(today))
}

/// How a month is written in the API.
fn name(month: NaiveDate) -> String {
    month.format("%Y-%m").to_string()
}

/// This month's cases for somebody. What others answered comes only with the cases that they have answered themselves.
pub(super) async fn this_month(
    conn: &mut Conn,
    account: AccountId,
    lang: Lang,
    now: DateTime<Utc>,
) -> Result<PracticeView, Problem> {
    let month = month_of(conn, now).await?;
    let answers = store::of_month(conn, month).await?;
    let cases: Vec<PracticeCaseView> =
        of_month(month).into_iter().map(|case| view(case, account, lang, &answers)).collect();
    Ok(PracticeView { month: name(month), answered: cases.iter().filter(|case| case.yours.is_some()).count(), cases })
}

fn view(case: &WrittenCase, account: AccountId, lang: Lang, answers: &[AnswerRow]) -> PracticeCaseView {
    let about: Vec<&AnswerRow> = answers.iter().filter(|row| row.case_code == case.code).collect();
    let yours = about.iter().find(|row| row.account_id == account).map(|row| row.judgement());
    let words = case.words(lang);
    let seen = yours.is_some();
    PracticeCaseView {
        code: case.code.clone(),
        text: words.text.clone(),
        yours,
        recommended: seen.then(|| case.recommended()),
        why: seen.then(|| words.why.clone()),
        everybody: seen.then(|| spread(&about)),
    }
}

fn spread(answers: &[&AnswerRow]) -> SpreadView {
    let counts = |code: fn(&AnswerRow) -> String| {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for row in answers {
            *counts.entry(code(row)).or_default() += 1;
        }
        counts
    };
    SpreadView {
        answers: answers.len(),
        category: counts(|row| row.category.clone()),
        level: counts(|row| row.level.to_string()),
        action: counts(|row| row.action.clone()),
    }
}

/// Keeps a judgement and shows what others said. One answer each: who has seen the others' is no longer blind.
///
/// # Errors
/// 404 where it is no case of this month, 409 `already_answered`.
pub(super) async fn answer(
    tx: &mut Tx,
    account: AccountId,
    lang: Lang,
    code: &str,
    judgement: impl FnOnce() -> Result<Judgement, Problem>,
) -> Result<PracticeCaseView, Problem> {
    let now = tx.now();
    let month = month_of(tx, now).await?;
    let case = of_month(month).into_iter().find(|case| case.code == code).ok_or(Problem::NotFound)?;
    let judgement = judgement()?;
    if !store::insert(tx, month, &case.code, account, judgement).await? {
        return Err(Problem::Conflict("already_answered", json!({})));
    }
    let answers = store::of_month(tx, month).await?;
    Ok(view(case, account, lang, &answers))
}

/// Agreement month by month, the newest first. Counts only: who answered what is not in it. Of this month's cases only those
/// that the reader has answered, who may be about to judge the others.
pub(super) async fn figures(
    conn: &mut Conn,
    account: AccountId,
    lang: Lang,
    now: DateTime<Utc>,
) -> Result<Vec<MonthFigures>, Problem> {
    let this = month_of(conn, now).await?;
    let rows = store::all(conn).await?;
    let judged: BTreeSet<String> = rows
        .iter()
        .filter(|row| row.month == this && row.account_id == account)
        .map(|row| row.case_code.clone())
        .collect();
    let mut months: BTreeMap<NaiveDate, Vec<AnswerRow>> = BTreeMap::new();
    for row in rows {
        months.entry(row.month).or_default().push(row);
    }
    let mut figures: Vec<MonthFigures> =
        months.iter().rev().map(|(month, answers)| of(*month, answers, lang)).collect();
    for month in figures.iter_mut().filter(|month| month.month == name(this)) {
        month.cases.retain(|case| judged.contains(&case.code));
    }
    Ok(figures)
}

fn of(month: NaiveDate, answers: &[AnswerRow], lang: Lang) -> MonthFigures {
    let mut by_case: BTreeMap<&str, Vec<&AnswerRow>> = BTreeMap::new();
    for row in answers {
        by_case.entry(&row.case_code).or_default().push(row);
    }
    let people: BTreeSet<AccountId> = answers.iter().map(|row| row.account_id).collect();
    let agreement = |code: fn(&AnswerRow) -> String| {
        let cases: Vec<Vec<String>> = by_case.values().map(|rows| rows.iter().map(|row| code(row)).collect()).collect();
        AgreementView { alpha: agreement::alpha(&cases) }
    };
    MonthFigures {
        month: name(month),
        people: people.len(),
        answers: answers.len(),
        category: agreement(|row| row.category.clone()),
        level: agreement(|row| row.level.to_string()),
        action: agreement(|row| row.action.clone()),
        cases: by_case
            .iter()
            .map(|(code, rows)| CaseAgreement {
                code: (*code).to_owned(),
                text: find(code).map(|case| case.words(lang).text.clone()),
                category: most(rows, |row| row.category.clone()),
                level: most(rows, |row| row.level.to_string()),
                action: most(rows, |row| row.action.clone()),
            })
            .collect(),
    }
}

fn most(rows: &[&AnswerRow], code: fn(&AnswerRow) -> String) -> MostView {
    let answers: Vec<String> = rows.iter().map(|row| code(row)).collect();
    match agreement::most(&answers) {
        Some((code, same, of)) => MostView { code: code.clone(), same, of },
        None => MostView { code: String::new(), same: 0, of: 0 },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn there_are_cases_for_more_than_three_months_and_each_may_be_decided_as_recommended() {
        use moderation::case::Source;
        use moderation::content::ContentState;
        let allowed = moderation::decision::allowed_actions(Source::Report, Some(ContentState::Live));
        assert!(CASES.len() > 30, "{}", CASES.len());
        assert_eq!(CASES.iter().map(|case| &case.code).collect::<BTreeSet<_>>().len(), CASES.len());
        for case in CASES.iter() {
            assert!(allowed.contains(&case.action), "{}", case.code);
            for words in [&case.da, &case.en] {
                assert!(!words.text.trim().is_empty() && !words.why.trim().is_empty(), "{}", case.code);
            }
        }
    }
}
