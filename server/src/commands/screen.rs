//! `ligesind screen`: texts in, findings out, one JSON object a line. Needs no database.

use std::io::{BufRead, Write};

use anyhow::bail;
use moderation::policy::Surface;
use moderation::screening::{Input, Lang, Screener};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Line {
    id: Value,
    #[serde(default)]
    lang: Option<String>,
    surface: String,
    text: String,
}

/// Reads texts from standard input and writes what is found in each.
///
/// # Errors
/// At the end, when a line could not be read.
pub fn run() -> anyhow::Result<()> {
    let Some(screener) = Screener::standard() else { bail!("the lexicons of this build are broken") };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut bad = 0_usize;
    for line in std::io::stdin().lock().lines() {
        let answer = match read(screener, &line?) {
            Ok(answer) => answer,
            Err(error) => {
                bad += 1;
                json!({"id": null, "error": error})
            }
        };
        writeln!(out, "{answer}")?;
    }
    out.flush()?;
    if bad > 0 {
        bail!("{bad} lines could not be read");
    }
    Ok(())
}

fn read(screener: &Screener, line: &str) -> Result<Value, String> {
    let line: Line = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let surface: Surface = line.surface.parse().map_err(|_| "unknown surface".to_owned())?;
    let lang: Option<Lang> = line.lang.map(|l| l.parse().map_err(|_| "unknown lang".to_owned())).transpose()?;
    let report = screener.screen(&Input { text: &line.text, lang, surface });
    let findings: Vec<Value> = report
        .findings
        .iter()
        .map(|f| {
            json!({"category": f.category, "start": f.span.start, "end": f.span.end, "severity": f.severity,
                   "confidence": f.confidence})
        })
        .collect();
    Ok(json!({"id": line.id, "findings": findings, "action": report.action(surface)}))
}
