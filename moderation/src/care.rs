//! Looking after those who look after others: how much that is hard to read one person takes in a row.

use chrono::TimeDelta;

use crate::{Certificate, Level};

/// Decided grave cases after which a break is due.
pub const GRAVE_IN_A_ROW: u32 = 8;
/// Cases count as in a row when they were decided within this time, and no pause or look back came between.
pub const IN_A_ROW: TimeDelta = TimeDelta::hours(2);

/// Whether a case is hard to read: it takes training, and somebody may be hurt.
#[must_use]
pub fn is_grave(level: Level, certificate: Option<Certificate>) -> bool {
    certificate.is_some() && level <= Level::TWO
}

/// Whether somebody who has decided so many grave cases in a row takes another one now. Where a life is in danger nobody is
/// held back; otherwise a break comes first, unless they say that they want to go on.
#[must_use]
pub fn may_go_on(level: Level, certificate: Option<Certificate>, decided_in_a_row: u32, insists: bool) -> bool {
    !is_grave(level, certificate) || level == Level::ONE || insists || decided_in_a_row < GRAVE_IN_A_ROW
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_break_is_due_after_so_many_but_never_before_a_life_in_danger() {
        let grave = Some(Certificate::Confidentiality);
        assert!(may_go_on(Level::TWO, grave, GRAVE_IN_A_ROW - 1, false));
        assert!(!may_go_on(Level::TWO, grave, GRAVE_IN_A_ROW, false));
        assert!(may_go_on(Level::TWO, grave, GRAVE_IN_A_ROW, true), "their choice");
        assert!(may_go_on(Level::ONE, Some(Certificate::Danger), 100, false));
        assert!(may_go_on(Level::TWO, None, 100, false));
        assert!(may_go_on(Level::THREE, None, 100, false));
    }
}
