//! The built site, embedded in the binary, and the shell that every page begins from.
//!
//! Public pages get title, description and the sanitised text put into the shell, so that they read without script.

use std::fmt::Write as _;
use std::sync::{LazyLock, PoisonError, RwLock};

use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rust_embed::{EmbeddedFile, RustEmbed};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::Lang;

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

/// Every page of the app, by the folders of `web/src/routes`: `*` stands for one part of an address, `?` for one or none,
/// `**` for the rest.
/// Any other address is answered 404.
const PAGES: &[&str] = &[
    "/",
    "/aarsregnskab",
    "/bliv-med",
    "/blog",
    "/blog/*",
    "/chat",
    "/chat/*",
    "/diplom/*",
    "/forum",
    "/forum/*",
    "/forum/*/ny",
    "/forum/t/*",
    "/gendan",
    "/hjaelp",
    "/indstillinger",
    "/indstillinger/fora",
    "/indstillinger/hjaelpelinjer",
    "/indstillinger/laesning",
    "/indstillinger/laesning/tal",
    "/indstillinger/rum",
    "/indstillinger/tekster/**",
    "/log-ind",
    "/mig",
    "/mig/brev/*",
    "/moderering",
    "/moderering/*",
    "/moderering/brud",
    "/moderering/kursus/?",
    "/moderering/oevelser/?",
    "/moderering/sparring",
    "/om",
    "/personer",
    "/privatliv",
    "/sikkerhed",
    "/skriv",
    "/skriv/*",
    "/skriv/ny",
];

/// What every page shows before the app stands, and without script: as the community last said it on this node.
pub struct Frame(RwLock<(String, String)>);

impl Default for Frame {
    fn default() -> Self {
        Self(RwLock::new(("Ligesind".to_owned(), "https://www.dmi.dk/".to_owned())))
    }
}

impl Frame {
    /// The community's name, and where »Forlad siden« leads: an `https` address.
    pub fn tell(&self, name: &str, leave_url: &str) {
        let mut told = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if told.0 != name || told.1 != leave_url {
            *told = (name.to_owned(), leave_url.to_owned());
        }
    }

    /// `body` between the line with 112, the name and the way out, and below it what needs script; without that, also the
    /// pages which do not. The app takes `.shell` away.
    fn around(&self, body: &str, lang: Lang) -> String {
        let (name, leave_url) = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        let say = |key: &str| lang.say(key, &[]);
        let mut html = format!(
            "<p class=\"shell bar\"><span class=\"wrap\"><span>{} <a href=\"tel:112\">112</a></span> <a href=\"/hjaelp\">{}</a></span></p>\n\
             <div class=\"shell top\"><div class=\"wrap\"><a class=\"home\" href=\"/\">{MARK}{}</a> \
             <a class=\"leave\" href=\"{}\" rel=\"nofollow noreferrer noopener\">{EXIT}{}</a></div></div>\n",
            say("plain.danger"),
            say("plain.danger.more"),
            escape(&name),
            escape(&leave_url),
            say("plain.leave"),
        );
        html.push_str("<noscript><ul class=\"wrap plain row no-script\">");
        for (path, key) in
            [("/", "plain.home"), ("/blog", "plain.blog"), ("/forum", "plain.forum"), ("/hjaelp", "plain.help")]
        {
            let _ = write!(html, "<li><a class=\"chip\" href=\"{path}\">{}</a></li>", say(key));
        }
        let _ = write!(
            html,
            "</ul></noscript>\n{body}\n<noscript><p class=\"wrap well no-script\">{}</p></noscript>",
            say("plain.no_script")
        );
        html
    }
}

