//! What a cluster at hand says, for the gate: never better than the page has it.

use gitops_core::model::post_deployment::{ConfigurationState, ObservedConfiguration, WantedCommit};
use gitops_core::model::verdict::{EnvironmentStatus, Standing, picture};

use crate::verdict::timeline::{Timeline, names};

fn state(environment: &EnvironmentStatus, wanted: &WantedCommit) -> Option<ConfigurationState> {
    let observed = ObservedConfiguration { environment, configuration: None, folder: None, wanted };
    observed.decide().map(|verdict| verdict.state)
}

/// A moment of some of a recording stands for those beside it.
const STEP: usize = 5;

/// At moments of every recording.
#[test]
fn nothing_that_the_page_calls_failed_or_under_way_is_applied() {
    let mut seen = [0_u32; 2];
    for name in names() {
        let timeline = Timeline::read(&name);
        for moment in timeline.moments().into_iter().step_by(STEP) {
            let picture = picture(&moment.cluster, &timeline.selection(), moment.now);
            for environment in &picture.environments {
                let applied = environment.revision.as_deref().map(WantedCommit::of);
                let Some(wanted) = applied else { continue };
                let state = state(environment, &wanted);
                let is_well = state == Some(ConfigurationState::Applied);
                seen[usize::from(is_well)] += 1;
                // That nothing newer can be fetched takes nothing from what is applied.
                let is_bad = environment.failed_fetch.is_none()
                    && matches!(
                        environment.standing,
                        Standing::Failed | Standing::Unknown | Standing::Reconciling
                    );
                assert!(
                    !(is_well && is_bad),
                    "{name} at {}: {} {}: {}",
                    moment.seconds,
                    environment.standing,
                    environment.reason,
                    environment.message
                );
            }
        }
    }
    assert!(seen.iter().all(|count| *count > 100), "both happen: {seen:?}");
}
