//! The spine: what a promotion flow is about, named once. The worlds add evidence to it; none of them owns it. A
//! pipeline without a cluster at hand is still a pipeline.
//!
//! From observations to a verdict: what a cluster answered, then what GitHub did, in any order. Nothing here asks anybody;
//! whoever does goes on until no question is open.
//!
//! ```
//! use gitops_core::model::cluster::{Answer, ClusterState, Kind, Scope, Selection};
//! use gitops_core::model::github::PullRequest;
//! use gitops_core::model::pipeline::ClusterRef;
//! use gitops_core::model::upstream::{
//!     GithubAnswer, GithubAnswers, GithubQuestion, GithubScope, join, upstreams, wanted_questions,
//! };
//! use gitops_core::model::verdict::{Reason, Standing, picture};
//! use serde_json::json;
//!
//! // The cluster: environment dev follows branch dev, and has applied what it fetched.
//! let commit = "d61d3702f941f7a0787e29e428e569152f66e7bf";
//! let revision = format!("dev@sha1:{commit}");
//! let source = json!({
//!     "metadata": { "name": "hello-dev", "namespace": "dev-hello" },
//!     "spec": { "url": "https://github.com/contoso/hello-gitops", "ref": { "branch": "dev" } },
//!     "status": { "observedGeneration": 0, "artifact": { "revision": revision } },
//! });
//! let kustomization = json!({
//!     "metadata": { "name": "hello-dev", "namespace": "dev-hello" },
//!     "spec": { "sourceRef": { "kind": "GitRepository", "name": "hello-dev" } },
//!     "status": {
//!         "observedGeneration": 0, "lastAttemptedRevision": revision, "lastAppliedRevision": revision,
//!     },
//! });
//! let mut cluster = ClusterState::new(ClusterRef::Context("edge".to_owned()));
//! for (kind, object) in [(Kind::GitRepository, source), (Kind::Kustomization, kustomization)] {
//!     cluster.replace(Scope::namespace(kind, "dev-hello"), Answer::Objects(vec![object]));
//! }
//! let selection = Selection::Namespace("dev-hello".to_owned());
//! let mut picture = picture(&cluster, &selection, "2026-01-12T09:00:00Z".parse()?);
//!
//! // GitHub: a deployment waits for approval, and little else is there.
//! let scope = GithubScope::of(&picture, "github.com");
//! let mut answers = GithubAnswers::default();
//! loop {
//!     let wanted = wanted_questions(&scope, &answers).into_iter();
//!     let open: Vec<GithubQuestion> = wanted.filter(|question| answers.get(question).is_none()).collect();
//!     if open.is_empty() {
//!         break;
//!     }
//!     for question in open {
//!         let answer = match &question {
//!             GithubQuestion::Head(..) => GithubAnswer::Text(commit.to_owned()),
//!             GithubQuestion::Pulls(..) => GithubAnswer::Pulls(vec![PullRequest::from_json(&json!({
//!                 "number": 7, "state": "open", "title": "Deploy to 'dev' '0.0.1-13'",
//!                 "html_url": "https://github.com/contoso/hello-gitops/pull/7",
//!             }))]),
//!             _ => GithubAnswer::Absent,
//!         };
//!         answers.insert(question, answer);
//!     }
//! }
//! join(&mut picture, &scope, &upstreams(&scope, &answers, None));
//!
//! // The standing says what runs; what is on its way is a remark, with the command that goes on.
//! let dev = &picture.environments[0];
//! assert_eq!((dev.standing, dev.reason), (Standing::Deployed, Reason::Applied));
//! assert!(dev.remarks.iter().any(|remark| remark.reason == Reason::PullRequestOpen));
//! assert_eq!(dev.next[0].command, "gh pr view https://github.com/contoso/hello-gitops/pull/7");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Azure's part is added by [`crate::model::compliance::join`] in the same way.

mod chain;
mod cluster;
mod cluster_count;
mod environment;
mod hold;
mod repositories;
mod resolved;
mod tested;
mod view;

pub use chain::{ChainError, chain};
pub use cluster::{ClusterRef, EnvironmentId};
pub use cluster_count::ClusterCount;
pub use environment::{DeploymentTarget, Environment, target_path};
pub use hold::Hold;
pub use repositories::{Pipeline, Role, conventional, role};
pub use resolved::{Resolved, ResolvedFrom};
pub use tested::Tested;
pub use view::{ChainEnvironment, PipelineView, RepositoryView};
