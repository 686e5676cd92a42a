//! A route: which words of a path mean what, what it needs, and who answers it.
//!
//! A table of them and not a tree of matches: what a route needs and which page documents it are told beside it,
//! once, and looked at in one place before anything is done.

use http::Method;

use super::answer::Answer;
use super::call::Call;
pub(in crate::github) use super::needs::Needs;
use super::refusal::Refusal;

/// A route.
#[derive(Debug)]
pub(in crate::github) struct Route {
    pub(in crate::github) method: Method,
    /// `{name}` is one word of the path, `{name+}` one or more.
    pub(in crate::github) path: &'static str,
    pub(in crate::github) needs: Needs,
    /// The page that documents it, below that of the site.
    pub(in crate::github) documentation: &'static str,
    pub(in crate::github) answer: fn(&mut Call<'_>) -> Result<Answer, Refusal>,
}
