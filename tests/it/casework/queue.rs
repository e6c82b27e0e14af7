use chrono::{DateTime, Duration, TimeDelta, Utc};
use moderation::triage::{Exposure, Standing, order_reasons};
use moderation::{Category, Coded, Level};
use serde_json::{Value, json};
use support::app::Options;
use support::{Person, TestApp};
use uuid::Uuid;

use super::{bare_case, case_about, claim, decide, listed, report};

/// A small generator with a known start, so that a failure can be seen again.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

async fn walk(by: &Person, query: &str) -> Vec<Value> {
    let mut items = Vec::new();
    let mut after = String::new();
    loop {
        let page = by.get(&format!("/cases?limit=7{query}{after}")).await.is(200).clone();
        items.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return items,
        }
    }
}

fn random_case(dice: &mut Dice, now: DateTime<Utc>) -> (Standing, Category) {
    let category = Category::ALL[dice.roll(Category::ALL.len() as u64) as usize];
    // Few different values, so that every tie-break is needed.
    let standing = Standing {
        level: Level::new(1 + dice.roll(3) as u8).unwrap(),
        due_at: now + TimeDelta::minutes(10 * (dice.roll(3) as i64 - 1)),
        exposure: Exposure::ALL[dice.roll(4) as usize],
        independent_reporters: dice.roll(3) as u32,
        reporter_record: dice.roll(5) as i32 - 1,
        created_at: now - TimeDelta::minutes(dice.roll(2) as i64),
        id: Uuid::new_v4().as_u128(),
    };
    (standing, category)
}

