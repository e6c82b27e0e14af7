//! Who is calling, as argument types: a handler's signature tells whom it serves.

use std::future::Future;
use std::marker::PhantomData;
use std::ops::Deref;
use std::pin::Pin;

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::capability::Capability;
use super::session;
use crate::http::Problem;
use crate::infra::ids::{AccountId, SessionId};

/// A role of an account. Everybody is a participant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads, writes, chats.
    Participant,
    /// Volunteer with lived experience.
    PeerSupporter,
    /// Trained to handle reports.
    Moderator,
    /// Runs the community.
    Coordinator,
}

impl Role {
    /// Its code, as in the database and the API.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Participant => "participant",
            Self::PeerSupporter => "peer_supporter",
            Self::Moderator => "moderator",
            Self::Coordinator => "coordinator",
        }
    }
}

impl std::str::FromStr for Role {
    type Err = &'static str;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        match code {
            "participant" => Ok(Self::Participant),
            "peer_supporter" => Ok(Self::PeerSupporter),
            "moderator" => Ok(Self::Moderator),
            "coordinator" => Ok(Self::Coordinator),
            _ => Err("unknown_value"),
        }
    }
}

/// The roles of an account, in order; participant is always among them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Roles(Vec<Role>);

impl Roles {
    /// From stored codes; unknown ones are left out.
    pub fn from_codes<'a>(codes: impl IntoIterator<Item = &'a str>) -> Self {
        let mut roles: Vec<Role> =
            codes.into_iter().filter_map(|c| c.parse().ok()).chain([Role::Participant]).collect();
        roles.sort_unstable();
        roles.dedup();
        Self(roles)
    }

    /// Whether `role` is among them.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.0.contains(&role)
    }

    /// Moderators and coordinators: shorter sessions, no bypass of anything else.
    #[must_use]
    pub fn is_staff(&self) -> bool {
        self.has(Role::Moderator) || self.has(Role::Coordinator)
    }

    /// The one shown beside a text: the highest.
    #[must_use]
    pub fn shown(&self) -> Role {
        self.0.last().copied().unwrap_or(Role::Participant)
    }

    /// All of them, lowest first.
    pub fn iter(&self) -> impl Iterator<Item = Role> + '_ {
        self.0.iter().copied()
    }
}

/// A signed-in account as it stands at this moment: read anew for every request.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The account.
    pub id: AccountId,
    /// The session that carries the request.
    pub session: SessionId,
    /// Pseudonym.
    pub name: String,
    /// Roles.
    pub roles: Roles,
    /// A trusted supporter's posts publish at once.
    pub trusted: bool,
    /// When the explicit consent of GDPR art. 9 was given; none: reading only.
    pub consented_at: Option<DateTime<Utc>>,
    /// End of a suspension in force.
    pub suspended_until: Option<DateTime<Utc>>,
    /// End of a mute in force.
    pub muted_until: Option<DateTime<Utc>>,
    /// When the pledge of confidentiality was asked for again; none: nothing is open.
    pub pledge_asked_at: Option<DateTime<Utc>>,
    /// Whether the person is counted among those who are in a room now.
    pub shows_presence: bool,
    /// When the password was last given in this session.
    pub authenticated_at: DateTime<Utc>,
    /// When the account was made.
    pub created_at: DateTime<Utc>,
}

impl Actor {
    /// Whether this person may write now.
    ///
    /// # Errors
    /// `consent_required`, `muted`, `pledge_required`.
    pub fn may_write(&self) -> Result<(), Problem> {
        if self.consented_at.is_none() {
            return Err(Problem::Refused("consent_required"));
        }
        if self.muted_until.is_some() {
            return Err(Problem::Refused("muted"));
        }
        if self.pledge_asked_at.is_some() {
            return Err(Problem::Refused("pledge_required"));
        }
        Ok(())
    }
}

type Pending<T> = Pin<Box<dyn Future<Output = Result<T, Problem>>>>;

macro_rules! actor_extractors {
    ($($(#[$doc:meta])* $name:ident($inner:ty) = |$actor:ident| $make:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name(pub $inner);
        impl FromRequest for $name {
            type Error = Problem;
            type Future = Pending<Self>;
            fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
                let request = request.clone();
                Box::pin(async move {
                    let $actor = caller(&request).await?;
                    $make.map($name)
                })
            }
        }
    )*};
}

actor_extractors! {
    /// Anybody: signed in or not. A suspended person is refused.
    Visitor(Option<Actor>) = |actor| match actor {
        Some(actor) => not_suspended(actor).map(Some),
        None => Ok(None),
    };
    /// Somebody signed in, suspended or not: own account, appeal, sign-out, erasure.
    SignedIn(Actor) = |actor| actor.ok_or(Problem::SignedOut);
    /// Somebody signed in who may take part.
    Member(Actor) = |actor| not_suspended(actor.ok_or(Problem::SignedOut)?);
    /// A member who may write: with consent, not muted.
    Writer(Actor) = |actor| {
        let actor = not_suspended(actor.ok_or(Problem::SignedOut)?)?;
        actor.may_write().map(|()| actor)
    };
}

impl Visitor {
    /// The account, if somebody is signed in.
    #[must_use]
    pub fn id(&self) -> Option<AccountId> {
        self.0.as_ref().map(|actor| actor.id)
    }
}

macro_rules! deref_to_actor {
    ($($name:ident),*) => {$(
        impl Deref for $name {
            type Target = Actor;
            fn deref(&self) -> &Actor {
                &self.0
            }
        }
    )*};
}
deref_to_actor!(SignedIn, Member, Writer);

/// Somebody whose roles allow `C`.
pub struct Permit<C> {
    actor: Actor,
    capability: PhantomData<C>,
}

impl<C> Deref for Permit<C> {
    type Target = Actor;
    fn deref(&self) -> &Actor {
        &self.actor
    }
}

impl<C: Capability + 'static> FromRequest for Permit<C> {
    type Error = Problem;
    type Future = Pending<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let actor = not_suspended(caller(&request).await?.ok_or(Problem::SignedOut)?)?;
            if !C::allows(&actor) {
                return Err(Problem::Refused("forbidden"));
            }
            Ok(Self { actor, capability: PhantomData })
        })
    }
}

fn not_suspended(actor: Actor) -> Result<Actor, Problem> {
    if actor.suspended_until.is_some() { Err(Problem::Refused("suspended")) } else { Ok(actor) }
}

/// Reads who is calling once for each request; further extractors of the same request take the same answer.
async fn caller(request: &HttpRequest) -> Result<Option<Actor>, Problem> {
    if let Some(known) = request.extensions().get::<Option<Actor>>() {
        return Ok(known.clone());
    }
    let actor = session::of_request(request).await?;
    request.extensions_mut().insert(actor.clone());
    Ok(actor)
}
