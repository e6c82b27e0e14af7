//! Several nodes over one database: Redis makes them quick, PostgreSQL makes them certain.

use std::time::Duration;

use ligesind::casework::Change;
use ligesind::infra::bus::{LinkState, Signal, Topic};
use ligesind::live::Pace;
use serde_json::{Value, json};
use support::app::{Options, TestApp};
use support::live::LiveClient;
use support::people::Person;
use support::redis::{Redis, RedisCluster};
use uuid::Uuid;

use crate::forum::{make_board, open_thread};
use crate::live::{change, joined, room, sanction, say};

/// So seldom that in a test only a word from the other node can tell anything.
const NEVER: Pace = Pace { sweep: Duration::from_secs(86_400), compare: Duration::from_secs(86_400) };
/// So often that a test need not wait for it.
const OFTEN: Pace = Pace { sweep: Duration::from_millis(200), compare: Duration::from_millis(100) };
const PATIENCE: Duration = Duration::from_secs(20);

/// The same person, calling another node.
fn at(node: &TestApp, person: &Person) -> Person {
    Person::new(node, person.id, person.name.clone(), person.token.clone())
}

async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let wait = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, wait).await.is_ok(), "{what} within {PATIENCE:?}");
}

async fn connected(nodes: &[&TestApp]) {
    until("the nodes are linked", || nodes.iter().all(|node| node.db().bus().state() == LinkState::Connected)).await;
}

/// Two nodes that are linked, and hear of each other in no other way.
async fn linked_pair(redis: &Redis) -> (TestApp, TestApp) {
    let options = || Options { redis: Some(redis.url()), pace: NEVER, ..Options::default() };
    let one = TestApp::start_with(options()).await;
    let two = one.beside(options()).await;
    connected(&[&one, &two]).await;
    (one, two)
}

/// Two nodes without a link.
async fn deaf_pair() -> (TestApp, TestApp) {
    let options = || Options { pace: OFTEN, ..Options::default() };
    let one = TestApp::start_with(options()).await;
    let two = one.beside(options()).await;
    (one, two)
}

/// A thread of `author` on a board of its own.
async fn thread(node: &TestApp, author: &Person, body: &str) -> String {
    make_board(node, "hverdag", false).await;
    open_thread(author, "hverdag", "Hej", body).await
}

/// How many nodes have subscribed to a room.
async fn subscribed(redis: &Redis, room: Uuid, nodes: usize) {
    let pattern = format!("*room:{room}");
    until("the nodes follow the room", || {
        let channel = redis.ask(&["pubsub", "channels", &pattern]);
        !channel.is_empty() && redis.ask(&["pubsub", "numsub", &channel]).ends_with(&nodes.to_string())
    })
    .await;
}

fn seqs(socket: &LiveClient) -> Vec<i64> {
    socket.seen.iter().filter(|f| f["type"] == "message").filter_map(|f| f["seq"].as_i64()).collect()
}

async fn read_to(socket: &mut LiveClient, newest: i64) {
    while seqs(socket).last() != Some(&newest) {
        socket.next().await;
    }
    let seen = seqs(socket);
    let first = seen[0];
    assert_eq!(seen, (first..=newest).collect::<Vec<_>>(), "each once and in order");
}

#[actix_web::test]
async fn a_message_crosses_nodes_by_a_word_and_no_text_passes_through_redis() {
    let redis = Redis::start();
    let (one, two) = linked_pair(&redis).await;
    let (room, elsewhere) = (room(&one).await, room(&one).await);
    let (anna, bo) = (one.member().await, one.member().await);
    let mut a = joined(&anna, room, None).await;
    let mut b = joined(&at(&two, &bo), room, None).await;
    let _other = joined(&at(&two, &bo), elsewhere, None).await;
    subscribed(&redis, room, 2).await;
    subscribed(&redis, elsewhere, 1).await;
    let overheard = redis.overhear();
    let ack = say(&mut a, room, "hej fra den anden knude").await;
    let frame = b.until("message").await;
    assert_eq!((&frame["id"], &frame["seq"]), (&ack["id"], &ack["seq"]));
    let said = overheard.end();
    assert!(said.to_lowercase().contains("publish") && said.contains(&room.to_string()), "{said}");
    assert!(!said.contains("knude"), "{said}");
    // Answered from the other node, and typing both ways.
    let back = say(&mut b, room, "hej igen").await;
    assert_eq!(back["seq"], 2);
    while a.until("message").await["seq"] != 2 {}
    b.send(json!({"type": "typing", "room": room})).await;
    assert_eq!(a.until("typing").await["author"]["id"], json!(bo.id));
    // A member leaves: the node no longer follows the room.
    drop(a);
    subscribed(&redis, room, 1).await;
}

