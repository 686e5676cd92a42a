//! Who gets to repositories over git: what is asked of tokens there, and how they are shown.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;

use super::error::FetchError;
use super::host::GitHost;
use crate::access::{AccessToken, AccessTokens, Actor, Area, Permission, Permissions, Right, Role};

impl GitHost {
    /// Lets whoever has `token`, with any user name, into repositories: `contoso/hello`, or `contoso/*` for all of
    /// an organisation.
    pub fn grant(&self, token: &str, repositories: &str, right: Right) {
        self.tokens().grant(token, repositories, right);
    }

    /// Makes a token known, and all that it may.
    pub fn issue(&self, characters: &str, token: AccessToken) {
        self.tokens().issue(characters, token);
    }

    /// Says whose a token is, and the scopes of a classic one.
    pub(crate) fn sign_in(&self, token: &str, login: &str, scopes: Option<&[&str]>) {
        self.tokens().sign_in(token, login, scopes);
    }

    /// Makes `token` unknown.
    pub fn revoke(&self, token: &str) {
        self.tokens().revoke(token);
    }

    /// Makes `token` good until then.
    pub fn expire(&self, token: &str, at: Timestamp) {
        self.tokens().expire(token, at);
    }

    /// Gives a person a role in repositories, whichever token they show.
    pub fn add_role(&self, login: &str, repositories: &str, role: Role) {
        self.tokens().add_role(login, repositories, role);
    }

    /// Says how late it is: tokens expire.
    pub fn set_time(&self, now: Timestamp) {
        self.tokens().set_time(now);
    }

    /// What a person may do in a repository, whichever token they show.
    pub fn role(&self, login: &str, repository: &str) -> Option<Role> {
        self.tokens().role(login, repository)
    }

    /// A token that is good.
    pub(crate) fn token(&self, characters: &str) -> Option<AccessToken> {
        self.tokens().get(characters).cloned()
    }

    /// Who acts with a token that is good.
    pub fn actor(&self, token: &str) -> Option<Actor> {
        self.tokens().get(token).map(|token| token.actor().clone())
    }

    /// Whether a token may change files below `.github/workflows`.
    pub fn may_change_workflows(&self, token: &str, repository: &str) -> bool {
        let is_public = self.is_public(repository);
        let mut tokens = self.tokens();
        let may = tokens.may_change_workflows(token, repository, is_public);
        if may {
            tokens.record(token, &[Area::Workflows.write()], is_public);
        }
        may
    }

    /// What a token may do and was not used for: permissions as `X-Accepted-GitHub-Permissions` spells them, or
    /// scopes of a classic one.
    pub fn unused(&self, token: &str) -> Vec<String> {
        self.tokens().unused(token)
    }

    /// What a token was used for.
    pub fn used(&self, token: &str) -> Permissions {
        self.tokens().used(token)
    }

    /// Whether somebody has this token.
    pub(crate) fn knows(&self, token: &str) -> bool {
        self.tokens().knows(token)
    }

    /// Whether a token permits something in a repository, whatever who has it may do there.
    pub(crate) fn permits(&self, token: &str, permission: Permission, repository: &str) -> bool {
        let is_public = self.is_public(repository);
        self.tokens().permits(token, permission, repository, is_public)
    }

    /// Whether a token permits something in whatever an owner has.
    pub(crate) fn permits_at_owner(&self, token: &str, permission: Permission, owner: &str) -> bool {
        self.tokens().permits_at_owner(token, permission, owner)
    }

    /// The role that bounds a token in a repository.
    pub(crate) fn bound(&self, token: &str, repository: &str) -> Option<Role> {
        self.tokens().bound(token, repository)
    }

    /// A token was used for this.
    pub(crate) fn record(&self, token: &str, permissions: &[Permission], is_public: bool) {
        self.tokens().record(token, permissions, is_public);
    }

    /// A classic token was used for what one scope alone lets it do.
    pub(crate) fn record_scope(&self, token: &str, scope: &'static str) {
        self.tokens().record_scope(token, scope);
    }

    /// What a token comes to in a repository, which need not be there.
    pub(crate) fn right(&self, token: &str, name: &str) -> Option<Right> {
        let is_public = self.is_public(name);
        self.tokens().right(token, name, is_public)
    }
}

