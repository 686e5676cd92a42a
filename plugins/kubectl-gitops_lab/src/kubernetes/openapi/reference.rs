//! How schemas refer to one another.

pub(super) const PREFIX: &str = "#/components/schemas/";
