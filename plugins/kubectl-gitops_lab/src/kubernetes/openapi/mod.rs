//! OpenAPI: what the kinds look like, for clients that validate, compare and explain (`/openapi/v3`), and for
//! the lab's own decoding.

mod builtin;
mod document;
mod merging;
mod reference;

pub(super) use builtin::{definition, of_kind};
pub(super) use document::{document, root};
