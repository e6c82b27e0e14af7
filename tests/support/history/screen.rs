//! What one person has on the screen of a room, rebuilt from the frames of the live socket as a client does.

use std::collections::HashMap;
use std::time::Instant;

use serde_json::Value;
use uuid::Uuid;

use super::said::{is_whole, version_of};

/// A message on a screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// With its text, of which author's version.
    Text { html: Box<str>, version: u32 },
    /// Part of it was taken out; nothing is shown until the new text comes.
    Redacted,
    /// All of it was taken away.
    Gone,
}

/// A screen. It outlives connections.
#[derive(Clone, Debug)]
pub struct Screen {
    pub room: Uuid,
    /// Whose it is.
    pub author: Option<usize>,
    /// Whether it has followed the room from its first entry.
    is_complete: bool,
    /// Number of the last entry; none: another answer of the server decides.
    last: Option<i64>,
    texts: HashMap<Uuid, Shown>,
    /// Messages of which something was taken away.
    told: HashMap<Uuid, Shown>,
    /// When the present connection asked for what it missed.
    asked: Instant,
}

impl Screen {
    /// Of somebody who begins with the first entry of a room.
    pub fn new(room: Uuid, author: Option<usize>) -> Self {
        let (texts, told) = (HashMap::new(), HashMap::new());
        Self { room, author, is_complete: true, last: Some(0), texts, told, asked: Instant::now() }
    }

    /// A new connection asks for what followed [`Screen::last`].
    pub fn joins(&mut self) {
        self.asked = Instant::now();
    }

    pub fn asked(&self) -> Instant {
        self.asked
    }

    pub fn last(&self) -> Option<i64> {
        self.last
    }

    /// Too much was missed: it begins again behind `seq`.
    pub fn reset(&mut self, seq: Option<i64>) {
        *self = Self { last: seq, is_complete: false, ..Self::new(self.room, self.author) };
    }

    pub fn is_complete(&self) -> bool {
        self.is_complete
    }

    pub fn texts(&self) -> impl Iterator<Item = (&Uuid, &Shown)> {
        self.texts.iter()
    }

    /// Takes in a numbered frame; answers what is wrong with it.
    pub fn takes(&mut self, frame: &Value, seq: i64, id: Uuid) -> Vec<String> {
        let mut wrong = Vec::new();
        if self.last.is_some_and(|last| seq != last + 1) {
            wrong.push(format!("somebody saw {seq} after {:?}", self.last));
        }
        self.last = Some(seq);
        let kind = frame["type"].as_str().unwrap_or_default();
        if kind == "redacted" {
            let now = if frame["state"] == "redacted" { Shown::Redacted } else { Shown::Gone };
            self.told.insert(id, now.clone());
            self.texts.insert(id, now);
            return wrong;
        }
        let html = frame["body_html"].as_str().unwrap_or_default();
        let Some(version) = version_of(html) else {
            wrong.push(format!("{id} has another's text: {frame}"));
            return wrong;
        };
        // Authors keep what they wrote themselves; their own frames alone carry their word for the message.
        if !frame["client_id"].is_string() {
            match self.told.get(&id) {
                Some(Shown::Gone) => wrong.push(format!("{id} came back after it was taken away")),
                Some(_) if is_whole(html) => wrong.push(format!("what was taken out of {id} came back")),
                _ => {}
            }
        }
        match self.texts.get(&id) {
            Some(_) if kind == "message" => wrong.push(format!("{id} came twice")),
            None if kind != "message" && self.is_complete => wrong.push(format!("{id} was {kind} before it came")),
            Some(Shown::Text { version: shown, .. }) if version < *shown => {
                wrong.push(format!("{id} went back from text {shown} to text {version}"));
            }
            _ => {}
        }
        self.texts.insert(id, Shown::Text { html: html.into(), version });
        wrong
    }
}
