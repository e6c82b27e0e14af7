//! The way from a request to a live socket on bare bytes: what is refused, what comes right behind the request, and the end.

use std::time::Duration;

use serde_json::{Value, json};
use support::app::{Options, TestApp};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::live::room;

const PATIENCE: Duration = Duration::from_secs(10);

/// A request that asks for a websocket, with more lines of the head.
fn asking(app: &TestApp, start: &str, more: &str) -> String {
    format!(
        "{start} HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{more}\r\n",
        app.address
    )
}

/// Everything that the server says until it closes.
async fn said(app: &TestApp, bytes: &[u8]) -> String {
    let mut line = TcpStream::connect(&app.address).await.unwrap();
    line.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    tokio::time::timeout(PATIENCE, line.read_to_end(&mut answer)).await.expect("the server closes").unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// A text frame, masked with zeros.
fn frame(text: &str) -> Vec<u8> {
    let mut bytes = vec![0x81, 0x80 | u8::try_from(text.len()).unwrap()];
    bytes.extend([0; 4]);
    bytes.extend(text.as_bytes());
    bytes
}

#[actix_web::test]
async fn a_refused_upgrade_is_a_whole_answer_and_closes() {
    let app = TestApp::start().await;
    for (start, more, status, code) in [
        ("GET /api/v1/live", "Authorization: Bearer junk\r\n", 401, "signed_out"),
        ("GET /api/v1/live?ticket=junk", "", 401, "signed_out"),
        ("GET /api/v1/live", "Origin: https://elsewhere.example\r\n", 403, "foreign_origin"),
        ("GET /api/v1/boards", "", 404, "not_found"),
        ("GET /", "", 404, "not_found"),
        ("POST /api/v1/session", "Content-Length: 2\r\n", 404, "not_found"),
    ] {
        let answer = said(&app, asking(&app, start, more).as_bytes()).await;
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        assert!(head.starts_with(&format!("HTTP/1.1 {status}")), "{start}: {answer}");
        let head = head.to_ascii_lowercase();
        assert!(head.contains("connection: close") && head.contains("content-security-policy"), "{start}: {head}");
        assert!(head.contains(&format!("content-length: {}", body.len())), "{start}: {answer}");
        assert_eq!(serde_json::from_str::<Value>(body).expect("JSON")["code"], code, "{start}");
    }
}

#[actix_web::test]
async fn only_version_13_over_http_1_1_is_a_websocket() {
    let app = TestApp::start().await;
    let good = asking(&app, "GET /api/v1/live", "");
    for (request, status, code) in [
        (good.replace("Version: 13", "Version: 8"), 426, "upgrade_required"),
        (good.replace("HTTP/1.1", "HTTP/1.0"), 400, "malformed_json"),
        (good.replace("dGhlIHNhbXBsZSBub25jZQ==", "short"), 400, "malformed_json"),
    ] {
        let answer = said(&app, request.as_bytes()).await;
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        assert_eq!(head.split(' ').nth(1), Some(status.to_string().as_str()), "{answer}");
        assert_eq!(serde_json::from_str::<Value>(body).expect("JSON")["code"], code, "{answer}");
        let head = head.to_ascii_lowercase();
        assert_eq!(head.contains("sec-websocket-version: 13") && head.contains("upgrade: websocket"), status == 426);
    }
}

#[actix_web::test]
async fn frames_right_behind_the_request_are_heard() {
    let app = TestApp::start().await;
    let (room, anna) = (room(&app).await, app.member().await);
    let mut bytes =
        asking(&app, "GET /api/v1/live", &format!("Authorization: Bearer {}\r\n", anna.token.as_ref().unwrap()))
            .into_bytes();
    bytes.extend(frame(&json!({"type": "join", "room": room, "after_seq": null}).to_string()));
    // The client ends in the same breath: the server answers all the same, and closes first.
    bytes.extend([0x88, 0x80, 0, 0, 0, 0]);
    let answer = said(&app, &bytes).await;
    assert!(answer.starts_with("HTTP/1.1 101 "), "{answer}");
    assert!(answer.contains("\"type\":\"joined\""), "{answer}");
    assert_eq!(app.state.hub.meter().sockets.get(), 0, "nothing stays behind");
}

#[actix_web::test]
async fn a_server_that_stops_tells_its_sockets_to_come_back() {
    let app = TestApp::start().await;
    let anna = app.member().await;
    let mut sockets = [anna.live().await, anna.live().await, app.visitor().live().await];
    app.stop().await;
    for socket in &mut sockets {
        assert_eq!(socket.closed().await, 1001);
    }
}

#[actix_web::test]
async fn a_frame_that_announces_too_much_ends_the_socket_before_it_comes() {
    let app = TestApp::start().await;
    for (head, code) in [
        (vec![0x81, 0xff, 0, 0, 1, 0, 0, 0, 0, 0, 1, 2, 3, 4], 1009_u16),
        (vec![0x81, 0xfe, 0x40, 0x01, 1, 2, 3, 4], 1009),
    ] {
        let mut bytes = asking(&app, "GET /api/v1/live", "").into_bytes();
        bytes.extend(head);
        let mut line = TcpStream::connect(&app.address).await.unwrap();
        line.write_all(&bytes).await.unwrap();
        let mut answer = Vec::new();
        tokio::time::timeout(PATIENCE, line.read_to_end(&mut answer)).await.expect("the server closes").unwrap();
        let [high, low] = code.to_be_bytes();
        assert!(answer.ends_with(&[0x88, 2, high, low]), "{}", String::from_utf8_lossy(&answer));
    }
}

#[actix_web::test]
async fn small_frames_without_an_end_are_cut_off() {
    let app = TestApp::start_with(Options { rate_limits: true, ..Options::default() }).await;
    let mut bytes = asking(&app, "GET /api/v1/live", "").into_bytes();
    for _ in 0..200 {
        bytes.extend([0x89, 0x80, 0, 0, 0, 0]);
    }
    let mut line = TcpStream::connect(&app.address).await.unwrap();
    line.write_all(&bytes).await.unwrap();
    let mut answer = Vec::new();
    tokio::time::timeout(PATIENCE, line.read_to_end(&mut answer)).await.expect("the server closes").unwrap();
    assert!(answer.ends_with(&[0x88, 2, 0x0f, 0xbd]), "4029: {}", String::from_utf8_lossy(&answer));
}
