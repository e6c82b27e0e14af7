//! Forum: pages of a thread with 100 replies read, and replies written.

use std::time::Instant;

use tokio::task::JoinHandle;

use crate::report::Report;
use crate::server::{Process, Server};
use crate::wire::Http;
use crate::{Plan, WRITERS};

const READERS: usize = 32;

fn get(address: &str, path: &str, headers: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept: application/json\r\n{headers}\r\n").into_bytes()
}

fn post(address: &str, path: &str, token: &str) -> Vec<u8> {
    let body = format!(r#"{{"body":"{}"}}"#, crate::chat::BODY);
    format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Answers a second to `requests`, one connection for each, all answered with `status`.
async fn rate(address: &str, requests: Vec<Vec<u8>>, status: u16, plan: Plan) -> f64 {
    let mut connections = Vec::new();
    for request in requests {
        connections.push((Http::open(address).await, request));
    }
    let from = Instant::now();
    let running: Vec<JoinHandle<u64>> = connections
        .into_iter()
        .map(|(mut http, request)| {
            tokio::task::spawn_local(async move {
                let mut count = 0;
                while from.elapsed() < plan.window {
                    let (got, body) = http.ask(&request).await;
                    assert!(got == status, "{got}: {}", String::from_utf8_lossy(body));
                    count += 1;
                }
                count
            })
        })
        .collect();
    let mut count = 0;
    for connection in running {
        count += connection.await.expect("a reader ends well");
    }
    count as f64 / from.elapsed().as_secs_f64()
}

/// Reads of one page of 100 replies, by visitors and by somebody signed in, beside the same bytes from memory.
pub async fn reads(server: &Server, plan: Plan, report: &mut Report) {
    let path = format!("/api/v1/threads/{}/replies?limit=100", server.threads[0]);
    let visitor = get(server.address(), &path, "");
    let member = get(server.address(), &path, &format!("Authorization: Bearer {}\r\n", server.tokens[0]));
    for (request, who) in [(visitor, "a visitor"), (member, "a member")] {
        let mut http = Http::open(server.address()).await;
        let (status, body) = http.ask(&request).await;
        assert!(status == 200, "{path}: {status} {}", String::from_utf8_lossy(body));
        let file = server.socket_dir().parent().expect("a folder").join("page.json");
        std::fs::write(&file, body).expect("the page is kept");
        let limit = Process::limit(&["limit-http", &file.to_string_lossy()]);
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..plan.rounds {
            theirs.push(rate(&limit.address, vec![request.clone(); READERS], 200, plan).await);
            ours.push(rate(server.address(), vec![request.clone(); READERS], 200, plan).await);
        }
        report.add(&format!("thread page of 100 replies, read by {who}"), "pages/s", &ours, &theirs);
    }
}

/// Replies written, each writer in a thread of its own and then all in one, beside one prepared INSERT a request.
pub async fn replies(server: &Server, plan: Plan, report: &mut Report) {
    let limit = Process::limit(&["limit-insert", &server.owner_url()]);
    let one_thread = vec![server.threads[0].clone(); WRITERS];
    for (threads, place) in [(&server.threads, "16 threads"), (&one_thread, "one thread")] {
        let requests = |address: &str| -> Vec<Vec<u8>> {
            let writers = server.tokens.iter().zip(threads).take(WRITERS);
            writers.map(|(token, thread)| post(address, &format!("/api/v1/threads/{thread}/replies"), token)).collect()
        };
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..plan.rounds {
            theirs.push(rate(&limit.address, requests(&limit.address), 201, plan).await);
            ours.push(rate(server.address(), requests(server.address()), 201, plan).await);
        }
        report.add(&format!("replies written, 16 writers in {place}"), "replies/s", &ours, &theirs);
    }
}
