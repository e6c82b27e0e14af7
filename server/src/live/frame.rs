//! Frames on the wire: what the server says, encoded once, and what a client may say.

use actix_http::ws::{CloseCode, CloseReason, Codec, Message};
use bytes::{Bytes, BytesMut};
use serde::Serialize;
use serde_json::{Map, Value, json};
use tokio_util::codec::Encoder;
use uuid::Uuid;

use super::conversation::Refusal;

/// Largest frame (and largest message of several frames) that a client may send.
pub const MAX_BYTES: usize = 16 * 1024;
/// The one subprotocol.
pub const PROTOCOL: &str = "ligesind.v1";

/// Why the server ends a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The server is going away.
    GoingAway,
    /// Not a websocket frame.
    ProtocolError,
    /// Text that is not UTF-8.
    NotUtf8,
    /// A frame over [`MAX_BYTES`].
    TooBig,
    /// The session has ended.
    SessionEnded,
    /// The account is suspended.
    Suspended,
    /// The reader is too slow; it resumes later.
    TooSlow,
    /// Bad frames, again and again.
    BadFrames,
    /// Too many sockets or frames.
    TooMany,
}

impl Ending {
    fn code(self) -> u16 {
        match self {
            Self::GoingAway => 1001,
            Self::ProtocolError => 1002,
            Self::NotUtf8 => 1007,
            Self::TooBig => 1009,
            Self::SessionEnded => 4001,
            Self::Suspended => 4003,
            Self::TooSlow => 4008,
            Self::BadFrames => 4009,
            Self::TooMany => 4029,
        }
    }
}

/// Bytes of one websocket message.
pub fn encode(message: Message) -> Bytes {
    let mut bytes = BytesMut::new();
    // Only a continuation out of turn can fail, and the server sends none.
    let _ = Codec::new().encode(message, &mut bytes);
    bytes.freeze()
}

/// A value as a text frame.
pub fn text(value: &impl Serialize) -> Bytes {
    encode(Message::Text(serde_json::to_string(value).unwrap_or_default().into()))
}

/// The close frame of an ending.
#[must_use]
pub fn close(ending: Ending) -> Bytes {
    encode(Message::Close(Some(CloseReason { code: CloseCode::from(ending.code()), description: None })))
}

/// An `error` frame; names the room and the message it is about, where there are some.
#[must_use]
pub fn error(refusal: &Refusal, room: Option<Uuid>, client_id: Option<Uuid>) -> Bytes {
    let mut problem = refusal.facts.clone();
    problem.insert("code".to_owned(), refusal.code.into());
    let mut frame = json!({"type": "error", "problem": problem});
    if let Some(map) = frame.as_object_mut() {
        for (name, id) in [("room", room), ("client_id", client_id)] {
            if let Some(id) = id {
                map.insert(name.to_owned(), json!(id));
            }
        }
    }
    text(&frame)
}

/// What a page is, as frames name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Target {
    /// `thread`, `post`, `board`, `front`.
    pub kind: &'static str,
    /// Which one; nil for the one front page.
    pub id: Uuid,
}

/// A frame from a client.
#[derive(Debug)]
pub enum Heard {
    /// Follow a room, from a number or from now.
    Join { room: Uuid, after: Option<i64> },
    /// Follow it no more.
    Leave { room: Uuid },
    /// Watch a page of which this version is on the screen.
    Watch { kind: String, id: Uuid, version: Option<i64> },
    /// Watch it no more.
    Unwatch { kind: String, id: Uuid },
    /// Something for the conversation.
    Other { kind: String, fields: Map<String, Value> },
}

/// Reads a frame. `None`: not one that the contract knows by its shape.
#[must_use]
pub fn read(text: &str) -> Option<Heard> {
    let Value::Object(fields) = serde_json::from_str(text).ok()? else { return None };
    let kind = fields.get("type")?.as_str()?;
    match kind {
        "join" => {
            let after = match fields.get("after_seq") {
                None | Some(Value::Null) => None,
                Some(value) => Some(value.as_i64().filter(|seq| *seq >= 0)?),
            };
            Some(Heard::Join { room: id(&fields, "room")?, after })
        }
        "leave" => Some(Heard::Leave { room: id(&fields, "room")? }),
        "watch" | "unwatch" => {
            let target = fields.get("target")?.as_object()?;
            let name = target.get("kind")?.as_str()?.to_owned();
            let id = if name == "front" { Uuid::nil() } else { id(target, "id")? };
            if kind == "unwatch" {
                return Some(Heard::Unwatch { kind: name, id });
            }
            let version = match fields.get("version") {
                None | Some(Value::Null) => None,
                Some(value) => Some(value.as_i64()?),
            };
            Some(Heard::Watch { kind: name, id, version })
        }
        _ => Some(Heard::Other { kind: kind.to_owned(), fields }),
    }
}

/// An id in a frame.
#[must_use]
pub fn id(fields: &Map<String, Value>, name: &str) -> Option<Uuid> {
    Uuid::parse_str(fields.get(name)?.as_str()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_shapes_are_read() {
        for junk in [
            "",
            "[]",
            "1",
            "{}",
            r#"{"type":[]}"#,
            r#"{"type":"join"}"#,
            r#"{"type":"join","room":"x"}"#,
            r#"{"type":"join","room":"018f0000-0000-7000-8000-000000000000","after_seq":-1}"#,
            r#"{"type":"watch","target":{"kind":{},"id":1}}"#,
        ] {
            assert!(read(junk).is_none(), "{junk}");
        }
        assert!(matches!(read(r#"{"type":"__proto__"}"#), Some(Heard::Other { .. })));
        assert!(
            matches!(read(r#"{"type":"watch","target":{"kind":"front"}}"#), Some(Heard::Watch { id, .. }) if id.is_nil())
        );
    }

    #[test]
    fn a_close_frame_carries_its_code() {
        assert_eq!(close(Ending::TooSlow).as_ref(), [0x88, 2, 0x0f, 0xa8]);
    }
}
