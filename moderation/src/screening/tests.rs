use proptest::prelude::*;

use super::*;
use crate::redaction;

/// Texts with what must be found in them.
const EXAMPLES: &str = concat!(include_str!("examples_personal.txt"), include_str!("examples_told.txt"));

fn screener() -> &'static Screener {
    Screener::standard().expect("the data of the crate is sound")
}

fn screen_on(text: &str, surface: Surface) -> Vec<Finding> {
    screener().screen(&Input { text, lang: None, surface }).findings
}

pub(super) fn screen(text: &str) -> Vec<Finding> {
    screen_on(text, Surface::Chat)
}

fn has(text: &str, category: FindingCategory) -> bool {
    screen(text).iter().any(|finding| finding.category == category)
}

fn cut(text: &str, span: Span) -> String {
    text.chars().skip(span.start as usize).take((span.end - span.start) as usize).collect()
}

fn found(text: &str, category: FindingCategory) -> Vec<String> {
    screen(text).iter().filter(|f| f.category == category).map(|f| cut(text, f.span)).collect()
}

#[test]
fn the_data_of_the_crate_is_sound() {
    Screener::builder().build().expect("every line parses");
}

#[test]
fn every_cue_that_a_detector_asks_for_has_words() {
    for name in data::Cues::NAMES {
        let line = format!("\n{name}\t");
        let known = [include_str!("../../data/cues.tsv"), include_str!("../../data/concepts.tsv")]
            .iter()
            .any(|file| file.contains(&line));
        assert!(known, "{name}");
    }
}

