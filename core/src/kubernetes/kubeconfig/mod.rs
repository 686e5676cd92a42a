//! Kubeconfigs: which files count, how they are merged, which cluster and user a context means, and what kubectl
//! refuses in them. Who is signed in by them, and how, is `credentials`'.
//!
//! kube reads the format; its way from there to a client is not used, because it accepts what kubectl refuses and
//! reads the process's environment.

mod file;
mod selected_context;
mod validation;

pub(super) use file::{files, merged};
pub(super) use selected_context::SelectedContext;
