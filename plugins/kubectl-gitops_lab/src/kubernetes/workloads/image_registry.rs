//! The images of a registry that a lab owns.

use regex::Regex;

/// The images of a registry.
#[derive(Debug, Default)]
pub(super) struct Registry {
    /// What the names of its images begin with: `ghcr.io/contoso/`.
    pub(super) owned: Vec<String>,
    pub(super) published: Vec<Regex>,
}

impl Registry {
    pub(super) fn lacks(&self, image: &str) -> bool {
        self.owned.iter().any(|owned| image.starts_with(owned))
            && !self.published.iter().any(|published| published.is_match(image))
    }
}
