//! A diploma, shown to whoever has its code. It names the holder's pseudonym and nothing else about them.

use chrono::{DateTime, Utc};
use moderation::Certificate;

use super::course::Course;
use super::store;
use super::views::DiplomaView;
use crate::accounts;
use crate::community;
use crate::http::{Lang, Problem};
use crate::infra::db::Conn;

/// The diploma with a code, however it was copied.
///
/// # Errors
/// 404 without one.
pub(super) async fn verify(
    conn: &mut Conn,
    typed: &str,
    lang: Lang,
    now: DateTime<Utc>,
) -> Result<DiplomaView, Problem> {
    let row = store::find_diploma(conn, accounts::as_written(typed)).await?.ok_or(Problem::NotFound)?;
    let certificate: Certificate = row.course.parse().map_err(|_| Problem::NotFound)?;
    let state = match (row.withdrawn, row.expires_at > now) {
        (true, _) => "withdrawn",
        (false, true) => "valid",
        (false, false) => "expired",
    };
    Ok(DiplomaView {
        state: state.to_owned(),
        community: community::get(conn).await?.name,
        title: Course::load(conn, certificate, lang).await?.title,
        code: row.code,
        pseudonym: row.pseudonym,
        course: row.course,
        issued_at: row.issued_at,
        expires_at: row.expires_at,
    })
}
