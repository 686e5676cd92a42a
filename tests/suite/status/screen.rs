//! The screen of `--watch` at 80 columns and 24 rows, with fifty environments: what a person sees at night.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;
use snapbox::{Data, assert_data_eq};

use super::fleet::{Fleet, shown, terminal, until_shown, watch_during, watch_during_with};
use super::objects::{scale_down, suspend, take_down};
use crate::support::{Call, refused, round_trip};

/// Compares a screen with the one that was reviewed.
fn compare(name: &str, screen: String) {
    let file = format!("{}/golden/pages/watch/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    assert_data_eq!(screen, Data::read_from(std::path::Path::new(&file), None).raw());
}

#[tokio::test]
async fn one_stopped_controller_is_one_row_for_all_that_it_stops() {
    let fleet = Fleet::new();
    fleet.change("Deployment", "kustomize-controller", |deployment| {
        scale_down(deployment, "2026-11-23T02:56:00Z");
    });
    let server = fleet.start();
    let session = terminal(&server);
    watch_during(&session, async {
        compare("stopped-controller", until_shown(&session, &server, "Ctrl-C ends it").await);
        session.signals.interrupt();
    })
    .await;
}

#[tokio::test]
async fn a_suspended_outage_comes_first() {
    let fleet = Fleet::new();
    fleet.change("Kustomization", "app17-dev", |kustomization| {
        suspend(kustomization, "2026-11-23T02:45:00Z");
    });
    fleet.change("Deployment", "app17", |deployment| take_down(deployment, "2026-11-23T02:57:00Z"));
    let server = fleet.start();
    let session = terminal(&server);
    watch_during(&session, async {
        compare("suspended-outage", until_shown(&session, &server, "Ctrl-C ends it").await);
        session.signals.interrupt();
    })
    .await;
}

#[tokio::test]
async fn a_lost_server_leaves_the_table_and_is_found_again() {
    let fleet = Fleet::new();
    fleet.change("Kustomization", "app17-dev", |kustomization| {
        suspend(kustomization, "2026-11-23T02:45:00Z");
    });
    // Half of its grace period is over.
    fleet.change("GitRepository", "app18-dev", |source| {
        source["status"]["conditions"] = json!([{ "type": "FetchFailed", "status": "True", "reason": "GitOperationFailed", "message": "connection refused", "observedGeneration": 1, "lastTransitionTime": "2026-11-23T02:59:30Z" }]);
    });
    let server = fleet.start();
    let session = terminal(&server);
    watch_during(&session, async {
        let first = until_shown(&session, &server, "Ctrl-C ends it").await;
        fleet.fail(|_| Some(refused(503)));
        server.cut();
        until_shown(&session, &server, "no answer from").await;
        // Nothing is concluded from silence, however long it is.
        for _ in 0..40 {
            session.clock.advance(Duration::from_secs(1));
            tokio::task::yield_now().await;
        }
        let lost = until_shown(&session, &server, "(40 s)").await;
        let rows = |screen: &str| -> Vec<String> {
            screen.lines().filter(|line| line.starts_with("dev-app")).take(2).map(str::to_owned).collect()
        };
        assert_eq!(rows(&lost), rows(&first), "the last table stays, its ages too");
        assert!(rows(&lost).iter().any(|row| row.starts_with("dev-app18   Deployed")), "{lost}");
        compare("lost-server", lost);
        fleet.mend();
        let found = until_shown(&session, &server, "contact found after 40 s").await;
        assert!(!found.contains("no answer from"), "{found}");
        assert!(found.contains("as of 03:00:40Z; Ctrl-C"), "{found}");
        // The cluster says that it still fails: now the grace period is over.
        until_shown(&session, &server, "dev-app18   Failed").await;
        session.signals.interrupt();
    })
    .await;
    assert!(session.out().ends_with('\n'), "what comes after Ctrl-C begins a line");
}

/// The age in a sentence goes on like the one in the table.
#[tokio::test]
async fn the_ages_in_sentences_go_on() {
    let fleet = Fleet::new();
    fleet.change("Kustomization", "app17-dev", |kustomization| {
        kustomization["status"]["conditions"] = json!([{ "type": "Ready", "status": "False", "reason": "BuildFailed", "message": "no such file", "observedGeneration": 1, "lastTransitionTime": "2026-11-23T02:59:50Z" }]);
    });
    let server = fleet.start();
    let session = terminal(&server);
    watch_during(&session, async {
        until_shown(&session, &server, "try, 10 s ago").await;
        for _ in 0..7 {
            session.clock.advance(Duration::from_secs(1));
            tokio::task::yield_now().await;
        }
        until_shown(&session, &server, "try, 17 s ago").await;
        session.signals.interrupt();
    })
    .await;
}

#[tokio::test]
async fn the_order_that_was_asked_for_is_the_screens_too() {
    let fleet = Fleet::new();
    fleet
        .change("Kustomization", "app17-dev", |kustomization| kustomization["spec"]["suspend"] = json!(true));
    let server = fleet.start();
    let first_row = |screen: &str| screen.lines().nth(1).unwrap_or_default().to_owned();
    for (words, first) in [(&[][..], "dev-app17"), (&["--sort-by", "namespace"], "dev-app01")] {
        let session = terminal(&server);
        watch_during_with(&session, words, async {
            let screen = until_shown(&session, &server, "Ctrl-C ends it").await;
            assert!(first_row(&screen).starts_with(first), "{words:?}: {screen}");
            session.signals.interrupt();
        })
        .await;
    }
}

/// Whether every scope is watched: a list is asked for twice, the first time for the first picture, and then watched; a
/// single object is asked for twice.
fn is_watched(calls: &[Call]) -> bool {
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for call in calls {
        let (reads, watches) = counts.entry(&call.path).or_default();
        *if call.is_watch() { watches } else { reads } += 1;
    }
    let is_begun = |(path, (reads, watches)): (&str, (usize, usize))| match path.contains("/configmaps/") {
        true => reads == 2,
        false => watches > 0 && reads == 2 * watches,
    };
    counts.into_iter().all(is_begun)
}

/// Ages are the screen's own business.
#[tokio::test]
async fn ages_go_on_and_an_hour_of_them_asks_nothing() {
    let fleet = Fleet::new();
    let server = fleet.start();
    let session = terminal(&server);
    watch_during(&session, async {
        until_shown(&session, &server, "   10m   ").await;
        while !is_watched(&server.calls()) {
            round_trip(&server).await;
        }
        let asked = server.calls().len();
        for minute in 1..=60 {
            session.clock.advance(Duration::from_secs(60));
            until_shown(&session, &server, &format!("   {}m   ", 10 + minute)).await;
        }
        assert_eq!(server.calls().len(), asked, "an hour of ages asks nothing");
        let screen = shown(&session, &server);
        assert!(screen.contains("as of 04:00:00Z; Ctrl-C ends it"), "{screen}");
        session.signals.interrupt();
    })
    .await;
}
