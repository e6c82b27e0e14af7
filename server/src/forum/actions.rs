//! What members and staff do to boards and threads. Each works in the transaction of its caller.

use serde_json::json;
use uuid::Uuid;

use super::board::{BoardChange, NewBoard};
use super::gate::{OpenBoard, OwnThread};
use super::store::{self, Edited};
use super::thread::{self, NewThread, ThreadChange};
use super::views::{BoardView, ThreadView};
use crate::access::Actor;
use crate::audit::{self, Idempotency, Once};
use crate::casework::{self, TargetKind, Targets};
use crate::discussion::{self, Root, RootKind};
use crate::http::Problem;
use crate::http::limits::{Limited, Limits};
use crate::infra::bus::{Signal, Topic};
use crate::infra::db::Tx;
use crate::infra::ids::{self, BoardId};
use crate::infra::markdown;
use crate::screening::{Screening, Verdict};

/// Makes a board.
pub(super) async fn create_board(
    tx: &mut Tx,
    by: &Actor,
    idempotency: Idempotency,
    board: &NewBoard,
) -> Result<BoardView, Problem> {
    let once = idempotency.begin(tx, by.id, &board.request).await?;
    if let Once::First(_) = &once {
        let id = BoardId(ids::ordered());
        store::insert_board(tx, id, board).await?;
        audit::append(tx, Some(by.id), "board_created", "board", Some(id.0), json!({})).await?;
        once.done(tx, by.id, 201, id.0).await?;
    }
    store::get_board(tx, Some(by.id), &board.slug).await
}

/// Changes a board. One that closes to visitors closes on their open screens too.
pub(super) async fn change_board(
    tx: &mut Tx,
    by: &Actor,
    slug: &str,
    change: &BoardChange,
) -> Result<BoardView, Problem> {
    let before = store::get_board(tx, Some(by.id), slug).await?;
    let after = store::update_board(tx, slug, change).await?;
    let closes = change.members_only == Some(true) && !before.members_only;
    let topic = if closes { Topic::Withdrawn } else { Topic::Surface };
    tx.announce(Signal::new(topic, after.id, after.version));
    if closes {
        for (thread, version) in store::recent_threads(tx, after.id).await? {
            tx.announce(Signal::new(Topic::Withdrawn, thread, version));
        }
    }
    audit::append(
        tx,
        Some(by.id),
        "board_changed",
        "board",
        Some(after.id.0),
        json!({ "members_only": change.members_only }),
    )
    .await?;
    store::get_board(tx, Some(by.id), slug).await
}

/// Opens a thread: limit, key, screening, then stored and announced, or held.
pub(super) async fn open_thread(
    tx: &mut Tx,
    by: &Actor,
    board: &OpenBoard,
    (thread, verdict): (NewThread, Result<Verdict, Problem>),
    (limits, targets, idempotency): (&Limits, &Targets, Idempotency),
) -> Result<ThreadView, Problem> {
    limits.count_account(Limited::Thread, by.id.0)?;
    let once = idempotency.begin(tx, by.id, &thread.request).await?;
    if let Once::Repeat(id) = once {
        return store::get_thread(tx, id, Some(by.id)).await;
    }
    let verdict = verdict?;
    let id = ids::ordered();
    let state = if verdict.is_held() { "hidden_pending" } else { "live" };
    store::insert_thread(tx, id, board.0.id, by.id, &thread, state).await?;
    if let Verdict::Hold { category, level, .. } = &verdict {
        casework::open_by_screening(tx, targets, TargetKind::Thread, id, 1, by.id, *category, *level).await?;
    } else {
        announce_board(tx, board.0.id, id, Topic::Surface).await?;
    }
    once.done(tx, by.id, 201, id).await?;
    let view = store::get_thread(tx, id, Some(by.id)).await?;
    Ok(ThreadView { advice: verdict.advice().to_vec(), ..view })
}

/// An author's change of an own thread; earlier words stay as a revision.
pub(super) async fn edit_thread(
    tx: &mut Tx,
    by: &Actor,
    own: &OwnThread,
    change: ThreadChange,
    (targets, screening): (&Targets, &Screening),
) -> Result<ThreadView, Problem> {
    own.editable()?;
    let old = &own.0;
    let title = change.title.as_ref().unwrap_or(&old.title);
    let body = change.body.as_ref().unwrap_or(&old.body);
    let note = change.content_note.unwrap_or_else(|| old.content_note.clone());
    let wish = change.reply_wish.map_or_else(|| old.reply_wish.clone(), |wish| wish.map(|wish| wish.code().to_owned()));
    if *title == old.title && *body == old.body && note == old.content_note && wish == old.reply_wish {
        return store::get_thread(tx, old.id, Some(by.id)).await;
    }
    let verdict = thread::screen(screening, title, body, note.as_deref(), change.confirmed)?;
    let was_public = old.state == "live";
    let state = if verdict.is_held() && was_public { "hidden_pending" } else { old.state.as_str() };
    let html = markdown::render(body);
    store::edit_thread(tx, old.id, Edited { title, body, html: &html, reply_wish: wish, content_note: note, state })
        .await?;
    let revision = old.revision + 1;
    casework::text_edited(tx, TargetKind::Thread, old.id, revision).await?;
    if let Verdict::Hold { category, level, .. } = &verdict {
        casework::open_by_screening(tx, targets, TargetKind::Thread, old.id, revision, by.id, *category, *level)
            .await?;
    }
    if was_public {
        let topic = if state == "live" { Topic::Surface } else { Topic::Withdrawn };
        let version = discussion::touch(tx, Root::new(RootKind::Thread, old.id)).await?;
        announce(tx, old.id, version, old.board_id, topic).await?;
    }
    let view = store::get_thread(tx, old.id, Some(by.id)).await?;
    Ok(ThreadView { advice: verdict.advice().to_vec(), ..view })
}

/// An author's deletion of an own thread.
pub(super) async fn delete_thread(tx: &mut Tx, own: &OwnThread) -> Result<(), Problem> {
    let version = store::set_state(tx, own.0.id, "deleted").await?;
    if matches!(own.0.state.as_str(), "live" | "redacted") {
        announce(tx, own.0.id, version, own.0.board_id, Topic::Withdrawn).await?;
    }
    Ok(())
}

/// Closes a thread for new replies, or opens it again.
pub(super) async fn lock_thread(tx: &mut Tx, by: &Actor, id: Uuid, locked: bool) -> Result<ThreadView, Problem> {
    let before = store::get_thread(tx, id, Some(by.id)).await?;
    if before.locked == locked {
        return Ok(before);
    }
    let version = store::set_lock(tx, id, locked).await?;
    tx.announce(Signal::new(Topic::Surface, id, version));
    let act = if locked { "thread_locked" } else { "thread_unlocked" };
    audit::append(tx, Some(by.id), act, "thread", Some(id), json!({})).await?;
    store::get_thread(tx, id, Some(by.id)).await
}

/// Announces a thread and the board that lists it.
pub(super) async fn announce(
    tx: &mut Tx,
    thread: Uuid,
    version: i64,
    board: BoardId,
    topic: Topic,
) -> Result<(), Problem> {
    tx.announce(Signal::new(topic, thread, version));
    announce_board(tx, board, thread, topic).await
}

async fn announce_board(tx: &mut Tx, board: BoardId, thread: Uuid, topic: Topic) -> Result<(), Problem> {
    let version = store::touch_board(tx, board).await?;
    tx.announce(Signal::new(topic, board, version).of_part(thread));
    Ok(())
}
