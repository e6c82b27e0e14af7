//! `ligesind serve` and `ligesind migrate`.

use std::net::TcpListener;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use anyhow::{Context, bail};

use super::{Station, say, seed};
use crate::app::{self, AppState};
use crate::infra::config::Config;
use crate::infra::embedded_pg::{PrivateCluster, Tenure};
use crate::infra::memory;
use crate::live;
use crate::server::{self, Manner};

const FIRST_PORT: u16 = 8080;
const PORTS_TRIED: u16 = 100;
/// Seconds that open requests get when the server stops.
const GRACE_S: u64 = 5;
/// How often a server looks whether the database that another one started is still there.
const LOOK: Duration = Duration::from_secs(1);

/// Migrates, serves until a signal, and stops what it started.
///
/// # Errors
/// When the database, the port or the configuration is not usable.
pub fn run(config: Config, demo: bool) -> anyhow::Result<()> {
    memory::give_large_blocks_back();
    live::connection::allow_many();
    let station = Station::open(config, Tenure::Lasting)?;
    station.run(async || {
        station.migrate().await?;
        let listener = listen(&station.config)?;
        let address = listener.local_addr()?;
        let mut state = station.state().await?;
        if state.place.origin.is_none() && !address.ip().is_loopback() {
            state.place.origin = Some(format!("http://{address}"));
        }
        let logins = if demo { seed::load_if_empty(&state).await? } else { Vec::new() };
        app::start_jobs(&state);
        let server = server::open(&state, listener, Manner { grace_s: GRACE_S, ..Manner::default() })?;
        let cluster = station.cluster.as_ref();
        let ends_soon = cluster.map(PrivateCluster::ends_soon);
        actix_web::rt::spawn(stop_on_signal(state.clone(), server.handle(), ends_soon));
        let shown = station.config.public_url.clone().unwrap_or_else(|| match address.ip().is_loopback() {
            true => format!("http://localhost:{}", address.port()),
            false => format!("http://{address}"),
        });
        say(&format!("Ligesind is open on {shown}"));
        seed::print_logins(&logins);
        tokio::select! {
            done = server => done.context("serving"),
            () = borrowed_database_ends(cluster) => {
                state.stop_live().await;
                bail!(
                    "the database in {} was that of another server, which has stopped: start this one again",
                    station.config.state_dir.display()
                )
            }
        }
    })
}

/// Waits until the database is gone that another server started; for ever where it is our own.
async fn borrowed_database_ends(cluster: Option<&PrivateCluster>) {
    match cluster.filter(|cluster| cluster.is_attached()) {
        Some(cluster) => {
            while cluster.is_alive() {
                tokio::time::sleep(LOOK).await;
            }
        }
        None => std::future::pending().await,
    }
}

/// Live connections last for hours: they are told to come back later, and then the server stops. Open requests get their
/// time where it is asked to end, and none where somebody interrupts it.
async fn stop_on_signal(state: AppState, server: ServerHandle, database_ends_soon: Option<impl Fn() + 'static>) {
    use tokio::signal::unix::{SignalKind, signal};

    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return;
    };
    let is_graceful = tokio::select! {
        _ = terminate.recv() => true,
        _ = interrupt.recv() => false,
    };
    if let Some(tell) = database_ends_soon {
        tell();
    }
    state.stop_live().await;
    server.stop(is_graceful).await;
}

/// The port that was asked for, or the first free one from 8080.
fn listen(config: &Config) -> anyhow::Result<TcpListener> {
    if let Some(port) = config.port {
        return TcpListener::bind((config.host, port)).with_context(|| format!("listening on port {port}"));
    }
    (FIRST_PORT..FIRST_PORT + PORTS_TRIED)
        .find_map(|port| TcpListener::bind((config.host, port)).ok())
        .with_context(|| format!("no port from {FIRST_PORT} to {} is free", FIRST_PORT + PORTS_TRIED - 1))
}

/// Brings the schema up to date and ends.
///
/// # Errors
/// When a migration fails.
pub fn migrate(config: Config) -> anyhow::Result<()> {
    let station = Station::open(config, Tenure::Brief)?;
    station.run(async || station.migrate().await)?;
    say("The schema is up to date.");
    Ok(())
}
