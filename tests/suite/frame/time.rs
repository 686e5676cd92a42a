//! Ages and minute rules are taken against the server's clock.

use kubectl_gitops_lab::{BuiltIn, Clock, Lab, Settings};
use serde_json::Value;

use crate::support::Program;

/// A lab whose clock is so far ahead of this machine's (negative: behind).
async fn lab(ahead: jiff::SignedDuration) -> Lab {
    let scenario = BuiltIn::named("default").expect("the default").document();
    let clock = Clock::Stepped(jiff::Timestamp::now() + ahead);
    Lab::start(Settings { scenario: Some(scenario), clock, ..Settings::default() }).await.expect("a lab")
}

async fn document(lab: &Lab, given: Option<String>) -> Value {
    let program = Program::with_kubeconfig(&lab.kubeconfig());
    let program = given.into_iter().fold(program, |program, now| program.with("GITOPS_NOW", &now));
    let words = ["-n", "dev-hello", "-o", "json"];
    let ended = tokio::task::spawn_blocking(move || program.status(&words)).await.expect("it ends");
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    serde_json::from_str(&ended.stdout).expect("JSON")
}

fn time(value: &Value) -> jiff::Timestamp {
    value.as_str().expect("a time").parse().expect("a time")
}

#[tokio::test]
async fn a_clock_that_is_minutes_off_changes_no_age_and_is_a_remark() {
    for (ahead, words) in [(-5, "ahead of the server's"), (5, "behind the server's")] {
        let lab = lab(jiff::SignedDuration::from_mins(ahead)).await;
        let status = document(&lab, None).await;
        let observed = time(&status["observedAt"]);
        let off = observed.duration_since(lab.now()).abs();
        // The lab's clock stands still while the command runs.
        assert!(off <= jiff::SignedDuration::from_secs(5), "{observed} is not {}", lab.now());
        assert_eq!(status["environments"][0]["standing"], "Deployed");
        assert_eq!(status["remarks"][0]["reason"], "ClockSkew", "{status}");
        let message = status["remarks"][0]["message"].as_str().expect("a message");
        assert!(message.contains(words), "{message}");
    }
}

#[tokio::test]
async fn clocks_that_agree_are_no_remark_and_a_given_time_outranks_both() {
    let agreeing = lab(jiff::SignedDuration::ZERO).await;
    assert!(document(&agreeing, None).await["remarks"].is_null());
    let far = lab(jiff::SignedDuration::from_hours(1)).await;
    let status = document(&far, Some("2026-01-02T03:04:05Z".to_owned())).await;
    assert_eq!(status["observedAt"], "2026-01-02T03:04:05Z");
    assert!(status["remarks"].is_null(), "{status}");
}
