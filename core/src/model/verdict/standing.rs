//! Where an environment stands. The words are API: programs compare them.

use super::words::words;

words! {
    /// Where an environment stands, the worst first.
    Standing {
        Failed: "something must be done",
        Suspended: "delivery was stopped on purpose",
        Unknown: "what the cluster says cannot be relied on, or may not be read",
        Reconciling: "the newest fetched revision is being applied, or its health awaited",
        Syncing: "a newer revision is fetched and not attempted yet",
        NotDeployed: "nothing was ever applied; the reason says what is awaited, or missing",
        Deployed: "the newest fetched revision is applied and its workloads are there",
    }
}
