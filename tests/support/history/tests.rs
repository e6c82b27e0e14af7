//! Histories that break one rule each: a checker that cannot fail is worth nothing.

use moderation::policy::Surface;
use moderation::screening::{Input, Screener};
use serde_json::json;

use super::*;

const ROOM: Uuid = Uuid::from_u128(1);
const ANNA: usize = 0;
const BO: usize = 1;

fn client_id(seq: i64) -> Uuid {
    Uuid::from_u128(u128::try_from(200 + seq).unwrap() << 104)
}

fn id(seq: i64) -> Uuid {
    Uuid::from_u128(u128::try_from(100 + seq).unwrap())
}

fn html(seq: i64, version: u32) -> String {
    format!("<p>{}</p>\n", text_of(client_id(seq), version))
}

fn masked(seq: i64) -> String {
    html(seq, 1).replace(&secret_of(client_id(seq)), MASK)
}

fn message(seq: i64) -> Stored {
    Stored { room: ROOM, seq, id: id(seq), client_id: Some(client_id(seq)), html: Some(html(seq, 1)) }
}

/// An entry about the message that has number `of`.
fn event(seq: i64, of: i64) -> Stored {
    Stored { room: ROOM, seq, id: id(of), client_id: None, html: None }
}

fn frame(kind: &str, seq: i64, of: i64, html: &str) -> Value {
    json!({"type": kind, "seq": seq, "id": id(of), "body_html": html})
}

fn redacted(seq: i64, of: i64, state: &str) -> Value {
    json!({"type": "redacted", "seq": seq, "id": id(of), "state": state})
}

/// What was said, what is stored, and the screens of Anna, who wrote all of it, and of Bo.
struct Evening {
    history: History,
    stored: Vec<Stored>,
    screens: [Screen; 2],
}

impl Evening {
    /// Three messages were sent, acknowledged and seen.
    fn told() -> Self {
        let screens = [Screen::new(ROOM, Some(ANNA)), Screen::new(ROOM, Some(BO))];
        let mut evening =
            Self { history: History::default(), stored: vec![message(1), message(2), message(3)], screens };
        for seq in 1..=3 {
            evening.history.sends(ANNA, client_id(seq));
            evening.history.acked(client_id(seq), seq, id(seq));
            evening.all_see(&frame("message", seq, seq, &html(seq, 1)));
        }
        evening
    }

    fn all_see(&mut self, frame: &Value) {
        for screen in &mut self.screens {
            self.history.came(screen, frame);
        }
    }

    fn bo_sees(&mut self, frame: &Value) {
        self.history.came(&mut self.screens[BO], frame);
    }

    /// The text of a message was changed, with number 4.
    fn changed(mut self, of: usize, html: Option<String>) -> Self {
        self.stored[of - 1].html = html;
        self.stored.push(event(4, i64::try_from(of).unwrap()));
        self
    }

    /// All that is wrong.
    fn problems(&self) -> Vec<String> {
        let newest = i64::try_from(self.stored.len()).unwrap();
        self.history.compare(&self.stored, &HashMap::from([(ROOM, newest)]), &self.screens);
        self.history.take_problems()
    }

    #[track_caller]
    fn is_fine(&self) {
        assert_eq!(self.problems(), [""; 0]);
    }

    /// Something is wrong, and it is said in these words.
    #[track_caller]
    fn is_wrong(&self, words: &str) {
        let problems = self.problems();
        assert!(problems.iter().any(|problem| problem.contains(words)), "{words} in {problems:?}");
    }
}

#[test]
fn what_was_promised_and_kept_is_no_problem() {
    let evening = Evening::told();
    evening.history.acked(client_id(1), 1, id(1));
    evening.is_fine();
}

/// What stands in the way of a run must be its fault and not its words.
#[test]
fn screening_finds_nothing_in_what_people_say() {
    let screener = Screener::standard().unwrap();
    for first_three in 0..16_u32.pow(3) {
        let bytes = [first_three >> 8, first_three >> 4, first_three].map(|nibble| u128::from(nibble & 15));
        let client_id = Uuid::from_u128(bytes[0] << 120 | bytes[1] << 112 | bytes[2] << 104);
        let text = text_of(client_id, 1 + first_three % 4);
        let report = screener.screen(&Input { text: &text, lang: None, surface: Surface::Chat });
        assert!(report.findings.is_empty(), "{text}: {:?}", report.findings);
    }
}

