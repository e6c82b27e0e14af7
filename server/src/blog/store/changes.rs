//! Queries that change posts: drafts, submissions, publication, decisions.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::access::session::none_if_missing;
use crate::blog::post::Words;
use crate::http::Problem;
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::AccountId;
use crate::query;

macro_rules! stored_post {
    () => {
        "select p.id, p.slug, p.author_id, p.state, p.submission_state, p.live_revision, p.submitted_revision, p.draft_revision,
                p.version, p.published_at is not null as was_public, r.title, r.body, r.tags, r.content_note
         from posts p join post_revisions r on r.post_id = p.id and r.revision = p.draft_revision where p.id = $1"
    };
}
query! { struct FindPost { id: Uuid => SqlUuid } stored_post!() }
query! {
    /// The lock is a statement of its own: what is read after it is what the last holder left.
    struct LockPost { id: Uuid => SqlUuid }
    "select id from posts where id = $1 for no key update"
}

/// A post with its working copy, as its own feature works on it.
#[derive(QueryableByName)]
pub(in crate::blog) struct StoredPost {
    #[diesel(sql_type = SqlUuid)]
    pub(in crate::blog) id: Uuid,
    #[diesel(sql_type = Text)]
    pub(in crate::blog) slug: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(in crate::blog) author_id: Option<AccountId>,
    #[diesel(sql_type = Text)]
    pub(in crate::blog) state: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub(in crate::blog) submission_state: Option<String>,
    #[diesel(sql_type = Nullable<Integer>)]
    pub(in crate::blog) live_revision: Option<i32>,
    #[diesel(sql_type = Nullable<Integer>)]
    submitted_revision: Option<i32>,
    #[diesel(sql_type = Integer)]
    pub(in crate::blog) draft_revision: i32,
    #[diesel(sql_type = Integer)]
    pub(in crate::blog) version: i32,
    #[diesel(sql_type = Bool)]
    pub(in crate::blog) was_public: bool,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Text)]
    body: String,
    #[diesel(sql_type = Array<Text>)]
    tags: Vec<String>,
    #[diesel(sql_type = Nullable<Text>)]
    content_note: Option<String>,
}

impl StoredPost {
    /// The words of the working copy.
    pub(in crate::blog) fn words(&self) -> Words {
        Words {
            title: self.title.clone(),
            body: self.body.clone(),
            tags: self.tags.clone(),
            content_note: self.content_note.clone(),
        }
    }

    /// Whether a reviewer is asked for the working copy.
    pub(in crate::blog) fn is_submitted(&self) -> bool {
        self.submission_state.as_deref() == Some("submitted")
    }

    /// The revision that the next change is stored as: the working copy's own, unless somebody has read it.
    pub(in crate::blog) fn next_revision(&self) -> i32 {
        let read = self.live_revision.max(self.submitted_revision).unwrap_or(0);
        if self.draft_revision > read { self.draft_revision } else { self.draft_revision + 1 }
    }
}

/// A post by its id, whoever asks: for gates and casework.
pub(in crate::blog) async fn find_post(conn: &mut Conn, id: Uuid) -> Result<Option<StoredPost>, Problem> {
    FindPost { id }.get_result(conn).await.map_or_else(none_if_missing, |row| Ok(Some(row)))
}

/// As [`find_post`], locked until the end of the transaction.
pub(in crate::blog) async fn lock_post(conn: &mut Conn, id: Uuid) -> Result<Option<StoredPost>, Problem> {
    LockPost { id }.execute(conn).await?;
    find_post(conn, id).await
}

query! {
    /// Read in the transaction and locked: a role or trust that changes meanwhile waits, or is seen.
    struct Trust { account: AccountId => SqlUuid }
    "select a.trusted from accounts a where a.id = $1 and a.erased_at is null for share"
}

#[derive(QueryableByName)]
struct TrustRow {
    #[diesel(sql_type = Bool)]
    trusted: bool,
}

/// Whether the author's posts publish without review, by the row as it is now.
pub(in crate::blog) async fn publishes_at_once(tx: &mut Tx, account: AccountId) -> Result<bool, Problem> {
    let row: TrustRow = Trust { account }.get_result(&mut **tx).await?;
    Ok(row.trusted)
}

