//! The demo community loads whole into an empty database, and only there.

use ligesind::commands::seed;
use support::TestApp;

#[actix_web::test]
async fn the_demo_community_loads_whole_and_once() {
    let app = TestApp::start().await;
    let logins = seed::load_if_empty(&app.state).await.expect("the demo loads");
    assert!(logins.len() >= 4, "a log-in for each role");
    for (what, sql, at_least) in [
        ("accounts", "select count(*) from accounts where origin = 'demo'", 14),
        ("published posts", "select count(*) from posts where state = 'live'", 10),
        ("boards", "select count(*) from boards", 5),
        ("threads", "select count(*) from threads where state = 'live'", 25),
        ("rooms", "select count(*) from rooms", 4),
        ("open cases", "select count(*) from cases where state <> 'closed' and lane = 'report'", 3),
        ("diplomas", "select count(*) from diplomas", 3),
        ("answers to practice cases", "select count(*) from practice_answers", 16),
        ("accounts of a year", "select count(*) from yearly_accounts", 1),
        ("posts in review", "select count(*) from cases where state <> 'closed' and lane = 'submission'", 1),
    ] {
        let count = app.count(sql).await;
        assert!(count >= at_least, "{count} {what}, not {at_least}");
    }
    assert_eq!(app.count("select count(*) from replies where state = 'hidden_pending' and id not in (select target_id from cases where lane = 'report' and state <> 'closed')").await, 0, "texts nobody will look at");

    let before = app.count("select count(*) from replies").await;
    seed::load_if_empty(&app.state).await.expect("a second time is harmless");
    assert_eq!(app.count("select count(*) from replies").await, before);
}
