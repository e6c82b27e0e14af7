//! Callers as values.

use reqwest::{Method, StatusCode};
use serde_json::Value;
use uuid::Uuid;

use crate::app::TestApp;
use crate::live::LiveClient;

/// Somebody who calls the server.
#[derive(Clone)]
pub struct Person {
    pub id: Uuid,
    pub name: String,
    pub token: Option<String>,
    base: String,
    client: reqwest::Client,
}

impl Person {
    pub fn new(app: &TestApp, id: Uuid, name: String, token: Option<String>) -> Self {
        Self { id, name, token, base: format!("http://{}", app.address), client: app.client.clone() }
    }

    /// A request to `path` under `/api/v1`, or anywhere if it begins with `//` (the second slash is dropped).
    pub fn send(&self, method: Method, path: &str) -> Request {
        let url = match path.strip_prefix("//") {
            Some(rest) => format!("{}/{rest}", self.base),
            None => format!("{}/api/v1{path}", self.base),
        };
        let mut builder = self.client.request(method, url);
        if let Some(token) = &self.token {
            builder = builder.bearer_auth(token);
        }
        Request(builder)
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path).done().await
    }

    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.send(Method::POST, path).json(body).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Reply {
        self.send(Method::PUT, path).json(body).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Reply {
        self.send(Method::PATCH, path).json(body).await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        self.send(Method::DELETE, path).done().await
    }

    /// `POST` with `If-Match`.
    pub async fn post_if(&self, path: &str, version: i64, body: Value) -> Reply {
        self.send(Method::POST, path).header("if-match", format!("\"{version}\"")).json(body).await
    }

    /// `PATCH` with `If-Match`.
    pub async fn patch_if(&self, path: &str, version: i64, body: Value) -> Reply {
        self.send(Method::PATCH, path).header("if-match", format!("\"{version}\"")).json(body).await
    }

    /// An open live socket.
    pub async fn live(&self) -> LiveClient {
        LiveClient::open(&self.base, self.token.as_deref()).await.expect("the socket opens")
    }

    pub fn base(&self) -> &str {
        &self.base
    }
}

/// A request being put together.
pub struct Request(reqwest::RequestBuilder);

impl Request {
    #[must_use]
    pub fn header(self, name: &str, value: impl AsRef<str>) -> Self {
        Self(self.0.header(name, value.as_ref()))
    }

    pub async fn json(self, body: Value) -> Reply {
        Self(self.0.json(&body)).done().await
    }

    /// Sends bytes as they are, as JSON by their type.
    pub async fn raw(self, body: impl Into<reqwest::Body>) -> Reply {
        Self(self.0.header("content-type", "application/json").body(body)).done().await
    }

    pub async fn done(self) -> Reply {
        let answer = self.0.send().await.expect("the server answers");
        let status = answer.status();
        let headers = answer.headers().clone();
        let url = answer.url().to_string();
        let text = answer.text().await.expect("a body");
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Reply { status, headers, text, json, url }
    }
}

/// What the server answered.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
    pub json: Value,
    url: String,
}

impl Reply {
    /// Checks the status and gives the body.
    #[track_caller]
    pub fn is(&self, status: u16) -> &Value {
        assert_eq!(self.status.as_u16(), status, "{} answered {}", self.url, self.text);
        &self.json
    }

    /// Checks status and code of a problem.
    #[track_caller]
    pub fn is_problem(&self, status: u16, code: &str) -> &Value {
        assert_eq!(
            (self.status.as_u16(), self.json["code"].as_str()),
            (status, Some(code)),
            "{} answered {}",
            self.url,
            self.text
        );
        let kind = self.headers.get("content-type").and_then(|v| v.to_str().ok()).unwrap_or_default();
        assert_eq!(kind, "application/problem+json");
        assert!(
            self.json["title"].as_str().is_some_and(|t| !t.starts_with("problem.")),
            "{code} has no words: {}",
            self.text
        );
        &self.json
    }

    /// Codes of the wrong fields, as `field:code`, sorted.
    #[track_caller]
    pub fn wrong_fields(&self) -> Vec<String> {
        self.is_problem(422, "invalid");
        let mut fields: Vec<String> = self.json["errors"]
            .as_array()
            .expect("errors")
            .iter()
            .map(|e| {
                assert!(e["message"].as_str().is_some_and(|m| !m.starts_with("field.")), "no words: {e}");
                format!("{}:{}", e["field"].as_str().unwrap_or_default(), e["code"].as_str().unwrap_or_default())
            })
            .collect();
        fields.sort();
        fields
    }

    /// A string of the body.
    #[track_caller]
    pub fn text_at(&self, pointer: &str) -> String {
        self.json
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_else(|| panic!("no {pointer} in {}", self.text))
            .to_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }
}
