//! A breach of confidentiality, step by step: what cannot be closed early, who is told, the clock, the pledge.

use chrono::Duration;
use serde_json::{Value, json};
use support::app::Options;
use support::{Person, TestApp};
use uuid::Uuid;

use super::{case_about, claim, report, report_text};
use crate::forum::{answer, make_board, open_thread};
use crate::live::room;

const SECRET: &str = "Hun fortalte mig, at hun skal flytte, og hun har fået kanariefugle.";

/// A reply in a thread that tells what was told in confidence, reported by a member and claimed by a trained moderator.
struct Story {
    author: Person,
    hurt: Person,
    moderator: Person,
    reply: Uuid,
    case: String,
}

impl Story {
    async fn told(app: &TestApp) -> Self {
        let (author, hurt, witness) = (app.member().await, app.member().await, app.member().await);
        let moderator = app.moderator(&["confidentiality"]).await;
        let board = format!("b{}", &Uuid::new_v4().simple().to_string()[..8]);
        make_board(app, &board, false).await;
        let thread = open_thread(&author, &board, "Hej", "Hvordan går det?").await;
        let reply = answer(&author, &thread, None, SECRET).await;
        let reply: Uuid = reply["id"].as_str().unwrap().parse().unwrap();
        report_text(&witness, "reply", reply, "confidentiality").await;
        let case = case_about(app, reply).await;
        claim(&moderator, &case).await;
        Self { author, hurt, moderator, reply, case }
    }

    async fn breach(&self) -> Value {
        self.moderator.get(&format!("{}/breach", self.case)).await.is(200).clone()
    }

    async fn version(&self) -> i64 {
        self.moderator.get(&self.case).await.is(200)["version"].as_i64().unwrap()
    }

    async fn put(&self, path: &str, body: Value) -> support::Reply {
        let version = self.version().await;
        self.moderator
            .send(reqwest::Method::PUT, &format!("{}/breach/{path}", self.case))
            .header("if-match", format!("\"{version}\""))
            .json(body)
            .await
    }

    async fn step(&self, step: &str, body: Value) -> support::Reply {
        self.put(&format!("steps/{step}"), body).await
    }

    async fn letter(&self, body: Value) -> support::Reply {
        let version = self.version().await;
        self.moderator.post_if(&format!("{}/breach/letters", self.case), version, body).await
    }

    async fn decide(&self, body: Value) -> Value {
        let version = claim(&self.moderator, &self.case).await;
        self.moderator.post_if(&format!("{}/decisions", self.case), version, body).await.is(201).clone()
    }

    async fn remove(&self) -> Value {
        self.decide(
            json!({ "action": "remove", "rule": "confidentiality", "statement": "Det var en andens at fortælle." }),
        )
        .await
    }

    async fn state(&self) -> String {
        self.moderator.get(&self.case).await.is(200)["state"].as_str().unwrap().to_owned()
    }

    /// Everything but the steps named, as a moderator would do it.
    async fn all_but(&self, app: &TestApp, left: &[&str]) {
        finish(app).await;
        let wanted = |step: &str| !left.contains(&step);
        if wanted("affected") {
            self.step("affected", json!({ "outcome": "done", "names": [self.hurt.name], "outside": 1 })).await.is(200);
        }
        if wanted("left_space") {
            self.step("left_space", json!({ "outcome": "done", "kinds": ["story", "whereabouts"], "reach": "few" }))
                .await
                .is(200);
        }
        if wanted("tell_affected") {
            self.letter(words("breach_affected")).await.is(201);
        }
        if wanted("tell_author") {
            self.letter(words("breach_author")).await.is(201);
        }
        if wanted("repair") {
            self.step("repair", json!({ "outcome": "done", "note": "Vi har talt sammen." })).await.is(200);
        }
        if wanted("pledge") {
            self.step("pledge", json!({ "outcome": "done" })).await.is(200);
        }
        if wanted("assess") {
            self.put("assessment", unlikely()).await.is(200);
        }
        if wanted("close") {
            self.step("close", json!({ "outcome": "done", "note": "Vi har lært at spørge før." })).await.is(200);
        }
    }
}

