//! How the host of this suite's releases is reached.

use std::path::PathBuf;

use super::Session;
use super::proxies::https_proxies;
use crate::flow::ReleaseSource;

impl Session {
    /// A release at an address, as this session reaches it.
    pub fn release_source(&self, url: String) -> ReleaseSource {
        ReleaseSource {
            url,
            authorities: self.env_vars.get_os("GITOPS_CA_FILE").map(PathBuf::from),
            proxies: https_proxies(&self.env_vars),
        }
    }
}
