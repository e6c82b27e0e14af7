//! Rooms, history, read marks.

use serde_json::json;
use support::app::TestApp;

use crate::live::{joined, room, say};

#[actix_web::test]
async fn a_room_tells_how_it_stands_for_this_reader() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    let (anna, reader) = (app.member().await, app.reader().await);
    let mut a = joined(&anna, room, None).await;
    say(&mut a, room, "hej").await;
    let list = anna.get("/rooms").await;
    let item = &list.is(200)["items"][0];
    assert_eq!(item["state"], "open");
    assert_eq!(item["last_seq"], 1);
    assert_eq!(item["read_seq"], 0);
    assert_eq!(item["may_send"], true);
    assert_eq!(reader.get("/rooms").await.is(200)["items"][0]["may_send"], false);
    app.visitor().get("/rooms").await.is_problem(401, "signed_out");
    let page = anna.get(&format!("/rooms/{room}/messages")).await;
    assert_eq!(page.is(200)["items"][0]["body"], "hej");
    assert_eq!(reader.get(&format!("/rooms/{room}/messages")).await.is(200)["items"][0].get("body"), None);
    anna.get(&format!("/rooms/{}/messages", uuid::Uuid::now_v7())).await.is_problem(404, "not_found");
    let bad = anna.get(&format!("/rooms/{room}/messages?before_seq=x&limit=0")).await;
    assert_eq!(bad.wrong_fields(), ["before_seq:bad_format", "limit:out_of_range"]);
    assert_eq!(anna.post(&format!("/rooms/{room}/entry"), json!({})).await.is(200)["entered"], true);
}
