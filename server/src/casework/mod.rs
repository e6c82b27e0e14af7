//! The I/O half of moderation: reports, queue, claims, decisions, redaction tasks, evidence, appeals.
//! Knows texts only through [`CaseTarget`], which the features implement.

pub mod target;

pub use target::{CaseTarget, Change, TargetFacts, TargetKind, Targets};
