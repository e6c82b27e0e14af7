//! Nothing harmless that the demo community shows may be held or called urgent.

use moderation::policy::{ScreenAction, Surface};
use moderation::screening::{Input, Screener};
use serde_json::Value;

/// What the demo shows on purpose: a cry for help, contact-seeking, advertising, and a report of it.
const ON_PURPOSE: [&str; 4] = [
    "hej mosekonge du virker sød. er du alene hjemme?",
    "jeg troede det var blevet bedre men i dag orker jeg ikke mere",
    "Glem praktikken!! Jeg tjener 8.000 om ugen",
    "han spurgte om jeg var alene hjemme",
];

fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) if text.contains(' ') => found.push(text.clone()),
        Value::Array(list) => {
            // Tags are read together.
            let words: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
            found.push(words.join(", "));
            list.iter().for_each(|value| texts(value, found));
        }
        Value::Object(fields) => fields.values().for_each(|value| texts(value, found)),
        _ => {}
    }
}

#[test]
fn the_demo_community_is_left_in_peace() {
    let files = [
        include_str!("../../server/demo/accounts.json"),
        include_str!("../../server/demo/boards.json"),
        include_str!("../../server/demo/moderation.json"),
        include_str!("../../server/demo/posts.json"),
        include_str!("../../server/demo/rooms.json"),
        include_str!("../../server/demo/threads.json"),
    ];
    let screener = Screener::standard().expect("the data of the crate is sound");
    let mut all = Vec::new();
    for file in files {
        texts(&serde_json::from_str(file).expect("a JSON file"), &mut all);
    }
    assert!(all.len() > 300);
    let action =
        |text: &str| screener.screen(&Input { text, lang: None, surface: Surface::Post }).action(Surface::Post);
    let purpose = |text: &str| ON_PURPOSE.iter().any(|begin| text.starts_with(begin));
    let held: Vec<&String> =
        all.iter().filter(|text| !purpose(text) && action(text) >= ScreenAction::HoldReview).collect();
    assert!(held.is_empty(), "{held:#?}");
    for text in all.iter().filter(|text| purpose(text)) {
        assert!(action(text) >= ScreenAction::HoldReview, "{text}");
    }
}
