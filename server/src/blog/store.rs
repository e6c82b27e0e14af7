//! Queries over posts as readers see them.

mod changes;

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::views::{DraftView, OwnPart, OwnPostSummary, PostSummary, PostView, SubmissionView, TagView};
use crate::access::session::none_if_missing;
use crate::casework;
use crate::discussion::AuthorRow;
use crate::http::{Page, PageQuery, Problem};
use crate::infra::db::Conn;
use crate::infra::ids::{AccountId, PostId};
use crate::infra::markdown;
use crate::query;

pub(super) use changes::{
    StoredPost, drop_others, erase_words, find_post, hand_in, insert_post, keep_only, lock_post, publish,
    publishes_at_once, save_draft, set_state, set_submission_state, touch_front, words_of, written,
};

const EXCERPT_MAX: usize = 240;
const TAG_POOL: i64 = 30;

query! {
    /// Published posts, newest first, of one tag or all.
    struct Published {
        tag: Option<String> => Nullable<Text>, before: Option<DateTime<Utc>> => Nullable<Timestamptz>, before_id: Option<Uuid> => Nullable<SqlUuid>,
        fetch: i64 => BigInt,
    }
    "select p.id, p.slug, p.published_at, p.comment_count, r.title, r.tags, r.content_note, left(r.body_html, 2000) as opening,
            a.id as author_id, a.pseudonym as author_name, shown_role(a.id) as author_role
     from posts p join post_revisions r on r.post_id = p.id and r.revision = p.live_revision left join accounts a on a.id = p.author_id
     where p.state in ('live', 'redacted') and ($1 is null or $1 = any(r.tags)) and ($2 is null or (p.published_at, p.id) < ($2, $3))
     order by p.published_at desc, p.id desc limit $4"
}

#[derive(QueryableByName)]
struct SummaryRow {
    #[diesel(sql_type = SqlUuid)]
    id: PostId,
    #[diesel(sql_type = Text)]
    slug: String,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    published_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Integer)]
    comment_count: i32,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Array<Text>)]
    tags: Vec<String>,
    #[diesel(sql_type = Nullable<Text>)]
    content_note: Option<String>,
    #[diesel(sql_type = Text)]
    opening: String,
    #[diesel(embed)]
    author: AuthorRow,
}

impl From<SummaryRow> for PostSummary {
    fn from(row: SummaryRow) -> Self {
        Self {
            id: row.id,
            url: url(&row.slug),
            slug: row.slug,
            title: row.title,
            author: row.author.view(),
            tags: row.tags,
            content_note: row.content_note,
            published_at: row.published_at,
            excerpt: markdown::excerpt(&row.opening, EXCERPT_MAX),
            comment_count: row.comment_count,
        }
    }
}

/// Page of a post.
pub(super) fn url(slug: &str) -> String {
    format!("/blog/{slug}")
}

/// A page of published posts, newest first.
pub(super) async fn list_published(
    conn: &mut Conn,
    tag: Option<String>,
    query: &PageQuery,
) -> Result<Page<PostSummary>, Problem> {
    let (before, before_id) = query.after::<(DateTime<Utc>, Uuid)>()?.unzip();
    let rows: Vec<SummaryRow> = Published { tag, before, before_id, fetch: query.fetch() }.load(conn).await?;
    let items = rows.into_iter().map(PostSummary::from).collect();
    Ok(Page::from_rows(items, query, |post: &PostSummary| (post.published_at, post.id)))
}

query! {
    /// One post by id or by address, where the reader may read it.
    struct OnePost { id: Option<Uuid> => Nullable<SqlUuid>, slug: Option<String> => Nullable<Text>, reader: Option<AccountId> => Nullable<SqlUuid> }
    "select p.id, p.slug, p.state, p.version, p.surface_version, p.comment_count, p.published_at, p.created_at, p.updated_at, p.submission_id,
            p.submission_state, p.draft_revision, r.revision, r.title, r.body, r.body_html, r.tags, r.content_note, r.created_at as revised_at,
            a.id as author_id, a.pseudonym as author_name, shown_role(a.id) as author_role
     from posts p join post_revisions r on r.post_id = p.id and r.revision = coalesce(p.live_revision, p.draft_revision)
     left join accounts a on a.id = p.author_id
     where (p.id = $1 or p.slug = $2) and may_read(p.state, p.author_id, $3)"
}