#[actix_web::test]
async fn rights_that_end_on_one_node_end_on_the_other() {
    let redis = Redis::start();
    let (one, two) = linked_pair(&redis).await;
    let room = room(&one).await;
    let bo = one.member().await;
    let mut b = joined(&at(&two, &bo), room, None).await;
    bo.delete("/sessions").await;
    let closed = tokio::time::timeout(Duration::from_secs(2), b.closed()).await.expect("within two seconds");
    assert_eq!(closed, 4001);
}

#[actix_web::test]
async fn rights_that_end_are_noticed_though_every_word_is_lost() {
    let (one, two) = deaf_pair().await;
    let room = room(&one).await;
    let (anna, bo) = (one.member().await, one.member().await);
    let (mut a, mut b) = (joined(&at(&two, &anna), room, None).await, joined(&at(&two, &bo), room, None).await);
    bo.delete("/sessions").await;
    sanction(&one, &anna, "suspend").await;
    assert_eq!(a.closed().await, 4003);
    assert_eq!(b.closed().await, 4001);
}

#[actix_web::test]
async fn a_lost_role_silences_the_queue_though_the_word_is_lost() {
    let (one, two) = deaf_pair().await;
    let staff = one.moderator(&[]).await;
    let mut desk = at(&two, &staff).live().await;
    desk.until("queue").await;
    one.sql(&format!("delete from account_roles where account_id = '{}'", staff.id)).await;
    two.state.hub.sweep().await;
    let author = one.member().await;
    let thread = thread(&one, &author, "velkommen").await;
    let report = json!({"target": {"kind": "thread", "id": thread}, "reason": "spam"});
    one.member().await.post("/reports", report).await.is(201);
    two.db().bus().publish(Signal::new(Topic::Queue, Uuid::nil(), 0));
    assert!(desk.drain(Duration::from_secs(1)).await.is_empty());
}

#[actix_web::test]
async fn a_text_taken_away_on_one_node_leaves_the_screens_of_the_other() {
    let redis = Redis::start();
    let (one, two) = linked_pair(&redis).await;
    let author = one.member().await;
    let thread = thread(&one, &author, "kun kort tid").await;
    let mut screen = two.visitor().live().await;
    screen.send(json!({"type": "watch", "target": {"kind": "thread", "id": thread}, "version": 0})).await;
    screen.until("watching").await;
    author.delete(&format!("/threads/{thread}")).await;
    assert_eq!(screen.until("redacted").await["target"]["id"], json!(thread));
}

#[actix_web::test]
async fn a_text_taken_away_leaves_the_screens_though_every_word_is_lost() {
    let (one, two) = deaf_pair().await;
    let author = one.member().await;
    let thread = thread(&one, &author, "kun kort tid").await;
    let mut screen = two.visitor().live().await;
    screen.send(json!({"type": "watch", "target": {"kind": "thread", "id": thread}, "version": 0})).await;
    screen.until("watching").await;
    author.delete(&format!("/threads/{thread}")).await;
    assert_eq!(screen.until("redacted").await["target"]["id"], json!(thread));
}

#[actix_web::test]
async fn who_opens_a_page_does_not_keep_its_news_from_those_who_missed_the_word() {
    let (one, two) = deaf_pair().await;
    let author = one.member().await;
    let thread = thread(&one, &author, "noget nyt").await;
    let watch = json!({"type": "watch", "target": {"kind": "thread", "id": thread}});
    // On one thread of the node or on the other: enough of them for both.
    let mut screens = Vec::new();
    for _ in 0..4 {
        let mut screen = two.visitor().live().await;
        screen.send(watch.clone()).await;
        screen.until("watching").await;
        screens.push(screen);
    }
    author.post(&format!("/threads/{thread}/replies"), json!({ "body": "et svar" })).await.is(201);
    for _ in 0..4 {
        let mut late = two.visitor().live().await;
        late.send(watch.clone()).await;
        late.until("watching").await;
        screens.push(late);
    }
    for screen in &mut screens[..4] {
        assert_eq!(screen.until("changed").await["target"]["id"], json!(thread));
    }
}

