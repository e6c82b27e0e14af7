//! How a case comes to be, and what changes an open one from outside: submissions, screening, an author's edit.
//! Locks are taken in one order everywhere: the text, then its case, then the audit log.

use moderation::case::{CaseState, Source};
use moderation::category::graver;
use moderation::{Category, Certificate, Level};
use serde_json::{Value, json};
use uuid::Uuid;

use super::breach;
use super::store::cases::{self, Case, Lane, NewCase};
use super::store::changes;
use super::target::{TargetKind, Targets};
use crate::audit;
use crate::http::Problem;
use crate::infra::bus::{Signal, Topic};
use crate::infra::db::Tx;
use crate::infra::ids::{AccountId, CaseId, PostId};

/// How often opening and finding may miss each other before it is our fault.
const TRIES: usize = 5;

/// Opens the case of a submission: `revision` is what the reviewer reads. The caller holds the lock of the post.
///
/// # Errors
/// 409 `already_submitted` while one is open.
pub async fn open_submission(tx: &mut Tx, author: AccountId, post: PostId, revision: i32) -> Result<CaseId, Problem> {
    let category = Category::Submission;
    let new = NewCase {
        lane: Lane::Submission,
        source: Source::Submission,
        category,
        level: category.level(),
        certificate: category.certificate(),
        due_at: tx.now() + category.due_after(),
        kind: TargetKind::Post,
        target: post.0,
        revision,
        subject: Some(author),
        exposure: 0,
        reporter_record: 0,
        appealed: None,
    };
    let id = cases::insert(tx, &new).await?.ok_or(Problem::Conflict("already_submitted", json!({})))?;
    opened(tx, id, &new).await?;
    Ok(id)
}

/// Closes the open case of a submission that its author took back, or that was published or erased some other way.
///
/// # Errors
/// When the database fails.
pub async fn withdraw_submission(tx: &mut Tx, post: PostId) -> Result<(), Problem> {
    if let Some(case) = cases::lock_open(tx, TargetKind::Post, post.0, Lane::Submission, None).await? {
        changes::set_state(tx, case.id, CaseState::Closed).await?;
        changes::note_event(tx, case.id, None, "withdrawn", json!({}), None).await?;
        queue_changed(tx);
    }
    Ok(())
}

/// The author changed the text: raises the version of its open cases, so that nobody decides on what they have not read.
///
/// # Errors
/// When the database fails.
pub async fn text_edited(tx: &mut Tx, kind: TargetKind, id: Uuid, revision: i32) -> Result<(), Problem> {
    if changes::raise_versions(tx, kind, id, revision).await? > 0 {
        queue_changed(tx);
    }
    Ok(())
}

/// Opens a case about a text that screening held or found grave, or joins the open one.
///
/// # Errors
/// When the database fails.
#[expect(clippy::too_many_arguments, reason = "each says one thing of the text or of the finding")]
pub async fn open_by_screening(
    tx: &mut Tx,
    targets: &Targets,
    kind: TargetKind,
    id: Uuid,
    revision: i32,
    author: AccountId,
    category: Category,
    level: Level,
) -> Result<CaseId, Problem> {
    let exposure = targets.of(kind)?.facts(tx, id, true).await?.map_or(0, |facts| i32::from(facts.exposure.rank()));
    let new = NewCase {
        lane: Lane::Report,
        source: Source::Screening,
        category,
        level,
        certificate: certificate(category, level),
        due_at: tx.now() + due_after(category, level),
        kind,
        target: id,
        revision,
        subject: Some(author),
        exposure,
        reporter_record: 0,
        appealed: None,
    };
    let (case, _) = open_or_join(tx, &new).await?;
    Ok(case.id)
}

/// What a person's messages in a conversation come to together.
pub struct ConversationFound {
    /// The room.
    pub room: Uuid,
    /// Whose messages.
    pub author: AccountId,
    /// The message with which it came to this.
    pub message: Uuid,
    /// Level of the case.
    pub level: Level,
    /// How far it has come, a code.
    pub stage: &'static str,
    /// The stages that are graver still.
    pub graver_stages: &'static [&'static str],
    /// Why, as codes and ids of messages: no text, no figure.
    pub reasons: Value,
}