fn words(about: &str) -> Value {
    json!({ "about": about, "title": "Kære du", "body": "Det er sket, og vi er kede af det.", "signed_as": "role" })
}

fn unlikely() -> Value {
    json!({ "verdict": "risk_unlikely", "nature": "Et svar fortalte noget om en anden.", "measures": "Taget væk.",
            "reasons": "Kun to så det." })
}

/// Does the redaction tasks that are due, as the worker would.
async fn finish(app: &TestApp) {
    ligesind::casework::finish_due(app.db(), &app.state.targets).await.expect("the worker runs");
}

async fn quiet() -> TestApp {
    TestApp::start_with(Options { no_jobs: true, ..Default::default() }).await
}

fn open_steps(breach: &Value) -> Vec<&str> {
    let steps = breach["steps"].as_array().unwrap().iter();
    steps.filter(|step| step["outcome"].is_null()).map(|step| step["step"].as_str().unwrap()).collect()
}

#[actix_web::test]
async fn a_breach_is_worked_through_and_closes_with_the_last_step() {
    let app = quiet().await;
    let story = Story::told(&app).await;
    let made = story.remove().await;
    assert_eq!(made["case"]["state"], "decided", "the steps hold it open");
    finish(&app).await;
    let breach = story.breach().await;
    assert!(breach["contained"]["hidden_at"].is_string());
    assert_eq!(breach["contained"]["tasks_done"], breach["contained"]["tasks_all"]);
    assert_eq!(
        open_steps(&breach),
        ["affected", "left_space", "tell_affected", "tell_author", "repair", "pledge", "assess", "close"],
        "what the program finds out is done"
    );
    story.all_but(&app, &[]).await;
    assert_eq!(story.state().await, "closed");
    let breach = story.breach().await;
    assert_eq!(open_steps(&breach), Vec::<&str>::new());
    assert_eq!(breach["people"][0]["name"], story.hurt.name);
    assert!(breach["people"][0]["told_at"].is_string());
    story.step("repair", json!({ "outcome": "done", "note": "Igen" })).await.is_problem(409, "case_closed");
}

/// Each step alone keeps the case open, and closing says which ones are left.
#[actix_web::test]
async fn no_step_can_be_left_out() {
    let app = quiet().await;
    let story = Story::told(&app).await;
    story.remove().await;
    story.all_but(&app, &["affected", "tell_affected", "repair", "assess", "close"]).await;
    let close = json!({ "outcome": "done", "note": "Slut." });
    for (left, step, body) in [
        (
            json!(["affected", "tell_affected", "repair", "assess"]),
            "repair",
            json!({ "outcome": "done", "note": "Talt." }),
        ),
        (
            json!(["affected", "tell_affected", "assess"]),
            "affected",
            json!({ "outcome": "done", "names": [], "outside": 2 }),
        ),
        (
            json!(["tell_affected", "assess"]),
            "tell_affected",
            json!({ "outcome": "not_possible", "note": "Vi ved ikke hvem." }),
        ),
    ] {
        let refused = story.step("close", close.clone()).await;
        assert_eq!(refused.is_problem(409, "steps_left")["steps"], left);
        assert_eq!(story.state().await, "decided");
        story.step(step, body).await.is(200);
    }
    assert_eq!(story.step("close", close.clone()).await.is_problem(409, "steps_left")["steps"], json!(["assess"]));
    story.put("assessment", unlikely()).await.is(200);
    story.step("close", close).await.is(200);
    assert_eq!(story.state().await, "closed");
}

/// The database has the last word: neither an open step nor a copy that is left lets a case close.
#[actix_web::test]
async fn the_database_refuses_to_close_early() {
    use diesel_async::SimpleAsyncConnection;
    let app = quiet().await;
    let story = Story::told(&app).await;
    story.remove().await;
    let id = story.case.trim_start_matches("/cases/");
    let close = format!("update cases set state = 'closed' where id = '{id}'");
    let refusal = async || {
        let mut conn = app.db().read().await.expect("a connection");
        let error = conn.batch_execute(&close).await.expect_err("refused");
        ligesind::infra::db::broken_constraint(&error).unwrap_or_default().to_owned()
    };
    assert_eq!(refusal().await, "cases_tasks_left");
    finish(&app).await;
    assert_eq!(refusal().await, "cases_steps_left");
    story.all_but(&app, &["close"]).await;
    assert_eq!(refusal().await, "cases_steps_left");
}

