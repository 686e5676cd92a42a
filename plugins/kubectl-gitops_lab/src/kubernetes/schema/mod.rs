//! What kinds there are and what their objects look like: the kinds that are served, their schemas, what is valid and
//! what cannot be changed.

mod byte_strings;
pub(super) mod catalogue;
mod config_map;
pub(super) mod expressions;
pub(super) mod immutable;
pub(super) mod kinds;
pub(super) mod labels;
pub(super) mod resource;
mod secret;
pub(super) mod strategic_merge;
pub(super) mod structural;
pub(super) mod validation;
