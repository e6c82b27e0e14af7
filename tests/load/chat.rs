//! Chat: deliveries in one large room, messages committed in many rooms, memory of sockets that wait.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::path::Path;
use std::process::Command;
use std::rc::Rc;
use std::time::{Duration, Instant};

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
pub const IN_FLIGHT: usize = 8;
/// Deliveries a second at which the time to delivery is taken.
const PACED: u32 = 50_000;

pub fn frame_of(kind: &str, room: &str) -> String {
    match kind {
        "join" => format!(r#"{{"type":"join","room":"{room}","after_seq":null}}"#),
        _ => {
            let id = uuid::Uuid::now_v7();
            format!(r#"{{"type":"send","room":"{room}","client_id":"{id}","body":"{BODY}"}}"#)
        }
    }
}

pub async fn join(address: &str, token: &str, room: &str) -> (Inbox, OwnedWriteHalf) {
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
    /// While waits are measured: when each message was sent, from the first one's number on.
    watch: RefCell<Option<Waits>>,
}

/// How long deliveries took.
struct Waits {
    first_seq: Option<u64>,
    sent: Vec<Instant>,
    micros: Vec<u32>,
}

/// A room full of connected readers and one writer.
pub struct Crowd {
    seen: Rc<Seen>,
    outs: Vec<OwnedWriteHalf>,
    readers: Vec<JoinHandle<()>>,
    room: String,
    sent: Cell<u64>,
}

impl Crowd {
    /// Readers in turn at each of these servers, which are nodes of one community.
    pub async fn gather(addresses: &[&str], tokens: &[String], room: &str) -> Self {
        let seen = Rc::new(Seen::default());
        let mut crowd = Self { seen, outs: Vec::new(), readers: Vec::new(), room: room.to_owned(), sent: Cell::new(0) };
        for (token, address) in tokens.iter().zip(addresses.iter().cycle()) {
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
        self.all_seen().await;
    }

    async fn all_seen(&self) {
        while self.seen.count.get() < self.seen.goal.get() {
            let wait = tokio::time::timeout(Duration::from_secs(20), self.seen.reached.notified());
            assert!(wait.await.is_ok(), "{} of {} deliveries came", self.seen.count.get(), self.seen.goal.get());
        }
    }

    /// Sends so that [`PACED`] deliveries are due a second, whether or not the last message has arrived everywhere.
    /// Answers the median and the 99th percentile of the time to delivery, in milliseconds.
    async fn paced(&mut self, plan: Plan) -> (f64, f64) {
        self.seen.watch.replace(Some(Waits { first_seq: None, sent: Vec::new(), micros: Vec::new() }));
        let mut due =
            tokio::time::interval(Duration::from_secs(1) * u32::try_from(self.readers.len()).expect("a crowd") / PACED);
        let from = Instant::now();
        while from.elapsed() < plan.window {
            due.tick().await;
            self.sent.set(self.sent.get() + 1);
            self.seen.goal.set(self.sent.get() * self.readers.len() as u64);
            if let Some(waits) = self.seen.watch.borrow_mut().as_mut() {
                waits.sent.push(Instant::now());
            }
            let frame = frame_of("send", &self.room);
            wire::send(self.outs.first_mut().expect("a writer"), &frame).await;
        }
        self.all_seen().await;
        let waits = self.seen.watch.take().expect("what was measured");
        percentiles(waits.micros)
    }
}

/// Median and 99th percentile, in milliseconds.
pub fn percentiles(mut micros: Vec<u32>) -> (f64, f64) {
    micros.sort_unstable();
    let at = |share: usize| micros.get(micros.len() * share / 100).map_or(0.0, |us| f64::from(*us) / 1000.0);
    (at(50), at(99))
}

impl Waits {
    fn note(&mut self, seq: u64) {
        let first = *self.first_seq.get_or_insert(seq);
        let nth = usize::try_from(seq - first).expect("a short run");
        self.micros.push(u32::try_from(self.sent[nth].elapsed().as_micros()).unwrap_or(u32::MAX));
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
        if let Some(waits) = seen.watch.borrow_mut().as_mut() {
            waits.note(seq);
        }
        seen.count.set(seen.count.get() + 1);
        if seen.count.get() == seen.goal.get() {
            seen.reached.notify_one();
        }
    }
}

/// Deliveries a second and for each core-second in a room of [`MEMBERS`], and how long a delivery takes at a fixed rate.
/// One message in flight stands beside one write a delivery, more beside one write for all that waits.
pub async fn fan_out(server: &Server, plan: Plan, report: &mut Report) {
    let (tokens, room) = (&server.tokens[..MEMBERS], &server.rooms[0]);
    let mut ours = Crowd::gather(&[server.address()], tokens, room).await;
    for (in_flight, kind) in [(1, "limit-socket"), (IN_FLIGHT, "limit-socket-coalesce")] {
        let limit = Process::limit(&[kind]);
        let mut theirs = Crowd::gather(&[&limit.address], tokens, room).await;
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
        if in_flight == 1 {
            delivery_time(&mut ours, &mut theirs, plan, report).await;
        }
    }
}

async fn delivery_time(ours: &mut Crowd, theirs: &mut Crowd, plan: Plan, report: &mut Report) {
    let figures: [RefCell<Vec<f64>>; 4] = Default::default();
    for _ in 0..plan.rounds {
        for (crowd, at) in [(&mut *theirs, 0), (&mut *ours, 2)] {
            let (median, slow) = crowd.paced(plan).await;
            figures[at].borrow_mut().push(median);
            figures[at + 1].borrow_mut().push(slow);
        }
    }
    let [limit_median, limit_slow, median, slow] = figures.map(RefCell::into_inner);
    report.add(&format!("time to delivery at {PACED}/s, median"), "ms", &median, &limit_median);
    report.add(&format!("time to delivery at {PACED}/s, p99"), "ms", &slow, &limit_slow);
}

/// Deliveries a second, and for each core-second by `cpu`.
pub async fn deliveries(crowd: &mut Crowd, in_flight: usize, plan: Plan, cpu: impl Fn() -> f64) -> (f64, f64) {
    crowd.deliver(in_flight).await;
    let (from, cpu_from, before) = (Instant::now(), cpu(), crowd.seen.count.get());
    while from.elapsed() < plan.window {
        crowd.deliver(in_flight).await;
    }
    let count = (crowd.seen.count.get() - before) as f64;
    (count / from.elapsed().as_secs_f64(), count / (cpu() - cpu_from).max(0.01))
}

/// Messages committed and acknowledged, [`SENDERS`] in as many rooms, beside single-row INSERTs by pgbench; with one in
/// flight also how long the slowest hundredth waits for the commit.
pub async fn ingest(server: &Server, plan: Plan, report: &mut Report) {
    for in_flight in [1, IN_FLIGHT] {
        let figures: [RefCell<Vec<f64>>; 4] = Default::default();
        for _ in 0..plan.rounds {
            let (rate, slow) = pgbench(server, plan);
            figures[0].borrow_mut().push(rate);
            figures[1].borrow_mut().push(slow);
            let (rate, slow) = acknowledged(server, &[server.address()], in_flight, plan).await;
            figures[2].borrow_mut().push(rate);
            figures[3].borrow_mut().push(slow);
        }
        let [limit, limit_slow, ours, slow] = figures.map(RefCell::into_inner);
        report.add(&format!("messages committed, {in_flight} in flight each"), "messages/s", &ours, &limit);
        if in_flight == 1 {
            report.add("time to the acknowledgement, p99", "ms", &slow, &limit_slow);
        }
    }
}

/// Messages acknowledged a second and the 99th percentile of their time, from senders in turn at each of these servers.
pub async fn acknowledged(server: &Server, addresses: &[&str], in_flight: usize, plan: Plan) -> (f64, f64) {
    let mut senders = Vec::new();
    let people = server.tokens[MEMBERS..].iter().zip(&server.rooms[1..=SENDERS]);
    for ((token, room), address) in people.zip(addresses.iter().cycle()) {
        senders.push((join(address, token, room).await, room.clone()));
    }
    let from = Instant::now();
    let running: Vec<JoinHandle<Vec<u32>>> = senders
        .into_iter()
        .map(|((mut inbox, mut out), room)| {
            tokio::task::spawn_local(async move {
                // Acknowledgements come in the order of sending.
                let mut sent = VecDeque::new();
                for _ in 0..in_flight {
                    sent.push_back(Instant::now());
                    wire::send(&mut out, &frame_of("send", &room)).await;
                }
                let mut micros = Vec::new();
                while from.elapsed() < plan.window {
                    inbox.until("ack").await;
                    let wait = sent.pop_front().expect("a message was sent").elapsed();
                    micros.push(u32::try_from(wait.as_micros()).unwrap_or(u32::MAX));
                    sent.push_back(Instant::now());
                    wire::send(&mut out, &frame_of("send", &room)).await;
                }
                micros
            })
        })
        .collect();
    let mut micros = Vec::new();
    for sender in running {
        micros.extend(sender.await.expect("a sender ends well"));
    }
    let rate = micros.len() as f64 / from.elapsed().as_secs_f64();
    (rate, percentiles(micros).1)
}

/// Single-row INSERTs a second by as many clients, with the same durability in the same cluster, and the 99th percentile
/// of the time that one takes, in milliseconds.
fn pgbench(server: &Server, plan: Plan) -> (f64, f64) {
    let folder = server.socket_dir().parent().expect("a folder").join("pgbench");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder for its log");
    let script = folder.join("bench.sql");
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
    command.args(["-n", "-l", "-M", "prepared", "-c", &SENDERS.to_string(), "-j", "2", "-T", &seconds, "-f"]);
    let output = command.arg(&script).arg("ligesind").current_dir(&folder).output().expect("pgbench runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let tps = text.lines().find_map(|line| line.strip_prefix("tps = "));
    let tps = tps.unwrap_or_else(|| panic!("pgbench: {text}{}", String::from_utf8_lossy(&output.stderr)));
    let rate = tps.split(' ').next().and_then(|n| n.parse().ok()).expect("a number");
    (rate, percentiles(logged_micros(&folder)).1)
}

/// The third word of each line of pgbench's logs: how long a transaction took, in microseconds.
fn logged_micros(folder: &Path) -> Vec<u32> {
    let files = std::fs::read_dir(folder).expect("its folder").flatten().map(|entry| entry.path());
    let logs =
        files.filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("pgbench_log")));
    let text: String = logs.map(|path| std::fs::read_to_string(path).expect("its log")).collect();
    text.lines().filter_map(|line| line.split(' ').nth(2)?.parse().ok()).collect()
}

/// Memory of the server for each socket that has joined a room and waits.
pub async fn idle(server: &Server, report: &mut Report) {
    let limit = Process::limit(&["limit-socket"]);
    let theirs = weigh(&limit, server).await;
    let ours = weigh(server.process(), server).await;
    for ((count, ours), theirs) in IDLE.into_iter().zip(ours).zip(theirs) {
        report.add(&format!("memory for an idle socket, {count} open"), "KiB", &[ours], &[theirs]);
    }
}

/// KiB for each socket at each step of [`IDLE`].
async fn weigh(process: &Process, server: &Server) -> Vec<f64> {
    let before = process.memory();
    let mut open = Vec::new();
    let mut weights = Vec::new();
    for count in IDLE {
        for token in &server.tokens[open.len()..count] {
            open.push(join(&process.address, token, &server.rooms[0]).await);
        }
        // What was needed only for joining may be given back.
        tokio::time::sleep(Duration::from_secs(2)).await;
        weights.push((process.memory() - before) / count as f64);
    }
    weights
}
