//! Who asks: the credentials of a kubeconfig's user, and how requests are signed with them.
//!
//! kube's own authentication is not used: it runs credential plugins on the runtime's thread, quotes in its errors
//! what they wrote, knows nothing of kuberc, and accepts entries that kubectl refuses. The rule is client-go's:
//! where kubectl signs a request, it is signed here in the same way; where kubectl refuses, so does this.

mod error;
mod executable;
mod impersonation;
mod layer;
mod open_id;
mod plugin;
mod plugin_answer;
mod plugin_request;
mod shared_run;
mod source;
mod token_file;

pub use error::CredentialsError;
pub(super) use layer::CredentialsLayer;
pub(super) use plugin_request::ClusterInfo;
pub(super) use source::{Credentials, Host, pem};
