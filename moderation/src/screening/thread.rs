//! A conversation as a fold over its messages: what one side keeps asking for, in the order it
//! asks. The state is small, is kept by the caller for as long as the conversation lives, holds no
//! text, and gives reasons that a moderator can check; never a figure about a person.

use serde::{Deserialize, Serialize};

use super::Report;
use crate::coded::{Coded, coded_enum};

/// How many messages back a step still counts.
const REACH: u32 = 80;
/// Sides that are remembered; in a larger room the one that has been silent longest is forgotten.
const SIDES: usize = 24;
/// From this age somebody counts as grown up.
pub(crate) const GROWN_UP: u32 = 18;

coded_enum! {
    /// What a message does in a conversation.
    pub enum Signal {
        /// Asks how old somebody is.
        AsksAge = "asks_age",
        /// Asks whether somebody is alone, or when grown-ups are away.
        AsksAlone = "asks_alone",
        /// Praises looks or maturity, or says that nobody else understands.
        Compliment = "compliment",
        /// Wants to talk somewhere else.
        MovesAway = "moves_away",
        /// Wants it kept from others.
        Secrecy = "secrecy",
        /// Asks for a picture or a camera.
        Picture = "picture",
        /// Offers money or gifts.
        Gift = "gift",
        /// Wants to meet.
        Meeting = "meeting",
        /// Speaks of bodies or of sex.
        Sexual = "sexual",
        /// Says no, or asks to be left in peace.
        Refusal = "refusal",
        /// Says an age of 18 or more about oneself.
        SaysAdult = "says_adult",
        /// Says an age below 18 about oneself.
        SaysChild = "says_child",
    }
}

impl Signal {
    const fn bit(self) -> u16 {
        1 << self as u16
    }

    /// A step that somebody takes towards another.
    #[must_use]
    pub const fn is_step(self) -> bool {
        !matches!(self, Self::Refusal | Self::SaysAdult | Self::SaysChild)
    }

    /// A step that is grave when others go with it.
    #[must_use]
    pub const fn is_grave(self) -> bool {
        matches!(self, Self::AsksAlone | Self::Secrecy | Self::Picture | Self::Gift | Self::Meeting | Self::Sexual)
    }
}

/// The signals of one message.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Signals(u16);

impl Signals {
    /// Adds one.
    pub const fn insert(&mut self, signal: Signal) {
        self.0 |= signal.bit();
    }

    /// Whether it is there.
    #[must_use]
    pub const fn has(self, signal: Signal) -> bool {
        self.0 & signal.bit() != 0
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Those that are there.
    pub fn iter(self) -> impl Iterator<Item = Signal> {
        Signal::ALL.iter().copied().filter(move |signal| self.has(*signal))
    }
}

impl FromIterator<Signal> for Signals {
    fn from_iter<I: IntoIterator<Item = Signal>>(signals: I) -> Self {
        let mut all = Self::default();
        signals.into_iter().for_each(|signal| all.insert(signal));
        all
    }
}

/// A message of a conversation.
#[derive(Debug, Clone, Copy)]
pub struct Message {
    /// Whose it is: any number that stays the same within the conversation.
    pub author: u64,
    /// What the message does.
    pub signals: Signals,
}

impl Message {
    /// A message that was screened.
    #[must_use]
    pub const fn of(author: u64, report: &Report) -> Self {
        Self { author, signals: report.signals }
    }
}

coded_enum! {
    /// What a conversation needs.
    pub enum ThreadLevel {
        /// Nothing.
        Calm = "calm",
        /// Somebody should look at it today.
        Review = "review",
        /// Somebody should look at it now.
        Urgent = "urgent",
    }
}

coded_enum! {
    /// Why, beside the steps themselves.
    pub enum Circumstance {
        /// Only one side takes such steps.
        OneSided = "one_sided",
        /// The side that takes them says to be grown up.
        GrownUp = "grown_up",
        /// The other side says an age below 18.
        OtherIsChild = "other_is_child",
        /// It goes on after a no.
        AfterNo = "after_no",
        /// Many steps of several kinds.
        Insistent = "insistent",
    }
}

/// What the conversation looks like after a message, from the side of its author.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ThreadFinding {
    /// What it needs.
    pub level: ThreadLevel,
    /// Whose steps.
    pub author: u64,
    /// Which steps, and at which message of the conversation each was last seen.
    pub steps: Vec<(Signal, u32)>,
    /// What makes them graver.
    pub circumstances: Vec<Circumstance>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Side {
    author: u64,
    /// Number of the last message in which each signal was seen; 0 for never.
    seen: Vec<u32>,
    /// Number of the side's last message.
    last: u32,
    /// Steps taken in all.
    taken: u32,
}

impl Side {
    fn new(author: u64) -> Self {
        Self { author, seen: vec![0; Signal::ALL.len()], last: 0, taken: 0 }
    }

