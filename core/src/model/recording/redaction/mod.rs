//! What is taken out of an object before it is written: secrets always, names unless they are to be kept.
//!
//! A name is replaced by the same name wherever it stands, so that what belongs together is still seen to. Names of
//! Kubernetes objects stay (namespaces, workloads, Secrets), because everything refers to them; those of nodes are names
//! of hosts. Structure decides first (what a pod runs with, values, annotations), then every text is searched for what
//! looks like a secret or a name, because controllers repeat in messages what they were given.

mod account;
mod address;
mod fields;
mod managed_fields;
mod object;
mod pattern;
mod pod_template;
mod pseudonyms;
mod public_hosts;
mod secrets;
mod text;
mod url;

pub use object::Redactor;
pub(in crate::model) use text::without_credentials;
