//! Chat: deliveries in one large room, messages committed in many rooms, memory of sockets that wait.

use std::cell::{Cell, RefCell};
use std::process::Command;
use std::rc::Rc;
use std::time::Instant;

use tokio::net::tcp::OwnedWriteHalf;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::report::Report;
use crate::server::{Process, Server};
use crate::wire::{self, Inbox};
use crate::{IDLE, MEMBERS, Plan, SENDERS};

/// About 100 bytes of text.
pub const BODY: &str =
    "Jeg kender det godt. Hos mig hjalp det at tage en dag ad gangen og ringe til min storesøster bagefter.";
const IN_FLIGHT: usize = 8;

fn frame_of(kind: &str, room: &str) -> String {
    match kind {
        "join" => format!(r#"{{"type":"join","room":"{room}","after_seq":null}}"#),
        _ => {
            let id = uuid::Uuid::now_v7();
            format!(r#"{{"type":"send","room":"{room}","client_id":"{id}","body":"{BODY}"}}"#)
        }
    }
}

async fn join(address: &str, token: &str, room: &str) -> (Inbox, OwnedWriteHalf) {
    let (mut inbox, mut out) = wire::socket(address, token).await;
    wire::send(&mut out, &frame_of("join", room)).await;
    inbox.until("joined").await;
    (inbox, out)
}

/// What all readers of a room have seen together.
#[derive(Default)]
struct Seen {
    count: Cell<u64>,
    goal: Cell<u64>,
    reached: Notify,
}

/// A room full of connected readers and one writer.
struct Crowd {
    seen: Rc<Seen>,
    outs: Vec<OwnedWriteHalf>,
    readers: Vec<JoinHandle<()>>,
    room: String,
    sent: Cell<u64>,
}

impl Crowd {
    async fn gather(address: &str, tokens: &[String], room: &str) -> Self {
        let seen = Rc::new(Seen::default());
        let mut crowd = Self { seen, outs: Vec::new(), readers: Vec::new(), room: room.to_owned(), sent: Cell::new(0) };
        for token in tokens {
            let (inbox, out) = join(address, token, room).await;
            crowd.readers.push(tokio::task::spawn_local(read(inbox, crowd.seen.clone())));
            crowd.outs.push(out);
        }
        crowd
    }

    /// Sends `messages` and waits until every member has read them all.
    async fn deliver(&mut self, messages: usize) {
        self.sent.set(self.sent.get() + messages as u64);
        self.seen.goal.set(self.sent.get() * self.readers.len() as u64);
        for _ in 0..messages {
            let frame = frame_of("send", &self.room);
            wire::send(self.outs.first_mut().expect("a writer"), &frame).await;
        }
        while self.seen.count.get() < self.seen.goal.get() {
            let wait = tokio::time::timeout(std::time::Duration::from_secs(20), self.seen.reached.notified());
            assert!(wait.await.is_ok(), "{} of {} deliveries came", self.seen.count.get(), self.seen.goal.get());
        }
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        self.readers.iter().for_each(JoinHandle::abort);
    }
}

async fn read(mut inbox: Inbox, seen: Rc<Seen>) {
    let mut last = None;
    loop {
        let frame = inbox.frame().await;
        if !wire::has(frame, b"\"type\":\"message\"") {
            continue;
        }
        let seq = wire::seq(frame).expect("a message has a seq");
        assert!(last.is_none_or(|last| seq == last + 1), "seq {seq} came after {last:?}");
        last = Some(seq);
        seen.count.set(seen.count.get() + 1);
        if seen.count.get() == seen.goal.get() {
            seen.reached.notify_one();
        }
    }
}

/// Deliveries a second and for each core-second, in a room of [`MEMBERS`].
pub async fn fan_out(server: &Server, plan: Plan, report: &mut Report) {
    let limit = Process::limit(&["limit-socket"]);
    let (tokens, room) = (&server.tokens[..MEMBERS], &server.rooms[0]);
    let mut ours = Crowd::gather(server.address(), tokens, room).await;
    let mut theirs = Crowd::gather(&limit.address, tokens, room).await;
    for in_flight in [1, IN_FLIGHT] {
        let figures: [RefCell<Vec<f64>>; 4] = Default::default();
        for _ in 0..plan.rounds {
            let (wall, core) = deliveries(&mut theirs, in_flight, plan, || limit.cpu()).await;
            figures[0].borrow_mut().push(wall);
            figures[1].borrow_mut().push(core);
            let (wall, core) = deliveries(&mut ours, in_flight, plan, || server.cpu()).await;
            figures[2].borrow_mut().push(wall);
            figures[3].borrow_mut().push(core);
        }
        let [limit_wall, limit_core, wall, core] = figures.map(RefCell::into_inner);
        report.add(&format!("fan-out, {in_flight} in flight"), "deliveries/s", &wall, &limit_wall);
        report.add(&format!("fan-out, {in_flight} in flight, database too"), "deliveries/core-s", &core, &limit_core);
    }
}

async fn deliveries(crowd: &mut Crowd, in_flight: usize, plan: Plan, cpu: impl Fn() -> f64) -> (f64, f64) {
    crowd.deliver(in_flight).await;
    let (from, cpu_from, before) = (Instant::now(), cpu(), crowd.seen.count.get());
    while from.elapsed() < plan.window {
        crowd.deliver(in_flight).await;
    }
    let count = (crowd.seen.count.get() - before) as f64;
    (count / from.elapsed().as_secs_f64(), count / (cpu() - cpu_from).max(0.01))
}

/// Messages committed and acknowledged, [`SENDERS`] in as many rooms, beside single-row INSERTs by pgbench.
pub async fn ingest(server: &Server, plan: Plan, report: &mut Report) {
    for in_flight in [1, IN_FLIGHT] {
        let (mut ours, mut limit) = (Vec::new(), Vec::new());
        for _ in 0..plan.rounds {
            limit.push(pgbench(server, plan));
            ours.push(acknowledged(server, in_flight, plan).await);
        }
        report.add(&format!("messages committed, {in_flight} in flight each"), "messages/s", &ours, &limit);
    }
}

async fn acknowledged(server: &Server, in_flight: usize, plan: Plan) -> f64 {
    let mut senders = Vec::new();
    for (token, room) in server.tokens[MEMBERS..].iter().zip(&server.rooms[1..=SENDERS]) {
        senders.push((join(server.address(), token, room).await, room.clone()));
    }
    let from = Instant::now();
    let running: Vec<JoinHandle<u64>> = senders
        .into_iter()
        .map(|((mut inbox, mut out), room)| {
            tokio::task::spawn_local(async move {
                for _ in 0..in_flight {
                    wire::send(&mut out, &frame_of("send", &room)).await;
                }
                let mut count = 0;
                while from.elapsed() < plan.window {
                    inbox.until("ack").await;
                    count += 1;
                    wire::send(&mut out, &frame_of("send", &room)).await;
                }
                count
            })
        })
        .collect();
    let mut count = 0;
    for sender in running {
        count += sender.await.expect("a sender ends well");
    }
    count as f64 / from.elapsed().as_secs_f64()
}

/// Single-row INSERTs a second by as many clients, with the same durability in the same cluster.
fn pgbench(server: &Server, plan: Plan) -> f64 {
    let script = server.socket_dir().parent().expect("a folder").join("bench.sql");
    let text = format!("insert into bench_rows (id, body) values (gen_random_uuid(), '{BODY}');\n");
    std::fs::write(&script, text).expect("a script");
    let connection = |command: &mut Command| {
        command.arg("-h").arg(server.socket_dir()).args(["-U", "ligesind_owner"]);
    };
    let mut psql = Command::new("psql");
    connection(&mut psql);
    let table =
        "set client_min_messages = error; create table if not exists bench_rows (id uuid primary key, body text)";
    let made = psql.args(["-qc", table, "ligesind"]).status().expect("psql runs");
    assert!(made.success(), "a table for pgbench");
    let mut command = Command::new("pgbench");
    connection(&mut command);
    let seconds = plan.window.as_secs().max(1).to_string();
    command.args(["-n", "-M", "prepared", "-c", &SENDERS.to_string(), "-j", "2", "-T", &seconds, "-f"]);
    let output = command.arg(&script).arg("ligesind").output().expect("pgbench runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let tps = text.lines().find_map(|line| line.strip_prefix("tps = "));
    let tps = tps.unwrap_or_else(|| panic!("pgbench: {text}{}", String::from_utf8_lossy(&output.stderr)));
    tps.split(' ').next().and_then(|n| n.parse().ok()).expect("a number")
}

/// Memory of the server for each socket that has joined a room and waits.
pub async fn idle(server: &Server, report: &mut Report) {
    let limit = Process::limit(&["limit-socket"]);
    let theirs = weigh(&limit, &server.tokens, &server.rooms[0]).await;
    let ours = weigh(server.process(), &server.tokens, &server.rooms[0]).await;
    report.add("memory for an idle socket", "KiB", &[ours], &[theirs]);
}

async fn weigh(process: &Process, tokens: &[String], room: &str) -> f64 {
    let before = process.memory();
    let mut open = Vec::new();
    for token in &tokens[..IDLE] {
        open.push(join(&process.address, token, room).await);
    }
    // What was needed only for joining may be given back.
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    (process.memory() - before) / open.len() as f64
}
