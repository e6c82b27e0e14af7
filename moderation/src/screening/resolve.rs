//! Of what overlaps, one thing is told: the graver, the more certain, the longer.

use super::Raw;
use crate::policy::FindingCategory as Found;

/// Leaves what does not overlap, in the order of the text. Personal data and meaning are two
/// layers: a name within a threat is told beside the threat.
pub(crate) fn resolve(found: Vec<Raw>) -> Vec<Raw> {
    let (personal, meaning): (Vec<Raw>, Vec<Raw>) = found.into_iter().partition(|raw| raw.category.is_personal());
    let mut kept = sweep(personal, |raw| (u32::from(rank(raw.category)), u32::from(raw.confidence)));
    kept.extend(meaning_layer(meaning));
    kept.sort_by_key(|raw| (raw.start, raw.end));
    kept
}

/// Among findings of one category, joins what overlaps; different ones may stand side by side.
fn meaning_layer(mut found: Vec<Raw>) -> Vec<Raw> {
    found.sort_by_key(|raw| (raw.category, raw.start, std::cmp::Reverse(raw.end)));
    let mut kept: Vec<Raw> = Vec::new();
    for raw in found {
        match kept.last_mut() {
            Some(last) if last.category == raw.category && raw.start <= last.end => {
                if (raw.severity, raw.confidence) > (last.severity, last.confidence) {
                    last.severity = raw.severity;
                    last.confidence = raw.confidence;
                    last.negated = raw.negated;
                    last.past = raw.past;
                    last.subject = raw.subject;
                }
                last.end = last.end.max(raw.end);
            }
            _ => kept.push(raw),
        }
    }
    kept
}

/// Which reading wins where two claim the same characters.
const fn rank(category: Found) -> u8 {
    match category {
        Found::Cpr => 12,
        Found::BankAccount => 11,
        Found::Email => 10,
        Found::Url => 9,
        Found::Coordinates => 8,
        Found::Handle => 7,
        Found::Address => 6,
        Found::Phone => 5,
        Found::LicencePlate => 4,
        Found::School => 4,
        Found::Workplace => 3,
        Found::Caseworker => 2,
        _ => 1,
    }
}

/// Takes the strongest first and drops what overlaps it, by one sorted list of what is taken.
fn sweep(mut found: Vec<Raw>, strength: impl Fn(&Raw) -> (u32, u32)) -> Vec<Raw> {
    found.sort_by_key(|raw| {
        let (rank, confidence) = strength(raw);
        // A clear finding beats a faint one of a stronger kind.
        let clear = u32::from(raw.confidence >= 80);
        (std::cmp::Reverse((clear, rank, confidence, raw.end - raw.start)), raw.start)
    });
    let mut taken = std::collections::BTreeMap::new();
    let mut kept = Vec::new();
    for raw in found {
        let before = taken.range(..raw.end).next_back().is_some_and(|(_, end): (&usize, &usize)| *end > raw.start);
        if !before {
            taken.insert(raw.start, raw.end);
            kept.push(raw);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stronger_kind_wins_where_two_overlap() {
        let raws = vec![
            Raw::new(Found::Phone, 0, 8, 95),
            Raw::new(Found::Cpr, 0, 11, 96),
            Raw::new(Found::PersonName, 20, 30, 90),
        ];
        let kept: Vec<_> = resolve(raws).into_iter().map(|raw| (raw.category, raw.start)).collect();
        assert_eq!(kept, [(Found::Cpr, 0), (Found::PersonName, 20)]);
    }

    #[test]
    fn a_name_within_a_threat_is_told_beside_it() {
        let raws = vec![Raw::new(Found::Harassment, 0, 30, 90), Raw::new(Found::PersonName, 5, 12, 90)];
        assert_eq!(resolve(raws).len(), 2);
    }
}
