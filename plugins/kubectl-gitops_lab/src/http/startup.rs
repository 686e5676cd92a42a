//! How a lab comes to be: its scenario is put on before anybody can ask, in the time before now.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rustls::crypto::CryptoProvider;

use super::credentials::Credentials;
use super::error::ServingError;
use super::random::random;
use crate::git::{GitHost, Right};
use crate::kubernetes::{Cluster, Seed as ClusterSeed};
use crate::scenario::{Scenario, ScenarioError, Seed, history};
use crate::world::{Site, World};

/// The name of the token of whoever runs the lab.
pub(super) const ADMIN: &str = "admin";

/// What that token may do on GitHub.
const SCOPES: [&str; 5] = ["repo", "workflow", "delete_repo", "read:org", "write:packages"];

/// What is needed to begin a world.
pub(super) struct Beginnings<'a> {
    pub(super) provider: &'a CryptoProvider,
    pub(super) credentials: &'a Credentials,
    /// What clusters are called.
    pub(super) clusters: &'a [String],
    pub(super) host: &'a GitHost,
    /// Where the git host is.
    pub(super) git_url: &'a str,
    /// Whose certificate it shows: PEM.
    pub(super) authority: &'a str,
    /// The resource version that clusters begin after.
    pub(super) after_version: u64,
    pub(super) now: Timestamp,
}

impl Beginnings<'_> {
    /// Gives the world its sites, and lets `scenario` happen in it. The answer is the world, and the git host's tokens by
    /// the names that scenarios give them.
    pub(super) fn make(
        &self,
        mut world: World,
        scenario: Option<&Scenario>,
    ) -> Result<(World, BTreeMap<String, String>), ServingError> {
        let history = scenario.map(history).transpose()?.unwrap_or_default();
        let begin = history.first().map_or(self.now, |first| self.now - first.spec.ago);
        for name in self.clusters {
            let tokens = self.credentials.of_cluster(name).clone();
            let (admin, authority) = (tokens.admin.clone(), self.authority.to_owned());
            let cluster =
                Cluster::seeded(ClusterSeed::of(name, self.after_version), tokens, authority, begin);
            world.sites.push(Site::new(name, cluster, admin));
        }
        // Whoever runs the lab may do everything on its git host.
        let own = self.git_token(ADMIN)?;
        self.host.grant(&own, "*", Right::Admin);
        let mut git_tokens = BTreeMap::from([(ADMIN.to_owned(), own.clone())]);
        for grant in history.iter().flat_map(|scenario| &scenario.spec.tokens) {
            git_tokens.insert(grant.name.clone(), self.git_token(&grant.name)?);
        }
        self.sign_in(&git_tokens, &mut world, begin);
        for scenario in &history {
            let at = self.now - scenario.spec.ago;
            world.play_past(at);
            let seed = Seed { git: self.host, git_url: self.git_url, own: &own, tokens: &git_tokens };
            seed.put_on(scenario, &mut world, at)?;
            world.sites.iter_mut().for_each(|site| site.flux.look_again());
        }
        world.play_past(self.now);
        world.journal.clear();
        for fault in history.into_iter().flat_map(|scenario| scenario.spec.faults) {
            let path = fault.path.clone();
            world.arm(fault).map_err(|why| ScenarioError::Fault { path, why })?;
        }
        Ok((world, git_tokens))
    }

    /// A token of the git host: the one that is known by this name, or a new one.
    fn git_token(&self, name: &str) -> Result<String, ServingError> {
        let known = self.credentials.git_tokens.get(name).cloned();
        known.map_or_else(|| random(self.provider), Ok)
    }

    /// Tells GitHub whose the tokens are: each is somebody else's, so that there are some to approve.
    fn sign_in(&self, tokens: &BTreeMap<String, String>, world: &mut World, now: Timestamp) {
        for (name, token) in tokens {
            match name.as_str() {
                ADMIN => world.github.sign_in(token, "lab", Some(&SCOPES), now),
                name => world.github.sign_in(token, name, None, now),
            }
        }
    }
}
