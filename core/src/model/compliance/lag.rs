//! A report that is older than what the cluster says, or contradicts it.
//!
//! What a configuration's other objects are concerns other environments: where Azure tells objects apart, only the
//! environment's own are compared with where it stands.

use super::configuration::{ConfigurationCase, title};
use super::doubt::Doubt;
use crate::model::azure::{ComplianceState, ObjectStatus};
use crate::model::verdict::{Reason, Standing, ago_in_words, short};

/// How two words about the same fit.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fit {
    /// Both may be true.
    Agrees,
    /// Azure's may be true of the time before alone.
    Outdated,
    /// One of them is wrong.
    Contradicts,
}

impl ConfigurationCase<'_> {
    /// Azure was told of another commit than the cluster has.
    pub(super) fn revision_lag(&self) -> Option<Doubt> {
        let known = &self.document.revision.as_ref()?.commit;
        let configuration = self.case.configuration;
        let has_it = |commit: &String| commit.eq_ignore_ascii_case(known);
        if configuration.commits.iter().any(has_it) {
            return None;
        }
        let newest = configuration.applied.as_ref().or(configuration.commits.last())?;
        let ago =
            self.document.status_updated.map(|time| format!(", told {}", ago_in_words(time, self.case.now)));
        let message = format!(
            "Azure has not heard of {} yet; it knows {}{}",
            short(newest),
            short(known),
            ago.unwrap_or_default()
        );
        Some(Doubt::new(Reason::ComplianceLags, message))
    }

    /// What Azure was told of the environment's own objects does not fit where the cluster says that it stands.
    pub(super) fn contradiction(&self) -> Option<Doubt> {
        let (state, told) = self.own_state();
        let case = self.case;
        let is_suspended = case.standing == Standing::Suspended;
        if self.document.is_suspended && !is_suspended {
            return None;
        }
        // What Azure itself wants, and the cluster does, was not reported yet.
        let is_unreported = self.document.is_suspended == is_suspended
            && is_suspended != (*state == ComplianceState::Suspended);
        let reported = self.document.status_updated;
        let is_older = matches!((reported, case.since), (Some(reported), Some(since)) if reported < since);
        let is_older = is_older || is_unreported;
        let stands = format!("the cluster says {}", case.standing);
        let told = told.map(|told| format!(" ({told})")).unwrap_or_default();
        let reported = self.reported(&state.to_string(), self.document);
        match fit(case.standing, state) {
            Fit::Outdated | Fit::Contradicts if is_older => {
                let message = format!("Azure was told {reported}{told}, before that; {stands}");
                Some(Doubt::new(Reason::ComplianceLags, message))
            }
            Fit::Contradicts => {
                let message = format!("Azure was told {reported}{told}; {stands}");
                Some(self.show(Reason::ComplianceDisagrees, message))
            }
            Fit::Agrees | Fit::Outdated => None,
        }
    }

    /// The state of the environment's own objects, with what is wrong with one; of the whole configuration where Azure
    /// does not tell them apart.
    fn own_state(&self) -> (&ComplianceState, Option<String>) {
        let is_own = |status: &&ObjectStatus| {
            self.case.configuration.objects.iter().any(|object| {
                let is_here = status.namespace.is_empty() || status.namespace == object.namespace;
                is_here && status.kind.eq_ignore_ascii_case(object.kind) && status.name == object.name
            })
        };
        let own: Vec<&ObjectStatus> = self.document.statuses.iter().filter(is_own).collect();
        let failed = own.iter().find(|status| status.compliance == ComplianceState::NonCompliant);
        let first =
            failed.or_else(|| own.iter().find(|status| status.compliance != ComplianceState::Compliant));
        match first.or(own.first()) {
            Some(status) => (&status.compliance, failed.map(|status| title(status))),
            None => (&self.document.compliance, self.document.error.clone()),
        }
    }
}

/// Whether Azure may say `state` of what stands at `standing` by the cluster's word.
fn fit(standing: Standing, state: &ComplianceState) -> Fit {
    match (standing, state) {
        (Standing::Deployed, ComplianceState::Pending) => Fit::Outdated,
        (Standing::Deployed, ComplianceState::NonCompliant | ComplianceState::Suspended)
        | (Standing::Failed, ComplianceState::Compliant | ComplianceState::Suspended)
        | (Standing::NotDeployed, ComplianceState::Compliant)
        | (Standing::Suspended, ComplianceState::Compliant | ComplianceState::NonCompliant) => {
            Fit::Contradicts
        }
        (Standing::Reconciling | Standing::Syncing, ComplianceState::Suspended) => Fit::Outdated,
        _ => Fit::Agrees,
    }
}

#[cfg(test)]
mod tests {
    use super::super::scene::{APPLIED, OLDER, assert_told, at, scene, status, told};
    use super::*;
    use crate::model::azure::SyncedRevision;

