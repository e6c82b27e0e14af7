//! The link to the other nodes: publish and subscribe on Redis, in a task of its own.
//!
//! Nobody waits for it. Words wait in a bounded queue and are dropped beyond it; a line that gives no sign of life is
//! given up and made anew, at the next address where several are known. Whenever it comes back, listeners are told that
//! signals may have been lost.
//!
//! The plain `PUBLISH` is what fits both one Redis and a Redis Cluster: a cluster hands every word to all its nodes, so one
//! ordinary connection to any of them is enough, whatever becomes of the others. Its sharded form (`SPUBLISH`) would need a
//! connection to each of them, and a word would be lost with the one node that holds its channel.
//! Source: <https://redis.io/docs/latest/develop/pubsub/>
//!
//! A member of a cluster that is cut off from the others still answers what is said at it, so with each beat it is asked whom
//! it can see; where that is not the greater part, the next address is tried.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::StreamExt;
use redis::aio::{MultiplexedConnection, PubSubSink, PubSubStream};
use redis::{AsyncConnectionConfig, Client};
use tokio::sync::{Notify, mpsc};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};
use uuid::Uuid;

use super::word::{Seal, Word};
use super::{Ears, Signal, Topic};
use crate::infra::ids;
use crate::infra::lasting::outlived;

/// Words that may wait.
const OUTBOX: usize = 4096;
/// Words in one round trip.
const TOGETHER: usize = 256;
/// Channels in one command.
const CHANNELS: usize = 500;
/// How long Redis may take to answer.
const ANSWER: Duration = Duration::from_secs(2);
/// How often a word to oneself shows that the whole way works, and how long it may fail to come.
const BEAT: Duration = Duration::from_secs(1);
const SILENCE: Duration = Duration::from_secs(4);
/// Pauses between tries: doubled after each round of the addresses, half of it left to chance.
const FIRST_PAUSE_MS: u64 = 100;
const LONGEST_PAUSE_MS: u64 = 2000;

/// How the link stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// There is none: one node.
    Alone,
    /// Words of this node reach Redis and come back.
    Connected,
    /// They do not. Everything is found in PostgreSQL, a few seconds later.
    Away,
}

impl LinkState {
    /// Its name in answers of `/health/ready`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Alone => "one_node",
            Self::Connected => "connected",
            Self::Away => "away",
        }
    }
}

/// This node's end of the link.
pub(super) struct Link {
    /// Where the line may be opened, in the order in which they are tried.
    clients: Vec<Client>,
    seal: Seal,
    outbox: mpsc::Sender<Word>,
    inbox: Mutex<Option<mpsc::Receiver<Word>>>,
    rooms: Mutex<HashSet<Uuid>>,
    rooms_changed: Notify,
    connected: AtomicBool,
    dropped: AtomicU64,
}

impl Link {
    pub(super) fn new(addresses: &str, key: &[u8]) -> Result<Self, String> {
        let clients: Result<Vec<Client>, _> = super::each_address(addresses).map(Client::open).collect();
        let (outbox, inbox) = mpsc::channel(OUTBOX);
        Ok(Self {
            clients: clients.map_err(|error| error.to_string())?,
            seal: Seal::new(key, ids::random()),
            outbox,
            inbox: Mutex::new(Some(inbox)),
            rooms: Mutex::default(),
            rooms_changed: Notify::new(),
            connected: AtomicBool::new(false),
            dropped: AtomicU64::new(0),
        })
    }

    pub(super) fn take_inbox(&self) -> Option<mpsc::Receiver<Word>> {
        self.inbox.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    pub(super) fn say(&self, word: Word) {
        if self.outbox.try_send(word).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(super) fn follow(&self, room: Uuid) {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner).insert(room);
        self.rooms_changed.notify_one();
    }

    pub(super) fn unfollow(&self, room: Uuid) {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner).remove(&room);
        self.rooms_changed.notify_one();
    }

    fn rooms(&self) -> HashSet<Uuid> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn state(&self) -> LinkState {
        if AtomicBool::load(&self.connected, Ordering::Relaxed) { LinkState::Connected } else { LinkState::Away }
    }

    pub(super) fn dropped(&self) -> u64 {
        AtomicU64::load(&self.dropped, Ordering::Relaxed)
    }

    fn channel(&self, name: &str) -> String {
        format!("ligesind:{}:{name}", self.seal.community())
    }

    fn channel_of(&self, word: &Word) -> String {
        match (word, word.room()) {
            (Word::Beat, _) => self.channel(&self.seal.node().to_string()),
            (_, Some(room)) => self.channel_of_room(room),
            (_, None) => self.channel("all"),
        }
    }

