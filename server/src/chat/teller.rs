//! What the writer has committed, told: events to their rooms, receipts and refusals to their authors.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::conversations::{Ear, Said};
use super::frames::{self, Author, Entry};
use super::ingest::Item;
use super::store::Written;
use crate::infra::bus::{Signal, Topic};
use crate::infra::db::Db;
use crate::infra::lasting::outlived;
use crate::live::{Hub, Refusal, Run, SocketId, frame};

/// Works while the next batch is being written.
pub(super) struct Teller {
    pub(super) hub: Arc<Hub>,
    pub(super) db: Db,
    pub(super) ear: Ear,
}

impl Teller {
    /// Until the writer is gone.
    pub(super) async fn run(self, mut to_tell: mpsc::Receiver<Vec<(Item, Written)>>) {
        while let Some(done) = to_tell.recv().await {
            // Nobody else would tell what this node commits. What was not told is found by its number, and its authors send
            // it again.
            outlived("telling what was committed", self.tell(done)).await;
        }
    }

    async fn tell(&self, done: Vec<(Item, Written)>) {
        let mut answers = Vec::with_capacity(done.len());
        let mut rooms: HashMap<Uuid, Vec<Entry>> = HashMap::new();
        let mut said: HashMap<Uuid, Vec<Said>> = HashMap::new();
        for (item, row) in done {
            match (row.status.as_str(), row.seq, row.id) {
                ("ok", Some(seq), Some(id)) => {
                    answers.push((item.from, frames::ack(item.room, item.client_id, seq, id)));
                    let heard = Said { seq: Some(seq), id, author: item.author, signals: item.signals };
                    said.entry(item.room).or_default().push(heard);
                    rooms.entry(item.room).or_default().push(entry(item, seq, id, row));
                }
                ("dup", Some(seq), Some(id)) => {
                    answers.push((item.from, frames::ack(item.room, item.client_id, seq, id)));
                    // Its first receipt may have been lost with the connection: the feeder looks whether it knows the number.
                    self.db.bus().publish(Signal::new(Topic::Sequence, item.room, seq));
                }
                ("held", _, _) => answers.push((item.from, frames::held(item.room, item.client_id, &[]))),
                ("slow_mode", _, _) => {
                    let refusal = Refusal::new("slow_mode").with("seconds", row.wait.unwrap_or(1).into());
                    answers.push(refused(&item, &refusal));
                }
                (status, _, _) => {
                    let code = code(status);
                    if code == "busy" {
                        self.hub.meter().busy.add(1);
                    }
                    answers.push(refused(&item, &Refusal::new(code)));
                }
            }
        }
        let mut runs = Vec::with_capacity(rooms.len());
        for (room, mut entries) in rooms {
            entries.sort_unstable_by_key(|entry| entry.seq);
            let after = entries.first().map_or(0, |entry| entry.seq - 1);
            runs.extend(Run::in_pieces(room, after, entries.iter().map(Entry::encode).collect()));
        }
        let newest: Vec<(Uuid, i64)> = runs.iter().map(|run| (run.room, run.last())).collect();
        self.hub.committed(runs, answers).await;
        for (room, seq) in newest {
            self.db.bus().publish(Signal::new(Topic::Sequence, room, seq));
        }
        for (room, mut said) in said {
            said.sort_unstable_by_key(|said| said.seq);
            // What does not fit is read from the database later.
            let _ = self.ear.try_send((room, said));
        }
    }
}

/// The frame that tells the author of a message why it was not taken.
pub(super) fn refused(item: &Item, refusal: &Refusal) -> (SocketId, Bytes) {
    (item.from, frame::error(refusal, Some(item.room), Some(item.client_id)))
}

/// The codes that the function answers, as stable codes of the contract.
fn code(status: &str) -> &'static str {
    ["not_found", "room_closed", "muted", "suspended", "consent_required", "pledge_required"]
        .into_iter()
        .find(|code| *code == status)
        .unwrap_or("busy")
}

fn entry(item: Item, seq: i64, id: Uuid, row: Written) -> Entry {
    let author = Author { id: item.author, name: row.name.unwrap_or_default(), role: row.role.unwrap_or_default() };
    Entry {
        room: item.room,
        seq,
        kind: "message",
        id,
        item_seq: seq,
        client_id: item.client_id,
        reply_to: row.reply,
        author: Some(author),
        body_html: item.html,
        state: "live".to_owned(),
        is_public: true,
        author_reads: true,
        created_at: row.at,
        edited_at: None,
    }
}
