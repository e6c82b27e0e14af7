use chrono::Duration;
use serde_json::{Value, json};
use support::{Person, TestApp};

async fn cases(person: &Person) -> Vec<Value> {
    person.get("/practice").await.is(200)["cases"].as_array().expect("cases").clone()
}

async fn judge(person: &Person, code: &str, judgement: (&str, i64, &str)) -> Value {
    let (category, level, action) = judgement;
    let body = json!({ "category": category, "level": level, "action": action });
    person.put(&format!("/practice/{code}"), body).await.is(200).clone()
}

#[actix_web::test]
async fn each_answers_blind_and_then_sees_what_the_others_chose() {
    let app = TestApp::start().await;
    let (one, two) = (app.moderator(&[]).await, app.coordinator().await);
    let ten = cases(&one).await;
    assert_eq!(ten.len(), 10);
    let code = ten[0]["code"].as_str().expect("a code").to_owned();
    let path = format!("/practice/{code}");
    assert_eq!(
        one.put(&path, json!({ "category": "appeal", "level": 6, "action": "approve" })).await.wrong_fields(),
        ["action:unknown_value", "category:unknown_value", "level:out_of_range"]
    );
    let shown = judge(&one, &code, ("hate", 3, "hide")).await;
    assert_eq!(shown["everybody"]["answers"], 1);
    assert!(shown["why"].is_string() && shown["recommended"]["action"].is_string());

    let blind = cases(&two).await;
    for part in ["recommended", "why", "everybody", "yours"] {
        assert!(blind.iter().all(|case| case[part].is_null()), "{part} before an answer");
    }
    let seen = judge(&two, &code, ("hate", 3, "remove")).await;
    assert_eq!(seen["everybody"]["action"], json!({ "hide": 1, "remove": 1 }));
    assert_eq!(seen["everybody"]["category"], json!({ "hate": 2 }));
    two.put(&path, json!({ "category": "hate", "level": 3, "action": "hide" }))
        .await
        .is_problem(409, "already_answered");
    two.put("/practice/p99", json!({})).await.is_problem(404, "not_found");
    app.member().await.get("/practice").await.is_problem(403, "forbidden");
}

#[actix_web::test]
async fn a_coordinator_sees_agreement_and_never_who_said_what() {
    let app = TestApp::start().await;
    let team = [app.moderator(&[]).await, app.moderator(&[]).await, app.moderator(&[]).await];
    let ten = cases(&team[0]).await;
    let codes: Vec<&str> = ten.iter().take(2).map(|case| case["code"].as_str().expect("a code")).collect();
    for (n, person) in team.iter().enumerate() {
        judge(person, codes[0], ("spam", 4, "remove")).await;
        judge(person, codes[1], ("hate", 3, if n == 0 { "keep" } else { "hide" })).await;
    }
    let coordinator = app.coordinator().await;
    let reply = coordinator.get("/practice/figures").await;
    let month = reply.is(200)["months"][0].clone();
    assert_eq!((&month["people"], &month["answers"]), (&json!(3), &json!(6)));
    assert_eq!(month["category"]["alpha"], 1.0);
    // Three people, two cases: {remove ×3}, {keep, hide, hide}. By hand: 1 - 5·(6-4)/(30-8) = 6/11.
    let alpha = month["action"]["alpha"].as_f64().expect("a figure");
    assert!((alpha - 6.0 / 11.0).abs() < 1e-9, "{alpha}");
    assert_eq!(month["cases"], json!([]), "who has not judged them is blind too");
    judge(&coordinator, codes[1], ("hate", 3, "hide")).await;
    let month = coordinator.get("/practice/figures").await.is(200)["months"][0].clone();
    let second = month["cases"].as_array().expect("cases").first().expect("the one that was judged");
    assert_eq!(second["code"], codes[1]);
    assert_eq!(second["action"], json!({ "code": "hide", "same": 3, "of": 4 }));
    for person in &team {
        assert!(!reply.text.contains(&person.name) && !reply.text.contains(&person.id.to_string()));
    }
    team[0].get("/practice/figures").await.is_problem(403, "forbidden");

    app.clock().advance(Duration::days(32));
    let next = cases(&app.sign_in_again(&team[0]).await).await;
    assert!(
        next.iter().all(|case| case["yours"].is_null() && !codes.contains(&case["code"].as_str().expect("a code")))
    );
    app.clock().advance(Duration::days(500));
    let periods = ligesind::privacy::PERIODS;
    ligesind::privacy::forget_all(app.db(), &app.state.holders, &periods).await.expect("forgetting works");
    assert_eq!(app.count("select count(*) from practice_answers").await, 0);
}
