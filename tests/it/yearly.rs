//! The account of a year, from decisions to what everybody may read.

use chrono::{Datelike, Duration, NaiveDate};
use serde_json::{Value, json};
use support::TestApp;
use support::app::Options;
use uuid::Uuid;

/// So many decided cases of a category, created at one moment of last year and decided some minutes later.
async fn decided(app: &TestApp, category: &str, action: &str, count: usize, minutes: i64) {
    let year = app.clock().now().year() - 1;
    let mut sql = String::new();
    for _ in 0..count {
        let (case, decision) = (Uuid::now_v7(), Uuid::now_v7());
        sql.push_str(&format!(
            "insert into cases (id, lane, source, state, category, level, target_kind, target_id, due_at, created_at, decided_at, closed_at)
             values ('{case}', 'report', 'report', 'closed', '{category}', 3, 'account', gen_random_uuid(), now(), '{year}-06-01T10:00Z', '{year}-06-01T11:00Z', '{year}-06-01T11:00Z');
             insert into decisions (id, case_id, action, statement, target_kind, target_id, target_revision, target_state, previous_state, created_at)
             values ('{decision}', '{case}', '{action}', 'Umiskendelige kastanjer', 'account', gen_random_uuid(), 1, 'live', 'live', timestamptz '{year}-06-01T10:00Z' + interval '{minutes} minutes');"
        ));
    }
    app.sql(&sql).await;
}

fn cell<'a>(table: &'a Value, row: &str, column: &str) -> &'a Value {
    let place = |names: &Value, name: &str| {
        names
            .as_array()
            .expect("names")
            .iter()
            .position(|one| one == name)
            .unwrap_or_else(|| panic!("{name} in {names}"))
    };
    &table["cells"][place(&table["rows"], row)][place(&table["columns"], column)]
}

#[actix_web::test]
async fn a_closed_year_is_told_to_everybody_without_telling_of_anybody() {
    // Without the job that closes years by itself.
    let app = TestApp::start_with(Options { no_jobs: true, ..Options::default() }).await;
    let year = app.clock().now().year() - 1;
    decided(&app, "harassment", "hide", 12, 40).await;
    decided(&app, "harassment", "keep", 3, 5).await;
    decided(&app, "spam", "remove", 20, 90).await;
    decided(&app, "spam", "keep", 9, 30).await;
    decided(&app, "danger", "keep", 6, 8).await;
    app.sql(&format!(
        "insert into appeals (id, decision_id, case_id, text_sealed, created_at)
         select gen_random_uuid(), d.id, d.case_id, '\\x00', '{year}-06-02' from decisions d where d.action = 'hide' limit 6"
    ))
    .await;
    let visitor = app.visitor();
    assert_eq!(visitor.get("/yearly-accounts").await.is(200)["items"], json!([]), "nothing before it is closed");
    assert_eq!(ligesind::oversight::close_years(app.db()).await.expect("it runs"), 1);
    assert_eq!(ligesind::oversight::close_years(app.db()).await.expect("it runs"), 0, "once");
    assert_eq!(app.count("select count(*) from audit_log where act = 'year_closed'").await, 1);

    let reply = visitor.get(&format!("/yearly-accounts/{year}")).await;
    let account = reply.is(200).clone();
    let table = &account["decisions"];
    assert_eq!(cell(table, "harassment", "keep"), &json!(null), "three people could be known");
    assert_eq!(cell(table, "danger", "hide"), &json!(0));
    assert_eq!(table["total"], 50);
    // The three cannot be worked out: somewhere in its row and its column another number is missing too.
    let whole: Vec<Vec<Value>> = table["cells"]
        .as_array()
        .expect("rows")
        .iter()
        .zip(table["row_totals"].as_array().expect("totals"))
        .map(|(row, total)| row.as_array().expect("cells").iter().chain([total]).cloned().collect())
        .collect();
    let missing = whole[1].iter().filter(|value| value.is_null()).count();
    assert!(missing >= 2, "{table}");
    let times = account["times"].as_array().expect("times").clone();
    let time = |category: &str| times.iter().find(|one| one["category"] == category).expect("it").clone();
    assert_eq!(time("harassment")["contain_minutes"], 40);
    assert_eq!(time("harassment")["decide_minutes"], 40, "the median of 12 of 40 and 3 of 5 minutes");
    assert_eq!(time("danger"), json!({ "category": "danger", "contain_minutes": null, "decide_minutes": 8 }));
    assert_eq!((&account["appeals"]["columns"], &account["appeals"]["total"]), (&json!(["open"]), &json!(6)));
    for word in ["kastanjer", "statement", "account_id", "case_id"] {
        assert!(!reply.text.contains(word), "{word}");
    }

    let file = visitor.get(&format!("/yearly-accounts/{year}/csv")).await;
    assert!(file.header("content-type").starts_with("text/csv"));
    assert!(file.text.contains(&format!("{year},decisions,harassment,keep,,yes\r\n")), "{}", file.text);
    assert!(file.text.contains(&format!("{year},decisions,total,total,50,no\r\n")), "{}", file.text);
    visitor.get("/yearly-accounts/1999").await.is_problem(404, "not_found");
    visitor.get("/yearly-accounts/last").await.is_problem(404, "not_found");

    // Cases end after three years; what was told of them stays.
    app.clock().advance(Duration::days(4 * 366));
    let periods = ligesind::privacy::PERIODS;
    ligesind::privacy::forget_all(app.db(), &app.state.holders, &periods).await.expect("forgetting works");
    assert_eq!(app.count("select count(*) from decisions").await, 0);
    assert_eq!(visitor.get(&format!("/yearly-accounts/{year}")).await.is(200), &account);
}

#[actix_web::test]
async fn a_year_that_runs_or_has_just_ended_is_not_closed() {
    let app = TestApp::start_with(Options { no_jobs: true, ..Options::default() }).await;
    let (anna, bo) = (app.member().await, app.member().await);
    crate::casework::report(&anna, bo.id, "spam").await;
    let case = crate::casework::case_about(&app, bo.id).await;
    let moderator = app.moderator(&[]).await;
    crate::casework::decide(&moderator, &case, json!({ "action": "dismiss", "statement": "Intet galt." })).await;
    let close = async || ligesind::oversight::close_years(app.db()).await.expect("it runs");
    assert_eq!(close().await, 0, "it runs still");
    let now = app.clock().now();
    let january = NaiveDate::from_ymd_opt(now.year() + 1, 1, 20).expect("a day");
    app.clock().advance(Duration::days((january - now.date_naive()).num_days()));
    assert_eq!(close().await, 0, "appeals may still be decided");
    app.clock().advance(Duration::days(14));
    assert_eq!(close().await, 1);
    let table = app.visitor().get("/yearly-accounts").await.is(200)["items"][0]["decisions"].clone();
    assert_eq!((&table["cells"], &table["total"]), (&json!([[null]]), &json!(null)), "one is nobody's business");
}
