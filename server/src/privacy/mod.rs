//! Care for personal data: sealing what only a few may read.

pub mod vault;

pub use vault::{CaseKey, Vault};
