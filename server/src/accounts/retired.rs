//! Pseudonyms of erased accounts: nobody may take one for a year, so that nobody can pose as the person who left.
//! Only a keyed hash is kept, from which the name cannot be read.

use diesel::QueryableByName;
use diesel::sql_types::{Array, Binary};
use diesel_async::RunQueryDsl;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::access::Keys;
use crate::http::Problem;
use crate::infra::db::Conn;
use crate::query;

/// The keyed hash of a pseudonym's skeleton.
pub(super) fn hash(keys: &Keys, skeleton: &str) -> Vec<u8> {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&keys.derive("retired pseudonym")) else { return Vec::new() };
    mac.update(skeleton.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

query! {
    struct Retired { hashes: Vec<Vec<u8>> => Array<Binary> }
    "select skeleton_hash from retired_pseudonyms where skeleton_hash = any($1)"
}

#[derive(QueryableByName)]
struct HashRow {
    #[diesel(sql_type = Binary)]
    skeleton_hash: Vec<u8>,
}

/// Those of `skeletons` that a person who left was known by.
///
/// # Errors
/// When the database fails.
pub(super) async fn retired(conn: &mut Conn, keys: &Keys, skeletons: Vec<String>) -> Result<Vec<String>, Problem> {
    let hashed: Vec<(Vec<u8>, String)> = skeletons.into_iter().map(|name| (hash(keys, &name), name)).collect();
    let hashes = hashed.iter().map(|(hash, _)| hash.clone()).collect();
    let rows: Vec<HashRow> = Retired { hashes }.load(conn).await?;
    let is_retired = |hash: &Vec<u8>| rows.iter().any(|row| row.skeleton_hash == *hash);
    Ok(hashed.into_iter().filter(|(hash, _)| is_retired(hash)).map(|(_, name)| name).collect())
}
