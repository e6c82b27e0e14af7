//! Sessions: rows that can be revoked, carried by a signed token. The row decides, never the token.

use std::collections::HashMap;
use std::sync::Arc;

use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header::AUTHORIZATION;
use actix_web::{HttpRequest, web};
use chrono::{DateTime, Duration, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Array, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use super::actor::{Actor, Roles};
use super::keys::Keys;
use crate::http::Problem;
use crate::http::guard::{Place, SESSION_COOKIE};
use crate::infra::db::{Conn, Db, Tx};
use crate::infra::gather::Gather;
use crate::infra::ids::{self, AccountId, SessionId};
use crate::query;

/// How long a bearer token is good for; its session lives on.
pub const BEARER_MINUTES: i64 = 15;

/// Longest life and idle time of a session (RIGHTS.md, "Limits").
#[must_use]
pub fn lifetime(staff: bool) -> (Duration, Duration) {
    if staff { (Duration::hours(12), Duration::hours(1)) } else { (Duration::days(30), Duration::days(14)) }
}

/// How the token travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// An HttpOnly cookie that no script can read.
    Cookie,
    /// `Authorization: Bearer`, for programs.
    Bearer,
}

impl Carrier {
    fn code(self) -> &'static str {
        match self {
            Self::Cookie => "cookie",
            Self::Bearer => "bearer",
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Claims {
    sid: SessionId,
    exp: i64,
}

/// Signs and reads session tokens (JWT, RFC 7519, HS256).
#[derive(Clone)]
pub struct Tokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    /// Where requests that come at once look their sessions up together.
    looks: Arc<Gather<SessionId, ActorRow>>,
}

impl Tokens {
    /// With the key for tokens.
    #[must_use]
    pub fn new(keys: &Keys) -> Self {
        let key = keys.derive("session token");
        // An error means that another provider was installed before: the same one, by another test of this process.
        let _ =
            jsonwebtoken::crypto::CryptoProvider::install_default(&jsonwebtoken::crypto::rust_crypto::DEFAULT_PROVIDER);
        Self {
            encoding: EncodingKey::from_secret(&key),
            decoding: DecodingKey::from_secret(&key),
            looks: Arc::default(),
        }
    }

    /// A token for a session, good until `until`.
    ///
    /// # Errors
    /// 500 when signing fails.
    pub fn sign(&self, session: SessionId, until: DateTime<Utc>) -> Result<String, Problem> {
        let claims = Claims { sid: session, exp: until.timestamp() };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.encoding)
            .map_err(|e| Problem::Internal(e.into()))
    }

    /// The session of a token that we signed and that has not run out at `now`.
    #[must_use]
    pub fn read(&self, token: &str, now: DateTime<Utc>) -> Option<SessionId> {
        let mut rules = Validation::new(Algorithm::HS256);
        rules.validate_exp = false;
        let claims = jsonwebtoken::decode::<Claims>(token, &self.decoding, &rules).ok()?.claims;
        (claims.exp > now.timestamp()).then_some(claims.sid)
    }
}

query! {
    /// The accounts behind sessions that are neither revoked nor run out.
    struct ActorsOfSessions { sessions: Vec<SessionId> => Array<SqlUuid>, now: DateTime<Utc> => Timestamptz }
    "select s.id as session_id, a.id, a.pseudonym, a.trusted, a.consented_at, a.shows_presence, a.created_at, s.authenticated_at, s.created_at as session_created_at,
            s.last_used_at, s.expires_at,
            coalesce((select array_agg(r.role) from account_roles r where r.account_id = a.id), '{}') as roles,
            (select max(x.until) from sanctions x where x.account_id = a.id and x.kind = 'suspend' and x.lifted_at is null and x.until > $2) as suspended_until,
            (select max(x.until) from sanctions x where x.account_id = a.id and x.kind = 'mute' and x.lifted_at is null and x.until > $2) as muted_until,
            (select p.asked_at from pledges p where p.account_id = a.id and p.signed_at is null) as pledge_asked_at
     from sessions s join accounts a on a.id = s.account_id
     where s.id = any($1) and s.revoked_at is null and s.expires_at > $2 and a.erased_at is null"
}

#[derive(QueryableByName, Clone)]
struct ActorRow {
    #[diesel(sql_type = SqlUuid)]
    session_id: SessionId,
    #[diesel(sql_type = SqlUuid)]
    id: AccountId,
    #[diesel(sql_type = Text)]
    pseudonym: String,
    #[diesel(sql_type = Bool)]
    trusted: bool,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    consented_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Bool)]
    shows_presence: bool,
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    authenticated_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    session_created_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    last_used_at: DateTime<Utc>,
    #[diesel(sql_type = Array<Text>)]
    roles: Vec<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    suspended_until: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    muted_until: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pledge_asked_at: Option<DateTime<Utc>>,
}

query! {
    struct Touch { session: SessionId => SqlUuid, now: DateTime<Utc> => Timestamptz }
    "update sessions set last_used_at = $2 where id = $1"
}

/// The actor of a session, if the session still holds. Read anew for every request and by the live socket's check.
///
/// # Errors
/// When the database fails.
pub async fn find_actor(conn: &mut Conn, session: SessionId, now: DateTime<Utc>) -> Result<Option<Actor>, Problem> {
    let row = look(conn, vec![session], now).await?.remove(&session);
    let Some(row) = row.filter(|row| row.holds(now)) else { return Ok(None) };
    if row.is_touched_late(now) {
        Touch { session, now }.execute(conn).await?;
    }
    Ok(Some(row.actor()))
}

