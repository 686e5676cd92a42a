//! How much GitHub is asked: each distinct question once, nothing again that cannot have changed, nothing while a rate
//! limit is reached.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use gitops_core::model::Exit;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::objects::{REVISION, replaced};
use crate::support::{Call, InProcess, Reply, Server, listed};

const START: &str = "2026-11-23T03:00:00Z";
const APPLIED: &str = "d61d3702f941f7a0787e29e428e569152f66e7bf";
const OLDER: &str = "0a0a0a02f941f7a0787e29e428e569152f66e7bf";
const SOURCE: &str = "1a2b3c4d5e6f1a2b3c4d5e6f1a2b3c4d5e6f1a2b";

/// The objects of one environment, which follows a branch and has applied a commit of it.
fn following(namespace: &str, branch: &str, applied: &str) -> Vec<Value> {
    let (environment, _) = namespace.split_once('-').expect("a namespace");
    let texts = [
        (REVISION.replacen("dev", environment, 1), format!("{branch}@sha1:{applied}")),
        (format!(r#""branch":"{environment}""#), format!(r#""branch":"{branch}""#)),
    ];
    replaced(
        super::objects::environment(namespace),
        &texts.each_ref().map(|(from, to)| (from.as_str(), to.as_str())),
    )
}

/// Fifty environments; what each follows and has applied is said by its number.
fn fifty(followed: impl Fn(usize) -> (String, &'static str)) -> Vec<Value> {
    let environments = (0..50).map(|number| {
        let (branch, applied) = followed(number);
        following(&format!("team{number:02}-hello"), &branch, applied)
    });
    environments.flatten().collect()
}

/// GitHub, where the newest commit of every branch is `APPLIED`.
fn github(call: &Call) -> Reply {
    let text = |text: &str| Reply::Whole(200, Vec::new(), format!("{text}\n"));
    match call.path.strip_prefix("/repos/contoso").unwrap_or_default() {
        "/hello-gitops/actions/variables/SRC_REPO" => {
            Reply::Json(200, json!({"name": "SRC_REPO", "value": "contoso/hello"}))
        }
        "/hello-gitops/contents/.github/tracking/Version" => text("0.0.1-42"),
        "/hello-gitops/contents/.github/tracking/Promoted_Commit_Id" => text(SOURCE),
        "/hello-gitops/pulls" => Reply::Json(200, json!([])),
        path if path.starts_with("/hello-gitops/git/ref/heads/") => {
            Reply::Json(200, json!({"object": {"sha": APPLIED}}))
        }
        path if path.starts_with("/hello-gitops/compare/") => {
            Reply::Json(200, json!({"ahead_by": 1, "behind_by": 0}))
        }
        path if path.ends_with("/statuses") => Reply::Json(200, json!([])),
        _ => Reply::Json(404, json!({"message": "Not Found"})),
    }
}

fn is_github(call: &Call) -> bool {
    call.path.starts_with("/repos/")
}

/// A cluster with objects and a GitHub, and a session that reaches both.
pub(super) struct Scene {
    server: Server,
    pub(super) session: InProcess,
    _authority: tempfile::NamedTempFile,
}

impl Scene {
    fn new(objects: Vec<Value>, github: impl Fn(&Call) -> Reply + Send + Sync + 'static) -> Self {
        Self::serving(move |call| listed(&objects, call), github)
    }

    pub(super) fn serving(
        cluster: impl Fn(&Call) -> Reply + Send + Sync + 'static,
        github: impl Fn(&Call) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let server = Server::start(move |call| if is_github(call) { github(call) } else { cluster(call) });
        let authority = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(authority.path(), server.authority()).expect("a file");
        let path = authority.path().display().to_string();
        let url = server.url();
        let variables = [
            ("GITOPS_CA_FILE", path.as_str()),
            ("GITHUB_API_URL", &url),
            ("GITHUB_SERVER_URL", "https://git.example"),
            ("GH_TOKEN", "ghp_hunter2hunter2hunter2"),
        ];
        let start = START.parse().expect("a time");
        let session = InProcess::with_variables(&server.kubeconfig(), start, &variables);
        Self { server, session, _authority: authority }
    }

    /// How often GitHub was asked each question.
    pub(super) fn questions(&self) -> BTreeMap<String, usize> {
        let mut questions = BTreeMap::new();
        for call in self.server.calls().iter().filter(|call| is_github(call)) {
            *questions.entry(format!("{}?{}", call.path, call.query)).or_default() += 1;
        }
        questions
    }

    fn requests(&self) -> usize {
        self.server.calls().iter().filter(|call| is_github(call)).count()
    }

    async fn status(&self) -> Value {
        let exit = self.session.run(&["-A", "-o", "json"], kubectl_gitops_status::run).await;
        assert_eq!(exit, Exit::Done, "{}", self.session.err());
        serde_json::from_str(&self.session.out()).expect("a document")
    }

    /// Watches while `passing` lets time pass.
    pub(super) async fn watch(&self, passing: impl Future<Output = ()>) {
        self.session.watch(passing).await;
    }

    /// Lets time pass as soon as the command waits for it, and the server hear what it is asked then.
    pub(super) async fn pass(&self, time: Duration) {
        self.session.pass(&self.server, time).await;
    }

    fn has_passed(&self, seconds: i64) -> bool {
        let start: Timestamp = START.parse().expect("a time");
        self.session.clock.now().duration_since(start).as_secs() >= seconds
    }
}

fn versions(document: &Value) -> usize {
    let environments = document["environments"].as_array().expect("environments").iter();
    environments.filter(|environment| environment["version"] == "0.0.1-42").count()
}

#[tokio::test]
async fn fifty_environments_of_one_branch_ask_each_question_once() {
    let scene = Scene::new(fifty(|_| ("dev".to_owned(), APPLIED)), github);
    let document = scene.status().await;
    assert_eq!(versions(&document), 50, "{document}");
    assert_eq!(document["worlds"][1]["answer"], "complete");
    let questions = scene.questions();
    assert!(questions.values().all(|times| *times == 1), "{questions:#?}");
    // Of the gitops repository: variable, head, pull requests, four files, a commit, runs. Of the source: its variables,
    // those of the environment, the newest commit, statuses, runs.
    assert_eq!(questions.len(), 14, "{questions:#?}");

    // In the middle of a roll-out there are two commits, and what lies between them.
    let scene =
        Scene::new(fifty(|number| ("dev".to_owned(), if number < 20 { OLDER } else { APPLIED })), github);
    assert_eq!(versions(&scene.status().await), 50);
    let questions = scene.questions();
    assert!(questions.values().all(|times| *times == 1), "{questions:#?}");
    assert_eq!(questions.len(), 20, "{questions:#?}");
}

#[tokio::test]
async fn a_question_without_an_answer_is_one_row_however_many_ask_it() {
    let scene = Scene::new(fifty(|_| ("dev".to_owned(), APPLIED)), |call| {
        if call.path.ends_with("/pulls") { Reply::Json(403, json!({"message": "no"})) } else { github(call) }
    });
    let document = scene.status().await;
    let missing = document["worlds"][1]["missing"].as_array().expect("a list");
    assert_eq!(missing.len(), 1, "{missing:?}");
    assert_eq!(missing[0]["resource"], "pull requests to dev of contoso/hello-gitops");
}

/// An hour of a watch: what may change is asked for every thirty seconds, what cannot change never again.
#[tokio::test]
async fn an_hour_of_watching_fifty_environments_stays_within_500_requests() {
    let scene = Scene::new(fifty(|_| ("dev".to_owned(), APPLIED)), github);
    scene
        .watch(async {
            while !scene.has_passed(3600) {
                let before = scene.requests();
                scene.pass(Duration::from_secs(30)).await;
                while scene.requests() < before + 3 && !scene.has_passed(3600) {
                    scene.pass(Duration::from_secs(1)).await;
                }
            }
        })
        .await;
    let questions = scene.questions();
    let total: usize = questions.values().sum();
    assert!((150..=500).contains(&total), "{total}: {questions:#?}");
    for (question, times) in questions {
        let most = match question {
            _ if question.contains("/contents/") => 1,
            _ if question.contains("/variables/") => 7,
            _ => 121,
        };
        assert!(times <= most, "{question}: {times}");
    }
}

/// A repository that the token does not see, and a token that is refused, are asked about more seldom.
#[tokio::test]
async fn an_hour_without_any_answer_stays_within_500_requests_too() {
    for (status, message) in [(404, "Not Found"), (401, "Bad credentials")] {
        let refused = move |_: &Call| Reply::Json(status, json!({"message": message}));
        let scene = Scene::new(fifty(|_| ("dev".to_owned(), APPLIED)), refused);
        scene
            .watch(async {
                while !scene.has_passed(3600) {
                    scene.pass(Duration::from_secs(15)).await;
                }
            })
            .await;
        assert!((20..=500).contains(&scene.requests()), "{status}: {}", scene.requests());
    }
}

/// GitHub answers so many requests and refuses the rest of the hour.
fn limited_after(most: usize, count: Arc<AtomicUsize>, reset: i64) -> impl Fn(&Call) -> Reply + Send + Sync {
    move |call| {
        if count.fetch_add(1, Ordering::SeqCst) < most {
            return github(call);
        }
        let headers =
            vec![("x-ratelimit-remaining", "0".to_owned()), ("x-ratelimit-reset", reset.to_string())];
        Reply::Whole(403, headers, json!({"message": "API rate limit exceeded"}).to_string())
    }
}

fn second_of(start: &str) -> i64 {
    start.parse::<Timestamp>().expect("a time").as_second()
}

#[tokio::test]
async fn nothing_is_sent_after_the_rate_limit_is_reached() {
    let count = Arc::new(AtomicUsize::new(0));
    let github = limited_after(20, count.clone(), second_of(START) + 720);
    let scene = Scene::new(fifty(|number| (format!("branch{number}"), APPLIED)), github);
    let document = scene.status().await;
    let asked = count.load(Ordering::SeqCst);
    assert!((21..=36).contains(&asked), "what was under way at most: {asked}");
    let missing = document["worlds"][1]["missing"].as_array().expect("a list");
    let limit = "rate limit reached; it resets at 03:12 UTC (in 12 min)";
    assert!(missing.len() > 50, "{missing:#?}");
    assert!(missing.iter().all(|missing| missing["why"] == limit), "{missing:#?}");
}

/// So many questions about an environment follow from nothing that GitHub says.
const FIRST_QUESTIONS: usize = 13;

#[tokio::test]
async fn a_watch_waits_until_the_limit_resets_and_goes_on() {
    let count = Arc::new(AtomicUsize::new(0));
    let (refused, reset) = (count.clone(), second_of(START) + 720);
    let scene = Scene::new(following("dev-hello", "dev", APPLIED), move |call| {
        // What comes after the limit has reset is answered.
        match limited_after(0, refused.clone(), reset)(call) {
            reply if refused.load(Ordering::SeqCst) <= FIRST_QUESTIONS => reply,
            _ => github(call),
        }
    });
    scene
        .watch(async {
            while scene.requests() == 0 || !scene.session.out().contains("rate limit reached") {
                scene.pass(Duration::from_secs(1)).await;
            }
            let before = scene.requests();
            while !scene.has_passed(700) {
                scene.pass(Duration::from_secs(10)).await;
            }
            assert_eq!(scene.requests(), before, "before the limit resets nothing is asked");
            assert!(before <= FIRST_QUESTIONS, "{before}");
            while !scene.session.out().contains("0.0.1-42") {
                assert!(!scene.has_passed(1500), "nothing was asked again: {}", scene.session.out());
                scene.pass(Duration::from_secs(10)).await;
            }
        })
        .await;
    let out = scene.session.out();
    assert!(out.contains("rate limit reached; it resets at 03:12 UTC\""), "{out}");
}