#[test]
fn every_pattern_finds_its_example_and_leaves_the_other_alone() {
    let data = Data::load(&[]).unwrap();
    let mut wrong = Vec::new();
    for (index, rule) in data.rules.iter().enumerate() {
        let hits = |text: &str| {
            let view = View::new(text);
            let tokens = Tokens::new(&view);
            let marks = pattern::Marks::new(&data.patterns, &tokens);
            let surface = if rule.category == FindingCategory::Stigma { Surface::StaffCopy } else { Surface::Chat };
            let doc = Doc { view: &view, tokens: &tokens, marks: &marks, data: &data };
            meaning::hits(&doc, surface).contains(&index)
        };
        if !hits(&rule.examples.0) {
            wrong.push(format!("{} misses: {}", rule.id, rule.examples.0));
        }
        if hits(&rule.examples.1) {
            wrong.push(format!("{} alarms: {}", rule.id, rule.examples.1));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn each_rule_about_words_that_put_people_off_says_why() {
    let data = Data::load(&[]).unwrap();
    let rules = data.rules.iter().filter(|rule| rule.category == FindingCategory::Stigma);
    let unknown: Vec<&str> =
        rules.filter(|rule| rule.id.parse::<Explanation>().is_err()).map(|rule| rule.id.as_str()).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn numbers_are_told_apart() {
    use FindingCategory::{BankAccount, Cpr, Phone};
    assert_eq!(found("mit cpr er 070761-4285", Cpr), ["070761-4285"]);
    assert_eq!(found("mit cpr er 670761 4285", Cpr), ["670761 4285"]);
    assert_eq!(found("skriv på 83 12 34 56 :)", Phone), ["83 12 34 56"]);
    assert_eq!(found("mit nummer er otte tre, toogtyve, femten nitten", Phone).len(), 1);
    assert_eq!(found("+45 83123456 eller", Phone), ["+45 83123456"]);
    assert_eq!(found("nummer 8️⃣3️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣", Phone).len(), 1);
    assert_eq!(found("reg.nr. 1234 konto 0001234567", BankAccount).len(), 1);
    for text in [
        "vi ses 24.12.2025 kl 18.30",
        "ordrenummer 83123456",
        "det koster 12 345 678 kr",
        "ring 112 eller 70 201 201",
        "jeg tæller en to tre fire fem seks syv otte",
        "vi vandt 21-19 21-17 21-12",
        "det var 2019-2023",
    ] {
        assert_eq!(screen(text), [], "{text}");
    }
}

#[test]
fn names_of_many_origins_are_found() {
    for name in [
        "Mette Hansen",
        "Fatima Al-Hassan",
        "Abdirahman Warsame",
        "Zeynep Yıldız",
        "Nguyen Van Thanh",
        "Aqqaluk Motzfeldt",
        "Jógvan Joensen",
        "Katarzyna Wiśniewska",
        "Hüseyin Öztürk",
        "Thusyanthan Sivakumaran",
        "Oleksandr Shevchenko",
        "Ngozi Okafor",
        "Amra Hadžić",
        "Najibullah Stanekzai",
        "Gurli Thorvaldsen",
    ] {
        let text = format!("det var {name} der sagde det");
        assert_eq!(found(&text, FindingCategory::PersonName), [name], "{text}");
    }
}

#[test]
fn what_identifies_nobody_is_left_alone() {
    for text in [
        "Taylor Swift er på turné igen",
        "jeg går i folkeskolen i Odense",
        "min sagsbehandler er rigtig sød",
        "min insta er slettet",
        "jeg arbejder i en butik",
        "Nørrebrogade er fuld af cykler",
        "læs mere på sundhed.dk",
        "jeg bor på en vej med mange træer",
        "@alle hvem kommer i aften?",
    ] {
        assert_eq!(screen(text), [], "{text}");
    }
}

#[test]
fn disguises_do_not_help() {
    let plain = "jeg vil slå mig selv ihjel i nat";
    let urgent = |text: &str| {
        let findings = screen(text);
        let report = Report { findings, identifiability: 0, signals: Signals::default(), rules_version: RULES_VERSION };
        report.action(Surface::Chat) == ScreenAction::UrgentCase
    };
    assert!(urgent(plain));
    for text in [
        "JEG VIL SLÅ MIG SELV IHJEL I NAT",
        "jeg vil slaa mig selv ihjel i nat",
        "jeg vil slå mig s\u{200b}elv ihj\u{ad}el i nat",
        "jeg vil slå mig sеlv ihjеl i nat",
        "jeg vil slååå mig selv ihjeeeel i nat",
        "jeg vil, slå mig selv ihjel... i nat!!!",
        "jeg vil sla\u{30a} mig selv ihjel i nat",
    ] {
        assert!(urgent(text), "{text}");
    }
}

#[test]
fn a_denial_never_makes_it_graver() {
    for (said, denied) in [
        ("jeg vil dø", "jeg vil ikke dø"),
        ("jeg har selvmordstanker", "jeg har ikke selvmordstanker"),
        ("jeg skærer i mig selv", "jeg skærer ikke i mig selv"),
        ("jeg går rundt og vil dø", "jeg går ikke rundt og vil dø, jeg er bare træt"),
        ("jeg har planer om at tage livet af mig", "jeg har ingen planer om at tage livet af mig"),
        ("im planning to kill myself", "im not planning to kill myself"),
    ] {
        let gravest = |text: &str| screen(text).iter().map(|f| f.severity).max();
        assert!(gravest(denied) <= gravest(said), "{denied}");
        assert_eq!(gravest(denied), Some(Severity::Low), "{denied}");
    }
}

#[test]
fn to_live_without_a_thing_is_a_way_of_speaking_and_without_somebody_is_not() {
    let gravest = |text: &str| screen(text).iter().map(|f| f.severity).max();
    assert!(gravest("jeg vil ikke leve uden kaffe om morgenen") <= Some(Severity::Low));
    assert!(gravest("i dont want to live without my cat videos") <= Some(Severity::Low));
    assert!(gravest("jeg vil ikke leve uden hende") > Some(Severity::Low));
}

#[test]
fn a_negation_of_something_else_softens_nothing() {
    for text in [
        "jeg kan ikke holde op med at tænke på at tage livet af mig",
        "der er ingen der ved at jeg har planer om at tage livet af mig",
        "jeg har ingen venner og går rundt og har lyst til at dø",
        "im not ok, im going to kill myself",
    ] {
        assert_eq!(screen(text).iter().map(|f| f.severity).max(), Some(Severity::High), "{text}");
    }
}

#[test]
fn stigmatising_words_are_for_staff_copy_only() {
    let text = "Kurset er for tidligere misbrugere";
    assert_eq!(screen_on(text, Surface::StaffCopy).len(), 1);
    assert_eq!(screen_on(text, Surface::Post), []);
}

#[test]
fn a_community_adds_its_own_words() {
    let own = Screener::builder().own_words(FindingCategory::School, ["Den Gule Villa".to_owned()]).build().unwrap();
    let text = "vi ses i den gule villa på fredag";
    let findings = own.screen(&Input { text, lang: None, surface: Surface::Post }).findings;
    assert_eq!(findings.len(), 1);
    assert_eq!(cut(text, findings[0].span), "den gule villa");
    assert_eq!(screen(text), []);
    let none = Screener::builder().own_words(FindingCategory::School, ["  ".to_owned()]).build();
    assert!(none.is_err());
}

#[test]
fn methods_are_passed_in_at_start_up() {
    let stub = include_str!("../../data/methods.stub.tsv");
    let screener = Screener::builder().methods_file(stub).build().unwrap();
    let text = "vi så blåt månestøv på himlen i aftes";
    let report = screener.screen(&Input { text, lang: None, surface: Surface::Post });
    assert_eq!(report.findings.len(), 1);
    assert_eq!(report.findings[0].category, FindingCategory::MethodInfo);
    assert_eq!(report.action(Surface::Post), ScreenAction::HoldReview);
    assert_eq!(screen_on(text, Surface::Post), []);
}

#[test]
fn redacting_what_was_suggested_leaves_nothing_to_suggest() {
    let text = "jeg hedder Mette Hansen, bor Adelgade 5, 4700 Næstved, tlf 83 12 34 56, mail x.y@example.com";
    let report = screener().screen(&Input { text, lang: None, surface: Surface::Post });
    assert_eq!(report.findings.len(), 4, "{:?}", report.findings);
    let spans = report.redactions(|what| format!("[{what} fjernet]"));
    let clean = redaction::apply(text, &spans, "").unwrap();
    assert_eq!(screen_on(&clean, Surface::Post), [], "{clean}");
}

/// Texts that make a careless reader go over the same characters again and again.
const HOSTILE: [&str; 20] = [
    "jeg vil ",
    "a.b@",
    "8 3 1 2 ",
    "(((((",
    "Mads Hansen ",
    "1",
    "a",
    "@@@",
    "snap: ",
    "å\u{301}",
    "www.a.dk/",
    "fem og tyve ",
    "Adelgade 5, 4700 ",
    "\u{200b}",
    "ﷺ",
    "a-",
    "a.a",
    "min sagsbehandler som er ",
    "jeg vil dø af grin. jeg hader dig. ",
    "1f0b7c22-9d11-",
];

#[test]
fn hostile_texts_are_read_to_their_end() {
    for part in HOSTILE {
        let text = part.repeat(20_000 / part.len());
        let length = u32::try_from(text.chars().count()).unwrap();
        assert!(screen(&text).iter().all(|f| f.span.start < f.span.end && f.span.end <= length), "{part:?}");
    }
}

/// Counted by what every part of the reading must do, so that no clock decides.
#[test]
fn work_grows_with_the_length_of_a_text_and_no_faster() {
    let work = |text: &str| {
        let before = work::done();
        std::hint::black_box(screen(text));
        work::done() - before
    };
    for part in HOSTILE {
        let (short, long) = (part.repeat(4_000 / part.len()), part.repeat(32_000 / part.len()));
        let (one, eight) = (work(&short), work(&long));
        assert!(eight <= one * 10 + 10_000, "{part:?}: {one} for 4 kB, {eight} for 32 kB");
        let most = 400 * long.len() as u64;
        assert!(eight <= most, "{part:?}: {eight} steps for {} bytes", long.len());
    }
}

fn words() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        "[a-zæøå]{1,9}",
        "[0-9]{1,10}",
        Just("jeg".to_owned()),
        Just("hedder".to_owned()),
        Just("snap".to_owned()),
        Just("@".to_owned()),
        Just("+45".to_owned()),
        Just("Hansen".to_owned()),
        Just("Adelgade".to_owned()),
        Just("dø".to_owned()),
        Just("\u{20e3}".to_owned()),
        Just(".".to_owned()),
        "\\PC{1,3}",
    ];
    proptest::collection::vec(word, 0..30).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_text_is_read_and_spans_stay_inside(text in prop_oneof![any::<String>(), words()]) {
        for surface in [Surface::Post, Surface::StaffCopy] {
            let count = u32::try_from(text.chars().count()).unwrap();
            let findings = screen_on(&text, surface);
            for finding in &findings {
                prop_assert!(finding.span.start < finding.span.end && finding.span.end <= count);
            }
            let spans = screener()
                .screen(&Input { text: &text, lang: None, surface })
                .redactions(|_| "█".to_owned());
            prop_assert!(redaction::apply(&text, &spans, "").is_ok());
        }
    }

    #[test]
    fn redacting_comes_to_rest(text in words()) {
        let mut text = text;
        let rest = (0..6).any(|_| {
            let (clean, changed) = redacted(&text);
            text = clean;
            !changed
        });
        prop_assert!(rest, "{}", text);
    }

    #[test]
    fn the_same_text_gives_the_same_report(text in words()) {
        prop_assert_eq!(screen(&text), screen(&text));
    }
}

#[test]
fn english_is_read_as_well() {
    assert!(has("my dad keeps hitting me", FindingCategory::Abuse));
    assert!(has("i want to die tonight", FindingCategory::Suicide));
    assert!(has("my number is 07700 900123", FindingCategory::Phone));
    assert!(!has("i died laughing", FindingCategory::Suicide));
}

/// A text and the labels written into it as `[[category:span]]`.
fn labelled(line: &str) -> (String, Vec<(FindingCategory, String)>) {
    let (mut text, mut labels, mut rest) = (String::new(), Vec::new(), line);
    while let Some((before, after)) = rest.split_once("[[") {
        // A span may itself end with a bracket.
        let close = after.find("]]").unwrap();
        let close = if after[close..].starts_with("]]]") { close + 1 } else { close };
        let (category, span) = after[..close].split_once(':').unwrap();
        text.push_str(before);
        text.push_str(span);
        labels.push((category.parse().unwrap(), span.to_owned()));
        rest = &after[close + 2..];
    }
    text.push_str(rest);
    (text, labels)
}

#[test]
fn written_out_examples_of_personal_data_are_found_whole() {
    let mut wrong = Vec::new();
    for line in lexicon::lines(EXAMPLES) {
        let (text, labels) = labelled(line);
        let found: Vec<(FindingCategory, String)> = screen_on(&text, Surface::Post)
            .iter()
            .filter(|finding| finding.category.is_personal())
            .map(|finding| (finding.category, cut(&text, finding.span)))
            .collect();
        // A few characters more or less at the edges are no matter.
        let same = found.len() == labels.len()
            && found.iter().zip(&labels).all(|(a, b)| {
                let (short, long) = (a.1.len().min(b.1.len()), a.1.len().max(b.1.len()));
                a.0 == b.0 && (a.1.contains(&b.1) || b.1.contains(&a.1)) && short * 2 >= long
            });
        if !same {
            wrong.push(format!("{text} -> {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn numbers_over_two_lines_are_found() {
    use FindingCategory::Phone;
    for (text, number) in [
        ("min første del 8312\nanden del 4556", "8312\nanden del 4556"),
        ("nummeret er\n8419\n0377", "8419\n0377"),
        ("nr er 83 12\n45 56", "83 12\n45 56"),
        ("otte fire en ni\nnul tre syv syv er mit", "otte fire en ni\nnul tre syv syv"),
    ] {
        assert_eq!(found(text, Phone), [number], "{text}");
    }
    for text in
        ["sæson 2019\n2020", "8312\n4556", "starter 20.30\nslutter 22.15", "første del 1200 ord\nanden del 1500 ord"]
    {
        assert_eq!(found(text, Phone), [""; 0], "{text}");
    }
}

/// Replaces what is suggested, and says whether that changed anything.
fn redacted(text: &str) -> (String, bool) {
    let report = screener().screen(&Input { text, lang: None, surface: Surface::Post });
    let spans = report.redactions(|_| "█".to_owned());
    (redaction::apply(text, &spans, "").unwrap(), !spans.is_empty())
}

#[test]
fn redacting_twice_is_redacting_once() {
    let mut left = Vec::new();
    for line in lexicon::lines(EXAMPLES) {
        let (once, _) = redacted(&labelled(line).0);
        let (twice, _) = redacted(&once);
        if once != twice {
            left.push(format!("{once} -> {twice}"));
        }
    }
    assert!(left.is_empty(), "{left:#?}");
}