query! {
    struct InsertPost { id: Uuid => SqlUuid, slug: String => Text, author: AccountId => SqlUuid, now: DateTime<Utc> => Timestamptz }
    "insert into posts (id, slug, author_id, state, created_at, updated_at, state_changed_at) values ($1, $2, $3, 'draft', $4, $4, $4)"
}
query! {
    struct PutRevision {
        id: Uuid => SqlUuid, revision: i32 => Integer, title: String => Text, body: String => Text, html: String => Text,
        tags: Vec<String> => Array<Text>, note: Option<String> => Nullable<Text>, now: DateTime<Utc> => Timestamptz,
    }
    "insert into post_revisions (post_id, revision, title, body, body_html, tags, content_note, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (post_id, revision) do update
     set title = excluded.title, body = excluded.body, body_html = excluded.body_html, tags = excluded.tags, content_note = excluded.content_note,
         created_at = excluded.created_at"
}

async fn put_revision(tx: &mut Tx, id: Uuid, revision: i32, words: &Words) -> Result<(), Problem> {
    let now = tx.now();
    let put = PutRevision {
        id,
        revision,
        title: words.title.clone(),
        body: words.body.clone(),
        html: words.html(),
        tags: words.tags.clone(),
        note: words.content_note.clone(),
        now,
    };
    put.execute(&mut **tx).await?;
    Ok(())
}

/// Stores a new draft.
pub(in crate::blog) async fn insert_post(
    tx: &mut Tx,
    id: Uuid,
    slug: String,
    author: AccountId,
    words: &Words,
) -> Result<(), Problem> {
    let now = tx.now();
    InsertPost { id, slug, author, now }.execute(&mut **tx).await?;
    put_revision(tx, id, 1, words).await
}

query! {
    struct SaveDraft { id: Uuid => SqlUuid, revision: i32 => Integer, slug: String => Text, now: DateTime<Utc> => Timestamptz }
    "update posts set draft_revision = $2, slug = $3, version = version + 1, updated_at = $4 where id = $1"
}

/// Stores the working copy as `revision`; raises the version.
pub(in crate::blog) async fn save_draft(
    tx: &mut Tx,
    id: Uuid,
    revision: i32,
    slug: String,
    words: &Words,
) -> Result<(), Problem> {
    let now = tx.now();
    put_revision(tx, id, revision, words).await?;
    SaveDraft { id, revision, slug, now }.execute(&mut **tx).await?;
    Ok(())
}

query! {
    struct HandIn { id: Uuid => SqlUuid, submission: Option<Uuid> => Nullable<SqlUuid>, state: String => Text, now: DateTime<Utc> => Timestamptz }
    "update posts set submitted_revision = draft_revision, submission_id = coalesce($2, submission_id), submission_state = 'submitted',
            state = $3, state_changed_at = case when state = $3 then state_changed_at else $4 end, updated_at = $4
     where id = $1"
}

/// Marks the working copy as handed in; a new submission has a new id.
pub(in crate::blog) async fn hand_in(
    tx: &mut Tx,
    id: Uuid,
    submission: Option<Uuid>,
    state: &str,
) -> Result<(), Problem> {
    let now = tx.now();
    HandIn { id, submission, state: state.to_owned(), now }.execute(&mut **tx).await?;
    Ok(())
}

query! {
    struct Publish { id: Uuid => SqlUuid, revision: i32 => Integer, now: DateTime<Utc> => Timestamptz }
    "update posts set state = 'live', live_revision = $2, submitted_revision = greatest(coalesce(submitted_revision, 0), $2),
            submission_state = 'published', published_at = coalesce(published_at, $3), version = version + 1, surface_version = surface_version + 1,
            updated_at = $3, state_changed_at = case when state = 'live' then state_changed_at else $3 end
     where id = $1 returning surface_version as version"
}
query! {
    struct SetState { id: Uuid => SqlUuid, state: String => Text, now: DateTime<Utc> => Timestamptz }
    "update posts set state = $2, version = version + 1, surface_version = surface_version + 1, state_changed_at = $3
     where id = $1 returning surface_version as version"
}
query! {
    struct SetSubmission { id: Uuid => SqlUuid, submission: String => Text, state: String => Text, now: DateTime<Utc> => Timestamptz }
    "update posts set submission_state = $2, state = $3, version = version + 1, updated_at = $4,
            state_changed_at = case when state = $3 then state_changed_at else $4 end
     where id = $1"
}

#[derive(QueryableByName)]
struct VersionRow {
    #[diesel(sql_type = BigInt)]
    version: i64,
}

/// Makes `revision` the one that readers see; answers the version of its surface.
pub(in crate::blog) async fn publish(tx: &mut Tx, id: Uuid, revision: i32) -> Result<i64, Problem> {
    let now = tx.now();
    let row: VersionRow = Publish { id, revision, now }.get_result(&mut **tx).await?;
    Ok(row.version)
}

