//! Helm releases that wait for others.

use super::super::least::*;
use super::objects::*;
use gitops_core::model::verdict::{Cause, Outlook, Reason, Standing};
use serde_json::{Value, json};

#[test]
fn a_release_waits_for_others_only_while_that_may_end() {
    let waiting = |name: &str, on: &str, seconds: i64| {
        let changes = [
            ("/metadata/name", json!(name)),
            ("/metadata/uid", json!(name)),
            ("/spec/dependsOn", json!([{ "name": on }])),
        ];
        let ready = json!([condition("Ready", "False", "DependencyNotReady", seconds)]);
        with(first(ready, &[]), &changes)
    };
    let circle = seen(&[waiting("a", "b", 90), waiting("b", "a", 90)]);
    assert_stands(&circle, Standing::NotDeployed, Reason::DependencyNotReady);
    assert_eq!((circle.cause, circle.outlook), (Some(Cause::DependencyCycle), Outlook::Final));
    assert!(circle.message.contains("dev-hello/a → dev-hello/b → dev-hello/a"), "{}", circle.message);
    let missing = seen(&[waiting("a", "nowhere", 90)]);
    assert!(missing.message.contains("dev-hello/nowhere, which is not there"), "{}", missing.message);
    assert_eq!(missing.outlook, Outlook::Final);
    let installing = with(
        first(json!([condition("Ready", "Unknown", "Progressing", 9)]), &[]),
        &[("/metadata/name", json!("b"))],
    );
    let moving = seen(&[waiting("a", "b", 90), installing]);
    assert!(moving.outlook != Outlook::Final);
    let ready_now = seen(&[waiting("a", "runner", 200), release()]);
    let stopped = ready_now.releases.iter().find(|release| release.name == "a").map(|release| release.reason);
    assert_eq!(stopped, Some(Reason::DeadlineExceeded));
}

#[test]
fn releases_that_wait_in_many_layers_are_each_looked_at_once() {
    const LAYERS: usize = 20;
    let waiting = |layer: usize, place: usize, on: Value| {
        let name = format!("r{layer}-{place}");
        let ready = json!([condition("Ready", "False", "DependencyNotReady", 90)]);
        let changes =
            [("/metadata/name", json!(name)), ("/metadata/uid", json!(name)), ("/spec/dependsOn", on)];
        with(first(ready, &[]), &changes)
    };
    let moving = with(
        first(json!([condition("Ready", "Unknown", "Progressing", 9)]), &[]),
        &[("/metadata/name", json!("moving")), ("/metadata/uid", json!("moving"))],
    );
    for (end, others, outlook) in [("nowhere", vec![], true), ("moving", vec![moving], false)] {
        let mut releases: Vec<Value> = others;
        for layer in 0..LAYERS {
            let below = |place: usize| json!({ "name": format!("r{}-{place}", layer + 1) });
            let on = if layer + 1 == LAYERS {
                json!([{ "name": end }])
            } else {
                json!([below(0), below(1), below(2), below(3)])
            };
            releases.extend((0..4).map(|place| waiting(layer, place, on.clone())));
        }
        let environment = seen(&releases);
        let is_final = environment.outlook == Outlook::Final;
        assert_eq!(is_final, outlook, "{end}: {}", environment.message);
    }
}

#[test]
fn a_release_that_is_well_and_waits_for_a_moment_stays_deployed() {
    let waiting = json!([condition("Ready", "False", "DependencyNotReady", 20)]);
    let changes = [("/status/conditions", waiting), ("/spec/dependsOn", json!([{ "name": "b" }]))];
    let other = with(
        first(json!([condition("Ready", "Unknown", "Progressing", 9)]), &[]),
        &[("/metadata/name", json!("b")), ("/metadata/uid", json!("b"))],
    );
    let environment = seen(&[with(release(), &changes), other, deployment()]);
    let own = environment.releases.iter().find(|release| release.name == "runner");
    assert_eq!(own.map(|own| own.standing), Some(Standing::Deployed));
    assert!(environment.remarks.iter().any(|remark| remark.reason == Reason::DependencyNotReady));
}
