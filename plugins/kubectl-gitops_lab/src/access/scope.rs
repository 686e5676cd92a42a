//! Scopes of classic tokens, and what each lets them do.

use super::permission::{AccessLevel, Area, Permission};

/// The scopes that there are for what the lab has, each with those that it includes.
pub(crate) const SCOPES: [(&str, &[&str]); 16] = [
    ("repo", &["repo:status", "repo_deployment", "public_repo"]),
    ("repo:status", &[]),
    ("repo_deployment", &[]),
    ("public_repo", &[]),
    ("workflow", &[]),
    ("delete_repo", &[]),
    ("write:packages", &["read:packages"]),
    ("read:packages", &[]),
    ("delete:packages", &[]),
    ("admin:org", &["write:org", "read:org"]),
    ("write:org", &["read:org"]),
    ("read:org", &[]),
    ("admin:repo_hook", &[]),
    ("user", &["read:user"]),
    ("read:user", &[]),
    ("gist", &[]),
];

/// Whether a scope is another one, or includes it.
pub(crate) fn includes(scope: &str, wanted: &str) -> bool {
    let known = SCOPES.iter().find(|(name, _)| *name == scope);
    scope == wanted || known.is_some_and(|(_, included)| included.contains(&wanted))
}

/// The scopes that a permission can come from, the narrowest first. To write workflows and to delete packages is
/// in no other scope.
pub(super) fn sources(permission: Permission, is_public: bool) -> Vec<&'static str> {
    let public = is_public.then_some("public_repo");
    let narrow: &[&'static str] = match (permission.area, permission.level) {
        (Area::Workflows, AccessLevel::Write) => return vec!["workflow"],
        (Area::Packages, AccessLevel::Read) => return vec!["read:packages", "write:packages"],
        (Area::Packages, AccessLevel::Write) => return vec!["write:packages"],
        (Area::Members, AccessLevel::Read) => return vec!["read:org", "write:org", "admin:org", "repo"],
        (Area::Members, AccessLevel::Write) => return vec!["write:org", "admin:org"],
        (Area::Statuses, _) => &["repo:status"],
        (Area::Deployments, _) => &["repo_deployment"],
        _ => &[],
    };
    narrow.iter().copied().chain(public).chain(["repo"]).collect()
}

#[cfg(test)]
mod tests {
    use super::{includes, sources};
    use crate::access::Area;

    #[test]
    fn a_scope_is_in_wider_ones() {
        for (scope, wanted, is_in) in [
            ("repo", "repo", true),
            ("repo", "repo:status", true),
            ("repo:status", "repo", false),
            ("admin:org", "read:org", true),
            ("repo", "workflow", false),
            ("unheard-of", "unheard-of", true),
        ] {
            assert_eq!(includes(scope, wanted), is_in, "{scope} {wanted}");
        }
    }

    #[test]
    fn workflows_are_written_with_a_scope_of_their_own() {
        assert_eq!(sources(Area::Workflows.write(), true), ["workflow"]);
        assert_eq!(sources(Area::Workflows.read(), false), ["repo"]);
        assert_eq!(sources(Area::Statuses.write(), false), ["repo:status", "repo"]);
        assert_eq!(sources(Area::Contents.write(), true), ["public_repo", "repo"]);
    }
}
