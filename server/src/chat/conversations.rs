//! What is said in a room, followed as a whole: who asks for age, for being alone, for secrecy, pictures or a meeting. Each
//! message is read once, in order; where that comes to something, a case says in words which steps were taken in which
//! messages. Never a figure about a person, and nothing of it is kept but the case: the state lives in memory, for so many
//! rooms, and is made again from the newest messages of a room that is not known (after a restart, on another node).

use std::collections::{HashMap, HashSet, VecDeque};

use chrono::{DateTime, Utc};
use moderation::Level;
use moderation::screening::{Message, Signals, ThreadFinding, ThreadLevel, ThreadState};
use serde_json::json;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::store::messages::{self, Spoken};
use crate::casework::{self, ConversationFound, Targets};
use crate::http::Problem;
use crate::infra::db::Db;
use crate::infra::ids::AccountId;
use crate::infra::lasting::outlived;
use crate::screening::Screening;

/// Rooms that are followed at a time; the one that has been silent longest makes room.
const ROOMS: usize = 1000;
/// Messages that a room that is not known is made from, and that a step can be found again among.
const NEWEST: usize = 80;
/// Batches that may wait. What does not fit is read from the database with the next message of its room.
const INBOX: usize = 1024;

/// A message, by what it does in a conversation.
#[derive(Clone, Copy, Debug)]
pub struct Said {
    /// Its number in the room; none while screening holds it.
    pub seq: Option<i64>,
    /// The message.
    pub id: Uuid,
    /// Who wrote it.
    pub author: AccountId,
    /// What it does.
    pub signals: Signals,
}

/// Messages of a room, in order; none where one of those that were heard has another text now, and the room is read
/// anew.
pub type Told = (Uuid, Vec<Said>);

/// The way to the follower.
pub type Ear = mpsc::Sender<Told>;

/// A bounded inbox.
#[must_use]
pub fn channel() -> (Ear, mpsc::Receiver<Told>) {
    mpsc::channel(INBOX)
}

/// Follows until every sender of the inbox is gone or the task is aborted.
pub async fn run(mut inbox: mpsc::Receiver<Told>, db: Db, targets: Targets, screening: Screening) {
    let mut follower = Follower { db, targets, screening, rooms: HashMap::new(), turn: 0 };
    while let Some((room, said)) = inbox.recv().await {
        let heard = outlived("following a conversation", follower.hear(room, said)).await;
        if let Some(Err(problem)) = &heard {
            tracing::warn!(room.id = %room, ?problem, "a conversation cannot be followed");
        }
        if !matches!(heard, Some(Ok(()))) {
            // The room is made anew with its next message.
            follower.rooms.remove(&room);
        }
    }
}

#[derive(Default)]
struct Followed {
    state: ThreadState,
    last_seq: i64,
    /// The newest messages: number in the fold, message, who wrote it.
    newest: VecDeque<(u32, Uuid)>,
    /// Whose conversation was told of, and how grave it was.
    told: HashSet<(AccountId, ThreadLevel)>,
    turn: u64,
}

impl Followed {
    /// Reads one more message; answers what is to be told of it.
    fn hear(&mut self, said: &Said) -> Option<ThreadFinding> {
        let (high, low) = said.author.0.as_u64_pair();
        // One that was held is heard again when somebody lets it through.
        if self.newest.iter().any(|(_, known)| *known == said.id) {
            self.last_seq = self.last_seq.max(said.seq.unwrap_or(0));
            return None;
        }
        let message = Message { author: high ^ low, signals: said.signals };
        let (state, finding) = std::mem::take(&mut self.state).after(&message);
        self.state = state;
        self.last_seq = self.last_seq.max(said.seq.unwrap_or(0));
        self.newest.push_back((self.state.messages(), said.id));
        if self.newest.len() > NEWEST {
            self.newest.pop_front();
        }
        finding
    }

    /// Whether this, or something graver, was told of already.
    fn is_told(&self, author: AccountId, level: ThreadLevel) -> bool {
        self.told.iter().any(|(of, told)| *of == author && *told >= level)
    }

    fn message(&self, number: u32) -> Option<Uuid> {
        self.newest.iter().find(|(known, _)| *known == number).map(|(_, id)| *id)
    }
}

/// When a message was written: its id says so.
fn written_at(id: Uuid) -> Option<DateTime<Utc>> {
    let (seconds, nanos) = id.get_timestamp()?.to_unix();
    DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanos)
}

