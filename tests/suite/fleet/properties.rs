//! Properties of counts and lists that hold whatever Azure sends: nothing panics, the order of rows decides nothing, and
//! counts sum up.

use gitops_core::model::fleet::{
    FleetConfiguration, FleetKnowledge, FleetScope, FleetStatus, FleetTotals, fleet_counts,
};
use gitops_core::model::verdict::Standing;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::azure::{HEAD, id};

fn word(known: &'static [&'static str]) -> impl Strategy<Value = Value> {
    prop_oneof![
        8 => prop::sample::select(known).prop_map(|word| json!(word)),
        1 => any::<String>().prop_map(|text| json!(text)),
        1 => Just(Value::Null),
        1 => any::<i64>().prop_map(|number| json!(number)),
    ]
}

fn rows() -> impl Strategy<Value = Vec<Value>> {
    let names = (
        word(&[
            "https://github.com/contoso/hello-gitops",
            "git@github.com:Contoso/Hello-GitOps.git",
            "https://git.example/o/r",
        ]),
        word(&["dev", "qa", "prod", ""]),
        word(&[
            "dev@sha1:d61d3702f941f7a0787e29e428e569152f66e7bf",
            "dev/0a0a0a02f941f7a0787e29e428e569152f66e7bf",
            "",
        ]),
    );
    let states = (
        word(&["Compliant", "Non-Compliant", "Pending", "Suspended", "Unknown"]),
        word(&["true", "false"]),
        word(&["Succeeded", "Failed", "Canceled", "Updating"]),
        word(&["Connected", "Offline", "Expired", "Connecting"]),
    );
    let proofs = (word(&["yes", "no", ""]), word(&["no", ""]), word(&["yes", ""]));
    let times = (word(&["2026-05-04T10:00:00Z", "0001-01-01T00:00:00Z"]), 0..1000_u64);
    let row = (names, states, proofs, times).prop_map(|(names, states, proofs, (time, count))| {
        json!({
            "id": id("edge-1", "hello"), "url": names.0, "branch": names.1, "revision": names.2, "state": states.0,
            "suspended": states.1, "provisioning": states.2, "connectivity": states.3, "applied": proofs.0,
            "waits": proofs.1, "missing": proofs.2, "oldest": time, "newest": time, "reported": time,
            "configurations": count,
        })
    });
    prop::collection::vec(row, 0..12)
}

fn knowledge(has_head: bool) -> FleetKnowledge {
    let mut knowledge = FleetKnowledge { host: "github.com".to_owned(), ..FleetKnowledge::default() };
    if has_head {
        let repository = knowledge.repository("https://github.com/contoso/hello-gitops").expect("a name");
        knowledge.heads.insert((repository.clone(), "dev".to_owned()), HEAD.to_owned());
        knowledge.versions.insert((repository, HEAD.to_owned()), "0.0.1-12".to_owned());
    }
    knowledge
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn counts_sum_up_and_no_order_decides(rows in rows(), has_head: bool, turn in 0..12usize) {
        let knowledge = knowledge(has_head);
        let counts = fleet_counts(&rows, &knowledge);
        let sent: u64 = rows.iter().filter_map(|row| row["configurations"].as_u64()).sum();
        prop_assert_eq!(counts.iter().map(|count| count.count).sum::<u64>(), sent);
        let mut turned = rows.clone();
        turned.reverse();
        turned.rotate_left(turn.min(rows.len()));
        let numbers = |rows: &[Value]| -> Vec<(Standing, u64, Option<String>, Option<String>)> {
            let counts = fleet_counts(rows, &knowledge).into_iter();
            let mut numbers: Vec<_> =
                counts.map(|count| (count.standing, count.count, count.environment, count.version)).collect();
            numbers.sort();
            numbers
        };
        prop_assert_eq!(numbers(&turned), numbers(&rows));
        let totals = FleetTotals { configurations: sent, clusters: 1, subscriptions: 1 };
        let now = "2026-05-04T10:10:00Z".parse().expect("a time");
        let status = FleetStatus::new(FleetScope::default(), &rows, totals, &knowledge, now);
        prop_assert_eq!(status.standings.iter().map(|count| count.count).sum::<u64>(), sent);
        prop_assert_eq!(status.uncounted, 0);
        serde_json::to_string(&status).expect("a document");
    }

    /// A row that stands for one cluster stands where the row that counts it does.
    #[test]
    fn a_configuration_stands_where_it_is_counted(rows in rows(), has_head: bool) {
        let knowledge = knowledge(has_head);
        for row in rows {
            let Some(one) = FleetConfiguration::read(&row, &knowledge) else { continue };
            let counted = fleet_counts(std::slice::from_ref(&row), &knowledge);
            prop_assert_eq!((counted[0].standing, counted[0].reason), (one.standing, one.reason));
            prop_assert_eq!((&counted[0].commit, &counted[0].version), (&one.commit, &one.version));
            let is_applied = matches!(one.standing, Standing::Deployed) || one.commit.is_none() || one.commit == one.fetched;
            prop_assert!(is_applied, "what is applied was fetched");
        }
    }
}
