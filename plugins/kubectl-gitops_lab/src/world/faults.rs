//! Faults: what goes wrong with which requests. Nothing is done here: it says what is to be done.
//!
//! Which requests a fault meets is decided by their order alone, which the world's lock gives, or by a seed; so the same
//! requests meet the same faults in every run. Flux's polls are counted apart: how often a controller asks does not move
//! what a client meets.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use regex::Regex;
use serde_json::Value;
use tokio::sync::Barrier;

use super::fault::{Effect, Fault};
use super::host::Host;
use super::journal::RequestLine;

/// What can be known of a request before it is answered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestFacts<'a> {
    pub(crate) host: Host,
    pub(crate) site: Option<&'a str>,
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) is_watch: bool,
}

impl<'a> RequestFacts<'a> {
    pub(crate) fn of(line: &'a RequestLine) -> Self {
        let path = line.target.split('?').next().unwrap_or_default();
        let (site, method) = (line.site.as_deref(), line.method.as_str());
        Self { host: line.host, site, method, path, is_watch: line.is_watch }
    }
}

/// A fault on the look-out.
#[derive(Debug)]
struct Armed {
    fault: Fault,
    pattern: Regex,
    /// How many requests it was meant for.
    met: u64,
    /// How many polls it was meant for.
    polled: u64,
    /// How often each method and path was asked.
    occurrences: HashMap<(String, String), u64>,
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
    /// How long to wait.
    pub(crate) delay: Duration,
    /// Who else to wait for.
    pub(crate) barriers: Vec<Arc<Barrier>>,
    /// What to do in place of answering well.
    pub(crate) effect: Option<Effect>,
    /// Whether what was asked for is done before.
    pub(crate) is_done: bool,
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
        let occurrences = HashMap::new();
        self.armed.push(Armed { fault, pattern, met: 0, polled: 0, occurrences, barrier });
    }

    pub(crate) fn clear(&mut self) {
        self.armed.clear();
    }

    /// What is to be done about a request. Delays and barriers add up; of everything else the first counts.
    pub(super) fn plan_for(&mut self, request: RequestFacts<'_>) -> Plan {
        let plan = Plan { delay: self.latency, ..Plan::default() };
        self.plan(plan, request, |armed| &mut armed.met)
    }

    /// The same about a poll of a controller, which nothing delays but what is said of it.
    pub(super) fn plan_for_poll(&mut self, request: RequestFacts<'_>) -> Plan {
        self.plan(Plan::default(), request, |armed| &mut armed.polled)
    }

    /// Adds what is to be done about a request that is counted by `counter`.
    fn plan(
        &mut self,
        mut plan: Plan,
        request: RequestFacts<'_>,
        counter: fn(&mut Armed) -> &mut u64,
    ) -> Plan {
        for armed in self.armed.iter_mut().filter(|armed| armed.is_meant(request)) {
            *counter(armed) += 1;
            let turn = *counter(armed);
            if armed.strikes(turn, request) {
                plan.add(armed);
            }
        }
        plan
    }

    /// As a document: each with how many requests it was meant for.
    pub(crate) fn document(&self) -> Value {
        let described = |armed: &Armed| {
            let mut fault = serde_json::to_value(&armed.fault).unwrap_or_default();
            fault["met"] = armed.met.into();
            fault["polled"] = armed.polled.into();
            fault
        };
        serde_json::json!({"faults": self.armed.iter().map(described).collect::<Vec<_>>()})
    }
}

impl Plan {
    fn add(&mut self, armed: &Armed) {
        match &armed.fault.effect {
            Effect::Delay(delay) => self.delay += delay.unsigned_abs(),
            Effect::Barrier(_) => self.barriers.push(Arc::clone(&armed.barrier)),
            effect if self.effect.is_none() => {
                self.effect = Some(effect.clone());
                let tells_an_answer = matches!(effect, Effect::Half | Effect::Cut(1..));
                self.is_done = armed.fault.done || tells_an_answer;
            }
            _ => {}
        }
    }
}

impl Armed {
    fn is_meant(&self, request: RequestFacts<'_>) -> bool {
        let fault = &self.fault;
        fault.host.covers(request.host)
            && fault.site.as_deref().is_none_or(|site| request.site == Some(site))
            && fault.method.as_deref().is_none_or(|method| method.eq_ignore_ascii_case(request.method))
            && fault.watch.is_none_or(|watch| watch == request.is_watch)
            && self.pattern.is_match(request.path)
    }

    /// Whether the request with this turn fails.
    fn strikes(&mut self, turn: u64, request: RequestFacts<'_>) -> bool {
        let fault = &self.fault;
        if turn <= fault.after || fault.times.is_some_and(|times| turn > fault.after + times) {
            return false;
        }
        let Some(odds) = fault.odds else { return true };
        let line = (request.method.to_ascii_uppercase(), request.path.to_owned());
        let occurrence = self.occurrences.entry(line.clone()).or_default();
        *occurrence += 1;
        odds.include(&format!("{} {} {occurrence}", line.0, line.1))
    }
}

