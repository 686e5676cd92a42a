//! Sweeps over faults: a client's flow runs in this process against a lab of its own for every request that it makes,
//! and nothing is answered from that request on. Then all goes well again and the flow is run once more.
//!
//! No real time passes: connections are cut at once, where a silent server would have to be waited for.

use kubectl_gitops_lab::{Effect, Fault, Host};

/// What a flow runs against.
pub(crate) trait Faulty {
    /// Lets something go wrong from now on.
    fn inject(&self, fault: Fault);
    /// Lets all go well again.
    fn clear_faults(&self);
    /// The journal, as `/_lab/requests` tells it.
    fn journal(&self) -> serde_json::Value;

    /// How many requests of a kind were carried out, whatever was told of them.
    fn done(&self, method: &str, end: &str) -> usize {
        let journal = self.journal();
        let is_meant = |entry: &&serde_json::Value| {
            let path = entry["target"].as_str().unwrap_or_default().split('?').next().unwrap_or_default();
            let carried_out = entry["carriedOut"].as_u64().unwrap_or_default();
            entry["method"] == method && path.ends_with(end) && (200..300).contains(&carried_out)
        };
        journal["requests"].as_array().into_iter().flatten().filter(is_meant).count()
    }
}

/// What becomes of the requests that are not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loss {
    /// They are not carried out.
    Request,
    /// They are carried out, and only their answers are lost.
    Answer,
}

/// At which of a flow's requests something goes wrong.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sample {
    /// At every one.
    Every,
    /// At so many, evenly apart, from a place that every day has another of.
    Seeded(u64),
}

impl Sample {
    /// So many, or every one where `GITOPS_EXHAUSTIVE` is set.
    pub(crate) fn seeded(count: u64) -> Self {
        match std::env::var_os("GITOPS_EXHAUSTIVE") {
            Some(_) => Self::Every,
            None => Self::Seeded(count),
        }
    }

    /// The requests, numbered from 0.
    fn of(self, requests: u64) -> Vec<u64> {
        match self {
            Self::Every => (0..requests).collect(),
            Self::Seeded(count) => {
                let apart = requests.div_ceil(count).max(1);
                let day = u64::try_from(jiff::Timestamp::now().as_second() / 86_400).unwrap_or_default();
                let first = day.wrapping_mul(7) % apart;
                (first..requests).step_by(usize::try_from(apart).unwrap_or(1)).collect()
            }
        }
    }
}

/// How many requests a flow makes when all goes well.
async fn count<H: Faulty, E: std::fmt::Debug>(
    set_up: &impl AsyncFn() -> H,
    flow: &impl AsyncFn(&H) -> Result<(), E>,
    check: &impl AsyncFn(&H, &str),
) -> u64 {
    let home = set_up().await;
    let requests = |home: &H| home.journal()["requests"].as_array().map_or(0, Vec::len);
    let before = requests(&home);
    flow(&home).await.expect("all goes well");
    let made = requests(&home) - before;
    check(&home, "nothing was lost").await;
    flow(&home).await.expect("again");
    check(&home, "run twice").await;
    u64::try_from(made).expect("few")
}

/// Loses everything from every request on, in both ways; the flow must fail then, and do all that is left when it is run
/// again. `check` holds that nothing is there twice or half. The answer is how many requests the flow makes.
pub(crate) async fn lose_everything_after_every_request<H: Faulty, E: std::fmt::Debug>(
    sample: Sample,
    set_up: impl AsyncFn() -> H,
    flow: impl AsyncFn(&H) -> Result<(), E>,
    check: impl AsyncFn(&H, &str),
) -> u64 {
    let requests = count(&set_up, &flow, &check).await;
    for after in sample.of(requests) {
        for loss in [Loss::Request, Loss::Answer] {
            let case = format!("nothing answered after {after} requests, lost is the {loss:?}");
            let home = set_up().await;
            let done = loss == Loss::Answer;
            home.inject(Fault { after, done, ..Fault::on(Host::Any, "**", Effect::Cut(0)) });
            flow(&home).await.expect_err(&case);
            home.clear_faults();
            flow(&home).await.expect(&case);
            check(&home, &case).await;
        }
    }
    requests
}

/// Lets each request once meet each effect, carried out or not. The flow may fail then; run again, it ends as if nothing
/// had been.
pub(crate) async fn fail_once_at_every_request<H: Faulty, E: std::fmt::Debug>(
    sample: Sample,
    effects: &[(Effect, Loss)],
    set_up: impl AsyncFn() -> H,
    flow: impl AsyncFn(&H) -> Result<(), E>,
    check: impl AsyncFn(&H, &str),
) {
    let requests = count(&set_up, &flow, &check).await;
    for after in sample.of(requests) {
        for (effect, loss) in effects {
            let case = format!("after {after} requests one met {effect:?}, lost is the {loss:?}");
            let home = set_up().await;
            let done = *loss == Loss::Answer;
            home.inject(Fault { after, done, times: Some(1), ..Fault::on(Host::Any, "**", effect.clone()) });
            if flow(&home).await.is_err() {
                flow(&home).await.expect(&case);
            }
            check(&home, &case).await;
        }
    }
}
