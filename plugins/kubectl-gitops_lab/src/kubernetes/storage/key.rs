//! Where an object is.

/// Where an object is: its kind's place in the catalogue, its namespace ("" where there is none) and its name.
/// The order is that of lists.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::kubernetes) struct Key {
    pub(in crate::kubernetes) resource: usize,
    pub(in crate::kubernetes) namespace: String,
    pub(in crate::kubernetes) name: String,
}
