//! What breaks.

use std::pin::Pin;
use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::town::Town;

type Running<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// One thing that breaks again and again for a while, and is whole at the end.
pub struct Fault {
    pub name: &'static str,
    pub run: for<'a> fn(&'a mut Town, Duration) -> Running<'a>,
    /// Senders must be told that the server is busy, not only wait.
    pub must_be_busy: bool,
    /// No sender may wait longer for an answer on a line that holds.
    pub longest_wait: Duration,
}

const ANSWER: Duration = Duration::from_secs(12);

pub const FAULTS: &[Fault] = &[
    Fault { name: "nothing", run: |_, each| Box::pin(sleep(each)), must_be_busy: false, longest_wait: ANSWER },
    Fault {
        name: "kill -9 of a node",
        run: |t, e| Box::pin(kill_nodes(t, e)),
        must_be_busy: false,
        longest_wait: ANSWER,
    },
    Fault {
        name: "kill -9 and restart of Redis",
        run: |t, e| Box::pin(kill_redis(t, e)),
        must_be_busy: false,
        longest_wait: ANSWER,
    },
    Fault { name: "Redis hangs", run: |t, e| Box::pin(hang_redis(t, e)), must_be_busy: false, longest_wait: ANSWER },
    Fault {
        name: "network cut between nodes",
        run: |t, e| Box::pin(cut_network(t, e)),
        must_be_busy: false,
        longest_wait: ANSWER,
    },
    Fault {
        name: "restart of PostgreSQL",
        run: |t, e| Box::pin(restart_database(t, e)),
        must_be_busy: false,
        longest_wait: ANSWER,
    },
    Fault {
        name: "PostgreSQL hangs for 10 s",
        run: |t, e| Box::pin(hang_database(t, e)),
        must_be_busy: true,
        longest_wait: ANSWER,
    },
];

const HURT: Duration = Duration::from_secs(2);
const WELL: Duration = Duration::from_secs(4);
const HANG: Duration = Duration::from_secs(10);

async fn kill_nodes(town: &mut Town, each: Duration) {
    let until = Instant::now() + each;
    for number in (0..town.nodes.len()).cycle() {
        town.kill_node(number);
        sleep(HURT.min(each)).await;
        town.start_node(number);
        town.wait_until_ready().await;
        if Instant::now() > until {
            return;
        }
        sleep(WELL).await;
    }
}

async fn kill_redis(town: &mut Town, each: Duration) {
    let until = Instant::now() + each;
    loop {
        town.kill_redis();
        sleep(HURT.min(each)).await;
        town.start_redis();
        if Instant::now() > until {
            return;
        }
        sleep(WELL).await;
    }
}

async fn hang_redis(town: &mut Town, each: Duration) {
    let until = Instant::now() + each;
    loop {
        town.pause_redis(true);
        sleep(WELL.min(each)).await;
        town.pause_redis(false);
        if Instant::now() > until {
            return;
        }
        sleep(WELL).await;
    }
}

async fn cut_network(town: &mut Town, each: Duration) {
    let until = Instant::now() + each;
    for number in (0..town.nodes.len()).cycle() {
        town.nodes[number].wire.cut(true);
        sleep(WELL.min(each)).await;
        town.nodes[number].wire.cut(false);
        if Instant::now() > until {
            return;
        }
        sleep(HURT).await;
    }
}

async fn restart_database(town: &mut Town, each: Duration) {
    let until = Instant::now() + each;
    loop {
        town.restart_database();
        sleep(HURT.min(each)).await;
        if Instant::now() > until {
            return;
        }
        sleep(WELL * 2).await;
    }
}

async fn hang_database(town: &mut Town, each: Duration) {
    let until = Instant::now() + each;
    loop {
        town.pause_database(true);
        sleep(HANG).await;
        town.pause_database(false);
        if Instant::now() > until {
            return;
        }
        sleep(WELL * 2).await;
    }
}