#[derive(QueryableByName)]
struct PostRow {
    #[diesel(sql_type = SqlUuid)]
    id: PostId,
    #[diesel(sql_type = Text)]
    slug: String,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Integer)]
    version: i32,
    #[diesel(sql_type = BigInt)]
    surface_version: i64,
    #[diesel(sql_type = Integer)]
    comment_count: i32,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    published_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    updated_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    submission_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    submission_state: Option<String>,
    #[diesel(sql_type = Integer)]
    draft_revision: i32,
    #[diesel(sql_type = Integer)]
    revision: i32,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Text)]
    body: String,
    #[diesel(sql_type = Text)]
    body_html: String,
    #[diesel(sql_type = Array<Text>)]
    tags: Vec<String>,
    #[diesel(sql_type = Nullable<Text>)]
    content_note: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    revised_at: DateTime<Utc>,
    #[diesel(embed)]
    author: AuthorRow,
}

query! {
    struct Draft { id: Uuid => SqlUuid, revision: i32 => Integer }
    "select revision, title, body, body_html, tags, content_note from post_revisions where post_id = $1 and revision = $2"
}
#[derive(QueryableByName)]
struct DraftRow {
    #[diesel(sql_type = Integer)]
    revision: i32,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Text)]
    body: String,
    #[diesel(sql_type = Text)]
    body_html: String,
    #[diesel(sql_type = Array<Text>)]
    tags: Vec<String>,
    #[diesel(sql_type = Nullable<Text>)]
    content_note: Option<String>,
}

/// A post by its id or its address, if `reader` may read it; its author gets the working copy too.
pub(super) async fn get_post(
    conn: &mut Conn,
    id_or_slug: &str,
    reader: Option<AccountId>,
    now: DateTime<Utc>,
) -> Result<PostView, Problem> {
    let id = Uuid::parse_str(id_or_slug).ok();
    let slug = id.is_none().then(|| id_or_slug.to_owned());
    let row: PostRow = OnePost { id, slug, reader }.get_result(conn).await?;
    let own =
        if reader.is_some() && row.author.author_id == reader { Some(own_part(conn, &row, now).await?) } else { None };
    Ok(PostView {
        id: row.id,
        url: url(&row.slug),
        slug: row.slug,
        state: row.state,
        version: row.version,
        surface_version: row.surface_version,
        title: row.title,
        author: row.author.view(),
        body_html: row.body_html,
        tags: row.tags,
        content_note: row.content_note,
        revision: row.revision,
        comment_count: row.comment_count,
        published_at: row.published_at,
        created_at: row.created_at,
        edited_at: row.published_at.filter(|at| row.revised_at > *at).map(|_| row.revised_at),
        own,
        advice: Vec::new(),
    })
}

async fn own_part(conn: &mut Conn, row: &PostRow, now: DateTime<Utc>) -> Result<OwnPart, Problem> {
    let draft = if row.draft_revision == row.revision {
        None
    } else {
        let draft: Option<DraftRow> = Draft { id: row.id.0, revision: row.draft_revision }
            .get_result(conn)
            .await
            .map_or_else(none_if_missing, |d| Ok(Some(d)))?;
        draft.map(|d| DraftView {
            revision: d.revision,
            title: d.title,
            body: d.body,
            body_html: d.body_html,
            tags: d.tags,
            content_note: d.content_note,
        })
    };
    // A reviewer at work makes it `in_review`; the author is never told who.
    let under_review =
        row.submission_state.as_deref() == Some("submitted") && casework::is_under_review(conn, row.id, now).await?;
    let state = if under_review { Some("in_review".to_owned()) } else { row.submission_state.clone() };
    Ok(OwnPart {
        body: row.body.clone(),
        submission: submission(row.submission_id, state, row.version),
        review_statement: casework::reviewers_word(conn, row.id).await?,
        draft,
        updated_at: row.updated_at,
    })
}

fn submission(id: Option<Uuid>, state: Option<String>, version: i32) -> Option<SubmissionView> {
    state.map(|state| SubmissionView { id, state, version })
}

