//! What a server puts into objects of Kubernetes' own kinds where nothing was said: tables, and the little that no
//! table can say. Kinds that definitions made say it in their schema.

mod computed;
mod kinds;
mod pods;
mod rule;

pub(super) use kinds::fill;
