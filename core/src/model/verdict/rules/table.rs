//! The ordered table of rules. It drives the decision, and `docs/verdict.md` is held to it.

use super::super::Reason::{self, *};
use super::super::Standing::*;
use super::super::kustomization_case::KustomizationCase;
use super::super::rule_table::{Rule, Unreliable};
use super::super::{Finding, deadline};
use super::{
    applied_revision, awaited_dependency, current_attempt, deletion, failed_attempt, failed_fetch,
    first_deployment, missing_source, newer_revision, stopped_controller, suspension, unfollowed_source,
    unusable_artifact,
};

/// Speaks for a rule, or passes.
type Decide = fn(&KustomizationCase<'_>) -> Option<Finding>;

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
const RULES: [Rule<Decide>; 12] = [
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

#[cfg(test)]
mod tests {
    use super::super::super::rule_table::table_tests::{
        DOCUMENT, assert_documented, assert_words_are_outcomes,
    };
    use super::*;

    #[test]
    fn the_documentation_has_the_same_rules_in_the_same_order() {
        assert_documented(&RULES, "");
    }

    #[test]
    fn a_rule_says_what_its_words_say() {
        assert_words_are_outcomes(&RULES);
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
