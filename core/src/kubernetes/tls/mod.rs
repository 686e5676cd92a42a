//! TLS towards an API server, as kubectl does it: which server is believed, and who the client says it is.
//!
//! kube's own settings are not used: they refuse a server certificate that is its own authority, and client keys
//! whose label names another form than they have; kubectl takes both.

mod client_certificate;
mod der;
mod server_verifier;
mod settings;

pub(super) use client_certificate::ClientCertificate;
pub use settings::TlsError;
pub(super) use settings::TlsSettings;
