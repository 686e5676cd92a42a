//! Accounts: people, organisations, who of them asks, and the routes about them.

pub(super) mod accounts;
pub(super) mod caller;
pub(super) mod routes;

pub(super) use routes::ROUTES;
