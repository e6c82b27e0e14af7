//! What a report or a decision takes away is gone for everybody else, and what is undone comes back.

use chrono::Duration;
use serde_json::{Value, json};
use support::app::Options;
use support::{Person, TestApp};
use uuid::Uuid;

use crate::casework::{case_about, claim, decide, report_text};
use crate::forum::{answer, make_board, open_thread, whole_list};
use crate::live::{joined, room, say};

/// A thread with one reply by somebody, who comes back with the reply's id.
struct Scene {
    thread: String,
    author: Person,
    reply: Uuid,
}

const TEXT: &str = "Før kanariefugl efter.";
/// Where the bird sits in the text, in Unicode scalar values.
const BIRD: (usize, usize) = (4, 15);

async fn scene(app: &TestApp) -> Scene {
    make_board(app, "hverdag", false).await;
    scene_in(app).await
}

async fn scene_in(app: &TestApp) -> Scene {
    let (anna, author) = (app.member().await, app.member().await);
    let thread = open_thread(&anna, "hverdag", "Min uge", "Hej alle").await;
    let reply = answer(&author, &thread, None, TEXT).await;
    Scene { thread, author, reply: reply["id"].as_str().unwrap().parse().unwrap() }
}

impl Scene {
    /// The reply as somebody sees it, if they do.
    async fn seen_by(&self, reader: &Person) -> Option<Value> {
        let items = whole_list(reader, &format!("/threads/{}/replies", self.thread), 50).await;
        items.into_iter().find(|item| item["id"] == json!(self.reply))
    }

    async fn state(&self, app: &TestApp) -> String {
        app.text(&format!("select state from replies where id = '{}'", self.reply)).await
    }

    async fn report(&self, by: &Person, reason: &str) {
        report_text(by, "reply", self.reply, reason).await;
    }
}

fn ruling(action: &str) -> Value {
    json!({ "action": action, "statement": "Der stod et navn.", "rule": "confidentiality" })
}

fn redaction() -> Value {
    let mut ruling = ruling("redact");
    ruling["redactions"] = json!([{ "start": BIRD.0, "end": BIRD.1, "replacement": "▒▒" }]);
    ruling
}

#[actix_web::test]
async fn a_grave_report_hides_at_once_and_tells_the_author_neutrally() {
    let app = TestApp::start().await;
    let scene = scene(&app).await;
    let (eva, visitor) = (app.member().await, app.visitor());
    assert!(scene.seen_by(&visitor).await.is_some());
    scene.report(&visitor, "danger").await;
    assert_eq!(scene.state(&app).await, "live", "a visitor's report counts and hides nothing");
    scene.report(&eva, "danger").await;
    assert_eq!(scene.state(&app).await, "hidden_pending");
    assert!(scene.seen_by(&visitor).await.is_none() && scene.seen_by(&eva).await.is_none());
    let own = scene.seen_by(&scene.author).await.expect("the author sees own text");
    assert_eq!((own["body"].as_str(), own["state"].as_str()), (Some(TEXT), Some("hidden_pending")));
    let notice = scene.author.get("/me/notifications").await.is(200)["items"][0].clone();
    assert_eq!(notice["kind"], "hidden_pending");
    assert!(notice["body"].as_str().unwrap().contains("112"), "help goes with it: {notice}");
    assert_eq!(scene.author.get("/me/decisions").await.is(200)["items"], json!([]), "it is not a decision");
    let again = app.member().await;
    scene.report(&again, "danger").await;
    assert_eq!(app.count("select count(*) from reports where hid").await, 1, "one hide for one text");
    assert_eq!(app.count("select count(*) from cases").await, 1);
    assert_eq!(app.count("select exposure from cases").await, 0);
}