#[actix_web::test]
async fn who_asks_for_the_wrong_kind_of_page_hears_nothing_of_it() {
    let app = TestApp::start().await;
    let author = app.member().await;
    let thread = thread(&app, &author, "kun en tråd").await;
    let mut wrong = Vec::new();
    for _ in 0..4 {
        let mut screen = app.visitor().live().await;
        screen.send(json!({"type": "watch", "target": {"kind": "post", "id": thread}})).await;
        screen.until("error").await;
        wrong.push(screen);
    }
    let mut right = author.live().await;
    right.send(json!({"type": "watch", "target": {"kind": "thread", "id": thread}})).await;
    right.until("watching").await;
    author.post(&format!("/threads/{thread}/replies"), json!({ "body": "et svar" })).await.is(201);
    right.until("changed").await;
    for screen in &mut wrong {
        assert!(screen.drain(std::time::Duration::from_millis(50)).await.is_empty());
    }
}

/// Everybody says `each` things at once, some on each node; all of them see one and the same sequence.
async fn all_talk(senders: Vec<LiveClient>, room: Uuid, from: i64, each: i64) -> Vec<LiveClient> {
    let total = from + each * i64::try_from(senders.len()).unwrap();
    let talk = senders.into_iter().map(async |mut socket| {
        for n in 0..each {
            say(&mut socket, room, &format!("nr. {n}")).await;
        }
        read_to(&mut socket, total).await;
        socket
    });
    let done = futures_util::future::join_all(talk).await;
    let ids = |socket: &LiveClient| -> Vec<Value> {
        socket.seen.iter().filter(|f| f["type"] == "message").map(|f| f["id"].clone()).collect()
    };
    assert!(done.iter().all(|socket| ids(socket) == ids(&done[0])), "the same order for all");
    done
}

async fn talkers(nodes: &[&TestApp], room: Uuid) -> Vec<LiveClient> {
    let mut senders = Vec::new();
    for n in 0..6 {
        let person = nodes[0].member().await;
        senders.push(joined(&at(nodes[n % nodes.len()], &person), room, None).await);
    }
    senders
}

#[actix_web::test]
async fn three_nodes_without_a_link_converge_on_one_sequence() {
    let (one, two) = deaf_pair().await;
    let three = one.beside(Options { pace: OFTEN, ..Options::default() }).await;
    let room = room(&one).await;
    let senders = talkers(&[&one, &two, &three], room).await;
    all_talk(senders, room, 0, 15).await;
    assert_eq!(one.count("select count(*) from messages").await, 90);
}

#[actix_web::test]
async fn redis_may_hang_die_and_come_back_and_nothing_is_lost() {
    let mut redis = Redis::start();
    let options = || Options { redis: Some(redis.url()), pace: OFTEN, ..Options::default() };
    let one = TestApp::start_with(options()).await;
    let two = one.beside(options()).await;
    connected(&[&one, &two]).await;
    let room = room(&one).await;
    let senders = talkers(&[&one, &two], room).await;
    let senders = all_talk(senders, room, 0, 5).await;
    redis.pause();
    let senders = all_talk(senders, room, 30, 5).await;
    until("the hanging line is given up", || one.db().bus().state() == LinkState::Away).await;
    let senders = all_talk(senders, room, 60, 5).await;
    redis.kill();
    let senders = all_talk(senders, room, 90, 5).await;
    redis.start_again();
    connected(&[&one, &two]).await;
    subscribed(&redis, room, 2).await;
    all_talk(senders, room, 120, 5).await;
    assert_eq!(one.count("select last_seq from rooms").await, 150);
    let ready = one.visitor().get("//health/ready").await;
    assert_eq!(ready.is(200)["bus"], "connected");
}

