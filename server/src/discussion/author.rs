//! Who wrote a text, as shown beside it.

use diesel::QueryableByName;
use diesel::sql_types::{Nullable, Text, Uuid as SqlUuid};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Actor;
use crate::infra::ids::AccountId;

/// Author of a text; null after erasure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AuthorView {
    /// Account.
    pub id: AccountId,
    /// Pseudonym.
    pub name: String,
    /// Code of the role shown: the highest.
    pub role: String,
}

impl AuthorView {
    /// The caller as author.
    #[must_use]
    pub fn of(actor: &Actor) -> Self {
        Self { id: actor.id, name: actor.name.clone(), role: actor.roles.shown().code().to_owned() }
    }
}

/// Columns `author_id`, `author_name`, `author_role` of a query:
/// `a.id as author_id, a.pseudonym as author_name, shown_role(a.id) as author_role` with `left join accounts a`.
#[derive(Clone, Debug, QueryableByName)]
pub struct AuthorRow {
    /// Account; null after erasure.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub author_id: Option<AccountId>,
    #[diesel(sql_type = Nullable<Text>)]
    author_name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    author_role: Option<String>,
}

impl AuthorRow {
    /// The author as shown, if the account is still there.
    #[must_use]
    pub fn view(self) -> Option<AuthorView> {
        Some(AuthorView { id: self.author_id?, name: self.author_name?, role: self.author_role? })
    }
}
