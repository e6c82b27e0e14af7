//! Identifiers. Each noun has a type of its own, so that no id can be taken for another's.

use uuid::Uuid;

/// A new time-ordered id (UUIDv7, RFC 9562): everything but accounts.
#[must_use]
pub fn ordered() -> Uuid {
    Uuid::now_v7()
}

/// A new random id (UUIDv4): accounts, so that an id does not tell when somebody joined.
#[must_use]
pub fn random() -> Uuid {
    Uuid::new_v4()
}

/// Declares id newtypes that serde, diesel and utoipa treat as UUIDs.
macro_rules! id_types {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord,
            serde::Serialize, serde::Deserialize,
            diesel::expression::AsExpression, diesel::deserialize::FromSqlRow, utoipa::ToSchema,
        )]
        #[diesel(sql_type = diesel::sql_types::Uuid)]
        #[serde(transparent)]
        #[schema(value_type = uuid::Uuid)]
        pub struct $name(pub uuid::Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
        impl From<uuid::Uuid> for $name {
            fn from(id: uuid::Uuid) -> Self {
                Self(id)
            }
        }
        impl From<$name> for uuid::Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
        impl diesel::serialize::ToSql<diesel::sql_types::Uuid, diesel::pg::Pg> for $name {
            fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, diesel::pg::Pg>) -> diesel::serialize::Result {
                diesel::serialize::ToSql::<diesel::sql_types::Uuid, diesel::pg::Pg>::to_sql(&self.0, out)
            }
        }
        impl diesel::deserialize::FromSql<diesel::sql_types::Uuid, diesel::pg::Pg> for $name {
            fn from_sql(bytes: diesel::pg::PgValue<'_>) -> diesel::deserialize::Result<Self> {
                <uuid::Uuid as diesel::deserialize::FromSql<diesel::sql_types::Uuid, diesel::pg::Pg>>::from_sql(bytes).map(Self)
            }
        }
    )*};
}

id_types! {
    /// A person's account.
    AccountId,
    /// A signed-in session.
    SessionId,
    /// A board of the forum.
    BoardId,
    /// A thread in a board.
    ThreadId,
    /// A reply in a thread or a comment under a post.
    ReplyId,
    /// A blog post.
    PostId,
    /// A chat room.
    RoomId,
    /// A chat message.
    MessageId,
    /// A note of the hosts of a room.
    NoteId,
    /// A case of the moderation desk.
    CaseId,
    /// A decision in a case.
    DecisionId,
    /// A question to a colleague about a case.
    ConsultId,
}
