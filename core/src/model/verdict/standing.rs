//! Where an environment stands. The words are API: programs compare them.

use super::words::words;

words! {
    /// Where an environment stands, the worst first.
    Standing {
        Failed: "something must be done",
        Suspended: "delivery was stopped on purpose",
        Unknown: "what is said of it cannot be relied on, or nobody who knows could be asked",
        Held: "a person keeps it at what it has until the hold is lifted",
        Reconciling: "the newest fetched revision is being applied, or its health awaited",
        Syncing: "a newer revision is fetched and not attempted yet",
        AwaitingApproval: "nothing was ever applied, and somebody must approve first",
        Rendering: "nothing was ever applied, and its manifests are being rendered",
        Building: "nothing was ever applied, and its image is being built",
        NotDeployed: "nothing was ever applied; the reason says what is awaited, or missing",
        Deployed: "the newest fetched revision is applied and its workloads are there",
    }
}
