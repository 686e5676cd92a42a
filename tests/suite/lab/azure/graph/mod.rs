//! Resource Graph over the wire: as it was recorded, some time behind Resource Manager, page by page, so often and no
//! more, and to whom.

mod access;
mod pages;
mod quota;
mod recorded;
mod rows;
mod scene;
