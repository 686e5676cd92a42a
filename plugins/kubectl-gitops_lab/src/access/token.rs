//! A token: who acts with it, of which kind it is, how long it is good, and what was done with it.

use jiff::Timestamp;
use serde::Deserialize;

use super::actor::Actor;
use super::coverage::{Coverage, RepositoryNumbers};
use super::permission::{AccessLevel, Area, Permission, Permissions};
use super::role::Role;
use super::scope::{includes, sources};
use super::usage::Usage;

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
    pub(super) usage: Usage,
}

/// What a token may do in some repositories.
#[derive(Clone, Debug)]
pub(super) struct RepositoryGrant {
    pub(super) coverage: Coverage,
    pub(super) permissions: Permissions,
    /// What the person who has the token may do there, where the grant says that as well.
    pub(super) role: Option<Role>,
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
            usage: Usage::default(),
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
        self.usage.add(permission);
        if let Some((held, narrowest)) = self.scope_for(permission, is_public) {
            let held = held.to_owned();
            self.usage.add_scope(held, narrowest);
        }
    }

    /// What it may do and was not used for: permissions as headers spell them, or scopes of a classic one.
    pub(super) fn unused(&self) -> Vec<String> {
        if let Some(scopes) = &self.scopes {
            return self.usage.unused_scopes(scopes);
        }
        let mut granted = Permissions::default();
        let all = self.grants.iter().flat_map(|grant| grant.permissions.each());
        all.for_each(|permission| granted.add(permission));
        self.usage.unused(granted)
    }
}
