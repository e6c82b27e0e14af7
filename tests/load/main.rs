//! `make bench`: what the server does for each second, beside what the machine allows in the same minute.
//!
//! Every figure is measured in rounds (limit, ours, limit, ours …) with the same client, and the medians are
//! reported: a table for people, one JSON object a line in `target/bench/results.jsonl`. Absolute figures follow
//! the machine and its neighbours; the ratio holds.

mod chaos;
mod chat;
mod desk;
mod forum;
mod limits;
mod nodes;
mod report;
mod screening;
mod server;
mod storm;
mod wire;

use std::time::Duration;

use report::Report;
use server::Server;

/// Members of the room in which fan-out is measured.
const MEMBERS: usize = 1_000;
/// Sockets that only stay connected, in steps.
const IDLE: [usize; 2] = [2_000, 9_000];
/// Rooms with one sender each.
const SENDERS: usize = 50;
/// Writers of replies, each in a thread of its own.
const WRITERS: usize = 16;

/// How long each measurement runs and how often it is repeated.
#[derive(Clone, Copy)]
pub struct Plan {
    pub window: Duration,
    pub rounds: usize,
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["limit-socket", port] => limits::socket(number(port), false),
        ["limit-socket-coalesce", port] => limits::socket(number(port), true),
        ["limit-http", port, file] => limits::http(number(port), file),
        ["limit-insert", port, url] => limits::insert(number(port), url),
        ["run", binary, results, only @ ..] => {
            run(binary, results, only, Plan { window: Duration::from_secs(4), rounds: 3 });
        }
        ["quick", binary, results, only @ ..] => {
            run(binary, results, only, Plan { window: Duration::from_millis(500), rounds: 1 });
        }
        ["chaos", binary, only @ ..] => chaos(binary, chaos::LONG, only.first().copied()),
        ["chaos-short", binary, only @ ..] => chaos(binary, chaos::SHORT, only.first().copied()),
        _ => {
            eprintln!("usage: bench run|quick PROGRAM RESULTS_FILE [PART...]    parts: {}", PARTS.join(", "));
            eprintln!("       bench chaos|chaos-short PROGRAM [FAULT]");
            std::process::exit(2);
        }
    }
}

fn chaos(binary: &str, size: chaos::Size, only: Option<&str>) {
    if chaos::run(binary, size, only) > 0 {
        std::process::exit(1);
    }
}

fn number(text: &str) -> u16 {
    text.parse().expect("a port")
}

/// What can be measured on its own.
const PARTS: [&str; 9] = [SCREENING, "fan-out", "ingest", "memory", "storm", "reads", "replies", "desk", "nodes"];
/// The part that needs no server.
const SCREENING: &str = "screening";

/// Measures the parts named in `only`, or all.
fn run(binary: &str, results: &str, only: &[&str], plan: Plan) {
    let wanted = |part: &str| only.is_empty() || only.contains(&part);
    let mut report = Report::new(results);
    if wanted(SCREENING) {
        screening::measure(plan, &mut report);
    }
    let mut rest = PARTS.into_iter().filter(|part| *part != SCREENING && wanted(part)).peekable();
    if rest.peek().is_none() {
        return report.close();
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    tokio::task::LocalSet::new().block_on(&runtime, async {
        let mut server = Server::start(binary);
        for part in rest {
            match part {
                "fan-out" => chat::fan_out(&server, plan, &mut report).await,
                "ingest" => chat::ingest(&server, plan, &mut report).await,
                "memory" => chat::idle(&server, &mut report).await,
                "storm" => storm::storm(&mut server, binary, &mut report).await,
                "desk" => desk::desk(&server, binary, plan, &mut report).await,
                "reads" => forum::reads(&server, plan, &mut report).await,
                "nodes" => nodes::three_beside_one(&server, binary, plan, &mut report).await,
                _ => forum::replies(&server, plan, &mut report).await,
            }
        }
        report.close();
    });
}
