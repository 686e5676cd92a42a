//! What there is: resources by their ids.

mod resource;
mod resource_id;
mod store;

pub(crate) use resource::Resource;
pub(crate) use resource_id::ResourceId;
pub(crate) use store::Resources;
