//! Boards and threads in plain HTML: what a visitor may see, readable without script.

use std::fmt::Write as _;

use actix_web::web::{self, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use uuid::Uuid;

use super::store;
use super::views::ThreadPage;
use crate::discussion::plain::{PAGE, Words};
use crate::discussion::{self, Root, RootKind};
use crate::http::assets::{Plain, app_page, escape, plain_page};
use crate::http::{Answer, Page, PageQuery, Problem};
use crate::infra::db::Db;

/// Threads of a board on one page: as many as the app asks for.
const BOARD_THREADS: i64 = 30;

/// Registers the pages.
pub fn pages(config: &mut web::ServiceConfig) {
    config
        .route("/forum", web::get().to(show_forum))
        .route("/forum/{slug}", web::get().to(show_board))
        .route("/forum/t/{id}", web::get().to(show_thread));
}

async fn show_forum(db: Data<Db>, request: HttpRequest) -> Answer {
    let mut conn = db.read().await?;
    let words = Words::of(&request, &mut conn).await?;
    let items = store::list_boards(&mut conn, None).await?;
    let mut html = format!("<h1>{}</h1>", words.say("plain.forum"));
    for board in &items {
        let _ = write!(
            html,
            "<section><h2><a href=\"/forum/{}\">{}</a></h2><p>{}</p></section>",
            escape(&board.slug),
            escape(&board.title),
            escape(&board.description)
        );
    }
    let page = forum_page(&words, "/forum".to_owned(), html);
    let page = if words.with_boot { page.with_boot("/boards", &Page { items, next: None }) } else { page };
    Ok(plain_page(&page, &request))
}

async fn show_board(db: Data<Db>, request: HttpRequest, slug: Path<String>) -> Answer {
    match board_page(&db, &request, &slug).await {
        // A members' board is the app's to show; for anybody else there is nothing here.
        Err(Problem::NotFound) => Ok(app_page(false, &request)),
        other => other,
    }
}

async fn board_page(db: &Db, request: &HttpRequest, slug: &str) -> Result<HttpResponse, Problem> {
    let mut conn = db.read().await?;
    let board = store::get_board(&mut conn, None, slug).await?;
    let words = Words::of(request, &mut conn).await?;
    let query = PageQuery::of(BOARD_THREADS, words.after.clone());
    let Page { items, next } = store::list_threads(&mut conn, board.id, None, &query).await?;
    let mut html = format!("<h1>{}</h1><p>{}</p>", escape(&board.title), escape(&board.description));
    for thread in &items {
        let _ = write!(
            html,
            "<article><h2><a href=\"{}\">{}</a></h2>{}{}</article>",
            escape(&thread.url),
            escape(&thread.title),
            words.byline(thread.author.as_ref(), Some(thread.created_at), false),
            words.note(thread.content_note.as_deref())
        );
    }
    let path = format!("/forum/{slug}");
    html.push_str(&words.further(next.as_deref(), &path));
    let page = forum_page(&words, path, html);
    let page = if words.with_boot {
        let version = board.version;
        page.with_boot(&format!("/boards/{slug}"), &board)
            .with_boot(&format!("/boards/{slug}/threads"), &ThreadPage { items, next, version })
    } else {
        page
    };
    Ok(plain_page(&page, request))
}

/// A page of the forum. Conversations carry no words of theirs into previews: only who opens the page reads them.
fn forum_page(words: &Words, path: String, html: String) -> Plain {
    Plain {
        title: words.title("plain.forum"),
        description: words.say("plain.forum.description"),
        path,
        html,
        ..Plain::default()
    }
}

async fn show_thread(db: Data<Db>, request: HttpRequest, id: Path<String>) -> Answer {
    let page = match Uuid::parse_str(&id) {
        Ok(id) => thread_page(&db, &request, id).await,
        Err(_) => Err(Problem::NotFound),
    };
    match page {
        // A members' thread is the app's to show; for anybody else there is nothing here.
        Err(Problem::NotFound) => Ok(app_page(false, &request)),
        other => other,
    }
}

async fn thread_page(db: &Db, request: &HttpRequest, id: Uuid) -> Result<HttpResponse, Problem> {
    let mut conn = db.read().await?;
    let thread = store::get_thread(&mut conn, id, None).await?;
    let words = Words::of(request, &mut conn).await?;
    let query = PageQuery::of(PAGE, words.after.clone());
    let replies = discussion::list(&mut conn, Root::new(RootKind::Thread, id), None, &query).await?;
    let mut html = format!(
        "<p>{}</p><article><h1>{}</h1>{}{}",
        escape(&thread.board_title),
        escape(&thread.title),
        words.byline(thread.author.as_ref(), Some(thread.created_at), thread.edited_at.is_some()),
        words.note(thread.content_note.as_deref())
    );
    if let Some(wish) = &thread.reply_wish {
        let _ = write!(html, "<p class=\"wish\">{}</p>", words.say(&format!("plain.wish.{wish}")));
    }
    let _ = write!(html, "<div class=\"prose\">{}</div></article>", thread.body_html);
    html.push_str(&words.discussion("plain.replies", &replies, &thread.url));
    if thread.locked {
        let _ = write!(html, "<p>{}</p>", words.say("plain.locked"));
    }
    let page = forum_page(&words, thread.url.clone(), html);
    let page = if words.with_boot {
        page.with_boot(&format!("/threads/{id}"), &thread)
            .with_boot(&format!("/threads/{id}/replies?limit={PAGE}"), &replies)
    } else {
        page
    };
    Ok(plain_page(&page, request))
}
