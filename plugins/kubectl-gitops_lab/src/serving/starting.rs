//! How a lab comes to be: its scenario is put on before anybody can ask, in the time before now.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use rustls::crypto::CryptoProvider;

use super::gate::Gate;
use super::replay::{ServingError, random};
use super::simulation::{Hosted, Simulation};
use crate::kubernetes::{Cluster, Tokens};
use crate::scenario::{Scenario, history};

/// What is needed to make a simulation.
pub(super) struct Beginnings<'a> {
    pub(super) provider: &'a CryptoProvider,
    pub(super) tokens: &'a Tokens,
    pub(super) git: &'a Hosted,
    pub(super) gate: &'a Arc<Gate>,
    pub(super) now: Timestamp,
}

/// A simulation as it begins.
pub(super) struct Made {
    pub(super) simulation: Simulation,
    /// The git host's tokens, by the names that scenarios give them.
    pub(super) git_tokens: BTreeMap<String, String>,
    /// The scenario, and before it those that it builds on.
    pub(super) history: Vec<Scenario>,
}

impl Beginnings<'_> {
    /// Makes a simulation in which `scenario` has happened.
    pub(super) fn make(&self, scenario: Option<&Scenario>) -> Result<Made, ServingError> {
        let history = scenario.map(history).transpose()?.unwrap_or_default();
        let begin = history.first().map_or(self.now, |first| self.now - first.spec.ago);
        let cluster = Cluster::empty(self.tokens.clone(), self.git.authority.clone(), begin);
        let gate = Arc::clone(self.gate);
        let admin = &self.tokens.admin;
        let mut simulation = Simulation::new(cluster, self.git.clone(), gate, admin.clone());
        let mut git_tokens = BTreeMap::new();
        for grant in history.iter().flat_map(|scenario| &scenario.spec.tokens) {
            git_tokens.insert(grant.name.clone(), random(self.provider)?);
        }
        for scenario in &history {
            let at = self.now - scenario.spec.ago;
            simulation.advance(at);
            simulation.put_on(scenario, admin, &git_tokens, at)?;
        }
        simulation.advance(self.now);
        Ok(Made { simulation, git_tokens, history })
    }
}
