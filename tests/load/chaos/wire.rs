//! The way between a node and Redis, with scissors: while it is cut nothing passes and nobody is told.
//!
//! Where this process may make a network namespace, Redis lives in one of its own with a pair of virtual cables for each
//! node, and cutting takes the far end of a cable down: packets are lost as in a network that breaks. Elsewhere a proxy
//! stands in between, which holds back what is said and goes on with it afterwards.

use std::cell::Cell;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::town::bound;

/// Where Redis lives.
pub enum Network {
    Namespace(Namespace),
    Proxy,
}

impl Network {
    pub fn find() -> Self {
        Namespace::make().map_or(Self::Proxy, Self::Namespace)
    }

    /// In words, for the output.
    pub fn describe(&self) -> &'static str {
        match self {
            Self::Namespace(_) => "the network between nodes and Redis: a namespace, whose cables are cut",
            Self::Proxy => "the network between nodes and Redis: a proxy, as no network namespace can be made here",
        }
    }

    /// A program that runs where Redis does, and the address to which it is bound there.
    pub fn command(&self, program: &str) -> (Command, &'static str) {
        match self {
            Self::Namespace(namespace) => (namespace.inside(program), "0.0.0.0"),
            Self::Proxy => (bound(program), "127.0.0.1"),
        }
    }

    /// The way of node number `node` to the Redis on `port`.
    pub async fn wire(&self, node: usize, port: u16) -> Wire {
        match self {
            Self::Namespace(namespace) => {
                let cable = namespace.plug(node).expect("a cable");
                Wire { url: format!("redis://{}:{port}", cable.address), scissors: Scissors::Cable(cable) }
            }
            Self::Proxy => {
                let (own, cut) = proxy(port).await;
                Wire { url: format!("redis://127.0.0.1:{own}"), scissors: Scissors::Proxy(cut) }
            }
        }
    }
}

/// A wire; the node reaches Redis at `url`.
pub struct Wire {
    pub url: String,
    scissors: Scissors,
}

enum Scissors {
    Cable(Cable),
    Proxy(Rc<Cell<bool>>),
}

impl Wire {
    pub fn cut(&self, is_cut: bool) {
        match &self.scissors {
            Scissors::Cable(cable) => cable.cut(is_cut),
            Scissors::Proxy(cut) => cut.set(is_cut),
        }
    }
}

/// A network namespace that lasts as long as the process that holds it, and ends with this one.
pub struct Namespace {
    holder: Child,
}

/// Four addresses for each: of 198.18.0.0/15, which is kept for measurements (RFC 2544, C.2.2) and so is nobody's network.
const MOST_CABLES: usize = 63;

/// One of its cables: the near end is here, the far end in the namespace.
struct Cable {
    holder: u32,
    far: String,
    address: String,
}

/// A program inside the namespace of a process.
fn inside(holder: u32, program: &str) -> Command {
    let mut command = bound("nsenter");
    command.args([&format!("--net=/proc/{holder}/ns/net"), program]);
    command
}

/// Runs a command to its end; none when it fails.
fn done(command: &mut Command) -> Option<()> {
    command.stderr(Stdio::null()).status().ok()?.success().then_some(())
}

impl Namespace {
    /// None where this process may not make one.
    fn make() -> Option<Self> {
        let holder = bound("unshare").args(["--net", "sleep", "infinity"]).stderr(Stdio::null()).spawn().ok()?;
        let mut namespace = Self { holder };
        let of = |process: &str| std::fs::read_link(PathBuf::from("/proc").join(process).join("ns/net")).ok();
        let until = Instant::now() + Duration::from_secs(2);
        while of(&namespace.holder.id().to_string()).is_none_or(|net| Some(net) == of("self")) {
            if Instant::now() > until || !matches!(namespace.holder.try_wait(), Ok(None)) {
                return None;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        // A cable more, to see whether it can be laid.
        namespace.plug(MOST_CABLES)?;
        Some(namespace)
    }

    fn inside(&self, program: &str) -> Command {
        inside(self.holder.id(), program)
    }

    fn plug(&self, number: usize) -> Option<Cable> {
        let holder = self.holder.id();
        let (near, far) = (format!("lg{holder}n{number}"), format!("far{number}"));
        let address = |end| format!("198.{}.{}.{}", 18 + holder % 2, holder / 2 % 256, 4 * number + end);
        let ip = |words: &[&str]| done(bound("ip").args(words));
        ip(&["link", "add", &near, "type", "veth", "peer", "name", &far, "netns", &holder.to_string()])?;
        ip(&["addr", "add", &format!("{}/30", address(1)), "dev", &near])?;
        ip(&["link", "set", &near, "up"])?;
        done(self.inside("ip").args(["addr", "add", &format!("{}/30", address(2)), "dev", &far]))?;
        let cable = Cable { holder, far, address: address(2) };
        cable.set("up")?;
        Some(cable)
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        // With the last process in it the namespace goes, and with it all cables.
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}

impl Cable {
    fn set(&self, state: &str) -> Option<()> {
        done(inside(self.holder, "ip").args(["link", "set", &self.far, state]))
    }

    fn cut(&self, is_cut: bool) {
        self.set(if is_cut { "down" } else { "up" }).expect("a cable that can be cut");
    }
}

/// A proxy for the Redis on `port`: its own port, and whether it is cut.
async fn proxy(port: u16) -> (u16, Rc<Cell<bool>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let own = listener.local_addr().expect("an address").port();
    let cut = Rc::new(Cell::new(false));
    let state = cut.clone();
    tokio::task::spawn_local(async move {
        while let Ok((near, _)) = listener.accept().await {
            tokio::task::spawn_local(join(near, port, state.clone()));
        }
    });
    (own, cut)
}

async fn join(near: TcpStream, port: u16, cut: Rc<Cell<bool>>) {
    while cut.get() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let Ok(far) = TcpStream::connect(("127.0.0.1", port)).await else { return };
    let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
    tokio::select! {
        () = pass(near_in, far_out, &cut) => {}
        () = pass(far_in, near_out, &cut) => {}
    }
}

async fn pass(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, cut: &Cell<bool>) {
    let mut bytes = vec![0; 16 * 1024];
    while let Ok(read) = from.read(&mut bytes).await {
        while cut.get() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        if read == 0 || to.write_all(&bytes[..read]).await.is_err() {
            return;
        }
    }
}
