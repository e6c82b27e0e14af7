//! The states of a text and what each kind of reader sees of it.

use crate::coded::coded_enum;

coded_enum! {
    /// Where a text stands.
    pub enum ContentState {
        /// Its author is writing it.
        Draft = "draft",
        /// Handed in, waits for review.
        Submitted = "submitted",
        /// A reviewer has it.
        InReview = "in_review",
        /// There for everybody the place allows.
        Live = "live",
        /// Hidden automatically until somebody decides.
        HiddenPending = "hidden_pending",
        /// Hidden by a decision.
        Hidden = "hidden",
        /// Live, with spans replaced.
        Redacted = "redacted",
        /// Taken away by a decision.
        Removed = "removed",
        /// Taken away by its author.
        Deleted = "deleted",
        /// The text is destroyed.
        Purged = "purged",
    }
}

impl ContentState {
    /// Whether those for whom the place is open may read the current text.
    #[must_use]
    pub const fn is_public(self) -> bool {
        matches!(self, Self::Live | Self::Redacted)
    }
}

/// Who wants to read a text. One person may be several; the widest sight counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reader {
    /// Somebody who is not signed in.
    Visitor,
    /// A signed-in participant.
    Member,
    /// Whoever wrote the text.
    Author,
    /// Whoever holds the claim of the case about the text, its assigned reviewer among them.
    ClaimHolder,
    /// Any other moderator.
    Moderator,
}

/// What a reader sees of a text. For `Text` the place (members only, first entry to a room) may
/// still narrow the sight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sight {
    /// Nothing, as if it did not exist.
    Nothing,
    /// That a text is there and in which state, not the text.
    StateOnly,
    /// That it is gone, and why.
    GoneAndWhy,
    /// The current text.
    Text,
    /// The current text, and why it was changed.
    TextAndWhy,
    /// One's own text, and why others do not see it.
    OwnTextAndWhy,
    /// The text as part of the case.
    InCase,
    /// The text as evidence: with a reason that is logged, until it expires.
    Evidence,
}

/// What this reader sees of a text in this state.
#[must_use]
pub const fn sight(state: ContentState, reader: Reader) -> Sight {
    use ContentState as State;
    match (state, reader) {
        (State::Draft | State::Submitted | State::InReview, Reader::Author)
        | (State::Live, _)
        | (State::Redacted, Reader::Visitor | Reader::Member | Reader::Moderator) => Sight::Text,
        (State::Submitted | State::InReview, Reader::ClaimHolder) => Sight::InCase,
        (
            State::Submitted | State::InReview | State::HiddenPending | State::Hidden | State::Removed | State::Deleted,
            Reader::Moderator,
        ) => Sight::StateOnly,
        (State::HiddenPending | State::Hidden, Reader::Author) => Sight::OwnTextAndWhy,
        (State::Redacted, Reader::Author) => Sight::TextAndWhy,
        (State::Removed | State::Deleted, Reader::Author) => Sight::GoneAndWhy,
        (
            State::HiddenPending | State::Hidden | State::Redacted | State::Removed | State::Deleted,
            Reader::ClaimHolder,
        ) => Sight::Evidence,
        (State::Draft, Reader::ClaimHolder | Reader::Moderator)
        | (State::Purged, _)
        | (
            State::Draft
            | State::Submitted
            | State::InReview
            | State::HiddenPending
            | State::Hidden
            | State::Removed
            | State::Deleted,
            Reader::Visitor | Reader::Member,
        ) => Sight::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Coded;

    #[test]
    fn every_cell_of_the_reading_table_holds() {
        use Sight::{Evidence, GoneAndWhy, InCase, Nothing, OwnTextAndWhy, StateOnly, Text, TextAndWhy};
        let readers = [Reader::Visitor, Reader::Member, Reader::Author, Reader::ClaimHolder, Reader::Moderator];
        let table = [
            (ContentState::Draft, [Nothing, Nothing, Text, Nothing, Nothing]),
            (ContentState::Submitted, [Nothing, Nothing, Text, InCase, StateOnly]),
            (ContentState::InReview, [Nothing, Nothing, Text, InCase, StateOnly]),
            (ContentState::Live, [Text, Text, Text, Text, Text]),
            (ContentState::HiddenPending, [Nothing, Nothing, OwnTextAndWhy, Evidence, StateOnly]),
            (ContentState::Hidden, [Nothing, Nothing, OwnTextAndWhy, Evidence, StateOnly]),
            (ContentState::Redacted, [Text, Text, TextAndWhy, Evidence, Text]),
            (ContentState::Removed, [Nothing, Nothing, GoneAndWhy, Evidence, StateOnly]),
            (ContentState::Deleted, [Nothing, Nothing, GoneAndWhy, Evidence, StateOnly]),
            (ContentState::Purged, [Nothing; 5]),
        ];
        assert_eq!(table.len(), ContentState::ALL.len());
        for (state, row) in table {
            for (reader, expected) in readers.into_iter().zip(row) {
                assert_eq!(sight(state, reader), expected, "{state} for {reader:?}");
            }
        }
    }

    #[test]
    fn visitors_read_exactly_what_is_public() {
        for &state in ContentState::ALL {
            assert_eq!(sight(state, Reader::Visitor) == Sight::Text, state.is_public(), "{state}");
        }
    }
}
