//! A fault in a task of the live engine: seen from outside, survived, and nothing that was said is lost.

use std::time::Duration;

use ligesind::live::Pace;
use serde_json::{Value, json};
use support::TestApp;
use support::app::Options;
use support::live::LiveClient;
use uuid::Uuid;

use crate::live::{joined, room, say};

const NEVER: Duration = Duration::from_secs(86_400);
const PATIENCE: Duration = Duration::from_secs(20);

/// A server of which only the live engine asks for the time by itself, the feeder as often as told.
async fn quiet(compare: Duration) -> TestApp {
    let pace = Pace { sweep: NEVER, compare };
    TestApp::start_with(Options { pace, no_jobs: true, ..Options::default() }).await
}

/// Later than there are dates: whoever asks for the time from now on comes upon a fault.
fn break_clock(app: &TestApp) {
    app.clock().advance(chrono::Duration::milliseconds(9_000_000_000_000_000));
}

fn mend_clock(app: &TestApp) {
    app.clock().set_back(chrono::Duration::zero());
}

/// Waits until `/health/ready` names this as all that is missing.
async fn until_missing(app: &TestApp, missing: Value) {
    let wait = async {
        loop {
            let ready = app.visitor().get("//health/ready").await;
            if ready.json["missing"] == missing {
                return assert_eq!(ready.status.is_success(), missing.is_null());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.unwrap_or_else(|_| panic!("not {missing} within {PATIENCE:?}"));
}

async fn faults(app: &TestApp) -> u64 {
    let request = app.visitor().send(reqwest::Method::GET, "//metrics").header("authorization", "Bearer figures");
    let figures = request.done().await.text;
    let line = figures.lines().find_map(|line| line.strip_prefix("ligesind_live_faults_total ")).expect("the figure");
    line.parse().expect("a number")
}

/// The node is red and sends everybody away, then green again.
async fn survived(app: &TestApp, sockets: &mut [&mut LiveClient]) {
    until_missing(app, json!(["live"])).await;
    for socket in sockets {
        assert_eq!(socket.closed().await, 1001);
    }
    mend_clock(app);
    until_missing(app, Value::Null).await;
    assert!(faults(app).await > 0);
}

#[actix_web::test]
async fn a_fault_in_the_writer_of_messages_loses_nothing_that_was_said() {
    let app = quiet(NEVER).await;
    let room = room(&app).await;
    let (anna, bo) = (app.member().await, app.member().await);
    let (mut a, mut b) = (joined(&anna, room, None).await, joined(&bo, room, None).await);
    say(&mut a, room, "nr. 1").await;
    b.until("message").await;
    assert_eq!(faults(&app).await, 0);
    let message = json!({"type": "send", "room": room, "client_id": Uuid::new_v4(), "body": "nr. 2"});
    break_clock(&app);
    a.send(message.clone()).await;
    survived(&app, &mut [&mut a, &mut b]).await;
    // Who has no receipt sends again.
    let (mut a, mut b) = (joined(&anna, room, Some(1)).await, joined(&bo, room, Some(1)).await);
    a.send(message.clone()).await;
    assert_eq!(a.until("ack").await["seq"], 2);
    let told = b.until("message").await;
    assert_eq!((&told["seq"], &told["author"]["id"]), (&json!(2), &json!(anna.id)));
    a.send(message).await;
    assert_eq!(a.until("ack").await["seq"], 2, "and never twice");
}

#[actix_web::test]
async fn a_fault_in_the_feeder_leaves_no_room_without_its_messages() {
    let app = quiet(Duration::from_millis(50)).await;
    let room = room(&app).await;
    let (anna, bo) = (app.member().await, app.member().await);
    let (mut a, mut b) = (joined(&anna, room, None).await, joined(&bo, room, None).await);
    say(&mut a, room, "nr. 1").await;
    b.until("message").await;
    break_clock(&app);
    survived(&app, &mut [&mut a, &mut b]).await;
    let (mut a, mut b) = (joined(&anna, room, Some(0)).await, joined(&bo, room, Some(1)).await);
    assert_eq!(a.until("message").await["seq"], 1);
    say(&mut a, room, "nr. 2").await;
    assert_eq!(b.until("message").await["seq"], 2);
    say(&mut b, room, "nr. 3").await;
    while a.until("message").await["seq"] != 3 {}
}

#[actix_web::test]
async fn a_fault_in_the_watch_over_rights_lets_nobody_stay() {
    let pace = Pace { sweep: Duration::from_millis(50), compare: NEVER };
    let app = TestApp::start_with(Options { pace, no_jobs: true, ..Options::default() }).await;
    let anna = app.member().await;
    let mut a = joined(&anna, room(&app).await, None).await;
    break_clock(&app);
    let faulty = async { while faults(&app).await == 0 {} };
    tokio::time::timeout(PATIENCE, faulty).await.expect("a round comes upon the fault");
    mend_clock(&app);
    // Nobody says a word about it.
    app.sql(&format!("update sessions set revoked_at = now() where account_id = '{}'", anna.id)).await;
    let end = tokio::time::timeout(PATIENCE, a.closed()).await.expect("a later round finds it");
    assert_eq!(end, 4001);
}
