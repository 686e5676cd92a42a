//! What a scenario commits to repositories of the git host, and what it reads from them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::document::{Edit, Push, ScenarioRepository};
use super::error::ScenarioError;
use super::seed::Seed;
use crate::git::{Change, GitError};
use crate::github::GitHub;

impl Seed<'_> {
    /// Commits to a repository. GitHub knows of it before, so that it sees what is pushed.
    pub(super) fn commit(
        &self,
        repository: &ScenarioRepository,
        github: &mut GitHub,
        now: Timestamp,
    ) -> Result<(), ScenarioError> {
        let name = repository.name.as_str();
        let first = repository.branches.keys().next().map_or("main", String::as_str);
        let branch = repository.default_branch.as_deref().unwrap_or(first);
        match self.git.create(name, branch) {
            Ok(()) | Err(GitError::Exists(_)) => {}
            Err(error) => return Err(error.into()),
        }
        github.take_up(name, now);
        for (branch, commit) in &repository.branches {
            let branch = self.filled(branch)?;
            if let (None, Some(from)) = (self.git.tip(name, &branch)?, &commit.from) {
                let begin = self.git.tip(name, from)?;
                self.git.set_branch(name, &branch, begin.as_deref(), now)?;
            }
            let mut files = self.edited(name, &branch, commit)?;
            for (path, text) in commit.files.iter().filter_map(|(path, text)| Some((path, text.as_ref()?))) {
                files.push((path, self.filled(text)?));
            }
            let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
            let gone = commit.files.iter().filter(|(_, text)| text.is_none());
            let gone: Vec<&str> = gone.map(|(path, _)| path.as_str()).collect();
            let change = Change { message: &commit.message, files: &files, removed: &gone, at: now };
            self.git.commit(name, &branch, &change)?;
        }
        github.advance(now);
        Ok(())
    }

    /// The files that a commit edits, as it leaves them.
    fn edited<'c>(
        &self,
        repository: &str,
        branch: &str,
        commit: &'c Push,
    ) -> Result<Vec<(&'c str, String)>, ScenarioError> {
        let before = match self.git.tip(repository, branch)? {
            Some(tip) if !commit.edits.is_empty() => self.git.files(repository, &tip)?,
            _ => BTreeMap::new(),
        };
        let edited = commit.edits.iter().map(|(path, edits)| {
            let mut text = before.get(path).map(|text| String::from_utf8_lossy(text).into_owned());
            for Edit { find, with } in edits {
                let (find, with) = (self.filled(find)?, self.filled(with)?);
                let edited = text.filter(|text| text.contains(&find)).map(|text| text.replace(&find, &with));
                text = Some(edited.ok_or_else(|| ScenarioError::Edit {
                    repository: repository.to_owned(),
                    path: path.clone(),
                    find,
                })?);
            }
            Ok((path.as_str(), text.unwrap_or_default()))
        });
        edited.collect()
    }

    /// The files at the end of `organisation/repository/branch`, as far as they are texts.
    pub(super) fn content(&self, place: &str) -> Result<Value, ScenarioError> {
        let unknown = || ScenarioError::Word(place.to_owned());
        let tip = self.tip(place).ok_or_else(unknown)?;
        let end = place.match_indices('/').nth(1).map(|(end, _)| end).ok_or_else(unknown)?;
        let files = self.git.files(&place[..end], &tip)?;
        let texts = files.into_iter().filter_map(|(path, text)| Some((path, String::from_utf8(text).ok()?)));
        Ok(texts.map(|(path, text)| (path, Value::from(text))).collect::<serde_json::Map<_, _>>().into())
    }
}
