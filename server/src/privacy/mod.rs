//! Care for personal data: sealing what only a few may read, handing a person their data, erasing it, and forgetting
//! what is older than its period. Knows no feature: each hands in its part as [`PersonalData`], wired in `app.rs`.

pub mod periods;
mod personal_data;
mod retention;
pub mod vault;

pub use periods::{PERIODS, Periods};
pub use personal_data::{Exported, Holders, Pending, PersonalData, TextChoice, Told, announce, collect};
pub use retention::{Forgotten, forget_all, start};
pub use vault::{CaseKey, Vault};
