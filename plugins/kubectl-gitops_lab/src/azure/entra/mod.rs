//! Entra ID: who there is, how they sign in, and what their tokens are good for. One tenant, and applications alone:
//! people sign in with a browser, which a lab has not.

mod access_token;
mod directory;
mod discovery;
mod form;
mod principal;
mod refusal;
mod role;
mod routes;
mod token_endpoint;

pub(crate) use access_token::{TokenClaims, TokenProblem};
pub(crate) use directory::Directory;
pub(in crate::azure) use directory::MANAGEMENT_AUDIENCES;
pub use role::AzureRole;
