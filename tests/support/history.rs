//! A checker: what the server promised, what everybody saw, and what is stored. It finds a lost or doubled message, a gap,
//! two orders, and a text that came back.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use uuid::Uuid;

/// One entry of a room's sequence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stored {
    pub room: Uuid,
    pub seq: i64,
    /// The message that it is about.
    pub id: Uuid,
    /// Its author's word for it, of the message's own entry only.
    pub client_id: Option<Uuid>,
}

#[derive(Clone, Copy, Default)]
pub struct Figures {
    pub acked: usize,
    pub deleted: usize,
    pub busy: usize,
    pub resumes: usize,
    pub longest_wait: Duration,
}

/// The record of everything.
#[derive(Default)]
pub struct History {
    acked: RefCell<HashMap<Uuid, (i64, Uuid)>>,
    seen: RefCell<BTreeMap<(Uuid, i64), Uuid>>,
    gone: RefCell<HashMap<Uuid, Instant>>,
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

    /// The server has said that a message is stored. Said again, it must be the same.
    pub fn acked(&self, client_id: Uuid, seq: i64, id: Uuid) {
        if let Some(before) = self.acked.borrow_mut().insert(client_id, (seq, id))
            && before != (seq, id)
        {
            self.problem(format!("{client_id} was acknowledged as {before:?} and as {:?}", (seq, id)));
        }
    }

    /// Somebody saw an entry: everybody must see the same one under its number.
    pub fn seen(&self, room: Uuid, seq: i64, id: Uuid) {
        let mut seen = self.seen.borrow_mut();
        let first = *seen.entry((room, seq)).or_insert(id);
        if first != id {
            self.problem(format!("number {seq} of {room} is {first} for some and {id} for others"));
        }
    }

    /// Its author has taken a message away, and was told so.
    pub fn deleted(&self, id: Uuid) {
        self.gone.borrow_mut().insert(id, Instant::now());
        self.count(|figures| figures.deleted += 1);
    }

    /// A text came to somebody who asked at `asked`.
    pub fn text_came(&self, id: Uuid, asked: Instant) {
        if self.gone.borrow().get(&id).is_some_and(|gone| *gone < asked) {
            self.problem(format!("{id} was gone, and its text came to somebody who joined later"));
        }
    }

    /// What is stored, beside what was promised and seen.
    pub fn compare(&self, stored: &[Stored], newest: &HashMap<Uuid, i64>) {
        let mut messages: HashMap<Uuid, (i64, Uuid)> = HashMap::new();
        let mut numbers: HashMap<Uuid, Vec<i64>> = HashMap::new();
        let seen = self.seen.borrow();
        for entry in stored {
            numbers.entry(entry.room).or_default().push(entry.seq);
            if let Some(client_id) = entry.client_id
                && messages.insert(client_id, (entry.seq, entry.id)).is_some()
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
            match messages.get(client_id) {
                Some(kept) if kept == promised => {}
                kept => self.problem(format!("{client_id} was acknowledged as {promised:?} and is stored as {kept:?}")),
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
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Uuid = Uuid::from_u128(1);

    fn message(seq: i64) -> Stored {
        let (id, client_id) = (Uuid::from_u128(100 + seq as u128), Uuid::from_u128(200 + seq as u128));
        Stored { room: ROOM, seq, id, client_id: Some(client_id) }
    }

    /// A history in which three messages were sent, acknowledged and seen.
    fn told() -> (History, Vec<Stored>) {
        let (history, stored) = (History::default(), vec![message(1), message(2), message(3)]);
        for entry in &stored {
            history.acked(entry.client_id.unwrap(), entry.seq, entry.id);
            history.seen(ROOM, entry.seq, entry.id);
        }
        (history, stored)
    }

    fn problems(history: &History, stored: &[Stored], newest: i64) -> usize {
        history.compare(stored, &HashMap::from([(ROOM, newest)]));
        history.take_problems().len()
    }

    #[test]
    fn what_was_promised_and_kept_is_no_problem() {
        let (history, stored) = told();
        history.acked(stored[0].client_id.unwrap(), 1, stored[0].id);
        assert_eq!(problems(&history, &stored, 3), 0);
    }

    #[test]
    fn a_lost_a_doubled_and_a_renumbered_message_are_found() {
        let (history, stored) = told();
        assert!(problems(&history, &stored[..2], 2) > 0, "acknowledged and lost");
        let mut twice = stored.clone();
        twice.push(Stored { seq: 4, id: Uuid::from_u128(104), ..stored[0] });
        assert!(problems(&history, &twice, 4) > 0, "stored twice");
        let (history, stored) = told();
        history.acked(stored[0].client_id.unwrap(), 2, stored[0].id);
        assert_eq!(history.take_problems().len(), 1, "acknowledged under two numbers");
    }

    #[test]
    fn a_gap_and_two_orders_are_found() {
        let (history, stored) = told();
        assert!(problems(&history, &[stored[0], stored[2]], 3) > 0, "a number is missing");
        let (history, stored) = told();
        history.seen(ROOM, 2, stored[2].id);
        assert_eq!(history.take_problems().len(), 1, "one number, two messages");
    }

    #[test]
    fn a_text_that_comes_to_who_joined_after_it_was_gone_is_found() {
        let (history, before) = (History::default(), Instant::now());
        history.deleted(message(1).id);
        history.text_came(message(1).id, before);
        assert!(history.take_problems().is_empty(), "it may have been on its way");
        history.text_came(message(1).id, Instant::now());
        assert_eq!(history.take_problems().len(), 1);
    }
}
