//! The ordered table of rules. It drives the decision, and `docs/verdict.md` is held to it.

use super::super::Reason::{self, *};
use super::super::Standing::{self, *};
use super::super::kustomization_case::KustomizationCase;
use super::super::{Finding, deadline};
use super::{
    applied_revision, awaited_dependency, current_attempt, deletion, failed_attempt, failed_fetch,
    first_deployment, missing_source, newer_revision, stopped_controller, suspension, unfollowed_source,
    unusable_artifact,
};

/// A rule.
pub(super) struct Rule {
    /// When it speaks, as the documentation says it.
    situation: &'static str,
    /// What it says, as the documentation says it.
    verdict: &'static str,
    /// Every standing that it can give, each with the reasons for it.
    outcomes: &'static [(Standing, &'static [Reason])],
    /// Speaks, or passes.
    decide: fn(&KustomizationCase<'_>) -> Option<Finding>,
    /// Which sign of a controller that does not run makes its verdict unreliable.
    unreliable: Unreliable,
}

/// When a controller that does not run takes a verdict's place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unreliable {
    /// Where the controller's Deployment has no available replica, and nothing was ever deployed.
    WhenDeploymentStopped,
    /// At any sign, unless the verdict is a failure.
    AtAnySign,
}

const FETCH_REASONS: &[Reason] = &[
    TokenRejected,
    GitSecretMissing,
    AuthenticationFailed,
    RepositoryNotFound,
    BranchNotFound,
    ReferenceNotFound,
    CertificateRefused,
    HostKeyRefused,
    VerificationFailed,
    HostNotResolved,
    ConnectionRefused,
    FetchTimeout,
    RateLimited,
    ProxyFailed,
    FetchFailed,
];

/// The first that speaks decides.
const RULES: [Rule; 12] = [
    Rule {
        situation: "the kustomization is being deleted",
        verdict: "`Reconciling`/`Deleting`, with the finalizers left; a minute past its timeout `Failed`; \
                  `Unknown`/`ControllerNotRunning` where nobody is left to end it",
        outcomes: &[(Reconciling, &[Deleting]), (Failed, &[Deleting]), (Unknown, &[ControllerNotRunning])],
        decide: deletion::decide,
        unreliable: Unreliable::WhenDeploymentStopped,
    },
    Rule {
        situation: "it, or its source, is suspended",
        verdict: "`Suspended`/`KustomizationSuspended`, `SourceSuspended`, since when and by whom",
        outcomes: &[(Suspended, &[KustomizationSuspended, SourceSuspended])],
        decide: suspension::decide,
        unreliable: Unreliable::WhenDeploymentStopped,
    },
    Rule {
        situation: "its source is of another kind, or may not be read",
        verdict: "`Unknown`/`SourceKindNotFollowed`, `NotReadable`, `NoAnswer`",
        outcomes: &[(Unknown, &[SourceKindNotFollowed, NotReadable, NoAnswer])],
        decide: unfollowed_source::decide,
        unreliable: Unreliable::WhenDeploymentStopped,
    },
    Rule {
        situation: "Flux gave up, or the attempted revision failed and is still the newest fetched",
        verdict: "`Failed`/`Stalled`, `BuildFailed`, `DecryptionFailed`, `SubstitutionFailed`, `ApplyRefused`, `PruneFailed`, \
                  `HealthCheckFailed`, `ReconciliationFailed`",
        outcomes: &[(
            Failed,
            &[
                Stalled,
                BuildFailed,
                DecryptionFailed,
                SubstitutionFailed,
                ApplyRefused,
                PruneFailed,
                HealthCheckFailed,
                ReconciliationFailed,
            ],
        )],
        decide: failed_attempt::decide,
        unreliable: Unreliable::WhenDeploymentStopped,
    },
    Rule {
        situation: "the folder is not in the fetched revision, or its artifact cannot be used",
        verdict: "`NotDeployed`/`PathMissing`, `ArtifactFailed` before the first deployment, else `Failed`",
        outcomes: &[(NotDeployed, &[PathMissing, ArtifactFailed]), (Failed, &[PathMissing, ArtifactFailed])],
        decide: unusable_artifact::decide,
        unreliable: Unreliable::WhenDeploymentStopped,
    },
    Rule {
        situation: "the source cannot be fetched",
        verdict: "`NotDeployed` where nothing was ever applied; else `Failed`, after a minute, at once where the \
                  secret is missing or unusable; with `TokenRejected`, `GitSecretMissing`, `AuthenticationFailed`, \
                  `RepositoryNotFound`, `BranchNotFound`, `ReferenceNotFound`, `CertificateRefused`, `HostKeyRefused`, \
                  `VerificationFailed`, `HostNotResolved`, `ConnectionRefused`, `FetchTimeout`, `RateLimited`, \
                  `ProxyFailed`, `FetchFailed`",
        outcomes: &[(NotDeployed, FETCH_REASONS), (Failed, FETCH_REASONS)],
        decide: failed_fetch::decide,
        unreliable: Unreliable::WhenDeploymentStopped,
    },
    Rule {
        situation: "the source is not there",
        verdict: "`NotDeployed` or `Failed`/`SourceMissing`",
        outcomes: &[(NotDeployed, &[SourceMissing]), (Failed, &[SourceMissing])],
        decide: missing_source::decide,
        unreliable: Unreliable::WhenDeploymentStopped,
    },
    Rule {
        situation: "the fetched revision and the specification are applied",
        verdict: "`Deployed`/`Applied`, or `Failed`/`WorkloadMissing`, `WorkloadNotReady`, `JobFailed`",
        outcomes: &[(Deployed, &[Applied]), (Failed, &[WorkloadMissing, WorkloadNotReady, JobFailed])],
        decide: applied_revision::decide,
        unreliable: Unreliable::AtAnySign,
    },
    Rule {
        situation: "a dependency must be ready first",
        verdict: "`DependencyNotReady`, while that moves `NotDeployed`, `Reconciling` or `Syncing`; where it does \
                  not, is missing or part of a circle, `NotDeployed` where nothing was ever applied, else \
                  `Failed`, `Suspended` or `Unknown`",
        outcomes: &[
            (NotDeployed, &[DependencyNotReady]),
            (Reconciling, &[DependencyNotReady]),
            (Syncing, &[DependencyNotReady]),
            (Failed, &[DependencyNotReady]),
            (Suspended, &[DependencyNotReady]),
            (Unknown, &[DependencyNotReady]),
        ],
        decide: awaited_dependency::decide,
        unreliable: Unreliable::AtAnySign,
    },
    Rule {
        situation: "nothing was ever applied, and the first fetch is awaited",
        verdict: "`NotDeployed`/`SourceNotReady`",
        outcomes: &[(NotDeployed, &[SourceNotReady])],
        decide: first_deployment::decide,
        unreliable: Unreliable::AtAnySign,
    },
    Rule {
        situation: "the fetched revision is not the attempted one, or is not fetched yet",
        verdict: "`Syncing`/`NewRevision`, `WaitingBehind`, `SourceNotReady`",
        outcomes: &[(Syncing, &[NewRevision, WaitingBehind, SourceNotReady])],
        decide: newer_revision::decide,
        unreliable: Unreliable::AtAnySign,
    },
    Rule {
        situation: "it is, and not applied yet",
        verdict: "`Reconciling`/`Progressing`, `HealthCheck`",
        outcomes: &[(Reconciling, &[Progressing, HealthCheck])],
        decide: current_attempt::decide,
        unreliable: Unreliable::AtAnySign,
    },
];

