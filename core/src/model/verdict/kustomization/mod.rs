//! The verdict on one kustomization.
//!
//! Each rule is a function that speaks or passes; their order, in `subject`, is the order of what outranks what.

mod hindered;
mod moving;
mod remarks;
mod subject;

pub(in crate::model::verdict) use subject::finding;
