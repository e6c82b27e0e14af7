use chrono::Duration;
use serde_json::json;
use support::TestApp;

use super::{answer, newcomer, read_all, right_answers, standing, take};
use crate::casework::{case_about, claim, report};

/// The whole way: refused, read, wrong, wait, right, certificate, diploma, the case.
#[actix_web::test]
async fn who_passes_the_course_may_take_the_case_that_was_refused() {
    let app = TestApp::start().await;
    let (anna, bo, moderator) = (app.member().await, app.member().await, newcomer(&app).await);
    report(&anna, bo.id, "confidentiality").await;
    let case = case_about(&app, bo.id).await;
    moderator.post(&format!("{case}/claim"), json!({})).await.is_problem(403, "certificate_required");

    let course = "/courses/confidentiality";
    moderator.post(&format!("{course}/check"), json!({})).await.is_problem(409, "read_first");
    moderator.put(&format!("{course}/modules/nothing"), json!({})).await.is_problem(404, "not_found");
    read_all(&moderator, "confidentiality").await;
    assert_eq!(standing(&moderator, "confidentiality").await["modules_read"], 4);

    let failed = take(&moderator, "confidentiality", false).await;
    assert_eq!((&failed["passed"], &failed["right"], &failed["pass_mark"]), (&json!(false), &json!(0), &json!(7)));
    assert!(failed["read_again"].as_array().is_some_and(|parts| !parts.is_empty()));
    assert_eq!(failed["answers"], json!([]), "what is right is not told before it is known");
    let wait = moderator.post(&format!("{course}/check"), json!({})).await;
    assert_eq!(wait.is_problem(409, "wait_first")["until"], failed["next_try_at"]);
    moderator.post(&format!("{case}/claim"), json!({})).await.is_problem(403, "certificate_required");

    app.clock().advance(Duration::minutes(61));
    let moderator = app.sign_in_again(&moderator).await;
    let passed = take(&moderator, "confidentiality", true).await;
    assert_eq!((&passed["passed"], &passed["right"]), (&json!(true), &json!(8)));
    assert!(passed["answers"].as_array().is_some_and(|answers| answers.len() == 8 && answers[0]["why"].is_string()));
    assert_eq!(app.count("select count(*) from audit_log where act = 'certificate_earned'").await, 1);
    claim(&moderator, &case).await;

    let me = moderator.get("/me").await.is(200)["certificates"][0].clone();
    let year = (app.clock().now() + Duration::days(364)).to_rfc3339();
    assert!(me["category"] == "confidentiality" && me["expires_at"].as_str().is_some_and(|end| *end > *year));
    let people = app.coordinator().await.get(&format!("/people?q={}", moderator.name)).await.is(200).clone();
    assert_eq!(people["items"][0]["certificates"], json!(["confidentiality"]));
}

#[actix_web::test]
async fn what_is_right_never_leaves_the_server_before_it_is_answered() {
    let app = TestApp::start().await;
    let moderator = newcomer(&app).await;
    read_all(&moderator, "danger").await;
    let mut first_options = std::collections::BTreeSet::new();
    for _ in 0..8 {
        let check = moderator.post("/courses/danger/check", json!({})).await;
        assert!(!check.text.contains("why") && !check.text.contains("right"), "{}", check.text);
        let right = right_answers("danger");
        for question in check.is(200)["questions"].as_array().expect("questions") {
            let known = &right.iter().find(|(case, _)| question["case"] == case.as_str()).expect("a case").1;
            first_options.insert(question["options"][0] == known.as_str());
        }
    }
    assert_eq!(first_options.len(), 2, "the right one does not always come first");
    let page = moderator.get("/courses/danger").await;
    for (_, why) in reasons("danger") {
        assert!(!page.text.contains(&why), "{why}");
    }
    // Only whoever decides cases may take it.
    app.supporter(true).await.get("/courses/danger").await.is_problem(403, "forbidden");
    app.visitor().get("/courses").await.is_problem(401, "signed_out");
}

fn reasons(course: &str) -> Vec<(String, String)> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../server/community/courses.da.json");
    let all: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).expect("courses")).expect("JSON");
    let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    all[course]["questions"]
        .as_array()
        .expect("questions")
        .iter()
        .map(|q| (text(&q["case"]), text(&q["why"])))
        .collect()
}

#[actix_web::test]
async fn a_check_is_kept_while_one_is_away_and_must_be_whole() {
    let app = TestApp::start().await;
    let (moderator, other) = (newcomer(&app).await, newcomer(&app).await);
    read_all(&moderator, "grooming").await;
    let check = moderator.post("/courses/grooming/check", json!({})).await.is(200).clone();
    moderator.put("/courses/grooming/check/answers/3", json!({ "option": 1 })).await.is(204);
    let later = moderator.get("/courses/grooming").await.is(200)["check"].clone();
    assert_eq!(later["questions"][3]["answer"], 1);
    assert_eq!(later["questions"][3]["options"], check["questions"][3]["options"]);
    assert_eq!(moderator.post("/courses/grooming/check", json!({})).await.is(200), &later, "one check at a time");

    let missing = moderator.post("/courses/grooming/check/result", json!({})).await.wrong_fields();
    assert_eq!(missing.len(), 7);
    assert_eq!(missing[0], "answers[0]:required");
    let answers = "/courses/grooming/check/answers";
    assert_eq!(
        moderator.put(&format!("{answers}/0"), json!({ "option": 9 })).await.wrong_fields(),
        ["option:out_of_range"]
    );
    moderator.put(&format!("{answers}/8"), json!({ "option": 0 })).await.is_problem(404, "not_found");
    other.put(&format!("{answers}/0"), json!({ "option": 0 })).await.is_problem(404, "not_found");
    other.post("/courses/grooming/check/result", json!({})).await.is_problem(404, "not_found");
}

