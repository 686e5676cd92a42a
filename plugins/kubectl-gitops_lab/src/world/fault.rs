//! A fault: what goes wrong, and with which requests, as people write it in scenarios and send it to a lab that runs.

use jiff::SignedDuration;
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::host::Host;

/// Something that goes wrong with some requests.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fault {
    /// With whom; the Kubernetes API unless something else is said.
    #[serde(default)]
    pub host: Host,
    /// Requests to this site alone, or from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// Requests with this method alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Requests for these paths: `*` is any text without a slash, `**` any text.
    pub path: String,
    /// Watches alone, or everything else alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watch: Option<bool>,
    /// So many of those requests pass first.
    #[serde(default)]
    pub after: u64,
    /// So many fail; all when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// Which of those that are left fail; all when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub odds: Option<Odds>,
    /// Whether what was asked for is done all the same, and only its answer is lost; not when nothing is said. What is
    /// told of an answer (`half`, `cut` after some bytes) is told of one to what was done.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub done: bool,
    /// What happens to them.
    pub effect: Effect,
}

impl Fault {
    /// What happens to all requests to `host` for `path`, without being done.
    pub fn on(host: Host, path: &str, effect: Effect) -> Self {
        Self {
            host,
            site: None,
            method: None,
            path: path.to_owned(),
            watch: None,
            after: 0,
            times: None,
            odds: None,
            done: false,
            effect,
        }
    }

    /// Why it can never happen as it is meant, where the sites are called so.
    pub(super) fn problem(&self, sites: &[&str]) -> Option<String> {
        if let Some(site) = self.site.as_deref().filter(|site| !sites.contains(site)) {
            return Some(format!("there is no site {site:?}, only {}", sites.join(", ")));
        }
        if let Some(odds) = self.odds.filter(|odds| odds.percent > 100) {
            return Some(format!("{} is more than 100 percent", odds.percent));
        }
        match &self.effect {
            Effect::Status(status) if !(200..600).contains(&status.code) => {
                Some(format!("{} is no status of an answer", status.code))
            }
            Effect::Barrier(0) => Some("nobody can wait until nobody waits".to_owned()),
            _ => None,
        }
    }
}

/// A share of requests, decided by the seed and by method, path and occurrence of each: the same in every run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Odds {
    /// Another seed, other requests.
    pub seed: u64,
    /// Of 100.
    pub percent: u8,
}

/// What happens to a request.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Effect {
    /// Another answer.
    Status(FaultStatus),
    /// The connection is cut after so many bytes of the answer's body, and always before its end: an answer without a
    /// body is not told at all. After none, before the answer.
    Cut(usize),
    /// The connection is cut when half of the body is told; before the answer where there is no body.
    Half,
    /// Nothing is answered.
    Silence,
    /// It is answered so much later, by the lab's clock.
    Delay(SignedDuration),
    /// It waits until so many wait.
    Barrier(usize),
    /// What was asked for is too old: 410, and on a watch an event that says so.
    Expired,
    /// It is one request too many for GitHub.
    Limited(Limited),
}

/// How GitHub says that it was asked too often.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Limited {
    /// Too many at once or in a minute, and not too many in an hour.
    #[serde(default)]
    pub secondary: bool,
    /// With which status: 403 or 429.
    #[serde(default = "forbidden")]
    pub code: u16,
    /// Seconds until it can be asked again.
    pub seconds: u64,
}

fn forbidden() -> u16 {
    403
}

/// An answer in place of the true one.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FaultStatus {
    /// The status.
    pub code: u16,
    /// The body: a text, or a document. What such a host says to that status when nothing is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// Seconds after which to come again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
}

impl Odds {
    /// Whether something is among those that were drawn.
    pub(super) fn include(self, what: &str) -> bool {
        let drawn = digest(&SHA256, format!("{} {what}", self.seed).as_bytes());
        let drawn = drawn.as_ref().iter().take(4).fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
        drawn % 100 < u32::from(self.percent)
    }
}

#[cfg(test)]
mod tests {
    use super::Fault;

    #[test]
    fn what_is_not_known_is_refused() {
        for text in ["{path: a, effect: explode}", "{path: a, effect: half, kind: b}", "{path: a}"] {
            assert!(serde_saphyr::from_str::<Fault>(text).is_err(), "{text}");
        }
    }
}