/// Who may hide by a report: the rules are `moderation::auto_hide`'s, the facts come from the database.
#[actix_web::test]
async fn only_people_in_good_standing_hide_and_only_so_much() {
    let app = TestApp::start().await;
    make_board(&app, "hverdag", false).await;
    let hides = async |by: &Person, reason: &str, network: &str| {
        let scene = scene_in(&app).await;
        let request = by.send(reqwest::Method::POST, "/reports").header("x-forwarded-for", network);
        request.json(json!({ "target": { "kind": "reply", "id": scene.reply }, "reason": reason })).await.is(201);
        scene.state(&app).await == "hidden_pending"
    };
    let eva = app.member().await;
    for n in 0..3 {
        assert!(hides(&eva, "confidentiality", &format!("203.0.113.{n}")).await);
    }
    assert!(!hides(&eva, "confidentiality", "203.0.113.9").await, "three wait for a decision already");
    assert!(!hides(&app.member().await, "harassment", "203.0.113.20").await, "harassment waits for a person");
    let young = app.member().await;
    app.sql(&format!("update accounts set created_at = now() - interval '2 days' where id = '{}'", young.id)).await;
    assert!(!hides(&young, "danger", "203.0.113.21").await);
    for n in 0..5 {
        assert!(hides(&app.member().await, "danger", "203.0.113.30").await, "hide {n} of the network");
    }
    assert!(!hides(&app.member().await, "danger", "203.0.113.30").await, "five an hour for a network");
    app.clock().advance(Duration::minutes(61));
    assert!(hides(&app.member().await, "danger", "203.0.113.30").await);
}

/// Somebody whose last three hides were all overturned hides no more, but is heard.
#[actix_web::test]
async fn three_overturned_hides_take_the_hiding_not_the_voice() {
    let app = TestApp::start().await;
    make_board(&app, "hverdag", false).await;
    let (eva, mod1) = (app.member().await, app.moderator(&["danger"]).await);
    for _ in 0..3 {
        let scene = scene_in(&app).await;
        scene.report(&eva, "danger").await;
        assert_eq!(scene.state(&app).await, "hidden_pending");
        decide(&mod1, &case_about(&app, scene.reply).await, json!({ "action": "dismiss", "statement": "Intet galt." }))
            .await;
        assert_eq!(scene.state(&app).await, "live", "dismissing lifts the automatic hiding");
        assert_eq!(scene.author.get("/me/notifications").await.is(200)["items"][0]["kind"], "decision_text_back");
    }
    let scene = scene_in(&app).await;
    scene.report(&eva, "danger").await;
    assert_eq!(scene.state(&app).await, "live");
    assert_eq!(app.count("select count(*) from cases where state = 'new'").await, 1);
}

