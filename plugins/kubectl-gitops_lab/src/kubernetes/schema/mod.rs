//! What kinds there are and what their objects look like: the kinds that are served, their schemas, what is valid and
//! what cannot be changed.

mod byte_strings;
pub(super) mod catalogue;
mod config_map;
pub(super) mod decoding;
mod expressions;
mod formats;
pub(super) mod immutable;
pub(super) mod kinds;
pub(super) mod labels;
mod limits;
mod metadata;
pub(super) mod resource;
mod secret;
pub(super) mod strategic_merge;
pub(super) mod structural;
mod structural_validation;
pub(super) mod validation;
mod value_types;