#[actix_web::test]
async fn nodes_at_different_members_of_a_redis_cluster_hear_each_other_and_a_member_may_die() {
    let mut cluster = RedisCluster::start();
    let options = |members: &[usize]| Options { redis: Some(cluster.urls(members)), pace: NEVER, ..Options::default() };
    let one = TestApp::start_with(options(&[0, 2])).await;
    let two = one.beside(options(&[1])).await;
    connected(&[&one, &two]).await;
    let room = room(&one).await;
    let (anna, bo) = (one.member().await, one.member().await);
    let (mut a, mut b) = (joined(&anna, room, None).await, joined(&at(&two, &bo), room, None).await);
    let follows = async |cluster: &RedisCluster, member: usize| {
        let pattern = format!("*room:{room}");
        until("a node follows the room", || !cluster.ask(member, &["pubsub", "channels", &pattern]).is_empty()).await;
    };
    follows(&cluster, 0).await;
    follows(&cluster, 1).await;
    say(&mut a, room, "nr. 1").await;
    read_to(&mut b, 1).await;
    say(&mut b, room, "nr. 2").await;
    read_to(&mut a, 2).await;
    cluster.kill(0);
    // Said before it is noticed, or while there is no line: it is found once there is one.
    say(&mut a, room, "nr. 3").await;
    say(&mut b, room, "nr. 4").await;
    follows(&cluster, 2).await;
    connected(&[&one, &two]).await;
    read_to(&mut a, 4).await;
    // A third of the cluster is gone, and the words go on from one of the others to the other.
    assert!(cluster.ask(1, &["cluster", "info"]).contains("cluster_known_nodes:3"));
    say(&mut a, room, "nr. 5").await;
    read_to(&mut b, 5).await;
    say(&mut b, room, "nr. 6").await;
    read_to(&mut a, 6).await;
}

#[actix_web::test]
async fn a_node_leaves_a_member_of_a_redis_cluster_that_is_cut_off_from_the_others() {
    let cluster = RedisCluster::start();
    let options = |members: &[usize]| Options { redis: Some(cluster.urls(members)), pace: NEVER, ..Options::default() };
    let one = TestApp::start_with(options(&[0, 2])).await;
    let two = one.beside(options(&[1])).await;
    connected(&[&one, &two]).await;
    let room = room(&one).await;
    let (anna, bo) = (one.member().await, one.member().await);
    let (mut a, mut b) = (joined(&anna, room, None).await, joined(&at(&two, &bo), room, None).await);
    let followed = |member: usize| !cluster.ask(member, &["pubsub", "channels", &format!("*room:{room}")]).is_empty();
    until("both follow the room", || followed(0) && followed(1)).await;
    // It goes on answering the node that is at it.
    cluster.cut_off(0);
    say(&mut a, room, "nr. 1").await;
    until("the node has gone to the next address", || followed(2)).await;
    connected(&[&one, &two]).await;
    say(&mut a, room, "nr. 2").await;
    read_to(&mut b, 2).await;
    say(&mut b, room, "nr. 3").await;
    read_to(&mut a, 3).await;
}

