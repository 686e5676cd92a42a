//! The lab's Resource Graph: rows of what Resource Manager has, some time behind it, and a language to ask for them.

mod column;
mod query;
mod quota;
mod refusal;
mod request;
mod resource_graph;
mod routes;
mod row;
mod rows;
mod settings;
mod skip_token;
mod synthetic;
mod table;
mod value;

pub(crate) use resource_graph::ResourceGraph;
pub(in crate::azure) use routes::ROUTES;
