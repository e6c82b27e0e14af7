//! The moderation desk: from a decision until the words have left a thousand open screens, and how the queue and a claim
//! grow with what lies in the archive.

use std::cell::{Cell, RefCell};
use std::process::{Command, Stdio};
use std::rc::Rc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::chat::{self, percentiles};
use crate::report::Report;
use crate::server::Server;
use crate::wire::{self, Http, Inbox};
use crate::{MEMBERS, Plan};

/// Messages taken away in a round.
const DECISIONS: usize = 10;
/// Open and closed cases, in steps.
const QUEUES: [(usize, usize); 2] = [(100, 1_000), (10_000, 1_000_000)];
/// Looks at the queue, and claims, for each step.
const LOOKS: usize = 200;

/// Somebody at the API.
struct Caller {
    http: Http,
    address: String,
    token: String,
}

impl Caller {
    async fn new(server: &Server, token: &str) -> Self {
        let address = server.address().to_owned();
        Self { http: Http::open(&address).await, address, token: token.to_owned() }
    }

    async fn ask(&mut self, method: &str, path: &str, version: Option<i64>, body: &Value) -> Value {
        let text = if body.is_null() { String::new() } else { body.to_string() };
        let if_match = version.map(|n| format!("If-Match: \"{n}\"\r\n")).unwrap_or_default();
        let auth =
            if self.token.is_empty() { String::new() } else { format!("Authorization: Bearer {}\r\n", self.token) };
        let request = format!(
            "{method} /api/v1{path} HTTP/1.1\r\nHost: {}\r\n{auth}{if_match}Content-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{text}",
            self.address,
            text.len()
        );
        let (status, body) = self.http.ask(request.as_bytes()).await;
        assert!((200..300).contains(&status), "{method} {path}: {status} {}", String::from_utf8_lossy(body));
        serde_json::from_slice(body).unwrap_or_default()
    }
}

/// A moderator who is trained for everything, signed in.
async fn moderator(server: &Server, binary: &str) -> Caller {
    const PASSWORD: &str = "en lang aften ved bordet";
    let mut command = server.command(binary);
    command.args(["account", "add", "Vagten", "--role", "participant", "--role", "moderator", "--consented"]);
    command.args(["danger", "confidentiality", "grooming"].iter().flat_map(|category| ["--certificate", category]));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("the command starts");
    std::io::Write::write_all(&mut child.stdin.take().expect("its input"), PASSWORD.as_bytes()).expect("a password");
    assert!(child.wait().expect("an end").success(), "no moderator was made");
    let mut caller = Caller::new(server, "").await;
    let session = caller.ask("POST", "/session", None, &json!({ "pseudonym": "Vagten", "password": PASSWORD })).await;
    caller.token = session["access_token"].as_str().expect("a token").to_owned();
    caller
}

/// What the open screens have forgotten.
#[derive(Default)]
struct Forgotten {
    since: Cell<Option<Instant>>,
    micros: RefCell<Vec<u32>>,
}

async fn watch(mut inbox: Inbox, forgotten: Rc<Forgotten>) {
    loop {
        inbox.until("redacted").await;
        if let Some(since) = forgotten.since.get() {
            forgotten.micros.borrow_mut().push(u32::try_from(since.elapsed().as_micros()).unwrap_or(u32::MAX));
        }
    }
}

/// The next acknowledgement.
async fn acked(inbox: &mut Inbox) -> Value {
    loop {
        let frame = inbox.frame().await;
        if wire::has(frame, b"\"type\":\"ack\"") {
            return serde_json::from_slice(frame).expect("an ack is JSON");
        }
    }
}

/// All parts of the desk.
pub async fn desk(server: &Server, binary: &str, plan: Plan, report: &mut Report) {
    let mut by = moderator(server, binary).await;
    gone(server, &mut by, plan, report).await;
    queue(server, &mut by, report).await;
}

