//! Tables: the columns in which kubectl prints a kind, and the cells of its objects. The rules are those of the
//! API server's printers (Kubernetes 1.36): clients print what they are given.

mod answer;
mod column;
mod custom;
mod nodes;
mod others;
mod pods;
mod rights;
mod services;
mod text;
mod workloads;

pub(super) use answer::{Inclusion, of};
