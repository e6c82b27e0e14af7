//! Hand-written SQL with diesel's types and its cache of prepared statements.
//!
//! `diesel::sql_query` is never cached; [`query!`](crate::query) makes a named query whose text is static, so it is.

use diesel::pg::Pg;
use diesel::query_builder::AstPass;
use diesel::result::QueryResult;

/// Writes `sql`, giving each `$n` to `bind` (1-based), which pushes that parameter.
///
/// # Errors
/// What pushing a parameter gives.
pub fn walk<'q>(
    sql: &str,
    mut out: AstPass<'_, 'q, Pg>,
    mut bind: impl FnMut(usize, &mut AstPass<'_, 'q, Pg>) -> QueryResult<()>,
) -> QueryResult<()> {
    let mut rest = sql;
    while let Some((before, after)) = rest.split_once('$') {
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        let (number, tail) = after.split_at(digits);
        match number.parse() {
            Ok(n) => {
                out.push_sql(before);
                bind(n, &mut out)?;
            }
            Err(_) => return Err(diesel::result::Error::QueryBuilderError("a lone $ in a query".into())),
        }
        rest = tail;
    }
    out.push_sql(rest);
    Ok(())
}

/// Declares a query as a struct whose fields are its parameters `$1`, `$2` … in order:
///
/// ```ignore
/// query! {
///     /// Titles of a board.
///     pub struct Titles { board: BoardId => Uuid, limit: i64 => BigInt }
///     "select title from threads where board_id = $1 limit $2"
/// }
/// let rows: Vec<TitleRow> = Titles { board, limit }.load(conn).await?;   // TitleRow: QueryableByName
/// ```
/// A parameter may stand several times in the text.
#[macro_export]
macro_rules! query {
    ($(#[$doc:meta])* $vis:vis struct $name:ident { $($field:ident : $rust:ty => $sql:ty),* $(,)? } $text:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, diesel::query_builder::QueryId)]
        $vis struct $name { $($vis $field: $rust),* }

        impl diesel::query_builder::QueryFragment<diesel::pg::Pg> for $name {
            fn walk_ast<'q>(&'q self, out: diesel::query_builder::AstPass<'_, 'q, diesel::pg::Pg>) -> diesel::QueryResult<()> {
                $crate::infra::query::walk($text, out, |n, out| {
                    let mut at = 0_usize;
                    $(
                        at += 1;
                        if n == at {
                            return out.push_bind_param::<$sql, $rust>(&self.$field);
                        }
                    )*
                    let _ = (n, &mut at, out);
                    Err(diesel::result::Error::QueryBuilderError(
                        concat!("no such parameter in ", stringify!($name)).into(),
                    ))
                })
            }
        }
        impl diesel::query_builder::Query for $name {
            type SqlType = diesel::sql_types::Untyped;
        }
    };
}
