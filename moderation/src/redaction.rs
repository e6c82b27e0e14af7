//! Replacing spans of a text. Offsets count Unicode scalar values, end exclusive.

use serde::{Deserialize, Serialize};

use crate::{FieldError, limits};

/// One span and what stands in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedactionSpan {
    /// First scalar that goes.
    pub start: usize,
    /// First scalar that stays again.
    pub end: usize,
    /// What stands there instead; the caller's default when left out.
    #[serde(default)]
    pub replacement: Option<String>,
}

/// Everything that is wrong with these spans for a text of `text_len` scalars. Spans may come in
/// any order; each problem names the span as it was given.
#[must_use]
pub fn problems(spans: &[RedactionSpan], text_len: usize) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if spans.len() > limits::REDACTIONS_MAX {
        errors.push(FieldError::new("redactions", "too_many"));
        return errors;
    }
    let mut order: Vec<(usize, &RedactionSpan)> = spans.iter().enumerate().collect();
    order.sort_by_key(|(_, span)| (span.start, span.end));
    let mut free_from = 0;
    for (index, span) in order {
        let field = |name: &str| format!("redactions[{index}].{name}");
        if span.start >= span.end {
            errors.push(FieldError::new(field("end"), "empty_span"));
        } else if span.start < free_from {
            errors.push(FieldError::new(field("start"), "overlap"));
        }
        if span.end > text_len {
            errors.push(FieldError::new(field("end"), "out_of_range"));
        }
        if span.replacement.as_ref().is_some_and(|r| r.chars().count() > limits::REPLACEMENT_MAX) {
            errors.push(FieldError::new(field("replacement"), "too_long"));
        }
        free_from = free_from.max(span.end);
    }
    errors
}

/// The text with each span replaced, by its own replacement or by `default`; all that is wrong
/// with the spans otherwise.
pub fn apply(text: &str, spans: &[RedactionSpan], default: &str) -> Result<String, Vec<FieldError>> {
    let errors = problems(spans, text.chars().count());
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut order: Vec<&RedactionSpan> = spans.iter().collect();
    order.sort_by_key(|span| span.start);
    let mut result = String::with_capacity(text.len());
    let mut scalars = text.chars();
    let mut at = 0;
    for span in order {
        result.extend(scalars.by_ref().take(span.start - at));
        result.push_str(span.replacement.as_deref().unwrap_or(default));
        // `take` leaves the iterator exactly behind the span, whose range was checked above.
        scalars.by_ref().take(span.end - span.start).for_each(drop);
        at = span.end;
    }
    result.extend(scalars);
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn span(start: usize, end: usize) -> RedactionSpan {
        RedactionSpan { start, end, replacement: None }
    }

    #[test]
    fn offsets_count_scalars_not_bytes() {
        let text = "Ring til Søren 👋 på 20";
        assert_eq!(apply(text, &[span(9, 14)], "[navn]").unwrap(), "Ring til [navn] 👋 på 20");
        assert_eq!(apply(text, &[span(15, 16)], "").unwrap(), "Ring til Søren  på 20");
    }

    #[test]
    fn spans_in_any_order_with_their_own_words() {
        let own = RedactionSpan { start: 0, end: 1, replacement: Some("å".to_owned()) };
        assert_eq!(apply("abcdef", &[span(4, 6), own], "x").unwrap(), "åbcdx");
    }

    #[test]
    fn every_wrong_span_is_named() {
        let errors = problems(&[span(2, 4), span(3, 9), span(1, 1)], 5);
        let codes: Vec<_> = errors.iter().map(|e| (e.field.as_ref(), e.code)).collect();
        assert_eq!(
            codes,
            [
                ("redactions[2].end", "empty_span"),
                ("redactions[1].start", "overlap"),
                ("redactions[1].end", "out_of_range"),
            ]
        );
        assert!(apply("abcde", &[span(0, 6)], "").is_err());
    }

    proptest! {
        #[test]
        fn what_stands_outside_the_spans_stays(text in "\\PC{0,40}", cuts in proptest::collection::btree_set(0usize..40, 0..8)) {
            let scalars: Vec<char> = text.chars().collect();
            let cuts: Vec<usize> = cuts.into_iter().filter(|cut| *cut <= scalars.len()).collect();
            let spans: Vec<RedactionSpan> =
                cuts.chunks_exact(2).map(|pair| span(pair[0], pair[1])).collect();
            let kept: String = scalars
                .iter()
                .enumerate()
                .filter(|(i, _)| !spans.iter().any(|s| s.start <= *i && *i < s.end))
                .map(|(_, c)| *c)
                .collect();
            prop_assert_eq!(apply(&text, &spans, "").unwrap(), kept);
        }

        #[test]
        fn redacting_with_a_mark_of_the_same_length_twice_changes_nothing_more(
            text in "\\PC{1,40}", start in 0usize..40, len in 1usize..10
        ) {
            let count = text.chars().count();
            let start = start.min(count - 1);
            let end = (start + len).min(count);
            let mark = RedactionSpan { start, end, replacement: Some("█".repeat(end - start)) };
            let once = apply(&text, std::slice::from_ref(&mark), "").unwrap();
            prop_assert_eq!(apply(&once, &[mark], "").unwrap(), once);
        }

        #[test]
        fn any_spans_at_all_are_answered_without_a_panic(
            text in "\\PC{0,20}", ends in proptest::collection::vec((any::<usize>(), any::<usize>()), 0..6)
        ) {
            let spans: Vec<_> = ends.into_iter().map(|(start, end)| span(start, end)).collect();
            let wrong = !problems(&spans, text.chars().count()).is_empty();
            prop_assert_eq!(apply(&text, &spans, "").is_err(), wrong);
        }
    }
}
