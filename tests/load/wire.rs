//! The one client of all measurements: a websocket and an HTTP connection on bare TCP, so that what is measured
//! is the server and not its client. Frames are decoded and sequence numbers read; nothing is skipped.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

const TEXT: u8 = 0x81;
const CLOSE: u8 = 0x88;
const MASKED: u8 = 0x80;

/// Bytes that have come, taken from the front.
pub struct Inbox {
    half: OwnedReadHalf,
    bytes: Vec<u8>,
    taken: usize,
}

impl Inbox {
    async fn more(&mut self) {
        if self.taken > 0 {
            self.bytes.drain(..self.taken);
            self.taken = 0;
        }
        let read = self.half.read_buf(&mut self.bytes).await.expect("the connection holds");
        assert!(read > 0, "the server closed the connection");
    }

    /// Takes `length` bytes.
    async fn take(&mut self, length: usize) -> &[u8] {
        while self.bytes.len() - self.taken < length {
            self.more().await;
        }
        let from = self.taken;
        self.taken += length;
        &self.bytes[from..from + length]
    }

    /// Takes everything up to and with the blank line behind a head.
    async fn take_head(&mut self) -> String {
        loop {
            let waiting = &self.bytes[self.taken..];
            if let Some(at) = waiting.windows(4).position(|four| four == b"\r\n\r\n") {
                let head = String::from_utf8_lossy(&waiting[..at + 4]).into_owned();
                self.taken += at + 4;
                return head;
            }
            self.more().await;
        }
    }

    /// The next text frame.
    pub async fn frame(&mut self) -> &[u8] {
        loop {
            let head = self.take(2).await;
            let (kind, short) = (head[0], head[1]);
            let length = match short {
                126 => {
                    let two = self.take(2).await;
                    usize::from(u16::from_be_bytes([two[0], two[1]]))
                }
                127 => {
                    let eight = self.take(8).await.try_into().expect("eight bytes");
                    usize::try_from(u64::from_be_bytes(eight)).expect("a length")
                }
                short => usize::from(short),
            };
            assert!(kind != CLOSE, "the server closed the socket: {:?}", self.take(length).await);
            if kind == TEXT {
                return self.take(length).await;
            }
            // A ping: the server takes silence for a while, longer than any measurement.
            self.take(length).await;
        }
    }

    /// Frames until one of this type.
    pub async fn until(&mut self, kind: &str) {
        self.frame_of(kind).await;
    }

    /// The next frame of this type.
    pub async fn frame_of(&mut self, kind: &str) -> &[u8] {
        let mark = format!("\"type\":\"{kind}\"");
        loop {
            let frame = self.frame().await;
            assert!(!has(frame, b"\"type\":\"error\""), "{}", String::from_utf8_lossy(frame));
            if has(frame, mark.as_bytes()) {
                let length = frame.len();
                return &self.bytes[self.taken - length..self.taken];
            }
        }
    }
}

/// Opens a live socket.
pub async fn socket(address: &str, token: &str) -> (Inbox, OwnedWriteHalf) {
    let request = format!(
        "GET /api/v1/live HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer {token}\r\n\r\n"
    );
    let (mut inbox, mut out) = connect(address).await;
    out.write_all(request.as_bytes()).await.expect("the request is sent");
    let head = inbox.take_head().await;
    assert!(head.starts_with("HTTP/1.1 101"), "{head}");
    (inbox, out)
}

/// Sends a text frame, masked with zeros, which every server accepts and nobody has to undo.
pub async fn send(out: &mut OwnedWriteHalf, text: &str) {
    let length = text.len();
    let mut frame = vec![TEXT];
    match u8::try_from(length) {
        Ok(short) if short < 126 => frame.push(MASKED | short),
        _ => {
            frame.push(MASKED | 126);
            frame.extend(u16::try_from(length).expect("a short frame").to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(text.as_bytes());
    out.write_all(&frame).await.expect("the frame is sent");
}

/// A kept-alive HTTP connection.
pub struct Http {
    inbox: Inbox,
    out: OwnedWriteHalf,
}

impl Http {
    pub async fn open(address: &str) -> Self {
        let (inbox, out) = connect(address).await;
        Self { inbox, out }
    }

    /// Sends a request and reads the whole answer: status and body.
    pub async fn ask(&mut self, request: &[u8]) -> (u16, &[u8]) {
        self.out.write_all(request).await.expect("the request is sent");
        let head = self.inbox.take_head().await.to_ascii_lowercase();
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
        // 204 says none: nothing follows (RFC 9110, 8.6).
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap_or("0");
        (status, self.inbox.take(length.trim().parse().expect("a number")).await)
    }
}

async fn connect(address: &str) -> (Inbox, OwnedWriteHalf) {
    let stream = TcpStream::connect(address).await.expect("the server takes connections");
    stream.set_nodelay(true).expect("a socket option");
    let (half, out) = stream.into_split();
    (Inbox { half, bytes: Vec::new(), taken: 0 }, out)
}

pub fn has(frame: &[u8], mark: &[u8]) -> bool {
    frame.windows(mark.len()).any(|window| window == mark)
}

/// The `seq` of a frame.
pub fn seq(frame: &[u8]) -> Option<u64> {
    let mark = b"\"seq\":";
    let at = frame.windows(mark.len()).position(|window| window == mark)? + mark.len();
    Some(frame[at..].iter().take_while(|b| b.is_ascii_digit()).fold(0, |n, b| n * 10 + u64::from(b - b'0')))
}
