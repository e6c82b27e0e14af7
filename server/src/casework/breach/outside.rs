//! A breach outside the platform: somebody's story was told on elsewhere. A case without a text.

use chrono::{DateTime, Utc};
use moderation::Category;
use moderation::case::Source;
use moderation::content::ContentState;
use moderation::triage::Exposure;
use serde_json::json;
use uuid::Uuid;

use super::store;
use crate::access::Actor;
use crate::audit;
use crate::casework::evidence;
use crate::casework::gate;
use crate::casework::opening::open_or_join;
use crate::casework::store::cases::{Lane, NewCase};
use crate::casework::target::{CaseTarget, Change, Pending, TargetFacts, TargetKind, TargetText};
use crate::http::Problem;
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::{self, CaseId};
use crate::privacy::Vault;
use moderation::Certificate;

/// What is known of it.
pub(crate) struct Told {
    pub(crate) place: String,
    pub(crate) text: String,
    pub(crate) aware_at: Option<DateTime<Utc>>,
}

/// Refuses who lacks the training.
pub(crate) async fn may_record(tx: &mut Tx, by: &Actor) -> Result<(), Problem> {
    if gate::holds_certificate(tx, by.id, Certificate::Confidentiality).await? {
        Ok(())
    } else {
        Err(Problem::Refused("certificate_required"))
    }
}

/// Opens a case about a breach outside. What was told is sealed as its evidence.
///
/// # Errors
/// 422 `aware_at` in the future.
pub(crate) async fn record(tx: &mut Tx, vault: &Vault, by: &Actor, told: &Told) -> Result<CaseId, Problem> {
    let now = tx.now();
    let aware_at = told.aware_at.unwrap_or(now);
    if aware_at > now {
        return Err(Problem::field("aware_at", "in_future"));
    }
    let category = Category::Confidentiality;
    let target = ids::ordered();
    let new = NewCase {
        lane: Lane::Report,
        source: Source::Report,
        category,
        level: category.level(),
        certificate: category.certificate(),
        due_at: now + category.due_after(),
        kind: TargetKind::Outside,
        target,
        revision: 1,
        subject: None,
        exposure: 0,
        reporter_record: 0,
        appealed: None,
    };
    // The clock runs from when somebody of us learnt of it, not from when it was written down.
    let (case, _) = open_or_join(tx, &new).await?;
    store::set_aware(tx, case.id, aware_at).await?;
    let text = TargetText { title: Some(told.place.clone()), body: told.text.clone() };
    evidence::keep(tx, vault, case.id, (TargetKind::Outside, target, 1), &text).await?;
    audit::append(tx, Some(by.id), "breach_outside", "case", Some(case.id.0), json!({ "aware_at": aware_at })).await?;
    Ok(case.id)
}

/// What happened outside, as something that a case is about: there is no text here that could be hidden.
pub struct OutsideTarget;

impl CaseTarget for OutsideTarget {
    fn kind(&self) -> TargetKind {
        TargetKind::Outside
    }

    fn facts<'a>(&'a self, _: &'a mut Conn, _: Uuid, _: bool) -> Pending<'a, Option<TargetFacts>> {
        Box::pin(async {
            Ok(Some(TargetFacts {
                author: None,
                state: ContentState::Live,
                revision: 1,
                exposure: Exposure::Nobody,
                url: String::new(),
            }))
        })
    }

    fn could_read<'a>(&'a self, _: &'a mut Conn, _: Uuid, _: Option<&'a Actor>) -> Pending<'a, bool> {
        Box::pin(async { Ok(false) })
    }

    fn text<'a>(&'a self, _: &'a mut Conn, _: Uuid, _: i32) -> Pending<'a, Option<TargetText>> {
        Box::pin(async { Ok(None) })
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