query! {
    /// The caller's own posts, the last one worked on first.
    struct OwnPosts { author: AccountId => SqlUuid, before: Option<DateTime<Utc>> => Nullable<Timestamptz>, before_id: Option<Uuid> => Nullable<SqlUuid>, fetch: i64 => BigInt }
    "select p.id, p.slug, p.state, p.version, p.published_at, p.updated_at, p.submission_id, p.submission_state, r.title, r.tags,
            p.live_revision is not null and p.live_revision <> p.draft_revision as has_unpublished_changes
     from posts p join post_revisions r on r.post_id = p.id and r.revision = p.draft_revision
     where p.author_id = $1 and may_read(p.state, p.author_id, $1) and ($2 is null or (p.updated_at, p.id) < ($2, $3))
     order by p.updated_at desc, p.id desc limit $4"
}

#[derive(QueryableByName)]
struct OwnRow {
    #[diesel(sql_type = SqlUuid)]
    id: PostId,
    #[diesel(sql_type = Text)]
    slug: String,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Integer)]
    version: i32,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    published_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Timestamptz)]
    updated_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    submission_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    submission_state: Option<String>,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Array<Text>)]
    tags: Vec<String>,
    #[diesel(sql_type = Bool)]
    has_unpublished_changes: bool,
}

/// A page of an author's own posts.
pub(super) async fn list_own(
    conn: &mut Conn,
    author: AccountId,
    query: &PageQuery,
) -> Result<Page<OwnPostSummary>, Problem> {
    let (before, before_id) = query.after::<(DateTime<Utc>, Uuid)>()?.unzip();
    let rows: Vec<OwnRow> = OwnPosts { author, before, before_id, fetch: query.fetch() }.load(conn).await?;
    let items = rows
        .into_iter()
        .map(|row| OwnPostSummary {
            id: row.id,
            url: url(&row.slug),
            slug: row.slug,
            title: row.title,
            state: row.state,
            version: row.version,
            tags: row.tags,
            submission: submission(row.submission_id, row.submission_state, row.version),
            has_unpublished_changes: row.has_unpublished_changes,
            published_at: row.published_at,
            updated_at: row.updated_at,
        })
        .collect();
    Ok(Page::from_rows(items, query, |post: &OwnPostSummary| (post.updated_at, post.id)))
}

query! {
    struct Tags { most: i64 => BigInt }
    "select t.tag, count(*) as count
     from posts p join post_revisions r on r.post_id = p.id and r.revision = p.live_revision cross join unnest(r.tags) as t(tag)
     where p.state in ('live', 'redacted') group by t.tag order by count(*) desc, t.tag limit $1"
}
query! { struct FrontVersion {} "select coalesce((select front_version from community), 1) as version" }

#[derive(QueryableByName)]
struct TagRow {
    #[diesel(sql_type = Text)]
    tag: String,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct VersionRow {
    #[diesel(sql_type = BigInt)]
    version: i64,
}

/// The tags most in use.
pub(super) async fn list_tags(conn: &mut Conn) -> Result<Vec<TagView>, Problem> {
    let rows: Vec<TagRow> = Tags { most: TAG_POOL }.load(conn).await?;
    Ok(rows.into_iter().map(|row| TagView { tag: row.tag, count: row.count }).collect())
}

/// Version of the front page.
pub(super) async fn front_version(conn: &mut Conn) -> Result<i64, Problem> {
    let row: VersionRow = FrontVersion {}.get_result(conn).await?;
    Ok(row.version)
}

query! {
    struct SurfaceVersionFor { post: Uuid => SqlUuid, reader: Option<AccountId> => Nullable<SqlUuid> }
    "select surface_version as version from posts where id = $1 and may_read_root('post', id, $2)"
}

/// The version of a post's surface, if `reader` may read it.
pub(super) async fn surface_version(
    conn: &mut Conn,
    post: Uuid,
    reader: Option<AccountId>,
) -> Result<Option<i64>, Problem> {
    let row: Result<VersionRow, _> = SurfaceVersionFor { post, reader }.get_result(conn).await;
    row.map_or_else(none_if_missing, |row| Ok(Some(row.version)))
}
