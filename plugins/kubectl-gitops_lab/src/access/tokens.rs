//! Every token, and the roles of people.

use std::collections::HashMap;
use std::fmt;

use jiff::Timestamp;

use super::actor::Actor;
use super::coverage::{Coverage, RepositoryNumbers};
use super::permission::{Area, Permission, Permissions};
use super::role::{Right, Role};
use super::token::{AccessToken, RepositoryGrant};

/// Whose tokens are that nobody signed in with.
pub(crate) const SOMEBODY: &str = "lab";

/// Every token by its characters, and what people may do whatever they show.
#[derive(Default)]
pub(crate) struct AccessTokens {
    tokens: HashMap<String, AccessToken>,
    /// By login in lower case.
    roles: HashMap<String, Vec<(Coverage, Role)>>,
    numbers: RepositoryNumbers,
    /// The latest time that was told.
    now: Timestamp,
}

/// Tokens are secrets.
impl fmt::Debug for AccessTokens {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let good = self.tokens.values().filter(|token| !token.is_revoked).count();
        write!(formatter, "{good} tokens")
    }
}

impl AccessTokens {
    /// Makes a token known.
    pub(crate) fn issue(&mut self, characters: &str, mut token: AccessToken) {
        for (repositories, permissions) in std::mem::take(&mut token.asked) {
            let coverage = Coverage::new(&repositories, &self.numbers);
            token.grants.push(RepositoryGrant { coverage, permissions, role: None });
        }
        self.tokens.insert(characters.to_owned(), token);
    }

    /// Lets a token do this much in some repositories, and who has it as well. A token that is not known becomes
    /// somebody's.
    pub(crate) fn grant(&mut self, characters: &str, repositories: &str, right: Right) {
        let coverage = Coverage::new(repositories, &self.numbers);
        let grant =
            RepositoryGrant { coverage, permissions: right.permissions(), role: Some(Role::from(right)) };
        let nobodys = || AccessToken::fine_grained(SOMEBODY);
        let token = self.tokens.entry(characters.to_owned()).or_insert_with(nobodys);
        token.is_revoked = false;
        token.grants.push(grant);
    }

    /// Says whose a token is, and the scopes of a classic one.
    pub(crate) fn sign_in(&mut self, characters: &str, login: &str, scopes: Option<&[&str]>) {
        let nobodys = || AccessToken::fine_grained(SOMEBODY);
        let token = self.tokens.entry(characters.to_owned()).or_insert_with(nobodys);
        token.actor = Actor::Person(login.to_owned());
        token.scopes = scopes.map(|scopes| scopes.iter().map(|scope| (*scope).to_owned()).collect());
    }

    /// Makes a token good for nothing.
    pub(crate) fn revoke(&mut self, characters: &str) {
        if let Some(token) = self.tokens.get_mut(characters) {
            token.is_revoked = true;
            token.grants.clear();
        }
    }

    /// Makes a token good until then.
    pub(crate) fn expire(&mut self, characters: &str, at: Timestamp) {
        if let Some(token) = self.tokens.get_mut(characters) {
            token.expires = Some(at);
        }
    }

    /// Gives a person a role in some repositories, beside those they have.
    pub(crate) fn add_role(&mut self, login: &str, repositories: &str, role: Role) {
        let coverage = Coverage::new(repositories, &self.numbers);
        self.roles.entry(login.to_ascii_lowercase()).or_default().push((coverage, role));
    }

    /// It is so late. Time does not go back.
    pub(crate) fn set_time(&mut self, now: Timestamp) {
        self.now = self.now.max(now);
    }

    /// A repository was made.
    pub(crate) fn create_repository(&mut self, name: &str) {
        let number = self.numbers.create(name);
        let grants = self.tokens.values_mut().flat_map(|token| &mut token.grants);
        let roles = self.roles.values_mut().flatten().map(|(coverage, _)| coverage);
        let all = grants.map(|grant| &mut grant.coverage).chain(roles);
        all.for_each(|coverage| coverage.bind(name, number));
    }

    pub(crate) fn rename_repository(&mut self, name: &str, new: &str) {
        self.numbers.rename(name, new);
    }

    pub(crate) fn delete_repository(&mut self, name: &str) {
        self.numbers.delete(name);
    }

    /// A token, unless it is not known, revoked or expired.
    pub(crate) fn get(&self, characters: &str) -> Option<&AccessToken> {
        self.tokens.get(characters).filter(|token| token.is_good(self.now))
    }

    pub(crate) fn knows(&self, characters: &str) -> bool {
        self.get(characters).is_some()
    }

    /// What a person may do in a repository. What is theirs they administer.
    pub(crate) fn role(&self, login: &str, repository: &str) -> Option<Role> {
        let owner = repository.split('/').next().unwrap_or_default();
        if owner.eq_ignore_ascii_case(login) {
            return Some(Role::Admin);
        }
        let given = self.roles.get(&login.to_ascii_lowercase()).into_iter().flatten();
        let given = given.map(|(coverage, role)| (coverage, *role));
        let theirs = self.tokens.values().filter(|token| match token.actor() {
            Actor::Person(person) => person.eq_ignore_ascii_case(login),
            _ => false,
        });
        let granted = theirs.flat_map(|token| &token.grants);
        let granted = granted.filter_map(|grant| Some((&grant.coverage, grant.role?)));
        let here = given.chain(granted).filter(|(coverage, _)| coverage.covers(repository, &self.numbers));
        here.map(|(_, role)| role).max()
    }

