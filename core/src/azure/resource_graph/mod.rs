//! Azure Resource Graph: one query over many subscriptions, where Resource Manager would take a request for every
//! cluster. What it knows lags behind Resource Manager, so nothing is decided by it alone.

mod fleet;
mod pages;
mod query;
mod quota;

pub use fleet::{FleetFilter, FleetHead};
pub use pages::GraphRows;
pub use query::{GraphQuery, GraphScope, kql_string};
pub(super) use quota::GraphQuota;
