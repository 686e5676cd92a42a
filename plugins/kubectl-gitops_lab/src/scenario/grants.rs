//! Tokens as scenarios write them: in short, with the same right everywhere, or as GitHub issues them, of a kind, with
//! scopes or permissions, an actor and an end. What GitHub would not issue is refused where it is read.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use crate::access::{AccessToken, Permissions, Right, Role, SCOPES, TokenKind};
use crate::git::GitHost;
use crate::github::GitHub;

/// A token of the git host's and of GitHub's: `${lab.token.<name>}` where it is needed, other characters in every
/// lab.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "TokenDocument")]
pub struct Grant {
    /// What the scenario calls it.
    pub name: String,
    /// Who acts with it: a person, or the bot of an app.
    actor: String,
    kind: TokenKind,
    /// `organisation/repository`, or `organisation/*`.
    repositories: Vec<String>,
    /// What it may do there, and its actor as well.
    right: Option<Right>,
    /// What its actor may do there, whichever token they show.
    role: Option<Role>,
    scopes: Vec<String>,
    permissions: Permissions,
    /// How long after the scenario happened it is good.
    expires: Option<SignedDuration>,
    run: u64,
}

/// The form of a token.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TokenDocument {
    name: String,
    #[serde(default)]
    actor: Option<String>,
    #[serde(default)]
    kind: Option<TokenKind>,
    #[serde(default)]
    repositories: Option<OneOrMany>,
    #[serde(default)]
    right: Option<Right>,
    #[serde(default)]
    role: Option<Role>,
    #[serde(default)]
    scopes: Option<Vec<String>>,
    #[serde(default)]
    permissions: Option<Permissions>,
    #[serde(default)]
    expires: Option<SignedDuration>,
    #[serde(default)]
    run: Option<u64>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl TryFrom<TokenDocument> for Grant {
    type Error = String;

    fn try_from(document: TokenDocument) -> Result<Self, String> {
        let name = document.name.clone();
        Self::read(document).map_err(|why| format!("token {name}: {why}"))
    }
}

impl Grant {
    fn read(document: TokenDocument) -> Result<Self, String> {
        let kind = document.kind.unwrap_or(match (&document.scopes, document.run) {
            (Some(_), _) => TokenKind::Classic,
            (_, Some(_)) => TokenKind::Job,
            _ => TokenKind::FineGrained,
        });
        let repositories = match document.repositories {
            None => Vec::new(),
            Some(OneOrMany::One(one)) => vec![one],
            Some(OneOrMany::Many(many)) => many,
        };
        let (is_classic, is_job) = (kind == TokenKind::Classic, kind == TokenKind::Job);
        let is_person = is_classic || kind == TokenKind::FineGrained;
        let is_short = document.right.is_some();
        let has = |is_there: bool, what: &str| match is_there {
            true => Ok(()),
            false => Err(format!("it needs {what}")),
        };
        let has_no = |is_there: bool, what: &str| match is_there {
            false => Ok(()),
            true => Err(format!("it has no {what}")),
        };
        has(is_classic || !repositories.is_empty(), "repositories")?;
        has_no(
            is_classic && document.role.is_none() && !repositories.is_empty(),
            "repositories without a role",
        )?;
        has_no(is_short && kind != TokenKind::FineGrained, "right: say its permissions or scopes")?;
        has_no(is_short && document.permissions.is_some(), "permissions beside a right")?;
        has_no(is_short && document.scopes.is_some(), "scopes beside a right")?;
        has(is_short || is_classic || document.permissions.is_some(), "permissions, or a right")?;
        has_no(is_classic && document.permissions.is_some(), "permissions: a classic token has scopes")?;
        has(is_short || !is_classic || document.scopes.is_some(), "scopes")?;
        has_no(!is_classic && document.scopes.is_some(), "scopes: those are a classic token's")?;
        has_no(!is_person && document.role.is_some(), "role: that is a person's")?;
        has_no(is_job && document.actor.is_some(), "actor: a job acts as github-actions[bot]")?;
        has_no(!is_job && document.run.is_some(), "run: that is a job's")?;
        has(!is_job || document.run.is_some(), "the run of its job")?;
        let is_one = repositories.len() == 1 && !repositories.iter().any(|name| name.ends_with('*'));
        has(!is_job || is_one, "one repository, that of its run")?;
        let scopes = document.scopes.unwrap_or_default();
        if let Some(unknown) = scopes.iter().find(|scope| SCOPES.iter().all(|(known, _)| known != scope)) {
            return Err(format!("there is no scope {unknown}"));
        }
        let permissions = document.permissions.unwrap_or_default();
        if let Some(other) = permissions.each().find(|permission| is_job && !permission.area.is_for_jobs()) {
            return Err(format!("a job has no permission {}", other.area.name()));
        }
        Ok(Self {
            actor: document.actor.unwrap_or_else(|| document.name.clone()),
            name: document.name,
            kind,
            repositories,
            right: document.right,
            role: document.role,
            scopes,
            permissions,
            expires: document.expires,
            run: document.run.unwrap_or_default(),
        })
    }

