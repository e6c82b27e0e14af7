//! The life of a case: its states and the steps between them.

use serde::{Deserialize, Serialize};

use crate::coded::coded_enum;

coded_enum! {
    /// Where a case stands.
    pub enum CaseState {
        /// Nobody has taken it.
        New = "new",
        /// Somebody holds it by a lease.
        Claimed = "claimed",
        /// Decided; what follows from it is still being done.
        Decided = "decided",
        /// Decided, and everything that follows from it is done.
        Closed = "closed",
        /// Waits for an answer from outside.
        Waiting = "waiting",
        /// Overdue or handed on: a coordinator is asked.
        Escalated = "escalated",
        /// Closed once, to be looked at again.
        Reopened = "reopened",
    }
}

coded_enum! {
    /// What a case came from.
    pub enum Source {
        /// Somebody told us.
        Report = "report",
        /// The program that reads first.
        Screening = "screening",
        /// A text that waits to be published.
        Submission = "submission",
        /// A person asks that a decision be looked at again.
        Appeal = "appeal",
    }
}

/// What happens to a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// Somebody takes it, or takes it over.
    Claim,
    /// The lease ends: given back, lapsed, or ended by a graver report.
    Release,
    /// Its holder decides.
    Decide,
    /// Its holder waits for an answer from outside.
    Wait,
    /// Its due time passed, or its holder hands it on.
    Escalate,
    /// A further report or finding came in.
    Report,
    /// The last task that follows from the decision is done.
    Finish,
    /// An appeal was overturned, or new facts came up.
    Reopen,
}

coded_enum! {
    /// Why a step is not possible.
    pub enum Refusal {
        /// The step needs a claim first.
        ClaimRequired = "claim_required",
        /// The case is decided already.
        AlreadyDecided = "already_decided",
        /// The case is closed.
        CaseClosed = "case_closed",
        /// There is no decision that could be finished or reopened.
        NotDecided = "not_decided",
    }
}

impl CaseState {
    /// Whether the case still waits for a decision. At most one open case for a target and lane.
    #[must_use]
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Decided | Self::Closed)
    }
}

/// The state after this event, or why it cannot happen. No event but [`Event::Decide`] decides:
/// nothing is ever approved, restored or dismissed by time passing.
pub const fn next(state: CaseState, event: Event) -> Result<CaseState, Refusal> {
    use CaseState as State;
    match (state, event) {
        (State::Closed, Event::Reopen) | (State::Decided, Event::Reopen) => Ok(State::Reopened),
        (State::Closed, _) => Err(Refusal::CaseClosed),
        (State::Decided, Event::Finish) => Ok(State::Closed),
        (State::Decided, _) => Err(Refusal::AlreadyDecided),
        (_, Event::Finish | Event::Reopen) => Err(Refusal::NotDecided),
        (_, Event::Claim) => Ok(State::Claimed),
        (_, Event::Report) => Ok(state),
        (_, Event::Escalate) => Ok(State::Escalated),
        (State::Claimed, Event::Release) => Ok(State::New),
        (State::Claimed, Event::Decide) => Ok(State::Decided),
        (State::Claimed, Event::Wait) => Ok(State::Waiting),
        (_, Event::Release | Event::Decide | Event::Wait) => Err(Refusal::ClaimRequired),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Coded;

    const EVENTS: [Event; 8] = [
        Event::Claim,
        Event::Release,
        Event::Decide,
        Event::Wait,
        Event::Escalate,
        Event::Report,
        Event::Finish,
        Event::Reopen,
    ];

    #[test]
    fn the_straight_way_leads_from_new_to_closed() {
        let mut state = CaseState::New;
        for (event, expected) in [
            (Event::Report, CaseState::New),
            (Event::Claim, CaseState::Claimed),
            (Event::Decide, CaseState::Decided),
            (Event::Finish, CaseState::Closed),
            (Event::Reopen, CaseState::Reopened),
            (Event::Claim, CaseState::Claimed),
            (Event::Wait, CaseState::Waiting),
            (Event::Claim, CaseState::Claimed),
            (Event::Release, CaseState::New),
            (Event::Escalate, CaseState::Escalated),
        ] {
            state = next(state, event).unwrap();
            assert_eq!(state, expected, "{event:?}");
        }
    }

    #[test]
    fn only_a_claimed_case_can_be_decided() {
        for &state in CaseState::ALL {
            let decided = next(state, Event::Decide);
            assert_eq!(decided.is_ok(), state == CaseState::Claimed, "{state}");
        }
    }

    #[test]
    fn only_a_decision_leads_out_of_the_open_states() {
        for &state in CaseState::ALL.iter().filter(|state| state.is_open()) {
            for event in EVENTS.into_iter().filter(|event| *event != Event::Decide) {
                if let Ok(after) = next(state, event) {
                    assert!(after.is_open(), "{state} by {event:?}");
                }
            }
        }
    }

    #[test]
    fn what_is_decided_takes_no_further_reports() {
        assert_eq!(next(CaseState::Decided, Event::Report), Err(Refusal::AlreadyDecided));
        assert_eq!(next(CaseState::Closed, Event::Claim), Err(Refusal::CaseClosed));
        assert_eq!(next(CaseState::New, Event::Decide), Err(Refusal::ClaimRequired));
        assert_eq!(next(CaseState::New, Event::Finish), Err(Refusal::NotDecided));
    }
}
