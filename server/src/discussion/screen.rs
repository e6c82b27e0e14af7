//! Screening of texts that have several fields: each is read by itself, so that advice names the field it is about.

use serde_json::{Value, json};

use crate::http::Problem;
use crate::screening::{self, Surface, Verdict};

/// Name of the field whose rewording the author is offered.
const BODY: &str = "body";

/// Reads the fields of a text and answers the gravest verdict.
///
/// # Errors
/// 422 `advice` for the first field that calls for it, with its name as `field`; `redacted_text` only for the body.
pub fn read_fields(surface: Surface, fields: &[(&'static str, &str)], confirmed: bool) -> Result<Verdict, Problem> {
    let mut gravest = Verdict::Publish;
    for (field, text) in fields.iter().filter(|(_, text)| !text.is_empty()) {
        let verdict = screening::read(surface, text, confirmed).map_err(|problem| named(problem, field))?;
        if rank(&verdict) < rank(&gravest) {
            gravest = verdict;
        }
    }
    Ok(gravest)
}

/// Lower is graver: what is held by its level, then what is published with help.
fn rank(verdict: &Verdict) -> u8 {
    match verdict {
        Verdict::Hold { level, .. } => level.number(),
        Verdict::PublishWithHelp(_) => u8::MAX - 1,
        Verdict::Publish => u8::MAX,
    }
}

fn named(problem: Problem, field: &str) -> Problem {
    let Problem::Unprocessable("advice", Value::Object(mut facts)) = problem else { return problem };
    facts.insert("field".to_owned(), json!(field));
    if field != BODY {
        facts.remove("redacted_text");
    }
    Problem::Unprocessable("advice", Value::Object(facts))
}