    fn at(&self, signal: Signal) -> u32 {
        self.seen.get(signal as usize).copied().unwrap_or(0)
    }

    fn steps(&self, now: u32) -> impl Iterator<Item = (Signal, u32)> + '_ {
        Signal::ALL
            .iter()
            .filter(|signal| signal.is_step())
            .map(|signal| (*signal, self.at(*signal)))
            .filter(move |(_, at)| *at > 0 && now - (*at).min(now) < REACH)
    }

    fn is_adult(&self) -> bool {
        self.at(Signal::SaysAdult) > self.at(Signal::SaysChild)
    }

    fn is_child(&self) -> bool {
        self.at(Signal::SaysChild) > 0
    }
}

/// A conversation so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadState {
    messages: u32,
    sides: Vec<Side>,
}

impl ThreadState {
    /// How many messages were read.
    #[must_use]
    pub const fn messages(&self) -> u32 {
        self.messages
    }

    /// The conversation after one more message, and what is to be told of it. The cost does not
    /// depend on how long the conversation is.
    #[must_use]
    pub fn after(mut self, message: &Message) -> (Self, Option<ThreadFinding>) {
        self.messages = self.messages.saturating_add(1);
        let now = self.messages;
        let steps = message.signals.iter().filter(|signal| signal.is_step()).count();
        let mut side = self.take(message.author);
        side.last = now;
        side.taken = side.taken.saturating_add(u32::try_from(steps).unwrap_or(0));
        for signal in message.signals.iter() {
            if let Some(slot) = side.seen.get_mut(signal as usize) {
                *slot = now;
            }
        }
        self.sides.push(side);
        let finding = if steps > 0 { self.finding(message.author) } else { None };
        (self, finding)
    }

    /// Takes a side out, or makes it; the longest silent one makes room.
    fn take(&mut self, author: u64) -> Side {
        if let Some(at) = self.sides.iter().position(|side| side.author == author) {
            return self.sides.remove(at);
        }
        if self.sides.len() >= SIDES {
            let silent = self.sides.iter().enumerate().min_by_key(|(_, side)| side.last).map_or(0, |(at, _)| at);
            self.sides.remove(silent);
        }
        Side::new(author)
    }

