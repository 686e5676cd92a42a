//! The story of every recording, one line a change of verdict, as a reviewed snapshot.

use gitops_core::model::verdict::{EnvironmentStatus, picture};
use snapbox::{Data, assert_data_eq};

use super::timeline::{Timeline, names};

/// A verdict in a line.
pub(crate) fn line(environments: &[EnvironmentStatus]) -> String {
    let verdict = |environment: &EnvironmentStatus| {
        let cause = environment.cause.map(|cause| format!("/{cause}")).unwrap_or_default();
        let remarks: Vec<String> = environment
            .remarks
            .iter()
            .map(|remark| {
                let cause = remark.cause.map(|cause| format!("/{cause}")).unwrap_or_default();
                format!("{}{cause}", remark.reason)
            })
            .collect();
        let remarks = if remarks.is_empty() { String::new() } else { format!(" ({})", remarks.join(", ")) };
        format!(
            "{}/{}{cause} {}{remarks}",
            environment.standing,
            environment.reason,
            environment.short_revision().unwrap_or("-")
        )
    };
    match environments {
        [] => "nothing is followed".to_owned(),
        many => many.iter().map(verdict).collect::<Vec<_>>().join(" | "),
    }
}

/// What the verdict says along a timeline: a line a change, and what it tells a person.
pub(crate) fn story(timeline: &Timeline) -> String {
    let mut story = String::new();
    let mut last = String::new();
    for moment in timeline.moments() {
        let picture = picture(&moment.cluster, &timeline.selection(), moment.now);
        let line = line(&picture.environments);
        if line != last {
            story += &format!("{:>7.2}  {line}\n", moment.seconds);
            for environment in &picture.environments {
                story += &format!("         {}\n", environment.message.replace(&timeline.namespace, "<ns>"));
            }
            last = line;
        }
    }
    story
}

#[test]
fn stories_of_every_recording() {
    for name in names() {
        let file = format!("{}/golden/stories/{name}.txt", env!("CARGO_MANIFEST_DIR"));
        let expected = Data::read_from(std::path::Path::new(&file), None);
        assert_data_eq!(story(&Timeline::read(&name)), expected.raw());
    }
}
