//! Revisions as Flux writes them, `<branch>@sha1:<commit>`, and as people say them.

use crate::model::is_whole_commit_hash;

/// The short commit of a revision: seven digits of the trailing commit id; anything else stays as it is.
pub fn short(revision: &str) -> &str {
    commit(revision).map_or(revision, |commit| &commit[..7])
}

/// The whole trailing commit id of a revision.
pub fn commit(revision: &str) -> Option<&str> {
    let commit = revision.rsplit([':', '/', '@']).next()?;
    is_whole_commit_hash(commit).then_some(commit)
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn every_known_form_is_shortened() {
        let commit = "d61d3702f941f7a0787e29e428e569152f66e7bf";
        for form in [
            format!("dev@sha1:{commit}"),
            format!("feature/x/{commit}"),
            format!("sha1:{commit}"),
            commit.into(),
        ] {
            assert_eq!(short(&form), "d61d370", "{form}");
        }
        assert_eq!(short("v1.2.3"), "v1.2.3");
        assert_eq!(short(""), "");
    }
}
