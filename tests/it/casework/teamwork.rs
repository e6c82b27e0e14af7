//! What moderators do together: notes, handing on, waiting, asking a colleague, seeing who else looks.

use chrono::Duration;
use serde_json::{Value, json};
use support::{Person, TestApp};

use super::{bare_case, case_about, claim, report, report_text};

async fn open_notes(by: &Person, case: &str) -> Value {
    by.post(&format!("{case}/notes/open"), json!({ "reason": "For at gøre sagen færdig." })).await.is(200).clone()
}

fn kinds(detail: &Value) -> Vec<&str> {
    detail["timeline"].as_array().unwrap().iter().map(|line| line["kind"].as_str().unwrap()).collect()
}

#[actix_web::test]
async fn a_note_is_for_the_holder_with_a_reason_and_each_reading_is_logged() {
    let app = TestApp::start().await;
    let (mod1, mod2) = (app.moderator(&[]).await, app.moderator(&[]).await);
    let case = bare_case(&app).await;
    let path = format!("{case}/notes");
    mod1.post(&path, json!({ "note": "Ring til hende." })).await.is_problem(409, "claim_required");
    claim(&mod1, &case).await;
    assert_eq!(mod1.post(&path, json!({ "note": " " })).await.wrong_fields(), ["note:empty"]);
    mod1.post(&path, json!({ "note": "kanariefugl i noten" })).await.is(201);
    let detail = mod2.get(&case).await.is(200).clone();
    assert!(kinds(&detail).contains(&"note"), "that there is a note stands in the timeline");
    assert!(!detail.to_string().contains("kanariefugl"), "what it says does not");
    mod2.post(&format!("{path}/open"), json!({ "reason": "x" })).await.is_problem(409, "claim_required");
    assert_eq!(mod1.post(&format!("{path}/open"), json!({})).await.wrong_fields(), ["reason:required"]);
    let notes = open_notes(&mod1, &case).await;
    assert_eq!(notes["items"][0]["text"], "kanariefugl i noten");
    assert_eq!(notes["items"][0]["by"]["name"], mod1.name);
    let logged = format!("select count(*) from audit_log where act = 'notes_read' and actor_id = '{}'", mod1.id);
    assert_eq!(app.count(&logged).await, 1);
    assert_eq!(app.count("select count(*) from case_events e where position('kanariefugl' in e::text) > 0").await, 0);
}

