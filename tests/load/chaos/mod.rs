//! `make chaos`: people talk while things break, and a checker reads along. Every acknowledged message is there exactly
//! once, everybody sees the same order without a gap, each author's messages in the order in which they were sent, and the
//! newest text of each; and nothing comes back after its author or a moderator took it away.

mod faults;
mod moderator;
mod resident;
mod town;
mod wire;

use std::rc::Rc;
use std::time::{Duration, Instant};

use faults::FAULTS;
use moderator::Moderator;
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
        println!("{}", town.network.describe());
        let history = Rc::new(History::default());
        let residents: Vec<Rc<Resident>> =
            (0..size.residents).map(|n| Resident::move_in(&town, n, size.pause, history.clone())).collect();
        let moderator = Moderator::moves_in(&town, history.clone());
        let (mut passed, mut failed) = (0, 0);
        let mut acts = [0; 3];
        println!(
            "{:<32} {:>8} {:>7} {:>7} {:>9} {:>7} {:>7} {:>7} {:>8}",
            "fault", "acked", "edited", "deleted", "moderated", "busy", "resumes", "wait, s", "problems"
        );
        for fault in FAULTS.iter().filter(|fault| only.is_none_or(|only| fault.name.contains(only))) {
            history.begin();
            let memory = town.memory();
            (fault.run)(&mut town, size.each).await;
            town.wait_until_ready().await;
            settle(&town, &history, &residents, &moderator).await;
            fault_checks(fault, &town, &history, memory);
            let figures = history.figures();
            let problems = history.take_problems();
            for (sum, figure) in acts.iter_mut().zip([figures.edited, figures.deleted, figures.moderated]) {
                *sum += figure;
            }
            println!(
                "{:<32} {:>8} {:>7} {:>7} {:>9} {:>7} {:>7} {:>7.1} {:>8}",
                fault.name,
                figures.acked,
                figures.edited,
                figures.deleted,
                figures.moderated,
                figures.busy,
                figures.resumes,
                figures.longest_wait.as_secs_f64(),
                problems.len()
            );
            problems.iter().take(10).for_each(|problem| println!("    {problem}"));
            if problems.is_empty() { passed += 1 } else { failed += 1 }
        }
        drop(town);
        if acts.contains(&0) {
            println!("  nothing was edited, deleted or moderated in the whole run: the checker had too little to read");
            failed += 1;
        }
        println!("  {passed} passed");
        if failed > 0 {
            println!("  {failed} failed");
        }
        failed
    })
}

/// Nobody says anything new; what was said must be answered, and everybody must come to the newest number.
async fn settle(town: &Town, history: &Rc<History>, residents: &[Rc<Resident>], moderator: &Moderator) {
    residents.iter().for_each(|resident| resident.hush(true));
    moderator.hush(true);
    let until = Instant::now() + SETTLE;
    let newest = loop {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let waiting = residents.iter().filter(|resident| resident.is_waiting()).count();
        let is_at_work = moderator.is_at_work();
        let newest = town.newest().await;
        let is_behind = |resident: &Resident| resident.screen().last() != newest.get(&resident.room).copied();
        let behind = residents.iter().filter(|resident| is_behind(resident)).count();
        if waiting == 0 && !is_at_work && behind == 0 {
            break newest;
        }
        if Instant::now() > until {
            history.problem(format!(
                "{waiting} residents wait for an answer, {behind} have not seen everything, the moderator works: {is_at_work}, after {SETTLE:?}"
            ));
            break newest;
        }
    };
    let stored = town.stored().await;
    let screens: Vec<_> = residents.iter().map(|resident| resident.screen()).collect();
    history.compare(&stored, &newest, screens.iter().map(|screen| &**screen));
    drop(screens);
    residents.iter().for_each(|resident| resident.hush(false));
    moderator.hush(false);
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