/// From the request to decide until the words have left every screen of a full room, beside the 2 s of the contract.
async fn gone(server: &Server, by: &mut Caller, plan: Plan, report: &mut Report) {
    let room = &server.rooms[0];
    let forgotten = Rc::new(Forgotten::default());
    let (mut screens, mut outs): (Vec<JoinHandle<()>>, Vec<_>) = (Vec::new(), Vec::new());
    for token in &server.tokens[..MEMBERS] {
        let (inbox, out) = chat::join(server.address(), token, room).await;
        screens.push(tokio::task::spawn_local(watch(inbox, forgotten.clone())));
        outs.push(out);
    }
    let (mut author, mut author_out) = chat::join(server.address(), &server.tokens[MEMBERS], room).await;
    let mut reporter = Caller::new(server, &server.tokens[MEMBERS + 1]).await;
    let rule = by.ask("GET", "/community", None, &Value::Null).await["rules"][0]["id"].clone();
    let (mut medians, mut slowest) = (Vec::new(), Vec::new());
    for _ in 0..plan.rounds {
        forgotten.micros.borrow_mut().clear();
        for _ in 0..DECISIONS {
            wire::send(&mut author_out, &chat::frame_of("send", room)).await;
            let ack = acked(&mut author).await;
            let target = json!({ "kind": "message", "id": ack["id"] });
            reporter.ask("POST", "/reports", None, &json!({ "target": target, "reason": "other" })).await;
            let case = find(by, &ack["id"]).await;
            let claimed = by.ask("POST", &format!("/cases/{case}/claim"), None, &json!({})).await;
            let decision = json!({ "action": "hide", "rule": rule, "statement": "Målt." });
            let before = forgotten.micros.borrow().len();
            forgotten.since.set(Some(Instant::now()));
            by.ask("POST", &format!("/cases/{case}/decisions"), claimed["version"].as_i64(), &decision).await;
            let until = Instant::now() + Duration::from_secs(10);
            while forgotten.micros.borrow().len() < before + MEMBERS {
                assert!(Instant::now() < until, "some screens still show what was taken away");
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
        let (median, slow) = percentiles(forgotten.micros.take());
        medians.push(median);
        slowest.push(slow);
    }
    report.add("decision to gone from 1,000 screens, median", "ms", &medians, &[2_000.0]);
    report.add("decision to gone from 1,000 screens, p99", "ms", &slowest, &[2_000.0]);
    screens.iter().for_each(JoinHandle::abort);
}

/// The open case about a text.
async fn find(by: &mut Caller, target: &Value) -> String {
    let page = by.ask("GET", "/cases?limit=100", None, &Value::Null).await;
    let items = page["items"].as_array().expect("a list");
    let case = items.iter().find(|case| case["target"]["id"] == *target).expect("a case about the message");
    case["id"].as_str().expect("an id").to_owned()
}

/// The first page of the queue, and a claim given back, with much in the archive beside the same with little.
async fn queue(server: &Server, by: &mut Caller, report: &mut Report) {
    let (mut looks, mut claims) = (Vec::new(), Vec::new());
    for (open, closed) in QUEUES {
        fill(server, open, closed);
        // Filling takes longer than a connection is kept for.
        by.http = Http::open(&by.address).await;
        let mut list = Vec::new();
        let mut page = Value::Null;
        for _ in 0..LOOKS {
            let from = Instant::now();
            page = by.ask("GET", "/cases?limit=50", None, &Value::Null).await;
            list.push(u32::try_from(from.elapsed().as_micros()).unwrap_or(u32::MAX));
        }
        let cases = page["items"].as_array().expect("a list").clone();
        let mut taken = Vec::new();
        for case in cases.iter().cycle().take(LOOKS) {
            let path = format!("/cases/{}/claim", case["id"].as_str().expect("an id"));
            let from = Instant::now();
            by.ask("POST", &path, None, &json!({})).await;
            taken.push(u32::try_from(from.elapsed().as_micros()).unwrap_or(u32::MAX));
            by.ask("DELETE", &path, None, &Value::Null).await;
        }
        looks.push(percentiles(list));
        claims.push(percentiles(taken));
    }
    for (name, steps) in [("page of the queue", looks), ("claim", claims)] {
        let [(little, little_slow), (much, much_slow)] = steps[..] else { unreachable!("two steps") };
        report.add(&format!("{name}, 10,000 open beside 100, median"), "ms", &[much], &[little]);
        report.add(&format!("{name}, 10,000 open beside 100, p99"), "ms", &[much_slow], &[little_slow]);
    }
}

/// Cases about accounts that are not there, so that the queue alone is measured; as the owner of the schema.
fn fill(server: &Server, open: usize, closed: usize) {
    let sql = format!(
        "insert into cases (id, lane, source, state, category, level, target_kind, target_id, due_at, created_at, decided_at, closed_at)
         select gen_random_uuid(), 'report', 'report', case when n <= {open} then 'new' else 'closed' end,
                (array['harassment', 'hate', 'spam', 'other'])[1 + n % 4], 2 + n % 4, 'account', gen_random_uuid(),
                now() + n * interval '1 second', now() - n * interval '1 second',
                case when n > {open} then now() end, case when n > {open} then now() - n * interval '1 second' end
           from generate_series(1, {}) n;
         analyze cases;",
        open + closed
    );
    let mut psql = Command::new("psql");
    psql.arg("-h").arg(server.socket_dir()).args(["-U", "ligesind_owner", "-qc", &sql, "ligesind"]);
    assert!(psql.status().expect("psql runs").success(), "cases for the queue");
}
