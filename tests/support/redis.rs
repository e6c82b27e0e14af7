//! A throw-away Redis of a test's own on a Unix socket: it can be paused, killed and started again. And a Redis Cluster.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// A running server; ended with the value, and with this process however it ends.
pub struct Redis {
    folder: PathBuf,
    child: Child,
}

/// A folder of a server's own.
fn fresh_folder() -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("ligesind-redis-{}-{number}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for Redis");
    folder
}

/// A server that keeps nothing on disk and ends with this process.
fn server(folder: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "redis-server", "--save", "", "--appendonly", "no", "--dir"]).arg(folder);
    command.stdin(Stdio::null()).stdout(Stdio::null());
    command
}

fn wait_until(is_so: impl Fn() -> bool) {
    let until = Instant::now() + Duration::from_secs(20);
    while !is_so() {
        assert!(Instant::now() < until, "Redis does not listen");
        std::thread::sleep(Duration::from_millis(10));
    }
}

impl Redis {
    pub fn start() -> Self {
        let folder = fresh_folder();
        let child = Self::spawn(&folder);
        let redis = Self { folder, child };
        redis.wait();
        redis
    }

    fn spawn(folder: &Path) -> Child {
        let _ = std::fs::remove_file(folder.join("s"));
        let mut command = server(folder);
        command.args(["--port", "0", "--unixsocket"]).arg(folder.join("s"));
        command.spawn().expect("redis-server is installed")
    }

    fn wait(&self) {
        wait_until(|| UnixStream::connect(self.folder.join("s")).is_ok());
    }

    /// As `REDIS_URL` says it.
    pub fn url(&self) -> String {
        format!("redis+unix://{}", self.folder.join("s").display())
    }

    fn signal(&self, name: &str) {
        let done = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(done.expect("kill runs").success());
    }

    /// It takes what is sent and answers nothing.
    pub fn pause(&self) {
        self.signal("STOP");
    }

    pub fn go_on(&self) {
        self.signal("CONT");
    }

    pub fn kill(&mut self) {
        self.signal("KILL");
        let _ = self.child.wait();
    }

    pub fn start_again(&mut self) {
        self.child = Self::spawn(&self.folder);
        self.wait();
    }

    /// Runs a command and gives its answer.
    pub fn ask(&self, words: &[&str]) -> String {
        let output = Command::new("redis-cli").arg("-s").arg(self.folder.join("s")).args(words).output();
        String::from_utf8_lossy(&output.expect("redis-cli runs").stdout).trim().to_owned()
    }
}

/// Everything that is said to a Redis, from the moment at which this was made.
pub struct Overheard {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Redis {
    pub fn overhear(&self) -> Overheard {
        let mut child = Command::new("redis-cli")
            .arg("-s")
            .arg(self.folder.join("s"))
            .arg("monitor")
            .stdout(Stdio::piped())
            .spawn()
            .expect("redis-cli runs");
        let mut lines = BufReader::new(child.stdout.take().expect("its output"));
        let mut first = String::new();
        lines.read_line(&mut first).expect("a first line");
        assert_eq!(first.trim(), "OK");
        Overheard { child, lines }
    }
}

impl Overheard {
    /// All of it, as text.
    pub fn end(mut self) -> String {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let mut text = String::new();
        self.lines.read_to_string(&mut text).expect("text");
        text
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A Redis Cluster of three masters on ports of its own; ended with the value, and with this process.
pub struct RedisCluster {
    folder: PathBuf,
    nodes: Vec<(u16, Child)>,
}

impl RedisCluster {
    pub fn start() -> Self {
        let folder = fresh_folder();
        // All ports at once, so that no two are the same: one for clients and one for the cluster's own bus each.
        let held: Vec<TcpListener> = (0..6).map(|_| TcpListener::bind("127.0.0.1:0").expect("a free port")).collect();
        let ports: Vec<u16> = held.iter().map(|port| port.local_addr().expect("an address").port()).collect();
        drop(held);
        let mut cluster = Self { folder, nodes: Vec::new() };
        for pair in ports.chunks(2) {
            let own = cluster.folder.join(pair[0].to_string());
            std::fs::create_dir_all(&own).expect("a folder for a node");
            let mut command = server(&own);
            command.args(["--bind", "127.0.0.1", "--cluster-enabled", "yes", "--cluster-node-timeout", "2000"]);
            command.args(["--port", &pair[0].to_string(), "--cluster-port", &pair[1].to_string()]);
            command.args(["--enable-debug-command", "local"]);
            cluster.nodes.push((pair[0], command.spawn().expect("redis-server is installed")));
        }
        let addresses: Vec<String> = cluster.nodes.iter().map(|(port, _)| format!("127.0.0.1:{port}")).collect();
        wait_until(|| addresses.iter().all(|address| TcpStream::connect(address).is_ok()));
        let made =
            Command::new("redis-cli").args(["--cluster", "create"]).args(&addresses).arg("--cluster-yes").output();
        let made = made.expect("redis-cli runs");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stdout));
        cluster
    }

    /// These nodes, as `REDIS_URL` says it.
    pub fn urls(&self, nodes: &[usize]) -> String {
        let urls: Vec<String> = nodes.iter().map(|at| format!("redis://127.0.0.1:{}", self.nodes[*at].0)).collect();
        urls.join(",")
    }

    /// Ends a node without a word to it.
    pub fn kill(&mut self, node: usize) {
        self.nodes[node].1.kill().expect("a node to kill");
        let _ = self.nodes[node].1.wait();
    }

    /// Cuts a node off from the others. It goes on serving the clients that it has: its links are ended, and it may open and
    /// take no more connections.
    pub fn cut_off(&self, node: usize) {
        let (port, child) = &self.nodes[node];
        let mut client = Command::new("redis-cli")
            .args(["-p", &port.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("redis-cli runs");
        let (mut says, mut hears) =
            (client.stdin.take().expect("its input"), client.stdout.take().expect("its output"));
        let mut ask = |words: &str| {
            let mut answer = String::new();
            writeln!(says, "{words}").expect("it is heard");
            BufReader::new(&mut hears).read_line(&mut answer).expect("an answer");
            answer.trim().to_owned()
        };
        assert_eq!(ask("PING"), "PONG");
        let others = self.ask(node, &["cluster", "nodes"]);
        let limited = Command::new("prlimit").args(["--pid", &child.id().to_string(), "--nofile=1:"]).status();
        assert!(limited.expect("prlimit runs").success());
        for other in others.lines().filter(|line| !line.contains("myself")) {
            let id = other.split(' ').next().expect("an id");
            assert_eq!(ask(&format!("DEBUG CLUSTERLINK KILL all {id}")), "OK");
        }
        let _ = client.kill();
        let _ = client.wait();
    }

    /// Runs a command at one node and gives its answer.
    pub fn ask(&self, node: usize, words: &[&str]) -> String {
        let output = Command::new("redis-cli").args(["-p", &self.nodes[node].0.to_string()]).args(words).output();
        String::from_utf8_lossy(&output.expect("redis-cli runs").stdout).trim().to_owned()
    }
}

impl Drop for RedisCluster {
    fn drop(&mut self) {
        for (_, node) in &mut self.nodes {
            let _ = node.kill();
            let _ = node.wait();
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
