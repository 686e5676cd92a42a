//! Why a text is no selector of labels.

/// Why a text is no selector.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LabelSelectorError {
    /// Something else belongs at a place.
    #[error("found {found} where {expected} belongs")]
    Unexpected {
        /// What stands there.
        found: String,
        /// What belongs there.
        expected: &'static str,
    },
    /// A key that no label can have.
    #[error("{key} cannot be the key of a label")]
    Key {
        /// The key.
        key: String,
    },
    /// A value that no label can have.
    #[error("{value} cannot be the value of a label")]
    Value {
        /// The value.
        value: String,
    },
    /// A comparison with something that has no order.
    #[error("{value} is not an integer, and > and < compare integers")]
    Integer {
        /// The value.
        value: String,
    },
}