#[actix_web::test]
async fn words_that_redis_loses_are_found_in_the_store() {
    let redis = Redis::start();
    let options = || Options { redis: Some(redis.url()), pace: OFTEN, ..Options::default() };
    let one = TestApp::start_with(options()).await;
    let two = one.beside(options()).await;
    connected(&[&one, &two]).await;
    let room = room(&one).await;
    let senders = talkers(&[&one, &two], room).await;
    // Every subscriber is thrown out again and again: what is said meanwhile is gone.
    let loser = async {
        loop {
            redis.ask(&["client", "kill", "type", "pubsub"]);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::select! {
        done = all_talk(senders, room, 0, 20) => drop(done),
        () = loser => {}
    }
}

#[actix_web::test]
async fn a_hidden_message_is_forgotten_on_every_node() {
    let redis = Redis::start();
    let (one, two) = linked_pair(&redis).await;
    let room = room(&one).await;
    let (anna, bo) = (one.member().await, one.member().await);
    let (mut a, mut b) = (joined(&anna, room, None).await, joined(&at(&two, &bo), room, None).await);
    subscribed(&redis, room, 2).await;
    let id = say(&mut a, room, "kanariefuglen-4410").await["id"].clone();
    b.until("message").await;
    change(&one, &id, Change::Hide).await;
    assert_eq!(b.until("redacted").await["id"], id);
    let mut late = joined(&at(&two, &bo), room, Some(0)).await;
    late.until("redacted").await;
    assert!(!format!("{:?}", late.seen).contains("kanariefuglen"));
}

#[actix_web::test]
async fn figures_tell_of_sockets_messages_routes_and_verdicts_and_of_nobody() {
    let redis = Redis::start();
    let (one, _two) = linked_pair(&redis).await;
    let room = room(&one).await;
    let anna = one.member().await;
    let mut a = joined(&anna, room, None).await;
    say(&mut a, room, "hej").await;
    read_to(&mut a, 1).await;
    anna.get(&format!("/rooms/{room}")).await.is(200);
    one.visitor().get("//metrics").await.is_problem(401, "signed_out");
    let request = one.visitor().send(reqwest::Method::GET, "//metrics").header("authorization", "Bearer figures");
    let figures = request.done().await.text;
    for line in [
        "ligesind_live_sockets 1",
        "ligesind_live_rooms 1",
        "ligesind_ingest_messages_total 1",
        "ligesind_bus_connected 1",
        "ligesind_http_requests_total{method=\"GET\",route=\"/api/v1/rooms/{id}\",status=\"200\"} 1",
    ] {
        assert!(figures.lines().any(|known| known == line), "{line} in {figures}");
    }
    for name in ["live_deliveries_total", "database_connections", "screening_verdicts_total", "ingest_waiting"] {
        assert!(figures.contains(&format!("\nligesind_{name}")), "{name} in {figures}");
    }
    assert!(!figures.contains(&room.to_string()) && !figures.contains(&anna.name));
}

/// The newest `room` frame that says who is here.
async fn until_here(socket: &mut LiveClient, people: u64, hosts: &[Uuid]) {
    loop {
        let frame = socket.until("room").await;
        let here: Vec<Value> = frame["hosts_here"].as_array().unwrap().iter().map(|host| host["id"].clone()).collect();
        if frame["people"] == people && here == hosts.iter().map(|id| json!(id)).collect::<Vec<_>>() {
            return;
        }
    }
}

#[actix_web::test]
async fn a_room_tells_how_many_are_here_and_which_hosts_and_nothing_of_who_does_not_wish_it() {
    let redis = Redis::start();
    let pace = Pace { sweep: NEVER.sweep, compare: OFTEN.compare };
    let options = || Options { redis: Some(redis.url()), pace, ..Options::default() };
    let one = TestApp::start_with(options()).await;
    let two = one.beside(options()).await;
    connected(&[&one, &two]).await;
    let room = room(&one).await;
    let (anna, bo, host) = (one.member().await, one.member().await, one.supporter(true).await);
    one.sql(&format!("insert into room_hosts (room_id, account_id) values ('{room}', '{}')", host.id)).await;
    let mut a = joined(&anna, room, None).await;
    until_here(&mut a, 1, &[]).await;
    // On the other node, with two sockets: one person.
    let (h, mut again) = (joined(&at(&two, &host), room, None).await, joined(&at(&two, &host), room, None).await);
    until_here(&mut a, 2, &[host.id]).await;
    drop(h);
    // Who does not wish to be counted is told who is here all the same.
    bo.patch("/me", json!({"shows_presence": false})).await.is(200);
    let mut b = joined(&bo, room, None).await;
    until_here(&mut b, 2, &[host.id]).await;
    // The wish holds for a socket that is open.
    bo.patch("/me", json!({"shows_presence": true})).await.is(200);
    until_here(&mut a, 3, &[host.id]).await;
    bo.patch("/me", json!({"shows_presence": false})).await.is(200);
    until_here(&mut a, 2, &[host.id]).await;
    again.socket.close(None).await.unwrap();
    until_here(&mut a, 1, &[]).await;
    assert!(!format!("{:?}{:?}", a.seen, b.seen).contains("last_seen"));
}
