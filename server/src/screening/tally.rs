//! How screening judged, counted for `/metrics`: verdicts only, never a text.

use super::Verdict;
use crate::http::Problem;
use crate::infra::meter::Counter;

static PUBLISHED: Counter = Counter::zero();
static WITH_HELP: Counter = Counter::zero();
static HELD: Counter = Counter::zero();
static TOLD: Counter = Counter::zero();

pub(super) fn count(verdict: &Result<Verdict, Problem>) {
    match verdict {
        Ok(Verdict::Publish) => PUBLISHED.add(1),
        Ok(Verdict::PublishWithHelp(_)) => WITH_HELP.add(1),
        Ok(Verdict::Hold { .. }) => HELD.add(1),
        Err(_) => TOLD.add(1),
    }
}

/// Verdicts of this process so far.
#[must_use]
pub fn verdicts() -> [(&'static str, u64); 4] {
    [("publish", &PUBLISHED), ("publish_with_help", &WITH_HELP), ("hold", &HELD), ("tell_author", &TOLD)]
        .map(|(name, counter)| (name, counter.get()))
}
