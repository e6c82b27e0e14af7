//! What does not change the meaning of a text must not change what is found in it.

use super::tests::screen;
use super::*;

const TEXTS: [(&str, FindingCategory); 30] = [
    ("jeg vil slå mig selv ihjel i nat", FindingCategory::Suicide),
    ("jeg vil ikke leve mere", FindingCategory::Suicide),
    ("jeg har selvmordstanker hver dag", FindingCategory::Suicide),
    ("min veninde siger hun vil tage sit eget liv", FindingCategory::Suicide),
    ("i want to die tonight", FindingCategory::Suicide),
    ("jeg skærer i mig selv", FindingCategory::SelfHarm),
    ("jeg har lige skåret mig i armen", FindingCategory::SelfHarm),
    ("i just cut myself again", FindingCategory::SelfHarm),
    ("min stedfar slår mig hver uge", FindingCategory::Abuse),
    ("jeg blev voldtaget i weekenden", FindingCategory::Abuse),
    ("my uncle touches me", FindingCategory::Abuse),
    ("jeg har taget alle mine piller", FindingCategory::Overdose),
    ("i took a whole pack of painkillers", FindingCategory::Overdose),
    ("jeg stikker af hjemmefra i nat", FindingCategory::RunningAway),
    ("jeg har ikke noget sted at sove i nat", FindingCategory::RunningAway),
    ("send et billede uden tøj", FindingCategory::Grooming),
    ("det skal være vores hemmelighed", FindingCategory::Grooming),
    ("er du alene hjemme?", FindingCategory::Grooming),
    ("gå hjem og dø", FindingCategory::Harassment),
    ("du er så grim og klam", FindingCategory::Harassment),
    ("alle muslimer skal ud af landet", FindingCategory::Hate),
    ("hvor mange piller skal der til", FindingCategory::MethodInfo),
    ("søger en ana-buddy", FindingCategory::ProEd),
    ("mit nummer er 83 12 34 56", FindingCategory::Phone),
    ("mit cpr er 070761-4285", FindingCategory::Cpr),
    ("min mail er solsikke@example.com", FindingCategory::Email),
    ("jeg bor på Adelgade 5, 4700 Næstved", FindingCategory::Address),
    ("mit snap er ninjakat_502", FindingCategory::Handle),
    ("jeg hedder Mette Hansen", FindingCategory::PersonName),
    ("jeg går i 8.b på Birkevangskolen", FindingCategory::School),
];

fn gravest(text: &str, category: FindingCategory) -> Option<Severity> {
    screen(text).iter().filter(|finding| finding.category == category).map(|finding| finding.severity).max()
}

fn all_keep(what: &str, change: impl Fn(&str) -> String) {
    let mut lost = Vec::new();
    for (text, category) in TEXTS {
        let before = gravest(text, category);
        assert!(before.is_some(), "{text}");
        let changed = change(text);
        if gravest(&changed, category) < before {
            lost.push(format!("{category} {before:?}: {changed} {:?}", gravest(&changed, category)));
        }
    }
    assert!(lost.is_empty(), "{what}: {lost:#?}");
}

