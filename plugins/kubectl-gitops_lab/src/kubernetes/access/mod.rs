//! Who asks, what they may do, and the reviews that tell them.
//!
//! Rights are roles and bindings, as on a real cluster (RBAC). Known are an administrator who may do everything, a
//! viewer who may do nothing but what everybody may, nobody, and the service accounts that were given a token.

mod identity;
mod impersonation;
mod impersonation_mode;
mod impersonation_rights;
mod review;
mod rights;
mod roles;
mod service_account;
mod token;
mod tokens;

pub(crate) use impersonation::{IMPERSONATE_USER, Impersonation};
pub(super) use roles::preset;
pub(crate) use tokens::Tokens;
