//! Everybody comes back at once: the server is killed, started again, and all sockets ask for what they missed, without the
//! pauses that our own client makes.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, spawn_local};
use tokio::time::sleep;

use crate::chat::{frame_of, join};
use crate::report::Report;
use crate::server::Server;
use crate::wire::{self, Http};

/// Sockets that come back.
const PEOPLE: usize = 5_000;
/// Messages that each of them missed.
const MISSED: usize = 20;
/// Rooms that they are in.
const ROOMS: usize = 10;
/// Connections that are opened at a time: more than the kernel keeps waiting would be refused.
const AT_ONCE: usize = 500;
/// Between two looks at whether the server answers.
const LOOK: Duration = Duration::from_millis(50);

/// Seconds until the last of them has everything, what that cost the database, and the slowest answer to somebody who only
/// wants to read meanwhile.
pub async fn storm(server: &mut Server, binary: &str, report: &mut Report) {
    let rooms: Vec<String> = server.rooms.iter().take(ROOMS).cloned().collect();
    for room in &rooms {
        let (mut inbox, mut out) = join(server.address(), &server.tokens[0], room).await;
        for _ in 0..MISSED {
            wire::send(&mut out, &frame_of("send", room)).await;
            inbox.until("ack").await;
        }
    }
    let mut newest = Vec::new();
    for room in &rooms {
        newest.push(number_of(server, room).await);
    }
    let people = server.tokens.iter().take(PEOPLE).zip(rooms.iter().zip(newest).cycle());
    let people: Vec<(String, String, u64)> =
        people.map(|(token, (room, seq))| (token.clone(), room.clone(), seq)).collect();
    let mut open = Vec::new();
    for (token, room, _) in &people {
        open.push(join(server.address(), token, room).await);
    }
    server.crash_and_restart(binary);
    drop(open);
    let (from, cpu, gate) = (Instant::now(), server.database_cpu(), Rc::new(Semaphore::new(AT_ONCE)));
    let slowest = Rc::new(Cell::new(Duration::ZERO));
    let reader = spawn_local(read_on(server.address().to_owned(), server.threads[0].clone(), slowest.clone()));
    let comers: Vec<JoinHandle<_>> = people
        .into_iter()
        .map(|(token, room, seq)| {
            let (address, gate) = (server.address().to_owned(), gate.clone());
            spawn_local(async move {
                let (mut inbox, mut out) = {
                    let _turn = gate.acquire().await.expect("a gate");
                    wire::socket(&address, &token).await
                };
                let after = seq - MISSED as u64;
                wire::send(&mut out, &format!(r#"{{"type":"join","room":"{room}","after_seq":{after}}}"#)).await;
                for expected in after + 1..=seq {
                    let frame = inbox.frame_of("message").await;
                    assert_eq!(wire::seq(frame), Some(expected), "what was missed comes whole and in order");
                }
                (inbox, out)
            })
        })
        .collect();
    // All stay until the last is there.
    let mut back = Vec::with_capacity(comers.len());
    for comer in comers {
        back.push(comer.await.expect("everybody comes back"));
    }
    let seconds = from.elapsed().as_secs_f64();
    let cost = (server.database_cpu() - cpu) * 1000.0 / PEOPLE as f64;
    reader.abort();
    let slowest = slowest.get().as_secs_f64() * 1000.0;
    report.add(&format!("{PEOPLE} come back at once, until all have all"), "s", &[seconds], &[]);
    report.add("the same, database time for each", "ms", &[cost], &[]);
    report.add("the same, slowest page for a visitor", "ms", &[slowest], &[]);
}

/// The newest number of a room.
async fn number_of(server: &Server, room: &str) -> u64 {
    let (mut inbox, mut out) = wire::socket(server.address(), &server.tokens[0]).await;
    wire::send(&mut out, &frame_of("join", room)).await;
    wire::seq(inbox.frame_of("joined").await).expect("the newest number")
}

/// A visitor who reads a thread again and again, on a new connection each time.
async fn read_on(address: String, thread: String, slowest: Rc<Cell<Duration>>) {
    let request = format!("GET /api/v1/threads/{thread}/replies?limit=100 HTTP/1.1\r\nHost: {address}\r\n\r\n");
    loop {
        let asked = Instant::now();
        let (status, _) = Http::open(&address).await.ask(request.as_bytes()).await;
        assert_eq!(status, 200);
        slowest.set(slowest.get().max(asked.elapsed()));
        sleep(LOOK).await;
    }
}
