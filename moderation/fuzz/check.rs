//! What must hold for any bytes at all. Run by the fuzzer, and on a few inputs by `tests/fuzz_smoke.rs`.
#![allow(clippy::expect_used, reason = "it is there to panic where something does not hold")]

use moderation::policy::Surface;
use moderation::redaction;
use moderation::screening::{Input, Message, Screener, ThreadState};

/// Reads the bytes as a text on each surface and panics where something does not hold.
pub fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let screener = Screener::standard().expect("the data of the crate is sound");
    let count = u32::try_from(text.chars().count()).expect("fewer than four thousand million");
    for surface in [Surface::Post, Surface::Chat, Surface::StaffCopy] {
        let report = screener.screen(&Input { text: &text, lang: None, surface });
        for finding in &report.findings {
            assert!(finding.span.start < finding.span.end && finding.span.end <= count, "{finding:?}");
            assert!(finding.confidence <= 100, "{finding:?}");
        }
        let spans = report.redactions(|_| "█".to_owned());
        let clean = redaction::apply(&text, &spans, "").expect("suggested spans do not overlap");
        assert_eq!(redaction::apply(&clean, &[], "").as_ref(), Ok(&clean), "nothing to replace changes nothing");
        let (state, finding) = ThreadState::default().after(&Message::of(1, &report));
        assert_eq!(state.messages(), 1);
        assert!(finding.is_none_or(|finding| !finding.steps.is_empty()));
    }
}
