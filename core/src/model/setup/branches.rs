//! The files on each branch, written in one commit a branch.
//!
//! What is not there is added. A file that is there and differs is a person's work, or an older template: it stays as it
//! is, the plan shows the difference, and only `--force` replaces it. Values are never replaced: their defaults are for
//! the first time alone.

use std::collections::BTreeMap;

use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

use super::step::BranchStart;
use super::{
    ObservedBranch, ObservedRepository, ObservedSetup, SetupRequest, SetupStep, SetupWrite, repositories,
};
use crate::model::contract::PIPELINE_FILE;
use crate::model::counted;
use crate::model::github::FileChange;
use crate::model::pipeline::Role;

/// The branch of the initial pull request.
pub const CD_SETUP_BRANCH: &str = "feature/cd-setup";
/// A chart is the sign of an application that is there already.
const CHART: &str = "helm/Chart.yaml";

/// The name of a branch's step.
pub(super) fn step_name(role: Role, branch: &str) -> String {
    format!("branch {branch} of {}", repositories::word(role))
}

/// The steps that write the environments' branches of configs and gitops.
pub(super) fn environment_branches(request: &SetupRequest, observed: &ObservedSetup) -> Vec<SetupStep> {
    let mut steps = Vec::new();
    for environment in &request.environments {
        for role in [Role::Configs, Role::Gitops] {
            let repository = observed.repository(role);
            let branch = repository.and_then(|repository| repository.branches.get(environment));
            let message = format!("Set up GitOps CD of {environment} [skip ci]");
            let wanted =
                BranchFiles { role, branch: environment, files: files(request, role, environment), message };
            steps.push(wanted.step(request, branch));
        }
    }
    steps
}

/// The step that writes the branch of the initial pull request; nothing is written where the default branch has it all.
pub(super) fn setup_branch(request: &SetupRequest, observed: &ObservedSetup) -> SetupStep {
    let source = observed.repository(Role::Source);
    let wanted = setup_files(request, observed);
    if is_set_up(request, observed) {
        let (name, empty) = (step_name(Role::Source, CD_SETUP_BRANCH), ObservedBranch::default());
        let default = default_branch(source).unwrap_or(&empty);
        return wanted.keep(name, "the default branch has all files", default, request);
    }
    wanted.step(request, source.and_then(|source| source.branches.get(CD_SETUP_BRANCH)))
}

/// Whether the default branch of the source repository has everything that set-up writes.
pub(super) fn is_set_up(request: &SetupRequest, observed: &ObservedSetup) -> bool {
    let default = default_branch(observed.repository(Role::Source));
    default
        .is_some_and(|default| setup_files(request, observed).difference(request, default).changes.is_empty())
}

/// What the initial pull request brings. An application that is there already stays as it is.
fn setup_files<'a>(request: &SetupRequest, observed: &ObservedSetup) -> BranchFiles<'a> {
    let default = default_branch(observed.repository(Role::Source));
    let mut files = workflows(request, Role::Source);
    files.insert(PIPELINE_FILE.to_owned(), pipeline_file(request).into_bytes());
    if !default.is_some_and(|branch| branch.files.contains_key(CHART)) {
        files.extend(request.application.files.iter().map(|file| (file.path.clone(), file.content.clone())));
    }
    let message = "Set up GitOps CD".to_owned();
    BranchFiles { role: Role::Source, branch: CD_SETUP_BRANCH, files, message }
}

fn default_branch(source: Option<&ObservedRepository>) -> Option<&ObservedBranch> {
    source.and_then(|source| source.branches.get(&source.repository.default_branch))
}

/// The files of an environment's branch.
fn files(request: &SetupRequest, role: Role, environment: &str) -> BTreeMap<String, Vec<u8>> {
    let mut files = workflows(request, role);
    if role == Role::Configs {
        let path = values_path(request);
        files.insert(path, default_values(&request.project.namespace(environment)).into_bytes());
    }
    files
}

fn values_path(request: &SetupRequest) -> String {
    format!("{}/values.yaml", request.target)
}

fn workflows(request: &SetupRequest, role: Role) -> BTreeMap<String, Vec<u8>> {
    let own = request.workflows.iter().filter(|((of, _), _)| *of == role);
    own.map(|((_, path), content)| (path.clone(), content.clone().into_bytes())).collect()
}

/// What an environment begins with.
fn default_values(namespace: &str) -> String {
    format!(
        "namespace: {namespace}\nreplicaCount: 1\nresources:\n  requests:\n    cpu: 20m\n    memory: 32Mi\n  limits:\n    cpu: 200m\n    memory: 128Mi\n"
    )
}

/// What the pipeline keeps to: the clusters of each environment, so that one that is silent is missed.
fn pipeline_file(request: &SetupRequest) -> String {
    let mut text = "apiVersion: gitops.dev/v1\nkind: Pipeline\nspec:\n  environments:\n".to_owned();
    for environment in &request.environments {
        text += &format!("    - name: {environment}\n      clusters:\n");
        let own = request.clusters.iter().filter(|cluster| cluster.environments.contains(environment));
        own.for_each(|cluster| text += &format!("        - {}\n", cluster.arc.id()));
    }
    text
}

