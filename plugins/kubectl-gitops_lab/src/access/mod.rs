//! Access tokens as GitHub has them: whose they are, what they may do in which repositories, and what they were
//! used for. Its REST API and git over HTTP ask the same ones.
//!
//! What a person may do in a repository (a role) and what a token of theirs may (permissions, or scopes of a classic
//! one) are two things here, and both must allow. What is no person, an app or a job, has permissions alone.

mod actor;
mod coverage;
mod permission;
mod role;
mod scope;
mod token;
mod tokens;
mod usage;

pub use actor::Actor;
pub(crate) use actor::BOT;
pub use permission::{AccessLevel, Area, Permission, Permissions};
pub use role::{Right, Role};
pub(crate) use scope::{SCOPES, includes};
pub use token::AccessToken;
pub(crate) use token::TokenKind;
pub(crate) use tokens::{AccessTokens, SOMEBODY};
