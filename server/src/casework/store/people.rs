//! Names of people, for the desk.

use diesel::QueryableByName;
use diesel::sql_types::{Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use crate::access::session::none_if_missing;
use crate::http::Problem;
use crate::infra::db::Conn;
use crate::infra::ids::AccountId;
use crate::query;

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    pseudonym: String,
}

query! {
    struct Find { id: AccountId => SqlUuid }
    "select pseudonym from accounts where id = $1 and erased_at is null"
}

/// The pseudonym of an account that is not erased.
pub(crate) async fn find_name(conn: &mut Conn, id: AccountId) -> Result<Option<String>, Problem> {
    let row: Option<Name> = Find { id }.get_result(conn).await.map_or_else(none_if_missing, |row| Ok(Some(row)))?;
    Ok(row.map(|row| row.pseudonym))
}
