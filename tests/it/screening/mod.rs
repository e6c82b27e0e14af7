//! The program that reads first: what a coordinator sets, what every field goes through, what it caught and missed.

mod conversations;
mod fields;
mod oversight;
mod settings;

use serde_json::{Value, json};
use support::{Person, TestApp};

/// A sentence that can tell who somebody is.
pub const TELLING: &str = "Ring til mig på 51 23 45 67, jeg svarer altid.";

/// A board, made by SQL.
pub async fn board(app: &TestApp) -> String {
    app.sql("insert into boards (id, slug, title) values (gen_random_uuid(), 'hverdag', 'Hverdag')").await;
    "/boards/hverdag/threads".to_owned()
}

/// A thread with that text; the answer.
pub async fn thread(by: &Person, board: &str, body: &str) -> Value {
    by.post(board, json!({ "title": "Et spørgsmål", "body": body })).await.is(201).clone()
}

/// The settings as a coordinator reads them, and a change of them.
pub async fn put_settings(by: &Person, changes: Value, words: Value) -> support::Reply {
    let version = by.get("/screening/settings").await.is(200)["version"].as_i64().expect("a version");
    by.send(reqwest::Method::PUT, "/screening/settings")
        .header("if-match", format!("\"{version}\""))
        .json(json!({ "changes": changes, "words": words }))
        .await
}
