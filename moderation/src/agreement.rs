//! How much people agree who judge the same cases without seeing each other's answers.

use std::collections::BTreeMap;

/// Krippendorff's alpha for nominal data: 1 is full agreement, 0 what chance alone would give, below 0 less than chance.
/// One list for each case, with the answers that were given; who gave none is simply not in it.
///
/// None where fewer than two answers can be compared, or where all of them are the same: then nothing varied, and nothing
/// can be said of how well people tell cases apart.
///
/// Source: K. Krippendorff, "Computing Krippendorff's Alpha-Reliability", 2011, part C.
#[must_use]
pub fn alpha<T: Ord>(cases: &[Vec<T>]) -> Option<f64> {
    let mut totals: BTreeMap<&T, f64> = BTreeMap::new();
    let (mut agreeing, mut all) = (0.0, 0.0);
    for answers in cases.iter().filter(|answers| answers.len() > 1) {
        let mut counts: BTreeMap<&T, f64> = BTreeMap::new();
        for answer in answers {
            *counts.entry(answer).or_default() += 1.0;
        }
        let given: f64 = counts.values().sum();
        for (answer, count) in counts {
            agreeing += count * (count - 1.0) / (given - 1.0);
            *totals.entry(answer).or_default() += count;
        }
        all += given;
    }
    let same_by_chance: f64 = totals.values().map(|n| n * (n - 1.0)).sum();
    let varied = all.mul_add(all - 1.0, -same_by_chance);
    (all > 1.0 && varied > 0.0).then(|| (all - 1.0).mul_add(agreeing, -same_by_chance) / varied)
}

/// The answer that most gave, how many gave it, and of how many; the first by order where several share the lead.
#[must_use]
pub fn most<T: Ord>(answers: &[T]) -> Option<(&T, usize, usize)> {
    let mut counts: BTreeMap<&T, usize> = BTreeMap::new();
    for answer in answers {
        *counts.entry(answer).or_default() += 1;
    }
    let (answer, count) = counts.into_iter().rev().max_by_key(|(_, count)| *count)?;
    Some((answer, count, answers.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Krippendorff 2011, part C: four observers, twelve units, some unseen. He gives 0.743 for nominal data.
    #[test]
    fn the_published_example_comes_out() {
        let observers = [
            [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
            [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
            [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
            [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
        ];
        let units: Vec<Vec<i32>> =
            (0..12).map(|unit| observers.iter().map(|row| row[unit]).filter(|value| *value > 0).collect()).collect();
        let value = alpha(&units).unwrap();
        assert!((value - 0.743).abs() < 0.0005, "{value}");
    }

    /// Krippendorff 2011, part A: two observers, ten units, two values. He gives 0.095.
    #[test]
    fn the_published_example_with_two_observers_comes_out() {
        let (a, b) = ([0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]);
        let units: Vec<Vec<i32>> = a.iter().zip(b).map(|(a, b)| vec![*a, b]).collect();
        let value = alpha(&units).unwrap();
        assert!((value - 0.095).abs() < 0.0005, "{value}");
    }

    #[test]
    fn full_agreement_is_one_and_silence_is_nothing() {
        assert!((alpha(&[vec![1, 1], vec![2, 2]]).unwrap() - 1.0).abs() < 1e-9);
        assert_eq!(alpha(&[vec![1], vec![2]]), None, "nobody to compare with");
        assert_eq!(alpha(&[vec![1, 1], vec![1, 1]]), None, "nothing varied");
        assert_eq!(alpha::<i32>(&[]), None);
        assert!(alpha(&[vec![1, 2], vec![2, 1]]).unwrap() < 0.0);
    }

    #[test]
    fn the_plain_words_count_who_chose_the_same() {
        assert_eq!(most(&["hide", "keep", "hide"]), Some((&"hide", 2, 3)));
        assert_eq!(most(&["keep", "hide"]), Some((&"hide", 1, 2)));
        assert_eq!(most::<i32>(&[]), None);
    }
}
