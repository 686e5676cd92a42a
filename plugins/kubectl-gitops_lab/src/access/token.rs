//! A token: who acts with it, of which kind it is, how long it is good, and what was done with it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::Deserialize;

use super::coverage::{Coverage, RepositoryNumbers};
use super::permission::{AccessLevel, Area, Permission, Permissions};
use super::role::Role;
use super::scope::{includes, sources};

/// Who acts with the token of a job.
pub(crate) const BOT: &str = "github-actions[bot]";

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A person, by login.
    Person(String),
    /// An app that is installed, by the login of its bot.
    App(String),
    /// A job of a run.
    Job {
        /// The number of the run.
        run: u64,
    },
}

/// The kinds of tokens. Each is refused in words of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum TokenKind {
    /// A person's, with scopes.
    Classic,
    /// A person's, with permissions.
    FineGrained,
    /// An app's installation.
    Installation,
    /// `GITHUB_TOKEN` of a job.
    Job,
}

/// A token, without its characters.
#[derive(Clone, Debug)]
pub struct AccessToken {
    pub(super) actor: Actor,
    /// Those of a classic one, as they were given.
    pub(super) scopes: Option<Vec<String>>,
    pub(super) grants: Vec<RepositoryGrant>,
    /// Repositories that are meant, before the numbers of today are known.
    pub(super) asked: Vec<(String, Permissions)>,
    pub(super) expires: Option<Timestamp>,
    pub(super) is_revoked: bool,
    /// What it was used for: permissions, and of a classic one its scopes, each with the narrowest that would have
    /// sufficed.
    pub(super) used: BTreeSet<Permission>,
    pub(super) used_scopes: BTreeMap<String, BTreeSet<&'static str>>,
}

/// What a token may do in some repositories.
#[derive(Clone, Debug)]
pub(super) struct RepositoryGrant {
    pub(super) coverage: Coverage,
    pub(super) permissions: Permissions,
    /// What the person who has the token may do there, where the grant says that as well.
    pub(super) role: Option<Role>,
}

impl Actor {
    /// The login under which it acts.
    pub fn login(&self) -> &str {
        match self {
            Self::Person(login) | Self::App(login) => login,
            Self::Job { .. } => BOT,
        }
    }

    /// Whether what it does with a branch starts workflows. What a job does starts none, or it would never end;
    /// asking for a run by `workflow_dispatch` and `repository_dispatch` is the exception.
    pub const fn starts_workflows(&self) -> bool {
        !matches!(self, Self::Job { .. })
    }
}

impl AccessToken {
    fn new(actor: Actor, scopes: Option<Vec<String>>) -> Self {
        Self {
            actor,
            scopes,
            grants: Vec::new(),
            asked: Vec::new(),
            expires: None,
            is_revoked: false,
            used: BTreeSet::new(),
            used_scopes: BTreeMap::new(),
        }
    }

    /// A classic one of a person. It is good in every repository in which the person is.
    pub fn classic(login: &str, scopes: &[&str]) -> Self {
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        Self::new(Actor::Person(login.to_owned()), Some(scopes)).everywhere()
    }

    fn everywhere(self) -> Self {
        let everything = Permissions::everything(AccessLevel::Write);
        Self { asked: vec![("*".to_owned(), everything)], ..self }
    }

    /// A fine-grained one of a person, good nowhere yet.
    pub fn fine_grained(login: &str) -> Self {
        Self::new(Actor::Person(login.to_owned()), None)
    }

    /// One of an app's installation, good nowhere yet.
    pub fn installation(bot: &str) -> Self {
        Self::new(Actor::App(bot.to_owned()), None)
    }

    /// One of a job, in the repository of its run.
    pub fn job(repository: &str, run: u64, permissions: &Permissions) -> Self {
        Self::new(Actor::Job { run }, None).permitting(repository, permissions)
    }

    /// The same, which may do this in some repositories: `contoso/hello`, or `contoso/*` for all of an owner.
    #[must_use]
    pub fn permitting(mut self, repositories: &str, permissions: &Permissions) -> Self {
        self.asked.push((repositories.to_owned(), permissions.clone()));
        self
    }

    /// The same, which is good until then.
    #[must_use]
    pub fn expiring(self, at: Timestamp) -> Self {
        Self { expires: Some(at), ..self }
    }

    pub(crate) fn kind(&self) -> TokenKind {
        match (&self.actor, &self.scopes) {
            (Actor::Person(_), Some(_)) => TokenKind::Classic,
            (Actor::Person(_), None) => TokenKind::FineGrained,
            (Actor::App(_), _) => TokenKind::Installation,
            (Actor::Job { .. }, _) => TokenKind::Job,
        }
    }

