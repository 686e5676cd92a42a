//! Commits as GitHub shows them, and by whom they are made.

use git2::{Commit, Signature, Time};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::github::api::body_fields::BodyFields;
use crate::github::api::call::Call;
use crate::github::api::refusal::Refusal;
use crate::github::api::timestamp::time;
use crate::github::node_id::node;
use crate::github::people::accounts::Account;

/// Bytes of git's as text.
pub(in crate::github) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Somebody at a time, before git knows.
#[derive(Clone, Debug)]
pub(in crate::github) struct Author {
    pub(in crate::github) name: String,
    pub(in crate::github) email: String,
    pub(in crate::github) at: Timestamp,
}

impl Author {
    pub(in crate::github) fn signature(&self) -> Result<Signature<'static>, git2::Error> {
        let name = if self.name.trim().is_empty() { "nobody" } else { &self.name };
        Signature::new(name, &self.email, &Time::new(self.at.as_second(), 0))
    }

    /// GitHub itself, which commits what is done on its pages.
    pub(in crate::github) fn github(at: Timestamp) -> Self {
        Self { name: "GitHub".to_owned(), email: "noreply@github.com".to_owned(), at }
    }
}

impl Call<'_> {
    /// The caller as an author.
    pub(in crate::github) fn author(&self) -> Author {
        let login = &self.caller.login;
        let email = self.github.accounts.get(login).map(Account::email);
        Author { name: login.clone(), email: email.unwrap_or_default(), at: self.now }
    }

    /// Somebody whom a body names, or `otherwise`.
    pub(in crate::github) fn author_of(
        &self,
        fields: &BodyFields,
        field: &str,
        otherwise: Author,
    ) -> Result<Author, Refusal> {
        let Some(inner) = fields.inner(field)? else { return Ok(otherwise) };
        let at = match inner.text("date")? {
            Some(date) => date.parse().map_err(|_| {
                let told = format!("For 'properties/date', \"{date}\" is not a valid date-time.");
                Refusal::unprocessable(format!("Invalid request.\n\n{told}"))
            })?,
            None => self.now,
        };
        Ok(Author { name: inner.needed("name")?, email: inner.needed("email")?, at })
    }

    /// A commit as Git Data shows it.
    pub(in crate::github) fn git_commit(&self, commit: &Commit<'_>) -> Value {
        let sha = commit.id().to_string();
        let tree = commit.tree_id();
        let parents = commit.parent_ids().map(|parent| {
            json!({
                "sha": parent.to_string(),
                "url": self.url(&format!("/git/commits/{parent}")),
                "html_url": self.page(&format!("/commit/{parent}")),
            })
        });
        json!({
            "sha": sha,
            "node_id": format!("C_{sha}"),
            "url": self.url(&format!("/git/commits/{sha}")),
            "html_url": self.page(&format!("/commit/{sha}")),
            "author": signed(&commit.author()),
            "committer": signed(&commit.committer()),
            "tree": {"sha": tree.to_string(), "url": self.url(&format!("/git/trees/{tree}"))},
            "message": message(commit),
            "parents": parents.collect::<Vec<_>>(),
            "verification": unverified(),
        })
    }

    /// A commit as lists show it.
    pub(in crate::github) fn commit(&self, commit: &Commit<'_>) -> Value {
        let sha = commit.id().to_string();
        let tree = commit.tree_id();
        let parents = commit.parent_ids().map(|parent| {
            json!({
                "sha": parent.to_string(),
                "url": self.url(&format!("/commits/{parent}")),
                "html_url": self.page(&format!("/commit/{parent}")),
            })
        });
        let account = |signature: &Signature<'_>| {
            let email = text(signature.email_bytes());
            self.github.accounts.of_email(&email).map(|account| self.account(&account.login))
        };
        json!({
            "sha": sha,
            "node_id": format!("C_{sha}"),
            "commit": {
                "author": signed(&commit.author()),
                "committer": signed(&commit.committer()),
                "message": message(commit),
                "tree": {"sha": tree.to_string(), "url": self.url(&format!("/git/trees/{tree}"))},
                "url": self.url(&format!("/git/commits/{sha}")),
                "comment_count": 0,
                "verification": unverified(),
            },
            "url": self.url(&format!("/commits/{sha}")),
            "html_url": self.page(&format!("/commit/{sha}")),
            "comments_url": self.url(&format!("/commits/{sha}/comments")),
            "author": account(&commit.author()),
            "committer": account(&commit.committer()),
            "parents": parents.collect::<Vec<_>>(),
        })
    }

    /// A label, a ref: things with a name that is unique in the repository.
    pub(in crate::github) fn named_node(&self, kind: &str, name: &str) -> String {
        let id = self.repository().map(|repository| repository.id).unwrap_or_default();
        format!("{}_{}", node(kind, id), crate::github::api::reply::hex(name.as_bytes()))
    }
}

/// A message without what git puts at its end.
fn message(commit: &Commit<'_>) -> String {
    text(commit.message_bytes()).trim_end_matches('\n').to_owned()
}

fn signed(signature: &Signature<'_>) -> Value {
    let at = Timestamp::from_second(signature.when().seconds()).unwrap_or_default();
    json!({
        "name": text(signature.name_bytes()),
        "email": text(signature.email_bytes()),
        "date": time(at),
    })
}

fn unverified() -> Value {
    json!({"verified": false, "reason": "unsigned", "signature": null, "payload": null, "verified_at": null})
}
