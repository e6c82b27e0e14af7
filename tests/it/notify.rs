//! What people are told, and in which words.

use reqwest::Method;
use serde_json::{Value, json};
use support::{Person, TestApp};

use crate::casework::{case_about, decide, report};

async fn notices(by: &Person, lang: &str) -> Value {
    by.send(Method::GET, "/me/notifications").header("accept-language", lang).done().await.is(200).clone()
}

#[actix_web::test]
async fn the_words_are_made_when_it_is_read_in_the_readers_language() {
    let app = TestApp::start().await;
    let (anna, bo, mod1) = (app.member().await, app.member().await, app.moderator(&[]).await);
    report(&anna, bo.id, "harassment").await;
    let statement = "Tal pænt til hinanden.";
    let case = case_about(&app, bo.id).await;
    decide(&mod1, &case, json!({ "action": "keep", "statement": statement, "sanction": { "kind": "warn" } })).await;
    let danish = notices(&bo, "da").await["items"][0].clone();
    let english = notices(&bo, "en").await["items"][0].clone();
    assert_eq!((danish["kind"].as_str(), danish["url"].as_str()), (Some("decision_warn"), Some("/mig")));
    assert_eq!(
        (danish["title"].as_str(), english["title"].as_str()),
        (Some("En besked fra holdet"), Some("A message from the team"))
    );
    assert!(!danish.to_string().contains(statement), "the reasons stand with the decision, once");
    let thanks = notices(&anna, "da").await;
    assert_eq!((thanks["items"][0]["kind"].as_str(), thanks["unread"].as_i64()), (Some("report_closed"), Some(1)));
    assert!(thanks["items"][0]["url"].is_null() && !thanks.to_string().contains(&bo.id.to_string()));
    assert_eq!(
        app.count(&format!("select count(*) from notifications where params::text like '%{statement}%'")).await,
        0
    );
}

#[actix_web::test]
async fn every_kind_has_words_in_both_languages() {
    let app = TestApp::start().await;
    let bo = app.member().await;
    let catalogue: Value = serde_json::from_str(include_str!("../../server/text/da.json")).unwrap();
    let kinds: Vec<&str> = catalogue
        .as_object()
        .unwrap()
        .keys()
        .filter_map(|key| key.strip_prefix("notice.")?.strip_suffix(".title"))
        .collect();
    assert!(kinds.len() > 15);
    for (n, kind) in kinds.iter().enumerate() {
        app.sql(&format!(
            "insert into notifications (id, account_id, kind, params, created_at)
             values (gen_random_uuid(), '{}', '{kind}', '{{\"help\": true, \"sanction\": {{\"kind\": \"mute\"}}}}', now() - interval '{n} minutes')",
            bo.id
        ))
        .await;
    }
    for lang in ["da", "en"] {
        for notice in notices(&bo, lang).await["items"].as_array().unwrap() {
            assert!(!notice.to_string().contains("notice."), "{notice}");
        }
    }
}

#[actix_web::test]
async fn notices_are_paged_counted_and_marked_as_read() {
    let app = TestApp::start().await;
    let (bo, eva) = (app.member().await, app.member().await);
    for person in [&bo, &eva] {
        app.sql(&format!(
            "insert into notifications (id, account_id, kind, created_at)
             select gen_random_uuid(), '{}', 'report_closed', now() - make_interval(mins => n / 3) from generate_series(1, 25) n",
            person.id
        ))
        .await;
    }
    let mut seen = Vec::new();
    let mut after = String::new();
    loop {
        let page = bo.get(&format!("/me/notifications?limit=4{after}")).await.is(200).clone();
        assert_eq!(page["unread"], 25);
        seen.extend(page["items"].as_array().unwrap().iter().map(|n| n["id"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    let total = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!((total, seen.len()), (25, 25));
    let foreign = app.text(&format!("select id from notifications where account_id = '{}' limit 1", eva.id)).await;
    let left = bo.post("/me/notifications/read", json!({ "ids": [seen[0], seen[1], foreign] })).await.is(200)["unread"]
        .clone();
    assert_eq!(left, 23);
    assert_eq!(bo.post("/me/notifications/read", json!({})).await.is(200)["unread"], 0);
    assert_eq!(eva.get("/me/notifications").await.is(200)["unread"], 25, "nobody marks for another");
    assert_eq!(bo.post("/me/notifications/read", json!({ "ids": "all" })).await.wrong_fields(), ["ids:bad_format"]);
}

#[actix_web::test]
async fn what_coordinators_change_and_what_others_answer_is_told_in_words() {
    let app = TestApp::start().await;
    let (coordinator, member) = (app.coordinator().await, app.member().await);
    coordinator.put(&format!("/people/{}/roles", member.id), json!({"roles": ["moderator"]})).await.is(200);
    coordinator
        .put(&format!("/people/{}/certificates", member.id), json!({"certificates": [{"category": "danger"}]}))
        .await
        .is(200);
    coordinator
        .post("/boards", json!({"slug": "hverdag", "title": "Hverdag", "description": "Om hverdagen"}))
        .await
        .is(201);
    let thread = member.post("/boards/hverdag/threads", json!({"title": "Te", "body": "Hvem drikker te?"})).await;
    let id = thread.is(201)["id"].as_str().expect("an id").to_owned();
    let answer = app.member().await.post(&format!("/threads/{id}/replies"), json!({"body": "Jeg gør."})).await;
    let reply = answer.is(201)["id"].as_str().expect("an id").to_owned();
    let told = member.get("/me/notifications").await;
    let items = told.is(200)["items"].as_array().expect("items").clone();
    assert_eq!(items.len(), 3, "{}", told.text);
    let places: Vec<&str> = items.iter().filter_map(|item| item["url"].as_str()).collect();
    assert!(places.contains(&format!("/forum/t/{id}#{reply}").as_str()), "{places:?}");
    assert!(!told.text.contains("notice."), "without words: {}", told.text);
}