#[actix_web::test]
async fn the_queue_stands_in_triage_order_page_by_page_with_its_reasons() {
    let app = TestApp::start_with(Options { no_jobs: true, ..Default::default() }).await;
    let mod1 = app.moderator(&[]).await;
    let now = DateTime::from_timestamp(app.clock().now().timestamp(), 0).unwrap();
    let mut dice = Dice(20_261_122);
    let mut expected: Vec<(Standing, Category)> = (0..120).map(|_| random_case(&mut dice, now)).collect();
    let rows: Vec<String> = expected
        .iter()
        .map(|(s, category)| {
            format!(
                "('{}', 'report', 'report', '{category}', {}, 'account', gen_random_uuid(), '{}', {}, {}, {}, '{}')",
                Uuid::from_u128(s.id),
                s.level.number(),
                s.due_at.to_rfc3339(),
                s.exposure.rank(),
                s.independent_reporters,
                s.reporter_record,
                s.created_at.to_rfc3339()
            )
        })
        .collect();
    app.sql(&format!(
        "insert into cases (id, lane, source, category, level, target_kind, target_id, due_at, exposure, reporters, reporter_record, created_at)
         values {}",
        rows.join(",")
    ))
    .await;
    expected.sort_by_key(|(standing, _)| *standing);
    let found = walk(&mod1, "").await;
    let ids = |items: &[Value]| items.iter().map(|case| case["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(ids(&found), expected.iter().map(|(s, _)| Uuid::from_u128(s.id).to_string()).collect::<Vec<_>>());
    for (case, (standing, category)) in found.iter().zip(&expected) {
        let reasons: Vec<&str> =
            order_reasons(standing, *category, false, app.clock().now()).into_iter().map(|r| r.as_str()).collect();
        assert_eq!(case["order_reasons"], json!(reasons), "{case}");
    }
    let harassment = walk(&mod1, "&category=harassment&level=2").await;
    let wanted = expected.iter().filter(|(s, c)| *c == Category::Harassment && s.level == Level::TWO).count();
    assert_eq!(harassment.len(), wanted);
}

#[actix_web::test]
async fn filters_are_checked() {
    let app = TestApp::start().await;
    let mod1 = app.moderator(&[]).await;
    let wrong = mod1.get("/cases?state=odd&level=9&source=moon&category=cats").await.wrong_fields();
    assert_eq!(wrong, ["category:unknown_value", "level:out_of_range", "source:unknown_value", "state:unknown_value"]);
    assert_eq!(mod1.get("/cases?after=zzz").await.wrong_fields(), ["after:bad_format"]);
    assert_eq!(mod1.get("/cases?limit=0").await.wrong_fields(), ["limit:out_of_range"]);
}

#[actix_web::test]
async fn counts_and_the_list_agree() {
    let app = TestApp::start().await;
    let (mod1, mod2) = (app.moderator(&[]).await, app.moderator(&[]).await);
    let (anna, bo) = (app.member().await, app.member().await);
    let first = bare_case(&app).await;
    bare_case(&app).await;
    report(&anna, bo.id, "harassment").await;
    claim(&mod1, &first).await;
    let counts = mod1.get("/cases/counts").await.is(200).clone();
    assert_eq!(
        (counts["open"].as_i64(), counts["unclaimed"].as_i64(), counts["mine"].as_i64()),
        (Some(3), Some(2), Some(1))
    );
    assert_eq!(counts["by_level"], json!({ "1": 0, "2": 0, "3": 1, "4": 0, "5": 2 }));
    assert_eq!(mod2.get("/cases/counts").await.is(200)["mine"], 0);
    assert_eq!(mod1.get("/cases?state=claimed").await.is(200)["items"].as_array().unwrap().len(), 1);
    assert_eq!(mod1.get("/cases?state=new").await.is(200)["items"].as_array().unwrap().len(), 2);
}

#[actix_web::test]
async fn closed_cases_are_listed_when_asked_for() {
    let app = TestApp::start().await;
    let (mod1, anna) = (app.moderator(&[]).await, app.member().await);
    let mut closed = Vec::new();
    for _ in 0..9 {
        let bo = app.member().await;
        report(&anna, bo.id, "spam").await;
        let case = case_about(&app, bo.id).await;
        decide(&mod1, &case, json!({ "action": "dismiss", "statement": "Intet galt." })).await;
        closed.insert(0, case.trim_start_matches("/cases/").to_owned());
    }
    assert!(listed(&mod1).await.is_empty());
    let found: Vec<String> =
        walk(&mod1, "&state=closed").await.iter().map(|c| c["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(found, closed, "the newest first, none skipped or doubled");
}

/// B09, B10: nobody has to do with a case that concerns them, and cannot tell that it is there.
#[actix_web::test]
async fn nobody_sees_a_case_that_concerns_them() {
    let app = TestApp::start().await;
    let (subject, reporter) = (app.moderator(&["danger"]).await, app.coordinator().await);
    let other = app.moderator(&["danger"]).await;
    report(&reporter, subject.id, "danger").await;
    let case = case_about(&app, subject.id).await;
    assert_eq!(listed(&other).await, std::slice::from_ref(&case));
    for person in [&subject, &reporter] {
        assert!(listed(person).await.is_empty());
        assert!(person.get("/cases?state=closed").await.is(200)["items"].as_array().unwrap().is_empty());
        assert_eq!(person.get("/cases/counts").await.is(200)["open"], 0);
        person.get(&case).await.is_problem(404, "not_found");
        person.post(&format!("{case}/claim"), json!({})).await.is_problem(404, "not_found");
        person.delete(&format!("{case}/claim")).await.is_problem(404, "not_found");
        person.post(&format!("{case}/evidence"), json!({ "reason": "nysgerrig" })).await.is_problem(404, "not_found");
        let decision = json!({ "action": "dismiss", "statement": "Intet galt." });
        person.post_if(&format!("{case}/decisions"), 1, decision).await.is_problem(404, "not_found");
    }
    assert_eq!(app.count("select count(*) from case_events where kind not in ('opened', 'reported')").await, 0);
}

/// D13: a case past its time is handed to coordinators and stays open; time decides nothing.
#[actix_web::test]
async fn an_overdue_case_is_escalated_and_stays_open() {
    let app = TestApp::start().await;
    let (anna, bo) = (app.member().await, app.member().await);
    let (coordinator, concerned) = (app.coordinator().await, app.coordinator().await);
    report(&anna, bo.id, "harassment").await;
    report(&concerned, bo.id, "harassment").await;
    ligesind::casework::jobs::sweep(app.db()).await.expect("a sweep");
    let case = case_about(&app, bo.id).await;
    assert_eq!(app.text("select state from cases").await, "new");
    app.clock().advance(Duration::hours(5));
    ligesind::casework::jobs::sweep(app.db()).await.expect("a sweep");
    ligesind::casework::jobs::sweep(app.db()).await.expect("a sweep");
    assert_eq!(app.text("select state from cases").await, "escalated");
    let told =
        format!("select count(*) from notifications where kind = 'case_overdue' and account_id = '{}'", coordinator.id);
    assert_eq!(app.count(&told).await, 1);
    assert_eq!(
        app.count(&format!("select count(*) from notifications where account_id = '{}'", concerned.id)).await,
        0
    );
    let mod1 = app.moderator(&[]).await;
    let seen = mod1.get(&case).await.is(200).clone();
    let reasons = seen["order_reasons"].as_array().unwrap();
    assert!(reasons.contains(&json!("overdue")) && reasons.contains(&json!("escalated")), "{seen}");
    decide(&mod1, &case, json!({ "action": "dismiss", "statement": "Intet galt." })).await;
}

/// Moderators hear at once that the queue changed; whom a case concerns hears nothing at all.
#[actix_web::test]
async fn queue_frames_tell_each_moderator_only_of_what_they_may_see() {
    let app = TestApp::start().await;
    let (anna, subject, other, member) =
        (app.member().await, app.moderator(&[]).await, app.moderator(&[]).await, app.member().await);
    let (mut hers, mut theirs, mut plain) = (subject.live().await, other.live().await, member.live().await);
    assert_eq!(hers.until("queue").await["open"], 0);
    assert_eq!(theirs.until("queue").await["open"], 0);
    report(&anna, subject.id, "harassment").await;
    assert_eq!(theirs.until("queue").await["open"], 1);
    let case = case_about(&app, subject.id).await;
    claim(&other, &case).await;
    assert_eq!(theirs.until("queue").await["mine"], 1);
    decide(&other, &case, json!({ "action": "dismiss", "statement": "Intet galt." })).await;
    assert_eq!(theirs.until("queue").await["open"], 0);
    let quiet = std::time::Duration::from_millis(600);
    assert!(hers.drain(quiet).await.iter().all(|frame| frame["type"] != "queue"), "{:?}", hers.seen);
    assert!(plain.drain(quiet).await.iter().all(|frame| frame["type"] != "queue"));
}