#[actix_web::test]
async fn only_the_trained_whom_it_does_not_concern_work_on_a_breach() {
    let app = quiet().await;
    let story = Story::told(&app).await;
    let path = format!("{}/breach", story.case);
    let step = format!("{path}/steps/repair");
    let body = json!({ "outcome": "done", "note": "x" });
    let (untrained, other) = (app.moderator(&["danger"]).await, app.moderator(&["confidentiality"]).await);
    untrained.get(&path).await.is_problem(403, "certificate_required");
    untrained.put(&step, body.clone()).await.is_problem(403, "certificate_required");
    app.member().await.get(&path).await.is_problem(403, "forbidden");
    let version = story.version().await;
    let send = |by: &Person, version: i64| {
        by.send(reqwest::Method::PUT, &step).header("if-match", format!("\"{version}\"")).json(body.clone())
    };
    other.put(&step, body.clone()).await.is_problem(428, "version_missing");
    send(&other, version - 1).await.is_problem(412, "stale");
    send(&other, version).await.is_problem(409, "claim_required");
    send(&story.moderator, version).await.is(200);
    story.remove().await;
    send(&other, story.version().await).await.is(200);
    // A moderator whom the breach hurts never sees it again.
    story.step("affected", json!({ "outcome": "done", "names": [other.name] })).await.is(200);
    other.get(&path).await.is_problem(404, "not_found");
    other.get(&story.case).await.is_problem(404, "not_found");
    let own = story.step("affected", json!({ "outcome": "done", "names": [story.moderator.name] })).await;
    assert_eq!(own.wrong_fields(), ["names:not_yours"]);
}

#[actix_web::test]
async fn a_step_says_what_it_must() {
    let app = quiet().await;
    let story = Story::told(&app).await;
    for (step, body, wrong) in [
        ("contain", json!({ "outcome": "done", "note": "x" }), "outcome:not_allowed_here"),
        ("decide", json!({ "outcome": "done", "note": "x" }), "outcome:not_allowed_here"),
        ("assess", json!({ "outcome": "not_needed", "note": "x" }), "outcome:not_allowed_here"),
        ("close", json!({ "outcome": "not_needed", "note": "x" }), "outcome:not_allowed_here"),
        ("repair", json!({ "outcome": "done" }), "note:required"),
        ("repair", json!({ "outcome": "not_needed" }), "note:required"),
        ("tell_affected", json!({ "outcome": "not_possible" }), "note:required"),
        ("affected", json!({ "outcome": "done", "names": ["Findes-ikke"] }), "names:not_found"),
        ("left_space", json!({ "outcome": "done", "kinds": [], "reach": "few" }), "kinds:required"),
        ("left_space", json!({ "outcome": "done", "kinds": ["story"] }), "reach:required"),
    ] {
        assert_eq!(story.step(step, body).await.wrong_fields(), [wrong], "{step}");
    }
    story.step("dance", json!({ "outcome": "done" })).await.is_problem(404, "not_found");
    let nobody = story.letter(words("breach_affected")).await;
    assert_eq!(nobody.wrong_fields(), ["to:not_found"], "nobody is known to be affected");
}

