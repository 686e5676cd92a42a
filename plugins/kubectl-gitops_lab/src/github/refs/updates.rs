//! The one place through which refs move for whoever asks: refused before, told after.
//!
//! What has moved is read from the git host's log and not handed over in a call: the lab's own commits move refs
//! of the same host without a caller, and are to be seen in the order in which everything happened. Whatever is
//! started by a push begins in `GitHub::follow`.

use git2::{ObjectType, Oid, Repository as GitRepository};
use jiff::Timestamp;

use super::refusal::RefRefusal;
use super::workflow_files;
use crate::access::Right;
use crate::git::{RefChange, RefChanged, Via};
use crate::github::api::call::Call;
use crate::github::content::branch_tip;
use crate::github::instance::GitHub;
use crate::github::people::caller::Caller;
use crate::github::pulls::follow;
use crate::github::repositories::repository::Repository;

/// Refs that only GitHub moves.
const HIDDEN: &str = "refs/pull/";

impl GitHub {
    /// Moves refs of a repository, all or none, if the caller may.
    pub(super) fn move_refs(
        &mut self,
        id: u64,
        caller: &Caller,
        changes: &[RefChange],
        at: Timestamp,
    ) -> Result<(), RefRefusal> {
        let Some(repository) = self.repositories.get(&id) else { return Err(RefRefusal::Forbidden) };
        let name = repository.name.clone();
        let git = self.host.repository(&name)?;
        for change in changes {
            self.refuse(repository, &git, caller, change)?;
        }
        self.host.move_refs(&name, changes, at)?;
        self.catch_up();
        Ok(())
    }

    /// What is to be said against a move.
    pub(super) fn refuse(
        &self,
        repository: &Repository,
        git: &GitRepository,
        caller: &Caller,
        change: &RefChange,
    ) -> Result<(), RefRefusal> {
        if repository.is_archived {
            return Err(RefRefusal::Archived);
        }
        if self.right(caller, repository) < Some(Right::Write) {
            return Err(RefRefusal::Forbidden);
        }
        let reference = &change.reference;
        if reference.starts_with(HIDDEN) {
            return Err(RefRefusal::Hidden);
        }
        let Some(branch) = change.branch() else { return Ok(()) };
        match change.new {
            Some(object) => {
                if git.find_object(object, None)?.kind() != Some(ObjectType::Commit) {
                    return Err(RefRefusal::NotCommit { reference: reference.clone(), object });
                }
                let token = caller.token.as_deref().unwrap_or_default();
                if let Some(path) = workflow_files::first_new(git, object)?
                    && !self.host.may_change_workflows(token, &repository.name)
                {
                    return Err(RefRefusal::Workflow { path, is_app: !caller.is_person() });
                }
            }
            None if default_branch(git).as_ref() == Some(reference) => {
                return Err(RefRefusal::DefaultBranch(reference.clone()));
            }
            None => {}
        }
        let violations = self.violations(repository, git, caller, branch, change)?;
        if violations.is_empty() {
            return Ok(());
        }
        Err(RefRefusal::Protected { reference: reference.clone(), violations })
    }

    /// Sees all that has moved since the last look, in its order.
    pub(crate) fn catch_up(&mut self) {
        while self.seen < self.host.ref_change_count() {
            let Some(moved) = self.host.ref_changes_after(self.seen) else {
                self.look_around();
                continue;
            };
            for changed in moved {
                self.seen = changed.number;
                self.follow(&changed);
            }
        }
    }

    /// What follows from a move. A repository that nobody asked for yet has nothing that could follow.
    fn follow(&mut self, changed: &RefChanged) {
        let key = changed.change.repository.to_ascii_lowercase();
        let Some(repository) = self.numbers.get(&key).and_then(|id| self.repositories.get_mut(id)) else {
            return;
        };
        if changed.change.via == Via::GitHub {
            return;
        }
        repository.pushed = repository.pushed.max(changed.at);
        repository.updated = repository.updated.max(changed.at);
        // Whoever asks for a repository that cannot be opened is told.
        let Ok(git) = self.host.repository(&repository.name) else { return };
        let name = repository.name.clone();
        let id = repository.id;
        for (number, head) in follow(repository, &git, changed) {
            self.keep_head(&name, &git, number, head, changed.at);
        }
        self.start_pushed(id, &git, changed);
    }

    /// Makes `refs/pull/…/head` lead to the head of a pull request.
    pub(in crate::github) fn keep_head(
        &self,
        name: &str,
        git: &GitRepository,
        number: u64,
        head: Oid,
        at: Timestamp,
    ) {
        let reference = format!("{HIDDEN}{number}/head");
        let change = RefChange {
            repository: name.to_owned(),
            old: git.find_reference(&reference).ok().and_then(|known| known.target()),
            new: Some(head),
            actor: "github".to_owned(),
            via: Via::GitHub,
            reference,
        };
        // Nobody else moves these: it fails only where the repository is gone.
        let _ = self.host.move_refs(name, &[change], at);
    }

    /// Compares all branches of open pull requests with what is known of them: for when moves are forgotten.
    fn look_around(&mut self) {
        let number = self.host.ref_change_count();
        let at = self.host.ref_changes().last().map_or(Timestamp::UNIX_EPOCH, |changed| changed.at);
        let mut missed = Vec::new();
        for repository in self.repositories.values() {
            let Ok(git) = self.host.repository(&repository.name) else { continue };
            for (branch, known) in repository.issues.branches() {
                let tip = branch_tip(&git, &branch).unwrap_or_default();
                if tip != Some(known) {
                    let change = RefChange {
                        repository: repository.name.clone(),
                        reference: format!("refs/heads/{branch}"),
                        old: Some(known),
                        new: tip,
                        actor: "ghost".to_owned(),
                        via: Via::Lab,
                    };
                    missed.push(RefChanged { number, change, at });
                }
            }
        }
        self.seen = number;
        missed.iter().for_each(|changed| self.follow(changed));
    }
}

/// The full name of the default branch.
fn default_branch(git: &GitRepository) -> Option<String> {
    git.find_reference("HEAD").ok()?.symbolic_target().ok().flatten().map(str::to_owned)
}

impl Call<'_> {
    /// Moves a ref of the repository, if the caller may.
    pub(in crate::github) fn move_ref(
        &mut self,
        reference: &str,
        old: Option<Oid>,
        new: Option<Oid>,
        via: Via,
    ) -> Result<(), RefRefusal> {
        let id = self.about.unwrap_or_default();
        let change = RefChange {
            repository: self.repository().map_or_else(|_| String::new(), |found| found.name.clone()),
            reference: reference.to_owned(),
            old,
            new,
            actor: self.caller.login.clone(),
            via,
        };
        self.github.move_refs(id, &self.caller, &[change], self.now)
    }
}
