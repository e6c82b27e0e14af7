//! A notification in words.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::store::NoticeRow;
use crate::http::Lang;

/// What a person is told.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoticeView {
    /// The notification.
    pub id: Uuid,
    /// Code of what happened.
    pub kind: String,
    /// In a few words.
    pub title: String,
    /// In one or two sentences.
    pub body: String,
    /// Page it leads to.
    pub url: Option<String>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When it was read.
    pub read_at: Option<DateTime<Utc>>,
}

/// A page of notifications.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoticePage {
    /// The newest first.
    pub items: Vec<NoticeView>,
    /// Give it as `after` for the next page.
    pub next: Option<String>,
    /// How many are not read yet, on every page together.
    pub unread: i64,
}

/// How many are not read yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnreadView {
    /// Their number.
    pub unread: i64,
}

/// Which notifications were read.
#[derive(Deserialize, ToSchema)]
pub struct ReadNotices {
    /// These; all of them when left out.
    pub ids: Option<Vec<Uuid>>,
}

impl NoticeView {
    pub(super) fn of(row: NoticeRow, lang: Lang) -> Self {
        let say = |part: &str| lang.say(&format!("notice.{}.{part}", row.kind), &[]);
        let mut body = say("body");
        let more = [
            row.params.get("help").and_then(Value::as_bool).filter(|help| *help).map(|_| "notice.help".to_owned()),
            text(&row.params, "/sanction/kind")
                .filter(|kind| !row.kind.ends_with(kind))
                .map(|kind| format!("notice.sanction.{kind}")),
        ];
        for key in more.into_iter().flatten() {
            body.push(' ');
            body.push_str(&lang.say(&key, &[]));
        }
        Self {
            title: say("title"),
            body,
            url: url(&row),
            id: row.id,
            kind: row.kind,
            created_at: row.created_at,
            read_at: row.read_at,
        }
    }
}

fn text<'a>(params: &'a Value, pointer: &str) -> Option<&'a str> {
    params.pointer(pointer).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// A decision leads to the page that tells why, a case to the desk, an answer to its place in the conversation, all else to
/// where it happened.
fn url(row: &NoticeRow) -> Option<String> {
    if row.kind == "reply" {
        return answer_url(&row.params);
    }
    if let Some(case) = text(&row.params, "/case") {
        return Some(format!("/moderering/{case}"));
    }
    if text(&row.params, "/decision").is_some() {
        return Some("/mig".to_owned());
    }
    text(&row.params, "/url").map(str::to_owned)
}

fn answer_url(params: &Value) -> Option<String> {
    let part = |root: &str, address: &str, child: &str| {
        let (root, child) = (text(params, root)?, text(params, child)?);
        Some(format!("{address}/{root}#{child}"))
    };
    part("/thread", "/forum/t", "/reply").or_else(|| part("/post", "/blog", "/comment"))
}
