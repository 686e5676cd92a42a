//! Who asks, and with what.

use jiff::Timestamp;

use crate::access::{AccessToken, TokenKind, includes};
use crate::github::api::refusal::Refusal;

/// Who asks.
#[derive(Clone, Default)]
pub(in crate::github) struct Caller {
    /// What was shown.
    pub(in crate::github) token: Option<String>,
    /// Whose it is: nobody's is empty.
    pub(in crate::github) login: String,
    /// Of which kind it is, if it is known.
    pub(in crate::github) kind: Option<TokenKind>,
    /// What a classic token may do.
    pub(in crate::github) scopes: Option<Vec<String>>,
    /// Until when it is good, if it expires.
    pub(in crate::github) expires: Option<Timestamp>,
    /// Whether it permits to change workflows, in whichever repositories.
    changes_workflows: bool,
}

impl Caller {
    /// Somebody who shows `token`, as far as it is `known`.
    pub(in crate::github) fn new(token: Option<String>, known: Option<&AccessToken>) -> Self {
        Self {
            token,
            login: known.map(|known| known.actor().login().to_owned()).unwrap_or_default(),
            kind: known.map(AccessToken::kind),
            scopes: known.and_then(|known| known.scopes().map(<[String]>::to_vec)),
            expires: known.and_then(AccessToken::expires),
            changes_workflows: known.is_some_and(AccessToken::changes_workflows),
        }
    }

    pub(in crate::github) fn is_somebody(&self) -> bool {
        self.token.is_some()
    }

    /// Whether a person asks, and not an app or a job.
    pub(in crate::github) fn is_person(&self) -> bool {
        matches!(self.kind, Some(TokenKind::Classic | TokenKind::FineGrained))
    }

    /// Whether a job of a run asks.
    pub(in crate::github) fn is_job(&self) -> bool {
        self.kind == Some(TokenKind::Job)
    }

    /// Whether a classic token lacks a scope. Of the others' permissions only that for workflows is like a scope.
    pub(in crate::github) fn lacks(&self, scope: &str) -> bool {
        match &self.scopes {
            Some(scopes) => !scopes.iter().any(|wider| includes(wider, scope)),
            None => scope == "workflow" && !self.changes_workflows,
        }
    }

    /// Whether it is told what it may not, and not that there is nothing.
    pub(in crate::github) fn is_fine_grained(&self) -> bool {
        self.token.is_some() && self.scopes.is_none()
    }

    /// What refuses somebody whose token does not permit it. Of a classic one nobody learns what it does not see.
    pub(in crate::github) fn not_permitted(&self) -> Refusal {
        match self.kind {
            None => Refusal::unauthenticated(),
            Some(TokenKind::Classic) => Refusal::not_found(),
            Some(TokenKind::FineGrained) => {
                Refusal::forbidden("Resource not accessible by personal access token")
            }
            Some(TokenKind::Installation | TokenKind::Job) => {
                Refusal::forbidden("Resource not accessible by integration")
            }
        }
    }
}
