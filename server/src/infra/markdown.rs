//! Markdown to HTML that is safe to show: comrak renders, ammonia keeps only what is on the list.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use comrak::{Options, markdown_to_html};

/// No raw HTML, no images, no ids or classes: what a person may write looks the same everywhere.
static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut builder = ammonia::Builder::empty();
    builder
        .tags(HashSet::from([
            "p",
            "br",
            "em",
            "strong",
            "del",
            "blockquote",
            "ul",
            "ol",
            "li",
            "a",
            "code",
            "pre",
            "h2",
            "h3",
            "h4",
            "hr",
            "table",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
        ]))
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"])), ("ol", HashSet::from(["start"]))]))
        .url_schemes(HashSet::from(["https", "http", "mailto", "tel"]))
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("nofollow ugc noopener noreferrer"))
        .clean_content_tags(HashSet::from(["script", "style"]));
    builder
});

/// Renders `markdown` to sanitised HTML. Headings begin at `h2`, since the page has its own `h1`.
#[must_use]
pub fn render(markdown: &str) -> String {
    if is_one_plain_line(markdown) { format!("<p>{markdown}</p>\n") } else { render_whole(markdown) }
}

/// Whether no sign in it means anything to Markdown or HTML, as in most of what is said in a chat.
fn is_one_plain_line(text: &str) -> bool {
    let is_plain = |c: char| {
        c.is_alphanumeric() || matches!(c, ' ' | ',' | '.' | '!' | '?' | '\'' | '😀'..='🙏' | '❤' | '\u{fe0f}')
    };
    text.starts_with(char::is_alphabetic)
        && text.ends_with(|c: char| c != ' ')
        && text.chars().all(is_plain)
        // What begins a link by itself.
        && !text.as_bytes().windows(3).any(|three| three.eq_ignore_ascii_case(b"www"))
}

fn render_whole(markdown: &str) -> String {
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.autolink = true;
    options.extension.table = true;
    options.render.hardbreaks = true;
    options.render.escape = true;
    let html = markdown_to_html(markdown, &options).replace("<h1>", "<h2>").replace("</h1>", "</h2>");
    CLEANER.clean(&html).to_string()
}

/// The first `max` characters of a text without its markup, cut at a word.
#[must_use]
pub fn excerpt(html: &str, max: usize) -> String {
    static PLAIN: LazyLock<ammonia::Builder<'static>> = LazyLock::new(ammonia::Builder::empty);
    let spaced = ["</p>", "<br", "</li>", "</th>", "</td>"]
        .iter()
        .fold(html.to_owned(), |html, tag| html.replace(tag, &format!(" {tag}")));
    let text = PLAIN.clean(&spaced).to_string();
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&nbsp;", " ")
        .replace("&amp;", "&");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= max {
        return text;
    }
    let cut: String = text.chars().take(max).collect();
    let cut = cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _)| whole);
    format!("{cut} …")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_runs_or_loads_survives() {
        for nasty in [
            "<img src=x onerror=alert(1)>",
            "![x](https://example.org/x.png)",
            "[x](javascript:alert(1))",
            "<svg/onload=alert(1)>",
            "[x](data:text/html;base64,PHNjcmlwdD4=)",
            "<a href=\"//evil.example\">x</a>",
            "`<script>alert(1)</script>`",
        ] {
            let html = render(nasty);
            // What was escaped is text that anybody may read: only real tags count.
            for bad in
                ["<img", "<svg", "<script", "<a href=\"javascript", "<a href=\"data", "<a href=\"//", " onerror=\""]
            {
                assert!(!html.contains(bad), "{nasty} gave {html}");
            }
        }
    }

    #[test]
    fn a_plain_line_is_rendered_as_every_other_text() {
        let parts = [
            "hej",
            "Æblegrød",
            " ",
            "  ",
            ", ",
            ".",
            "...",
            "!",
            "?",
            "'",
            "1",
            "1.",
            "😀",
            "❤️",
            "www.",
            "WWW.a.dk",
            "wwww",
            "ß",
            "\u{a0}",
            "a.dk",
            "-",
            "*",
            "_",
            "&amp;",
            "<b>",
            "\n",
            "http",
            "ftp",
            "ſ",
            "\u{2028}",
            "(",
            "\"",
            "`",
        ];
        let mut plain = 0_u32;
        for first in parts {
            for second in parts {
                for third in parts {
                    let text = format!("{first}{second}{third}");
                    if is_one_plain_line(&text) {
                        plain += 1;
                        assert_eq!(render(&text), render_whole(&text), "{text:?}");
                    }
                }
            }
        }
        assert!(plain > 1000, "{plain}");
    }

    #[test]
    fn links_open_safely_and_headings_step_down() {
        let html = render("# Hej\n\nSe <https://example.org>");
        assert!(html.contains("<h2>Hej</h2>"), "{html}");
        assert!(html.contains("rel=\"nofollow ugc noopener noreferrer\""), "{html}");
    }

    #[test]
    fn a_table_is_one() {
        let html = render("| Hvad | Hvor længe |\n|---|---|\n| Kladder | 90 dage |");
        assert!(html.contains("<th>Hvad</th>") && html.contains("<td>90 dage</td>"), "{html}");
        assert_eq!(excerpt(&html, 100), "Hvad Hvor længe Kladder 90 dage");
    }

    #[test]
    fn an_excerpt_has_no_markup_and_ends_at_a_word() {
        assert_eq!(excerpt("<p>Jeg <em>er</em> her &amp; nu</p>", 100), "Jeg er her & nu");
        assert_eq!(excerpt("<p>aaa bbb ccc</p>", 8), "aaa bbb …");
    }
}
