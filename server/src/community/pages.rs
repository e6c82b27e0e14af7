//! Help in plain HTML: whom to call must be readable without script.

use std::fmt::Write as _;

use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};
use diesel_async::RunQueryDsl;

use super::routes::read_page;
use super::store;
use super::views;
use crate::http::assets::{Plain, app_page, escape, plain_page};
use crate::http::{Lang, Problem};
use crate::infra::db::Db;

/// Registers the page.
pub fn pages(config: &mut web::ServiceConfig) {
    config.route("/hjaelp", web::get().to(show_help));
}

/// Help comes up also where the database does not answer: 112 stands in the shell.
async fn show_help(db: Data<Db>, request: HttpRequest) -> HttpResponse {
    help_page(&db, &request).await.unwrap_or_else(|_| app_page(true, &request))
}

async fn help_page(db: &Db, request: &HttpRequest) -> Result<HttpResponse, Problem> {
    let lang = Lang::of(request);
    let say = |key: &str| lang.say(key, &[]);
    let mut conn = db.read().await?;
    let community = store::get(&mut conn).await?;
    let lines: Vec<store::HelpLine> = store::HelpLines {}.load(&mut *conn).await?;
    let text = read_page(&mut conn, "pages/help", lang).await?;
    let zone = community.settings.zone();
    let mut html = format!("<h1>{}</h1>", say("plain.help"));
    for line in views::help_lines(lines, lang, zone, db.clock().now()) {
        let _ = write!(html, "<section><h2>{}</h2><p>{}</p>", escape(&line.name), escape(&line.about));
        if let Some(state) = line.state {
            let _ = write!(html, "<p><strong>{}</strong></p>", say(&format!("plain.help.{state}")));
        }
        for detail in [&line.hours, &line.ages].into_iter().flatten() {
            let _ = write!(html, "<p>{}</p>", escape(detail));
        }
        if let Some(number) = &line.number {
            let digits: String = number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
            let call = lang.say("plain.call", &[("number", number)]);
            let _ = write!(html, "<p><a class=\"btn\" href=\"tel:{digits}\">{}</a></p>", escape(&call));
        }
        if let Some(url) = &line.url {
            let _ = write!(html, "<p><a href=\"{0}\" rel=\"noreferrer noopener\">{0}</a></p>", escape(url));
        }
        html.push_str("</section>");
    }
    let _ = write!(html, "<div class=\"prose\">{}</div>", text.body_html);
    let page = Plain {
        title: format!("{} · {}", say("plain.help"), community.settings.short_name),
        description: say("plain.help.description"),
        path: "/hjaelp".to_owned(),
        html,
        ..Plain::default()
    };
    Ok(plain_page(&page, request))
}
