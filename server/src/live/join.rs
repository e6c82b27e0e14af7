//! Joining a room: `joined`, then what was missed under today's rights, then live, each number once and in order.

use std::rc::Rc;

use serde_json::json;
use uuid::Uuid;

use super::conversation::{Refusal, Threshold};
use super::frame;
use super::socket::Socket;
use super::worker::Member;
use crate::http::Problem;
use crate::infra::ids::AccountId;

/// Rooms that a socket may follow.
const MAX_ROOMS: usize = 50;
/// Further behind, a client reads history over HTTP.
const MAX_BEHIND: i64 = 1000;

/// Lets a socket into a room. Joining again begins anew.
///
/// The order keeps the promise: the member listens (and keeps what it hears), the feeder holds the room, and only then is
/// the newest number read. What the feeder delivers from then on is above the number at which it began to hold.
pub(super) async fn join(socket: &Rc<Socket>, room: Uuid, after: Option<i64>) -> Result<(), Refusal> {
    let Some(account) = socket.account() else { return Err(Refusal::new("not_found")) };
    let worker = socket.worker();
    worker.leave(socket, room);
    if socket.rooms.borrow().len() >= MAX_ROOMS {
        return Err(Refusal::new("too_many"));
    }
    let member = Member::new(socket.clone(), account);
    worker.add_member(room, member.clone());
    match catch_up(socket, room, account, after).await {
        Ok((next, floor)) => {
            member.begin(room, next, floor, worker);
            Ok(())
        }
        Err(refusal) => {
            worker.leave(socket, room);
            Err(refusal)
        }
    }
}

/// Sends what was missed; answers the number that comes next, and the one up to which texts are not for this reader.
async fn catch_up(
    socket: &Rc<Socket>,
    room: Uuid,
    account: AccountId,
    after: Option<i64>,
) -> Result<(i64, i64), Refusal> {
    let hub = &socket.worker().hub;
    let conversation = &hub.wiring.conversation;
    if !hub.hold(socket.id.worker, room).await {
        return Err(Refusal::new("busy"));
    }
    let Threshold { newest, state, has_floor } = hub.threshold(room).await?;
    let floor = if has_floor {
        let mut conn = hub.db.read().await.map_err(Problem::from)?;
        conversation.floor(&mut conn, account, room).await?
    } else {
        0
    };
    socket.push(frame::text(&json!({"type": "joined", "room": room, "seq": newest, "state": state})));
    let mut at = match after {
        None => newest,
        Some(after) if after > newest || newest - after > MAX_BEHIND => {
            socket.push(frame::text(&json!({"type": "reset", "room": room, "seq": newest})));
            newest
        }
        Some(after) => after,
    };
    while at < newest && !socket.is_over() {
        let page = hub.page(room, at).await?;
        let Some(last) = page.last() else { break };
        at = last;
        socket.push_paced(page.for_reader(account, floor, |event| conversation.withheld(room, event))).await;
    }
    Ok((at.max(newest) + 1, floor))
}