/// The files that a branch is to have.
struct BranchFiles<'a> {
    role: Role,
    branch: &'a str,
    files: BTreeMap<String, Vec<u8>>,
    message: String,
}

/// What a branch lacks.
struct Difference {
    changes: Vec<FileChange>,
    /// Paths that differ and are left alone.
    kept: Vec<String>,
}

impl BranchFiles<'_> {
    fn step(self, request: &SetupRequest, observed: Option<&ObservedBranch>) -> SetupStep {
        let name = step_name(self.role, self.branch);
        let empty = ObservedBranch::default();
        let known = observed.unwrap_or(&empty);
        let Difference { changes, .. } = self.difference(request, known);
        if changes.is_empty() {
            return self.keep(name, "there", known, request);
        }
        let start = if observed.is_some() { BranchStart::Branch } else { BranchStart::DefaultBranch };
        let change = describe(&changes);
        let difference = self.shown_difference(known, &changes);
        let before = repositories::step_name(self.role);
        let (role, branch) = (self.role, self.branch.to_owned());
        let write = SetupWrite::Commit { role, branch, start, files: changes, message: self.message };
        let mut step = match observed {
            None => SetupStep::create(name, "not there", change, write),
            Some(_) => SetupStep::change(name, "there", change, write),
        };
        step.step.difference = difference;
        step.after([before])
    }

    fn keep(&self, name: String, exists: &str, known: &ObservedBranch, request: &SetupRequest) -> SetupStep {
        let kept = self.difference(request, known).kept;
        if kept.is_empty() {
            return SetupStep::keep(name, exists);
        }
        let verb = if kept.len() == 1 { "differs" } else { "differ" };
        let exists = format!("{exists}; {} {verb} and stay as they are without --force", kept.join(", "));
        let wanted = kept.iter().filter_map(|path| Some((path.clone(), text(self.files.get(path)?)?)));
        let wanted: BTreeMap<String, String> = wanted.collect();
        let mut step = SetupStep::keep(name, exists);
        step.step.difference = unified(known, &wanted);
        step
    }

    /// What is missing, and what differs. Files that are only a beginning are not compared.
    fn difference(&self, request: &SetupRequest, known: &ObservedBranch) -> Difference {
        let mut difference = Difference { changes: Vec::new(), kept: Vec::new() };
        let of_application = |path: &str| request.application.files.iter().find(|file| file.path == path);
        let is_beginning = |path: &str| path == values_path(request) || of_application(path).is_some();
        for (path, content) in &self.files {
            match known.files.get(path) {
                Some(hash) if *hash == blob_hash(content) => {}
                Some(_) if is_beginning(path) => {}
                Some(_) if !request.overwrites => difference.kept.push(path.clone()),
                _ => {
                    let is_executable = of_application(path).is_some_and(|file| file.is_executable);
                    difference.changes.push(FileChange::write(path, content.clone(), is_executable));
                }
            }
        }
        difference
    }

    /// The difference to files that are replaced.
    fn shown_difference(&self, known: &ObservedBranch, changes: &[FileChange]) -> Option<String> {
        let replaced = changes.iter().map(FileChange::path).filter(|path| known.files.contains_key(*path));
        let wanted = replaced.filter_map(|path| Some((path.to_owned(), text(self.files.get(path)?)?)));
        unified(known, &wanted.collect())
    }
}

fn text(content: &[u8]) -> Option<String> {
    String::from_utf8(content.to_vec()).ok()
}

/// How files that differ would change, as `diff -u` shows it.
fn unified(known: &ObservedBranch, wanted: &BTreeMap<String, String>) -> Option<String> {
    let of = |(path, wanted): (&String, &String)| {
        let known = known.contents.get(path)?;
        let lines = similar::TextDiff::from_lines(known.as_str(), wanted.as_str());
        let header = (format!("a/{path}"), format!("b/{path}"));
        Some(lines.unified_diff().context_radius(2).header(&header.0, &header.1).to_string())
    };
    let shown: Vec<String> = wanted.iter().filter_map(of).collect();
    (!shown.is_empty()).then(|| shown.concat())
}

/// `5 files`, or the name of the only one.
fn describe(changes: &[FileChange]) -> String {
    match changes {
        [only] => only.path().to_owned(),
        all => counted(all.len(), "file"),
    }
}

/// The hash by which git names a content.
pub fn blob_hash(content: &[u8]) -> String {
    let mut blob = format!("blob {}\0", content.len()).into_bytes();
    blob.extend_from_slice(content);
    let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, &blob);
    hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_are_named_as_git_names_them() {
        assert_eq!(blob_hash(b""), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
        assert_eq!(blob_hash(b"hello\n"), "ce013625030ba8dba906f756967f9e9ca394464a");
    }
}
