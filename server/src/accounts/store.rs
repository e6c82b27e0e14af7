//! Rows of accounts, sessions and roles.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::access::session::none_if_missing;
use crate::http::Problem;
use crate::infra::db::{Conn, Tx, broken_constraint};
use crate::infra::ids::{AccountId, SessionId};
use crate::query;

query! {
    /// A new account.
    pub struct InsertAccount {
        id: AccountId => SqlUuid, pseudonym: String => Text, skeleton: String => Text, password_hash: String => Text,
        recovery_hash: String => Text, birth_year: i16 => SmallInt, trusted: bool => Bool, heard_from: Option<String> => Nullable<Text>,
        locale: String => Text, origin: String => Text, consented_at: Option<DateTime<Utc>> => Nullable<Timestamptz>, now: DateTime<Utc> => Timestamptz,
    }
    "insert into accounts (id, pseudonym, pseudonym_skeleton, password_hash, recovery_hash, birth_year, trusted, heard_from, locale, origin, consented_at, rules_accepted_at, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)"
}

/// Inserts, naming a pseudonym that is taken.
///
/// # Errors
/// 409 `pseudonym_taken`.
pub async fn insert_account(conn: &mut Conn, row: InsertAccount) -> Result<(), Problem> {
    match row.execute(conn).await {
        Ok(_) => Ok(()),
        Err(error) if broken_constraint(&error) == Some("accounts_pseudonym_skeleton_key") => {
            Err(Problem::Conflict("pseudonym_taken", serde_json::json!({})))
        }
        Err(error) => Err(error.into()),
    }
}

query! {
    struct TakenSkeletons { skeletons: Vec<String> => Array<Text> }
    "select pseudonym_skeleton as text from accounts where pseudonym_skeleton = any($1)"
}

/// A text alone.
#[derive(QueryableByName)]
pub struct TextRow {
    /// The text.
    #[diesel(sql_type = Text)]
    pub text: String,
}

/// Those of `skeletons` that somebody has.
///
/// # Errors
/// When the database fails.
pub async fn taken_skeletons(conn: &mut Conn, skeletons: Vec<String>) -> Result<Vec<String>, Problem> {
    let rows: Vec<TextRow> = TakenSkeletons { skeletons }.load(conn).await?;
    Ok(rows.into_iter().map(|row| row.text).collect())
}

query! {
    struct CredentialsBySkeleton { skeleton: String => Text }
    "select id, password_hash, recovery_hash from accounts where pseudonym_skeleton = $1 and erased_at is null"
}
query! {
    struct CredentialsById { id: AccountId => SqlUuid }
    "select id, password_hash, recovery_hash from accounts where id = $1 and erased_at is null"
}

query! {
    /// Keeps what was proven as it is until the transaction ends: another sign-in may do the same at once, a change waits.
    struct ShareCredentials { id: AccountId => SqlUuid }
    "select id, password_hash, recovery_hash from accounts where id = $1 and erased_at is null for share"
}
query! {
    /// For whoever changes what was proven.
    struct LockCredentials { id: AccountId => SqlUuid }
    "select id, password_hash, recovery_hash from accounts where id = $1 and erased_at is null for no key update"
}

/// What somebody can prove themselves with.
#[derive(QueryableByName, PartialEq, Eq)]
pub struct Credentials {
    /// Whose.
    #[diesel(sql_type = SqlUuid)]
    pub id: AccountId,
    /// Hash of the password.
    #[diesel(sql_type = Text)]
    pub password_hash: String,
    /// Hash of the recovery code.
    #[diesel(sql_type = Text)]
    pub recovery_hash: String,
}

/// Credentials of the account whose pseudonym has this skeleton.
///
/// # Errors
/// When the database fails.
pub async fn find_credentials(conn: &mut Conn, skeleton: String) -> Result<Option<Credentials>, Problem> {
    CredentialsBySkeleton { skeleton }.get_result(conn).await.map_or_else(none_if_missing, |row| Ok(Some(row)))
}

