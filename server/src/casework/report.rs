//! Taking in a report: it joins or opens a case, its evidence is sealed, and by a rule the text is hidden at once.

use chrono::{DateTime, TimeDelta, Utc};
use moderation::auto_hide::{self, HideDecision, Reporter};
use moderation::case::Source;
use moderation::content::ContentState;
use moderation::{Category, ReportReason};
use serde_json::json;
use uuid::Uuid;

use super::claim;
use super::evidence;
use super::opening::{self, open_or_join};
use super::store::cases::{Case, Lane, NewCase};
use super::store::changes;
use super::store::reports::{self, NewReport, ReporterPast};
use super::target::{CaseTarget, Change, TargetFacts, TargetKind, Targets};
use crate::access::{Actor, Role};
use crate::audit;
use crate::http::Problem;
use crate::infra::db::Tx;
use crate::notify;
use crate::privacy::Vault;

/// Decisions against a reporter count for this long.
const DECISIONS_COUNT_FOR: TimeDelta = TimeDelta::days(30);

/// A well-formed report.
pub(crate) struct Report {
    pub(crate) kind: TargetKind,
    pub(crate) target: Uuid,
    pub(crate) revision: Option<i32>,
    pub(crate) reason: ReportReason,
    pub(crate) note: Option<String>,
    /// Keyed hash of the network it came from.
    pub(crate) network: Vec<u8>,
}

/// Keeps a report if its sender can or could read what it is about; otherwise does nothing, and nobody can tell.
pub(crate) async fn take_in(
    tx: &mut Tx,
    targets: &Targets,
    vault: &Vault,
    by: Option<&Actor>,
    report: Report,
) -> Result<(), Problem> {
    let past = line_up(tx, by, &report).await?;
    let target = targets.of(report.kind)?;
    if !target.could_read(tx, report.target, by).await? {
        return Ok(());
    }
    let Some(facts) = target.facts(tx, report.target, true).await? else { return Ok(()) };
    let category = Category::from(report.reason);
    let new = new_case(&report, &facts, category, past.as_ref(), tx.now());
    let (case, _) = open_or_join(tx, &new).await?;
    let revision = keep_evidence(tx, target, vault, case.id, &report, &facts).await?;
    let hides = hides_at_once(tx, by, past.as_ref(), &report, category).await?;
    let hid = hides == HideDecision::Hide && report.kind != TargetKind::Account && facts.state.is_public();
    let note = match &report.note {
        Some(note) => Some(evidence::key(tx, vault, case.id).await?.seal(note.as_bytes(), evidence::NOTE)?),
        None => None,
    };
    let reporter = by.map(|actor| actor.id);
    let reason = report.reason.as_str();
    let id = reports::insert(
        tx,
        NewReport { case: case.id, reporter, network: report.network, reason, note, revision, hid },
    )
    .await?;
    let codes = json!({ "reason": reason, "effect": effect(hid, &hides) });
    changes::note_event(tx, case.id, None, "reported", codes, None).await?;
    if let Some(holder) = case.claim.as_ref().map(|claim| claim.holder).filter(|holder| Some(*holder) == reporter) {
        claim::end(tx, &case, holder).await?;
    }
    if hid {
        hide(tx, target, &case, &facts, category).await?;
    }
    opening::queue_changed(tx);
    audit::append(tx, None, "report", "case", Some(case.id.0), json!({ "report": id, "reason": reason, "hid": hid }))
        .await
}

/// Puts reports that may hide in line behind others of the same account and network, so that the brakes count right.
async fn line_up(tx: &mut Tx, by: Option<&Actor>, report: &Report) -> Result<Option<ReporterPast>, Problem> {
    let Some(actor) = by else { return Ok(None) };
    reports::lock_reporter(tx, &format!("account {}", actor.id)).await?;
    if Category::from(report.reason).hides_on_report() {
        reports::lock_reporter(tx, &format!("network {:?}", report.network)).await?;
    }
    let since = tx.now() - DECISIONS_COUNT_FOR;
    Ok(Some(reports::past(tx, actor.id, since).await?))
}

fn new_case(
    report: &Report,
    facts: &TargetFacts,
    category: Category,
    past: Option<&ReporterPast>,
    now: DateTime<Utc>,
) -> NewCase {
    NewCase {
        lane: Lane::Report,
        source: Source::Report,
        category,
        level: category.level(),
        certificate: opening::certificate(category, category.level()),
        due_at: now + category.due_after(),
        kind: report.kind,
        target: report.target,
        revision: report.revision.filter(|r| *r <= facts.revision).unwrap_or(facts.revision),
        subject: facts.author,
        exposure: i32::from(facts.exposure.rank()),
        reporter_record: past.map_or(0, |past| i32::try_from(past.record).unwrap_or(0)),
        appealed: None,
    }
}

/// Seals the revision that the reporter saw; the newest where that one is gone. Answers which.
async fn keep_evidence(
    tx: &mut Tx,
    target: &dyn CaseTarget,
    vault: &Vault,
    case: crate::infra::ids::CaseId,
    report: &Report,
    facts: &TargetFacts,
) -> Result<i32, Problem> {
    for revision in report.revision.into_iter().chain([facts.revision]) {
        if let Some(text) = target.text(tx, report.target, revision).await? {
            evidence::keep(tx, vault, case, (report.kind, report.target, revision), &text).await?;
            return Ok(revision);
        }
    }
    Ok(facts.revision)
}

async fn hides_at_once(
    tx: &mut Tx,
    by: Option<&Actor>,
    past: Option<&ReporterPast>,
    report: &Report,
    category: Category,
) -> Result<HideDecision, Problem> {
    let (Some(actor), Some(past)) = (by, past) else {
        return Ok(auto_hide::on_report(category, &Reporter::Visitor, 0));
    };
    let count = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
    let reporter = Reporter::Account {
        holds_role: actor.roles.iter().any(|role| role != Role::Participant),
        age: tx.now() - actor.created_at,
        decisions_against: count(past.decisions_against),
        last_three_hides_overturned: past.last_three_overturned,
        undecided_hides: count(past.undecided_hides),
    };
    let since = tx.now() - TimeDelta::hours(1);
    let network_hides = reports::network_hides(tx, &report.network, since).await?;
    Ok(auto_hide::on_report(category, &reporter, count(network_hides)))
}

/// What the desk is told of the rule: that it hid, or why it did not.
fn effect(hid: bool, hides: &HideDecision) -> &'static str {
    match hides {
        _ if hid => "hidden",
        HideDecision::Hide => "not_public",
        HideDecision::Count { why } => why.as_str(),
    }
}

async fn hide(
    tx: &mut Tx,
    target: &dyn CaseTarget,
    case: &Case,
    facts: &TargetFacts,
    category: Category,
) -> Result<(), Problem> {
    let state = target.apply(tx, case.target, Change::HidePending).await?;
    let from = if facts.state == ContentState::Redacted { "redacted" } else { "live" };
    changes::set_exposure(tx, case.id, 0, Some(from.to_owned())).await?;
    if let Some(author) = facts.author {
        let params = json!({ "kind": case.kind.code(), "url": case.kind.lasting_url(case.target, &facts.url), "help": category == Category::Danger });
        notify::tell(tx, author, "hidden_pending", params).await?;
    }
    let codes = json!({ "case": case.id, "state": state.as_str() });
    audit::append(tx, None, "auto_hide", case.kind.code(), Some(case.target), codes).await
}
