//! How a lab comes to be: its scenario is put on before anybody can ask, in the time before now.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use rustls::crypto::CryptoProvider;

use super::credentials::Credentials;
use super::middleware::Gate;
use super::replay::{ServingError, random};
use super::shared_world::locked;
use super::simulation::{Hosted, Simulation};
use crate::git::Right;
use crate::kubernetes::Cluster;
use crate::scenario::{Scenario, history};

/// The name of the token of whoever runs the lab.
pub(super) const ADMIN: &str = "admin";

/// What that token may do on GitHub.
const SCOPES: [&str; 5] = ["repo", "workflow", "delete_repo", "read:org", "write:packages"];

/// What is needed to make a simulation.
pub(super) struct Beginnings<'a> {
    pub(super) provider: &'a CryptoProvider,
    pub(super) credentials: &'a Credentials,
    pub(super) git: &'a Hosted,
    pub(super) gate: &'a Arc<Gate>,
    /// The resource version that the cluster begins after.
    pub(super) after_version: u64,
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
        let tokens = &self.credentials.tokens;
        let cluster = Cluster::after(self.after_version, tokens.clone(), self.git.authority.clone(), begin);
        let gate = Arc::clone(self.gate);
        let admin = &tokens.admin;
        let mut simulation = Simulation::new(cluster, self.git.clone(), gate, admin.clone());
        // Whoever runs the lab may do everything on its git host.
        let own = self.git_token(ADMIN)?;
        self.git.host.grant(&own, "*", Right::Admin);
        let mut git_tokens = BTreeMap::from([(ADMIN.to_owned(), own)]);
        for grant in history.iter().flat_map(|scenario| &scenario.spec.tokens) {
            git_tokens.insert(grant.name.clone(), self.git_token(&grant.name)?);
        }
        self.sign_in(&git_tokens, begin);
        for scenario in &history {
            let at = self.now - scenario.spec.ago;
            simulation.advance(at);
            simulation.put_on(scenario, admin, &git_tokens, at)?;
        }
        simulation.advance(self.now);
        Ok(Made { simulation, git_tokens, history })
    }

    /// A token of the git host: the one that is known by this name, or a new one.
    fn git_token(&self, name: &str) -> Result<String, ServingError> {
        let known = self.credentials.git_tokens.get(name).cloned();
        known.map_or_else(|| random(self.provider), Ok)
    }

    /// Tells GitHub whose the tokens are: each is somebody else's, so that there are some to approve.
    fn sign_in(&self, tokens: &BTreeMap<String, String>, now: Timestamp) {
        let mut hub = locked(&self.git.hub);
        for (name, token) in tokens {
            match name.as_str() {
                ADMIN => hub.sign_in(token, "lab", Some(&SCOPES), now),
                name => hub.sign_in(token, name, None, now),
            }
        }
    }
}
