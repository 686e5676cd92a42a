//! The cluster. Turns scopes into requests and answers into values; knows nothing of verdicts.
//!
//! kube carries requests and watches; kubeconfigs, credentials, TLS and the transport are this module's own, because
//! they have to do as kubectl does. Objects stay JSON
//! (`model::objects` reads them), because typed structs would refuse a list for one odd field.

mod ask;
mod asker;
mod connect;
mod contexts;
mod credentials;
mod error;
mod kubeconfig;
mod kuberc;
mod listener;
mod logs;
mod namespace_content;
mod proxied_stream;
mod proxy_connector;
mod pruning;
mod resource;
mod retries;
mod server_date;
mod tls;
mod transport;
mod versions;
mod watch;
mod writing;

pub use connect::{Connection, Options};
pub use contexts::{KubeconfigContext, SignInSources, contexts, kubeconfig_files, sign_in_sources};
pub use credentials::CredentialsError;
pub use error::ConnectError;
pub use listener::Listener;
pub use logs::{LogError, LogOptions};
pub use tls::TlsError;
pub use transport::EndpointError;
pub use watch::Change;
pub use writing::{Apply, Delete, DryRun, FIELD_MANAGER, Patch, Propagation, WriteError, WriteTarget};
