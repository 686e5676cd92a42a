//! All 33 timelines, and those of which something is other on the lab, each with its reason.

use super::comparing::{SLACK, difference};
use super::player::Player;
use super::sequences::sequences;
use crate::verdict::timeline::names;

/// Where the lab does otherwise: timeline, what differs, and why that is so.
const DIFFERENCES: &[(&str, &str, &str)] =
    &[("refused-apply", ".status.conditions", "labels of a pod's template are not validated yet")];

#[test]
fn the_lab_s_flux_does_what_the_recorded_one_did() {
    let names = names();
    assert_eq!(names.len(), 33);
    let mut found = Vec::new();
    for name in &names {
        let mut player = Player::of(name);
        let recorded = sequences(player.recorded());
        let here = sequences(player.play(SLACK).into_iter());
        if let Some(difference) = difference(&recorded, &here, player.end()) {
            found.push((name.as_str(), difference));
        }
    }
    let unexpected: Vec<String> = found
        .iter()
        .filter(|(name, told)| !DIFFERENCES.iter().any(|known| known.0 == *name && told.contains(known.1)))
        .map(|(name, told)| format!("{name}: {told}"))
        .collect();
    assert!(
        unexpected.is_empty(),
        "{} of {} differ:\n{}",
        unexpected.len(),
        names.len(),
        unexpected.join("\n")
    );
    assert_eq!(found.len(), DIFFERENCES.len(), "a difference that is none any more leaves the table");
    assert!(DIFFERENCES.iter().all(|known| !known.2.is_empty()));
}
