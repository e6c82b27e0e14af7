//! The I/O half of moderation: reports, queue, claims, decisions, redaction tasks, evidence, appeals.
//! Knows texts only through [`CaseTarget`], which the features implement; the rules are those of the `moderation` crate.

mod account_target;
mod appeal;
pub mod bodies;
mod breach;
mod care;
mod care_routes;
mod claim;
mod closing;
mod consult;
mod context;
mod decision;
mod deidentify;
mod desk;
mod effect;
mod evidence;
mod forms;
mod gate;
mod hold;
mod hold_routes;
pub mod jobs;
mod opening;
pub mod own_views;
mod personal_data;
mod redaction;
mod report;
pub mod routes;
mod store;
mod submission;
pub mod target;
mod team_forms;
mod team_routes;
pub mod team_views;
mod teamwork;
pub mod views;

pub use account_target::AccountTarget;
pub use breach::outside::OutsideTarget;
pub use claim::{ClaimsOfStaff, free_claims};
pub use desk::{counts, queue_fields};
pub use evidence::secret_fits;
pub use opening::{
    ConversationFound, open_by_conversation, open_by_screening, open_submission, text_edited, withdraw_submission,
};
pub use personal_data::CaseData;
pub use redaction::finish_due;
pub use routes::routes;
pub use submission::{is_under_review, reviewers_word};
pub use target::{CaseTarget, Change, Neighbour, TargetFacts, TargetKind, TargetText, Targets};
pub use views::CaseCounts;
