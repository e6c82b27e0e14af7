//! Work in the background outlives a fault in it: a piece of it is lost, and the next is done.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;

/// Does a piece of background work; none where a fault ended it, which is logged under this name. All that the piece held
/// is gone when this answers.
pub async fn outlived<T>(name: &'static str, work: impl Future<Output = T>) -> Option<T> {
    let done = AssertUnwindSafe(work).catch_unwind().await.ok();
    if done.is_none() {
        tracing::error!(work = name, "a fault in the background; the next piece is done all the same");
    }
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_fault_ends_its_piece_alone() {
        let mut done = Vec::new();
        for number in 1..=3 {
            let piece = outlived("a test", async {
                assert!(number != 2, "a fault");
                done.push(number);
            });
            assert_eq!(piece.await.is_some(), number != 2);
        }
        assert_eq!(done, [1, 3]);
    }
}