/// What is refused to a caller who fetches or pushes. Who may not see a repository is told that there is none, as
/// GitHub does.
pub(super) fn check(
    tokens: &mut AccessTokens,
    token: Option<&str>,
    (repository, is_public): (&str, bool),
    right: Right,
) -> Result<(), FetchError> {
    let token = token.filter(|token| tokens.knows(token)).ok_or(FetchError::Unauthorized)?;
    let granted = tokens.right(token, repository, is_public);
    let role = tokens.bound(token, repository).filter(|_| granted.is_some());
    let (permission, least) = needed(right);
    match role.ok_or(FetchError::NotFound)? {
        role if role >= least && tokens.permits(token, permission, repository, is_public) => {
            tokens.record(token, &[permission], is_public);
            Ok(())
        }
        _ => Err(FetchError::Forbidden),
    }
}

/// What fetching and pushing need.
fn needed(right: Right) -> (Permission, Role) {
    match right {
        Right::Read => (Area::Contents.read(), Role::Read),
        Right::Write => (Area::Contents.write(), Role::Write),
        Right::Admin => (Area::Administration.write(), Role::Admin),
    }
}

/// The token in the credentials of basic authentication: the password with any user name; or the user name, where
/// the password is the word for "none".
pub(crate) fn password(credentials: &str) -> Option<String> {
    let credentials = String::from_utf8(STANDARD.decode(credentials.trim()).ok()?).ok()?;
    let (user, password) = credentials.split_once(':')?;
    Some(if matches!(password, "" | "x-oauth-basic") { user } else { password }.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::FetchError::{Forbidden, NotFound, Unauthorized};
    use super::check;
    use crate::access::{AccessToken, AccessTokens, Area, Permissions, Right, Role};

    const HELLO: &str = "contoso/hello-gitops";

    #[test]
    fn a_token_does_what_was_granted_to_it() {
        let mut tokens = AccessTokens::default();
        tokens.grant("pull", HELLO, Right::Read);
        tokens.grant("push", "contoso/*", Right::Write);
        tokens.grant("gone", "contoso/*", Right::Write);
        tokens.revoke("gone");
        for (token, repository, right, answer) in [
            (Some("pull"), HELLO, Right::Read, Ok(())),
            (Some("pull"), HELLO, Right::Write, Err(Forbidden)),
            (Some("pull"), "contoso/hello-gitops-2", Right::Read, Err(NotFound)),
            (Some("push"), "contoso/hello", Right::Write, Ok(())),
            (Some("push"), "fabrikam/hello", Right::Read, Err(NotFound)),
            (Some("gone"), "contoso/hello", Right::Read, Err(Unauthorized)),
            (None, "contoso/hello", Right::Read, Err(Unauthorized)),
        ] {
            let told = check(&mut tokens, token, (repository, false), right);
            assert_eq!(told, answer, "{token:?} {repository}");
        }
        assert_eq!(format!("{tokens:?}"), "2 tokens");
    }

    #[test]
    fn a_person_and_their_token_must_both_be_allowed() {
        let mut tokens = AccessTokens::default();
        let may = |permission| Permissions::of(&[permission]);
        tokens.add_role("ada", "contoso/*", Role::Write);
        tokens.add_role("joan", "contoso/*", Role::Triage);
        let (read, write) = (may(Area::Contents.read()), may(Area::Contents.write()));
        tokens.issue("narrow", AccessToken::fine_grained("ada").permitting(HELLO, &read));
        tokens.issue("wide", AccessToken::fine_grained("ada").permitting(HELLO, &write));
        tokens.issue("sorter", AccessToken::fine_grained("joan").permitting(HELLO, &write));
        tokens.issue("nobody", AccessToken::fine_grained("mallory").permitting(HELLO, &write));
        tokens
            .issue("issues", AccessToken::fine_grained("ada").permitting(HELLO, &may(Area::Issues.write())));
        tokens.issue("classic", AccessToken::classic("ada", &["repo"]));
        tokens.issue("scopeless", AccessToken::classic("ada", &["read:org"]));
        tokens.issue("job", AccessToken::job(HELLO, 7, &write));
        for (token, right, answer) in [
            ("narrow", Right::Read, Ok(())),
            ("narrow", Right::Write, Err(Forbidden)),
            ("wide", Right::Write, Ok(())),
            ("sorter", Right::Read, Ok(())),
            ("sorter", Right::Write, Err(Forbidden)),
            ("nobody", Right::Read, Err(NotFound)),
            ("issues", Right::Read, Err(Forbidden)),
            ("classic", Right::Write, Ok(())),
            ("scopeless", Right::Read, Err(NotFound)),
            ("job", Right::Write, Ok(())),
        ] {
            assert_eq!(check(&mut tokens, Some(token), (HELLO, false), right), answer, "{token} {right:?}");
        }
        assert_eq!(check(&mut tokens, Some("job"), ("contoso/other", false), Right::Read), Err(NotFound));
    }
}
