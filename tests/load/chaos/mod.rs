//! `make chaos`: people talk while things break, and a checker reads along. Every acknowledged message is there exactly
//! once, everybody sees the same order without a gap, and nothing comes back after its author took it away.

mod faults;
mod proxy;
mod resident;
mod town;

use std::rc::Rc;
use std::time::{Duration, Instant};

use faults::FAULTS;
use resident::Resident;
use support::history::History;
use town::Town;

/// How large and how long.
#[derive(Clone, Copy)]
pub struct Size {
    pub nodes: usize,
    pub rooms: usize,
    pub residents: usize,
    /// For each fault.
    pub each: Duration,
    /// Between two messages of one resident.
    pub pause: Duration,
}

/// Minutes for each fault.
pub const LONG: Size =
    Size { nodes: 3, rooms: 3, residents: 90, each: Duration::from_secs(180), pause: Duration::from_millis(1000) };
/// As part of all tests.
pub const SHORT: Size =
    Size { nodes: 2, rooms: 2, residents: 16, each: Duration::from_secs(2), pause: Duration::from_millis(300) };

/// How long everybody may need to see everything once the world is whole again.
const SETTLE: Duration = Duration::from_secs(30);

/// Runs all faults, or those whose name holds `only`; answers how many checks failed.
pub fn run(binary: &str, size: Size, only: Option<&str>) -> usize {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    tokio::task::LocalSet::new().block_on(&runtime, async {
        let mut town = Town::found(binary, size).await;
        let history = Rc::new(History::default());
        let residents: Vec<Rc<Resident>> =
            (0..size.residents).map(|n| Resident::move_in(&town, n, size.pause, history.clone())).collect();
        let (mut passed, mut failed) = (0, 0);
        println!(
            "{:<40} {:>8} {:>7} {:>7} {:>7} {:>9} {:>8}",
            "fault", "acked", "deleted", "busy", "resumes", "wait, s", "problems"
        );
        for fault in FAULTS.iter().filter(|fault| only.is_none_or(|only| fault.name.contains(only))) {
            history.begin();
            let memory = town.memory();
            (fault.run)(&mut town, size.each).await;
            town.wait_until_ready().await;
            settle(&town, &history, &residents).await;
            fault_checks(fault, &town, &history, memory);
            let figures = history.figures();
            let problems = history.take_problems();
            println!(
                "{:<40} {:>8} {:>7} {:>7} {:>7} {:>9.1} {:>8}",
                fault.name,
                figures.acked,
                figures.deleted,
                figures.busy,
                figures.resumes,
                figures.longest_wait.as_secs_f64(),
                problems.len()
            );
            problems.iter().take(10).for_each(|problem| println!("    {problem}"));
            if problems.is_empty() { passed += 1 } else { failed += 1 }
        }
        drop(town);
        println!("  {passed} passed");
        if failed > 0 {
            println!("  {failed} failed");
        }
        failed
    })
}

/// Nobody says anything new; what was said must be answered, and everybody must come to the newest number.
async fn settle(town: &Town, history: &Rc<History>, residents: &[Rc<Resident>]) {
    residents.iter().for_each(|resident| resident.hush(true));
    let until = Instant::now() + SETTLE;
    let newest = loop {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let waiting = residents.iter().filter(|resident| resident.is_waiting()).count();
        let newest = town.newest().await;
        let behind = residents.iter().filter(|resident| resident.last() != newest.get(&resident.room).copied()).count();
        if waiting == 0 && behind == 0 {
            break newest;
        }
        if Instant::now() > until {
            history.problem(format!(
                "{waiting} residents wait for an answer and {behind} have not seen everything after {SETTLE:?}"
            ));
            break newest;
        }
    };
    history.compare(&town.stored().await, &newest);
    residents.iter().for_each(|resident| resident.hush(false));
}

fn fault_checks(fault: &faults::Fault, town: &Town, history: &History, before: f64) {
    let figures = history.figures();
    if figures.acked == 0 {
        history.problem("nobody was heard at all".to_owned());
    }
    if fault.must_be_busy && figures.busy == 0 {
        history.problem("nobody was told that the server is busy".to_owned());
    }
    if figures.longest_wait > fault.longest_wait {
        history.problem(format!("somebody waited {:?} for an answer", figures.longest_wait));
    }
    let grown = town.memory() - before;
    if grown > 96.0 * 1024.0 {
        history.problem(format!("the nodes grew by {:.0} MiB", grown / 1024.0));
    }
}