/// Credentials of an account that is signed in.
///
/// # Errors
/// When the database fails.
pub async fn get_credentials(conn: &mut Conn, id: AccountId) -> Result<Credentials, Problem> {
    Ok(CredentialsById { id }.get_result(conn).await?)
}

/// Whether the credentials that were verified outside the transaction still hold; they do until it ends. `changes`: this
/// transaction is about to replace them, so that of two at once only the first finds them.
///
/// # Errors
/// When the database fails.
pub async fn still_holds(tx: &mut Tx, known: &Credentials, changes: bool) -> Result<bool, Problem> {
    let id = known.id;
    let now: Result<Credentials, _> = if changes {
        LockCredentials { id }.get_result(&mut **tx).await
    } else {
        ShareCredentials { id }.get_result(&mut **tx).await
    };
    Ok(now.map_or_else(none_if_missing, |row| Ok(Some(row)))?.is_some_and(|now| now == *known))
}

query! {
    /// A new password.
    pub struct SetPassword { id: AccountId => SqlUuid, hash: String => Text }
    "update accounts set password_hash = $2 where id = $1"
}
query! {
    /// A new recovery code.
    pub struct SetRecovery { id: AccountId => SqlUuid, hash: String => Text }
    "update accounts set recovery_hash = $2 where id = $1"
}
query! {
    /// Ends sessions of an account, all but one if given.
    pub struct RevokeSessions { account: AccountId => SqlUuid, but: Option<SessionId> => Nullable<SqlUuid>, now: DateTime<Utc> => Timestamptz }
    "update sessions set revoked_at = $3 where account_id = $1 and revoked_at is null and ($2 is null or id <> $2)"
}
query! {
    /// Ends one session of an account.
    pub struct RevokeSession { account: AccountId => SqlUuid, session: SessionId => SqlUuid, now: DateTime<Utc> => Timestamptz }
    "update sessions set revoked_at = $3 where account_id = $1 and id = $2 and revoked_at is null"
}
query! {
    /// The password was proven again in this session.
    pub struct StepUp { session: SessionId => SqlUuid, now: DateTime<Utc> => Timestamptz }
    "update sessions set authenticated_at = $2, last_used_at = $2 where id = $1"
}
query! {
    /// Sessions of an account that still hold.
    pub struct OpenSessions { account: AccountId => SqlUuid, now: DateTime<Utc> => Timestamptz }
    "select id, carrier, created_at, last_used_at from sessions where account_id = $1 and revoked_at is null and expires_at > $2 order by last_used_at desc, id"
}

/// A session as its owner sees it.
#[derive(QueryableByName)]
pub struct SessionRow {
    /// Which.
    #[diesel(sql_type = SqlUuid)]
    pub id: SessionId,
    /// Cookie or bearer.
    #[diesel(sql_type = Text)]
    pub carrier: String,
    /// Signed in at.
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    /// Last used at, to the minute.
    #[diesel(sql_type = Timestamptz)]
    pub last_used_at: DateTime<Utc>,
}

query! {
    struct ProfileOf { id: AccountId => SqlUuid }
    "select a.birth_year, a.ask_me_about, a.locale from accounts a where a.id = $1"
}

/// What the account itself knows beside the actor.
#[derive(QueryableByName)]
pub struct ProfileRow {
    /// Year of birth.
    #[diesel(sql_type = SmallInt)]
    pub birth_year: i16,
    /// Line on the profile of a supporter.
    #[diesel(sql_type = Nullable<Text>)]
    pub ask_me_about: Option<String>,
    /// Language of messages.
    #[diesel(sql_type = Text)]
    pub locale: String,
}

/// The profile of an account.
///
/// # Errors
/// When the database fails.
pub async fn get_profile(conn: &mut Conn, id: AccountId) -> Result<ProfileRow, Problem> {
    Ok(ProfileOf { id }.get_result(conn).await?)
}

