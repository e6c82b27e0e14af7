//! The program under measurement and the limit programs: started, weighed by `/proc`, and stopped.

use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::{IDLE, SENDERS, WRITERS};

/// Replies in each thread: one page of 100 is read.
const REPLIES: usize = 100;
/// Ticks of the clock of `/proc` in a second.
const TICKS: f64 = 100.0;

/// A process that listens on a port of this machine; ended when it is dropped.
pub struct Process {
    child: Child,
    pub address: String,
}

impl Process {
    fn start(mut command: Command, port: u16) -> Self {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().expect("the program starts");
        let address = format!("127.0.0.1:{port}");
        let until = Instant::now() + Duration::from_secs(60);
        while TcpStream::connect(&address).is_err() {
            assert!(Instant::now() < until, "{command:?} does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        Self { child, address }
    }

    /// A limit program: this one, called with other words.
    pub fn limit(words: &[&str]) -> Self {
        let port = free_port();
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command.arg(words[0]).arg(port.to_string()).args(&words[1..]);
        Self::start(command, port)
    }

    /// Seconds of processor time so far.
    pub fn cpu(&self) -> f64 {
        cpu_of(self.child.id())
    }

    /// Resident memory in KiB.
    pub fn memory(&self) -> f64 {
        memory_of(self.child.id())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let _ = self.child.wait();
    }
}

/// Ligesind on a durable database of its own, filled by `ligesind fixture`.
pub struct Server {
    process: Option<Process>,
    state: PathBuf,
    pub tokens: Vec<String>,
    pub rooms: Vec<String>,
    pub threads: Vec<String>,
}

impl Server {
    pub fn start(binary: &str) -> Self {
        let state = std::env::temp_dir().join(format!("lg-bench-{}", std::process::id()));
        std::fs::create_dir_all(&state).expect("a folder");
        std::fs::set_permissions(&state, std::fs::Permissions::from_mode(0o711)).expect("its mode");
        let mut server = Self { process: None, state, tokens: Vec::new(), rooms: Vec::new(), threads: Vec::new() };
        server.fill(binary);
        let port = free_port();
        let mut serve = server.command(binary);
        serve.arg("serve").env("PORT", port.to_string());
        server.process = Some(Process::start(serve, port));
        server
    }

    /// Ends the server without a word to it, and starts it again at the same address.
    pub fn crash_and_restart(&mut self, binary: &str) {
        let mut gone = self.process.take().expect("a running server");
        gone.child.kill().expect("a kill");
        gone.child.wait().expect("its end");
        let port = gone.address.rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok()).expect("a port");
        drop(gone);
        let mut serve = self.command(binary);
        serve.arg("serve").env("PORT", port.to_string());
        self.process = Some(Process::start(serve, port));
    }

    pub fn command(&self, binary: &str) -> Command {
        let mut command = Command::new(binary);
        command.env("STATE_DIR", &self.state).env("RATE_LIMITS", "off").env("LOG", "warn").env("HOST", "127.0.0.1");
        for name in ["DATABASE_URL", "DATABASE_OWNER_URL", "PUBLIC_URL", "TRUSTED_PROXY", "REDIS_URL"] {
            command.env_remove(name);
        }
        command
    }

    /// Another node of the same community, linked by the Redis on this port.
    pub fn node(&self, binary: &str, redis: u16) -> Process {
        let (port, dir) = (free_port(), self.socket_dir().display().to_string());
        let secret = std::fs::read_to_string(self.state.join("secret")).expect("the secret of the installation");
        let mut command = self.command(binary);
        command.arg("serve").env("PORT", port.to_string()).env("LIGESIND_SECRET", secret.trim());
        command.env("REDIS_URL", format!("redis://127.0.0.1:{redis}"));
        command.env("DATABASE_URL", format!("host={dir} user=ligesind_app dbname=ligesind"));
        command.env("DATABASE_OWNER_URL", self.owner_url());
        Process::start(command, port)
    }

    fn fill(&mut self, binary: &str) {
        let numbers = [
            ("--people", IDLE[IDLE.len() - 1]),
            ("--rooms", SENDERS + 1),
            ("--threads", WRITERS),
            ("--replies", REPLIES),
        ];
        let mut command = self.command(binary);
        command.arg("fixture").args(numbers.iter().flat_map(|(name, n)| [(*name).to_owned(), n.to_string()]));
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the fixture starts");
        for line in BufReader::new(child.stdout.take().expect("its output")).lines() {
            let line: Value = serde_json::from_str(&line.expect("a line")).expect("JSON");
            let text = |name: &str| line[name].as_str().map(str::to_owned);
            self.tokens.extend(text("access_token"));
            self.rooms.extend(text("room"));
            self.threads.extend(text("thread"));
        }
        assert!(child.wait().expect("an end").success(), "the fixture failed");
    }

    pub fn process(&self) -> &Process {
        self.process.as_ref().expect("a running server")
    }

    pub fn address(&self) -> &str {
        &self.process().address
    }

    /// The folder of the database's socket.
    pub fn socket_dir(&self) -> PathBuf {
        self.state.join("postgres/s")
    }

    /// The way in of the schema's owner, for limit programs that need a table.
    pub fn owner_url(&self) -> String {
        format!("host={} user=ligesind_owner dbname=ligesind", self.socket_dir().display())
    }

    /// Seconds of processor time of the server and its database so far.
    pub fn cpu(&self) -> f64 {
        self.process().cpu() + self.database_cpu()
    }

    /// Seconds of processor time of the database so far.
    pub fn database_cpu(&self) -> f64 {
        let pid_file = std::fs::read_to_string(self.state.join("postgres/data/postmaster.pid")).expect("a pid file");
        let postmaster: u32 = pid_file.lines().next().and_then(|line| line.trim().parse().ok()).expect("a pid");
        children_of(postmaster).into_iter().map(cpu_of).sum()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process = None;
        let _ = std::fs::remove_dir_all(&self.state);
    }
}

pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port()
}

/// Fields of `/proc/PID/stat` behind the name, which may hold blanks.
fn stat_of(pid: u32) -> Option<Vec<u64>> {
    let stat = std::fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("stat")).ok()?;
    let (_, fields) = stat.rsplit_once(") ")?;
    Some(fields.split(' ').skip(1).map(|field| field.trim().parse().unwrap_or_default()).collect())
}

/// Resident memory of a process in KiB.
pub fn memory_of(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("a status");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("VmRSS");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

pub fn cpu_of(pid: u32) -> f64 {
    // utime and stime, in ticks; ticks of one measurement fit f64 many times over.
    stat_of(pid).map_or(0.0, |fields| (fields[10] + fields[11]) as f64 / TICKS)
}

pub fn children_of(parent: u32) -> Vec<u32> {
    let all = std::fs::read_dir("/proc").expect("/proc").flatten();
    all.filter_map(|entry| entry.file_name().to_string_lossy().parse().ok())
        .filter(|pid| stat_of(*pid).is_some_and(|fields| fields[0] == u64::from(parent)))
        .collect()
}
