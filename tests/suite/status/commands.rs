//! What the verdict tells people to type exists.

use std::collections::BTreeSet;

use gitops_core::model::verdict::picture;

use crate::support::Program;
use crate::verdict::timeline::{Timeline, names};

#[test]
fn every_command_that_is_advised_exists() {
    let mut advised = BTreeSet::new();
    for name in names() {
        let timeline = Timeline::read(&name);
        for moment in timeline.moments() {
            let picture = picture(&moment.cluster, &timeline.selection(), moment.now);
            advised
                .extend(picture.environments.into_iter().flat_map(|one| one.next).map(|step| step.command));
        }
    }
    assert!(advised.len() > 20, "{advised:?}");
    let program = Program::new();
    let mut own = BTreeSet::new();
    for command in advised {
        let words: Vec<&str> = command.split_whitespace().collect();
        match words[..] {
            ["kubectl", word, ..] if word.starts_with("gitops") => {
                own.insert(word.to_owned());
            }
            ["kubectl" | "flux", ..] | ["az", "k8s-configuration", "flux", ..] => {}
            _ => panic!("not a command to advise: {command}"),
        }
    }
    assert_eq!(own, BTreeSet::from(["gitops-status".to_owned()]));
    for word in own {
        let ended = program.run(&format!("kubectl-{}", word.replace('-', "_")), &["--help"]);
        assert_eq!(ended.code, Some(0), "{word}: {}", ended.stderr);
    }
}
