//! The suite: one executable, a module a subject.

mod azure;
mod cases;
mod completion;
mod example;
mod fence;
mod fleet;
mod frame;
mod front;
mod gate;
mod generated;
mod github;
mod krew;
mod kubernetes;
mod lab;
mod link;
mod readme;
mod reconcile;
mod schemas;
mod shells;
mod status;
mod support;
mod templates;
mod usage_errors;
mod verdict;
mod versions;