    fn channel_of_room(&self, room: Uuid) -> String {
        self.channel(&format!("room:{room}"))
    }
}

/// Why a line ended.
type Broken = Box<dyn std::error::Error + Send + Sync>;

/// The member of the cluster at this address does not see the greater part of it.
#[derive(Debug)]
struct CutOff;

impl std::fmt::Display for CutOff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("this member of the cluster is cut off from the others")
    }
}

impl std::error::Error for CutOff {}

/// Whether a member that answers `CLUSTER NODES` so is on the smaller side of a cut: of the masters that hold slots, it takes
/// no more than half for alive, itself among them. That is how Redis counts too; whether all slots are covered is no matter here.
/// A line is `id address flags master ping pong epoch link slot…`, and the flags hold `fail` or `fail?` for who is not seen.
/// Source: <https://redis.io/docs/latest/commands/cluster-nodes/>
fn is_cut_off(nodes: &str) -> bool {
    let masters = nodes.lines().filter_map(|line| {
        let words: Vec<&str> = line.split(' ').collect();
        let flags = words.get(2)?;
        (words.len() > 8 && flags.split(',').any(|flag| flag == "master")).then(|| !flags.contains("fail"))
    });
    let (seen, all) = masters.fold((0, 0), |(seen, all), is_seen| (seen + usize::from(is_seen), all + 1));
    seen * 2 <= all && all > 0
}

/// Keeps the line up for as long as the process lives.
pub(super) async fn run(link: Arc<Link>, mut inbox: mpsc::Receiver<Word>, ears: Ears) {
    let mut pause = FIRST_PAUSE_MS;
    let mut was_up = true;
    // Addresses in a row that were no use since one was found cut off.
    let mut passed = 0;
    for (at, client) in link.clients.iter().enumerate().cycle() {
        match open(&link, client).await {
            Ok(line) => {
                tracing::info!(address = at + 1, "connected to the other nodes");
                pause = FIRST_PAUSE_MS;
                was_up = true;
                // What waited is old by now, and everybody looks for what it said in PostgreSQL.
                while inbox.try_recv().is_ok() {}
                // Where none is better, one that is cut off still joins the nodes that are at it.
                let may_leave = link.clients.len() > 1 && passed < link.clients.len();
                let served = serve(&link, line, &mut inbox, &ears, may_leave);
                let why = outlived("the line to the other nodes", served).await.unwrap_or_else(|| "a fault".into());
                passed = if why.is::<CutOff>() { passed + 1 } else { 0 };
                link.connected.store(false, Ordering::Relaxed);
                tracing::warn!(cause = %why, "the line to the other nodes broke; events of theirs come later");
            }
            Err(why) => {
                if was_up {
                    tracing::warn!(cause = %why, "the other nodes cannot be reached; events of theirs come later");
                }
                was_up = false;
                passed += usize::from(passed > 0);
            }
        }
        sleep(Duration::from_millis(pause / 2 + rand::random::<u64>() % (pause / 2))).await;
        // Another address may answer at once: only a whole round without one makes the pause longer.
        if at + 1 == link.clients.len() {
            pause = (pause * 2).min(LONGEST_PAUSE_MS);
        }
    }
}

struct Line {
    out: MultiplexedConnection,
    is_cluster: bool,
    sink: PubSubSink,
    stream: PubSubStream,
    following: HashSet<Uuid>,
}

async fn open(link: &Link, client: &Client) -> Result<Line, Broken> {
    let settings = AsyncConnectionConfig::new().set_connection_timeout(Some(ANSWER)).set_response_timeout(Some(ANSWER));
    let mut out = timeout(ANSWER, client.get_multiplexed_async_connection_with_config(&settings)).await??;
    // A Redis that is no cluster refuses to answer.
    let is_cluster = timeout(ANSWER, cluster_nodes(&mut out)).await?.is_ok();
    let (mut sink, stream) = timeout(ANSWER, client.get_async_pubsub()).await??.split();
    let own = [link.channel("all"), link.channel_of(&Word::Beat)];
    timeout(ANSWER, sink.subscribe(&own[..])).await??;
    let mut line = Line { out, is_cluster, sink, stream, following: HashSet::new() };
    adjust(link, &mut line.sink, &mut line.following).await?;
    Ok(line)
}

async fn cluster_nodes(out: &mut MultiplexedConnection) -> redis::RedisResult<String> {
    redis::cmd("CLUSTER").arg("NODES").query_async(out).await
}

