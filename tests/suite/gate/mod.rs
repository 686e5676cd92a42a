//! `kubectl gitops-status --wait`, the post-deployment gate. What the reference's gate gets wrong has a test here that
//! is named by its number.

mod at_hand;
mod deadline;
mod defects;
mod deployed;
mod evidence;
mod many_clusters;
mod observed;
mod outcomes;
mod policy;
mod properties;
mod recorded;
mod requests;
mod rights;
mod scene;
mod transcripts;
