//! Properties of resources as tables of fields: what each holds, what stands for it where it is not given, and whether
//! it ever comes back. What is not in a table is not kept, as the service does not.

mod field;
mod field_path;
mod protected;
mod reader;

pub(in crate::azure) use field::{DefaultValue, FieldType, PropertyField, field};
pub(in crate::azure) use protected::retain_after_patch;
pub(in crate::azure) use reader::read;