/// Rows of sessions that are neither revoked nor run out.
async fn look(
    conn: &mut Conn,
    sessions: Vec<SessionId>,
    now: DateTime<Utc>,
) -> Result<HashMap<SessionId, ActorRow>, Problem> {
    let rows: Vec<ActorRow> = ActorsOfSessions { sessions, now }.load(conn).await?;
    Ok(rows.into_iter().map(|row| (row.session_id, row)).collect())
}

impl ActorRow {
    /// Whether the session is neither too old nor idle for too long.
    fn holds(&self, now: DateTime<Utc>) -> bool {
        let (life, idle) = lifetime(self.roles().is_staff());
        self.session_created_at + life > now && self.last_used_at + idle > now
    }

    /// Whether its last use is to be written down anew.
    fn is_touched_late(&self, now: DateTime<Utc>) -> bool {
        self.last_used_at + Duration::minutes(1) < now
    }

    fn roles(&self) -> Roles {
        Roles::from_codes(self.roles.iter().map(String::as_str))
    }

    fn actor(self) -> Actor {
        Actor {
            roles: self.roles(),
            id: self.id,
            session: self.session_id,
            name: self.pseudonym,
            trusted: self.trusted,
            consented_at: self.consented_at,
            suspended_until: self.suspended_until,
            muted_until: self.muted_until,
            pledge_asked_at: self.pledge_asked_at,
            shows_presence: self.shows_presence,
            authenticated_at: self.authenticated_at,
            created_at: self.created_at,
        }
    }
}

/// As [`find_actor`], in one look with the other requests that come at the same time.
async fn find_together(
    tokens: &Tokens,
    db: &Db,
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<Option<Actor>, Problem> {
    let all = async |sessions| look(&mut *db.read().await?, sessions, now).await;
    let row = tokens.looks.ask(session, all).await?;
    let Some(row) = row.filter(|row| row.holds(now)) else { return Ok(None) };
    if row.is_touched_late(now) {
        Touch { session, now }.execute(&mut *db.read().await?).await?;
    }
    Ok(Some(row.actor()))
}

/// `Ok(None)` for "no such row", for queries that may find nothing.
///
/// # Errors
/// Any other failure.
pub fn none_if_missing<T>(error: diesel::result::Error) -> Result<Option<T>, Problem> {
    match error {
        diesel::result::Error::NotFound => Ok(None),
        other => Err(other.into()),
    }
}

/// Who sends this request. A bearer token must be good; a cookie that is not is as none.
///
/// # Errors
/// 401 for a bad bearer token.
pub async fn of_request(request: &HttpRequest) -> Result<Option<Actor>, Problem> {
    let (Some(tokens), Some(db)) = (request.app_data::<web::Data<Tokens>>(), request.app_data::<web::Data<Db>>())
    else {
        return Err(Problem::Internal(anyhow::anyhow!("sessions are not wired")));
    };
    let now = db.clock().now();
    let (token, must_hold) = match request.headers().get(AUTHORIZATION) {
        Some(value) => (value.to_str().ok().and_then(|v| v.strip_prefix("Bearer ")).map(str::to_owned), true),
        None => (request.cookie(SESSION_COOKIE).map(|c| c.value().to_owned()), false),
    };
    let session = token.and_then(|t| tokens.read(&t, now));
    let actor = match session {
        Some(session) => find_together(tokens, db, session, now).await?,
        None => None,
    };
    if actor.is_none() && must_hold { Err(Problem::SignedOut) } else { Ok(actor) }
}

query! {
    struct InsertSession {
        id: SessionId => SqlUuid, account: AccountId => SqlUuid, carrier: String => Text,
        now: DateTime<Utc> => Timestamptz, until: DateTime<Utc> => Timestamptz,
    }
    "insert into sessions (id, account_id, carrier, created_at, last_used_at, authenticated_at, expires_at) values ($1, $2, $3, $4, $4, $4, $5)"
}

/// Opens a session of an account whose password was just proven.
///
/// # Errors
/// When the database fails.
pub async fn open(tx: &mut Tx, account: AccountId, carrier: Carrier) -> Result<SessionId, Problem> {
    let id = SessionId(ids::random());
    let now = tx.now();
    let (life, _) = lifetime(false);
    InsertSession { id, account, carrier: carrier.code().to_owned(), now, until: now + life }
        .execute(&mut **tx)
        .await?;
    Ok(id)
}

/// The cookie of a session.
///
/// # Errors
/// 500 when signing fails.
pub fn cookie(
    tokens: &Tokens,
    place: &Place,
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<Cookie<'static>, Problem> {
    let (life, _) = lifetime(false);
    let token = tokens.sign(session, now + life)?;
    Ok(base_cookie(place, token).max_age(actix_web::cookie::time::Duration::seconds(life.num_seconds())).finish())
}

/// The cookie that takes a session's cookie away.
#[must_use]
pub fn no_cookie(place: &Place) -> Cookie<'static> {
    let mut cookie = base_cookie(place, String::new()).finish();
    cookie.make_removal();
    cookie
}

fn base_cookie(place: &Place, value: String) -> actix_web::cookie::CookieBuilder<'static> {
    Cookie::build(SESSION_COOKIE, value).path("/").http_only(true).same_site(SameSite::Lax).secure(place.is_secure())
}