#[actix_web::test]
async fn a_check_belongs_to_the_words_it_was_drawn_from() {
    let app = TestApp::start().await;
    let (moderator, coordinator) = (newcomer(&app).await, app.coordinator().await);
    read_all(&moderator, "danger").await;
    let check = moderator.post("/courses/danger/check", json!({})).await.is(200).clone();
    answer(&moderator, "danger", &check, true).await;
    let document = coordinator.get("/community/documents/courses/danger?lang=da").await.is(200).clone();
    let mut body = document["body"].clone();
    body["title"] = json!("Når det gælder livet");
    let change = json!({ "lang": "da", "body": body, "confirmed": true });
    let path = "/community/documents/courses/danger";
    coordinator.send(reqwest::Method::PUT, path).header("if-match", "\"0\"").json(change).await.is(200);
    moderator.post("/courses/danger/check/result", json!({})).await.is_problem(409, "course_changed");
    assert_eq!(standing(&moderator, "danger").await["in_check"], false);
    assert_eq!(take(&moderator, "danger", true).await["passed"], true);
    assert_eq!(standing(&moderator, "danger").await["title"], "Når det gælder livet");
}

#[actix_web::test]
async fn a_diploma_tells_anybody_with_its_code_what_is_true_now() {
    let app = TestApp::start().await;
    let moderator = newcomer(&app).await;
    read_all(&moderator, "danger").await;
    take(&moderator, "danger", true).await;
    let code = standing(&moderator, "danger").await["diploma"].as_str().expect("a code").to_owned();
    assert_eq!(code.replace('-', "").len(), 20);
    let visitor = app.visitor();
    let shown = visitor.get(&format!("/diplomas/{}", code.to_lowercase().replace('-', "%20"))).await.is(200).clone();
    assert_eq!(
        (&shown["state"], &shown["pseudonym"], &shown["code"]),
        (&json!("valid"), &json!(moderator.name), &json!(code))
    );
    assert_eq!(shown.as_object().map(serde_json::Map::len), Some(8), "no id of the account: {shown}");
    visitor.get("/diplomas/AAAA-AAAA-AAAA-AAAA-AAAA").await.is_problem(404, "not_found");

    // A coordinator takes it back: the case is closed to them and the diploma says so.
    let coordinator = app.coordinator().await;
    let path = format!("/people/{}/certificates", moderator.id);
    coordinator.put(&path, json!({ "certificates": [] })).await.is(200);
    let state = async || visitor.get(&format!("/diplomas/{code}")).await.is(200)["state"].clone();
    assert_eq!(state().await, "withdrawn");
    take(&moderator, "danger", true).await;
    assert_eq!(state().await, "valid", "passed again, the same code counts again");
    app.clock().advance(Duration::days(366));
    assert_eq!(state().await, "expired");

    let moderator = app.sign_in_again(&moderator).await;
    let export = moderator.get("/me/export").await.is(200).clone();
    assert!(export.to_string().contains(&code), "a person takes their diploma along");
    app.sql(&format!("delete from accounts where id = '{}'", moderator.id)).await;
    visitor.get(&format!("/diplomas/{code}")).await.is_problem(404, "not_found");
}

#[actix_web::test]
async fn the_holder_is_told_in_good_time_once_and_may_renew_then_and_not_before() {
    let app = TestApp::start().await;
    let moderator = newcomer(&app).await;
    read_all(&moderator, "danger").await;
    take(&moderator, "danger", true).await;
    moderator.post("/courses/danger/check", json!({})).await.is_problem(409, "wait_first");
    assert_eq!(ligesind::training::remind(app.db()).await.expect("it runs"), 0);

    app.clock().advance(Duration::days(330));
    assert_eq!(ligesind::training::remind(app.db()).await.expect("it runs"), 1);
    assert_eq!(ligesind::training::remind(app.db()).await.expect("it runs"), 0, "once");
    let moderator = app.sign_in_again(&moderator).await;
    let notices = moderator.get("/me/notifications").await.is(200).clone();
    assert_eq!(notices["items"][0]["kind"], "certificate_ends");
    assert_eq!(notices["items"][0]["url"], "/moderering/kursus/danger");
    assert!(notices["items"][0]["title"].as_str().is_some_and(|title| !title.starts_with("notice.")));

    let before = standing(&moderator, "danger").await["expires_at"].clone();
    assert_eq!(take(&moderator, "danger", true).await["passed"], true);
    let after = standing(&moderator, "danger").await["expires_at"].clone();
    assert!(after.as_str() > before.as_str(), "{before} {after}");

    app.clock().advance(Duration::days(400));
    let periods = ligesind::privacy::PERIODS;
    ligesind::privacy::forget_all(app.db(), &app.state.holders, &periods).await.expect("forgetting works");
    assert_eq!(app.count("select count(*) from course_checks").await, 0, "what was answered is forgotten");
    assert_eq!(app.count("select count(*) from diplomas").await, 1);
}

/// What a coordinator gave without an end is not made shorter by learning something.
#[actix_web::test]
async fn passing_a_course_takes_nothing_away() {
    let app = TestApp::start().await;
    let moderator = app.moderator(&["danger"]).await;
    read_all(&moderator, "danger").await;
    take(&moderator, "danger", true).await;
    assert_eq!(standing(&moderator, "danger").await["expires_at"], json!(null));
}
