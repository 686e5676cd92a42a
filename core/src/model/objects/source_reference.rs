//! What a source follows: a branch, a tag, a range of versions, a commit or a digest. A specification may name several of
//! them; Flux follows the one that counts most and is silent about the others.

use std::fmt;

use serde_json::Value;

use super::{SourceKind, read};

/// The fields that say what a source follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReferenceField {
    /// A commit of a git repository.
    Commit,
    /// A full name of a reference of a git repository, such as `refs/pull/7/head`.
    Name,
    /// The digest of an artifact in a container registry.
    Digest,
    /// A range of versions, of which the newest tag is taken.
    Semver,
    /// A tag.
    Tag,
    /// A branch of a git repository.
    Branch,
    /// The version of a chart, or a range of versions.
    Version,
}

impl ReferenceField {
    /// The field, as specifications write it.
    pub fn name(self) -> &'static str {
        match self {
            ReferenceField::Commit => "commit",
            ReferenceField::Name => "name",
            ReferenceField::Digest => "digest",
            ReferenceField::Semver => "semver",
            ReferenceField::Tag => "tag",
            ReferenceField::Branch => "branch",
            ReferenceField::Version => "version",
        }
    }
}

/// One thing that a specification names to follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceReference {
    /// The field that names it.
    pub field: ReferenceField,
    /// What it names.
    pub value: String,
}

impl SourceReference {
    /// The branch, where it is one: a full name may be that of a branch too.
    pub fn branch(&self) -> Option<&str> {
        match self.field {
            ReferenceField::Branch => Some(&self.value),
            ReferenceField::Name => self.value.strip_prefix("refs/heads/"),
            _ => None,
        }
    }
}

/// `tag v1.2`, `range of versions >=1.0`, `reference refs/pull/7/head`.
impl fmt::Display for SourceReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.value.as_str();
        match self.field {
            ReferenceField::Name => match self.branch() {
                Some(branch) => write!(f, "branch {branch}"),
                None => write!(f, "reference {value}"),
            },
            ReferenceField::Semver => write!(f, "range of versions {value}"),
            field => write!(f, "{} {value}", field.name()),
        }
    }
}

/// What a specification names, in the order in which it counts for that kind (the CRDs of Flux 2).
pub(super) fn references(kind: SourceKind, spec: &Value) -> Vec<SourceReference> {
    use ReferenceField::{Branch, Commit, Digest, Name, Semver, Tag, Version};
    let (fields, place): (&[ReferenceField], &Value) = match kind {
        SourceKind::GitRepository => (&[Commit, Name, Semver, Tag, Branch], &spec["ref"]),
        SourceKind::OciRepository => (&[Digest, Semver, Tag], &spec["ref"]),
        SourceKind::HelmChart => (&[Version], spec),
        SourceKind::Bucket | SourceKind::HelmRepository | SourceKind::ExternalArtifact => (&[], spec),
    };
    let named = fields.iter().filter_map(|field| {
        let value = read::optional(place, field.name())?;
        Some(SourceReference { field: *field, value })
    });
    named.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_reference_that_counts_most_comes_first() {
        let words = |kind, reference: Value| {
            let references = references(kind, &json!({ "ref": reference, "version": "1.x" }));
            references.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        for (kind, reference, expected) in [
            (SourceKind::GitRepository, json!({ "branch": "dev" }), vec!["branch dev"]),
            (SourceKind::GitRepository, json!({ "branch": "b", "tag": "v1" }), vec!["tag v1", "branch b"]),
            (
                SourceKind::GitRepository,
                json!({ "branch": "b", "tag": "v1", "semver": ">1", "name": "refs/pull/7/head", "commit": "abc" }),
                vec![
                    "commit abc",
                    "reference refs/pull/7/head",
                    "range of versions >1",
                    "tag v1",
                    "branch b",
                ],
            ),
            (SourceKind::GitRepository, json!({ "name": "refs/heads/dev" }), vec!["branch dev"]),
            (SourceKind::GitRepository, json!({ "branch": "b", "tag": "" }), vec!["branch b"]),
            (
                SourceKind::OciRepository,
                json!({ "tag": "latest", "semver": "1.x", "digest": "sha256:0" }),
                vec!["digest sha256:0", "range of versions 1.x", "tag latest"],
            ),
            (SourceKind::Bucket, json!({ "branch": "b" }), vec![]),
            (SourceKind::HelmChart, json!({ "tag": "v1" }), vec!["version 1.x"]),
            (SourceKind::GitRepository, json!(null), vec![]),
        ] {
            assert_eq!(words(kind, reference), expected);
        }
    }
}
