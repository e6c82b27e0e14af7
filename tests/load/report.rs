//! What is measured: medians of rounds, for people and for programs.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use serde_json::json;

/// Collects figures, prints each as it comes and writes it to the file of results.
pub struct Report {
    file: File,
}

impl Report {
    pub fn new(path: &str) -> Self {
        if let Some(folder) = Path::new(path).parent() {
            std::fs::create_dir_all(folder).expect("a folder for the results");
        }
        println!("{:<44} {:>12} {:>12} {:>7}  unit", "figure", "ours", "limit", "ratio");
        Self { file: File::create(path).expect("a file for the results") }
    }

    /// One figure: the medians of ours and of its limit. `ratio` is ours for each of the limit's.
    pub fn add(&mut self, name: &str, unit: &str, ours: &[f64], limit: &[f64]) {
        let (value, limit) = (median(ours), median(limit));
        let ratio = if limit > 0.0 { value / limit } else { 0.0 };
        println!("{name:<44} {value:>12.1} {limit:>12.1} {ratio:>7.3}  {unit}");
        let line =
            json!({"name": name, "value": round(value), "unit": unit, "limit": round(limit), "ratio": round(ratio)});
        writeln!(self.file, "{line}").expect("results can be written");
    }

    pub fn close(self) {
        self.file.sync_all().expect("results can be written");
    }
}

fn round(figure: f64) -> f64 {
    (figure * 1000.0).round() / 1000.0
}

pub fn median(rounds: &[f64]) -> f64 {
    let mut sorted = rounds.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}
