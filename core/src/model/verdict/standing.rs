//! Where an environment stands. The words are API: programs compare them.

use serde::Serialize;

/// Where an environment stands, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Standing {
    /// Something must be done.
    Failed,
    /// Delivery was stopped on purpose.
    Suspended,
    /// What the cluster says cannot be relied on, or may not be read.
    Unknown,
    /// The newest fetched revision is being applied, or its health awaited.
    Reconciling,
    /// A newer revision is fetched and not attempted yet.
    Syncing,
    /// Nothing was ever applied.
    NotDeployed,
    /// The newest fetched revision is applied and its workloads are there.
    Deployed,
}

impl Standing {
    /// All of them, the worst first.
    pub const ALL: [Standing; 7] = [
        Standing::Failed,
        Standing::Suspended,
        Standing::Unknown,
        Standing::Reconciling,
        Standing::Syncing,
        Standing::NotDeployed,
        Standing::Deployed,
    ];

    /// What it means, as the help and the documentation say it.
    pub fn meaning(self) -> &'static str {
        match self {
            Standing::Failed => "something must be done",
            Standing::Suspended => "delivery was stopped on purpose",
            Standing::Unknown => "what the cluster says cannot be relied on, or may not be read",
            Standing::Reconciling => "the newest fetched revision is being applied, or its health awaited",
            Standing::Syncing => "a newer revision is fetched and not attempted yet",
            Standing::NotDeployed => "nothing was ever applied; the reason says what is awaited, or missing",
            Standing::Deployed => "the newest fetched revision is applied and its workloads are there",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Standing;

    #[test]
    fn all_of_them_are_listed_the_worst_first() {
        assert!(Standing::ALL.is_sorted());
        let last = Standing::ALL.len() - 1;
        assert_eq!(Standing::ALL.map(|standing| standing as usize)[last], last, "none is left out");
    }
}
