//! Who is calling and what they may do: sessions, actors, capabilities.
//! Knows no feature; what may be done to a thing is checked by the feature's gate.

pub mod actor;
pub mod capability;
pub mod keys;
pub mod session;
pub mod standing;

pub use actor::{Actor, Member, Permit, Role, Roles, SignedIn, Visitor, Writer};
pub use keys::Keys;
