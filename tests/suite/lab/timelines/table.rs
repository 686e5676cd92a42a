//! All 33 timelines, state by state.

use super::comparing::{SLACK, difference};
use super::player::Player;
use super::sequences::sequences;
use crate::verdict::timeline::names;

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
    let told: Vec<String> = found.iter().map(|(name, told)| format!("{name}: {told}")).collect();
    assert!(told.is_empty(), "{} of 33 differ:\n{}", told.len(), told.join("\n"));
}
