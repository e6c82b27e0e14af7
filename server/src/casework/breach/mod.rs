//! A breach of confidentiality, step by step. The rules are those of [`moderation::breach`]; what is kept here cannot close
//! before they are satisfied, and the database says so too (`server/sql/casework.sql`).

pub(super) mod assess;
pub(super) mod forms;
pub(super) mod letters;
pub(super) mod outside;
pub(super) mod paper;
pub(super) mod routes;
pub mod views;

use chrono::{DateTime, Utc};
use moderation::breach::{self as rules, CLOCK, CLOCK_WARNING, NoBreach, Outcome, Settled, Step};
use moderation::case::CaseState;
use moderation::{Category, Certificate};
use serde_json::json;

use super::claim;
use super::closing::close_if_done;
use super::decision::Draft;
use super::evidence;
use super::gate::{self, Trained};
use super::opening::queue_changed;
use super::store::breaches::{self as store, BreachRow};
use super::store::cases::{Case, Lane, NewCase};
use super::store::{changes, tasks};
use super::target::TargetKind;
use crate::access::Actor;
use crate::accounts;
use crate::audit;
use crate::http::{IfMatch, Problem};
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::{AccountId, CaseId};
use crate::privacy::Vault;

/// What a breach asks of a case: confidential, and seen by somebody before it was caught.
pub(crate) fn is_one(lane: Lane, category: Category, certificate: Option<Certificate>) -> bool {
    lane == Lane::Report && category == Category::Confidentiality && certificate == Some(Certificate::Confidentiality)
}

/// Gives a case the steps of a breach where it may be one.
pub(crate) async fn begin(tx: &mut Tx, new: &NewCase, case: &Case) -> Result<(), Problem> {
    if is_one(new.lane, new.category, new.certificate) {
        store::begin(tx, case.id, tx.now()).await?;
    }
    Ok(())
}

/// A breach that this moderator may work on, its case locked. [`Work::lock`] is its only maker.
pub(crate) struct Work<'a> {
    case: Case,
    row: BreachRow,
    by: &'a Actor,
}

impl<'a> Work<'a> {
    /// Locks the case and reads its breach.
    ///
    /// # Errors
    /// 404 where there is none or it concerns the moderator, 403 `certificate_required`.
    pub(crate) async fn lock(tx: &mut Tx, by: &'a Actor, id: CaseId) -> Result<Self, Problem> {
        let near = Trained::lock(tx, by.id, id).await?;
        let case = near.case().clone();
        let row = store::find(tx, id).await?.ok_or(Problem::NotFound)?;
        // The case may have become one about something graver, with another certificate.
        if !gate::holds_certificate(tx, by.id, Certificate::Confidentiality).await? {
            return Err(Problem::Refused("certificate_required"));
        }
        Ok(Self { case, row, by })
    }

    /// Refuses to change what has ended, and before the decision whoever does not hold the case.
    ///
    /// # Errors
    /// 428, 412, 409 `case_closed`, `no_breach`, `claim_required`.
    fn writable(&self, version: IfMatch) -> Result<(), Problem> {
        version.check(self.case.version)?;
        if self.case.state == CaseState::Closed {
            return Err(Problem::Conflict("case_closed", json!({})));
        }
        if self.row.no_breach.is_some() {
            return Err(Problem::Conflict("no_breach", json!({})));
        }
        if self.case.state.is_open() { gate::holds_claim(self.by.id, &self.case) } else { Ok(()) }
    }

    fn is_outside(&self) -> bool {
        self.case.kind == TargetKind::Outside
    }

    async fn seal(&self, tx: &mut Tx, vault: &Vault, text: &str) -> Result<Vec<u8>, Problem> {
        evidence::key(tx, vault, self.case.id).await?.seal(text.trim().as_bytes(), evidence::NOTE)
    }

    /// Writes down what was done, raises the version, and closes the case where this was the last of it.
    async fn wrote(&self, tx: &mut Tx, what: &str, codes: serde_json::Value) -> Result<(), Problem> {
        let id = self.case.id;
        changes::raise_version(tx, id).await?;
        changes::note_event(tx, id, Some(self.by.id), what, codes.clone(), None).await?;
        queue_changed(tx);
        audit::append(tx, Some(self.by.id), what, "case", Some(id.0), codes).await?;
        look_again(tx, id).await
    }
}