    #[test]
    fn a_report_of_another_commit_has_not_caught_up() {
        let of = |revision: &str, commits: &[&str]| {
            scene().with(|scene| {
                scene.document.revision = SyncedRevision::read(revision);
                scene.applied.commits = commits.iter().map(|commit| (*commit).to_owned()).collect();
            })
        };
        let lagging = of(&format!("main/{OLDER}"), &[APPLIED]);
        let why = "Azure has not heard of d61d370 yet; it knows 0a0a0a0, told 40 s ago";
        assert_told(&lagging, Reason::ComplianceLags, why);
        for (revision, commits) in [
            // What is fetched and what is applied both count.
            (format!("main/{OLDER}"), [APPLIED, OLDER].as_slice()),
            (APPLIED.to_uppercase(), &[APPLIED]),
            // A revision that is told in no known form says nothing.
            ("latest@sha256:1".to_owned(), &[APPLIED]),
            (String::new(), &[APPLIED]),
        ] {
            assert_eq!(told(&of(&revision, commits)), (None, String::new(), Vec::new()), "{revision}");
        }
        let nothing = of(&format!("main/{OLDER}"), &[]).with(|scene| scene.applied.applied = None);
        assert_eq!(told(&nothing), (None, String::new(), Vec::new()), "nothing was applied");
    }

    #[test]
    fn words_that_do_not_fit_are_old_or_contradict() {
        use ComplianceState::{Compliant, NonCompliant, Pending, Suspended};
        for (standing, state, before, after) in [
            (Standing::Deployed, Pending, Some(Reason::ComplianceLags), None),
            (
                Standing::Deployed,
                NonCompliant,
                Some(Reason::ComplianceLags),
                Some(Reason::ComplianceDisagrees),
            ),
            (Standing::Failed, Compliant, Some(Reason::ComplianceLags), Some(Reason::ComplianceDisagrees)),
            (Standing::Failed, NonCompliant, None, None),
            (Standing::Failed, Pending, None, None),
            (
                Standing::NotDeployed,
                Compliant,
                Some(Reason::ComplianceLags),
                Some(Reason::ComplianceDisagrees),
            ),
            (Standing::NotDeployed, NonCompliant, None, None),
            (Standing::Suspended, Suspended, None, None),
            (Standing::Suspended, Compliant, Some(Reason::ComplianceLags), Some(Reason::ComplianceDisagrees)),
            (Standing::Syncing, Compliant, None, None),
            (Standing::Reconciling, Pending, None, None),
            (Standing::Unknown, Compliant, None, None),
        ] {
            for (reported, expected) in [(899, before), (901, after)] {
                let scene = scene().with(|scene| {
                    scene.standing = standing;
                    scene.document.compliance = state.clone();
                    scene.document.status_updated = Some(at(reported));
                });
                assert_eq!(told(&scene).0, expected, "{standing} {state} {reported}");
            }
        }
        let old = scene().with(|scene| {
            scene.standing = Standing::Failed;
            scene.document.status_updated = Some(at(400));
        });
        let why = "Azure was told Compliant 10 min ago, before that; the cluster says Failed";
        assert_told(&old, Reason::ComplianceLags, why);
    }

    #[test]
    fn a_suspension_and_its_end_are_late_until_they_are_reported() {
        use ComplianceState::{Compliant, Suspended};
        for (standing, wanted, state, why) in [
            (
                Standing::Suspended,
                true,
                Compliant,
                Some("Azure was told Compliant 40 s ago, before that; the cluster says Suspended"),
            ),
            (
                Standing::Deployed,
                false,
                Suspended,
                Some("Azure was told Suspended 40 s ago, before that; the cluster says Deployed"),
            ),
            (Standing::Suspended, true, Suspended, None),
            (Standing::Deployed, false, Compliant, None),
        ] {
            let scene = scene().with(|scene| {
                scene.standing = standing;
                scene.document.is_suspended = wanted;
                scene.document.compliance = state.clone();
            });
            match why {
                Some(why) => assert_told(&scene, Reason::ComplianceLags, why),
                None => assert_eq!(told(&scene), (None, String::new(), Vec::new()), "{standing} {state}"),
            }
        }
    }

    #[test]
    fn only_the_environments_own_objects_contradict_it() {
        let of = |object: &str| {
            scene().with(|scene| {
                scene.document.compliance = ComplianceState::NonCompliant;
                scene.document.statuses = vec![
                    status("Kustomization", object, ComplianceState::NonCompliant, Some("path not found")),
                    status("GitRepository", "hello-dev", ComplianceState::Compliant, None),
                ];
            })
        };
        let why = "Azure was told Non-Compliant 40 s ago (Kustomization flux-system/hello-dev-hello-dev: path not found); the cluster says Deployed";
        assert_told(&of("hello-dev-hello-dev"), Reason::ComplianceDisagrees, why);
        let other = of("hello-dev-other");
        assert_eq!(told(&other), (None, String::new(), vec![Reason::NonCompliant]));
        let finding = other.case().decide();
        let message = "Azure was told Non-Compliant 40 s ago: Kustomization flux-system/hello-dev-other: path not found";
        assert_eq!(finding.remarks[0].message, message);
        assert_eq!(
            finding.next[0].command,
            "az k8s-configuration flux show -g rg-edge -c edge-1 -t connectedClusters --subscription s -n hello-dev"
        );
    }
}
