//! How long the gate waits where nobody said: longer than Flux and Azure may take together.

use std::time::Duration;

use jiff::SignedDuration;

use crate::model::azure::FluxConfiguration;
use crate::model::verdict::EnvironmentStatus;

/// What Azure uses for whatever a configuration leaves out.
const DEFAULT_SECONDS: i64 = 600;
/// Resource Manager hears of the cluster so much later.
const REPORT_LAG_SECONDS: i64 = 300;

/// How long a commit may take from the merge until it is applied and ready, in seconds.
///
/// The source is fetched at the end of its interval. A kustomization begins at the end of its own interval, and waits until
/// the health check of the commit before has timed out. Kustomizations may depend on one another, so that each has its
/// timeout for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeliverySeconds(i64);

impl DeliverySeconds {
    /// Where nothing is known: as Azure's defaults have it.
    pub const UNKNOWN: Self = Self(4 * DEFAULT_SECONDS);

    /// Of a configuration, as Azure has it.
    pub fn of_configuration(configuration: &FluxConfiguration) -> Self {
        let applies = configuration.kustomizations.iter().map(|kustomization| {
            let of = |seconds: Option<i64>| seconds.unwrap_or(DEFAULT_SECONDS);
            (of(kustomization.interval), of(kustomization.timeout))
        });
        Self::of(configuration.source_interval.unwrap_or(DEFAULT_SECONDS), applies)
    }

    /// Of an environment whose cluster is at hand.
    pub fn of_environment(environment: &EnvironmentStatus) -> Self {
        let fetch = environment.source.as_ref().map_or(DEFAULT_SECONDS, |source| source.interval);
        let deliveries = environment.kustomizations.iter();
        Self::of(fetch, deliveries.map(|delivery| (delivery.interval, delivery.timeout)))
    }

    fn of(fetch: i64, applies: impl Iterator<Item = (i64, i64)>) -> Self {
        let (mut before, mut all) = (None::<i64>, 0_i64);
        for (interval, timeout) in applies {
            before = before.max(Some(interval.saturating_add(timeout)));
            all = all.saturating_add(timeout);
        }
        match before {
            Some(before) => Self(fetch.saturating_add(before).saturating_add(all)),
            None => Self(fetch.saturating_add(3 * DEFAULT_SECONDS)),
        }
    }
}

/// The longest that any of these deliveries may take; a failure has its grace, and Azure is told of the end later.
pub fn default_deadline(
    deliveries: impl IntoIterator<Item = DeliverySeconds>,
    grace: SignedDuration,
) -> Duration {
    let DeliverySeconds(longest) = deliveries.into_iter().max().unwrap_or(DeliverySeconds::UNKNOWN);
    let whole = SignedDuration::from_secs(longest.saturating_add(REPORT_LAG_SECONDS)).saturating_add(grace);
    Duration::try_from(whole).unwrap_or(Duration::MAX)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::scene::{WANTED, configuration};
    use super::*;

    #[test]
    fn it_is_longer_than_everything_that_it_waits_for() {
        let with = |kustomizations: serde_json::Value| {
            let document = configuration(WANTED, &[&[]], |properties| {
                properties["gitRepository"]["syncIntervalInSeconds"] = json!(10);
                properties["kustomizations"] = kustomizations;
            });
            DeliverySeconds::of_configuration(&document)
        };
        let short = with(json!({ "a": { "timeoutInSeconds": 30, "syncIntervalInSeconds": 10 } }));
        let long = with(json!({ "a": { "timeoutInSeconds": 3600 } }));
        let chain = with(json!({
            "a": { "timeoutInSeconds": 30, "syncIntervalInSeconds": 10 },
            "b": { "timeoutInSeconds": 40, "syncIntervalInSeconds": 10 },
        }));
        let grace = SignedDuration::from_secs(60);
        for (deliveries, seconds) in [
            (vec![short], 10 + 10 + 30 + 30 + 300 + 60),
            (vec![short, long], 10 + 600 + 3600 + 3600 + 300 + 60),
            (vec![chain], 10 + (10 + 40) + (30 + 40) + 300 + 60),
            (vec![], 2400 + 300 + 60),
            (vec![DeliverySeconds(i64::MAX)], i64::MAX.unsigned_abs()),
        ] {
            assert_eq!(default_deadline(deliveries, grace).as_secs(), seconds);
        }
    }
}
