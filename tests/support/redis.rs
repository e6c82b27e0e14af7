//! A throw-away Redis of a test's own on a Unix socket: it can be paused, killed and started again.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// A running server; ended with the value, and with this process however it ends.
pub struct Redis {
    folder: PathBuf,
    child: Child,
}

impl Redis {
    pub fn start() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("ligesind-redis-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder for Redis");
        let child = Self::spawn(&folder);
        let redis = Self { folder, child };
        redis.wait();
        redis
    }

    fn spawn(folder: &PathBuf) -> Child {
        let _ = std::fs::remove_file(folder.join("s"));
        Command::new("setpriv")
            .args(["--pdeathsig", "KILL", "redis-server", "--port", "0", "--save", "", "--appendonly", "no"])
            .arg("--dir")
            .arg(folder)
            .arg("--unixsocket")
            .arg(folder.join("s"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .expect("redis-server is installed")
    }

    fn wait(&self) {
        let until = Instant::now() + Duration::from_secs(20);
        while UnixStream::connect(self.folder.join("s")).is_err() {
            assert!(Instant::now() < until, "Redis does not listen");
            std::thread::sleep(Duration::from_millis(10));
        }
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
