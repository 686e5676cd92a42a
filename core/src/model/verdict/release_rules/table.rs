//! The ordered table of rules for Helm releases. It drives the decision, and `docs/verdict.md` is held to it.

use super::super::Finding;
use super::super::Reason::*;
use super::super::Standing::*;
use super::super::release_case::ReleaseCase;
use super::super::rule_table::{Rule, Unreliable};
use super::{
    current_action, deletion, deployed_release, failed_action, locked_release, missing_values,
    stalled_release, stopped_helm_controller, suspension, unready_chart, unready_dependency,
};

/// Speaks for a rule, or passes.
type Decide = fn(&ReleaseCase<'_>) -> Option<Finding>;

/// The first that speaks decides.
const RULES: [Rule<Decide>; 11] = [
    Rule {
        situation: "the release is being deleted",
        verdict: "`Reconciling`/`Deleting`; `Failed`/`UninstallFailed`, a minute past its timeout `Failed`/`Deleting`; \
                  `Unknown`/`ControllerNotRunning` where nobody is left to end it",
        outcomes: &[
            (Reconciling, &[Deleting]),
            (Failed, &[UninstallFailed, Deleting]),
            (Unknown, &[ControllerNotRunning]),
        ],
        decide: deletion::decide,
        unreliable: Unreliable::WhenDeploymentStopped,
    },
    Rule {
        situation: "it, or what its chart is taken from, is suspended",
        verdict: "`Suspended`/`ReleaseSuspended`, `SourceSuspended`, with what had failed before",
        outcomes: &[(Suspended, &[ReleaseSuspended, SourceSuspended])],
        decide: suspension::decide,
        unreliable: Unreliable::WhenDeploymentStopped,
    },
    Rule {
        situation: "Flux gave up (`Stalled`, which no `Ready` outranks; counted failures in the first versions of \
                    the API)",
        verdict: "`Failed`/`Stalled`, or `RolledBack`, where the version before was restored",
        outcomes: &[(Failed, &[Stalled, RolledBack])],
        decide: stalled_release::decide,
        unreliable: Unreliable::WhenDeploymentStopped,
    },
    Rule {
        situation: "an operation of Helm was cut off, and its release is pending",
        verdict: "`Failed`/`ReleaseLocked`",
        outcomes: &[(Failed, &[ReleaseLocked])],
        decide: locked_release::decide,
        unreliable: Unreliable::WhenDeploymentStopped,
    },
    Rule {
        situation: "values are not there, or something else failed before Helm in the first versions of the API",
        verdict: "`ValuesMissing`, `ReconciliationFailed`: `NotDeployed` where nothing was ever deployed, else \
                  `Failed`",
        outcomes: &[
            (NotDeployed, &[ValuesMissing, ReconciliationFailed]),
            (Failed, &[ValuesMissing, ReconciliationFailed]),
        ],
        decide: missing_values::decide,
        unreliable: Unreliable::WhenDeploymentStopped,
    },
    Rule {
        situation: "it waits for its chart",
        verdict: "`NotDeployed`/`ChartNotReady` where nothing was ever deployed, else `Syncing`, after a minute \
                  `Failed`",
        outcomes: &[(NotDeployed, &[ChartNotReady]), (Syncing, &[ChartNotReady]), (Failed, &[ChartNotReady])],
        decide: unready_chart::decide,
        unreliable: Unreliable::WhenDeploymentStopped,
    },
    Rule {
        situation: "it waits for another release",
        verdict: "`DependencyNotReady`: `NotDeployed` where nothing was ever deployed, else `Syncing`, or `Failed` \
                  where that does not become ready by itself; `Unknown`/`DeadlineExceeded` where Flux does not look \
                  again",
        outcomes: &[
            (NotDeployed, &[DependencyNotReady]),
            (Syncing, &[DependencyNotReady]),
            (Failed, &[DependencyNotReady]),
            (Unknown, &[DeadlineExceeded]),
        ],
        decide: unready_dependency::decide,
        unreliable: Unreliable::AtAnySign,
    },
    Rule {
        situation: "the last action of Helm failed, or was undone",
        verdict: "`Failed`/`InstallFailed`, `UpgradeFailed`, `TestFailed`, `RolledBack`, `RollbackFailed`, \
                  `UninstallFailed`, `ReconciliationFailed`",
        outcomes: &[(
            Failed,
            &[
                InstallFailed,
                UpgradeFailed,
                TestFailed,
                RolledBack,
                RollbackFailed,
                UninstallFailed,
                ReconciliationFailed,
            ],
        )],
        decide: failed_action::decide,
        unreliable: Unreliable::WhenDeploymentStopped,
    },
    Rule {
        situation: "its chart cannot be fetched any more",
        verdict: "`NotDeployed`/`ChartNotReady` where nothing was ever deployed, else `Failed`, after a minute",
        outcomes: &[(NotDeployed, &[ChartNotReady]), (Failed, &[ChartNotReady])],
        decide: unready_chart::decide_fetch,
        unreliable: Unreliable::WhenDeploymentStopped,
    },
    Rule {
        situation: "what is wanted is deployed",
        verdict: "`Deployed`/`Applied`, or `Failed`/`WorkloadMissing`, `WorkloadNotReady`",
        outcomes: &[(Deployed, &[Applied]), (Failed, &[WorkloadMissing, WorkloadNotReady])],
        decide: deployed_release::decide,
        unreliable: Unreliable::AtAnySign,
    },
    Rule {
        situation: "an action of Helm goes on, or is about to begin",
        verdict: "`Reconciling`/`Installing`, `Upgrading`; `Syncing`/`NewRevision`; `NotDeployed`/`ChartNotReady`; \
                  a minute past its timeout `Unknown`/`DeadlineExceeded`, or `Failed`/`WorkloadNotReady` where pods \
                  say why",
        outcomes: &[
            (Reconciling, &[Installing, Upgrading]),
            (Syncing, &[NewRevision]),
            (NotDeployed, &[ChartNotReady]),
            (Unknown, &[DeadlineExceeded]),
            (Failed, &[WorkloadNotReady]),
        ],
        decide: current_action::decide,
        unreliable: Unreliable::AtAnySign,
    },
];

/// What the first rule that speaks says, unless a controller that does not run makes that unreliable.
pub(in crate::model::verdict) fn decide(case: &ReleaseCase<'_>) -> Finding {
    let mut spoken = RULES.iter().filter_map(|rule| Some((rule, (rule.decide)(case)?)));
    let (rule, mut finding) = spoken.next().expect("the last rule speaks of every release");
    debug_assert!(rule.can_say(&finding), "{}: {}, not {finding:?}", rule.situation, rule.verdict);
    if finding.standing == Suspended
        && let Some((_, hidden)) = spoken.next()
    {
        suspension::add_hidden(&mut finding, &hidden);
    }
    let stopped = match finding.standing {
        Failed | Suspended => None,
        _ if rule.unreliable == Unreliable::AtAnySign => stopped_helm_controller::any_sign(case),
        NotDeployed => stopped_helm_controller::by_deployment(case),
        _ => None,
    };
    match stopped {
        Some(stopped) => {
            Finding { remarks: finding.remarks, ..stopped_helm_controller::finding(&stopped, case) }
        }
        None => finding,
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
        assert_documented(&RULES, "H");
    }

    #[test]
    fn a_rule_says_what_its_words_say() {
        assert_words_are_outcomes(&RULES);
    }

    #[test]
    fn the_numbers_in_the_documentation_are_those_of_the_table() {
        let unreliable =
            RULES.iter().enumerate().filter(|(_, rule)| rule.unreliable == Unreliable::AtAnySign);
        let numbers: Vec<usize> = unreliable.map(|(index, _)| index + 1).collect();
        assert_eq!(numbers, [7, 10, 11]);
        assert!(DOCUMENT.contains("Instead of H7, H10 and H11, unless"));
    }
}