#[actix_web::test]
async fn the_same_note_sent_twice_is_kept_once() {
    let app = TestApp::start().await;
    let mod1 = app.moderator(&[]).await;
    let case = bare_case(&app).await;
    claim(&mod1, &case).await;
    let send = || {
        mod1.send(reqwest::Method::POST, &format!("{case}/notes"))
            .header("idempotency-key", "en nøgle".replace('ø', "o"))
            .json(json!({ "note": "Kun en gang." }))
    };
    let (first, second) = (send().await, send().await);
    assert_eq!(first.is(201)["id"], second.is(201)["id"]);
    assert_eq!(open_notes(&mod1, &case).await["items"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn a_case_is_handed_to_a_trained_colleague_with_a_note() {
    let app = TestApp::start().await;
    let (anna, bo) = (app.member().await, app.member().await);
    let mod1 = app.moderator(&["confidentiality"]).await;
    let mod2 = app.moderator(&["confidentiality"]).await;
    let untrained = app.moderator(&[]).await;
    report(&anna, bo.id, "confidentiality").await;
    let case = case_about(&app, bo.id).await;
    let path = format!("{case}/handover");
    let version = claim(&mod1, &case).await;
    let to = |person: &Person| json!({ "to": person.id, "note": "Jeg har fri nu." });
    mod1.send(reqwest::Method::POST, &path).json(to(&mod2)).await.is_problem(428, "version_missing");
    mod1.post_if(&path, version - 1, to(&mod2)).await.is_problem(412, "stale");
    assert_eq!(mod1.post_if(&path, version, to(&untrained)).await.wrong_fields(), ["to:not_allowed_here"]);
    assert_eq!(mod1.post_if(&path, version, to(&bo)).await.wrong_fields(), ["to:not_allowed_here"]);
    untrained.post_if(&path, version, to(&mod2)).await.is_problem(403, "certificate_required");
    mod2.post_if(&path, version, to(&mod2)).await.is_problem(422, "invalid");
    let given = mod1.post_if(&path, version, to(&mod2)).await.is(200).clone();
    assert_eq!((given["state"].as_str(), given["claim"].is_null()), (Some("new"), true));
    assert_eq!(given["handed_to"]["name"], mod2.name);
    let told = mod2.get("/me/notifications").await.is(200)["items"][0].clone();
    assert_eq!(told["kind"], "case_handed_over");
    assert_eq!(told["url"].as_str().unwrap(), case.replace("/cases", "/moderering"));
    claim(&mod2, &case).await;
    assert_eq!(open_notes(&mod2, &case).await["items"][0]["text"], "Jeg har fri nu.");
    let detail = mod2.get(&case).await.is(200).clone();
    assert_eq!(detail["handed_to"], Value::Null, "taken");
    let line = detail["timeline"].as_array().unwrap().iter().find(|l| l["kind"] == "handover").unwrap().clone();
    assert_eq!(line["to"]["name"], mod2.name);
}

#[actix_web::test]
async fn a_case_waits_and_comes_back_by_itself_but_its_due_time_goes_on() {
    let app = TestApp::start_with(support::app::Options { no_jobs: true, ..Default::default() }).await;
    let mod1 = app.moderator(&[]).await;
    let case = bare_case(&app).await;
    let path = format!("{case}/wait");
    let version = claim(&mod1, &case).await;
    let due = mod1.get(&case).await.is(200)["due_at"].clone();
    let body =
        |hours| json!({ "until": app.clock().now() + Duration::hours(hours), "note": "Venter på svar fra skolen." });
    assert_eq!(mod1.post_if(&path, version, body(-1)).await.wrong_fields(), ["until:out_of_range"]);
    assert_eq!(mod1.post_if(&path, version, body(24 * 15)).await.wrong_fields(), ["until:out_of_range"]);
    let waits = mod1.post_if(&path, version, body(3)).await.is(200).clone();
    assert_eq!((waits["state"].as_str(), &waits["due_at"]), (Some("waiting"), &due));
    ligesind::casework::jobs::sweep(app.db()).await.unwrap();
    assert_eq!(mod1.get(&case).await.is(200)["state"], "waiting");
    app.clock().advance(Duration::hours(4));
    let mod1 = app.sign_in_again(&mod1).await;
    ligesind::casework::jobs::sweep(app.db()).await.unwrap();
    let back = mod1.get(&case).await.is(200).clone();
    assert_eq!((back["state"].as_str(), back["waiting_until"].is_null()), (Some("new"), true));
    assert!(kinds(&back).contains(&"wait_over"));
}

#[actix_web::test]
async fn a_colleague_is_asked_without_names_and_answers() {
    let app = TestApp::start().await;
    let (anna, bo) = (app.member().await, app.member().await);
    let mod1 = app.moderator(&["confidentiality"]).await;
    let (mod2, mod3) = (app.moderator(&[]).await, app.moderator(&[]).await);
    app.sql(&format!("update accounts set ask_me_about = 'Ring til mig på 20 30 40 50' where id = '{}'", bo.id)).await;
    report_text(&anna, "account", bo.id, "confidentiality").await;
    let case = case_about(&app, bo.id).await;
    claim(&mod1, &case).await;
    let path = format!("{case}/consults");
    let ask = |question: &str, more: Value| {
        let mut body = json!({ "to": mod2.id, "question": question });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let named = format!("Skal {} have en pause?", bo.name);
    assert_eq!(mod1.post(&path, ask(&named, json!({}))).await.wrong_fields(), ["question:names_somebody"]);
    assert_eq!(
        mod1.post(&path, ask("Skriv til anna@example.dk?", json!({}))).await.wrong_fields(),
        ["question:names_somebody"]
    );
    let to_author = json!({ "to": bo.id, "question": "Hvad synes du?" });
    assert_eq!(mod1.post(&path, to_author).await.wrong_fields(), ["to:not_allowed_here"]);
    mod1.post(&path, ask("Er det her for meget?", json!({ "with_text": true }))).await.is(201);
    assert_eq!(mod3.get("/me/consults").await.is(200)["items"], json!([]));
    let asked = mod2.get("/me/consults").await.is(200)["items"][0].clone();
    assert_eq!(asked["question"], "Er det her for meget?");
    let seen = asked.to_string();
    for secret in [bo.name.as_str(), "20 30 40 50", &bo.id.to_string(), case.trim_start_matches("/cases/"), &anna.name]
    {
        assert!(!seen.contains(secret), "{secret} in {seen}");
    }
    assert!(asked["text"].as_str().is_some_and(|text| text.contains("Ring til mig")), "{seen}");
    let id = asked["id"].as_str().unwrap();
    let answer = format!("/consults/{id}/answer");
    mod3.post(&answer, json!({ "answer": "x" })).await.is_problem(404, "not_found");
    mod2.post(&answer, json!({ "answer": "Ja, tag nummeret ud." })).await.is(204);
    mod2.post(&answer, json!({ "answer": "Igen" })).await.is_problem(409, "already_answered");
    let notes = open_notes(&mod1, &case).await;
    assert_eq!(notes["consults"][0]["answer"], "Ja, tag nummeret ud.");
    assert_eq!(
        app.count("select count(*) from audit_log where act in ('consult', 'consults_read', 'consult_answer')").await,
        3
    );
}

#[actix_web::test]
async fn moderators_see_who_else_looks_at_a_case() {
    let app = TestApp::start_with(support::app::Options { no_jobs: true, ..Default::default() }).await;
    let (mod1, mod2, anna) = (app.moderator(&[]).await, app.moderator(&[]).await, app.member().await);
    report(&anna, mod2.id, "spam").await;
    let concerns = case_about(&app, mod2.id).await;
    mod2.post(&format!("{concerns}/presence"), json!({})).await.is_problem(404, "not_found");
    let case = bare_case(&app).await;
    let path = format!("{case}/presence");
    assert_eq!(mod1.post(&path, json!({})).await.is(200)["others"], json!([]));
    assert_eq!(mod2.post(&path, json!({})).await.is(200)["others"][0]["name"], mod1.name);
    assert_eq!(mod1.get(&case).await.is(200)["looking"], 2);
    mod2.delete(&path).await.is(204);
    assert_eq!(mod1.get(&case).await.is(200)["looking"], 1);
    app.clock().advance(Duration::seconds(90));
    assert_eq!(mod1.get(&case).await.is(200)["looking"], 0, "who no longer renews has left");
    ligesind::casework::jobs::sweep(app.db()).await.unwrap();
    assert_eq!(app.count("select count(*) from case_presence").await, 0);
}

/// The last word is the database's, whatever the program thinks.
#[actix_web::test]
async fn the_database_refuses_a_claim_without_training_or_about_oneself() {
    let app = TestApp::start().await;
    let (anna, bo) = (app.member().await, app.member().await);
    let trained = app.moderator(&["confidentiality"]).await;
    let untrained = app.moderator(&[]).await;
    report(&anna, bo.id, "confidentiality").await;
    let case = case_about(&app, bo.id).await;
    let id = case.trim_start_matches("/cases/");
    let take = |who: uuid::Uuid| {
        format!(
            "update cases set claim_holder = '{who}', claim_until = now() + interval '15 minutes', state = 'claimed' where id = '{id}'"
        )
    };
    assert_eq!(refusal(&app, &take(untrained.id)).await, "cases_claim_certificate");
    assert_eq!(refusal(&app, &take(trained.id)).await, "");
    app.sql(&format!("update cases set claim_holder = null where id = '{id}'")).await;
    app.sql(&format!(
        "update certificates set expires_at = now() - interval '1 day' where account_id = '{}'",
        trained.id
    ))
    .await;
    assert_eq!(refusal(&app, &take(trained.id)).await, "cases_claim_certificate", "run out");
    app.sql(&format!("update cases set certificate = null where id = '{id}'")).await;
    assert_eq!(refusal(&app, &take(bo.id)).await, "cases_claim_concerns", "about oneself");
    assert_eq!(refusal(&app, &take(anna.id)).await, "cases_claim_concerns", "own report");
}

/// Name of the constraint that refuses a statement of the application's role; empty where it goes through.
async fn refusal(app: &TestApp, sql: &str) -> String {
    use diesel_async::SimpleAsyncConnection;
    let mut conn = app.db().read().await.expect("a connection");
    match conn.batch_execute(sql).await {
        Ok(()) => String::new(),
        Err(error) => ligesind::infra::db::broken_constraint(&error).unwrap_or_default().to_owned(),
    }
}

#[actix_web::test]
async fn a_holder_who_reports_the_same_text_holds_it_no_more() {
    let app = TestApp::start().await;
    let (anna, bo, mod1) = (app.member().await, app.member().await, app.moderator(&[]).await);
    report(&anna, bo.id, "spam").await;
    let case = case_about(&app, bo.id).await;
    let version = claim(&mod1, &case).await;
    report(&mod1, bo.id, "spam").await;
    let dismiss = json!({ "action": "dismiss", "statement": "Intet galt." });
    mod1.post_if(&format!("{case}/decisions"), version, dismiss).await.is_problem(404, "not_found");
    let other = app.moderator(&[]).await;
    assert_eq!(other.get(&case).await.is(200)["claim"], Value::Null);
    report(&anna, bo.id, "harassment").await;
    assert_eq!(other.get(&case).await.is(200)["category"], "harassment");
}
