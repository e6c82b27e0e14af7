//! Signing in and out, and what proves who somebody is.

use actix_web::http::header::ORIGIN;
use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use chrono::{DateTime, Duration, Utc};
use diesel_async::RunQueryDsl;
use moderation::pseudonym;
use serde::Serialize;
use serde_json::json;

use super::bodies::{SignInBody, StepUpBody};
use super::views::{AccountView, SessionView, SignedInView};
use super::{credentials, store};
use crate::access::session::{self, BEARER_MINUTES, Carrier, Tokens};
use crate::access::{Actor, SignedIn};
use crate::http::body::parse;
use crate::http::guard::Place;
use crate::http::limits::{Limited, Limits};
use crate::http::{Answer, Page, Problem, RawBody};
use crate::infra::bus::{Signal, Topic};
use crate::infra::db::{Db, Tx};
use crate::infra::ids::{AccountId, SessionId};

/// How a caller gets its token: from a browser a cookie, else a bearer.
pub(super) fn carrier(request: &HttpRequest) -> Carrier {
    if request.headers().contains_key(ORIGIN) { Carrier::Cookie } else { Carrier::Bearer }
}

/// A session just opened, as it is handed to the caller.
pub(super) struct Opened {
    pub actor: Actor,
    pub carrier: Carrier,
}

/// Opens a session and reads who it is, in the transaction that proved the password.
pub(super) async fn open(tx: &mut Tx, account: AccountId, carrier: Carrier) -> Result<Opened, Problem> {
    let id = session::open(tx, account, carrier).await?;
    let now = tx.now();
    let actor = session::find_actor(tx, id, now).await?.ok_or(Problem::SignedOut)?;
    Ok(Opened { actor, carrier })
}

impl Opened {
    pub(super) fn account(&self) -> AccountView {
        AccountView {
            id: self.actor.id.0,
            pseudonym: self.actor.name.clone(),
            roles: self.actor.roles.iter().collect(),
        }
    }

    /// The bearer token, for programs, and the seconds it lasts.
    pub(super) fn token(&self, tokens: &Tokens, now: DateTime<Utc>) -> Result<(Option<String>, i64), Problem> {
        match self.carrier {
            Carrier::Cookie => Ok((None, session::lifetime(self.actor.roles.is_staff()).0.num_seconds())),
            Carrier::Bearer => {
                let token = tokens.sign(self.actor.session, now + Duration::minutes(BEARER_MINUTES))?;
                Ok((Some(token), BEARER_MINUTES * 60))
            }
        }
    }

    /// The answer with the cookie, for browsers.
    pub(super) fn answer(
        &self,
        mut answer: actix_web::HttpResponseBuilder,
        tokens: &Tokens,
        place: &Place,
        now: DateTime<Utc>,
        body: &impl Serialize,
    ) -> Answer {
        if self.carrier == Carrier::Cookie {
            answer.cookie(session::cookie(tokens, place, self.actor.session, now)?);
        }
        Ok(answer.json(body))
    }
}

/// How long a try waits where others try the same account from elsewhere, again and again.
const SLOWED: std::time::Duration = std::time::Duration::from_secs(3);

/// Counts a try at proving who one is, for the network, and for the account from this network. Who tries from elsewhere
/// slows everybody down, and keeps nobody out (RIGHTS.md, "Limits").
pub(super) async fn count_try(
    limits: &Limits,
    place: &Place,
    request: &HttpRequest,
    skeleton: &str,
) -> Result<(), Problem> {
    let network = limits.network(place.address(request));
    limits.count(Limited::SignInNetwork, &network)?;
    limits.count(Limited::SignInAccount, &[&network, skeleton.as_bytes()].concat())?;
    if limits.count(Limited::SignInAnywhere, skeleton.as_bytes()).is_err() {
        tokio::time::sleep(SLOWED).await;
    }
    Ok(())
}

