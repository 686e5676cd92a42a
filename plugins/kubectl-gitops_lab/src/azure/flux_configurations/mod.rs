//! Flux configurations: what a cluster is to fetch and apply, as `Microsoft.KubernetesConfiguration` keeps it, and the
//! older source control configurations, of which there are none.

mod change;
mod document;
mod fields;
mod kustomizations;
mod routes;
mod rules;
mod source_control;
mod source_rules;
mod validation;

pub(in crate::azure) use routes::ROUTES;
pub(in crate::azure) use source_control::ROUTES as SOURCE_CONTROL;