#[test]
fn a_lost_a_doubled_and_a_renumbered_message_are_found() {
    let mut evening = Evening::told();
    evening.stored.pop();
    evening.is_wrong("was acknowledged as");
    let mut evening = Evening::told();
    evening.stored.push(Stored { seq: 4, id: id(4), ..message(1) });
    evening.is_wrong("is stored twice");
    let evening = Evening::told();
    evening.history.acked(client_id(1), 2, id(1));
    evening.is_wrong("was acknowledged as");
}

#[test]
fn a_gap_two_orders_and_a_message_that_comes_twice_are_found() {
    let mut evening = Evening::told();
    evening.stored.remove(1);
    evening.is_wrong("are not 1 to 2");
    let mut evening = Evening::told();
    evening.bo_sees(&frame("message", 5, 5, &html(5, 1)));
    evening.is_wrong("somebody saw 5 after");
    let mut evening = Evening::told();
    evening.screens[BO].reset(Some(1));
    evening.bo_sees(&frame("message", 2, 3, &html(3, 1)));
    evening.is_wrong("for some and");
    let mut evening = Evening::told();
    evening.stored.push(message(4));
    evening.all_see(&frame("message", 4, 3, &html(3, 1)));
    evening.is_wrong("came twice");
    let mut evening = Evening::told();
    evening.screens[BO] = Screen::new(ROOM, Some(BO));
    evening.is_wrong("0 messages are on a screen and 3 are stored");
}

#[test]
fn messages_of_an_author_that_were_turned_round_are_found() {
    // Sent as 1, 2, 3, and stored with another one's number.
    let mut evening = Evening { history: History::default(), ..Evening::told() };
    for seq in [1, 3, 2] {
        evening.history.sends(ANNA, client_id(seq));
    }
    evening.is_wrong("was sent before");
    // Somebody else's may stand anywhere.
    evening = Evening { history: History::default(), ..Evening::told() };
    for (author, seq) in [(ANNA, 1), (BO, 3), (ANNA, 2)] {
        evening.history.sends(author, client_id(seq));
    }
    assert!(!evening.problems().iter().any(|problem| problem.contains("was sent before")));
}

#[test]
fn a_message_that_was_refused_stands_where_it_was_sent_again_or_before() {
    let mut evening = Evening { history: History::default(), ..Evening::told() };
    // The third was sent first and refused, then sent again at the end.
    for seq in [3, 1, 2, 3] {
        evening.history.sends(ANNA, client_id(seq));
    }
    assert!(!evening.problems().iter().any(|problem| problem.contains("was sent before")));
    // Sent again before the second was sent at all, it may not follow it.
    evening = Evening { history: History::default(), ..Evening::told() };
    for seq in [3, 1, 3, 2] {
        evening.history.sends(ANNA, client_id(seq));
    }
    evening.is_wrong("was sent before");
}

#[test]
fn a_change_that_is_lost_that_not_everybody_has_or_that_goes_back_is_found() {
    let edited = || {
        let evening = Evening::told();
        let (text, version) = evening.history.edits(client_id(2));
        assert_eq!((text, version), (text_of(client_id(2), 2), 2));
        evening.history.edited(client_id(2), version);
        evening
    };
    let mut evening = edited().changed(2, Some(html(2, 2)));
    evening.all_see(&frame("edited", 4, 2, &html(2, 2)));
    evening.is_fine();
    // Promised, and the old text is there.
    edited().is_wrong("should have another text");
    // Nobody wrote that.
    let mut evening = edited().changed(2, Some(html(2, 3)));
    evening.all_see(&frame("edited", 4, 2, &html(2, 3)));
    evening.is_wrong("should have another text");
    // Another one's text.
    let mut evening = edited().changed(2, Some(html(1, 2)));
    evening.all_see(&frame("edited", 4, 2, &html(1, 2)));
    evening.is_wrong("should have another text");
    // Bo still has the old one.
    let mut evening = edited().changed(2, Some(html(2, 2)));
    evening.history.came(&mut evening.screens[ANNA], &frame("edited", 4, 2, &html(2, 2)));
    evening.bo_sees(&frame("edited", 4, 2, &html(2, 1)));
    evening.is_wrong("on a screen and stored as");
    // The newest, and then an older one.
    let mut evening = edited().changed(2, Some(html(2, 2)));
    evening.all_see(&frame("edited", 4, 2, &html(2, 2)));
    evening.bo_sees(&frame("edited", 5, 2, &html(2, 1)));
    evening.is_wrong("went back from text 2 to text 1");
}