/// Opens a case about a conversation, or gives the open one of the same room and person more reasons. Once for each
/// stage: what was told of in any case before is not told again.
///
/// # Errors
/// When the database fails.
pub async fn open_by_conversation(tx: &mut Tx, targets: &Targets, found: ConversationFound) -> Result<(), Problem> {
    let earlier = changes::conversation_cases(tx, found.room, found.author).await?;
    if earlier.iter().any(|case| case.stage == found.stage || found.graver_stages.contains(&case.stage.as_str())) {
        return Ok(());
    }
    let case = match earlier.iter().find(|case| case.is_open) {
        Some(open) => {
            let case = cases::lock(tx, open.id).await?;
            make_graver(tx, &case, Category::Grooming, found.level).await?;
            open.id
        }
        None => {
            let (id, author) = (found.message, found.author);
            open_by_screening(tx, targets, TargetKind::Message, id, 1, author, Category::Grooming, found.level).await?
        }
    };
    let mut codes = json!({"room": found.room, "stage": found.stage});
    if let (Some(codes), Value::Object(reasons)) = (codes.as_object_mut(), found.reasons) {
        codes.extend(reasons);
    }
    changes::note_event(tx, case, None, "conversation", codes, None).await?;
    queue_changed(tx);
    Ok(())
}

/// Opens a case or joins the open one of that target and lane, whichever of two at once comes first.
/// Joining makes the open case graver where the new one is.
pub(crate) async fn open_or_join(tx: &mut Tx, new: &NewCase) -> Result<(Case, bool), Problem> {
    for _ in 0..TRIES {
        if let Some(case) = cases::lock_open(tx, new.kind, new.target, new.lane, new.appealed).await? {
            make_graver(tx, &case, new.category, new.level).await?;
            breach::begin(tx, new, &case).await?;
            return Ok((cases::lock(tx, case.id).await?, false));
        }
        if let Some(id) = cases::insert(tx, new).await? {
            opened(tx, id, new).await?;
            let case = cases::lock(tx, id).await?;
            breach::begin(tx, new, &case).await?;
            return Ok((case, true));
        }
    }
    Err(Problem::Internal(anyhow::anyhow!("a case could be neither opened nor joined")))
}

async fn opened(tx: &mut Tx, id: CaseId, new: &NewCase) -> Result<(), Problem> {
    let codes = json!({ "source": new.source.as_str(), "category": new.category.as_str() });
    changes::note_event(tx, id, None, "opened", codes.clone(), None).await?;
    queue_changed(tx);
    audit::append(tx, None, "case_open", "case", Some(id.0), codes).await
}

/// A further report or finding: the case moves to the graver category and level, and its holder must read again.
/// The claim ends where the holder lacks the certificate that is needed now.
async fn make_graver(tx: &mut Tx, case: &Case, category: Category, level: Level) -> Result<(), Problem> {
    let (to, level) = (graver(case.category, category), case.level.min(level));
    if to == case.category && level == case.level {
        return Ok(());
    }
    let needed = certificate(to, level);
    let release = match (&case.claim, needed) {
        (Some(claim), Some(needed)) => !super::gate::holds_certificate(tx, claim.holder, needed).await?,
        _ => false,
    };
    let due_at = case.due_at.min(case.created_at + due_after(to, level));
    changes::recategorise(tx, case.id, (to, level, needed), due_at, release).await?;
    let codes = json!({ "from": case.category.as_str(), "to": to.as_str(), "claim_ended": release });
    changes::note_event(tx, case.id, None, "recategorised", codes, None).await?;
    queue_changed(tx);
    Ok(())
}

/// What training a case takes: that of its category, but none for what was caught before anybody saw it (RIGHTS.md).
pub(crate) fn certificate(category: Category, level: Level) -> Option<Certificate> {
    if level >= Level::FOUR { None } else { category.certificate() }
}

/// How soon a case is due: by its category, or by the level where screening set another.
fn due_after(category: Category, level: Level) -> chrono::TimeDelta {
    let like = match level {
        level if level == category.level() => category,
        Level::ONE => Category::Danger,
        Level::TWO => Category::Confidentiality,
        Level::THREE => Category::Harassment,
        Level::FOUR => Category::Submission,
        _ => Category::Other,
    };
    like.due_after()
}

/// Says that the queue changed; who sees what of it is worked out for each viewer.
pub(crate) fn queue_changed(tx: &mut Tx) {
    tx.announce(Signal::new(Topic::Queue, Uuid::nil(), 0));
}
