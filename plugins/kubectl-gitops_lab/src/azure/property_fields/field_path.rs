//! Where a field stands in the properties of a resource.

use std::fmt;

use crate::azure::api::refusal::Refusal;

/// The names of the objects that a field is in, and its own.
#[derive(Clone, Debug, Default)]
pub(super) struct FieldPath(Vec<String>);

impl FieldPath {
    /// That of a field of the object which stands here.
    pub(super) fn child(&self, name: &str) -> Self {
        Self(self.0.iter().map(String::as_str).chain([name]).map(str::to_owned).collect())
    }

    /// That of an item of the list which stands here.
    pub(super) fn item(&self, index: usize) -> Self {
        let mut names = self.0.clone();
        if let Some(last) = names.last_mut() {
            last.push_str(&format!("[{index}]"));
        }
        Self(names)
    }

    /// What a secret here is called among all that is protected: `accountKey`, or `servicePrincipal.clientSecret`
    /// within an object of a source. Which source it is does not count, as there is but one.
    pub(super) fn protected_name(&self) -> String {
        match self.0.as_slice() {
            [_source, names @ ..] if !names.is_empty() => names.join("."),
            names => names.join("."),
        }
    }

    /// The refusal of a value that is not what is expected here.
    pub(super) fn mistyped(&self, expected: &str) -> Refusal {
        let path = self.to_string();
        Refusal::property(&path, format!("The value of '{path}' is invalid: {expected} is expected."))
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("properties")?;
        self.0.iter().try_for_each(|name| write!(formatter, ".{name}"))
    }
}
