//! Posting, editing and deleting texts of a discussion. Each works in the transaction of its caller.

use bytes::Bytes;
use serde_json::json;
use uuid::Uuid;

use super::author::AuthorView;
use super::cache::{self, Key};
use super::fresh;
use super::gate::{Answerable, Own};
use super::root::{Root, RootKind};
use super::store::{self, NewRow, Seen};
use super::views::{ReplyItem, TextItem};
use crate::access::Actor;
use crate::audit::{Idempotency, Once};
use crate::casework::{self, Targets};
use crate::http::body::parse;
use crate::http::limits::{Limited, Limits};
use crate::http::{Page, PageQuery, Problem, RawBody};
use crate::infra::bus::{Signal, Topic};
use crate::infra::db::{Db, Tx};
use crate::infra::ids::{self, AccountId};
use crate::infra::markdown;
use crate::notify;
use crate::screening::{Screening, Surface, Verdict};
use moderation::limits::REPLY_MAX;

/// A reply or comment as its author sent it, parsed and rendered.
pub struct NewText {
    words: Words,
    verdict: Result<Verdict, Problem>,
}

struct Words {
    body: String,
    html: String,
    parent: Option<Uuid>,
    request: Vec<u8>,
}

impl NewText {
    /// Reads `{body, parent_id?, confirmed?}`, renders and screens it: nothing of this holds a connection.
    ///
    /// # Errors
    /// 400, 413, 415; 422 with every wrong field.
    pub fn parse(raw: RawBody, screening: &Screening) -> Result<Self, Problem> {
        let request = raw.bytes().to_vec();
        let mut form = raw.form()?;
        let body = form.required("body", parse::text(1, REPLY_MAX));
        let parent = form.optional("parent_id", parse::id);
        let confirmed = form.optional("confirmed", parse::boolean).unwrap_or(false);
        form.finish()?;
        let body = body.unwrap_or_default();
        let html = markdown::render(&body);
        let verdict = screening.read_fields(Surface::Forum, &[("body", &body)], confirmed);
        Ok(Self { words: Words { body, html, parent, request }, verdict })
    }
}

/// What posting needs beside the text.
pub struct Posted<'r> {
    /// Who posts.
    pub by: &'r Actor,
    /// Under what.
    pub root: Root,
    /// Rate limits.
    pub limits: &'r Limits,
    /// Kinds of text, for the case that a held one opens.
    pub targets: &'r Targets,
    /// The caller's key, if any.
    pub idempotency: Idempotency,
}

/// Posts a reply or comment: gate, input, limit, key, screening, then one statement that locks the root's row.
///
/// # Errors
/// What [`Answerable::find`], [`NewText::parse`], the limit, the key and screening say, in this order.
pub async fn post_text(
    tx: &mut Tx,
    request: Posted<'_>,
    input: Result<NewText, Problem>,
) -> Result<ReplyItem, Problem> {
    let Posted { by, root, limits, targets, idempotency } = request;
    let parent = input.as_ref().ok().and_then(|text| text.words.parent);
    let place = Answerable::find(tx, by, root, parent).await?;
    let NewText { words: text, verdict } = input?;
    limits.count_account(Limited::Reply, by.id.0)?;
    let once = idempotency.begin(tx, by.id, &text.request).await?;
    if let Once::Repeat(id) = once {
        return store::visible_item(tx, root.kind, id, Some(by.id)).await;
    }
    let verdict = verdict?;
    let id = ids::ordered();
    let item = match &verdict {
        Verdict::Hold { category, level, .. } => {
            let item = hold(tx, &place, id, &text).await?;
            casework::open_by_screening(tx, targets, root.kind.child(), id, 1, by.id, *category, *level).await?;
            item
        }
        Verdict::Publish | Verdict::PublishWithHelp(_) => publish(tx, &place, id, &text).await?,
    };
    once.done(tx, by.id, 201, id).await?;
    Ok(ReplyItem::Text(Box::new(TextItem { advice: verdict.advice().to_vec(), ..item })))
}

/// A page of the texts below a root as JSON. All who wrote nothing there read the same one; each page is rendered once for
/// what it depends on.
///
/// # Errors
/// 404 where the root may not be read, 422 on `after`; when the database fails.
pub async fn list_texts(db: &Db, root: Root, reader: Option<AccountId>, query: &PageQuery) -> Result<Bytes, Problem> {
    let Seen { version, own } = fresh::seen(db, root, reader).await?;
    let own = reader.zip(own);
    let key = Key { root: root.id, version, own, size: query.size(), after: query.cursor().map(str::to_owned) };
    if let Some(page) = cache::find(&key) {
        return Ok(page);
    }
    let page = render(&store::page(&mut *db.read().await?, root, own.map(|(reader, _)| reader), query).await?)?;
    cache::keep(key, &page);
    Ok(page)
}

fn render(page: &Page<ReplyItem>) -> Result<Bytes, Problem> {
    serde_json::to_vec(page).map(Bytes::from).map_err(|error| Problem::Internal(error.into()))
}