/// Changes the state of a post; answers the version of its surface.
pub(in crate::blog) async fn set_state(tx: &mut Tx, id: Uuid, state: &str) -> Result<i64, Problem> {
    let now = tx.now();
    let row: VersionRow = SetState { id, state: state.to_owned(), now }.get_result(&mut **tx).await?;
    Ok(row.version)
}

/// Changes where the submission stands, and the state of the text with it.
pub(in crate::blog) async fn set_submission_state(
    tx: &mut Tx,
    id: Uuid,
    submission: &str,
    state: &str,
) -> Result<(), Problem> {
    let now = tx.now();
    SetSubmission { id, submission: submission.to_owned(), state: state.to_owned(), now }.execute(&mut **tx).await?;
    Ok(())
}

query! { struct TouchFront {} "update community set front_version = front_version + 1 returning front_version as version" }

/// Raises the version of the front page; 0 where the community is not set up yet.
pub(in crate::blog) async fn touch_front(tx: &mut Tx) -> Result<i64, Problem> {
    let row: Option<VersionRow> =
        TouchFront {}.get_result(&mut **tx).await.map_or_else(none_if_missing, |row| Ok(Some(row)))?;
    Ok(row.map_or(0, |row| row.version))
}

query! {
    struct DropOthers { id: Uuid => SqlUuid, keep: i32 => Integer }
    "delete from post_revisions where post_id = $1 and revision <> $2"
}
query! {
    struct PointAt { id: Uuid => SqlUuid, revision: i32 => Integer, slug: String => Text }
    "update posts set live_revision = $2, draft_revision = $2, submitted_revision = $2, slug = $3 where id = $1"
}
query! {
    struct Empty { id: Uuid => SqlUuid, slug: String => Text }
    "with words as (update post_revisions set title = '', body = '', body_html = '', tags = '{}', content_note = null where post_id = $1 returning 1)
     update posts set slug = $2 where id = $1 and (select count(*) from words) >= 0"
}

/// Makes `words` the only revision there is, as `revision`; readers see it where the state lets them.
pub(in crate::blog) async fn keep_only(
    tx: &mut Tx,
    id: Uuid,
    revision: i32,
    slug: String,
    words: &Words,
) -> Result<(), Problem> {
    put_revision(tx, id, revision, words).await?;
    PointAt { id, revision, slug }.execute(&mut **tx).await?;
    drop_others(tx, id, revision).await
}

/// Destroys every revision but one.
pub(in crate::blog) async fn drop_others(tx: &mut Tx, id: Uuid, keep: i32) -> Result<(), Problem> {
    DropOthers { id, keep }.execute(&mut **tx).await?;
    Ok(())
}

/// Empties every revision; the address, made from the title, goes with it.
pub(in crate::blog) async fn erase_words(tx: &mut Tx, id: Uuid, slug: String) -> Result<(), Problem> {
    Empty { id, slug }.execute(&mut **tx).await?;
    Ok(())
}

query! {
    struct WordsOf { id: Uuid => SqlUuid, revision: i32 => Integer }
    "select title, body, tags, content_note from post_revisions where post_id = $1 and revision = $2 and body <> ''"
}

#[derive(QueryableByName)]
struct WordsRow {
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Text)]
    body: String,
    #[diesel(sql_type = Array<Text>)]
    tags: Vec<String>,
    #[diesel(sql_type = Nullable<Text>)]
    content_note: Option<String>,
}

/// The words of one revision, if they are still there.
pub(in crate::blog) async fn words_of(conn: &mut Conn, id: Uuid, revision: i32) -> Result<Option<Words>, Problem> {
    let row: Option<WordsRow> =
        WordsOf { id, revision }.get_result(conn).await.map_or_else(none_if_missing, |row| Ok(Some(row)))?;
    Ok(row.map(|row| Words { title: row.title, body: row.body, tags: row.tags, content_note: row.content_note }))
}

query! {
    struct WrittenAt { id: Uuid => SqlUuid }
    "select coalesce(t.published_at, t.created_at) as at, a.pseudonym as name from posts t left join accounts a on a.id = t.author_id where t.id = $1"
}

#[derive(QueryableByName)]
struct WrittenRow {
    #[diesel(sql_type = Timestamptz)]
    at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Text>)]
    name: Option<String>,
}

/// When a post was written, and under which pseudonym.
pub(in crate::blog) async fn written(conn: &mut Conn, id: Uuid) -> Result<(DateTime<Utc>, Option<String>), Problem> {
    let row: WrittenRow = WrittenAt { id }.get_result(conn).await?;
    Ok((row.at, row.name))
}
