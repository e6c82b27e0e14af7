//! What the sources themselves promise: the import order, and that no text for people stands in code.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A module uses only what stands on a lower row; modules on one row do not know each other.
const ORDER: &[&[&str]] = &[
    &["commands"],
    &["server"],
    &["app"],
    &["evaluation"],
    &["forum", "blog", "chat", "letterbox", "events", "matching"],
    &["discussion"],
    &["groups", "training", "search", "oversight"],
    &["casework"],
    &["accounts"],
    &["community"],
    &["notify", "live", "screening", "privacy"],
    &["audit"],
    &["access"],
    &["http"],
    &["infra"],
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// All files below a folder with one of these endings, generated and installed ones left out.
fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            if !name.starts_with('.') && name != "node_modules" && name != "build" {
                found.extend(files(&path, endings));
            }
        } else if endings.iter().any(|ending| name.ends_with(ending)) {
            found.push(path);
        }
    }
    found
}

/// The code of a Rust file: comments and the tests at its end left out.
fn code_of(path: &Path) -> String {
    let text = std::fs::read_to_string(path).expect("a source");
    let code = text.split("\n#[cfg(test)]").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The first names behind every `crate::`, those of a braced list too.
fn imports(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        if let Some(list) = rest.strip_prefix('{') {
            let (mut depth, mut item) = (0, String::new());
            for c in list.chars() {
                match c {
                    '}' if depth == 0 => break,
                    ',' if depth == 0 => found.insert(first_name(&std::mem::take(&mut item))),
                    '{' => {
                        depth += 1;
                        continue;
                    }
                    '}' => {
                        depth -= 1;
                        continue;
                    }
                    c => {
                        item.push(c);
                        continue;
                    }
                };
            }
            found.insert(first_name(&item));
        } else {
            found.insert(first_name(rest));
        }
    }
    found.remove("");
    found
}

fn first_name(path: &str) -> String {
    path.trim_start().chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
}

fn row(module: &str) -> Option<usize> {
    ORDER.iter().position(|names| names.contains(&module))
}

#[test]
fn imports_never_climb() {
    let src = root().join("server/src");
    let mut wrong = Vec::new();
    for path in files(&src, &[".rs"]) {
        let inside = path.strip_prefix(&src).expect("below src");
        let top = inside.components().next().expect("a name").as_os_str().to_string_lossy();
        let module = top.trim_end_matches(".rs");
        if matches!(module, "lib" | "main") {
            continue;
        }
        let Some(from) = row(module) else {
            wrong.push(format!("{module} has no place in the import order (tests/it/sources.rs, server/README.md)"));
            continue;
        };
        for used in imports(&code_of(&path)) {
            if used != module && row(&used).is_some_and(|to| to <= from) {
                wrong.push(format!("{} uses {used}, which does not stand below it", inside.display()));
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_check_of_imports_sees_every_form() {
    let code = "use crate::infra::db;\nuse crate::{http::{problem, page}, access};\nfn f() { crate::audit::log(); }";
    assert_eq!(imports(code), ["access", "audit", "http", "infra"].map(str::to_owned).into());
    assert!(row("forum") < row("casework") && row("http") < row("infra") && row("forum") == row("chat"));
}

/// Danish letters give Danish text away; English text beside them would have no Danish sister.
#[test]
fn no_text_for_people_stands_in_code() {
    let is_danish = |line: &str| line.contains(['æ', 'ø', 'å', 'Æ', 'Ø', 'Å']);
    let mut found = Vec::new();
    for path in files(&root().join("server/src"), &[".rs"]) {
        found.extend(
            code_of(&path).lines().filter(|l| is_danish(l)).map(|l| format!("{}: {}", path.display(), l.trim())),
        );
    }
    for path in files(&root().join("web/src"), &[".svelte", ".ts"]) {
        if path.components().any(|part| part.as_os_str() == "i18n") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a source");
        let told =
            |line: &&str| is_danish(line) && !line.trim_start().starts_with(['/', '*']) && !line.contains("<!--");
        found.extend(text.lines().filter(told).map(|line| format!("{}: {}", path.display(), line.trim())));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn both_languages_of_the_server_are_complete() {
    let read = |lang: &str| -> BTreeMap<String, String> {
        let path = root().join(format!("server/text/{lang}.json"));
        serde_json::from_str(&std::fs::read_to_string(path).expect("a catalogue")).expect("keys and texts")
    };
    let (danish, english) = (read("da"), read("en"));
    assert_eq!(danish.keys().collect::<Vec<_>>(), english.keys().collect::<Vec<_>>());
    for (key, text) in &danish {
        assert!(!text.trim().is_empty() && !english[key].trim().is_empty(), "{key} is empty");
        assert_eq!(holes(text), holes(&english[key]), "{key} names other values in English");
    }
}

/// The `{names}` in a text.
fn holes(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name)).collect()
}