async fn publish(tx: &mut Tx, place: &Answerable<'_>, id: Uuid, text: &Words) -> Result<TextItem, Problem> {
    let stored = store::insert_placed(tx, &row_of(place, id, text)).await?;
    tx.announce(Signal::new(Topic::Surface, place.root.id, stored.version).of_part(id));
    let parent_author = place.parent.as_ref().and_then(|p| p.author);
    tell_answered(tx, place.root, id, Some(place.by.id), [parent_author, place.root_author]).await?;
    Ok(fresh(tx, place, id, text, Some(stored.path), stored.depth, "live"))
}

async fn hold(tx: &mut Tx, place: &Answerable<'_>, id: Uuid, text: &Words) -> Result<TextItem, Problem> {
    let depth = place.parent.as_ref().map_or(0, |p| p.depth + 1);
    store::insert_held(tx, &row_of(place, id, text), depth).await?;
    Ok(fresh(tx, place, id, text, None, depth, "hidden_pending"))
}

fn row_of<'t>(place: &Answerable<'_>, id: Uuid, text: &'t Words) -> NewRow<'t> {
    let parent = place.parent.as_ref().map(|p| p.id);
    NewRow { id, root: place.root, parent, author: place.by.id, body: &text.body, html: &text.html }
}

fn fresh(
    tx: &Tx,
    place: &Answerable<'_>,
    id: Uuid,
    text: &Words,
    path: Option<String>,
    depth: i32,
    state: &str,
) -> TextItem {
    TextItem {
        id,
        author: Some(AuthorView::of(place.by)),
        body_html: text.html.clone(),
        body: Some(text.body.clone()),
        state: state.to_owned(),
        revision: 1,
        created_at: tx.now(),
        edited_at: None,
        parent_id: place.parent.as_ref().map(|p| p.id),
        path,
        depth,
        advice: Vec::new(),
    }
}

/// Tells those who were answered, each once and never the writer; ids only.
pub(super) async fn tell_answered(
    tx: &mut Tx,
    root: Root,
    id: Uuid,
    writer: Option<AccountId>,
    answered: [Option<AccountId>; 2],
) -> Result<(), Problem> {
    let [parent, root_author] = answered;
    let second = root_author.filter(|author| parent != Some(*author));
    for account in parent.into_iter().chain(second).filter(|account| writer != Some(*account)) {
        let params = json!({ root.kind.code(): root.id, root.kind.child().code(): id });
        notify::tell(tx, account, "reply", params).await?;
    }
    Ok(())
}

/// An author's change of own words: earlier ones stay as a revision, open screens are told.
///
/// # Errors
/// 404 for anybody else, 409 `wrong_state`, advice of screening.
pub(super) async fn edit(
    tx: &mut Tx,
    by: &Actor,
    targets: &Targets,
    kind: RootKind,
    id: Uuid,
    input: Result<NewText, Problem>,
) -> Result<ReplyItem, Problem> {
    let own = Own::lock(tx, by, kind, id).await?;
    let NewText { words: text, verdict } = input?;
    own.editable()?;
    if text.body == own.row.body {
        return store::visible_item(tx, kind, id, Some(by.id)).await;
    }
    let verdict = verdict?;
    let was_public = own.row.state == "live";
    let state = if verdict.is_held() && was_public { "hidden_pending" } else { own.row.state.as_str() };
    let revision = own.row.revision + 1;
    store::edit(tx, kind, id, &text.body, &text.html, state).await?;
    casework::text_edited(tx, kind.child(), id, revision).await?;
    if let Verdict::Hold { category, level, .. } = &verdict {
        casework::open_by_screening(tx, targets, kind.child(), id, revision, by.id, *category, *level).await?;
    }
    announce_change(tx, own.root, id, was_public, state == "live").await?;
    let item = store::visible_item(tx, kind, id, Some(by.id)).await?;
    Ok(match item {
        ReplyItem::Text(item) => ReplyItem::Text(Box::new(TextItem { advice: verdict.advice().to_vec(), ..*item })),
        gone @ ReplyItem::Gone(_) => gone,
    })
}

/// An author's deletion: the words are gone for everybody, the thread keeps its shape.
///
/// # Errors
/// 404 for anybody else.
pub(super) async fn delete(tx: &mut Tx, by: &Actor, kind: RootKind, id: Uuid) -> Result<(), Problem> {
    let own = Own::lock(tx, by, kind, id).await?;
    store::set_state(tx, own.row.id, "deleted").await?;
    let was_public = own.row.placed && matches!(own.row.state.as_str(), "live" | "redacted");
    announce_change(tx, own.root, own.row.id, was_public, false).await
}

/// Counts and announces after a text changed. What was never public and is not now changes nothing that others could see.
pub(super) async fn announce_change(
    tx: &mut Tx,
    root: Root,
    id: Uuid,
    was_public: bool,
    is_public: bool,
) -> Result<(), Problem> {
    let (topic, version) = match (was_public, is_public) {
        (false, false) => return Ok(()),
        (true, true) => (Topic::Surface, store::touch(tx, root).await?),
        (true, false) => (Topic::Withdrawn, store::recount(tx, root).await?),
        (false, true) => (Topic::Surface, store::recount(tx, root).await?),
    };
    tx.announce(Signal::new(topic, root.id, version).of_part(id));
    Ok(())
}