#[actix_web::test]
async fn a_letter_is_read_by_its_receiver_alone_and_says_who_signed() {
    let app = quiet().await;
    let story = Story::told(&app).await;
    story.step("affected", json!({ "outcome": "done", "names": [story.hurt.name] })).await.is(200);
    let mut letter = words("breach_affected");
    letter["signed_as"] = json!("pseudonym");
    story.letter(letter).await.is(201);
    story.letter(words("breach_author")).await.is(201);
    let news = story.hurt.get("/me/notifications").await.is(200)["items"][0].clone();
    assert_eq!(news["kind"], "letter");
    let id = news["url"].as_str().unwrap().trim_start_matches("/mig/brev/").to_owned();
    let read = story.hurt.get(&format!("/me/letters/{id}")).await.is(200).clone();
    assert_eq!(
        (read["signed_name"].as_str(), read["signed_role"].as_str()),
        (Some(story.moderator.name.as_str()), Some("moderator"))
    );
    story.author.get(&format!("/me/letters/{id}")).await.is_problem(404, "not_found");
    story.moderator.get(&format!("/me/letters/{id}")).await.is_problem(404, "not_found");
    let news = story.author.get("/me/notifications").await.is(200)["items"].clone();
    let url = news.as_array().unwrap().iter().find(|one| one["kind"] == "letter").unwrap()["url"].clone();
    let own =
        story.author.get(&format!("/me/letters/{}", url.as_str().unwrap().trim_start_matches("/mig/brev/"))).await;
    assert_eq!(own.is(200)["signed_name"], Value::Null, "signed with the role");
    assert!(!own.text.contains(&story.moderator.name));
    let breach = story.breach().await;
    assert!(!open_steps(&breach).contains(&"tell_affected") && !open_steps(&breach).contains(&"tell_author"));
    // Somebody more is hurt: telling is open again.
    let another = app.member().await;
    story.step("affected", json!({ "outcome": "done", "names": [story.hurt.name, another.name] })).await.is(200);
    assert!(open_steps(&story.breach().await).contains(&"tell_affected"));
    let export = story.hurt.get("/me/export").await.is(200).clone();
    assert_eq!(export["data"]["letters"][0]["title"], "Kære du");
}

/// The pledge is a gate: forum, comments, posts and chat alike, until it is given.
#[actix_web::test]
async fn whoever_owes_the_pledge_reads_but_does_not_write() {
    let app = quiet().await;
    let story = Story::told(&app).await;
    let author = &story.author;
    let thread = json!({ "title": "Nyt", "body": "Hej igen" });
    story.step("pledge", json!({ "outcome": "done" })).await.is(200);
    assert!(author.get("/me").await.is(200)["pledge_asked_at"].is_string());
    make_board(&app, "om-alt", false).await;
    author.post("/boards/om-alt/threads", thread.clone()).await.is_problem(403, "pledge_required");
    author.get("/boards/om-alt/threads").await.is(200);
    // The chat's writer asks the database itself.
    let room = room(&app).await;
    let verdict = format!(
        "select o_status from chat_ingest(array[gen_random_uuid()], array['{room}'::uuid], array[gen_random_uuid()], array['{}'::uuid],
           array['hej'], array['<p>hej</p>'], array[true], array[(select version from rooms where id = '{room}')], now(), 1000)",
        author.id
    );
    assert_eq!(app.text(&verdict).await, "pledge_required");
    assert_eq!(author.post("/me/pledge", json!({ "accept": false })).await.wrong_fields(), ["accept:not_accepted"]);
    assert_eq!(story.breach().await["pledge"]["signed_at"], Value::Null);
    author.post("/me/pledge", json!({ "accept": true })).await.is(204);
    author.post("/boards/om-alt/threads", thread).await.is(201);
    assert_eq!(app.text(&verdict).await, "ok");
    assert!(story.breach().await["pledge"]["signed_at"].is_string());
}