    /// Makes the token known, and who acts with it, at the time of the scenario. One that is given in short several
    /// times may do all of it.
    pub(super) fn issue(&self, characters: &str, git: &GitHost, github: &mut GitHub, now: Timestamp) {
        match self.right {
            Some(right) => {
                github.sign_in(characters, &self.actor, None, now);
                self.repositories.iter().for_each(|repositories| git.grant(characters, repositories, right));
            }
            None => git.issue(characters, self.token()),
        }
        if let Some(expires) = self.expires {
            git.expire(characters, now + expires);
        }
        if self.kind != TokenKind::Job {
            github.add_person(&self.actor, now);
        }
        if let Some(role) = self.role {
            self.repositories.iter().for_each(|repositories| git.add_role(&self.actor, repositories, role));
        }
    }

    /// The token, as it is issued where it is not given in short.
    fn token(&self) -> AccessToken {
        let scopes: Vec<&str> = self.scopes.iter().map(String::as_str).collect();
        let token = match self.kind {
            TokenKind::Classic => return AccessToken::classic(&self.actor, &scopes),
            TokenKind::Job => {
                return AccessToken::job(&self.repositories.concat(), self.run, &self.permissions);
            }
            TokenKind::FineGrained => AccessToken::fine_grained(&self.actor),
            TokenKind::Installation => AccessToken::installation(&self.actor),
        };
        let all = self.repositories.iter();
        all.fold(token, |token, repositories| token.permitting(repositories, &self.permissions))
    }
}

#[cfg(test)]
mod tests {
    use super::Grant;

    fn read(text: &str) -> Result<Grant, String> {
        serde_saphyr::from_str(text).map_err(|error: serde_saphyr::Error| error.to_string())
    }

    #[test]
    fn what_github_would_not_issue_is_refused_by_name() {
        for (text, told) in [
            ("{name: a, repositories: a/b, right: own}", "own"),
            ("{name: a, right: read}", "repositories"),
            ("{name: a, repositories: a/b}", "permissions, or a right"),
            ("{name: a, repositories: a/b, permissions: {wishes: read}}", "wishes"),
            ("{name: a, repositories: a/b, permissions: {contents: admin}}", "admin"),
            ("{name: a, repositories: a/b, permissions: {contents: read}, right: read}", "beside a right"),
            ("{name: a, scopes: [repo, everything]}", "there is no scope everything"),
            ("{name: a, scopes: [repo], permissions: {contents: read}}", "a classic token has scopes"),
            ("{name: a, scopes: [repo], repositories: a/b}", "repositories without a role"),
            ("{name: a, kind: magic, scopes: [repo]}", "magic"),
            ("{name: a, run: 1, repositories: a/b, permissions: {secrets: read}}", "no permission secrets"),
            ("{name: a, run: 1, repositories: a/*, permissions: {contents: read}}", "one repository"),
            ("{name: a, run: 1, actor: ada, repositories: a/b, permissions: {}}", "acts as"),
            ("{name: a, kind: job, repositories: a/b, permissions: {}}", "the run of its job"),
            (
                "{name: a, kind: installation, repositories: a/b, right: read}",
                "say its permissions or scopes",
            ),
            ("{name: a, repositories: a/b, right: read, colour: red}", "colour"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(told), "{text}: {error}");
        }
    }

    #[test]
    fn what_github_issues_is_read() {
        for text in [
            "{name: a, repositories: contoso/*, right: read}",
            "{name: a, actor: ada, repositories: [a/b, a/c], permissions: {contents: write, issues: read}}",
            "{name: a, actor: ada, scopes: ['repo', 'workflow'], repositories: a/*, role: maintain}",
            "{name: a, kind: installation, actor: 'a[bot]', repositories: a/b, permissions: {actions: write}}",
            "{name: a, run: 7, repositories: a/b, permissions: {pull-requests: write, id-token: write}}",
            "{name: a, repositories: a/b, right: write, expires: 8h}",
        ] {
            assert!(read(text).is_ok(), "{text}: {:?}", read(text));
        }
    }
}
