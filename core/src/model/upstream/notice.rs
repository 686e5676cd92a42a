//! What one decision adds to an environment: a remark, what it rests on, what to type, and where the environment would
//! stand by it if nothing was ever applied there.

use jiff::{SignedDuration, Timestamp};

use crate::model::World;
use crate::model::github::{PullRequest, RepositoryName, WorkflowRun};
use crate::model::verdict::{Cause, Evidence, NextCommand, Reason, Remark, Standing};

/// How long GitHub may take to begin what a push or a run starts.
pub(super) const BEGINNING: SignedDuration = SignedDuration::from_secs(60);

/// Something that GitHub tells of an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Notice {
    pub(super) remark: Remark,
    pub(super) evidence: Vec<Evidence>,
    pub(super) next: Vec<NextCommand>,
    /// Where an environment stands by it to which nothing was ever applied.
    pub(super) stage: Option<Standing>,
}

impl Notice {
    pub(super) fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self { remark: Remark::new(reason, message), evidence: Vec::new(), next: Vec::new(), stage: None }
    }

    /// With what is behind it.
    pub(super) fn because(mut self, cause: Option<Cause>) -> Self {
        self.remark.cause = cause;
        self
    }

    /// With the standing of an environment that nothing was ever applied to.
    pub(super) fn at_stage(mut self, stage: Standing) -> Self {
        self.stage = Some(stage);
        self
    }

    /// With a command to type.
    pub(super) fn then(mut self, next: impl IntoIterator<Item = NextCommand>) -> Self {
        self.next.extend(next);
        self
    }

    /// With a page that shows more.
    pub(super) fn on_page(mut self, page: Option<&str>) -> Self {
        self.remark.url = page.and_then(link);
        self
    }

    /// With the run that it rests on, and its link.
    pub(super) fn by_run(mut self, repository: &RepositoryName, run: &WorkflowRun) -> Self {
        self.remark.url = link(&run.url);
        self.evidence.push(Evidence {
            world: World::Github,
            as_of: run.updated.or(run.created),
            kind: "WorkflowRun",
            namespace: repository.to_string(),
            name: run.id.to_string(),
            says: format!("{} {}: {}", run.workflow, run.state, run.url),
        });
        self
    }

    /// With the pull request that it rests on, and its link.
    pub(super) fn by_pull_request(mut self, repository: &RepositoryName, pull: &PullRequest) -> Self {
        self.remark.url = link(&pull.url);
        self.evidence.push(Evidence {
            world: World::Github,
            as_of: pull.created,
            kind: "PullRequest",
            namespace: repository.to_string(),
            name: format!("#{}", pull.number),
            says: format!("{} to {}: {}", pull.title, pull.base, pull.url),
        });
        self
    }

    /// With another fact that it rests on.
    pub(super) fn by(
        mut self,
        kind: &'static str,
        repository: &RepositoryName,
        name: impl Into<String>,
        says: impl Into<String>,
        as_of: Option<Timestamp>,
    ) -> Self {
        let (namespace, name, says) = (repository.to_string(), name.into(), says.into());
        self.evidence.push(Evidence { world: World::Github, as_of, kind, namespace, name, says });
        self
    }
}

/// A page that may be linked to.
pub(super) fn link(url: &str) -> Option<String> {
    url.starts_with("https://").then(|| url.to_owned())
}

/// Whether something is so recent that what follows it may not have begun.
pub(super) fn is_recent(time: Option<Timestamp>, now: Timestamp) -> bool {
    time.is_some_and(|time| now.duration_since(time) < BEGINNING)
}

/// The first line of a commit's message, short enough for a sentence.
pub(super) fn title(message: &str) -> String {
    let line = crate::model::harmless(message.lines().next().unwrap_or_default().trim());
    match line.char_indices().nth(60) {
        Some((end, _)) => format!("{} …", &line[..end].trim_end()),
        None => line,
    }
}

/// Whether a commit's message tells workflows not to start.
pub(super) fn has_skip_marker(message: &str) -> bool {
    let text = message.to_ascii_lowercase();
    let markers = ["[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]"];
    let has_trailer = text.lines().map(str::trim).any(|line| {
        let value = line.strip_prefix("skip-checks:").map(str::trim);
        value == Some("true")
    });
    markers.iter().any(|marker| text.contains(marker)) || has_trailer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn github_skips_by_five_markers_and_a_trailer() {
        for (message, skips) in [
            ("Fix it [skip ci]", true),
            ("Fix it\n\nmore [Actions Skip]", true),
            ("Fix it\n\nskip-checks: true", true),
            ("Fix it\n\nSkip-Checks:true", true),
            ("Skip ci", false),
            ("Document skip-checks: true", false),
            ("", false),
        ] {
            assert_eq!(has_skip_marker(message), skips, "{message}");
        }
    }

    #[test]
    fn a_title_is_one_short_line() {
        assert_eq!(title("Say more\n\nand why"), "Say more");
        assert_eq!(title(&"ü".repeat(80)).chars().count(), 62);
    }
}
