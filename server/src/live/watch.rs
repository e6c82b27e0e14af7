//! Open screens that follow a page: told when it has changed, and at once when a text on it was taken away.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use serde_json::json;
use uuid::Uuid;

use super::conversation::Refusal;
use super::frame::{self, Target};
use super::hub::Hub;
use super::socket::Socket;
use crate::http::Problem;
use crate::infra::bus::{Signal, Topic};
use crate::infra::ids::AccountId;

/// Pages that a socket may watch.
const MAX_WATCHES: usize = 20;

struct Watched {
    target: Target,
    part_kind: &'static str,
    told: Cell<i64>,
    sockets: RefCell<Vec<Rc<Socket>>>,
}

/// The pages that sockets of this thread watch, by id and by the kind that was asked for: who asks for the wrong one
/// shares nothing with those who read the page.
#[derive(Default)]
pub(super) struct Watches(RefCell<HashMap<Key, Watched>>);

type Key = (Uuid, &'static str);

impl Watched {
    fn changed(&self, signal: &Signal) {
        let version = signal.number;
        self.told.set(self.told.get().max(version));
        let target = json!(self.target);
        let frame = match (signal.topic, signal.part) {
            (Topic::Withdrawn, Some(part)) => {
                let text = json!({"kind": self.part_kind, "id": part});
                frame::text(&json!({"type": "redacted", "target": text, "state": "hidden", "version": version}))
            }
            (Topic::Withdrawn, None) => {
                frame::text(&json!({"type": "redacted", "target": target, "state": "hidden", "version": version}))
            }
            _ => frame::text(&json!({"type": "changed", "target": target, "version": version})),
        };
        for socket in self.sockets.borrow().iter() {
            socket.push(frame.clone());
        }
    }
}

/// Follows a page and says its version, so that a client with another one reads again.
pub(super) async fn watch(socket: &Rc<Socket>, kind: &str, id: Uuid, shown: Option<i64>) -> Result<(), Refusal> {
    let hub = socket.hub();
    let Some(watchable) = hub.wiring.watchables.iter().find(|w| w.kind() == kind) else {
        return Err(Refusal::new("not_found"));
    };
    let target = Target { kind: watchable.kind(), id };
    if socket.watching.get() >= MAX_WATCHES {
        return Err(Refusal::new("too_many"));
    }
    // First listening, then reading: a change between the two is heard.
    socket.worker().watches.add(socket, target, watchable.part_kind(), shown.unwrap_or(0));
    let version = version(hub, target, socket.account()).await;
    match version {
        Ok(Some(version)) => {
            socket.push(frame::text(&json!({"type": "watching", "target": target, "version": version})));
            socket.worker().watches.note(target, version, socket);
            Ok(())
        }
        Ok(None) => {
            socket.worker().watches.remove(socket, target.kind, id);
            // Taken away after the page was read and before it was watched: the screen forgets it now.
            socket.push(frame::text(&json!({"type": "redacted", "target": target, "state": "hidden"})));
            Err(Refusal::new("not_found"))
        }
        Err(problem) => {
            socket.worker().watches.remove(socket, target.kind, id);
            Err(problem.into())
        }
    }
}

async fn version(hub: &Hub, target: Target, reader: Option<AccountId>) -> Result<Option<i64>, Problem> {
    let Some(watchable) = hub.wiring.watchables.iter().find(|w| w.kind() == target.kind) else { return Ok(None) };
    let mut conn = hub.db.read().await?;
    watchable.version(&mut conn, target.id, reader).await
}

impl Watches {
    fn add(&self, socket: &Rc<Socket>, target: Target, part_kind: &'static str, version: i64) {
        let mut watches = self.0.borrow_mut();
        let watched = watches.entry((target.id, target.kind)).or_insert_with(|| Watched {
            target,
            part_kind,
            told: Cell::new(version),
            sockets: RefCell::default(),
        });
        let mut sockets = watched.sockets.borrow_mut();
        if !sockets.iter().any(|known| known.id == socket.id) {
            sockets.push(socket.clone());
            socket.watching.set(socket.watching.get() + 1);
        }
    }

    /// `reader` knows this version now. Where it is news, the word of it was lost: the others are told.
    fn note(&self, target: Target, version: i64, reader: &Socket) {
        let watches = self.0.borrow();
        let Some(watched) = watches.get(&(target.id, target.kind)) else { return };
        if version <= watched.told.get() {
            return;
        }
        watched.told.set(version);
        let frame = frame::text(&json!({"type": "changed", "target": target, "version": version}));
        for socket in watched.sockets.borrow().iter().filter(|socket| socket.id != reader.id) {
            socket.push(frame.clone());
        }
    }

    pub(super) fn remove(&self, socket: &Socket, kind: &str, id: Uuid) {
        let mut watches = self.0.borrow_mut();
        let key = watches.keys().find(|key| **key == (id, kind)).copied();
        if let Some(key) = key {
            Self::take_out(&mut watches, socket, key);
        }
    }

    pub(super) fn remove_all_of(&self, socket: &Socket) {
        if socket.watching.get() == 0 {
            return;
        }
        let mut watches = self.0.borrow_mut();
        let keys: Vec<Key> = watches.keys().copied().collect();
        for key in keys {
            Self::take_out(&mut watches, socket, key);
        }
    }

    fn take_out(watches: &mut HashMap<Key, Watched>, socket: &Socket, key: Key) {
        let Some(watched) = watches.get(&key) else { return };
        let mut sockets = watched.sockets.borrow_mut();
        if let Some(at) = sockets.iter().position(|known| known.id == socket.id) {
            sockets.swap_remove(at);
            socket.watching.set(socket.watching.get().saturating_sub(1));
        }
        let is_empty = sockets.is_empty();
        drop(sockets);
        if is_empty {
            watches.remove(&key);
        }
    }

    /// The page has a new version. Where a text was taken away the frame names it, and screens forget it first.
    pub(super) fn changed(&self, hub: &Hub, signal: &Signal) {
        let watches = self.0.borrow();
        for watchable in &hub.wiring.watchables {
            if let Some(watched) = watches.get(&(signal.id, watchable.kind())) {
                watched.changed(signal);
            }
        }
    }

    /// Looks at every page anew, once for its visitors and once for its signed-in readers.
    pub(super) async fn recheck(&self, hub: &Hub) -> Result<(), Problem> {
        let known: Vec<(Target, i64)> =
            self.0.borrow().values().map(|watched| (watched.target, watched.told.get())).collect();
        for (target, told) in known {
            let readers: [Option<AccountId>; 2] = {
                let watches = self.0.borrow();
                let Some(watched) = watches.get(&(target.id, target.kind)) else { continue };
                let sockets = watched.sockets.borrow();
                [sockets.iter().find_map(|s| s.account()), None]
            };
            for reader in readers {
                let now = version(hub, target, reader).await?;
                if now.is_none_or(|now| now > told) {
                    self.tell_readers(target, now, reader.is_some());
                }
            }
            if let Some(watched) = self.0.borrow().get(&(target.id, target.kind)) {
                watched.told.set(watched.told.get().max(told));
            }
        }
        Ok(())
    }

    fn tell_readers(&self, target: Target, version: Option<i64>, signed_in: bool) {
        let watches = self.0.borrow();
        let Some(watched) = watches.get(&(target.id, target.kind)) else { return };
        let frame = match version {
            Some(version) => {
                watched.told.set(watched.told.get().max(version));
                frame::text(&json!({"type": "changed", "target": target, "version": version}))
            }
            None => frame::text(&json!({"type": "redacted", "target": target, "state": "hidden"})),
        };
        for socket in watched.sockets.borrow().iter().filter(|socket| socket.account().is_some() == signed_in) {
            socket.push(frame.clone());
        }
    }
}
