//! The nodes, their database and their Redis, each a process that can be hurt.

use std::cell::RefCell;
use std::collections::HashMap;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::rc::Rc;
use std::time::{Duration, Instant};

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use ligesind::infra::embedded_pg::{ClusterOptions, Durability, PrivateCluster, Tenure};
use serde_json::Value;
use support::history::Stored;
use uuid::Uuid;

use super::Size;
use super::wire::{Network, Wire};
use crate::server::{children_of, free_port, memory_of};

const DATABASE: &str = "ligesind";
const SECRET: &str = "a secret for a town that is made to be hurt";

/// A server process and its wire to Redis.
pub struct Node {
    child: Child,
    pub port: u16,
    pub wire: Wire,
}

/// All of it.
pub struct Town {
    binary: String,
    state: PathBuf,
    cluster: Option<PrivateCluster>,
    redis: Child,
    redis_port: u16,
    pub network: Network,
    pub nodes: Vec<Node>,
    /// Where residents find a node, whatever happens to it.
    pub addresses: Rc<RefCell<Vec<String>>>,
    pub tokens: Vec<String>,
    pub rooms: Vec<Uuid>,
    /// Messages that residents would like the moderators to look at.
    pub reported: Rc<RefCell<Vec<Uuid>>>,
}

/// A command whose process ends with this one, however this one ends.
pub fn bound(program: &str) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", program]).stdin(Stdio::null()).stdout(Stdio::null());
    command
}

pub fn signal(pid: u32, name: &str) {
    let done = Command::new("kill").args([&format!("-{name}"), &pid.to_string()]).status();
    done.expect("kill runs");
}

impl Town {
    pub async fn found(binary: &str, size: Size) -> Self {
        let state = std::env::temp_dir().join(format!("lg-chaos-{}", std::process::id()));
        std::fs::create_dir_all(&state).expect("a folder");
        std::fs::set_permissions(&state, std::fs::Permissions::from_mode(0o711)).expect("its mode");
        let (redis_port, network) = (free_port(), Network::find());
        let mut town = Self {
            binary: binary.to_owned(),
            cluster: Some(cluster(&state)),
            redis: redis(redis_port, &state, &network),
            state,
            redis_port,
            network,
            nodes: Vec::new(),
            addresses: Rc::default(),
            tokens: Vec::new(),
            rooms: Vec::new(),
            reported: Rc::default(),
        };
        town.fill(size).await;
        for number in 0..size.nodes {
            let (wire, port) = (town.network.wire(number, town.redis_port).await, free_port());
            let child = town.serve(port, &wire);
            town.addresses.borrow_mut().push(format!("127.0.0.1:{port}"));
            town.nodes.push(Node { child, port, wire });
        }
        town.wait_until_ready().await;
        town
    }

    fn urls(&self) -> (String, String) {
        let cluster = self.cluster.as_ref().expect("a cluster");
        (cluster.app_url(DATABASE), cluster.owner_url(DATABASE))
    }

    fn command(&self) -> Command {
        let (app, owner) = self.urls();
        let mut command = bound(&self.binary);
        command.env("DATABASE_URL", app).env("DATABASE_OWNER_URL", owner).env("LIGESIND_SECRET", SECRET);
        command.env("RATE_LIMITS", "off").env("HOST", "127.0.0.1").env("STATE_DIR", &self.state);
        command.env("LOG", std::env::var("LOG").unwrap_or_else(|_| "error,ligesind::http::problem=off".to_owned()));
        for name in ["PUBLIC_URL", "TRUSTED_PROXY", "REDIS_URL"] {
            command.env_remove(name);
        }
        command
    }

