//! Courses and practice: how a check is drawn and graded, how long a certificate lasts, which cases a month has.

use chrono::{Months, TimeDelta};

/// How long a certificate from a course lasts; a default that a community may change.
pub const CERTIFICATE_LASTS: Months = Months::new(12);
/// How long before its end the holder of a certificate is told, and may take the check again.
pub const RENEWABLE_FROM: TimeDelta = TimeDelta::days(42);
/// Questions of one check.
pub const QUESTIONS: usize = 8;
/// Share of right answers that passes, of a hundred.
pub const PASS_PERCENT: usize = 80;
/// How long after a check that was not passed the next one may begin.
pub const WAIT: TimeDelta = TimeDelta::hours(1);
/// Practice cases of a month.
pub const PRACTICE: usize = 10;

/// Right answers that a check of so many questions takes.
#[must_use]
pub const fn pass_mark(questions: usize) -> usize {
    (questions * PASS_PERCENT).div_ceil(100)
}

/// Whether so many right answers pass. A check without questions cannot be passed.
#[must_use]
pub const fn passes(right: usize, questions: usize) -> bool {
    questions > 0 && right >= pass_mark(questions)
}

/// `SplitMix64` (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014): the next of a sequence.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The numbers below `of` in an order that the seed decides (Fisher and Yates).
#[must_use]
pub fn shuffled(seed: u64, of: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..of).collect();
    let mut state = seed;
    for last in (1..of).rev() {
        let at = usize::try_from(next(&mut state) % (u64::try_from(last).unwrap_or(0) + 1)).unwrap_or(0);
        order.swap(last, at);
    }
    order
}

/// Places in the pool of the questions that a check with this seed has, in the order in which they are asked.
#[must_use]
pub fn drawn(seed: u64, pool: usize) -> Vec<usize> {
    let mut places = shuffled(seed, pool);
    places.truncate(QUESTIONS);
    places
}

/// The order in which the options of the question at a place of the pool are shown.
#[must_use]
pub fn option_order(seed: u64, place: usize, options: usize) -> Vec<usize> {
    let mut own = seed ^ u64::try_from(place).unwrap_or(0).wrapping_add(1).rotate_left(32);
    shuffled(next(&mut own), options)
}

/// Places in the pool of the practice cases of a month, which is counted from year 0. Every case comes before one comes again.
#[must_use]
pub fn practice_of(month: u32, pool: usize) -> Vec<usize> {
    let size = PRACTICE.min(pool);
    let from = usize::try_from(month).unwrap_or(0).wrapping_mul(size);
    (0..size).filter_map(|n| from.wrapping_add(n).checked_rem(pool)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn four_in_five_pass() {
        assert_eq!(pass_mark(8), 7);
        assert!(passes(7, 8) && !passes(6, 8));
        assert!(!passes(0, 0), "nothing asked is nothing known");
    }

    #[test]
    fn every_practice_case_comes_before_one_comes_again() {
        let months = 24_310..24_310 + 18;
        let seen: Vec<usize> = months.flat_map(|month| practice_of(month, 36)).collect();
        for round in seen.chunks(36) {
            assert_eq!(round.iter().collect::<BTreeSet<_>>().len(), 36);
        }
        assert_eq!(practice_of(5, 4).len(), 4, "a small pool is asked whole");
        assert!(practice_of(5, 0).is_empty());
    }

    #[test]
    fn two_seeds_draw_two_checks() {
        assert_ne!(drawn(1, 10), drawn(2, 10));
        assert_eq!(drawn(7, 10), drawn(7, 10));
    }

    proptest! {
        #[test]
        fn a_draw_asks_nothing_twice(seed: u64, pool in 0_usize..40) {
            let drawn = drawn(seed, pool);
            prop_assert_eq!(drawn.len(), pool.min(QUESTIONS));
            prop_assert_eq!(drawn.iter().collect::<BTreeSet<_>>().len(), drawn.len());
            prop_assert!(drawn.iter().all(|place| *place < pool));
        }

        #[test]
        fn options_are_all_there_in_any_order(seed: u64, place in 0_usize..40, options in 0_usize..6) {
            let order = option_order(seed, place, options);
            prop_assert_eq!(order.iter().copied().collect::<BTreeSet<_>>(), (0..options).collect());
        }
    }
}