fn pattern(path: &str) -> Regex {
    let escaped = regex::escape(path).replace(r"\*\*", ".*").replace(r"\*", "[^/]*");
    Regex::new(&format!("^{escaped}$")).expect("an escaped text is a pattern")
}

#[cfg(test)]
mod tests {
    use super::{Effect, Fault, Faults, Host, RequestFacts};
    use crate::world::fault::{FaultStatus, Odds};

    fn fault(text: &str) -> Fault {
        serde_saphyr::from_str(text).unwrap()
    }

    fn asked<'a>(method: &'a str, path: &'a str) -> RequestFacts<'a> {
        RequestFacts { host: Host::Kubernetes, site: Some("lab"), method, path, is_watch: false }
    }

    #[test]
    fn a_fault_meets_those_it_is_meant_for_when_it_is_their_turn() {
        let mut faults = Faults::default();
        faults.arm(fault(
            "{method: get, site: lab, path: /api/v1/namespaces/*/pods, watch: false, after: 1, times: 2, effect: silence}",
        ));
        let pods = "/api/v1/namespaces/dev/pods";
        for other in [
            asked("POST", pods),
            asked("GET", "/api/v1/namespaces/dev/pods/a"),
            asked("GET", "/api/v1/namespaces/dev/extra/pods"),
            RequestFacts { is_watch: true, ..asked("GET", pods) },
            RequestFacts { host: Host::Git, ..asked("GET", pods) },
            RequestFacts { site: Some("lab-2"), ..asked("GET", pods) },
        ] {
            assert_eq!(faults.plan_for(other).effect, None, "{other:?}");
        }
        let met: Vec<bool> = (0..4).map(|_| faults.plan_for(asked("GET", pods)).effect.is_some()).collect();
        assert_eq!(met, [false, true, true, false]);
        assert_eq!(faults.document()["faults"][0]["met"], 4);
        faults.clear();
        assert_eq!(faults.plan_for(asked("GET", pods)).effect, None);
    }

    #[test]
    fn one_numbering_goes_over_all_hosts_and_polls_aside() {
        let mut faults = Faults::default();
        faults.arm(fault("{host: any, path: '**', after: 2, effect: silence}"));
        let on = |host| RequestFacts { host, ..asked("GET", "/contoso/hello/info/refs") };
        let mut fails = |host| faults.plan_for(on(host)).effect.is_some();
        assert_eq!([Host::Kubernetes, Host::Github].map(&mut fails), [false, false]);
        assert!(faults.plan_for_poll(on(Host::Git)).effect.is_none(), "the first of the polls");
        assert_eq!(
            [Host::Git, Host::Kubernetes].map(|host| faults.plan_for(on(host)).effect.is_some()),
            [true; 2]
        );
    }

    #[test]
    fn delays_add_up_and_the_first_of_the_others_counts() {
        let mut faults = Faults::with_latency(std::time::Duration::from_millis(80));
        for text in [
            "{path: '**', effect: {delay: 20ms}}",
            "{path: '**', effect: {barrier: 2}}",
            "{path: '**', done: true, effect: {status: {code: 429, retryAfter: 3, body: slowly}}}",
            "{path: '**', effect: half}",
        ] {
            faults.arm(fault(text));
        }
        let plan = faults.plan_for(asked("GET", "/version"));
        assert_eq!((plan.delay.as_millis(), plan.barriers.len(), plan.is_done), (100, 1, true));
        let answer = FaultStatus { code: 429, body: Some("slowly".into()), retry_after: Some(3) };
        assert_eq!(plan.effect, Some(Effect::Status(answer)));
    }

    #[test]
    fn what_fails_is_not_done_unless_it_is_said_or_told_of() {
        for (text, is_done) in [
            ("{path: '**', effect: silence}", false),
            ("{path: '**', done: true, effect: silence}", true),
            ("{path: '**', effect: {cut: 0}}", false),
            ("{path: '**', done: true, effect: {cut: 0}}", true),
            ("{path: '**', effect: {cut: 1}}", true),
            ("{path: '**', effect: half}", true),
        ] {
            let mut faults = Faults::default();
            faults.arm(fault(text));
            assert_eq!(faults.plan_for(asked("POST", "/a")).is_done, is_done, "{text}");
        }
    }

    #[test]
    fn a_seed_decides_by_method_path_and_occurrence_whatever_else_is_asked() {
        let decided = |seed: u64, others: usize| -> Vec<bool> {
            let mut faults = Faults::default();
            let odds = Some(Odds { seed, percent: 40 });
            faults.arm(Fault { odds, ..fault("{path: '**', effect: silence}") });
            let mut decide = |path: &str| faults.plan_for(asked("GET", path)).effect.is_some();
            let mut decided = Vec::new();
            for _ in 0..50 {
                for _ in 0..others {
                    decide("/other");
                }
                decided.push(decide("/a"));
            }
            decided
        };
        assert_eq!(decided(1, 0), decided(1, 3));
        assert_ne!(decided(1, 0), decided(2, 0));
        let failed = decided(1, 0).into_iter().filter(|fails| *fails).count();
        assert!((10..30).contains(&failed), "{failed} of 50");
    }
}