/// The community's mark and the sign of the way out, as `Mark.svelte` and `icons.ts` of the site draw them.
const MARK: &str = "<svg viewBox=\"0 0 32 28\" width=\"32\" height=\"28\" aria-hidden=\"true\">\
    <ellipse class=\"low\" cx=\"16\" cy=\"22\" rx=\"14\" ry=\"5.4\"/><ellipse class=\"mid\" cx=\"15.4\" cy=\"13\" rx=\"9.2\" ry=\"4.5\"/>\
    <ellipse class=\"high\" cx=\"17.2\" cy=\"5.2\" rx=\"5\" ry=\"3.8\"/></svg>";
const EXIT: &str = "<svg viewBox=\"0 0 24 24\" width=\"18\" height=\"18\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.8\" \
    stroke-linecap=\"round\" stroke-linejoin=\"round\" aria-hidden=\"true\">\
    <path d=\"M10 4H6a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h4M15 8l4 4-4 4M19 12H9\"/></svg>";

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
pub fn plain_page(page: &Plain, request: &HttpRequest) -> HttpResponse {
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
    respond(HttpResponse::Ok(), &head, &body, request)
}

/// The bare shell: pages that only the app can show. Not for search engines.
#[must_use]
pub fn app_page(found: bool, request: &HttpRequest) -> HttpResponse {
    let answer = if found { HttpResponse::Ok() } else { HttpResponse::NotFound() };
    respond(answer, "<meta name=\"robots\" content=\"noindex\">", "", request)
}

fn respond(mut answer: actix_web::HttpResponseBuilder, head: &str, body: &str, request: &HttpRequest) -> HttpResponse {
    let lang = Lang::of(request);
    let body = match request.app_data::<web::Data<Frame>>() {
        Some(frame) => frame.around(body, lang),
        None => Frame::default().around(body, lang),
    };
    let html = SHELL.replace(HEAD_MARK, head).replace(BODY_MARK, &body).replacen(
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
        return app_page(is_page(request.path()), &request);
    }
    // The shell that browsers keep for when there is no line.
    if path == "200.html" {
        return app_page(true, &request);
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

/// Whether the app has a page at this address; what it is about may be missing all the same.
fn is_page(path: &str) -> bool {
    PAGES.iter().any(|page| {
        let mut given = path.trim_matches('/').split('/');
        for part in page.trim_matches('/').split('/') {
            match (part, given.next()) {
                ("**", _) => return true,
                ("?", _) => {}
                (_, None) => return false,
                ("*", Some(_)) => {}
                (part, Some(other)) if part == other => {}
                _ => return false,
            }
        }
        given.next().is_none()
    })
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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// The addresses of the folders that hold a page.
    fn routes(folder: &Path, address: &str, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            if entry.path().is_dir() {
                let part = match name.as_str() {
                    group if group.starts_with('(') => String::new(),
                    rest if rest.starts_with("[...") => "/**".to_owned(),
                    optional if optional.starts_with("[[") => "/?".to_owned(),
                    any if any.starts_with('[') => "/*".to_owned(),
                    own => format!("/{own}"),
                };
                routes(&entry.path(), &format!("{address}{part}"), found);
            } else if name == "+page.svelte" {
                found.push(if address.is_empty() { "/".to_owned() } else { address.to_owned() });
            }
        }
    }

    #[test]
    fn the_pages_are_those_of_the_site() {
        let mut found = Vec::new();
        routes(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../web/src/routes")), "", &mut found);
        found.sort();
        let mut listed = PAGES.to_vec();
        listed.sort_unstable();
        assert_eq!(listed, found, "PAGES and web/src/routes");
    }

    #[test]
    fn an_address_is_a_page_or_it_is_not() {
        for path in [
            "/",
            "/forum",
            "/forum/",
            "/forum/hverdag",
            "/forum/t/1",
            "/indstillinger/tekster/pages/om",
            "/moderering/kursus",
            "/moderering/kursus/danger",
        ] {
            assert!(is_page(path), "{path}");
        }
        for path in
            ["/findes-ikke", "/forum/hverdag/andet", "/blog/a/b", "/mig/brev", "/om/os", "/moderering/kursus/a/b"]
        {
            assert!(!is_page(path), "{path}");
        }
    }
}
