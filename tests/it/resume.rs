//! Many sockets at once: after a restart everybody comes back to the same place.

use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use futures_util::future::join_all;
use serde_json::json;
use support::app::TestApp;
use support::live::LiveClient;

use crate::live::room;

const PEOPLE: usize = 30;
const SOCKETS: usize = 300;
const MISSED: i64 = 150;

#[actix_web::test]
async fn hundreds_who_come_back_at_once_share_their_reads() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    let author = app.member().await;
    app.sql(&format!(
        "insert into messages (room_id, seq, id, author_id, client_id, body, body_html, state)
         select '{room}', n, gen_random_uuid(), '{}', gen_random_uuid(), 'x', '<p>x</p>', 'live' from generate_series(1, {MISSED}) n;
         update rooms set last_seq = {MISSED}",
        author.id
    ))
    .await;
    let people = join_all((0..PEOPLE).map(|_| app.member())).await;
    let mut sockets: Vec<LiveClient> = Vec::new();
    for n in 0..SOCKETS {
        sockets.push(people[n % PEOPLE].live().await);
    }
    let reads = || app.state.hub.meter().store_reads.get();
    // Somebody keeps the messages locked, so that all of them come while the first read is under way.
    let mut owner = AsyncPgConnection::establish(&app.database.urls.owner).await.expect("the owner connects");
    owner.batch_execute("begin; lock table messages in access exclusive mode").await.expect("a lock");
    for socket in &mut sockets {
        socket.send(json!({"type": "join", "room": room, "after_seq": 0})).await;
    }
    join_all(sockets.iter_mut().map(|socket| socket.until("joined"))).await;
    let before = reads();
    owner.batch_execute("commit").await.expect("the lock is let go");
    join_all(sockets.iter_mut().map(async |socket| {
        for seq in 1..=MISSED {
            assert_eq!(socket.next().await["seq"], seq);
        }
    }))
    .await;
    let (of_pages, in_all) = (reads() - before, reads());
    assert!(of_pages <= 10, "{of_pages} reads for {SOCKETS} who asked for the same");
    assert!(in_all <= SOCKETS as u64 / 2, "{in_all} reads for {SOCKETS} joins");
}
