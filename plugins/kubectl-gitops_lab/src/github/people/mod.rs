//! Accounts: people, organisations, who of them asks, and the routes about them.

pub(super) mod accounts;
pub(super) mod routes;
pub(super) mod visitor;

pub(super) use routes::ROUTES;