    fn finding(&self, author: u64) -> Option<ThreadFinding> {
        let now = self.messages;
        let side = self.sides.iter().find(|side| side.author == author)?;
        let others = || self.sides.iter().filter(|other| other.author != author);
        let mut steps: Vec<(Signal, u32)> = side.steps(now).collect();
        let grave = steps.iter().filter(|(signal, _)| signal.is_grave()).count();
        let begun = steps.iter().map(|(_, at)| *at).min().unwrap_or(now);
        let no = others().map(|other| other.at(Signal::Refusal)).max().unwrap_or(0);

        let mut circumstances = Vec::new();
        if others().all(|other| other.steps(now).filter(|(signal, _)| signal.is_grave()).count() * 2 <= grave) {
            circumstances.push(Circumstance::OneSided);
        }
        if side.is_adult() {
            circumstances.push(Circumstance::GrownUp);
        }
        if others().any(Side::is_child) && !side.is_child() {
            circumstances.push(Circumstance::OtherIsChild);
        }
        if no > begun && steps.iter().any(|(_, at)| *at > no) {
            circumstances.push(Circumstance::AfterNo);
        }
        if side.taken >= 5 && steps.len() >= 3 {
            circumstances.push(Circumstance::Insistent);
        }
        let has = |circumstance| circumstances.contains(&circumstance);
        // Two of an age who both flirt take steps as well: then somebody looks, without haste.
        let unequal = has(Circumstance::OneSided) || has(Circumstance::GrownUp) || has(Circumstance::OtherIsChild);
        let towards_child = has(Circumstance::GrownUp) && has(Circumstance::OtherIsChild);
        let level = match grave {
            2.. if unequal => ThreadLevel::Urgent,
            1.. if towards_child || (has(Circumstance::AfterNo) && steps.len() >= 2) => ThreadLevel::Urgent,
            2.. => ThreadLevel::Review,
            1 if steps.len() >= 2 => ThreadLevel::Review,
            _ if steps.len() >= 3 || has(Circumstance::AfterNo) => ThreadLevel::Review,
            _ => ThreadLevel::Calm,
        };
        steps.sort_by_key(|(_, at)| *at);
        (level != ThreadLevel::Calm).then_some(ThreadFinding { level, author, steps, circumstances })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::policy::Surface;
    use crate::screening::{Input, Screener};

    const PETER: u64 = 1;
    const MIA: u64 = 2;

    fn signals(text: &str) -> Signals {
        let screener = Screener::standard().expect("the data of the crate is sound");
        screener.screen(&Input { text, lang: None, surface: Surface::Chat }).signals
    }

    /// The gravest level that a conversation reaches.
    fn level(messages: &[(u64, &str)]) -> ThreadLevel {
        let mut state = ThreadState::default();
        let mut gravest = ThreadLevel::Calm;
        for (author, text) in messages {
            let message = Message { author: *author, signals: signals(text) };
            let (next, finding) = state.after(&message);
            state = next;
            gravest = gravest.max(finding.map_or(ThreadLevel::Calm, |finding| finding.level));
        }
        gravest
    }

    #[test]
    fn messages_carry_their_signals() {
        for (text, signal) in [
            ("hvor gammel er du?", Signal::AsksAge),
            ("er du alene hjemme?", Signal::AsksAlone),
            ("du virker meget moden af din alder", Signal::Compliment),
            ("skal vi skrive på snap i stedet", Signal::MovesAway),
            ("det her er vores hemmelighed ok", Signal::Secrecy),
            ("send et billede af dig selv", Signal::Picture),
            ("jeg giver dig 500 kr for et billede", Signal::Gift),
            ("skal vi mødes, bare os to", Signal::Meeting),
            ("er du jomfru?", Signal::Sexual),
            ("nej stop, lad mig være", Signal::Refusal),
            ("i'm 24 btw", Signal::SaysAdult),
            ("jeg er 13 år", Signal::SaysChild),
        ] {
            assert!(signals(text).has(signal), "{signal} in {text}");
        }
        assert!(signals("vi ses til fodbold, husk dine sko").is_empty());
    }

    #[test]
    fn steps_of_one_side_add_up() {
        let talk = [
            (PETER, "hej, hvor gammel er du?"),
            (MIA, "jeg er 13"),
            (PETER, "du virker moden af din alder"),
            (MIA, "tak"),
            (PETER, "er du alene hjemme?"),
            (MIA, "ja, hvorfor"),
            (PETER, "send et billede, det bliver mellem os to"),
        ];
        assert_eq!(level(&talk), ThreadLevel::Urgent);
        assert_eq!(level(&talk[..4]), ThreadLevel::Calm);
    }

    #[test]
    fn peers_who_ask_each_other_are_left_alone() {
        let talk = [
            (PETER, "hvor gammel er du?"),
            (MIA, "jeg er 15, hvor gammel er du?"),
            (PETER, "jeg er 16"),
            (MIA, "skal vi ikke snakke på snap i stedet"),
        ];
        assert_eq!(level(&talk), ThreadLevel::Calm);
    }

    #[test]
    fn going_on_after_a_no_is_grave() {
        let talk = [
            (PETER, "giv mig dit nummer så skriver vi et andet sted"),
            (MIA, "nej stop, lad mig være"),
            (PETER, "kom nu, send et billede af dig selv"),
        ];
        assert_eq!(level(&talk), ThreadLevel::Urgent);
    }

    fn message() -> impl Strategy<Value = Message> {
        (0_u64..40, 0_u16..1 << Signal::ALL.len()).prop_map(|(author, bits)| Message { author, signals: Signals(bits) })
    }

    proptest! {
        #[test]
        fn the_state_stays_small_and_survives_being_stored(
            messages in proptest::collection::vec(message(), 0..120)
        ) {
            let mut state = ThreadState::default();
            for message in &messages {
                let stored: ThreadState = serde_json::from_str(&serde_json::to_string(&state).unwrap()).unwrap();
                prop_assert_eq!(&stored, &state);
                let (next, finding) = state.after(message);
                let (again, same) = stored.after(message);
                prop_assert_eq!((&next, &finding), (&again, &same));
                if let Some(finding) = finding {
                    prop_assert!(!finding.steps.is_empty());
                    prop_assert_eq!(finding.author, message.author);
                }
                state = next;
            }
            prop_assert!(serde_json::to_string(&state).unwrap().len() < 4096);
        }

        #[test]
        fn more_steps_never_make_it_calmer(
            messages in proptest::collection::vec(message(), 1..20), extra in 0_usize..9
        ) {
            let fold = |last: Message| {
                let state = messages.iter().fold(ThreadState::default(), |state, message| state.after(message).0);
                state.after(&last).1.map_or(ThreadLevel::Calm, |finding| finding.level)
            };
            let plain = Message { author: 3, signals: Signals(0) };
            let mut one = plain;
            one.signals.insert(Signal::Picture);
            let mut more = one;
            more.signals.insert(Signal::ALL[extra]);
            prop_assert!(fold(more) >= fold(one));
            prop_assert!(fold(one) >= fold(plain));
        }
    }
}
