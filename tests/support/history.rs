//! A checker: what the server promised, what everybody saw, and what is stored. It finds a lost or doubled message, a gap,
//! two orders, an author whose messages were turned round, a change that not everybody has, and a text that came back.

mod said;
mod screen;
#[cfg(test)]
mod tests;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use serde_json::Value;
use uuid::Uuid;

pub use said::{MASK, SECRET, text_of};
use said::{is_whole, secret_of, version_of};
pub use screen::{Screen, Shown};

/// One entry of a room's sequence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stored {
    pub room: Uuid,
    pub seq: i64,
    /// The message that it is about.
    pub id: Uuid,
    /// Its author's word for it, of the message's own entry only.
    pub client_id: Option<Uuid>,
    /// The text that everybody in the room may read; none: it was taken away.
    pub html: Option<String>,
}

#[derive(Clone, Copy, Default)]
pub struct Figures {
    pub acked: usize,
    pub edited: usize,
    pub deleted: usize,
    /// Hidden or redacted by a moderator.
    pub moderated: usize,
    pub busy: usize,
    pub resumes: usize,
    pub longest_wait: Duration,
}

/// How a text was taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// By its author.
    Deleted,
    /// By a moderator.
    Hidden,
    /// By a moderator, and only the secret in it.
    Redacted,
}

/// What an author has done with a message. Places are numbers of one count for everybody.
struct Written {
    author: usize,
    /// When it was first sent.
    first: u64,
    /// When it was sent again after the server had refused it; else as `first`.
    last: u64,
    /// The newest text that the author asked for, and the newest one that the server took.
    tried: u32,
    edited: u32,
}

/// The record of everything.
#[derive(Default)]
pub struct History {
    count: Cell<u64>,
    written: RefCell<HashMap<Uuid, Written>>,
    acked: RefCell<HashMap<Uuid, (i64, Uuid)>>,
    seen: RefCell<BTreeMap<(Uuid, i64), Uuid>>,
    taken: RefCell<HashMap<Uuid, (Taken, Instant)>>,
    figures: Cell<Figures>,
    problems: RefCell<Vec<String>>,
}

impl History {
    /// Figures count from here.
    pub fn begin(&self) {
        self.figures.set(Figures::default());
    }

    pub fn figures(&self) -> Figures {
        self.figures.get()
    }

    pub fn count(&self, change: impl FnOnce(&mut Figures)) {
        let mut figures = self.figures.get();
        change(&mut figures);
        self.figures.set(figures);
    }

    pub fn problem(&self, what: String) {
        self.problems.borrow_mut().push(what);
    }

    pub fn take_problems(&self) -> Vec<String> {
        self.problems.take()
    }

    /// Somebody sends a message for the first time, or again because the server has refused it. Not: again because it
    /// was not answered, which keeps its place.
    pub fn sends(&self, author: usize, client_id: Uuid) {
        let now = self.count.get() + 1;
        self.count.set(now);
        let mut written = self.written.borrow_mut();
        written.entry(client_id).or_insert(Written { author, first: now, last: now, tried: 1, edited: 1 }).last = now;
    }

    /// The server has said that a message is stored. Said again, it must be the same.
    pub fn acked(&self, client_id: Uuid, seq: i64, id: Uuid) {
        if let Some(before) = self.acked.borrow_mut().insert(client_id, (seq, id))
            && before != (seq, id)
        {
            self.problem(format!("{client_id} was acknowledged as {before:?} and as {:?}", (seq, id)));
        }
    }

    /// Its author asks for another text of a message; the text, and its version for [`History::edited`].
    pub fn edits(&self, client_id: Uuid) -> (String, u32) {
        let mut written = self.written.borrow_mut();
        let version = written.get_mut(&client_id).map_or(1, |written| {
            written.tried += 1;
            written.tried
        });
        (text_of(client_id, version), version)
    }

    /// And was told that everybody has it from now on.
    pub fn edited(&self, client_id: Uuid, version: u32) {
        if let Some(written) = self.written.borrow_mut().get_mut(&client_id) {
            written.edited = written.edited.max(version);
        }
        self.count(|figures| figures.edited += 1);
    }

    /// Somebody has taken a message away, or something out of it, and was told so.
    pub fn taken(&self, id: Uuid, how: Taken) {
        self.taken.borrow_mut().entry(id).or_insert((how, Instant::now()));
        self.count(|figures| match how {
            Taken::Deleted => figures.deleted += 1,
            Taken::Hidden | Taken::Redacted => figures.moderated += 1,
        });
    }

    /// A numbered frame came to a screen: everybody must see the same message under its number, and nobody what was gone
    /// before the screen asked for it.
    pub fn came(&self, screen: &mut Screen, frame: &Value) {
        let id = frame["id"].as_str().and_then(|id| id.parse::<Uuid>().ok());
        let (Some(seq), Some(id)) = (frame["seq"].as_i64(), id) else {
            return self.problem(format!("a frame has no number or no message: {frame}"));
        };
        screen.takes(frame, seq, id).into_iter().for_each(|wrong| self.problem(wrong));
        let first = *self.seen.borrow_mut().entry((screen.room, seq)).or_insert(id);
        if first != id {
            self.problem(format!("number {seq} of {} is {first} for some and {id} for others", screen.room));
        }
        let is_own = frame["client_id"].is_string();
        if let (Some(html), Some((how, since)), false) =
            (frame["body_html"].as_str(), self.taken.borrow().get(&id), is_own)
            && *since < screen.asked()
            && (*how != Taken::Redacted || is_whole(html))
        {
            self.problem(format!("{id} was {how:?}, and its text came to somebody who joined later"));
        }
    }

