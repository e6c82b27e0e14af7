//! The way in: who it is, whether the page that asks is ours, and the upgrade.

use std::io;
use std::sync::Arc;

use actix_http::ResponseBuilder;
use actix_http::ws::{HandshakeError, handshake};
use actix_web::http::Version;
use actix_web::http::header::{HeaderValue, ORIGIN, SEC_WEBSOCKET_PROTOCOL};
use actix_web::rt::net::TcpStream;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, get, post, web};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::BytesMut;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::frame::PROTOCOL;
use super::threads::{Guest, Threads};
use super::{Hub, store};
use crate::access::session;
use crate::access::{Actor, Member};
use crate::http::guard::{Place, SESSION_COOKIE};
use crate::http::limits::Limits;
use crate::http::page::query_value;
use crate::http::{Answer, Lang, Problem};
use crate::infra::db::Db;

/// Registers the routes.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(open_live).service(create_live_ticket);
}

/// Registers the one route of requests whose connection is handed over ([`crate::server`]).
pub fn upgrades(config: &mut web::ServiceConfig) {
    config.service(web::scope("/api/v1").service(open_live));
}

/// An upgrade that was granted: found in the request's extensions by whoever has the connection.
pub struct Upgraded {
    guest: Guest,
    threads: Arc<Threads>,
}

impl Upgraded {
    /// Has the socket served on its connection until it ends. `first`: what the client sent right behind its request.
    ///
    /// # Errors
    /// When the connection cannot be handed over.
    pub fn serve(self, line: TcpStream, first: BytesMut) -> io::Result<()> {
        self.threads.take(self.guest, line, first)
    }
}

/// A way to open the socket where no header can be set.
#[derive(Serialize, ToSchema)]
struct Ticket {
    /// Give it as `?ticket=`, once.
    ticket: String,
    /// Seconds that it is good for.
    expires_in: i64,
}

/// A ticket for one live socket.
#[utoipa::path(
    tag = "live",
    responses((status = 201, body = Ticket), (status = 401, description = "Signed out"), (status = 403, description = "Suspended")),
    security(("session" = []))
)]
#[post("/live/tickets")]
async fn create_live_ticket(db: web::Data<Db>, by: Member) -> Answer {
    let bytes: [u8; 32] = rand::random();
    let ticket = URL_SAFE_NO_PAD.encode(bytes);
    db.write(async |tx| store::insert_ticket(tx, &ticket, by.session).await).await?;
    Ok(HttpResponse::Created().json(Ticket { ticket, expires_in: store::TICKET_SECONDS }))
}

/// The live socket: upgrades to a websocket.
#[utoipa::path(
    tag = "live",
    params(("ticket" = Option<String>, Query, description = "From `POST /live/tickets`, instead of a cookie or a token")),
    responses(
        (status = 101, description = "The socket is open; frames as in the contract"),
        (status = 400, description = "Not a websocket request"),
        (status = 401, description = "Bad token or ticket"),
        (status = 403, description = "A foreign page, or suspended"),
        (status = 426, description = "A websocket of another version than 13"),
    )
)]
#[get("/live")]
async fn open_live(
    request: HttpRequest,
    db: web::Data<Db>,
    hub: web::Data<Hub>,
    limits: web::Data<Limits>,
    place: web::Data<Place>,
) -> Answer {
    check_origin(&request, &place)?;
    let actor = who(&request, &db).await?;
    // Only the app of upgrades has them: elsewhere nobody could take the connection.
    let Some(threads) = request.app_data::<Arc<Threads>>() else { return Err(Problem::Malformed) };
    let mut answer = shake_hands(&request)?;
    if offers_protocol(&request) {
        answer.insert_header((SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(PROTOCOL)));
    }
    let seat = hub.seats.take(actor.as_ref().map(|a| a.id), limits.network(place.address(&request)));
    let guest = Guest { actor, seat, lang: Lang::of(&request) };
    request.extensions_mut().insert(Upgraded { guest, threads: threads.clone() });
    Ok(answer.finish().map_into_boxed_body().into())
}

/// The answer that opens a websocket (RFC 6455, 4.2 and 4.4): 13 is its only version, and HTTP/1.0 knows no upgrade.
fn shake_hands(request: &HttpRequest) -> Result<ResponseBuilder, Problem> {
    if request.version() < Version::HTTP_11 {
        return Err(Problem::Malformed);
    }
    handshake(request.head()).map_err(|error| match error {
        HandshakeError::UnsupportedVersion => Problem::UpgradeRequired,
        _ => Problem::Malformed,
    })
}

/// A page of another site must not open a socket in somebody's name.
fn check_origin(request: &HttpRequest, place: &Place) -> Result<(), Problem> {
    let has_origin = request.headers().contains_key(ORIGIN);
    let has_cookie = request.cookie(SESSION_COOKIE).is_some();
    if (has_origin || has_cookie) && !place.is_own(request.headers()) {
        return Err(Problem::Refused("foreign_origin"));
    }
    Ok(())
}

async fn who(request: &HttpRequest, db: &Db) -> Result<Option<Actor>, Problem> {
    let actor = match query_value(request, "ticket")? {
        Some(ticket) => {
            let now = db.clock().now();
            let mut conn = db.read().await?;
            let session = store::use_ticket(&mut conn, &ticket, now).await?.ok_or(Problem::SignedOut)?;
            Some(session::find_actor(&mut conn, session, now).await?.ok_or(Problem::SignedOut)?)
        }
        None => session::of_request(request).await?,
    };
    match actor {
        Some(actor) if actor.suspended_until.is_some() => Err(Problem::Refused("suspended")),
        other => Ok(other),
    }
}

fn offers_protocol(request: &HttpRequest) -> bool {
    request
        .headers()
        .get_all(SEC_WEBSOCKET_PROTOCOL)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|offered| offered.trim() == PROTOCOL)
}