/// Signs in.
#[utoipa::path(tag = "accounts", request_body = SignInBody, responses((status = 200, body = SignedInView), (status = 401), (status = 422), (status = 429)))]
#[post("/session")]
pub async fn sign_in(
    request: HttpRequest,
    db: web::Data<Db>,
    tokens: web::Data<Tokens>,
    place: web::Data<Place>,
    limits: web::Data<Limits>,
    body: RawBody,
) -> Answer {
    let mut form = body.form()?;
    let name = form.required("pseudonym", parse::text(1, 100));
    let password = form.required("password", credentials::typed);
    form.finish()?;
    let (Some(name), Some(password)) = (name, password) else { return Err(Problem::BadCredentials) };
    let skeleton = pseudonym::skeleton(&name);
    count_try(&limits, &place, &request, &skeleton).await?;
    let known = store::find_credentials(&mut *db.read().await?, skeleton).await?;
    let proven = credentials::verify(&password, known.as_ref().map(|k| k.password_hash.clone())).await?;
    let (true, Some(known)) = (proven, known) else { return Err(Problem::BadCredentials) };
    let opened = db
        .write(async |tx| {
            // A password that was changed meanwhile opens nothing.
            if !store::still_holds(tx, &known, false).await? {
                return Err(Problem::BadCredentials);
            }
            open(tx, known.id, carrier(&request)).await
        })
        .await?;
    let now = db.clock().now();
    let (access_token, expires_in) = opened.token(&tokens, now)?;
    let view = SignedInView { account: opened.account(), access_token, expires_in, recovery_code: None };
    opened.answer(HttpResponse::Ok(), &tokens, &place, now, &view)
}

/// Signs out here.
#[utoipa::path(tag = "accounts", responses((status = 204), (status = 401)))]
#[delete("/session")]
pub async fn sign_out(db: web::Data<Db>, place: web::Data<Place>, by: SignedIn) -> Answer {
    let (account, session) = (by.id, by.session);
    db.write(async |tx| {
        let now = tx.now();
        store::RevokeSession { account, session, now }.execute(&mut **tx).await?;
        tx.announce(Signal::new(Topic::Access, account, 0));
        Ok::<_, Problem>(())
    })
    .await?;
    Ok(HttpResponse::NoContent().cookie(session::no_cookie(&place)).finish())
}

/// Proves the password again, for what a session left open must not be enough for.
#[utoipa::path(tag = "accounts", request_body = StepUpBody, responses((status = 204), (status = 401), (status = 422), (status = 429)))]
#[post("/session/step-up")]
pub async fn step_up(
    request: HttpRequest,
    db: web::Data<Db>,
    place: web::Data<Place>,
    limits: web::Data<Limits>,
    by: SignedIn,
    body: RawBody,
) -> Answer {
    let mut form = body.form()?;
    let password = form.required("password", credentials::typed);
    form.finish()?;
    let Some(password) = password else { return Err(Problem::BadCredentials) };
    count_try(&limits, &place, &request, &pseudonym::skeleton(&by.name)).await?;
    let known = store::get_credentials(&mut *db.read().await?, by.id).await?;
    if !credentials::verify(&password, Some(known.password_hash)).await? {
        return Err(Problem::field("password", "wrong_password"));
    }
    let session = by.session;
    db.write(async |tx| {
        let now = tx.now();
        store::StepUp { session, now }.execute(&mut **tx).await?;
        Ok::<_, Problem>(())
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Own sessions that still hold.
#[utoipa::path(tag = "accounts", responses((status = 200, body = Page<SessionView>), (status = 401)))]
#[get("/sessions")]
pub async fn list_sessions(db: web::Data<Db>, by: SignedIn) -> Answer {
    let now = db.clock().now();
    let rows: Vec<store::SessionRow> = store::OpenSessions { account: by.id, now }.load(&mut *db.read().await?).await?;
    let items = rows
        .into_iter()
        .map(|row| SessionView {
            id: row.id.0,
            carrier: row.carrier,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            current: row.id == by.session,
        })
        .collect();
    Ok(HttpResponse::Ok().json(Page { items, next: None }))
}

/// Signs out everywhere, here too.
#[utoipa::path(tag = "accounts", responses((status = 204), (status = 401)))]
#[delete("/sessions")]
pub async fn sign_out_everywhere(db: web::Data<Db>, place: web::Data<Place>, by: SignedIn) -> Answer {
    let account = by.id;
    db.write(async |tx| revoke_all(tx, account, None).await).await?;
    Ok(HttpResponse::NoContent().cookie(session::no_cookie(&place)).finish())
}

/// Ends every session of an account, but for one.
pub(super) async fn revoke_all(tx: &mut Tx, account: AccountId, but: Option<SessionId>) -> Result<(), Problem> {
    let now = tx.now();
    store::RevokeSessions { account, but, now }.execute(&mut **tx).await?;
    tx.announce(Signal::new(Topic::Access, account, 0));
    crate::audit::append(tx, Some(account), "sessions_ended", "account", Some(account.0), json!({})).await
}