    pub(crate) fn actor(&self) -> &Actor {
        &self.actor
    }

    pub(crate) fn scopes(&self) -> Option<&[String]> {
        self.scopes.as_deref()
    }

    pub(crate) fn expires(&self) -> Option<Timestamp> {
        self.expires
    }

    /// Whether it permits to change workflows, in whichever repositories.
    pub(crate) fn changes_workflows(&self) -> bool {
        let workflows = Area::Workflows.write();
        self.grants.iter().any(|grant| self.grant_allows(&grant.permissions, workflows, false))
    }

    pub(super) fn is_good(&self, now: Timestamp) -> bool {
        !self.is_revoked && self.expires.is_none_or(|expires| now < expires)
    }

    /// Whether it is good for anything in a repository.
    pub(super) fn covers(&self, repository: &str, numbers: &RepositoryNumbers) -> bool {
        self.grants.iter().any(|grant| grant.coverage.covers(repository, numbers))
    }

    /// Whether it permits something in a repository, whatever who has it may do there. That there is a repository
    /// is permitted wherever anything is.
    pub(super) fn permits(
        &self,
        permission: Permission,
        repository: &str,
        is_public: bool,
        numbers: &RepositoryNumbers,
    ) -> bool {
        let mut here = self.grants.iter().filter(|grant| grant.coverage.covers(repository, numbers));
        here.any(|grant| self.grant_allows(&grant.permissions, permission, is_public))
    }

    /// Whether it permits something in any repository of an owner, the ones that will be made among them.
    pub(super) fn permits_at_owner(&self, permission: Permission, owner: &str) -> bool {
        let beginning = format!("{}/", owner.to_ascii_lowercase());
        let mut all = self.grants.iter().filter(|grant| match &grant.coverage {
            Coverage::Beginning(all) => beginning.starts_with(all.as_str()),
            Coverage::One { .. } => false,
        });
        all.any(|grant| self.grant_allows(&grant.permissions, permission, true))
    }

    fn grant_allows(&self, granted: &Permissions, permission: Permission, is_public: bool) -> bool {
        let is_metadata = permission == Area::Metadata.read();
        let is_granted = granted.allow(permission) || is_metadata && !granted.is_empty();
        is_granted && (self.scopes.is_none() || self.scope_for(permission, is_public).is_some())
    }

    /// The scope of a classic token from which a permission comes, and the narrowest from which it would. What a
    /// narrow scope gives is not taken from a wide one.
    fn scope_for(&self, permission: Permission, is_public: bool) -> Option<(&str, &'static str)> {
        let scopes = self.scopes.as_deref()?;
        let known = sources(permission, is_public);
        let narrowest = *known.first()?;
        let held = known.into_iter().find_map(|source| {
            let exact = scopes.iter().find(|scope| *scope == source);
            exact.or_else(|| scopes.iter().find(|scope| includes(scope, source)))
        })?;
        Some((held, narrowest))
    }

    pub(super) fn record(&mut self, permission: Permission, is_public: bool) {
        self.used.insert(permission);
        if let Some((held, narrowest)) = self.scope_for(permission, is_public) {
            let held = held.to_owned();
            self.used_scopes.entry(held).or_default().insert(narrowest);
        }
    }

    pub(super) fn record_scope(&mut self, scope: &'static str) {
        self.used_scopes.entry(scope.to_owned()).or_default().insert(scope);
    }

    /// What it may do and was not used for: permissions as headers spell them; of a classic one scopes, and those in
    /// whose place narrower ones would have done.
    pub(super) fn unused(&self) -> Vec<String> {
        if let Some(scopes) = &self.scopes {
            return scopes.iter().filter_map(|scope| self.unused_scope(scope)).collect();
        }
        let mut granted = Permissions::default();
        let all = self.grants.iter().flat_map(|grant| grant.permissions.each());
        all.for_each(|permission| granted.add(permission));
        let used = Permissions::of(&self.used.iter().copied().collect::<Vec<_>>());
        // That there is a repository must be known with every token.
        let granted = granted.without(Area::Metadata);
        granted.each().filter(|permission| !used.allow(*permission)).map(|left| left.to_string()).collect()
    }

    fn unused_scope(&self, scope: &str) -> Option<String> {
        match self.used_scopes.get(scope) {
            None => Some(scope.to_owned()),
            Some(needed) if needed.contains(scope) => None,
            Some(needed) => {
                let needed: Vec<_> = needed.iter().copied().collect();
                Some(format!("{scope} where {} suffices", needed.join(", ")))
            }
        }
    }
}
