//! How sure a share is that was counted in a small sample.

/// Quantile of the normal distribution for 95 %.
const Z: f64 = 1.959_963_984_540_054;

/// The 95 % interval of Wilson (1927) for `hits` of `n`, as shares; none without a sample.
pub(super) fn interval(hits: i64, n: i64) -> Option<(f64, f64)> {
    if n <= 0 || !(0..=n).contains(&hits) {
        return None;
    }
    let (hits, n) = (f64::from(i32::try_from(hits).ok()?), f64::from(i32::try_from(n).ok()?));
    let share = hits / n;
    let centre = share + Z * Z / (2.0 * n);
    let spread = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    Some((((centre - spread) / scale).max(0.0), ((centre + spread) / scale).min(1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_those_of_the_tables() {
        for (hits, n, low, high) in
            [(0, 20, 0.0, 0.1611), (1, 20, 0.0089, 0.2361), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0)]
        {
            let (a, b) = interval(hits, n).expect("a sample");
            assert!((a - low).abs() < 0.0005 && (b - high).abs() < 0.0005, "{hits} of {n}: {a} {b}");
        }
        assert_eq!(interval(0, 0), None);
        assert_eq!(interval(3, 2), None);
    }
}