/// What the first rule that speaks says, unless a controller that does not run makes that unreliable, or it moves for
/// longer than it may.
pub(in crate::model::verdict) fn decide(case: &KustomizationCase<'_>) -> Finding {
    let spoken = RULES.iter().find_map(|rule| Some((rule, (rule.decide)(case)?)));
    let (rule, finding) = spoken.expect("the last rule speaks of every kustomization");
    debug_assert!(rule.can_say(&finding), "{}: {}, not {finding:?}", rule.situation, rule.verdict);
    let stopped = match rule.unreliable {
        Unreliable::WhenDeploymentStopped if finding.standing == NotDeployed => {
            stopped_controller::by_deployment(&case.observation)
        }
        Unreliable::AtAnySign if finding.standing != Failed => stopped_controller::any_sign(case),
        _ => None,
    };
    match stopped {
        Some(stopped) => Finding { remarks: finding.remarks, ..stopped_controller::finding(&stopped, case) },
        None => deadline::bound(case, stopped_controller::with_turn(case, finding)),
    }
}

impl Rule {
    fn can_say(&self, finding: &Finding) -> bool {
        self.outcomes
            .iter()
            .any(|(standing, reasons)| *standing == finding.standing && reasons.contains(&finding.reason))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const DOCUMENT: &str = include_str!("../../../../../docs/verdict.md");

    #[test]
    fn the_documentation_has_the_same_rules_in_the_same_order() {
        let expected = RULES
            .iter()
            .enumerate()
            .map(|(index, rule)| format!("| {} | {} | {} |", index + 1, rule.situation, rule.verdict));
        let is_row =
            |line: &&str| line.starts_with("| ") && !line.starts_with("| # ") && !line.starts_with("| H");
        let rows = DOCUMENT.lines().filter(is_row);
        let rows: Vec<&str> = rows.collect();
        assert_eq!(rows, expected.collect::<Vec<_>>());
    }

    #[test]
    fn a_rule_says_what_its_words_say() {
        for rule in &RULES {
            let words = rule.verdict.split('`').skip(1).step_by(2).map(str::to_owned);
            let outcomes = rule.outcomes.iter().flat_map(|(standing, reasons)| {
                reasons.iter().map(ToString::to_string).chain([standing.to_string()])
            });
            let (words, outcomes): (BTreeSet<String>, BTreeSet<String>) =
                (words.collect(), outcomes.collect());
            assert_eq!(words, outcomes, "{}", rule.situation);
        }
    }

    #[test]
    fn the_numbers_in_the_documentation_are_those_of_the_table() {
        let at_any_sign = RULES.iter().position(|rule| rule.unreliable == Unreliable::AtAnySign);
        let first = at_any_sign.expect("such a rule") + 1;
        assert!(RULES[first - 1..].iter().all(|rule| rule.unreliable == Unreliable::AtAnySign));
        assert!(DOCUMENT.contains(&format!("Instead of {first} to {}, unless", RULES.len())));
        let with_stopped_deployment = RULES[..first - 1]
            .iter()
            .enumerate()
            .filter(|(_, rule)| rule.outcomes.iter().any(|(standing, _)| *standing == NotDeployed))
            .map(|(index, _)| index + 1)
            .collect::<Vec<_>>();
        assert_eq!(with_stopped_deployment, [5, 6, 7]);
        assert!(DOCUMENT.contains("for 5 to 7 too"));
    }
}
