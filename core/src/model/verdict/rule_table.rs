//! What the tables of rules for kustomizations and for Helm releases are made of. `docs/verdict.md` is held to both.

use super::{Finding, Reason, Standing};

/// A rule, which `Decide` speaks for.
pub(super) struct Rule<Decide> {
    /// When it speaks, as the documentation says it.
    pub(super) situation: &'static str,
    /// What it says, as the documentation says it.
    pub(super) verdict: &'static str,
    /// Every standing that it can give, each with the reasons for it.
    pub(super) outcomes: &'static [(Standing, &'static [Reason])],
    /// Speaks, or passes.
    pub(super) decide: Decide,
    /// Which sign of a controller that does not run makes its verdict unreliable.
    pub(super) unreliable: Unreliable,
}

/// When a controller that does not run takes a verdict's place.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Unreliable {
    /// Where the controller's Deployment does not run, and nothing was ever deployed.
    WhenDeploymentStopped,
    /// At any sign, unless the verdict is a failure.
    AtAnySign,
}

impl<Decide> Rule<Decide> {
    /// Whether a finding is one of its outcomes.
    pub(super) fn can_say(&self, finding: &Finding) -> bool {
        self.outcomes
            .iter()
            .any(|(standing, reasons)| *standing == finding.standing && reasons.contains(&finding.reason))
    }
}

/// What both tables are held to.
#[cfg(test)]
pub(super) mod table_tests {
    use std::collections::BTreeSet;

    use super::Rule;

    /// The documentation of both.
    pub(in crate::model::verdict) const DOCUMENT: &str = include_str!("../../../../docs/verdict.md");

    /// The rules stand in the documentation, in this order, with numbers that begin so.
    pub(in crate::model::verdict) fn assert_documented<Decide>(rules: &[Rule<Decide>], prefix: &str) {
        let expected = rules.iter().enumerate().map(|(index, rule)| {
            format!("| {prefix}{} | {} | {} |", index + 1, rule.situation, rule.verdict)
        });
        let is_row = |line: &&str| {
            let number = line.strip_prefix("| ").and_then(|row| row.strip_prefix(prefix));
            number.is_some_and(|number| number.starts_with(|first: char| first.is_ascii_digit()))
        };
        let rows: Vec<&str> = DOCUMENT.lines().filter(is_row).collect();
        assert_eq!(rows, expected.collect::<Vec<_>>());
    }

    /// Every outcome of a rule is in its words, and no other.
    pub(in crate::model::verdict) fn assert_words_are_outcomes<Decide>(rules: &[Rule<Decide>]) {
        for rule in rules {
            let words = rule.verdict.split('`').skip(1).step_by(2).map(str::to_owned);
            let outcomes = rule.outcomes.iter().flat_map(|(standing, reasons)| {
                reasons.iter().map(ToString::to_string).chain([standing.to_string()])
            });
            let (words, outcomes): (BTreeSet<String>, BTreeSet<String>) =
                (words.collect(), outcomes.collect());
            assert_eq!(words, outcomes, "{}", rule.situation);
        }
    }
}
