//! What a worker thread does beside passing frames on: rights that changed, figures for single people, dead connections.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use actix_http::ws::Message;
use bytes::Bytes;
use serde_json::json;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, timeout};

use super::frame::{self, Ending};
use super::socket::Socket;
use super::worker::Worker;
use crate::access::capability::{Capability, DecideCases};
use crate::access::session;
use crate::access::standing::{self, Standing};
use crate::http::Problem;
use crate::infra::bus::{Signal, Topic};
use crate::infra::ids::AccountId;
use crate::infra::lasting::outlived;

/// How often quiet connections are asked for a sign of life.
const PING: Duration = Duration::from_secs(25);
/// How long a look at all sessions and pages may take; the next one tries again.
const PATIENCE: Duration = Duration::from_secs(20);
/// A connection that has sent nothing for so long is dead.
const SILENCE: Duration = Duration::from_secs(80);
/// Changes of the queue within this time are told as one.
const QUEUE_PAUSE: Duration = Duration::from_millis(300);

thread_local! {
    /// Whether a `queue` frame is on its way on this thread.
    static QUEUE_DUE: Cell<bool> = const { Cell::new(false) };
}

fn rounds(every: Duration) -> Interval {
    let mut rounds = interval_at(Instant::now() + every, every);
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    rounds
}

/// Looks at all sessions and watched pages again and again.
pub(super) async fn watch_over(worker: Rc<Worker>) {
    let mut round = rounds(worker.hub.pace.sweep);
    loop {
        round.tick().await;
        match outlived("a round of the live sockets", timeout(PATIENCE, sweep(&worker))).await {
            Some(Ok(())) => {}
            Some(Err(_)) => tracing::warn!("a round of the live sockets took too long; the next one tries again"),
            None => worker.hub.meter.faults.add(1),
        }
    }
}

/// Asks for signs of life, whatever the database does.
pub(super) async fn ping(worker: Rc<Worker>) {
    let mut round = rounds(PING);
    let ping = frame::encode(Message::Ping(Bytes::new()));
    loop {
        round.tick().await;
        let ask = async {
            for socket in worker.all_sockets() {
                if socket.heard_at.get().elapsed() > SILENCE {
                    socket.end(Ending::GoingAway);
                } else {
                    socket.push(ping.clone());
                }
            }
        };
        outlived("asking for signs of life", ask).await;
    }
}

/// Acts on a signal.
pub(super) fn signal(worker: &Rc<Worker>, signal: Signal) {
    let worker = worker.clone();
    match signal.topic {
        Topic::Surface | Topic::Withdrawn => worker.watches.changed(&worker.hub, &signal),
        Topic::Access => {
            let sockets = worker.sockets_of(AccountId(signal.id));
            if !sockets.is_empty() {
                actix_web::rt::spawn(async move { report(check_each(&worker, sockets).await) });
            }
        }
        Topic::Notice => {
            actix_web::rt::spawn(async move { report(tell_unread(&worker, AccountId(signal.id)).await) });
        }
        Topic::Queue => {
            if !QUEUE_DUE.replace(true) {
                actix_web::rt::spawn(async move {
                    tokio::time::sleep(QUEUE_PAUSE).await;
                    QUEUE_DUE.set(false);
                    report(tell_queue(&worker).await);
                });
            }
        }
        Topic::Sequence | Topic::Place | Topic::Rules | Topic::Lost => {}
    }
}

/// Looks at all sessions in one query, then at the watched pages.
pub(super) async fn sweep(worker: &Rc<Worker>) {
    report(check_all(worker).await);
    report(worker.watches.recheck(&worker.hub).await);
}

pub(super) fn report(done: Result<(), Problem>) {
    if let Err(problem) = done {
        tracing::warn!(problem = %problem, "a round of the live sockets was not finished; the next one tries again");
    }
}

async fn check_all(worker: &Rc<Worker>) -> Result<(), Problem> {
    let sockets: Vec<Rc<Socket>> = worker.all_sockets().into_iter().filter(|s| s.account().is_some()).collect();
    if sockets.is_empty() {
        return Ok(());
    }
    let now = worker.hub.db.clock().now();
    let sessions = sockets.iter().filter_map(|s| s.actor().map(|a| a.session)).collect();
    let active = sockets.iter().filter(|s| s.was_active.take()).filter_map(|s| s.actor().map(|a| a.session)).collect();
    let mut conn = worker.hub.db.read().await?;
    standing::touch(&mut conn, active, now).await?;
    let standings = standing::of_sessions(&mut conn, sessions, now).await?;
    let mut changed = Vec::new();
    for socket in sockets {
        let Some(actor) = socket.actor() else { continue };
        match standings.get(&actor.session) {
            Some(Standing { is_suspended: true, .. }) => socket.end(Ending::Suspended),
            Some(standing) if standing.roles != actor.roles => changed.push(socket),
            Some(_) => {}
            None => socket.end(Ending::SessionEnded),
        }
    }
    drop(conn);
    check_each(worker, changed).await
}

/// The sockets of one account, whose rights may have changed.
async fn check_each(worker: &Rc<Worker>, sockets: Vec<Rc<Socket>>) -> Result<(), Problem> {
    let now = worker.hub.db.clock().now();
    for socket in sockets {
        let Some(actor) = socket.actor() else { continue };
        let mut conn = worker.hub.db.read().await?;
        match session::find_actor(&mut conn, actor.session, now).await? {
            None => socket.end(Ending::SessionEnded),
            Some(actor) if actor.suspended_until.is_some() => socket.end(Ending::Suspended),
            Some(actor) => {
                socket.set_actor(actor);
                worker.count_anew(&socket);
            }
        }
    }
    Ok(())
}

async fn tell_unread(worker: &Rc<Worker>, account: AccountId) -> Result<(), Problem> {
    let sockets = worker.sockets_of(account);
    if sockets.is_empty() {
        return Ok(());
    }
    let unread = {
        let mut conn = worker.hub.db.read().await?;
        worker.hub.wiring.figures.unread(&mut conn, account).await?
    };
    let frame = frame::text(&json!({"type": "notification", "unread": unread}));
    sockets.iter().for_each(|socket| socket.push(frame.clone()));
    Ok(())
}

async fn tell_queue(worker: &Rc<Worker>) -> Result<(), Problem> {
    for socket in worker.all_sockets() {
        tell_queue_to(worker, &socket).await?;
    }
    Ok(())
}

/// Tells one socket how the queue stands for its viewer. A change that this viewer may not know of sends nothing:
/// the frame itself would tell of it.
pub(super) async fn tell_queue_to(worker: &Rc<Worker>, socket: &Rc<Socket>) -> Result<(), Problem> {
    let Some(actor) = socket.actor().filter(|actor| DecideCases::allows(actor)) else { return Ok(()) };
    let mut fields = {
        let mut conn = worker.hub.db.read().await?;
        worker.hub.wiring.figures.queue(&mut conn, actor.id, worker.hub.db.clock().now()).await?
    };
    fields.insert("type".to_owned(), "queue".into());
    let now = serde_json::Value::Object(fields.clone()).to_string();
    if socket.queue_told.replace(Some(now.clone())).as_ref() != Some(&now) {
        socket.push(frame::text(&fields));
    }
    Ok(())
}