/// What somebody says of a step.
pub(crate) struct Taken {
    pub(crate) outcome: Outcome,
    pub(crate) note: Option<String>,
    pub(crate) facts: Facts,
}

/// What some steps say beside their outcome.
pub(crate) enum Facts {
    /// Nothing more.
    None,
    /// Who is affected: pseudonyms of members, and how many outside.
    People { names: Vec<String>, outside: i32 },
    /// What left the space.
    Leaked { kinds: Vec<String>, reach: rules::Reach },
}

/// Takes a step.
///
/// # Errors
/// 422 for what does not fit the step, 428, 412, 409 `steps_left` with those that come first.
pub(crate) async fn take(
    tx: &mut Tx,
    vault: &Vault,
    work: &Work<'_>,
    step: Step,
    taken: &Taken,
    version: IfMatch,
) -> Result<(), Problem> {
    fits(work, step, taken)?;
    let people = match &taken.facts {
        Facts::People { names, .. } => accounts_named(tx, work.by.id, names).await?,
        _ => Vec::new(),
    };
    let author = store::author(tx, work.case.id).await?;
    if step == Step::Pledge && taken.outcome == Outcome::Done && author.is_none() {
        return Err(Problem::field("outcome", "not_allowed_here"));
    }
    work.writable(version)?;
    let id = work.case.id;
    let done = store::done_steps(tx, id).await?;
    rules::may_take(step, &done).map_err(refused)?;
    match &taken.facts {
        Facts::People { outside, .. } => store::set_people(tx, id, people, *outside).await?,
        Facts::Leaked { kinds, reach } => store::set_leaked(tx, id, kinds.clone(), *reach).await?,
        Facts::None => {}
    }
    if let (Step::Pledge, Outcome::Done, Some(author)) = (step, taken.outcome, author) {
        accounts::ask_pledge(tx, author.id, id).await?;
    }
    let note = match &taken.note {
        Some(note) => Some(work.seal(tx, vault, note).await?),
        None => None,
    };
    store::mark(tx, id, step, taken.outcome, Some(work.by.id), note).await?;
    // Whoever else is affected must be told too.
    if step == Step::Affected && done.contains(&Step::TellAffected) && !store::everyone_told(tx, id).await? {
        store::unmark(tx, id, Step::TellAffected).await?;
    }
    work.wrote(tx, "breach_step", json!({ "step": step.as_str(), "outcome": taken.outcome.as_str() })).await
}

/// Whether the outcome fits the step, and a note is there where one is needed.
fn fits(work: &Work<'_>, step: Step, taken: &Taken) -> Result<(), Problem> {
    let told_by_law = step == Step::TellAffected
        && taken.outcome == Outcome::NotNeeded
        && work.row.verdict.as_deref() == Some(rules::Verdict::NotifyAndTell.as_str());
    if !step.outcomes(work.is_outside()).contains(&taken.outcome) || told_by_law {
        return Err(Problem::field("outcome", "not_allowed_here"));
    }
    let says_it = match &taken.facts {
        Facts::None => taken.note.is_some(),
        Facts::People { .. } | Facts::Leaked { .. } => true,
    };
    if step.needs_note(taken.outcome) && !says_it {
        return Err(Problem::field("note", "required"));
    }
    // That somebody was told here is found out from the letter; by hand a note says how they were told instead.
    if matches!(step, Step::TellAffected | Step::TellAuthor) && taken.note.is_none() {
        return Err(Problem::field("note", "required"));
    }
    Ok(())
}

fn refused(refusal: rules::Refusal) -> Problem {
    match refusal {
        rules::Refusal::StepsLeft(steps) => {
            Problem::Conflict("steps_left", json!({ "steps": steps.iter().map(|s| s.as_str()).collect::<Vec<_>>() }))
        }
        rules::Refusal::TasksLeft => Problem::Conflict("steps_left", json!({ "steps": [Step::Contain.as_str()] })),
    }
}

