//! Texts as plain HTML, for pages that read without script. Everything that people wrote is sanitised or escaped.

use std::collections::HashMap;
use std::fmt::Write as _;

use actix_web::HttpRequest;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::author::AuthorView;
use super::views::ReplyItem;
use crate::community;
use crate::http::assets::escape;
use crate::http::guard::SESSION_COOKIE;
use crate::http::page::query_value;
use crate::http::{Lang, Page, Problem};
use crate::infra::db::Conn;

/// Texts on one page: as many as the app asks for, so that both show the same.
pub const PAGE: i64 = 100;

/// What a plain page needs to know of its reader and of the community.
pub struct Words {
    /// Language of the words around the texts.
    pub lang: Lang,
    /// Neutral name for titles.
    pub short_name: String,
    /// Name of the community.
    pub name: String,
    zone: chrono_tz::Tz,
    /// Whether the page carries data for the app: not for somebody signed in, who may see more than a visitor.
    pub with_boot: bool,
    /// Where the list begins (`?after=`).
    pub after: Option<String>,
}

impl Words {
    /// Reads them for a request.
    ///
    /// # Errors
    /// 400 for a query string that cannot be read; when the database fails.
    pub async fn of(request: &HttpRequest, conn: &mut Conn) -> Result<Self, Problem> {
        let community = community::get(conn).await?;
        let after = query_value(request, "after")?;
        Ok(Self {
            lang: Lang::of(request),
            short_name: community.settings.short_name,
            name: community.name,
            zone: community.settings.time_zone.parse().unwrap_or(chrono_tz::Europe::Copenhagen),
            with_boot: after.is_none() && request.cookie(SESSION_COOKIE).is_none(),
            after,
        })
    }

    /// A word of the catalogue.
    #[must_use]
    pub fn say(&self, key: &str) -> String {
        self.lang.say(key, &[])
    }

    /// `<title>`: the section and the neutral name, never what somebody wrote.
    #[must_use]
    pub fn title(&self, section: &str) -> String {
        format!("{} · {}", self.say(section), self.short_name)
    }

    /// Who wrote a text, and when.
    #[must_use]
    pub fn byline(&self, author: Option<&AuthorView>, at: Option<DateTime<Utc>>, edited: bool) -> String {
        let name = author.map_or_else(|| self.say("plain.someone"), |author| author.name.clone());
        let mut html = format!("<p class=\"by\"><strong>{}</strong>", escape(&name));
        if let Some(at) = at {
            let day = at.with_timezone(&self.zone).format(&self.say("plain.date")).to_string();
            let _ = write!(html, " <time datetime=\"{}\">{}</time>", at.to_rfc3339(), escape(&day));
        }
        if edited {
            let _ = write!(html, " · {}", self.say("plain.edited"));
        }
        html + "</p>"
    }

    /// What to know before reading.
    #[must_use]
    pub fn note(&self, note: Option<&str>) -> String {
        note.map_or_else(String::new, |note| {
            format!("<p class=\"note\"><strong>{}: {}</strong></p>", self.say("plain.note"), escape(note))
        })
    }

    /// Texts in thread order under a heading, and the way to those after them.
    #[must_use]
    pub fn discussion(&self, heading: &str, page: &Page<ReplyItem>, path: &str) -> String {
        let names: HashMap<Uuid, &str> = page.items.iter().filter_map(written_by).collect();
        let mut html = format!("<section><h2>{}</h2><ol class=\"plain\">", self.say(heading));
        for item in &page.items {
            match item {
                ReplyItem::Gone(gone) => {
                    let _ =
                        write!(html, "<li id=\"{}\"><p class=\"gone\">{}</p></li>", gone.id, self.say("plain.gone"));
                }
                ReplyItem::Text(text) => {
                    let answered = text.parent_id.and_then(|parent| names.get(&parent));
                    let to = answered.map_or_else(String::new, |name| {
                        format!("<p class=\"to\">{}</p>", escape(&self.lang.say("plain.reply_to", &[("name", name)])))
                    });
                    let by = self.byline(text.author.as_ref(), Some(text.created_at), text.edited_at.is_some());
                    let _ = write!(
                        html,
                        "<li><article id=\"{}\">{by}{to}<div class=\"prose\">{}</div></article></li>",
                        text.id, text.body_html
                    );
                }
            }
        }
        html + "</ol>" + &self.further(page.next.as_deref(), path) + "</section>"
    }

    /// The way to what comes after a page of a list at `path`.
    #[must_use]
    pub fn further(&self, next: Option<&str>, path: &str) -> String {
        next.map_or_else(String::new, |next| {
            let mark = if path.contains('?') { '&' } else { '?' };
            let href = escape(&format!("{path}{mark}after={next}"));
            format!("<p><a href=\"{href}\">{}</a></p>", self.say("plain.more"))
        })
    }
}

fn written_by(item: &ReplyItem) -> Option<(Uuid, &str)> {
    match item {
        ReplyItem::Text(text) => text.author.as_ref().map(|author| (text.id, author.name.as_str())),
        ReplyItem::Gone(_) => None,
    }
}