query! {
    /// Consent given or taken back.
    pub struct SetConsent { id: AccountId => SqlUuid, at: Option<DateTime<Utc>> => Nullable<Timestamptz> }
    "update accounts set consented_at = $2 where id = $1"
}
query! {
    /// The record of a consent (GDPR art. 7(1)).
    pub struct RecordConsent { id: Uuid => SqlUuid, account: AccountId => SqlUuid, purpose: String => Text, given: bool => Bool, at: DateTime<Utc> => Timestamptz }
    "insert into consents (id, account_id, purpose, given, at) values ($1, $2, $3, $4, $5)"
}
query! {
    /// Language of messages.
    pub struct SetLocale { id: AccountId => SqlUuid, locale: String => Text }
    "update accounts set locale = $2 where id = $1"
}
query! {
    /// Whether the person is counted among those who are in a room now.
    pub struct SetPresence { id: AccountId => SqlUuid, shown: bool => Bool }
    "update accounts set shows_presence = $2 where id = $1"
}
query! {
    /// Line on the profile.
    pub struct SetAskMeAbout { id: AccountId => SqlUuid, line: Option<String> => Nullable<Text> }
    "update accounts set ask_me_about = $2 where id = $1"
}

query! {
    struct CertificatesOf { id: AccountId => SqlUuid }
    "select category, granted_at, expires_at from certificates where account_id = $1 order by category"
}

/// Training that somebody has.
#[derive(QueryableByName)]
pub struct CertificateRow {
    /// Code of the category.
    #[diesel(sql_type = Text)]
    pub category: String,
    /// Recorded at.
    #[diesel(sql_type = Timestamptz)]
    pub granted_at: DateTime<Utc>,
    /// Good until.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub expires_at: Option<DateTime<Utc>>,
}

/// Certificates of an account.
///
/// # Errors
/// When the database fails.
pub async fn certificates(conn: &mut Conn, id: AccountId) -> Result<Vec<CertificateRow>, Problem> {
    Ok(CertificatesOf { id }.load(conn).await?)
}

query! {
    /// Accounts, newest first, for coordinators.
    pub struct People { part: Option<String> => Nullable<Text>, role: Option<String> => Nullable<Text>, before: Option<DateTime<Utc>> => Nullable<Timestamptz>, before_id: Option<Uuid> => Nullable<SqlUuid>, now: DateTime<Utc> => Timestamptz, limit: i64 => BigInt }
    "select a.id, a.pseudonym, a.trusted, a.created_at, a.ask_me_about,
            coalesce((select array_agg(r.role) from account_roles r where r.account_id = a.id), '{}') as roles,
            coalesce((select array_agg(c.category order by c.category) from certificates c where c.account_id = a.id and (c.expires_at is null or c.expires_at > $5)), '{}') as certificates,
            coalesce((select array_agg(c.expires_at order by c.category) from certificates c where c.account_id = a.id and (c.expires_at is null or c.expires_at > $5)), '{}') as certificate_ends,
            (select max(x.until) from sanctions x where x.account_id = a.id and x.kind = 'suspend' and x.lifted_at is null and x.until > $5) as suspended_until
     from accounts a
     where a.erased_at is null
       and ($1 is null or strpos(lower(a.pseudonym), lower($1)) > 0)
       and ($2 is null or $2 = 'participant' or exists (select 1 from account_roles r where r.account_id = a.id and r.role = $2))
       and ($3 is null or (a.created_at, a.id) < ($3, $4))
     order by a.created_at desc, a.id desc limit $6"
}
query! {
    /// One account, for coordinators.
    pub struct PersonById { id: AccountId => SqlUuid, now: DateTime<Utc> => Timestamptz }
    "select a.id, a.pseudonym, a.trusted, a.created_at, a.ask_me_about,
            coalesce((select array_agg(r.role) from account_roles r where r.account_id = a.id), '{}') as roles,
            coalesce((select array_agg(c.category order by c.category) from certificates c where c.account_id = a.id and (c.expires_at is null or c.expires_at > $2)), '{}') as certificates,
            coalesce((select array_agg(c.expires_at order by c.category) from certificates c where c.account_id = a.id and (c.expires_at is null or c.expires_at > $2)), '{}') as certificate_ends,
            (select max(x.until) from sanctions x where x.account_id = a.id and x.kind = 'suspend' and x.lifted_at is null and x.until > $2) as suspended_until
     from accounts a where a.id = $1 and a.erased_at is null"
}

