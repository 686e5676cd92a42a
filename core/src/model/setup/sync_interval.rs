//! How often the clusters fetch the gitops repository.

/// The interval in seconds at which one configuration fetches a repository that `configurations` of them follow: at
/// least ten seconds, and slow enough for five fetches a second in all. GitHub asks for no more than fifteen git
/// operations a second on one repository; a third of it leaves room for people and workflows.
pub fn sync_interval(configurations: usize) -> i64 {
    const SHORTEST: i64 = 10;
    const FETCHES_A_SECOND: i64 = 5;
    let configurations = i64::try_from(configurations).unwrap_or(i64::MAX);
    (configurations / FETCHES_A_SECOND).max(SHORTEST)
}

#[cfg(test)]
mod tests {
    use super::sync_interval;

    #[test]
    fn a_fleet_fetches_more_slowly_than_a_few_clusters() {
        for (configurations, seconds) in [(0, 10), (2, 10), (54, 10), (55, 11), (500, 100), (20_000, 4_000)] {
            assert_eq!(sync_interval(configurations), seconds, "{configurations}");
        }
    }
}
