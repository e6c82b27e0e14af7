//! What a role allows, each in one place. What may be done to one particular thing is a feature's gate.

use super::actor::{Actor, Role};

/// Something that some roles may do. The type stands in a handler's signature: `Permit<DecideCases>`.
pub trait Capability {
    /// Its name in `GET /me` `permissions`.
    const CODE: &'static str;

    /// Whether this actor's roles allow it.
    fn allows(actor: &Actor) -> bool;
}

macro_rules! capabilities {
    ($($(#[$doc:meta])* $name:ident = $code:literal: [$($role:ident),+];)*) => {
        $(
            $(#[$doc])*
            pub struct $name;
            impl Capability for $name {
                const CODE: &'static str = $code;
                fn allows(actor: &Actor) -> bool {
                    $(actor.roles.has(Role::$role))||+
                }
            }
        )*
        /// Codes of everything that `actor` may do by role.
        #[must_use]
        pub fn permissions(actor: &Actor) -> Vec<&'static str> {
            let mut codes = Vec::new();
            $(if $name::allows(actor) { codes.push($name::CODE); })*
            codes
        }
    };
}

capabilities! {
    /// Write blog posts.
    WritePosts = "write_posts": [PeerSupporter, Moderator, Coordinator];
    /// See the queue, claim and decide.
    DecideCases = "decide_cases": [Moderator, Coordinator];
    /// Host a room; supporters only their own, which chat's gate checks.
    HostRooms = "host_rooms": [PeerSupporter, Moderator, Coordinator];
    /// Give roles and certificates.
    ManagePeople = "manage_people": [Coordinator];
    /// Change words, rules, hours, boards, rooms, policy.
    ManageCommunity = "manage_community": [Coordinator];
}
