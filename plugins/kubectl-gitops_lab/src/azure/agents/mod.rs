//! What the agents of clusters ask of Azure and tell it. It is not Resource Manager's: agents speak with the data plane
//! of Arc, whose documents nobody but they see, so values stand here in their place.

mod contact;
mod delivery;
mod desired;
mod report;

pub(crate) use contact::{ClusterFacts, Contacts};
pub(crate) use delivery::{Deliveries, Delivery};
pub(crate) use report::{ConfigurationReport, ExtensionReport};