    /// The role that bounds a token in a repository that it covers: a person's. What is no person has none that
    /// would.
    pub(crate) fn bound(&self, characters: &str, repository: &str) -> Option<Role> {
        let token = self.get(characters).filter(|token| token.covers(repository, &self.numbers))?;
        match token.actor() {
            Actor::Person(login) => self.role(login, repository),
            Actor::App(_) | Actor::Job { .. } => Some(Role::Admin),
        }
    }

    /// Whether a token permits something in a repository. What who has it may do there is another question.
    pub(crate) fn permits(
        &self,
        characters: &str,
        permission: Permission,
        repository: &str,
        is_public: bool,
    ) -> bool {
        let token = self.get(characters);
        token.is_some_and(|token| token.permits(permission, repository, is_public, &self.numbers))
    }

    /// Whether a token permits something in whatever an owner has.
    pub(crate) fn permits_at_owner(&self, characters: &str, permission: Permission, owner: &str) -> bool {
        self.get(characters).is_some_and(|token| token.permits_at_owner(permission, owner))
    }

    /// What a token comes to in a repository, which need not be there: no more than it permits, and no more than
    /// who has it may.
    pub(crate) fn right(&self, characters: &str, repository: &str, is_public: bool) -> Option<Right> {
        let bound = self.bound(characters, repository)?.right();
        let permits = |permission| self.permits(characters, permission, repository, is_public);
        Right::of(permits).map(|right| right.min(bound))
    }

    /// Whether a token may change files below `.github/workflows` of a repository.
    pub(crate) fn may_change_workflows(&self, characters: &str, repository: &str, is_public: bool) -> bool {
        self.bound(characters, repository) >= Some(Role::Write)
            && self.permits(characters, Area::Workflows.write(), repository, is_public)
    }

    /// A token was used for this.
    pub(crate) fn record(&mut self, characters: &str, permissions: &[Permission], is_public: bool) {
        if let Some(token) = self.tokens.get_mut(characters) {
            permissions.iter().for_each(|permission| token.record(*permission, is_public));
        }
    }

    /// A classic token was used for what one scope alone lets it do.
    pub(crate) fn record_scope(&mut self, characters: &str, scope: &'static str) {
        if let Some(token) = self.tokens.get_mut(characters) {
            token.usage.add_scope(scope.to_owned(), scope);
        }
    }

    /// What a token may do and was not used for.
    pub(crate) fn unused(&self, characters: &str) -> Vec<String> {
        self.tokens.get(characters).map(AccessToken::unused).unwrap_or_default()
    }

    /// What a token was used for.
    pub(crate) fn used(&self, characters: &str) -> Permissions {
        self.tokens.get(characters).map(|token| token.usage.permissions().clone()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::super::{AccessToken, Right, Role};
    use super::AccessTokens;

    const HELLO: &str = "contoso/hello";

    #[test]
    fn a_role_is_the_widest_that_was_given_and_no_token_goes_beyond_it() {
        let mut tokens = AccessTokens::default();
        tokens.add_role("Ada", "contoso/*", Role::Read);
        tokens.add_role("ada", HELLO, Role::Maintain);
        assert_eq!(tokens.role("ada", HELLO), Some(Role::Maintain));
        assert_eq!(tokens.role("ada", "contoso/other"), Some(Role::Read));
        assert_eq!(tokens.role("ada", "ada/own"), Some(Role::Admin), "it is theirs");
        assert_eq!(tokens.role("joan", HELLO), None);
        tokens.issue("wide", AccessToken::classic("ada", &["repo"]));
        assert_eq!(tokens.right("wide", HELLO, false), Some(Right::Write));
        assert_eq!(tokens.right("wide", "contoso/other", false), Some(Right::Read));
        tokens.grant("old", HELLO, Right::Admin);
        tokens.sign_in("old", "ada", None);
        assert_eq!(tokens.role("ada", HELLO), Some(Role::Admin), "as long as the token is good");
        tokens.revoke("old");
        assert_eq!(tokens.role("ada", HELLO), Some(Role::Maintain));
    }

    #[test]
    fn a_token_is_good_until_its_end_and_time_does_not_go_back() {
        let mut tokens = AccessTokens::default();
        let end = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1);
        tokens.issue("short", AccessToken::classic("ada", &["repo"]).expiring(end));
        assert!(tokens.knows("short"));
        tokens.set_time(end);
        assert!(!tokens.knows("short") && tokens.right("short", "ada/own", false).is_none());
        tokens.set_time(Timestamp::UNIX_EPOCH);
        assert!(!tokens.knows("short"));
    }
}
