//! Runs that pushes start: of the workflow files that the pushed commit itself has, so that each branch has its own.

use git2::{Oid, Repository as GitRepository};
use jiff::Timestamp;
use serde_json::Map;

use super::new_run::NewRun;
use super::workflow::{FOLDER, File, RunContext, Workflow};
use crate::access::BOT;
use crate::git::RefChanged;
use crate::github::content::{changes, text};
use crate::github::instance::GitHub;

/// What keeps a push from starting anything, anywhere in the message of its last commit (docs.github.com, *Skipping
/// workflow runs*).
const SKIP_MARKERS: [&str; 5] = ["[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]"];
/// The same as a trailer.
const SKIP_TRAILER: &str = "skip-checks:";

impl GitHub {
    /// Starts what listens to a push.
    pub(in crate::github) fn start_pushed(&mut self, id: u64, git: &GitRepository, changed: &RefChanged) {
        // What a job's own token pushes starts nothing, so that workflows do not start themselves.
        let Some(commit) = changed.change.new.filter(|_| changed.change.actor != BOT) else { return };
        let reference = &changed.change.reference;
        let Ok(head) = git.find_reference(reference).and_then(|found| found.peel_to_commit()) else { return };
        let message = text(head.message_bytes());
        if head.id() != commit || skips(&message) {
            return;
        }
        let workflows = pushed_workflows(git, commit);
        if workflows.is_empty() {
            return;
        }
        let files = changed_files(git, changed).unwrap_or_default();
        let branch = reference.trim_start_matches("refs/heads/").trim_start_matches("refs/tags/");
        let nothing = Map::new();
        for (path, file) in workflows {
            if !file.push_trigger().is_some_and(|trigger| trigger.is_meant(reference, &files)) {
                continue;
            }
            let Some(workflow) = self.register(id, &path, &file, changed.at) else { continue };
            let actor = changed.change.actor.as_str();
            let context = RunContext { inputs: &nothing, actor, branch, commit };
            let new = NewRun {
                title: file.title(&context, message.lines().next().unwrap_or_default()),
                jobs: file.jobs(&context),
                workflow: path,
                workflow_id: workflow.id,
                name: workflow.name,
                event: "push".to_owned(),
                branch: branch.to_owned(),
                commit,
                actor: actor.to_owned(),
                inputs: Map::new(),
            };
            self.begin(id, new, changed.at);
        }
    }

    /// Takes note of a workflow that a push starts; nothing where it is disabled.
    pub(super) fn register(&mut self, id: u64, path: &str, file: &File, now: Timestamp) -> Option<Workflow> {
        let number = self.next();
        let known = self.repositories.get_mut(&id)?.workflows.0.entry(path.to_owned()).or_insert(Workflow {
            id: number,
            path: path.to_owned(),
            name: String::new(),
            is_disabled: false,
            is_there: true,
            was_pushed: true,
            created: now,
        });
        known.was_pushed = true;
        known.name = file.name(path);
        Some(known.clone()).filter(|workflow| !workflow.is_disabled)
    }
}

/// Whether a message says that nothing is to start.
fn skips(message: &str) -> bool {
    let trailers = message.trim_end().rsplit("\n\n").next().unwrap_or_default();
    let is_trailer = |line: &str| {
        line.strip_prefix(SKIP_TRAILER).is_some_and(|value| value.trim().eq_ignore_ascii_case("true"))
    };
    SKIP_MARKERS.iter().any(|marker| message.contains(marker)) || trailers.lines().any(is_trailer)
}

/// The workflow files of a commit that can be read.
fn pushed_workflows(git: &GitRepository, commit: Oid) -> Vec<(String, File)> {
    let folder = git.find_commit(commit).and_then(|commit| commit.tree());
    let folder = folder.and_then(|tree| git.find_tree(tree.get_path(std::path::Path::new(FOLDER))?.id()));
    let Ok(folder) = folder else { return Vec::new() };
    let names =
        folder.iter().map(|entry| format!("{FOLDER}/{}", String::from_utf8_lossy(entry.name_bytes())));
    let names = names.filter(|path| path.ends_with(".yml") || path.ends_with(".yaml"));
    names.filter_map(|path| Some((path.clone(), File::at(git, commit, &path)?))).collect()
}

/// The files that a push changed; of a branch that is new those that it has beyond the default branch.
fn changed_files(git: &GitRepository, changed: &RefChanged) -> Result<Vec<String>, git2::Error> {
    let Some(new) = changed.change.new else { return Ok(Vec::new()) };
    let fork = || {
        let head =
            git.head().ok().filter(|head| head.name().is_ok_and(|name| name != changed.change.reference))?;
        git.merge_base(head.peel_to_commit().ok()?.id(), new).ok()
    };
    let before = match changed.change.old.or_else(fork) {
        Some(before) => Some(git.find_commit(before)?.tree()?),
        None => None,
    };
    let files = changes(git, before.as_ref(), Some(&git.find_commit(new)?.tree()?))?;
    Ok(files.into_iter().map(|file| file.path).collect())
}

#[cfg(test)]
mod tests {
    use super::skips;

    #[test]
    fn a_message_can_keep_a_push_from_starting_anything() {
        for (message, is_skipped) in [
            ("Fix it", false),
            ("Fix it [skip ci]", true),
            ("Fix it\n\n[actions skip] please", true),
            ("Fix [ skip ci ]", false),
            ("Fix it\n\n\nskip-checks: true\n", true),
            ("Fix it\n\nskip-checks:true\nSigned-off-by: Ada", true),
            ("Fix it\n\nskip-checks: false", false),
            ("skip-checks: true of the body\n\nSigned-off-by: Ada", false),
        ] {
            assert_eq!(skips(message), is_skipped, "{message}");
        }
    }
}
