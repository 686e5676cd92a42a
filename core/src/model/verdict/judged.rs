//! The verdicts on kustomizations within one picture: each is found once, however many others wait for it.

use std::cell::OnceCell;

use super::Finding;
use super::observation::Observation;
use crate::model::cluster::{Facts, KustomizationFacts};

/// A place for the verdict on each kustomization.
pub(super) struct Judged {
    findings: Vec<OnceCell<Finding>>,
}

impl Judged {
    /// Of a cluster on which no verdict was found yet.
    pub(super) fn none(facts: &Facts) -> Self {
        Self { findings: facts.kustomizations.iter().map(|_| OnceCell::new()).collect() }
    }

    /// The verdict on a kustomization, which `judge` finds where it is not known yet.
    pub(super) fn finding(
        &self,
        observation: Observation<'_>,
        kustomization: &KustomizationFacts,
        judge: impl FnOnce() -> Finding,
    ) -> Finding {
        let position = observation.facts.position(kustomization);
        let Some(place) = position.and_then(|position| self.findings.get(position)) else { return judge() };
        if let Some(known) = place.get() {
            return known.clone();
        }
        let finding = judge();
        place.get_or_init(|| finding).clone()
    }
}
