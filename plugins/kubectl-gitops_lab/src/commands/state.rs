//! What a lab leaves in its folder for the one that takes its place: credentials and ports, so that clients of the one
//! before go on. It is one file, written at once, so that there is all of it or none.

use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::http::Credentials;

/// The file's name.
pub(super) const STATE: &str = "state.json";
/// The version of the file's format; a file of another one is not read.
const FORMAT_VERSION: u32 = 1;
/// How many resource versions a lab may use up.
const RESOURCE_VERSIONS_PER_LAB: u64 = 1_000_000_000;

/// What a lab leaves behind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LabState {
    /// Files that are there already call it `form`.
    #[serde(alias = "form")]
    format_version: u32,
    /// How many labs began in this folder.
    starts: u32,
    #[serde(flatten)]
    pub(super) ports: Ports,
    pub(super) credentials: Credentials,
}

/// The ports that a lab serves on, or will.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Ports {
    /// That of the first cluster's Kubernetes API.
    pub(super) port: u16,
    /// That of the git host.
    pub(super) git_port: u16,
    /// That of Azure.
    #[serde(default)]
    pub(super) azure_port: u16,
    /// Those of further clusters' APIs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) further_ports: Vec<u16>,
}

impl Ports {
    /// Those from `base` on.
    pub(super) fn from(base: u16, clusters: u8) -> Self {
        let port = |offset: u8| base.saturating_add(u16::from(offset));
        let further_ports = (2..=clusters).map(port).collect();
        Self { port: base, git_port: port(1), azure_port: port(clusters + 1), further_ports }
    }

    /// The same with those of further clusters that an earlier lab had and this one has not: the next may have them again.
    pub(super) fn keeping(mut self, before: Option<&Self>) -> Self {
        let known = before.map(|before| before.further_ports.as_slice()).unwrap_or_default();
        self.further_ports.extend(known.iter().skip(self.further_ports.len()).copied().collect::<Vec<_>>());
        self
    }

    /// Those of the clusters, in their order.
    pub(super) fn of_clusters(&self) -> Vec<u16> {
        [self.port].into_iter().chain(self.further_ports.iter().copied()).collect()
    }
}

/// Why a state cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum StateError {
    #[error("cannot be read")]
    Unreadable(#[from] io::Error),
    #[error("not what a lab wrote")]
    Malformed(#[from] serde_json::Error),
    #[error("written by another version of this program")]
    FormatVersion,
}

impl LabState {
    /// That of the lab after `before`.
    pub(super) fn after(before: Option<&Self>, ports: Ports, credentials: Credentials) -> Self {
        let starts = before.map_or(0, |before| before.starts).saturating_add(1);
        Self { format_version: FORMAT_VERSION, starts, ports, credentials }
    }

    /// What an earlier lab left in `folder`; none where there was none, or one that left nothing.
    pub(super) fn read(folder: &Path) -> Result<Option<Self>, StateError> {
        let text = match std::fs::read_to_string(folder.join(STATE)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            text => text?,
        };
        /// What a file of every format has.
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Format {
            #[serde(alias = "form")]
            format_version: u32,
        }
        if serde_json::from_str::<Format>(&text)?.format_version != FORMAT_VERSION {
            return Err(StateError::FormatVersion);
        }
        Ok(Some(serde_json::from_str(&text)?))
    }

    /// As it is written.
    pub(super) fn text(&self) -> String {
        format!("{}\n", serde_json::to_string_pretty(self).expect("texts and numbers have a form in JSON"))
    }

    /// The resource version after which the next lab's begin: behind all that this one can have used.
    pub(super) fn last_version(&self) -> u64 {
        u64::from(self.starts) * RESOURCE_VERSIONS_PER_LAB
    }
}

#[cfg(test)]
mod tests {
    use super::Ports;

    #[test]
    fn ports_of_clusters_that_are_not_served_now_are_kept_for_the_next_lab() {
        let ports =
            |further: &[u16]| Ports { port: 1, git_port: 2, azure_port: 9, further_ports: further.to_vec() };
        let three = ports(&[3, 4]);
        assert_eq!(ports(&[]).keeping(Some(&three)), three, "one cluster after three");
        assert_eq!(ports(&[5]).keeping(Some(&three)), ports(&[5, 4]), "what is served now counts");
        assert_eq!(ports(&[3, 4]).keeping(Some(&ports(&[]))), three);
        assert_eq!(ports(&[3]).keeping(None), ports(&[3]));
    }
}
