//! Three nodes beside one, over the same database: what the way between them costs. On a machine of two cores three
//! processes are no faster than one; what tells is the work for each core-second.

use std::cell::RefCell;
use std::process::{Child, Command, Stdio};

use crate::chat::{self, Crowd, IN_FLIGHT};
use crate::report::Report;
use crate::server::{Process, Server, cpu_of, free_port};
use crate::{MEMBERS, Plan};

const NODES: usize = 3;

/// A Redis of the measurement's own.
struct Redis {
    child: Child,
    port: u16,
}

impl Redis {
    fn start() -> Self {
        let port = free_port();
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "redis-server", "--bind", "127.0.0.1", "--save", "", "--port"]);
        command.arg(port.to_string()).stdin(Stdio::null()).stdout(Stdio::null());
        Self { child: command.spawn().expect("redis-server is installed"), port }
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Fan-out in a room whose members are spread over three nodes, and ingest at all three, beside one node.
pub async fn three_beside_one(server: &Server, binary: &str, plan: Plan, report: &mut Report) {
    let redis = Redis::start();
    let nodes: Vec<Process> = (0..NODES).map(|_| server.node(binary, redis.port)).collect();
    let addresses: Vec<&str> = nodes.iter().map(|node| node.address.as_str()).collect();
    let cpu = || nodes.iter().map(Process::cpu).sum::<f64>() + server.database_cpu() + cpu_of(redis.child.id());
    let tokens = &server.tokens[..MEMBERS];
    let mut one = Crowd::gather(&addresses[..1], tokens, &server.rooms[0]).await;
    let mut three = Crowd::gather(&addresses, tokens, &server.rooms[1]).await;
    for in_flight in [1, IN_FLIGHT] {
        let figures: [RefCell<Vec<f64>>; 4] = Default::default();
        for _ in 0..plan.rounds {
            for (crowd, at) in [(&mut one, 0), (&mut three, 2)] {
                let (wall, core) = chat::deliveries(crowd, in_flight, plan, cpu).await;
                figures[at].borrow_mut().push(wall);
                figures[at + 1].borrow_mut().push(core);
            }
        }
        let [one_wall, one_core, wall, core] = figures.map(RefCell::into_inner);
        report.add(&format!("three nodes beside one, {in_flight} in flight"), "deliveries/s", &wall, &one_wall);
        report.add(
            &format!("three nodes, {in_flight} in flight, all processes"),
            "deliveries/core-s",
            &core,
            &one_core,
        );
    }
    let (mut ours, mut limit) = (Vec::new(), Vec::new());
    for _ in 0..plan.rounds {
        limit.push(chat::acknowledged(server, &addresses[..1], IN_FLIGHT, plan).await.0);
        ours.push(chat::acknowledged(server, &addresses, IN_FLIGHT, plan).await.0);
    }
    report.add("three nodes beside one, messages committed", "messages/s", &ours, &limit);
}
