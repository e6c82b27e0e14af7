//! The built site, embedded in the binary, and the shell that every page begins from.
//!
//! Public pages get title, description and the sanitised text put into the shell, so that they read without script.

use std::fmt::Write as _;
use std::sync::LazyLock;

use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rust_embed::{EmbeddedFile, RustEmbed};
use serde::Serialize;
use sha2::{Digest, Sha256};

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../web/build/"]
struct Site;

const HEAD_MARK: &str = "<!--ssr:head-->";
const BODY_MARK: &str = "<!--ssr:body-->";

/// The page that the app starts from; a bare one where the site was not built (tests of the server alone).
static SHELL: LazyLock<String> = LazyLock::new(|| {
    Site::get("200.html")
        .and_then(|file| String::from_utf8(file.data.into_owned()).ok())
        .unwrap_or_else(|| include_str!("bare_shell.html").to_owned())
});

/// `'sha256-…'` of each inline script of the shell, for the Content-Security-Policy.
pub static SCRIPT_HASHES: LazyLock<String> = LazyLock::new(|| {
    let mut hashes = String::new();
    let mut rest = SHELL.as_str();
    while let Some((_, after)) = rest.split_once("<script") {
        let Some((attributes, after)) = after.split_once('>') else { break };
        let Some((script, after)) = after.split_once("</script>") else { break };
        if !attributes.contains("src=") {
            let _ = write!(hashes, " 'sha256-{}'", STANDARD.encode(Sha256::digest(script.as_bytes())));
        }
        rest = after;
    }
    hashes
});

/// What a public page puts into the shell. Only what a visitor may see.
#[derive(Default)]
pub struct Plain {
    /// `<title>`: section and neutral name, never the title of a text.
    pub title: String,
    /// Description for search engines and previews.
    pub description: String,
    /// Heading for previews (`og:title`); empty: none.
    pub preview_title: String,
    /// Address of the page within the site.
    pub path: String,
    /// Trusted HTML: made from sanitised texts and [`escape`]d words.
    pub html: String,
    /// Answers that the app takes instead of asking for them, by address.
    pub boot: serde_json::Map<String, serde_json::Value>,
}

impl Plain {
    /// Puts the answer of `GET` `address` under `/api/v1` into the page, query included.
    #[must_use]
    pub fn with_boot(mut self, address: &str, answer: &impl Serialize) -> Self {
        self.boot.insert(format!("/api/v1{address}"), serde_json::to_value(answer).unwrap_or_default());
        self
    }
}

/// `text` with the characters that mean something in HTML escaped: fit for elements and quoted attributes.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// The shell with a public page's text in it.
#[must_use]
pub fn plain_page(page: &Plain, lang: super::Lang) -> HttpResponse {
    let mut head = format!(
        "<title>{}</title>\n<meta name=\"description\" content=\"{}\">",
        escape(&page.title),
        escape(&page.description)
    );
    if !page.preview_title.is_empty() {
        let _ = write!(
            head,
            "\n<meta property=\"og:title\" content=\"{}\">\n<meta property=\"og:type\" content=\"article\">\n<link rel=\"canonical\" href=\"{}\">",
            escape(&page.preview_title),
            escape(&page.path)
        );
    }
    let mut body = format!("<div id=\"ssr\">{}</div>", page.html);
    if !page.boot.is_empty() {
        // `<` cannot end the script element from inside the data.
        let json = serde_json::to_string(&page.boot).unwrap_or_default().replace('<', "\\u003c");
        let _ = write!(body, "\n<script type=\"application/json\" id=\"boot\">{json}</script>");
    }
    respond(HttpResponse::Ok(), &head, &body, lang)
}

/// The bare shell: pages that only the app can show. Not for search engines.
#[must_use]
pub fn app_page(found: bool, lang: super::Lang) -> HttpResponse {
    let answer = if found { HttpResponse::Ok() } else { HttpResponse::NotFound() };
    respond(answer, "<meta name=\"robots\" content=\"noindex\">", "", lang)
}

fn respond(mut answer: actix_web::HttpResponseBuilder, head: &str, body: &str, lang: super::Lang) -> HttpResponse {
    let html = SHELL.replace(HEAD_MARK, head).replace(BODY_MARK, body).replacen(
        "lang=\"da\"",
        &format!("lang=\"{}\"", lang.code()),
        1,
    );
    answer.content_type("text/html; charset=utf-8").insert_header((header::CACHE_CONTROL, "no-store")).body(html)
}

/// A file of the site, or the shell for an address that the app knows how to show.
pub async fn serve(request: HttpRequest) -> HttpResponse {
    let path = request.path().trim_start_matches('/');
    if path.is_empty() || !path.rsplit('/').next().is_some_and(|name| name.contains('.')) {
        return app_page(true, super::Lang::of(&request));
    }
    let accepted = request.headers().get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
    for (encoding, ending) in [("br", ".br"), ("gzip", ".gz")] {
        if accepted.contains(encoding)
            && let Some(file) = Site::get(&format!("{path}{ending}"))
        {
            return send(path, file, Some(encoding));
        }
    }
    match Site::get(path) {
        Some(file) if !path.ends_with(".html") => send(path, file, None),
        _ => HttpResponse::NotFound().finish(),
    }
}

fn send(path: &str, file: EmbeddedFile, encoding: Option<&'static str>) -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    answer.content_type(content_type(path)).insert_header((header::VARY, "accept-encoding"));
    // Both carry a hash or a version in their names.
    let unchanging = path.starts_with("_app/immutable/") || path.starts_with("fonts/");
    let caching = if unchanging { "public, max-age=31536000, immutable" } else { "no-cache" };
    answer.insert_header((header::CACHE_CONTROL, caching));
    // Already compressed when built, or small: the compressing middleware must leave it alone.
    answer.insert_header((header::CONTENT_ENCODING, HeaderValue::from_static(encoding.unwrap_or("identity"))));
    match file.data {
        std::borrow::Cow::Borrowed(bytes) => answer.body(bytes),
        std::borrow::Cow::Owned(bytes) => answer.body(bytes),
    }
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        _ => "application/octet-stream",
    }
}