struct Follower {
    db: Db,
    targets: Targets,
    screening: Screening,
    rooms: HashMap<Uuid, Followed>,
    turn: u64,
}

impl Follower {
    async fn hear(&mut self, room: Uuid, mut said: Vec<Said>) -> Result<(), Problem> {
        self.turn += 1;
        if said.is_empty() {
            // What was told of stays told.
            let told = self.rooms.remove(&room).map(|followed| followed.told).unwrap_or_default();
            self.rooms.insert(room, Followed { told, ..Followed::default() });
        }
        let known = self.rooms.get(&room).map(|followed| followed.last_seq);
        let first = said.iter().find_map(|said| said.seq);
        // What others wrote in between, on other nodes or while this one was away. Events take numbers too.
        let missed = match (known, first) {
            (Some(last), Some(first)) if first > last + 1 => self.missed(room, Some(last), first).await?,
            (None, _) => self.missed(room, None, first.unwrap_or(i64::MAX)).await?,
            (Some(0), None) => self.missed(room, None, i64::MAX).await?,
            _ => Vec::new(),
        };
        let ids: HashSet<Uuid> = missed.iter().map(|said| said.id).collect();
        said.retain(|said| !ids.contains(&said.id) && said.seq.is_none_or(|seq| known.is_none_or(|last| seq > last)));
        self.make_room(room);
        let followed = self.rooms.entry(room).or_default();
        followed.turn = self.turn;
        // Of each author the last and gravest.
        let mut found: HashMap<AccountId, (ThreadFinding, Uuid)> = HashMap::new();
        for said in missed.iter().chain(&said) {
            if let Some(finding) = followed.hear(said)
                && !followed.is_told(said.author, finding.level)
                && found.get(&said.author).is_none_or(|(other, _)| other.level <= finding.level)
            {
                found.insert(said.author, (finding, said.id));
            }
        }
        for (author, (finding, message)) in found {
            self.tell(room, author, &finding, message).await?;
        }
        Ok(())
    }

    fn make_room(&mut self, room: Uuid) {
        if self.rooms.len() >= ROOMS && !self.rooms.contains_key(&room) {
            let silent = self.rooms.iter().min_by_key(|(_, followed)| followed.turn).map(|(room, _)| *room);
            silent.and_then(|room| self.rooms.remove(&room));
        }
    }

    async fn missed(&self, room: Uuid, after: Option<i64>, before: i64) -> Result<Vec<Said>, Problem> {
        let newest = i64::try_from(NEWEST).unwrap_or(i64::MAX);
        let rows = messages::spoken(&mut *self.db.read().await?, room, after, before, newest).await?;
        let screening = self.screening.clone();
        // Reading so many texts takes milliseconds of a processor: not on a thread that answers people.
        let read = move |row: Spoken| Said {
            seq: row.seq,
            id: row.id,
            author: row.author_id,
            signals: screening.signals(&row.body),
        };
        let all = tokio::task::spawn_blocking(move || rows.into_iter().map(read).collect());
        all.await.map_err(|error| Problem::Internal(error.into()))
    }

    /// Opens a case, or gives an open one more reasons.
    async fn tell(
        &mut self,
        room: Uuid,
        author: AccountId,
        finding: &ThreadFinding,
        message: Uuid,
    ) -> Result<(), Problem> {
        let Some(followed) = self.rooms.get_mut(&room) else { return Ok(()) };
        let steps: Vec<_> = finding
            .steps
            .iter()
            .map(|(step, number)| {
                let message = followed.message(*number);
                json!({"step": step.as_str(), "message": message, "at": message.and_then(written_at)})
            })
            .collect();
        let circumstances: Vec<_> = finding.circumstances.iter().map(|known| known.as_str()).collect();
        let urgent = finding.level == ThreadLevel::Urgent;
        let found = ConversationFound {
            room,
            author,
            message,
            level: if urgent { Level::TWO } else { Level::THREE },
            stage: finding.level.as_str(),
            graver_stages: if urgent { &[] } else { &["urgent"] },
            reasons: json!({"steps": steps, "circumstances": circumstances}),
        };
        followed.told.insert((author, finding.level));
        self.db.write(async |tx| casework::open_by_conversation(tx, &self.targets, found).await).await
    }
}
