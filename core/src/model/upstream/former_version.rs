//! What a branch held before the commit that is applied, or pushed where no cluster tells what is applied.

use std::cmp::Ordering;

use super::branch_answers::{BranchAnswers, commit_question};
use super::version_order::compare_versions;
use super::{Distance, GithubQuestion, Tracking};
use crate::model::contract::{TRACKING_IMAGE_TAG, TRACKING_SOURCE_COMMIT, TRACKING_VERSION};
use crate::model::{is_commit_hash, is_same_commit};

/// What a branch held before a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormerVersion {
    /// Its source commit.
    pub commit: String,
    /// Its version.
    pub version: Option<String>,
    /// The tag of its image.
    pub image_tag: Option<String>,
    /// How far the former source commit is from the one that took its place.
    pub distance: Option<Distance>,
}

impl FormerVersion {
    /// Whether what took its place is older: by the source commits, and where that is one and the same by the versions,
    /// else by the tags of the images.
    pub(super) fn is_newer_than(&self, successor: &Tracking) -> bool {
        let Some(commit) = &successor.commit else { return false };
        if !is_same_commit(&self.commit, commit) {
            return self.distance.is_some_and(|distance| distance.ahead > 0 && distance.behind == 0);
        }
        let own = Tracking {
            version: self.version.clone(),
            image_tag: self.image_tag.clone(),
            ..Tracking::default()
        };
        order_of_versions(successor, &own) == Some(Ordering::Less)
    }
}

/// The order of two renderings of one source commit: by their versions, else by the tags of their images.
pub(super) fn order_of_versions(left: &Tracking, right: &Tracking) -> Option<Ordering> {
    let order =
        |left: &Option<String>, right: &Option<String>| compare_versions(left.as_deref()?, right.as_deref()?);
    let by_version = order(&left.version, &right.version).filter(|order| *order != Ordering::Equal);
    by_version.or_else(|| order(&left.image_tag, &right.image_tag))
}

impl<'a> BranchAnswers<'a> {
    /// The commit before it.
    fn parent(self) -> Option<&'a str> {
        let commit = commit_question(&self.followed.repository, self.shown_commit()?);
        self.answers.commit(&commit)?.parents.first().map(String::as_str)
    }

    /// What is asked of what the branch held before: the source commit first, then its version and, of another commit,
    /// how far it is from the present one.
    pub(super) fn former_questions(self) -> Vec<GithubQuestion> {
        let Some(parent) = self.parent().filter(|parent| is_commit_hash(parent)) else { return Vec::new() };
        let repository = &self.followed.repository;
        let mut questions = vec![GithubQuestion::tracking_file(repository, parent, TRACKING_SOURCE_COMMIT)];
        let former = self.answers.partial_tracking(repository, parent).commit;
        let (Some(former), Some(shown)) = (former, self.shown().and_then(|shown| shown.commit)) else {
            return questions;
        };
        questions.push(GithubQuestion::tracking_file(repository, parent, TRACKING_VERSION));
        questions.push(GithubQuestion::tracking_file(repository, parent, TRACKING_IMAGE_TAG));
        if !is_same_commit(&former, &shown) {
            questions
                .extend(self.source().map(|source| GithubQuestion::comparison(&source, &shown, &former)));
        }
        questions
    }

    /// What the branch held before.
    pub(super) fn before(self) -> Option<FormerVersion> {
        let tracking = self.answers.partial_tracking(&self.followed.repository, self.parent()?);
        let (commit, shown) = (tracking.commit?, self.shown()?.commit?);
        let distance = self.answers.distance(&self.source()?, &shown, &commit);
        Some(FormerVersion { commit, version: tracking.version, image_tag: tracking.image_tag, distance })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_version_is_known_by_commits_versions_or_tags() {
        let (old, new) = ("0e0e0e0d5e6f", "1a2b3c4d5e6f");
        let distance = |ahead, behind| Some(Distance { ahead, behind });
        for (former, successor, is_newer) in [
            ((new, "0.0.1-13", distance(1, 0)), (old, "0.0.1-12"), true),
            ((new, "0.0.1-13", distance(1, 1)), (old, "0.0.1-12"), false),
            ((new, "0.0.1-13", None), (old, "0.0.1-12"), false),
            ((old, "0.0.1-12", distance(0, 1)), (new, "0.0.1-13"), false),
            ((new, "0.0.1-13", None), (new, "0.0.1-12"), true),
            ((new, "0.0.1-12", None), (new, "0.0.1-13"), false),
            ((new, "0.0.1-12", None), (new, "0.0.1-12"), false),
            ((new, "nightly", None), (new, "0.0.1-12"), false),
        ] {
            let (commit, version, distance) = former;
            let (successor_commit, successor_version) = successor;
            let text = |text: &str| Some(text.to_owned());
            let former = FormerVersion {
                commit: commit.to_owned(),
                version: text(version),
                image_tag: None,
                distance,
            };
            let successor = Tracking {
                commit: text(successor_commit),
                version: text(successor_version),
                ..Tracking::default()
            };
            assert_eq!(former.is_newer_than(&successor), is_newer, "{former:?} {successor:?}");
            // Where versions are not told the tags of the images are.
            let former = FormerVersion { version: None, image_tag: former.version.clone(), ..former };
            let successor = Tracking { version: None, image_tag: successor.version.clone(), ..successor };
            assert_eq!(former.is_newer_than(&successor), is_newer, "{former:?} {successor:?}");
        }
    }
}
