//! Counts what reading a text costs, for the tests that prove it linear.

use std::cell::Cell;

thread_local! {
    static DONE: Cell<u64> = const { Cell::new(0) };
}

/// One look at a character, a word or a class.
pub(crate) fn step() {
    DONE.with(|done| done.set(done.get() + 1));
}

/// How many looks this thread has taken.
pub(crate) fn done() -> u64 {
    DONE.with(Cell::get)
}
