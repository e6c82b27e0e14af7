//! Threads in plain HTML: what a visitor may see, readable without script.

use std::fmt::Write as _;

use actix_web::web::{self, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use uuid::Uuid;

use super::store;
use crate::discussion::plain::{PAGE, Words};
use crate::discussion::{self, Root, RootKind};
use crate::http::assets::{Plain, app_page, escape, plain_page};
use crate::http::{Answer, Lang, PageQuery, Problem};
use crate::infra::db::Db;

/// Registers the pages.
pub fn pages(config: &mut web::ServiceConfig) {
    config.route("/forum/t/{id}", web::get().to(show_thread));
}

async fn show_thread(db: Data<Db>, request: HttpRequest, id: Path<String>) -> Answer {
    let page = match Uuid::parse_str(&id) {
        Ok(id) => thread_page(&db, &request, id).await,
        Err(_) => Err(Problem::NotFound),
    };
    match page {
        // A members' thread is the app's to show; for anybody else there is nothing here.
        Err(Problem::NotFound) => Ok(app_page(false, Lang::of(&request))),
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
    // Conversations carry no words of theirs into previews: only who opens the page reads them.
    let page = Plain {
        title: words.title("plain.forum"),
        description: words.say("plain.forum.description"),
        path: thread.url.clone(),
        html,
        ..Plain::default()
    };
    let page = if words.with_boot {
        page.with_boot(&format!("/threads/{id}"), &thread)
            .with_boot(&format!("/threads/{id}/replies?limit={PAGE}"), &replies)
    } else {
        page
    };
    Ok(plain_page(&page, words.lang))
}