#[actix_web::test]
async fn the_clock_runs_72_hours_and_the_form_says_what_is_missing() {
    let app = quiet().await;
    let story = Story::told(&app).await;
    let boss = app.coordinator().await;
    let breach = story.breach().await;
    let time = |value: &Value| chrono::DateTime::parse_from_rfc3339(value.as_str().unwrap()).unwrap();
    assert_eq!(time(&breach["notify_by"]) - time(&breach["aware_at"]), Duration::hours(72));
    let future = json!({ "verdict": "notify", "notified_at": app.clock().now() + Duration::hours(1) });
    assert_eq!(story.put("assessment", future).await.wrong_fields(), ["notified_at:in_future"]);
    let draft = story.put("assessment", json!({ "verdict": "notify", "nature": "Et svar." })).await.is(200).clone();
    assert_eq!(draft["missing"], json!(["reasons", "measures", "consequences", "contact", "notified_at"]));
    assert!(open_steps(&draft["breach"]).contains(&"assess"));
    let whole = json!({ "verdict": "notify", "nature": "Et svar.", "reasons": "Det kan skade.", "measures": "Fjernet.",
        "consequences": "Utryghed.", "contact": "Holdet.", "notified_at": app.clock().now() });
    let done = story.put("assessment", whole.clone()).await.is(200).clone();
    assert_eq!(done["missing"], json!([]));
    // A verdict that the people must be told takes back that it was not called for.
    story.step("tell_affected", json!({ "outcome": "not_needed", "note": "Ingen kan kendes." })).await.is(200);
    let mut high = whole;
    high["verdict"] = json!("notify_and_tell");
    let reopened = story.put("assessment", high).await.is(200).clone();
    assert!(open_steps(&reopened["breach"]).contains(&"tell_affected"));
    let skip = story.step("tell_affected", json!({ "outcome": "not_needed", "note": "x" })).await;
    assert_eq!(skip.wrong_fields(), ["outcome:not_allowed_here"]);
    // Nobody has assessed another one: coordinators are told a day before the end, once.
    let other = Story { case: outside_case(&story.moderator).await, ..story };
    app.clock().advance(Duration::hours(49));
    for _ in 0..2 {
        ligesind::casework::jobs::sweep(app.db()).await.unwrap();
    }
    let told = format!("select count(*) from notifications where account_id = '{}' and kind = 'breach_clock'", boss.id);
    assert_eq!(app.count(&told).await, 1, "{}", other.case);
}

