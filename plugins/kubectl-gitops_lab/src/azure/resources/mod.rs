//! What there is: resources by their ids.

mod kinds;
mod resource;
mod resource_id;
mod store;

pub(crate) use kinds::{
    CLUSTERS, CONNECTED_CLUSTERS, EXTENSIONS, FLUX_CONFIGURATIONS, MANAGED_CLUSTERS,
    SOURCE_CONTROL_CONFIGURATIONS,
};
pub(crate) use resource::Resource;
pub(crate) use resource_id::ResourceId;
pub(crate) use store::{ResourceChange, Resources};
