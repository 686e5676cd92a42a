//! Holds, and the verdicts of end-to-end tests.

use gitops_core::model::github::StatusState;
use gitops_core::model::verdict::{Reason, Standing};
use serde_json::json;

use super::super::least::{assert_stands, condition, kustomization, with};
use super::scene::{APPLIED, SOURCE, Scene, assert_told, remarks};

fn held(value: &str) -> Scene {
    Scene::with(|scene| {
        scene.environments.entry("dev").or_default().insert("HOLD".to_owned(), value.to_owned());
    })
}

/// Situations that advise a command.
pub(super) fn scenes() -> Vec<Scene> {
    vec![held("freeze")]
}

const LIFT: &str = "gh variable delete HOLD --env dev --repo git.example/contoso/hello";

#[test]
fn a_hold_says_by_whom_since_when_and_what_runs() {
    let hold = json!({"reason": "line 4 is broken", "by": "ada", "since": "2026-11-22T00:00:00Z", "version": "0.0.1-42"});
    let dev = held(&hold.to_string()).environment("dev");
    assert_stands(&dev, Standing::Held, Reason::HeldBy);
    assert_eq!(
        dev.message,
        "dev is held by ada since 2026-11-22 00:00 UTC at 0.0.1-42: line 4 is broken; d61d370 (0.0.1-42) is applied"
    );
    assert_eq!(dev.hold.as_ref().and_then(|hold| hold.by.as_deref()), Some("ada"));
    assert_eq!(dev.since.map(|since| since.time.to_string()).as_deref(), Some("2026-11-22T00:00:00Z"));
    assert!(dev.next.iter().any(|next| next.command == LIFT), "{:?}", dev.next);
    let somebody = held("\u{1b}[31mfreeze").environment("dev");
    assert_eq!(
        somebody.message,
        "dev is held by somebody: \u{fffd}[31mfreeze; d61d370 (0.0.1-42) is applied"
    );
    assert_stands(&held("").environment("dev"), Standing::Deployed, Reason::Applied);
    assert_stands(&held("freeze").environment("qa"), Standing::Unknown, Reason::NotObserved);
}

/// It hides nothing that is wrong, and nothing that moves.
#[test]
fn a_hold_stands_beside_a_failure() {
    let broken = condition("Ready", "False", "BuildFailed", 60);
    let failing = with(kustomization(), &[("/status/conditions", json!([broken]))]);
    let suspended = with(kustomization(), &[("/spec/suspend", json!(true))]);
    for (changed, standing) in [(failing, Standing::Failed), (suspended, Standing::Suspended)] {
        let mut scene = held("freeze");
        scene.objects[1] = changed;
        let dev = scene.environment("dev");
        assert_eq!(dev.standing, standing, "{}", dev.message);
        assert_told(&dev, "HeldBy: dev is held by somebody: freeze", LIFT);
    }
}

fn tested(statuses: &[(&str, &str, &str)]) -> Option<(StatusState, String)> {
    let statuses = statuses
        .iter()
        .map(|(context, state, description)| json!({"context": context, "state": state, "description": description}))
        .collect();
    let scene = Scene::with(|scene| {
        scene.statuses.insert(SOURCE, statuses);
    });
    scene.environment("dev").tested.map(|tested| (tested.state, tested.description))
}

#[test]
fn the_worst_end_to_end_verdict_on_what_is_applied_counts() {
    let applied = format!("9 of 9 passed at {APPLIED} on edge-1");
    for (statuses, state) in [
        (vec![("e2e/dev", "success", "9 of 9 passed")], Some(StatusState::Success)),
        (vec![("E2E/Dev", "success", applied.as_str())], Some(StatusState::Success)),
        (
            vec![("e2e/dev/edge-1", "success", "ok"), ("e2e/dev/edge-2", "failure", "no")],
            Some(StatusState::Failure),
        ),
        (vec![("e2e/dev", "success", "ok"), ("e2e/dev/edge-2", "pending", "")], Some(StatusState::Pending)),
        (vec![("e2e/dev", "failure", "2 of 9 failed at 46abdde")], None),
        (vec![("e2e/dev", "success", "9 of 9 passed at d61d370")], Some(StatusState::Success)),
        (vec![("e2e/qa", "failure", "no"), ("e2e/develop", "failure", "no")], None),
        (vec![], None),
    ] {
        assert_eq!(tested(&statuses).map(|(state, _)| state), state, "{statuses:?}");
    }
    let former = Scene::with(|scene| {
        let status =
            json!({"context": "e2e/dev", "state": "failure", "description": "2 of 9 failed at 46abdde"});
        scene.statuses.insert(SOURCE, vec![status]);
    });
    let words = remarks(&former.environment("dev"));
    assert!(!words.iter().any(|remark| remark.starts_with("StatusFailed")), "{words:?}");
}
