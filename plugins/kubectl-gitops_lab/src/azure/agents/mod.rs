//! What the agents of clusters ask of Azure and tell it. It is not Resource Manager's: agents speak with the data plane
//! of Arc, whose documents nobody but they see, so values stand here in their place.

#[cfg(test)]
mod cases;
mod connectivity;
mod data_plane;
mod delivery;
mod report;

pub(crate) use connectivity::{ClusterConnectivities, ClusterFacts};
pub(crate) use delivery::{Deliveries, Delivery};
pub(crate) use report::{ConfigurationReport, ExtensionReport};
