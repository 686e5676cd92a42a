//! Who asks Azure: which link of the chain of credentials is there, the tokens that are got by it, and what of all this
//! must not be shown.
//!
//! The links themselves are those of `azure_identity`, over the suite's own transport. It has no chain that tells which
//! link was used, and its credential of the Azure CLI starts `az` at every call, so both are here.

mod azure_cli;
mod chain;
mod credential;
mod error;
mod redaction;
mod service_principal;
mod token_store;
mod transport;

pub(super) use chain::ChosenCredential;
pub use chain::{AzureCredentialSource, GivenCredentials};
pub(super) use credential::AzureCredential;
pub use error::SignInError;
pub(super) use redaction::Redaction;
pub(super) use service_principal::VARIABLE as SERVICE_PRINCIPAL_VARIABLE;
pub(super) use token_store::{AccessToken, TokenStore};
