//! C15: after its time what a case held is nowhere: not in the database, whole as it can be dumped, nor in its log.

use std::process::Command;

use chrono::Duration;
use ligesind::privacy::{PERIODS, forget_all};
use serde_json::json;
use support::TestApp;
use support::app::Options;
use uuid::Uuid;

use super::{case_about, claim, report_text};
use crate::forum::{answer, make_board, open_thread};

/// A token that stands nowhere else, in the forms in which a dump could hold it.
fn forms(canary: &str) -> [String; 2] {
    [canary.to_owned(), canary.bytes().map(|byte| format!("{byte:02x}")).collect()]
}

fn dump(app: &TestApp) -> String {
    let made = Command::new("pg_dump").arg(&app.database.urls.owner).output().expect("pg_dump runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    String::from_utf8_lossy(&made.stdout).into_owned()
}

#[actix_web::test]
async fn after_its_time_nothing_of_a_case_is_left_in_a_dump() {
    let app = TestApp::start_with(Options { no_jobs: true, ..Default::default() }).await;
    let canary = format!("kanari{}", Uuid::new_v4().simple());
    let (author, witness) = (app.member().await, app.member().await);
    let (mod1, mod2) = (app.moderator(&["confidentiality"]).await, app.moderator(&["confidentiality"]).await);
    make_board(&app, "hverdag", false).await;
    let thread = open_thread(&author, "hverdag", "Min uge", "Hej").await;
    let reply = answer(&author, &thread, None, &format!("Hun sagde {canary}")).await;
    let id: Uuid = reply["id"].as_str().unwrap().parse().unwrap();
    witness
        .post(
            "/reports",
            json!({ "target": { "kind": "reply", "id": id }, "reason": "confidentiality", "note": canary }),
        )
        .await
        .is(201);
    let case = case_about(&app, id).await;
    claim(&mod1, &case).await;
    mod1.post(&format!("{case}/evidence"), json!({ "reason": format!("For {canary}") })).await.is(200);
    mod1.post(&format!("{case}/notes"), json!({ "note": canary })).await.is(201);
    let ask = json!({ "to": mod2.id, "question": format!("Hvad med {canary}?"), "with_text": true, "confirmed": true });
    mod1.post(&format!("{case}/consults"), ask).await.is(201);
    let asked = mod2.get("/me/consults").await.text_at("/items/0/id");
    mod2.post(&format!("/consults/{asked}/answer"), json!({ "answer": canary })).await.is(204);
    let version = claim(&mod1, &case).await;
    let over = json!({ "to": mod2.id, "note": canary });
    mod1.post_if(&format!("{case}/handover"), version, over).await.is(200);
    let version = claim(&mod2, &case).await;
    let none = json!({ "why": "not_confidential", "note": canary });
    mod2.post_if(&format!("{case}/breach/none"), version, none).await.is(200);
    let remove = json!({ "action": "remove", "rule": "confidentiality", "statement": "Det kan ikke stå her." });
    mod2.post_if(&format!("{case}/decisions"), version + 1, remove).await.is(201);
    mod2.post(&format!("{case}/debrief"), json!({ "note": canary })).await.is(201);
    ligesind::casework::finish_due(app.db(), &app.state.targets).await.expect("the worker runs");
    assert_eq!(mod2.get(&case).await.is(200)["state"], "closed");

    let before = dump(&app);
    for form in forms(&canary) {
        assert!(!before.contains(&form), "in the clear before its time");
    }
    let sealed = app.count("select count(*) from case_events where note_sealed is not null").await;
    assert!(sealed >= 4 && app.count("select count(*) from case_keys").await == 1, "sealed, with a key");

    app.clock().advance(Duration::days(31 * 6 + 31));
    forget_all(app.db(), &app.state.holders, &PERIODS).await.expect("what is past its time goes");
    assert_eq!(app.count("select count(*) from evidence").await, 0);
    assert_eq!(app.count("select count(*) from case_keys").await, 0, "without the key nothing sealed can be opened");
    let after = dump(&app);
    for form in forms(&canary) {
        assert!(!after.contains(&form), "in the clear after its time");
    }
}

/// A statement that fails may be written to the log of the database: what it held must not be.
#[actix_web::test]
async fn the_log_of_the_database_holds_no_words() {
    let app = TestApp::start().await;
    let canary = format!("kanari{}", Uuid::new_v4().simple());
    let (author, witness) = (app.member().await, app.member().await);
    make_board(&app, "hverdag", false).await;
    let thread = open_thread(&author, "hverdag", "Min uge", "Hej").await;
    let reply = answer(&author, &thread, None, &canary).await;
    report_text(&witness, "reply", reply["id"].as_str().unwrap().parse().unwrap(), "harassment").await;
    // A failure in the middle of a write, with the words as its parameter.
    app.sql(
        "create function broken() returns trigger language plpgsql as $$ begin raise exception 'broken'; end $$;
             create trigger broken before insert on replies execute function broken()",
    )
    .await;
    let failed = author.post(&format!("/threads/{thread}/replies"), json!({ "body": canary })).await;
    assert!(failed.status.is_server_error(), "{}", failed.text);
    assert!(!failed.text.contains(&canary));
    for (name, value) in [
        ("log_statement", "none"),
        ("log_min_error_statement", "panic"),
        ("log_error_verbosity", "terse"),
        ("log_parameter_max_length_on_error", "0"),
    ] {
        assert_eq!(app.text(&format!("select current_setting('{name}')")).await, value, "{name}");
    }
}