/// The accounts of these pseudonyms. Who works on a breach is not among those it hurts.
async fn accounts_named(tx: &mut Tx, by: AccountId, names: &[String]) -> Result<Vec<AccountId>, Problem> {
    let mut found = Vec::with_capacity(names.len());
    for name in names {
        match store::account_named(tx, name).await? {
            Some(account) if account == by => return Err(Problem::field("names", "not_yours")),
            Some(account) => found.push(account),
            None => return Err(Problem::field("names", "not_found")),
        }
    }
    Ok(found)
}

/// It turned out to be no breach: said by a person with a reason, and the case goes on without the steps.
///
/// # Errors
/// 428, 412, 409.
pub(crate) async fn end(
    tx: &mut Tx,
    vault: &Vault,
    work: &Work<'_>,
    (why, note): (NoBreach, &str),
    version: IfMatch,
) -> Result<(), Problem> {
    work.writable(version)?;
    let sealed = work.seal(tx, vault, note).await?;
    store::set_no_breach(tx, work.case.id, why).await?;
    store::mark(tx, work.case.id, Step::Close, Outcome::Done, Some(work.by.id), Some(sealed)).await?;
    work.wrote(tx, "no_breach", json!({ "why": why.as_str() })).await
}

/// What a decision makes of the breach of its case, in the same transaction. Answers whether steps are left to be taken.
pub(crate) async fn settle(tx: &mut Tx, case: &Case, draft: &Draft) -> Result<bool, Problem> {
    let Some(row) = store::find(tx, case.id).await? else { return Ok(false) };
    if row.no_breach.is_some() {
        return Ok(false);
    }
    match rules::settled(draft.action, draft.sanction.is_some(), case.kind == TargetKind::Outside) {
        Settled::Breach => Ok(true),
        Settled::NoBreach => {
            store::set_no_breach(tx, case.id, NoBreach::Dismissed).await?;
            Ok(false)
        }
        Settled::Open => Ok(false),
    }
}

/// A decision was undone: what it found to be a breach was none.
pub(crate) async fn overturned(tx: &mut Tx, case: CaseId) -> Result<(), Problem> {
    if store::find(tx, case).await?.is_some() && store::set_no_breach(tx, case, NoBreach::Overturned).await? {
        changes::note_event(tx, case, None, "no_breach", json!({ "why": "overturned" }), None).await?;
    }
    Ok(())
}

/// Marks the steps that the program finds out by itself, and closes the case where nothing is left.
pub(crate) async fn look_again(tx: &mut Tx, id: CaseId) -> Result<(), Problem> {
    let case = super::store::cases::lock(tx, id).await?;
    let breach = store::find(tx, id).await?.filter(|row| row.no_breach.is_none());
    if breach.is_some() && case.state == CaseState::Decided {
        let outside = case.kind == TargetKind::Outside;
        let done = store::done_steps(tx, id).await?;
        for step in [Step::Decide, Step::Contain] {
            let is_done = step == Step::Decide || tasks::left(tx, id).await? == 0;
            if step.is_automatic(outside) && is_done && !done.contains(&step) {
                store::mark(tx, id, step, Outcome::Done, None, None).await?;
            }
        }
    }
    close_if_done(tx, id).await.map(|_| ())
}

/// Whether steps of a breach are left in this case.
pub(crate) async fn holds_open(conn: &mut Conn, id: CaseId, tasks_left: i64) -> Result<bool, Problem> {
    if store::find(conn, id).await?.is_none_or(|row| row.no_breach.is_some()) {
        return Ok(false);
    }
    let done = store::done_steps(conn, id).await?;
    Ok(rules::may_close(&done, u64::try_from(tasks_left).unwrap_or(0)).is_err())
}

/// Asks coordinators about breaches whose clock has run most of its time without an assessment.
pub(crate) async fn warn(tx: &mut Tx) -> Result<usize, Problem> {
    let before: DateTime<Utc> = tx.now() - (CLOCK - CLOCK_WARNING);
    let due = store::unassessed_since(tx, before).await?;
    for case in &due {
        claim::tell_coordinators(tx, *case, "breach_clock").await?;
        changes::note_event(tx, *case, None, "breach_clock", json!({}), None).await?;
    }
    Ok(due.len())
}
