//! The front page, the blog and its posts in plain HTML: what a visitor may see, readable without script.

use std::fmt::Write as _;

use actix_web::web::{self, Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use super::store;
use super::views::{PostPage, PostSummary};
use crate::discussion::plain::{PAGE, Words};
use crate::discussion::{self, Root, RootKind};
use crate::http::assets::{Plain, app_page, escape, plain_page};
use crate::http::page::query_value;
use crate::http::{Answer, Page, PageQuery, Problem};
use crate::infra::db::Db;
use crate::infra::markdown;

/// Posts on the front page: as many as the app asks for.
const FRONT_POSTS: i64 = 5;
/// Posts on one page of the blog: as many as the app asks for.
const BLOG_POSTS: i64 = 30;
/// Characters of a description.
const DESCRIPTION_MAX: usize = 160;

/// Registers the pages.
pub fn pages(config: &mut web::ServiceConfig) {
    config
        .route("/", web::get().to(show_front))
        .route("/blog", web::get().to(show_blog))
        .route("/blog/{slug}", web::get().to(show_post));
}

async fn show_front(db: Data<Db>, request: HttpRequest) -> Answer {
    let mut conn = db.read().await?;
    let words = Words::of(&request, &mut conn).await?;
    let version = store::front_version(&mut conn).await?;
    let Page { items, next } = store::list_published(&mut conn, None, &PageQuery::of(FRONT_POSTS, None)).await?;
    let mut html = format!("<h1>{}</h1><h2>{}</h2>", escape(&words.name), words.say("plain.newest"));
    if items.is_empty() {
        let _ = write!(html, "<p>{}</p>", words.say("plain.newest.empty"));
    }
    write_cards(&mut html, &words, &items, "h3");
    let page = Plain {
        title: words.short_name.clone(),
        description: words.lang.say("plain.front.description", &[("name", &words.name)]),
        preview_title: words.name.clone(),
        path: "/".to_owned(),
        html,
        boot: serde_json::Map::new(),
    };
    let page = if words.with_boot {
        page.with_boot(&format!("/posts?limit={FRONT_POSTS}"), &PostPage { items, next, version })
    } else {
        page
    };
    Ok(plain_page(&page, &request))
}

fn write_cards(html: &mut String, words: &Words, items: &[PostSummary], heading: &str) {
    for post in items {
        let _ = write!(
            html,
            "<article><{heading}><a href=\"{}\">{}</a></{heading}>{}{}<p>{}</p></article>",
            escape(&post.url),
            escape(&post.title),
            words.byline(post.author.as_ref(), post.published_at, false),
            words.note(post.content_note.as_deref()),
            escape(&post.excerpt)
        );
    }
}

async fn show_blog(db: Data<Db>, request: HttpRequest) -> Answer {
    let mut conn = db.read().await?;
    let words = Words::of(&request, &mut conn).await?;
    let tag = query_value(&request, "emne")?.map(|tag| tag.trim().to_lowercase());
    let (all, path) = (tag.is_none(), with_topic(request.query_string()));
    let version = store::front_version(&mut conn).await?;
    let Page { items, next } =
        store::list_published(&mut conn, tag, &PageQuery::of(BLOG_POSTS, words.after.clone())).await?;
    let mut html = format!("<h1>{}</h1>", words.say("plain.blog"));
    if items.is_empty() {
        let _ = write!(html, "<p>{}</p>", words.say("plain.newest.empty"));
    }
    write_cards(&mut html, &words, &items, "h2");
    html.push_str(&words.further(next.as_deref(), &path));
    let page = Plain {
        title: words.title("plain.blog"),
        description: words.say("plain.blog.description"),
        path,
        html,
        ..Plain::default()
    };
    let page = if words.with_boot && all { page.with_boot("/posts", &PostPage { items, next, version }) } else { page };
    Ok(plain_page(&page, &request))
}

/// The address of the blog, or of the topic that a query asks for.
fn with_topic(query: &str) -> String {
    let topic = query.split('&').find(|pair| pair.starts_with("emne="));
    topic.map_or_else(|| "/blog".to_owned(), |topic| format!("/blog?{topic}"))
}

async fn show_post(db: Data<Db>, request: HttpRequest, slug: Path<String>) -> Answer {
    match post_page(&db, &request, &slug).await {
        // Drafts of a signed-in author are the app's to show; for anybody else there is nothing here.
        Err(Problem::NotFound) => Ok(app_page(false, &request)),
        other => other,
    }
}

async fn post_page(db: &Db, request: &HttpRequest, slug: &str) -> Result<HttpResponse, Problem> {
    let mut conn = db.read().await?;
    let post = store::get_post(&mut conn, slug, None, db.clock().now()).await?;
    let words = Words::of(request, &mut conn).await?;
    let query = PageQuery::of(PAGE, words.after.clone());
    let comments = discussion::list(&mut conn, Root::new(RootKind::Post, post.id), None, &query).await?;
    let mut html = format!(
        "<article><h1>{}</h1>{}{}<div class=\"prose\">{}</div>",
        escape(&post.title),
        words.byline(post.author.as_ref(), post.published_at, post.edited_at.is_some()),
        words.note(post.content_note.as_deref()),
        post.body_html
    );
    if !post.tags.is_empty() {
        let _ = write!(html, "<p class=\"tags\">{}</p>", escape(&post.tags.join(", ")));
    }
    html.push_str("</article>");
    html.push_str(&words.discussion("plain.comments", &comments, &post.url));
    let page = Plain {
        title: words.title("plain.blog"),
        // A text with a content note does not show its first words where nobody asked for them.
        description: match post.content_note {
            Some(_) => words.say("plain.blog.description"),
            None => markdown::excerpt(&post.body_html, DESCRIPTION_MAX),
        },
        preview_title: post.title.clone(),
        path: post.url.clone(),
        html,
        boot: serde_json::Map::new(),
    };
    let page = if words.with_boot {
        page.with_boot(&format!("/posts/{slug}"), &post)
            .with_boot(&format!("/posts/{}/comments?limit={PAGE}", post.id), &comments)
    } else {
        page
    };
    Ok(plain_page(&page, request))
}
