//! The tasks without which a node would take in messages and never answer. A fault in one of them ends it; it is begun anew.

use std::time::Duration;

use tokio::time::sleep;

use super::hub::{Hub, ToWorker};
use crate::infra::lasting::outlived;

/// Between a fault and the new beginning. A fault that comes again at once must not keep the processor busy, and clients take
/// some seconds to come back.
const PAUSE: Duration = Duration::from_secs(2);

impl Hub {
    /// Keeps a task of the live engine up: does `work` until it ends by itself, and anew after each fault in it.
    ///
    /// What the task held in memory is lost with it, so every connection is ended: clients come back, are told what they
    /// missed from the store, and send again under the same client id what they have no receipt for. Until the task has
    /// begun anew, `/health/ready` is red.
    pub async fn keep_up<F: Future<Output = ()>>(&self, task: &'static str, mut work: impl FnMut() -> F) {
        while outlived(task, work()).await.is_none() {
            self.meter.faults.add(1);
            self.meter.down.add(1);
            self.send_away().await;
            sleep(PAUSE).await;
            self.meter.down.add(-1);
        }
    }

    /// Ends every connection with 1001, "come back".
    pub(super) async fn send_away(&self) {
        for worker in self.workers() {
            let _ = worker.send(ToWorker::Stop).await;
        }
    }
}