/// Changes every letter of words, and leaves what is an address or a name on a service as it is.
fn letters(text: &str, change: impl Fn(char) -> String) -> String {
    let word = |word: &str| match word.contains(['@', '_', '.']) {
        true => word.to_owned(),
        false => word.chars().map(&change).collect(),
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

#[test]
fn invisible_characters_lose_nothing() {
    for hidden in ['\u{200b}', '\u{ad}', '\u{2060}', '\u{feff}', '\u{200d}'] {
        all_keep("invisible", |text| text.chars().flat_map(|c| [c, hidden]).collect());
    }
}

#[test]
fn letters_that_look_alike_lose_nothing() {
    let look = |c| match c {
        'a' => 'а',
        'e' => 'е',
        'o' => 'о',
        'i' => 'і',
        'p' => 'р',
        other => other,
    };
    all_keep("look-alikes", |text| letters(text, |c| look(c).to_string()));
}

#[test]
fn wide_and_keycap_forms_lose_nothing() {
    let wide = |c: char| match c {
        '!'..='~' => char::from_u32(c as u32 + 0xfee0).unwrap_or(c),
        other => other,
    };
    all_keep("wide", |text| text.chars().map(wide).collect());
    all_keep("keycap", |text| {
        text.chars().flat_map(|c| if c.is_ascii_digit() { vec![c, '\u{fe0f}', '\u{20e3}'] } else { vec![c] }).collect()
    });
}

#[test]
fn capitals_lose_nothing() {
    // A name in capitals among capitals looks like any other word, so names are left out.
    let named = |text: &str| text.contains("hedder") || text.contains("skolen") || text.contains('_');
    all_keep("capitals", |text| if named(text) { text.to_owned() } else { text.to_uppercase() });
    all_keep("first letter", |text| {
        let mut rest = text.chars();
        rest.next().map_or_else(String::new, |c| c.to_uppercase().chain(rest).collect())
    });
}

#[test]
fn drawn_out_letters_lose_nothing() {
    let drawn = |c| match c {
        'a' | 'e' | 'ø' | 'å' | 'u' => format!("{c}{c}{c}{c}"),
        other => other.to_string(),
    };
    // In a name they make another name.
    let named = |text: &str| text.contains(['A', 'M', 'B', '_', '@']);
    all_keep("drawn out", |text| if named(text) { text.to_owned() } else { letters(text, drawn) });
}

#[test]
fn another_spelling_of_danish_letters_loses_nothing() {
    all_keep("ae oe aa", |text| text.replace('æ', "ae").replace('ø', "oe").replace('å', "aa"));
    all_keep("combining", |text| text.replace('å', "a\u{30a}"));
}

#[test]
fn signs_and_pictures_around_lose_nothing() {
    for (before, after) in
        [("", "!!!"), ("", "..."), ("😭 ", " 💔"), ("  ", "  "), ("- ", "\n"), ("\"", "\""), ("", " ❤️❤️")]
    {
        all_keep("around", |text| format!("{before}{text}{after}"));
    }
    all_keep("space", |text| text.replace(' ', "  "));
    all_keep("lines", |text| format!("hej alle sammen\n{text}\nhvad skal jeg gøre"));
}

#[test]
fn a_denial_never_raises_severity() {
    let mut graver = Vec::new();
    for (text, category) in TEXTS.iter().filter(|(_, category)| category.is_crisis()) {
        let words: Vec<&str> = text.split(' ').collect();
        for place in 1..=words.len() {
            let mut denied = words.clone();
            denied.insert(place, if text.starts_with("i ") || text.starts_with("my ") { "not" } else { "ikke" });
            let denied = denied.join(" ");
            let highest = screen(&denied).iter().filter(|f| f.category.is_crisis()).map(|f| f.severity).max();
            if highest > gravest(text, *category) {
                graver.push(denied);
            }
        }
    }
    assert!(graver.is_empty(), "{graver:#?}");
}

#[test]
fn a_longer_text_hides_nothing() {
    let filler = "vi var til fodbold i går og det var hyggeligt. bagefter spiste vi pizza hos min mormor. ";
    for (text, category) in TEXTS {
        let long = format!("{}{text}. {}", filler.repeat(12), filler.repeat(12));
        assert!(gravest(&long, category) >= gravest(text, category), "{text}");
    }
}

/// Names as members have them, of which most stand in no list.
fn names() -> impl Iterator<Item = String> {
    const SYLLABLES: [&str; 12] = ["ba", "ske", "mo", "lyr", "tå", "ji", "rund", "ef", "hog", "vis", "næb", "dy"];
    (0..300_usize).map(|n| {
        let part = |at: usize| SYLLABLES.get((n * 7 + at * (n / 12 + 5)) % SYLLABLES.len()).copied().unwrap_or("o");
        let name: String = (0..2 + n % 4).map(part).collect();
        let mut letters = name.chars();
        letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
    })
}

#[test]
fn a_name_says_nothing_about_how_somebody_is() {
    for name in names() {
        for said in [
            format!("Nu er jeg tilbage. {name}"),
            format!("Hej {name}, hvordan gik det i dag?"),
            format!("Jeg sad i en tunnel. {name}"),
            format!("Tak for hjælpen, {name}, det betød noget"),
            format!("Er {name} her i aften?"),
        ] {
            let grave: Vec<_> = screen(&said).into_iter().filter(|found| !found.category.is_personal()).collect();
            assert!(grave.is_empty(), "{said}: {grave:?}");
        }
    }
}
