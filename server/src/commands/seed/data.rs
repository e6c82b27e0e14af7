//! The files of `server/demo/`, as its README describes them.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::oversight::YearCounts;

#[derive(Deserialize)]
pub struct Account {
    pub key: String,
    pub pseudonym: String,
    pub roles: Vec<String>,
    pub trusted: bool,
    pub certificates: Vec<String>,
    pub age: i32,
    pub consented: bool,
    pub joined_minutes_ago: i64,
    pub ask_me_about: Option<String>,
    pub login: bool,
}

#[derive(Deserialize)]
pub struct Board {
    pub slug: String,
    pub title: String,
    pub description: String,
    pub members_only: bool,
}

#[derive(Deserialize)]
pub struct Answer {
    pub key: String,
    pub author: String,
    pub parent: Option<String>,
    pub minutes_ago: i64,
    pub body: String,
}

#[derive(Deserialize)]
pub struct Thread {
    pub key: String,
    pub board: String,
    pub author: String,
    pub title: String,
    pub body: String,
    pub reply_wish: Option<String>,
    pub content_note: Option<String>,
    pub minutes_ago: i64,
    pub replies: Vec<Answer>,
}

#[derive(Deserialize)]
pub struct Post {
    pub key: String,
    pub title: String,
    pub author: String,
    pub tags: Vec<String>,
    pub content_note: Option<String>,
    pub blocks: Vec<String>,
    pub minutes_ago: i64,
    #[serde(default)]
    pub comments: Vec<Answer>,
}

#[derive(Deserialize)]
pub struct Room {
    pub slug: String,
    pub name: String,
    pub description: String,
    pub always_open: bool,
    pub opening: Vec<Value>,
    pub hosts: Vec<String>,
    pub messages: Vec<Answer>,
}

#[derive(Deserialize)]
pub struct Moderation {
    pub submissions: Vec<Post>,
    pub cases: Vec<Case>,
}

#[derive(Deserialize)]
pub struct Case {
    pub target: Target,
    pub reports: Vec<Report>,
    pub decision: Option<Decision>,
}

#[derive(Deserialize)]
pub struct Target {
    pub kind: String,
    pub key: String,
}

#[derive(Deserialize)]
pub struct Report {
    pub reporter: Option<String>,
    pub reason: String,
    pub note: Option<String>,
    pub minutes_ago: i64,
}

#[derive(Deserialize)]
pub struct Decision {
    pub by: String,
    pub minutes_ago: i64,
    pub action: String,
    pub rule: Option<String>,
    pub statement: String,
    pub redactions: Vec<Redaction>,
    pub sanction: Option<Sanction>,
}

#[derive(Deserialize)]
pub struct Redaction {
    pub text: String,
    pub replacement: Option<String>,
}

#[derive(Deserialize)]
pub struct Sanction {
    pub kind: String,
    pub days: Option<i64>,
}

/// How a moderator answered practice cases of the month in which the demo is loaded.
#[derive(Deserialize)]
pub struct Practice {
    pub by: String,
    /// Places of the cases, from 0, with what was answered to them.
    pub answers: Vec<PracticeAnswer>,
}

#[derive(Deserialize)]
pub struct PracticeAnswer {
    pub case: usize,
    pub category: String,
    pub level: u8,
    pub action: String,
}

/// A year that is over, in invented numbers.
#[derive(Deserialize)]
pub struct Year {
    pub years_ago: i32,
    pub counts: YearCounts,
}

#[derive(Deserialize)]
pub struct Training {
    /// Who has taken which course, and when.
    pub passed: Vec<Passed>,
    pub practice: Vec<Practice>,
    pub years: Vec<Year>,
}

#[derive(Deserialize)]
pub struct Passed {
    pub by: String,
    pub course: String,
    pub minutes_ago: i64,
}

#[derive(Deserialize)]
pub struct Words {
    /// What every demo account signs in with.
    pub password: String,
    /// What a moderator says to a post that is approved while loading.
    pub approval: String,
    /// What a moderator says to a text that screening held without need.
    pub release: String,
}

/// Everything there is.
pub struct Demo {
    pub accounts: Vec<Account>,
    pub boards: Vec<Board>,
    pub threads: Vec<Thread>,
    pub posts: Vec<Post>,
    pub rooms: Vec<Room>,
    pub moderation: Moderation,
    pub training: Training,
    pub words: Words,
}

fn parse<T: DeserializeOwned>(name: &str, text: &str) -> anyhow::Result<T> {
    serde_json::from_str(text).map_err(|error| anyhow::anyhow!("server/demo/{name}: {error}"))
}

impl Demo {
    /// Reads the embedded files.
    pub fn read() -> anyhow::Result<Self> {
        Ok(Self {
            accounts: parse("accounts.json", include_str!("../../../demo/accounts.json"))?,
            boards: parse("boards.json", include_str!("../../../demo/boards.json"))?,
            threads: parse("threads.json", include_str!("../../../demo/threads.json"))?,
            posts: parse("posts.json", include_str!("../../../demo/posts.json"))?,
            rooms: parse("rooms.json", include_str!("../../../demo/rooms.json"))?,
            moderation: parse("moderation.json", include_str!("../../../demo/moderation.json"))?,
            training: parse("training.json", include_str!("../../../demo/training.json"))?,
            words: parse("words.json", include_str!("../../../demo/words.json"))?,
        })
    }
}
