//! The HTTP server of a node: requests go to the app, and the connection of a websocket is handed over whole, so that
//! nothing of the HTTP library (two buffers of 8 KiB for each connection) stays with a socket that is quiet for hours.

use std::io;
use std::net::TcpListener;
use std::rc::Rc;
use std::time::Duration;

use actix_codec::{Framed, FramedParts};
use actix_http::h1::{Codec, Message};
use actix_http::{ConnectionType, HttpService, Request};
use actix_service::{
    IntoService, IntoServiceFactory, Service, ServiceFactory, ServiceFactoryExt, fn_factory, map_config,
};
use actix_web::HttpMessage;
use actix_web::body::{self, BodySize, MessageBody};
use actix_web::dev::{AppConfig, Server, ServiceResponse};
use actix_web::rt::net::TcpStream;
use bytes::BytesMut;
use tokio::io::AsyncWriteExt;
use tokio_util::codec::Encoder;

use crate::app::{self, AppState};
use crate::live::{self, Threads, Upgraded};

/// How long a client may take to send the head of its request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a client may take to close.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);
/// Longest answer to an upgrade that was refused, bytes.
const MAX_REFUSAL: usize = 64 * 1024;

/// How a server runs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Manner {
    /// Threads that answer requests; `None` is one for each core.
    pub workers: Option<usize>,
    /// Threads that live sockets live on; `None` is [`Threads::usual`].
    pub live: Option<usize>,
    /// Seconds that open requests get when the server stops.
    pub grace_s: u64,
}

/// Serves on `listener` until it is stopped by its handle; signals are left to the caller. Runs when it is awaited or spawned, in the caller's actix system.
///
/// # Errors
/// When the listener cannot be used.
pub fn open(state: &AppState, listener: TcpListener, manner: Manner) -> io::Result<Server> {
    let mut builder = Server::build().disable_signals().shutdown_timeout(manner.grace_s);
    if let Some(workers) = manner.workers {
        builder = builder.workers(workers);
    }
    let threads = Threads::start(&state.hub, manner.live.unwrap_or_else(Threads::usual))?;
    let (state, stopping, address) = (state.clone(), builder.graceful_shutdown_signal(), listener.local_addr()?);
    let server = builder.listen("ligesind", listener, move || {
        let (for_upgrades, threads, stopping) = (state.clone(), threads.clone(), stopping.clone());
        let app = app::build(&state).into_factory().map_err(|error: actix_web::Error| error.error_response());
        HttpService::build()
            .graceful_shutdown_signal(move || {
                let stopping = stopping.clone();
                async move { stopping.notified().await }
            })
            .client_request_timeout(HEAD_TIMEOUT)
            .client_disconnect_timeout(CLOSE_TIMEOUT)
            .local_addr(address)
            .on_connect_ext(|stream: &TcpStream, _| live::connection::settle(stream))
            .upgrade(fn_factory(move || {
                let app = app::build_upgrades(&for_upgrades, &threads).into_factory().new_service(AppConfig::default());
                async move {
                    let app = Rc::new(app.await?);
                    let answer = move |(request, framed)| answer(app.clone(), request, framed);
                    Ok::<_, ()>(answer.into_service())
                }
            }))
            .finish(map_config(app, |()| AppConfig::default()))
            .tcp()
    })?;
    Ok(server.run())
}

/// Writes what the app answers. Where it granted an upgrade, the socket gets the connection; else it is closed.
async fn answer<S, B>(app: Rc<S>, request: Request, framed: Framed<TcpStream, Codec>) -> Result<(), actix_web::Error>
where
    S: Service<Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let (request, answer) = app.call(request).await?.into_parts();
    let upgraded = request.extensions_mut().remove::<Upgraded>();
    drop(request);
    let (head, body) = answer.into_parts();
    let FramedParts { mut io, mut codec, read_buf, .. } = framed.into_parts();
    let mut bytes = BytesMut::new();
    if let Some(upgraded) = upgraded {
        codec.encode(Message::Item((head.into(), BodySize::Stream)), &mut bytes)?;
        io.write_all(&bytes).await?;
        // The library's future for this connection is large, and its thread has pages to answer: the socket goes on without.
        upgraded.serve(io, read_buf)?;
        return Ok(());
    }
    let body = body::to_bytes_limited(body, MAX_REFUSAL).await.ok().and_then(Result::ok).unwrap_or_default();
    let mut head: actix_http::Response<()> = head.into();
    head.head_mut().set_connection_type(ConnectionType::Close);
    codec.encode(Message::Item((head, BodySize::Sized(body.len() as u64))), &mut bytes)?;
    codec.encode(Message::Chunk(Some(body)), &mut bytes)?;
    io.write_all(&bytes).await?;
    io.shutdown().await?;
    Ok(())
}
