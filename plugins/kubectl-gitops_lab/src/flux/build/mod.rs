//! From the files of an artifact to the objects that are applied: what kustomize-controller does with kustomize and
//! with variables. Errors are kustomize's own words, for people search for them; what kustomize can and the lab
//! cannot is an error that names it.

mod folders;
mod kustomization;
mod manifests;
mod naming;
mod overlay;
mod patches;
mod resources;
mod stages;
mod substitution;
mod variables;

pub(super) use folders::{folder, is_folder};
pub(super) use stages::{Built, build};