    /// What is stored, beside what was promised and seen, and what is on each screen.
    pub fn compare<'a>(
        &self,
        stored: &[Stored],
        newest: &HashMap<Uuid, i64>,
        screens: impl IntoIterator<Item = &'a Screen>,
    ) {
        let mut messages: HashMap<Uuid, &Stored> = HashMap::new();
        let mut numbers: HashMap<Uuid, Vec<i64>> = HashMap::new();
        let seen = self.seen.borrow();
        for entry in stored {
            numbers.entry(entry.room).or_default().push(entry.seq);
            if let Some(client_id) = entry.client_id
                && messages.insert(client_id, entry).is_some()
            {
                self.problem(format!("{client_id} is stored twice"));
            }
            match seen.get(&(entry.room, entry.seq)) {
                Some(id) if *id == entry.id => {}
                other => {
                    self.problem(format!("number {} is stored as {} and was seen as {other:?}", entry.seq, entry.id))
                }
            }
        }
        for (client_id, promised) in self.acked.borrow().iter() {
            let kept = messages.get(client_id).map(|kept| (kept.seq, kept.id));
            if kept.as_ref() != Some(promised) {
                self.problem(format!("{client_id} was acknowledged as {promised:?} and is stored as {kept:?}"));
            }
        }
        for (room, newest) in newest {
            let mut numbers = numbers.remove(room).unwrap_or_default();
            numbers.sort_unstable();
            if numbers != (1..=*newest).collect::<Vec<_>>() {
                self.problem(format!("the numbers of {room} are not 1 to {newest}"));
            }
        }
        if seen.len() != stored.len() {
            self.problem(format!("{} entries were seen and {} are stored", seen.len(), stored.len()));
        }
        self.compare_orders(messages.values().copied().collect());
        messages.iter().for_each(|(client_id, entry)| self.compare_text(*client_id, entry));
        let texts: HashMap<Uuid, &Stored> = messages.values().map(|entry| (entry.id, *entry)).collect();
        screens.into_iter().for_each(|screen| self.compare_screen(screen, &texts));
    }

    /// A message that was sent, for the last time, before another one of its author was sent at all, stands before it.
    fn compare_orders(&self, mut messages: Vec<&Stored>) {
        messages.sort_unstable_by_key(|entry| entry.seq);
        let written = self.written.borrow();
        let mut latest: HashMap<(Uuid, usize), u64> = HashMap::new();
        for entry in messages {
            let Some(sent) = entry.client_id.and_then(|client_id| written.get(&client_id)) else { continue };
            let latest = latest.entry((entry.room, sent.author)).or_default();
            if sent.last < *latest {
                self.problem(format!("number {} was sent before one of its author that has a lower number", entry.seq));
            }
            *latest = sent.first.max(*latest);
        }
    }

    /// What is stored is the author's own text, not older than the newest that the server took; or it was taken away, as
    /// somebody was told.
    fn compare_text(&self, client_id: Uuid, entry: &Stored) {
        let taken = self.taken.borrow().get(&entry.id).map(|(how, _)| *how);
        // What nobody may read may have been taken away by a request whose answer was lost.
        let Some(html) = &entry.html else { return };
        match taken {
            Some(Taken::Redacted) if !is_whole(html) => return,
            Some(how) => return self.problem(format!("{} was {how:?}, and everybody may read it: {html}", entry.id)),
            None if !is_whole(html) => return,
            None => {}
        }
        let version = version_of(html).unwrap_or_default();
        let is_right = self.written.borrow().get(&client_id).is_none_or(|written| {
            (written.edited..=written.tried).contains(&version) && html.contains(&secret_of(client_id))
        });
        if !is_right {
            self.problem(format!("{} should have another text than {html}", entry.id));
        }
    }

    /// Everybody has the newest text on the screen, and nothing that was taken away.
    fn compare_screen(&self, screen: &Screen, texts: &HashMap<Uuid, &Stored>) {
        let own = self.written.borrow();
        for (id, shown) in screen.texts() {
            let Some(entry) = texts.get(id) else {
                self.problem(format!("{id} is on a screen and is not stored"));
                continue;
            };
            let is_own = screen.author.is_some()
                && entry.client_id.and_then(|client_id| own.get(&client_id)).map(|written| written.author)
                    == screen.author;
            let is_right = match (&entry.html, shown) {
                (Some(html), Shown::Text { html: on_screen, .. }) => html.as_str() == &**on_screen,
                (Some(_), _) => false,
                (None, Shown::Text { .. }) => is_own,
                (None, _) => true,
            };
            if !is_right {
                self.problem(format!("{id} is {shown:?} on a screen and stored as {:?}", entry.html));
            }
        }
        if screen.is_complete() {
            let known = texts.values().filter(|entry| entry.room == screen.room).count();
            let on_screen = screen.texts().count();
            if known != on_screen {
                self.problem(format!("{on_screen} messages are on a screen and {known} are stored"));
            }
        }
    }
}