/// An account as a coordinator sees it.
#[derive(QueryableByName)]
pub struct PersonRow {
    /// Which.
    #[diesel(sql_type = SqlUuid)]
    pub id: AccountId,
    /// Pseudonym.
    #[diesel(sql_type = Text)]
    pub pseudonym: String,
    /// Trusted supporter.
    #[diesel(sql_type = Bool)]
    pub trusted: bool,
    /// Joined at.
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    /// Line on the profile.
    #[diesel(sql_type = Nullable<Text>)]
    pub ask_me_about: Option<String>,
    /// Codes of roles beside participant.
    #[diesel(sql_type = Array<Text>)]
    pub roles: Vec<String>,
    /// Codes of certificates in force.
    #[diesel(sql_type = Array<Text>)]
    pub certificates: Vec<String>,
    /// When each of them runs out, in the same order.
    #[diesel(sql_type = Array<Nullable<Timestamptz>>)]
    pub certificate_ends: Vec<Option<DateTime<Utc>>>,
    /// End of a suspension in force.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub suspended_until: Option<DateTime<Utc>>,
}

query! {
    /// Locks an account's row while its roles change.
    pub struct LockAccount { id: AccountId => SqlUuid }
    "select id from accounts where id = $1 and erased_at is null for update"
}

query! {
    /// Takes away every role that is not in the list.
    pub struct DropRoles { id: AccountId => SqlUuid, keep: Vec<String> => Array<Text> }
    "delete from account_roles where account_id = $1 and not (role = any($2))"
}
query! {
    /// Gives roles that are not there yet.
    pub struct AddRoles { id: AccountId => SqlUuid, roles: Vec<String> => Array<Text>, by: Option<AccountId> => Nullable<SqlUuid>, now: DateTime<Utc> => Timestamptz }
    "insert into account_roles (account_id, role, granted_by, granted_at) select $1, r, $3, $4 from unnest($2) r on conflict do nothing"
}
query! {
    /// Trust in a supporter.
    pub struct SetTrusted { id: AccountId => SqlUuid, trusted: bool => Bool }
    "update accounts set trusted = $2 where id = $1"
}
query! {
    /// Coordinators other than this account.
    pub struct OtherCoordinators { id: AccountId => SqlUuid }
    "select count(*) as n from account_roles r join accounts a on a.id = r.account_id where r.role = 'coordinator' and r.account_id <> $1 and a.erased_at is null"
}

/// A number alone.
#[derive(QueryableByName)]
pub struct CountRow {
    /// The number.
    #[diesel(sql_type = BigInt)]
    pub n: i64,
}

query! {
    /// Takes away every certificate that is not in the list.
    pub struct DropCertificates { id: AccountId => SqlUuid, keep: Vec<String> => Array<Text> }
    "delete from certificates where account_id = $1 and not (category = any($2))"
}
query! {
    /// Records training, or a new end of it.
    pub struct AddCertificate { id: AccountId => SqlUuid, category: String => Text, by: Option<AccountId> => Nullable<SqlUuid>, now: DateTime<Utc> => Timestamptz, until: Option<DateTime<Utc>> => Nullable<Timestamptz> }
    "insert into certificates (account_id, category, granted_by, granted_at, expires_at) values ($1, $2, $3, $4, $5)
     on conflict (account_id, category) do update set granted_by = $3, granted_at = $4, expires_at = $5, told_at = null"
}
query! {
    /// Records training that somebody earned; an end that is later already, or none, stays.
    pub struct EarnCertificate { id: AccountId => SqlUuid, category: String => Text, now: DateTime<Utc> => Timestamptz, until: DateTime<Utc> => Timestamptz }
    "insert into certificates (account_id, category, granted_at, expires_at) values ($1, $2, $3, $4)
     on conflict (account_id, category) do update set granted_by = null, granted_at = $3, told_at = null,
        expires_at = case when certificates.expires_at is null then null else greatest(certificates.expires_at, $4) end"
}