#[test]
fn a_text_that_was_taken_away_and_comes_back_is_found() {
    for (state, how) in [("deleted", Taken::Deleted), ("hidden", Taken::Hidden)] {
        let gone = || {
            let mut evening = Evening::told().changed(2, None);
            evening.history.taken(id(2), how);
            evening.all_see(&redacted(4, 2, state));
            evening
        };
        gone().is_fine();
        // After the screen was told.
        for kind in ["message", "edited", "restored"] {
            let mut evening = gone();
            evening.bo_sees(&frame(kind, 5, 2, &html(2, 1)));
            evening.is_wrong("came back after it was taken away");
        }
        // To a screen that asked later.
        let mut evening = gone();
        evening.screens[BO].reset(Some(1));
        evening.screens[BO].joins();
        evening.bo_sees(&frame("message", 2, 2, &html(2, 1)));
        evening.is_wrong("its text came to somebody who joined later");
        // It stays on a screen that was never told, or was never taken away in the store.
        let mut evening = gone();
        evening.screens[BO] = Evening::told().screens[BO].clone();
        evening.is_wrong("on a screen and stored as None");
        let mut evening = gone();
        evening.stored[1].html = Some(html(2, 1));
        evening.is_wrong("everybody may read it");
    }
}

#[test]
fn an_author_keeps_the_own_text_and_nobody_else_does() {
    let mut own = frame("message", 2, 2, &html(2, 1));
    own["client_id"] = json!(client_id(2));
    let away = || {
        let mut evening = Evening::told().changed(2, None);
        evening.history.taken(id(2), Taken::Hidden);
        for screen in &mut evening.screens {
            *screen = Screen::new(ROOM, screen.author);
            screen.joins();
        }
        evening.all_see(&frame("message", 1, 1, &html(1, 1)));
        evening
    };
    let rest = |evening: &mut Evening| {
        evening.all_see(&frame("message", 3, 3, &html(3, 1)));
        evening.bo_sees(&redacted(4, 2, "hidden"));
    };
    let mut evening = away();
    evening.history.came(&mut evening.screens[ANNA], &own);
    evening.bo_sees(&redacted(2, 2, "hidden"));
    rest(&mut evening);
    evening.is_fine();
    let mut evening = away();
    evening.all_see(&own);
    evening.all_see(&frame("message", 3, 3, &html(3, 1)));
    evening.is_wrong("on a screen and stored as None");
}

#[test]
fn a_secret_that_was_taken_out_and_comes_back_is_found() {
    let taken_out = || {
        let mut evening = Evening::told().changed(2, Some(masked(2)));
        evening.stored.push(event(5, 2));
        evening.history.taken(id(2), Taken::Redacted);
        evening.all_see(&redacted(4, 2, "redacted"));
        evening
    };
    let mut evening = taken_out();
    evening.all_see(&frame("edited", 5, 2, &masked(2)));
    evening.is_fine();
    // The rest of the text never came.
    taken_out().is_wrong("is Redacted on a screen");
    // The whole text came.
    let mut evening = taken_out();
    evening.all_see(&frame("edited", 5, 2, &html(2, 1)));
    evening.is_wrong("what was taken out of");
    // To a screen that asked later.
    let mut evening = taken_out();
    evening.screens[BO].reset(Some(1));
    evening.screens[BO].joins();
    evening.bo_sees(&frame("message", 2, 2, &html(2, 1)));
    evening.is_wrong("its text came to somebody who joined later");
    // It is stored still.
    let mut evening = taken_out();
    evening.stored[1].html = Some(html(2, 1));
    evening.is_wrong("everybody may read it");
}
