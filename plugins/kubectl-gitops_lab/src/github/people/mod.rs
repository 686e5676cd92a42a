//! Accounts: people, organisations, their tokens, and the routes about them.

pub(super) mod accounts;
pub(super) mod routes;

pub(super) use routes::ROUTES;