    /// Residents, and one more who becomes a moderator.
    async fn fill(&mut self, size: Size) {
        let migrated = self.command().arg("migrate").status().expect("the program starts");
        assert!(migrated.success(), "the schema");
        let mut fixture = self.command();
        fixture.args(["fixture", "--people", &(size.residents + 1).to_string(), "--rooms", &size.rooms.to_string()]);
        let output = fixture.stdout(Stdio::piped()).output().expect("the program starts");
        assert!(output.status.success(), "the fixture");
        let mut moderator = None;
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            let line: Value = serde_json::from_str(line).expect("JSON");
            self.tokens.extend(line["access_token"].as_str().map(str::to_owned));
            self.rooms.extend(line["room"].as_str().and_then(|room| room.parse::<Uuid>().ok()));
            moderator = line["person"].as_str().map(str::to_owned).or(moderator);
        }
        let moderator = moderator.expect("people");
        let role = format!("insert into account_roles (account_id, role) values ('{moderator}', 'moderator')");
        let mut owner = AsyncPgConnection::establish(&self.urls().1).await.expect("the database");
        owner.batch_execute(&role).await.expect("a moderator");
    }

    fn serve(&self, port: u16, wire: &Wire) -> Child {
        let mut command = self.command();
        command.arg("serve").env("PORT", port.to_string()).env("REDIS_URL", &wire.url);
        command.spawn().expect("a node starts")
    }

    /// All nodes serve, and hear of each other.
    pub async fn wait_until_ready(&self) {
        let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(5)).build().expect("a client");
        let until = Instant::now() + Duration::from_secs(60);
        for node in &self.nodes {
            let url = format!("http://127.0.0.1:{}/health/ready", node.port);
            loop {
                let ready = async { client.get(&url).send().await?.text().await };
                if ready.await.is_ok_and(|text| text.contains("\"ready\"") && text.contains("\"connected\"")) {
                    break;
                }
                assert!(Instant::now() < until, "a node is not ready");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }

    pub fn kill_node(&mut self, number: usize) {
        let node = &mut self.nodes[number];
        node.child.kill().expect("a node to kill");
        let _ = node.child.wait();
    }

    pub fn start_node(&mut self, number: usize) {
        let node = &self.nodes[number];
        self.nodes[number].child = self.serve(node.port, &node.wire);
    }

    pub fn kill_redis(&mut self) {
        self.redis.kill().expect("a Redis to kill");
        let _ = self.redis.wait();
    }

    pub fn start_redis(&mut self) {
        self.redis = redis(self.redis_port, &self.state, &self.network);
    }

    pub fn pause_redis(&self, is_paused: bool) {
        signal(self.redis.id(), if is_paused { "STOP" } else { "CONT" });
    }

    pub fn restart_database(&mut self) {
        self.cluster = None;
        self.cluster = Some(cluster(&self.state));
    }

    /// Stops or wakes every process of PostgreSQL.
    pub fn pause_database(&self, is_paused: bool) {
        let folder = self.cluster.as_ref().expect("a cluster").dir().join("data/postmaster.pid");
        let text = std::fs::read_to_string(folder).expect("a pid file");
        let postmaster: u32 = text.lines().next().and_then(|line| line.trim().parse().ok()).expect("a pid");
        // The parent first, so that it makes no new child; and last, so that it finds none missing.
        let children = || children_of(postmaster);
        if is_paused {
            signal(postmaster, "STOP");
            children().into_iter().for_each(|pid| signal(pid, "STOP"));
        } else {
            children().into_iter().for_each(|pid| signal(pid, "CONT"));
            signal(postmaster, "CONT");
        }
    }

    /// Memory of all nodes in KiB.
    pub fn memory(&self) -> f64 {
        self.nodes.iter().map(|node| memory_of(node.child.id())).sum()
    }

    async fn ask<T>(&self, sql: &str) -> Vec<T>
    where
        T: QueryableByName<diesel::pg::Pg> + Send + 'static,
    {
        let mut conn = AsyncPgConnection::establish(&self.urls().0).await.expect("the database");
        diesel::sql_query(sql).load(&mut conn).await.expect("an answer")
    }

    /// The newest number of each room.
    pub async fn newest(&self) -> HashMap<Uuid, i64> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = SqlUuid)]
            id: Uuid,
            #[diesel(sql_type = BigInt)]
            last_seq: i64,
        }
        let rows: Vec<Row> = self.ask("select id, last_seq from rooms").await;
        rows.into_iter().map(|row| (row.id, row.last_seq)).collect()
    }

    /// Every entry of every room.
    pub async fn stored(&self) -> Vec<Stored> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = SqlUuid)]
            room_id: Uuid,
            #[diesel(sql_type = BigInt)]
            seq: i64,
            #[diesel(sql_type = SqlUuid)]
            id: Uuid,
            #[diesel(sql_type = Nullable<SqlUuid>)]
            client_id: Option<Uuid>,
            #[diesel(sql_type = Nullable<Text>)]
            html: Option<String>,
        }
        let rows: Vec<Row> = self
            .ask(
                "select room_id, seq, id, client_id, case when may_read(state, author_id, null) then body_html end as html from messages
                 union all select room_id, seq, message_id, null, null from room_events",
            )
            .await;
        rows.into_iter()
            .map(|Row { room_id, seq, id, client_id, html }| Stored { room: room_id, seq, id, client_id, html })
            .collect()
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        for node in &mut self.nodes {
            let _ = node.child.kill();
            let _ = node.child.wait();
        }
        let _ = self.redis.kill();
        let _ = self.redis.wait();
        self.cluster = None;
        let _ = std::fs::remove_dir_all(&self.state);
    }
}

fn cluster(state: &std::path::Path) -> PrivateCluster {
    PrivateCluster::start(&ClusterOptions {
        state_dir: state.to_owned(),
        durability: Durability::Durable,
        tenure: Tenure::Lasting,
        databases: vec![DATABASE.to_owned()],
        bin_dir: None,
    })
    .unwrap_or_else(|error| panic!("{error}"))
}

fn redis(port: u16, folder: &std::path::Path, network: &Network) -> Child {
    let port = port.to_string();
    // Nobody else reaches it: it listens on loopback, or in a namespace of this run.
    let (mut command, address) = network.command("redis-server");
    command.args(["--port", &port, "--bind", address, "--protected-mode", "no", "--save", "", "--appendonly", "no"]);
    command.arg("--dir").arg(folder);
    command.spawn().expect("redis-server is installed")
}
