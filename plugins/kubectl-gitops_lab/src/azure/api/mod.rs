//! Resource Manager's requests and answers: which route a path means, who may take it, and what is said around every
//! answer.

mod admission;
pub(in crate::azure) mod answer;
pub(in crate::azure) mod call;
pub(in crate::azure) mod cluster_call;
mod exchange;
pub(in crate::azure) mod limits;
pub(in crate::azure) mod page;
pub(in crate::azure) mod refusal;
mod reply;
pub(in crate::azure) mod route;
mod routes;
pub(in crate::azure) mod version;

pub(crate) use refusal::refusal;
pub use routes::{azure_route, azure_routes};