/// Serves a line until it breaks, or is to be left for another; says why.
async fn serve(link: &Link, line: Line, inbox: &mut mpsc::Receiver<Word>, ears: &Ears, may_leave: bool) -> Broken {
    let Line { out, is_cluster, mut sink, stream, mut following } = line;
    let done = tokio::select! {
        done = hear(link, stream, ears) => done,
        done = speak(link, out, inbox, is_cluster && may_leave) => done,
        done = async {
            loop {
                link.rooms_changed.notified().await;
                adjust(link, &mut sink, &mut following).await?;
            }
        } => done,
    };
    done.err().unwrap_or_else(|| "the server is going away".into())
}

/// Subscribes to the rooms that are held, and no others.
async fn adjust(link: &Link, sink: &mut PubSubSink, following: &mut HashSet<Uuid>) -> Result<(), Broken> {
    let wanted = link.rooms();
    let channels = |rooms: &[Uuid]| rooms.iter().map(|room| link.channel_of_room(*room)).collect::<Vec<_>>();
    let new: Vec<Uuid> = wanted.difference(following).copied().collect();
    for rooms in new.chunks(CHANNELS) {
        timeout(ANSWER, sink.subscribe(channels(rooms))).await??;
    }
    let old: Vec<Uuid> = following.difference(&wanted).copied().collect();
    for rooms in old.chunks(CHANNELS) {
        timeout(ANSWER, sink.unsubscribe(channels(rooms))).await??;
    }
    *following = wanted;
    Ok(())
}

async fn hear(link: &Link, mut stream: PubSubStream, ears: &Ears) -> Result<(), Broken> {
    loop {
        let Some(message) = timeout(SILENCE, stream.next()).await? else { return Ok(()) };
        let Some((node, word)) = link.seal.read(message.get_payload_bytes()) else { continue };
        if node == link.seal.node() {
            // An own word came back, so the whole way works; the first one after a break tells what may be missing.
            if !link.connected.swap(true, Ordering::Relaxed) {
                let _ = ears.signals.send(Signal::new(Topic::Lost, Uuid::nil(), 0));
            }
            continue;
        }
        // Nobody may be listening; that is no matter.
        match word {
            Word::Signal(signal) => drop(ears.signals.send(signal)),
            Word::Passing(passing) | Word::Aside(passing) => drop(ears.passing.send(Arc::new(passing))),
            Word::Present(present) => drop(ears.present.send(Arc::new(super::Present { node, ..present }))),
            Word::Beat => {}
        }
    }
}

async fn speak(
    link: &Link,
    mut out: MultiplexedConnection,
    inbox: &mut mpsc::Receiver<Word>,
    asks_for_cut: bool,
) -> Result<(), Broken> {
    let mut beat = interval(BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut words = Vec::new();
    loop {
        let is_beat = tokio::select! {
            taken = inbox.recv_many(&mut words, TOGETHER) => {
                if taken == 0 {
                    return Ok(());
                }
                false
            }
            _ = beat.tick() => {
                words.push(Word::Beat);
                true
            }
        };
        let mut pipe = redis::pipe();
        for (at, word) in words.iter().enumerate() {
            if !words.iter().skip(at + 1).any(|later| word.is_outdone_by(later)) {
                pipe.publish(link.channel_of(word), link.seal.write(word)).ignore();
            }
        }
        words.clear();
        timeout(ANSWER, pipe.query_async::<()>(&mut out)).await??;
        if is_beat && asks_for_cut && is_cut_off(&timeout(ANSWER, cluster_nodes(&mut out)).await??) {
            return Err(CutOff.into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_cut_off;

    fn nodes(flags: [&str; 4]) -> String {
        let line = |(at, flags): (usize, &&str)| {
            let slots = if flags.contains("slave") || flags.contains("noaddr") { "" } else { " 0-5460" };
            format!("{at:040} 127.0.0.1:700{at}@1700{at} {flags} - 0 1700000000000 {at} connected{slots}\n")
        };
        flags.iter().enumerate().map(line).collect()
    }

    #[test]
    fn who_sees_no_more_than_half_of_the_masters_that_hold_slots_is_cut_off() {
        for (flags, cut_off) in [
            (["myself,master", "master", "master", "slave"], false),
            (["myself,master", "master", "master,fail?", "slave"], false),
            (["myself,master", "master", "master,fail", "slave,fail"], false),
            (["myself,master", "master,fail?", "master,fail?", "slave"], true),
            (["myself,master", "master", "master,fail?", "master,fail"], true),
            // Who has lost its slots to another is no longer counted.
            (["myself,master", "master", "master,fail?", "master,fail,noaddr"], false),
            (["myself,slave", "master", "master", "master,fail"], false),
        ] {
            assert_eq!(is_cut_off(&nodes(flags)), cut_off, "{flags:?}");
        }
        assert!(!is_cut_off(""), "no answer is no reason to go");
    }
}
