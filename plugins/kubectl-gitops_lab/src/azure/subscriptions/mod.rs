//! What a tenant has: subscriptions, the providers registered in them, resource groups; and where a cloud has its
//! endpoints, which clients ask before anything else.

mod endpoints;
mod groups;
mod provider;
mod providers;
mod routes;
mod subscription;

pub(in crate::azure) use endpoints::ROUTES as ENDPOINTS;
pub(in crate::azure) use groups::ROUTES as GROUPS;
pub(in crate::azure) use provider::LOCATIONS;
pub(in crate::azure) use providers::ROUTES as PROVIDERS;
pub(in crate::azure) use routes::ROUTES;
pub(in crate::azure) use subscription::Subscriptions;
