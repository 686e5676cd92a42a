//! How long the gate waits where nobody said: longer than Flux and Azure may take together.

use std::time::Duration;

use jiff::SignedDuration;

use crate::model::azure::FluxConfiguration;

/// What Azure uses for whatever a configuration leaves out.
const DEFAULT_SECONDS: i64 = 600;
/// Resource Manager hears of the cluster so much later.
const REPORT_LAG_SECONDS: i64 = 300;

/// The longest that any of these configurations may take: its source is fetched at the end of its interval, the
/// kustomization begins at the end of its own, waits until the health check of the commit before has timed out, and has
/// its timeout for itself; a failure has its grace, and Azure is told of the end later.
pub fn default_deadline(configurations: &[FluxConfiguration], grace: SignedDuration) -> Duration {
    let seconds = configurations.iter().map(|configuration| {
        let fetch = configuration.source_interval.unwrap_or(DEFAULT_SECONDS);
        let apply = configuration.kustomizations.iter().map(|kustomization| {
            let timeout = kustomization.timeout.unwrap_or(DEFAULT_SECONDS);
            kustomization.interval.unwrap_or(DEFAULT_SECONDS) + 2 * timeout
        });
        fetch + apply.max().unwrap_or(3 * DEFAULT_SECONDS)
    });
    let longest = seconds.max().unwrap_or(4 * DEFAULT_SECONDS) + REPORT_LAG_SECONDS;
    let whole = SignedDuration::from_secs(longest).saturating_add(grace);
    Duration::try_from(whole).unwrap_or(Duration::MAX)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::scene::{WANTED, configuration};
    use super::*;

    #[test]
    fn it_is_longer_than_everything_that_it_waits_for() {
        let with = |change: serde_json::Value| {
            configuration(WANTED, &[&[]], |properties| {
                properties["gitRepository"]["syncIntervalInSeconds"] = json!(10);
                properties["kustomizations"]["k0"] = change;
            })
        };
        let short = with(json!({ "timeoutInSeconds": 30, "syncIntervalInSeconds": 10 }));
        let long = with(json!({ "timeoutInSeconds": 3600 }));
        let grace = SignedDuration::from_secs(60);
        for (configurations, seconds) in [
            (vec![short.clone()], 10 + 10 + 60 + 300 + 60),
            (vec![short, long], 10 + 600 + 7200 + 300 + 60),
            (vec![], 2400 + 300 + 60),
        ] {
            assert_eq!(default_deadline(&configurations, grace).as_secs(), seconds);
        }
    }
}
