//! A client of the live socket, frame by frame.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// How long a frame that must come may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// An open socket.
pub struct LiveClient {
    pub socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// Every frame that was read.
    pub seen: Vec<Value>,
}

impl LiveClient {
    pub async fn open(base: &str, token: Option<&str>) -> Result<Self, Error> {
        let bearer = token.map(|t| format!("Bearer {t}"));
        let headers: Vec<(&'static str, &str)> = bearer.as_deref().map(|b| ("authorization", b)).into_iter().collect();
        Self::open_with(base, "/api/v1/live", &headers).await
    }

    /// Opens `path` with headers of the caller's choice.
    pub async fn open_with(base: &str, path: &str, headers: &[(&'static str, &str)]) -> Result<Self, Error> {
        let mut request = format!("{}{path}", base.replacen("http", "ws", 1)).into_client_request()?;
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().expect("a header value"));
        }
        let (socket, _) = connect_async(request).await?;
        Ok(Self { socket, seen: Vec::new() })
    }

    pub async fn send(&mut self, frame: Value) {
        self.send_text(&frame.to_string()).await;
    }

    pub async fn send_text(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.expect("the socket takes a frame");
    }

    /// The next frame; panics when none comes or the socket closes. How a room stands comes now and then by itself, so
    /// `room` frames are passed over: [`LiveClient::until`] waits for them.
    pub async fn next(&mut self) -> Value {
        loop {
            let frame = self.any().await;
            if frame["type"] != "room" {
                return frame;
            }
        }
    }

    async fn any(&mut self) -> Value {
        match tokio::time::timeout(PATIENCE, self.read()).await {
            Ok(Ok(frame)) => frame,
            Ok(Err(close)) => panic!("the socket closed: {close:?}; seen {:?}", self.seen),
            Err(_) => panic!("no frame within {PATIENCE:?}; seen {:?}", self.seen),
        }
    }

    /// The next frame of a type; others on the way are kept in `seen`.
    pub async fn until(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.any().await;
            if frame["type"] == kind {
                return frame;
            }
        }
    }

    /// The close code with which the server ends the socket.
    pub async fn closed(&mut self) -> u16 {
        loop {
            match tokio::time::timeout(PATIENCE, self.read()).await {
                Ok(Ok(_)) => {}
                Ok(Err(close)) => return close.map_or(1006, |c| c.code.into()),
                Err(_) => panic!("still open after {PATIENCE:?}"),
            }
        }
    }

    /// Frames that come within a while; for showing that something does not come.
    pub async fn drain(&mut self, wait: Duration) -> Vec<Value> {
        let mut frames = Vec::new();
        while let Ok(Ok(frame)) = tokio::time::timeout(wait, self.read()).await {
            frames.push(frame);
        }
        frames.retain(|frame| frame["type"] != "room");
        frames
    }

    async fn read(&mut self) -> Result<Value, Option<CloseFrame>> {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => {
                    let frame: Value = serde_json::from_str(&text).expect("frames are JSON");
                    self.seen.push(frame.clone());
                    return Ok(frame);
                }
                Some(Ok(Message::Close(frame))) => return Err(frame),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(None),
            }
        }
    }
}
