//! What changes a case that is there, and the lines of its timeline.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Binary, Bool, Integer, Jsonb, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use moderation::case::CaseState;
use moderation::{Category, Certificate, Level};
use serde_json::Value;
use uuid::Uuid;

use crate::casework::target::TargetKind;
use crate::http::Problem;
use crate::infra::db::Tx;
use crate::infra::ids::{self, AccountId, CaseId};
use crate::query;

query! {
    struct Recategorise {
        id: CaseId => SqlUuid, category: String => Text, level: i16 => SmallInt, certificate: Option<String> => Nullable<Text>,
        due_at: DateTime<Utc> => Timestamptz, release: bool => Bool,
    }
    "update cases set category = $2, level = $3, certificate = $4, due_at = $5, version = version + 1,
            state = case when $6 and state = 'claimed' then case when escalated_at is null then 'new' else 'escalated' end else state end,
            claim_holder = case when $6 then null else claim_holder end, claim_until = case when $6 then null else claim_until end
     where id = $1"
}

/// Moves a case to a graver category, raises its version, and ends the claim where `release` says so.
pub(crate) async fn recategorise(
    tx: &mut Tx,
    id: CaseId,
    (category, level, certificate): (Category, Level, Option<Certificate>),
    due_at: DateTime<Utc>,
    release: bool,
) -> Result<(), Problem> {
    let level = i16::from(level.number());
    let certificate = certificate.map(|c| c.as_str().to_owned());
    Recategorise { id, category: category.as_str().to_owned(), level, certificate, due_at, release }
        .execute(&mut **tx)
        .await?;
    Ok(())
}

query! {
    struct RaiseVersions { kind: String => Text, target: Uuid => SqlUuid, revision: i32 => Integer }
    "update cases set version = version + 1, target_revision = case when lane = 'submission' then $3 else target_revision end
     where target_kind = $1 and target_id = $2 and state not in ('decided', 'closed')"
}

/// The author changed the text: whoever read the old one must read again before deciding. Answers how many cases were open.
pub(crate) async fn raise_versions(
    tx: &mut Tx,
    kind: TargetKind,
    target: Uuid,
    revision: i32,
) -> Result<usize, Problem> {
    Ok(RaiseVersions { kind: kind.code().to_owned(), target, revision }.execute(&mut **tx).await?)
}

query! {
    struct SetState { id: CaseId => SqlUuid, state: String => Text, now: DateTime<Utc> => Timestamptz }
    "update cases set state = $2, version = version + 1, claim_holder = null, claim_until = null, handed_to = null, waiting_until = null,
            decided_at = case when $2 in ('decided', 'closed') then coalesce(decided_at, $3) end,
            closed_at = case when $2 = 'closed' then $3 end,
            escalated_at = case when $2 = 'escalated' then coalesce(escalated_at, $3) else escalated_at end
     where id = $1"
}

/// Ends the claim and sets the state, raising the version.
pub(crate) async fn set_state(tx: &mut Tx, id: CaseId, state: CaseState) -> Result<(), Problem> {
    let now = tx.now();
    SetState { id, state: state.as_str().to_owned(), now }.execute(&mut **tx).await?;
    Ok(())
}

query! {
    struct RaiseVersion { id: CaseId => SqlUuid }
    "update cases set version = version + 1 where id = $1"
}

/// What belongs to the case changed: whoever read it before must read again.
pub(crate) async fn raise_version(tx: &mut Tx, id: CaseId) -> Result<(), Problem> {
    RaiseVersion { id }.execute(&mut **tx).await?;
    Ok(())
}

query! {
    struct SetExposure { id: CaseId => SqlUuid, exposure: i32 => Integer, hidden_from: Option<String> => Nullable<Text> }
    "update cases set exposure = $2, hidden_from = coalesce($3, hidden_from) where id = $1"
}

/// Notes who can still see the text, and what state it had before it was hidden automatically.
pub(crate) async fn set_exposure(
    tx: &mut Tx,
    id: CaseId,
    exposure: i32,
    hidden_from: Option<String>,
) -> Result<(), Problem> {
    SetExposure { id, exposure, hidden_from }.execute(&mut **tx).await?;
    Ok(())
}

query! {
    struct InsertEvent {
        id: Uuid => SqlUuid, case: CaseId => SqlUuid, at: DateTime<Utc> => Timestamptz, actor: Option<AccountId> => Nullable<SqlUuid>,
        kind: String => Text, codes: Value => Jsonb, note: Option<Vec<u8>> => Nullable<Binary>,
    }
    "insert into case_events (id, case_id, at, actor_id, kind, codes, note_sealed) values ($1, $2, $3, $4, $5, $6, $7)"
}

/// Writes a line of the case's timeline; `note` is sealed with its key.
pub(crate) async fn note_event(
    tx: &mut Tx,
    case: CaseId,
    actor: Option<AccountId>,
    kind: &str,
    codes: Value,
    note: Option<Vec<u8>>,
) -> Result<(), Problem> {
    write_event(tx, case, actor, kind, codes, note).await.map(|_| ())
}

/// As [`note_event`], and answers the id of the line.
pub(crate) async fn write_event(
    tx: &mut Tx,
    case: CaseId,
    actor: Option<AccountId>,
    kind: &str,
    codes: Value,
    note: Option<Vec<u8>>,
) -> Result<Uuid, Problem> {
    let (id, at) = (ids::ordered(), tx.now());
    InsertEvent { id, case, at, actor, kind: kind.to_owned(), codes, note }.execute(&mut **tx).await?;
    Ok(id)
}

/// A case that a conversation was told of in.
#[derive(QueryableByName)]
pub(crate) struct ConversationCase {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: CaseId,
    /// How far it had come.
    #[diesel(sql_type = Text)]
    pub(crate) stage: String,
    #[diesel(sql_type = Bool)]
    pub(crate) is_open: bool,
}

query! {
    struct LockConversation { key: String => Text }
    "select pg_advisory_xact_lock(hashtextextended($1, 0))"
}
query! {
    struct ConversationCases { room: String => Text, author: AccountId => SqlUuid }
    "select c.id, e.codes ->> 'stage' as stage, c.state not in ('decided', 'closed') as is_open
     from case_events e join cases c on c.id = e.case_id
     where e.kind = 'conversation' and e.codes ->> 'room' = $1 and c.subject_id = $2
     order by e.at desc, e.id desc"
}

/// The cases about what a person did in a conversation, newest first. Nobody else adds to them before the end of the
/// transaction.
pub(crate) async fn conversation_cases(
    tx: &mut Tx,
    room: Uuid,
    author: AccountId,
) -> Result<Vec<ConversationCase>, Problem> {
    LockConversation { key: format!("conversation {room} {author}") }.execute(&mut **tx).await?;
    Ok(ConversationCases { room: room.to_string(), author }.load(&mut **tx).await?)
}
