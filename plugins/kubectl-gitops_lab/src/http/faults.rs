//! Faults: what goes wrong with which requests. Nothing is done here: it says what is to be done.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use regex::Regex;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::Barrier;

/// The hosts of a lab.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Host {
    /// The Kubernetes API.
    #[default]
    Kubernetes,
    /// The git host.
    Git,
    /// GitHub's API, on the git host.
    Github,
}

/// Something that goes wrong with some requests.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fault {
    /// With whom; the Kubernetes API unless something else is said.
    #[serde(default)]
    pub host: Host,
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
    /// What happens to them.
    pub effect: Effect,
}

/// What happens to a request.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Effect {
    /// Another answer.
    Status(FaultStatus),
    /// The connection is cut after so many bytes of the answer's body; after none, before the answer.
    Cut(usize),
    /// The connection is cut when half of the body is told.
    Half,
    /// Nothing is answered.
    Silence,
    /// It is answered so much later, by the machine's clock.
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

/// What can be known of a request before it is answered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestFacts<'a> {
    pub(crate) host: Host,
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) is_watch: bool,
}

/// A fault on the look-out.
#[derive(Debug)]
struct Armed {
    fault: Fault,
    pattern: Regex,
    /// How many requests it was meant for.
    met: u64,
    barrier: Arc<Barrier>,
}

/// All faults, in the order in which they were set.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    armed: Vec<Armed>,
    /// How much later everything is answered.
    latency: Duration,
}

/// What is to be done about a request.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// What to wait for.
    pub(crate) delay: Duration,
    /// Who else to wait for.
    pub(crate) barriers: Vec<Arc<Barrier>>,
    /// What to do in place of answering well.
    pub(crate) effect: Option<Effect>,
}

impl Faults {
    pub(crate) fn with_latency(latency: Duration) -> Self {
        Self { latency, ..Self::default() }
    }

    pub(crate) fn arm(&mut self, fault: Fault) {
        let size = match fault.effect {
            Effect::Barrier(size) => size,
            _ => 1,
        };
        let (pattern, barrier) = (pattern(&fault.path), Arc::new(Barrier::new(size)));
        self.armed.push(Armed { fault, pattern, met: 0, barrier });
    }

    pub(crate) fn clear(&mut self) {
        self.armed.clear();
    }

    /// What is to be done about a request. Delays and barriers add up; of everything else the first counts.
    pub(crate) fn meet(&mut self, seen: RequestFacts<'_>) -> Plan {
        let mut plan = Plan { delay: self.latency, ..Plan::default() };
        for armed in self.armed.iter_mut().filter(|armed| armed.is_meant(seen)) {
            armed.met += 1;
            let turn = armed.met;
            let fault = &armed.fault;
            if turn <= fault.after || fault.times.is_some_and(|times| turn > fault.after + times) {
                continue;
            }
            match &fault.effect {
                Effect::Delay(delay) => plan.delay += delay.unsigned_abs(),
                Effect::Barrier(_) => plan.barriers.push(Arc::clone(&armed.barrier)),
                effect if plan.effect.is_none() => plan.effect = Some(effect.clone()),
                _ => {}
            }
        }
        plan
    }

    /// As a document: each with how many requests it was meant for.
    pub(crate) fn document(&self) -> Value {
        let told = |armed: &Armed| {
            let mut told = serde_json::to_value(&armed.fault).unwrap_or_default();
            told["met"] = armed.met.into();
            told
        };
        serde_json::json!({"faults": self.armed.iter().map(told).collect::<Vec<_>>()})
    }
}

impl Armed {
    fn is_meant(&self, seen: RequestFacts<'_>) -> bool {
        let fault = &self.fault;
        fault.host == seen.host
            && fault.method.as_deref().is_none_or(|method| method.eq_ignore_ascii_case(seen.method))
            && fault.watch.is_none_or(|watch| watch == seen.is_watch)
            && self.pattern.is_match(seen.path)
    }
}

fn pattern(path: &str) -> Regex {
    let escaped = regex::escape(path).replace(r"\*\*", ".*").replace(r"\*", "[^/]*");
    Regex::new(&format!("^{escaped}$")).expect("an escaped text is a pattern")
}

#[cfg(test)]
mod tests {
    use super::{Effect, Fault, FaultStatus, Faults, Host, RequestFacts};

    fn fault(text: &str) -> Fault {
        serde_saphyr::from_str(text).unwrap()
    }

    fn seen<'a>(method: &'a str, path: &'a str) -> RequestFacts<'a> {
        RequestFacts { host: Host::Kubernetes, method, path, is_watch: false }
    }

    #[test]
    fn a_fault_meets_those_it_is_meant_for_when_it_is_their_turn() {
        let mut faults = Faults::default();
        faults.arm(fault(
            "{method: get, path: /api/v1/namespaces/*/pods, watch: false, after: 1, times: 2, effect: silence}",
        ));
        let pods = "/api/v1/namespaces/dev/pods";
        for other in [
            seen("POST", pods),
            seen("GET", "/api/v1/namespaces/dev/pods/a"),
            seen("GET", "/api/v1/namespaces/dev/extra/pods"),
            RequestFacts { is_watch: true, ..seen("GET", pods) },
            RequestFacts { host: Host::Git, ..seen("GET", pods) },
        ] {
            assert_eq!(faults.meet(other).effect, None, "{other:?}");
        }
        let met: Vec<bool> = (0..4).map(|_| faults.meet(seen("GET", pods)).effect.is_some()).collect();
        assert_eq!(met, [false, true, true, false]);
        assert_eq!(faults.document()["faults"][0]["met"], 4);
        faults.clear();
        assert_eq!(faults.meet(seen("GET", pods)).effect, None);
    }

    #[test]
    fn delays_add_up_and_the_first_of_the_others_counts() {
        let mut faults = Faults::with_latency(std::time::Duration::from_millis(80));
        for text in [
            "{path: '**', effect: {delay: 20ms}}",
            "{path: '**', effect: {barrier: 2}}",
            "{path: '**', effect: {status: {code: 429, retryAfter: 3, body: slowly}}}",
            "{path: '**', effect: half}",
        ] {
            faults.arm(fault(text));
        }
        let plan = faults.meet(seen("GET", "/version"));
        assert_eq!((plan.delay.as_millis(), plan.barriers.len()), (100, 1));
        let answer = FaultStatus { code: 429, body: Some("slowly".into()), retry_after: Some(3) };
        assert_eq!(plan.effect, Some(Effect::Status(answer)));
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for text in ["{path: a, effect: explode}", "{path: a, effect: half, kind: b}", "{path: a}"] {
            assert!(serde_saphyr::from_str::<Fault>(text).is_err(), "{text}");
        }
    }
}