#[actix_web::test]
async fn hidden_redacted_and_removed_as_each_reader_sees_it() {
    let app = TestApp::start().await;
    let scene = scene(&app).await;
    let (eva, mod1, visitor) = (app.member().await, app.moderator(&[]).await, app.visitor());
    let next = async |reason: &str, ruling: Value| {
        scene.report(&eva, reason).await;
        decide(&mod1, &case_about(&app, scene.reply).await, ruling).await
    };
    let made = next("harassment", ruling("hide")).await;
    assert_eq!((made["target_state"].as_str(), made["case"]["state"].as_str()), (Some("hidden"), Some("closed")));
    assert!(
        scene.seen_by(&visitor).await.is_none()
            && scene.seen_by(&mod1).await.is_none_or(|item| !item.to_string().contains("kanariefugl"))
    );
    assert_eq!(scene.seen_by(&scene.author).await.expect("own text")["body"], TEXT);

    report_hidden_by_author(&app, &scene).await;
    let made = decide(&mod1, &case_about(&app, scene.reply).await, ruling("restore")).await;
    assert_eq!(made["target_state"], "live");
    assert!(scene.seen_by(&visitor).await.unwrap()["body_html"].as_str().unwrap().contains("kanariefugl"));

    let made = next("harassment", redaction()).await;
    assert_eq!(
        (made["target_state"].as_str(), made["case"]["state"].as_str(), made["tasks_left"].as_i64()),
        (Some("redacted"), Some("decided"), Some(1))
    );
    for reader in [&visitor, &eva, &mod1, &scene.author] {
        let item = scene.seen_by(reader).await.expect("the new text");
        assert_eq!(
            (item["body_html"].as_str(), item["state"].as_str()),
            (Some("<p>Før ▒▒ efter.</p>\n"), Some("redacted"))
        );
    }
    assert_eq!(app.count("select count(*) from replies r where r::text like '%kanariefugl%'").await, 0);

    let made = next("harassment", ruling("remove")).await;
    assert_eq!(made["target_state"], "removed");
    assert!(scene.seen_by(&visitor).await.is_none_or(|item| !item.to_string().contains("Før")));
    assert_eq!(app.count("select count(*) from replies r where r::text like '%efter%'").await, 0);
    let decisions = scene.author.get("/me/decisions").await.is(200)["items"].clone();
    let actions: Vec<&str> = decisions.as_array().unwrap().iter().map(|d| d["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["remove", "redact", "restore", "hide"]);
}

/// A hidden text can be reported again by those who could read it, which opens a case to bring it back by.
async fn report_hidden_by_author(app: &TestApp, scene: &Scene) {
    let witness = app.member().await;
    scene.report(&witness, "other").await;
}

/// G01: evidence is what the reporter saw, whatever the author does a second later.
#[actix_web::test]
async fn evidence_holds_the_revision_that_the_reporter_saw() {
    let app = TestApp::start().await;
    let scene = scene(&app).await;
    let (eva, mod1) = (app.member().await, app.moderator(&[]).await);
    scene.author.patch(&format!("/replies/{}", scene.reply), json!({ "body": "Ingenting her." })).await.is(200);
    let body = json!({ "target": { "kind": "reply", "id": scene.reply, "revision": 1 }, "reason": "harassment" });
    eva.post("/reports", body).await.is(201);
    scene.author.delete(&format!("/replies/{}", scene.reply)).await;
    let case = case_about(&app, scene.reply).await;
    claim(&mod1, &case).await;
    let opened = mod1.post(&format!("{case}/evidence"), json!({ "reason": "Læse det anmeldte" })).await.is(200).clone();
    assert_eq!((opened["revision"].as_i64(), opened["body"].as_str()), (Some(1), Some(TEXT)));
    assert_eq!(mod1.get(&case).await.is(200)["target_state"], "deleted");
}

/// E01 for reports: an edit under a case makes its holder read again.
#[actix_web::test]
async fn an_edit_during_review_is_never_decided_unread() {
    let app = TestApp::start().await;
    let scene = scene(&app).await;
    let (eva, mod1) = (app.member().await, app.moderator(&[]).await);
    scene.report(&eva, "harassment").await;
    let case = case_about(&app, scene.reply).await;
    let version = claim(&mod1, &case).await;
    scene
        .author
        .patch(&format!("/replies/{}", scene.reply), json!({ "body": "Noget andet, der er langt nok." }))
        .await
        .is(200);
    let stale = mod1.post_if(&format!("{case}/decisions"), version, redaction()).await;
    assert_eq!(stale.is_problem(412, "stale")["current"], version + 1);
    assert_eq!(scene.state(&app).await, "live");
    mod1.post_if(&format!("{case}/decisions"), version + 1, ruling("hide")).await.is(201);
}

/// Appeals: what was redacted or removed comes back from the evidence, in one transaction, and readers are not told again.
#[actix_web::test]
async fn an_overturned_decision_brings_the_text_back() {
    let app = TestApp::start().await;
    make_board(&app, "hverdag", false).await;
    let (eva, mod1, mod2) = (app.member().await, app.moderator(&[]).await, app.moderator(&[]).await);
    for ruling in [ruling("hide"), redaction(), ruling("remove")] {
        let scene = scene_in(&app).await;
        scene.report(&eva, "harassment").await;
        decide(&mod1, &case_about(&app, scene.reply).await, ruling.clone()).await;
        ligesind::casework::finish_due(app.db(), &app.state.targets).await.expect("the worker runs");
        let decision = scene.author.get("/me/decisions").await.text_at("/items/0/id");
        scene
            .author
            .post(&format!("/decisions/{decision}/appeal"), json!({ "text": "Det var mit eget." }))
            .await
            .is(201);
        let told = app.count("select count(*) from notifications").await;
        let made = decide(
            &mod2,
            &case_about(&app, scene.reply).await,
            json!({ "action": "overturn", "statement": "Du har ret.", "rule": "confidentiality" }),
        )
        .await;
        assert_eq!(made["target_state"], "live", "{ruling}");
        let back = scene.seen_by(&app.visitor()).await.expect("the text is back");
        assert_eq!(back["body_html"], format!("<p>{TEXT}</p>\n"));
        assert_eq!(app.count("select count(*) from notifications").await, told + 1, "the author alone is told");
        ligesind::casework::finish_due(app.db(), &app.state.targets).await.expect("the worker runs");
        assert!(scene.seen_by(&app.visitor()).await.is_some());
    }
}

/// An overturned decision does not undo a later one that still stands.
#[actix_web::test]
async fn an_appeal_undoes_its_own_decision_only() {
    let app = TestApp::start().await;
    let scene = scene(&app).await;
    let (eva, mod1, mod2) = (app.member().await, app.moderator(&[]).await, app.moderator(&[]).await);
    scene.report(&eva, "harassment").await;
    decide(&mod1, &case_about(&app, scene.reply).await, redaction()).await;
    let first = scene.author.get("/me/decisions").await.text_at("/items/0/id");
    scene.report(&eva, "harassment").await;
    decide(&mod1, &case_about(&app, scene.reply).await, ruling("remove")).await;
    scene.author.post(&format!("/decisions/{first}/appeal"), json!({ "text": "Det var mit eget." })).await.is(201);
    let made = decide(
        &mod2,
        &case_about(&app, scene.reply).await,
        json!({ "action": "overturn", "statement": "Du har ret.", "rule": "confidentiality" }),
    )
    .await;
    assert_eq!(made["target_state"], "removed");
    assert!(scene.seen_by(&app.visitor()).await.is_none_or(|item| !item.to_string().contains("kanariefugl")));
}

/// A redacted text that was hidden automatically comes back redacted, not as it was first.
#[actix_web::test]
async fn lifting_a_hide_keeps_an_earlier_redaction() {
    let app = TestApp::start().await;
    let scene = scene(&app).await;
    let (eva, mod1) = (app.member().await, app.moderator(&["danger"]).await);
    scene.report(&eva, "harassment").await;
    decide(&mod1, &case_about(&app, scene.reply).await, redaction()).await;
    scene.report(&eva, "danger").await;
    assert_eq!(scene.state(&app).await, "hidden_pending");
    let made =
        decide(&mod1, &case_about(&app, scene.reply).await, json!({ "action": "dismiss", "statement": "Intet galt." }))
            .await;
    assert_eq!(made["target_state"], "redacted");
    assert_eq!(scene.seen_by(&app.visitor()).await.unwrap()["body_html"], "<p>Før ▒▒ efter.</p>\n");
}

/// C11, C12: a task that fails stays open and keeps its case open; the others are done; later it is done too.
#[actix_web::test]
async fn tasks_are_tried_until_they_are_done_and_the_case_waits() {
    let app = TestApp::start_with(Options { no_jobs: true, ..Default::default() }).await;
    make_board(&app, "hverdag", false).await;
    let (eva, mod1) = (app.member().await, app.moderator(&[]).await);
    let mut scenes = Vec::new();
    for _ in 0..4 {
        let scene = scene_in(&app).await;
        scene.report(&eva, "harassment").await;
        let made = decide(&mod1, &case_about(&app, scene.reply).await, ruling("remove")).await;
        assert_eq!((made["case"]["state"].as_str(), made["tasks_left"].as_i64()), (Some("decided"), Some(1)));
        // A copy that came to be beside the decision.
        app.sql(&format!("insert into text_revisions (target_kind, target_id, revision, body) values ('reply', '{}', 9, 'kanariefugl')", scene.reply)).await;
        scenes.push(scene);
    }
    app.sql(&format!(
        "create function stubborn() returns trigger language plpgsql as $$ begin raise exception 'the store is away'; end $$;
         create trigger stubborn before delete on text_revisions for each row when (old.target_id = '{}') execute function stubborn()",
        scenes[1].reply
    ))
    .await;
    let run = async || ligesind::casework::finish_due(app.db(), &app.state.targets).await.expect("the worker runs");
    assert_eq!(run().await, 3);
    let stuck = case_about(&app, scenes[1].reply).await;
    let seen = mod1.get(&stuck).await.is(200).clone();
    assert_eq!((seen["state"].as_str(), seen["tasks_left"].as_i64()), (Some("decided"), Some(1)));
    assert_eq!(
        app.text("select attempts || coalesce(last_error, '') from redaction_tasks where done_at is null").await,
        "1internal"
    );
    assert_eq!(app.count("select count(*) from cases where state = 'closed'").await, 3);
    assert_eq!(run().await, 0, "it waits for its time");
    for _ in 0..3 {
        app.clock().advance(Duration::minutes(5));
        run().await;
    }
    assert_eq!(app.count("select attempts from redaction_tasks where done_at is null").await, 4);
    app.sql("drop trigger stubborn on text_revisions").await;
    app.clock().advance(Duration::hours(2));
    assert_eq!(run().await, 1);
    let now = app.sign_in_again(&mod1).await.get(&stuck).await.is(200).clone();
    assert_eq!((now["state"].as_str(), now["tasks_left"].as_i64()), (Some("closed"), Some(0)));
    assert_eq!(app.count("select count(*) from text_revisions where body = 'kanariefugl'").await, 0);
}

/// The worker runs by itself beside the server.
#[actix_web::test]
async fn the_server_finishes_tasks_by_itself() {
    let app = TestApp::start().await;
    let scene = scene(&app).await;
    let (eva, mod1) = (app.member().await, app.moderator(&[]).await);
    scene.report(&eva, "harassment").await;
    let case = case_about(&app, scene.reply).await;
    decide(&mod1, &case, ruling("remove")).await;
    for _ in 0..100 {
        if mod1.get(&case).await.is(200)["state"] == "closed" {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the case was not closed");
}

/// D06: without its line in the log a decision does not happen at all.
#[actix_web::test]
async fn no_decision_without_its_line_in_the_log() {
    let app = TestApp::start().await;
    let scene = scene(&app).await;
    let (eva, mod1) = (app.member().await, app.moderator(&[]).await);
    scene.report(&eva, "harassment").await;
    let case = case_about(&app, scene.reply).await;
    let version = claim(&mod1, &case).await;
    app.sql(
        "create function full_disk() returns trigger language plpgsql as $$ begin raise exception 'disk full'; end $$;
         create trigger full_disk before insert on audit_log for each row when (new.act = 'decide') execute function full_disk()",
    )
    .await;
    let mut refused = ruling("remove");
    refused["sanction"] = json!({ "kind": "warn" });
    mod1.post_if(&format!("{case}/decisions"), version, refused).await.is_problem(500, "internal");
    assert_eq!(scene.state(&app).await, "live");
    for table in ["decisions", "sanctions", "redaction_tasks"] {
        assert_eq!(app.count(&format!("select count(*) from {table}")).await, 0, "{table}");
    }
    assert_eq!(mod1.get(&case).await.is(200)["version"], version);
    app.sql("drop trigger full_disk on audit_log").await;
    mod1.post_if(&format!("{case}/decisions"), version, ruling("remove")).await.is(201);
    let broken = "select count(*) from (select hash = audit_hash(seq, at, actor_id, act, target_kind, target_id, codes, previous_hash)
        and previous_hash = coalesce(lag(hash) over (order by seq), previous_hash) as fits from audit_log) rows where not fits";
    assert_eq!(app.count(broken).await, 0);
    app.sql("update audit_log set codes = '{\"action\": \"dismiss\"}' where act = 'decide'").await;
    assert_eq!(app.count(broken).await, 1, "an edit by the owner is found");
}

/// D04 with a text: what the winner decided is what stands.
#[actix_web::test]
async fn dismiss_and_remove_at_once_leave_text_and_log_in_step() {
    let app = TestApp::start().await;
    let scene = scene(&app).await;
    let (eva, mod1) = (app.member().await, app.moderator(&[]).await);
    for _ in 0..25 {
        let reply: Uuid =
            answer(&scene.author, &scene.thread, None, TEXT).await["id"].as_str().unwrap().parse().unwrap();
        report_text(&eva, "reply", reply, "harassment").await;
        let case = case_about(&app, reply).await;
        let version = claim(&mod1, &case).await;
        let path = format!("{case}/decisions");
        let (dismissed, removed) = tokio::join!(
            mod1.post_if(&path, version, json!({ "action": "dismiss", "statement": "Intet galt." })),
            mod1.post_if(&path, version, ruling("remove")),
        );
        let mut statuses = [dismissed.status.as_u16(), removed.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 412], "{} {}", dismissed.text, removed.text);
        let expected = if dismissed.status == 201 { "live dismiss" } else { "removed remove" };
        let found = format!(
            "select r.state || ' ' || string_agg(l.codes ->> 'action', ',') from replies r join audit_log l on l.target_id = r.id and l.act = 'decide'
              where r.id = '{reply}' group by r.state"
        );
        assert_eq!(app.text(&found).await, expected);
    }
}

/// The breach in the chat: gone from the other's open screen, redacted by a moderator, and the author knows why.
#[actix_web::test]
async fn a_breach_in_the_chat_leaves_open_screens_and_the_history() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    let (author, eva, mod1) = (app.member().await, app.member().await, app.moderator(&["confidentiality"]).await);
    let (mut writing, mut reading) = (joined(&author, room, None).await, joined(&eva, room, None).await);
    say(&mut writing, room, TEXT).await;
    let message: Uuid = reading.until("message").await["id"].as_str().unwrap().parse().unwrap();
    report_text(&eva, "message", message, "confidentiality").await;
    let gone = reading.until("redacted").await;
    assert_eq!(gone["id"], json!(message));
    assert!(!gone.to_string().contains("kanariefugl"));
    let history = format!("/rooms/{room}/messages");
    assert!(!eva.get(&history).await.text.contains("kanariefugl"));
    assert!(author.get(&history).await.text.contains("kanariefugl"), "the author keeps own text");
    let made = decide(&mod1, &case_about(&app, message).await, redaction()).await;
    assert_eq!(made["target_state"], "redacted");
    let edited = reading.until("edited").await;
    assert_eq!(edited["body_html"], "<p>Før ▒▒ efter.</p>\n");
    let mut late = joined(&eva, room, Some(0)).await;
    let frames = late.drain(std::time::Duration::from_millis(500)).await;
    assert!(!frames.iter().any(|frame| frame.to_string().contains("kanariefugl")), "{frames:?}");
    let mine = author.get("/me/decisions").await.is(200)["items"][0].clone();
    assert_eq!((mine["action"].as_str(), mine["statement"].as_str()), (Some("redact"), Some("Der stod et navn.")));
}
