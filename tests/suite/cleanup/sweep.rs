//! Killed at every request and run again, a cleanup ends as one that was not disturbed. An ordinary run of the tests takes a
//! sample that a seed draws; `GITOPS_EXHAUSTIVE=1` takes all.
//!
//! No real time passes: connections are cut at once, requests are repeated at once, and the clock goes whenever something
//! waits for it.

use std::time::Duration;

use gitops_core::azure::{AzureAccess, GivenCredentials, GivenEndpoints};
use gitops_core::flow::{CleanupRequest, Context, DeliverySelection, cleanup};
use gitops_core::github::{Access, TokenSource};
use gitops_core::kubernetes::Options;
use gitops_core::model::Exit;
use gitops_core::model::cleanup::CleanupOptions;
use gitops_core::model::pipeline::Project;
use gitops_core::wire::retry::Patience;
use gitops_core::wire::{Clock, Configured, Proxies, Roots, Secret, ValueSource};
use kubectl_gitops_lab::{Effect, Fault, FaultStatus, Host};
use serde_json::Value;

use super::scene::Scene;
use crate::support::{Faulty, Loss};

/// Another seed, other cases.
const SEED: u64 = 20_260_102;
/// How many cases an ordinary run takes of each sweep.
const SAMPLE: usize = 6;
/// Twice, and at once.
const PATIENCE: Patience = Patience {
    attempts: 2,
    first: Duration::from_millis(1),
    longest: Duration::from_millis(1),
    limit: Duration::from_secs(20),
    waits_for_limits: true,
};

/// What is left in all three worlds.
#[derive(Debug, PartialEq)]
struct Worlds {
    configurations: Vec<String>,
    namespaces: Vec<String>,
    repositories: Vec<String>,
    flux: Vec<String>,
    workloads: Vec<String>,
}

/// A flow that is disturbed: with these options, from the default pipeline on.
struct Swept {
    scene: Scene,
    folder: tempfile::TempDir,
    options: CleanupOptions,
}

impl Faulty for Swept {
    fn inject(&self, fault: Fault) {
        self.scene.lab.inject(fault);
    }

    fn clear_faults(&self) {
        self.scene.lab.clear_faults();
    }

    fn journal(&self) -> Value {
        self.scene.lab.journal()
    }
}

impl Swept {
    async fn set(options: &CleanupOptions) -> Self {
        // Refused where a test before has installed it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let scene = Scene::set().await;
        let folder = tempfile::TempDir::new().expect("a folder");
        std::fs::write(folder.path().join("kubeconfig"), scene.lab.kubeconfig()).expect("a file");
        std::fs::write(folder.path().join("roots"), scene.lab.authority()).expect("a file");
        scene.lab.clear_journal();
        Self { scene, folder, options: options.clone() }
    }

    fn context(&self, clock: Clock) -> Context {
        let (lab, roots) = (&self.scene.lab, self.folder.path().join("roots"));
        let variable = |value: &str| Configured { value: value.to_owned(), source: ValueSource::Default };
        let (api, server) = Access::addresses(None, Some(lab.git_url()));
        let token = lab.git_token("admin").expect("a token");
        let github = Access {
            api,
            server,
            token: TokenSource::Given(Configured { value: Secret::new(token), source: ValueSource::Default }),
            authorities: Some(roots.clone()),
            proxies: Proxies::default(),
            timeout: Duration::from_secs(20),
            patience: PATIENCE,
        };
        let owner = lab.azure_client();
        let azure = AzureAccess {
            endpoints: GivenEndpoints {
                authority: Some(variable(lab.azure_url())),
                resource_manager: Some(variable(lab.azure_url())),
                cloud: None,
            },
            credentials: GivenCredentials {
                tenant: Some(owner.tenant),
                client: Some(owner.client),
                client_secret: Some(owner.secret),
                ..GivenCredentials::default()
            },
            authorities: Some(roots.clone()),
            proxies: Proxies::default(),
            timeout: Duration::from_secs(20),
            sign_in_limit: Duration::from_secs(20),
            patience: PATIENCE,
        };
        let options = Options {
            kubeconfig: Some(self.folder.path().join("kubeconfig")),
            timeout: Some(Duration::from_secs(20)),
            patience: Some(PATIENCE),
            roots: Roots::read(Some(&roots)).expect("roots"),
            ..Options::default()
        };
        Context::new(options, github, azure, clock, |_| ())
    }

