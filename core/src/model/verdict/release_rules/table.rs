//! The ordered table of rules for Helm releases. It drives the decision, and `docs/verdict.md` is held to it.

use super::super::Finding;
use super::super::Reason::{self, *};
use super::super::Standing::{self, *};
use super::super::release_case::ReleaseCase;
use super::{
    current_action, deletion, deployed_release, failed_action, locked_release, missing_values,
    stalled_release, stopped_helm_controller, suspension, unready_chart, unready_dependency,
};

/// A rule.
struct ReleaseRule {
    /// When it speaks, as the documentation says it.
    situation: &'static str,
    /// What it says, as the documentation says it.
    verdict: &'static str,
    /// Every standing that it can give, each with the reasons for it.
    outcomes: &'static [(Standing, &'static [Reason])],
    /// Speaks, or passes.
    decide: fn(&ReleaseCase<'_>) -> Option<Finding>,
    /// Whether any sign of a controller that does not run makes its verdict unreliable.
    is_unreliable: bool,
}

/// The first that speaks decides.
const RULES: [ReleaseRule; 11] = [
    ReleaseRule {
        situation: "the release is being deleted",
        verdict: "`Reconciling`/`Deleting`; `Failed`/`UninstallFailed`, a minute past its timeout `Failed`/`Deleting`; \
                  `Unknown`/`ControllerNotRunning` where nobody is left to end it",
        outcomes: &[
            (Reconciling, &[Deleting]),
            (Failed, &[UninstallFailed, Deleting]),
            (Unknown, &[ControllerNotRunning]),
        ],
        decide: deletion::decide,
        is_unreliable: false,
    },
    ReleaseRule {
        situation: "it, or what its chart is taken from, is suspended",
        verdict: "`Suspended`/`ReleaseSuspended`, `SourceSuspended`, with what had failed before",
        outcomes: &[(Suspended, &[ReleaseSuspended, SourceSuspended])],
        decide: suspension::decide,
        is_unreliable: false,
    },
    ReleaseRule {
        situation: "Flux gave up (`Stalled`, which no `Ready` outranks; counted failures in the first versions of \
                    the API)",
        verdict: "`Failed`/`Stalled`, or `RolledBack`, where the version before was restored",
        outcomes: &[(Failed, &[Stalled, RolledBack])],
        decide: stalled_release::decide,
        is_unreliable: false,
    },
    ReleaseRule {
        situation: "an operation of Helm was cut off, and its release is pending",
        verdict: "`Failed`/`ReleaseLocked`",
        outcomes: &[(Failed, &[ReleaseLocked])],
        decide: locked_release::decide,
        is_unreliable: false,
    },
    ReleaseRule {
        situation: "values are not there",
        verdict: "`NotDeployed`/`ValuesMissing` where nothing was ever deployed, else `Failed`",
        outcomes: &[(NotDeployed, &[ValuesMissing]), (Failed, &[ValuesMissing])],
        decide: missing_values::decide,
        is_unreliable: false,
    },
    ReleaseRule {
        situation: "it waits for its chart",
        verdict: "`NotDeployed`/`ChartNotReady` where nothing was ever deployed, else `Syncing`, after a minute \
                  `Failed`",
        outcomes: &[(NotDeployed, &[ChartNotReady]), (Syncing, &[ChartNotReady]), (Failed, &[ChartNotReady])],
        decide: unready_chart::decide,
        is_unreliable: false,
    },
    ReleaseRule {
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
        is_unreliable: true,
    },
    ReleaseRule {
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
        is_unreliable: false,
    },
    ReleaseRule {
        situation: "its chart cannot be fetched any more",
        verdict: "`NotDeployed`/`ChartNotReady` where nothing was ever deployed, else `Failed`, after a minute",
        outcomes: &[(NotDeployed, &[ChartNotReady]), (Failed, &[ChartNotReady])],
        decide: unready_chart::decide_fetch,
        is_unreliable: false,
    },
    ReleaseRule {
        situation: "what is wanted is deployed",
        verdict: "`Deployed`/`Applied`, or `Failed`/`WorkloadMissing`, `WorkloadNotReady`",
        outcomes: &[(Deployed, &[Applied]), (Failed, &[WorkloadMissing, WorkloadNotReady])],
        decide: deployed_release::decide,
        is_unreliable: true,
    },
    ReleaseRule {
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
        is_unreliable: true,
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
        NotDeployed if !rule.is_unreliable => stopped_helm_controller::by_deployment(case),
        _ if rule.is_unreliable => stopped_helm_controller::any_sign(case),
        _ => None,
    };
    match stopped {
        Some(stopped) => {
            Finding { remarks: finding.remarks, ..stopped_helm_controller::finding(&stopped, case) }
        }
        None => finding,
    }
}

impl ReleaseRule {
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
            .map(|(index, rule)| format!("| H{} | {} | {} |", index + 1, rule.situation, rule.verdict));
        let rows: Vec<&str> = DOCUMENT.lines().filter(|line| line.starts_with("| H")).collect();
        assert_eq!(rows, expected.collect::<Vec<_>>());
    }

    #[test]
    fn the_numbers_in_the_documentation_are_those_of_the_table() {
        let unreliable = RULES.iter().enumerate().filter(|(_, rule)| rule.is_unreliable);
        let numbers: Vec<usize> = unreliable.map(|(index, _)| index + 1).collect();
        assert_eq!(numbers, [7, 10, 11]);
        assert!(DOCUMENT.contains("Instead of H7, H10 and H11, unless"));
    }

    #[test]
    fn a_rule_says_what_its_words_say() {
        for rule in &RULES {
            let words: BTreeSet<String> =
                rule.verdict.split('`').skip(1).step_by(2).map(str::to_owned).collect();
            let outcomes: BTreeSet<String> = rule
                .outcomes
                .iter()
                .flat_map(|(standing, reasons)| {
                    reasons.iter().map(ToString::to_string).chain([standing.to_string()])
                })
                .collect();
            assert_eq!(words, outcomes, "{}", rule.situation);
        }
    }
}