/// What is written about a breach is sealed, and opened with a reason that is logged.
#[actix_web::test]
async fn the_paper_is_opened_with_a_reason_and_says_it_in_words() {
    let app = quiet().await;
    let story = Story::told(&app).await;
    story.step("repair", json!({ "outcome": "done", "note": "papegøjen i noten" })).await.is(200);
    story.put("assessment", unlikely()).await.is(200);
    story.step("affected", json!({ "outcome": "done", "names": [story.hurt.name], "outside": 3 })).await.is(200);
    let path = format!("{}/breach/paper", story.case);
    assert_eq!(story.moderator.post(&path, json!({})).await.wrong_fields(), ["reason:required"]);
    let paper = story.moderator.post(&path, json!({ "reason": "Til arkivet." })).await.is(200).clone();
    assert_eq!(paper["notes"]["repair"], "papegøjen i noten");
    assert_eq!(paper["form"]["reasons"], "Kun to så det.");
    let text = paper["text"].as_str().unwrap();
    for part in ["artikel 33", "Kun to så det.", "1 her på siden, 3 udenfor", "72 timer"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(!text.contains("paper."), "every heading has words: {text}");
    assert!(!text.contains(&story.hurt.name) && !paper["data"].to_string().contains(&story.hurt.name));
    let english = story.moderator.send(reqwest::Method::POST, &path).header("accept-language", "en");
    assert!(english.json(json!({ "reason": "x" })).await.is(200)["text"].as_str().unwrap().contains("article 33"));
    assert_eq!(app.count("select count(*) from audit_log where act = 'breach_read'").await, 2);
    for table in ["breaches", "breach_steps", "case_events", "audit_log"] {
        let hits = format!(
            "select count(*) from {table} t where position('papegøjen' in t::text) > 0 or position('Kun to' in t::text) > 0"
        );
        assert_eq!(app.count(&hits).await, 0, "{table}");
    }
}

async fn outside_case(by: &Person) -> String {
    let body = json!({ "place": "På en skole", "text": "Nogen fortalte en historie fra chatten videre." });
    let made = by.post("/breaches", body).await;
    format!("/cases/{}", made.text_at("/id"))
}

#[actix_web::test]
async fn a_breach_outside_is_recorded_decided_and_closed() {
    let app = quiet().await;
    let moderator = app.moderator(&["confidentiality"]).await;
    let body = json!({ "place": "På en skole", "text": "x" });
    app.moderator(&[]).await.post("/breaches", body).await.is_problem(403, "certificate_required");
    assert_eq!(moderator.post("/breaches", json!({})).await.wrong_fields(), ["place:required", "text:required"]);
    let witness = app.member().await;
    let pretend = json!({ "target": { "kind": "outside", "id": Uuid::new_v4() }, "reason": "confidentiality" });
    assert_eq!(witness.post("/reports", pretend).await.wrong_fields(), ["target.kind:unknown_value"]);
    let case = outside_case(&moderator).await;
    let row = moderator.get("/cases").await.is(200)["items"][0].clone();
    assert_eq!((row["target"]["kind"].as_str(), row["category"].as_str()), (Some("outside"), Some("confidentiality")));
    let (hurt, other) = (app.member().await, app.member().await);
    let story = Story { author: other, hurt, moderator, reply: Uuid::nil(), case };
    claim(&story.moderator, &story.case).await;
    let evidence =
        story.moderator.post(&format!("{}/evidence", story.case), json!({ "reason": "For at afgøre." })).await;
    assert_eq!(
        (evidence.is(200)["title"].as_str(), evidence.json["body"].as_str()),
        (Some("På en skole"), Some("Nogen fortalte en historie fra chatten videre."))
    );
    let wrong = story.step("pledge", json!({ "outcome": "done" })).await;
    assert_eq!(wrong.wrong_fields(), ["outcome:not_allowed_here"], "nobody here wrote it");
    let made = story.decide(json!({ "action": "keep", "statement": "Vi har talt med skolen." })).await;
    assert_eq!(made["case"]["state"], "decided");
    story.step("contain", json!({ "outcome": "done", "note": "Skolen har bedt dem lade være." })).await.is(200);
    story.step("tell_author", json!({ "outcome": "not_possible", "note": "Vi ved ikke, hvem det var." })).await.is(200);
    story.step("pledge", json!({ "outcome": "not_possible", "note": "Vi ved ikke, hvem det var." })).await.is(200);
    story.all_but(&app, &["tell_author", "pledge"]).await;
    assert_eq!(story.state().await, "closed");
}

#[actix_web::test]
async fn what_turns_out_to_be_no_breach_closes_without_the_steps() {
    let app = quiet().await;
    let dismissed = Story::told(&app).await;
    let made = dismissed.decide(json!({ "action": "dismiss", "statement": "Intet galt." })).await;
    assert_eq!(made["case"]["state"], "closed");
    assert_eq!(dismissed.breach().await["no_breach"], "dismissed");
    let (anna, bo) = (app.member().await, app.member().await);
    report(&anna, bo.id, "confidentiality").await;
    let case = case_about(&app, bo.id).await;
    let own = Story { case, ..dismissed };
    let version = claim(&own.moderator, &own.case).await;
    let path = format!("{}/breach/none", own.case);
    let say = |why: &str| json!({ "why": why, "note": "Det er hans egen linje." });
    assert_eq!(own.moderator.post_if(&path, version, say("dismissed")).await.wrong_fields(), ["why:not_allowed_here"]);
    own.moderator.post_if(&path, version, say("own_data")).await.is(200);
    own.step("repair", json!({ "outcome": "done", "note": "x" })).await.is_problem(409, "no_breach");
    let warn =
        json!({ "action": "keep", "statement": "Tal med os.", "rule": "kindness", "sanction": { "kind": "warn" } });
    assert_eq!(own.decide(warn).await["case"]["state"], "closed");
    assert_eq!(app.count("select count(*) from audit_log where act = 'no_breach'").await, 1);
}

#[actix_web::test]
async fn an_appeal_that_is_won_ends_the_breach_and_closes_its_case() {
    let app = quiet().await;
    let story = Story::told(&app).await;
    let decision = story.remove().await["id"].as_str().unwrap().to_owned();
    finish(&app).await;
    assert_eq!(story.state().await, "decided");
    story
        .author
        .post(&format!("/decisions/{decision}/appeal"), json!({ "text": "Det var min egen historie." }))
        .await
        .is(201);
    let appeal = case_about(&app, story.reply).await;
    let other = app.moderator(&["confidentiality"]).await;
    super::decide(
        &other,
        &appeal,
        json!({ "action": "overturn", "rule": "confidentiality", "statement": "Du har ret." }),
    )
    .await;
    assert_eq!(story.state().await, "closed");
    assert_eq!(story.breach().await["no_breach"], "overturned");
}
