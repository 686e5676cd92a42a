//! Fields decide, never messages: with every message empty each case and each small cluster stands where it stood.

use gitops_core::model::verdict::EnvironmentStatus;

use super::recording::{Recording, judge, judge_as};
use super::small_clusters::{NAMESPACE, now, rows};
use super::table::expectations;
use crate::verdict::properties::blanked;

fn standing(status: Option<EnvironmentStatus>) -> Option<String> {
    status.map(|status| status.standing.to_string())
}

#[test]
fn messages_decide_no_standing_of_a_case() {
    for expectation in expectations() {
        let recording = Recording::read(expectation.case);
        for second in expectation.seconds {
            let objects = blanked(&recording.objects(*second));
            let blank = judge(&recording.namespace, &objects, recording.time(*second));
            let told = recording.status(*second);
            assert_eq!(standing(blank), standing(told), "{} at {second}", expectation.case);
        }
    }
}

#[test]
fn messages_decide_no_standing_of_a_small_cluster() {
    for row in rows() {
        let blank = judge_as(row.reader, NAMESPACE, &blanked(&row.objects), now());
        let told = judge_as(row.reader, NAMESPACE, &row.objects, now());
        assert_eq!(standing(blank), standing(told), "{}", row.expected.case);
    }
}
