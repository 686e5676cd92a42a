//! Every kind of a lab.

use super::serve::defined;
use crate::kubernetes::schema::kinds::ROWS;
use crate::kubernetes::{OWN, Resource, ResourceRow};

/// Every kind of a lab: Kubernetes' own, and those that are defined in every lab.
pub(crate) fn known() -> Vec<Resource> {
    OWN.iter().chain(ROWS).map(ResourceRow::resource).chain(defined()).collect()
}