    /// Cleans up once, as a command does that is not asked anything.
    async fn cleanup(&self) -> Result<(), String> {
        let clock = Clock::manual(self.scene.lab.now());
        let context = self.context(clock.clone());
        let cluster = "edge-1".parse().expect("a cluster");
        let request = CleanupRequest {
            project: Project::new("contoso", "hello").expect("a project"),
            selection: DeliverySelection { clusters: vec![cluster], ..DeliverySelection::default() },
            environments: Vec::new(),
            options: self.options.clone(),
        };
        let work = async {
            let planned = cleanup(&context, &request).await.map_err(|error| error.to_string())?;
            let report = planned.apply(Duration::from_secs(300)).await;
            match report.exit() {
                Exit::Done => Ok(()),
                exit => Err(format!("{exit:?}: {report:?}")),
            }
        };
        let passing = async {
            loop {
                if clock.waiting() > 0 {
                    self.scene.lab.step(Duration::from_secs(1));
                    clock.advance(Duration::from_secs(1));
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            ended = work => ended,
            () = passing => unreachable!("time passes for ever"),
        }
    }

    async fn worlds(&self) -> Worlds {
        let (configurations, namespaces, repositories) = self.scene.left().await;
        let names = |path: &str| {
            let list = self.scene.lab.get(path).unwrap_or_default();
            let items = list["items"].as_array().cloned().unwrap_or_default();
            let name =
                |item: &Value| format!("{}/{}", item["metadata"]["namespace"], item["metadata"]["name"]);
            items.iter().map(name).collect::<Vec<_>>()
        };
        let sources = names("/apis/source.toolkit.fluxcd.io/v1/gitrepositories");
        let kustomizations = names("/apis/kustomize.toolkit.fluxcd.io/v1/kustomizations");
        let workloads = names("/apis/apps/v1/deployments");
        Worlds {
            configurations,
            namespaces,
            repositories,
            flux: [sources, kustomizations].concat(),
            workloads,
        }
    }
}

/// Runs the cases of a sweep: each begins anew, is disturbed by `fault`, then runs once more undisturbed.
async fn sweep(options: CleanupOptions, faults: &[(&str, Effect, Loss, Option<u64>)]) {
    let undisturbed = Swept::set(&options).await;
    undisturbed.cleanup().await.expect("all goes well");
    let requests = undisturbed.journal()["requests"].as_array().map_or(0, Vec::len);
    assert!(requests > 30, "{requests}");
    let expected = undisturbed.worlds().await;
    let all: Vec<(usize, usize)> =
        (0..requests).flat_map(|after| (0..faults.len()).map(move |fault| (after, fault))).collect();
    for (after, fault) in chosen(all) {
        let (name, effect, loss, times) = &faults[fault];
        let case = format!("{name} after {after} of {requests} requests, lost is the {loss:?}");
        let disturbed = Swept::set(&options).await;
        let done = *loss == Loss::Answer;
        let after = u64::try_from(after).expect("few");
        disturbed.inject(Fault { after, done, times: *times, ..Fault::on(Host::Any, "**", effect.clone()) });
        let first = disturbed.cleanup().await;
        disturbed.clear_faults();
        if first.is_ok() {
            // Success is told only where it is so: what was disturbed came after all that counts, or was repeated.
            assert_eq!(disturbed.worlds().await, expected, "{case}: told as done");
        }
        disturbed.cleanup().await.unwrap_or_else(|error| panic!("{case}: {error}"));
        assert_eq!(disturbed.worlds().await, expected, "{case}");
    }
}

/// All cases, or those that the seed draws.
fn chosen<T>(mut cases: Vec<T>) -> Vec<T> {
    if std::env::var_os("GITOPS_EXHAUSTIVE").is_some() {
        return cases;
    }
    let mut random = fastrand::Rng::with_seed(SEED);
    random.shuffle(&mut cases);
    cases.truncate(SAMPLE);
    cases
}

fn status(code: u16) -> Effect {
    Effect::Status(FaultStatus { code, ..FaultStatus::default() })
}

fn kept() -> CleanupOptions {
    CleanupOptions { keeps_workloads: true, ..CleanupOptions::default() }
}

#[tokio::test]
async fn killed_at_any_request_and_run_again_nothing_is_left() {
    let lost = [
        ("cut for good", Effect::Cut(0), Loss::Request, None),
        ("cut for good", Effect::Cut(0), Loss::Answer, None),
    ];
    sweep(CleanupOptions::default(), &lost).await;
}

#[tokio::test]
async fn one_mishap_at_any_request_leaves_nothing_once_it_is_run_again() {
    let mishaps = [
        ("500", status(500), Loss::Request, Some(1)),
        ("500", status(500), Loss::Answer, Some(1)),
        ("429", status(429), Loss::Request, Some(1)),
        ("cut", Effect::Half, Loss::Answer, Some(1)),
        // More than are repeated.
        ("500 three times", status(500), Loss::Request, Some(3)),
        ("cut three times", Effect::Cut(0), Loss::Answer, Some(3)),
    ];
    sweep(CleanupOptions::default(), &mishaps).await;
}

#[tokio::test]
async fn workloads_that_are_kept_survive_a_kill_at_any_request() {
    let lost = [
        ("cut for good", Effect::Cut(0), Loss::Request, None),
        ("cut for good", Effect::Cut(0), Loss::Answer, None),
    ];
    sweep(kept(), &lost).await;
}
