//! Why an environment stands where it does. The words are API: programs compare them.

use serde::Serialize;

use super::Standing;
use crate::model::Why;

/// Why it stands there, and what a remark is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Reason {
    // Deployed
    /// The revision is applied.
    Applied,
    // Syncing
    /// A newer revision is fetched.
    NewRevision,
    /// It waits until the health check of the revision before it ends.
    WaitingBehind,
    // Reconciling
    /// It is being built or applied.
    Progressing,
    /// Its workloads' health is awaited.
    HealthCheck,
    /// The kustomization is being deleted.
    Deleting,
    // NotDeployed
    /// The source has not been fetched yet.
    SourceNotReady,
    /// The source that the kustomization names is not there.
    SourceMissing,
    /// The folder is not in the repository.
    PathMissing,
    /// The fetched artifact cannot be used, for another reason.
    ArtifactFailed,
    /// Another kustomization must be ready first.
    DependencyNotReady,
    /// A source or objects are there, their kustomization is not.
    KustomizationMissing,
    // Fetching
    /// The git server refuses the token.
    TokenRejected,
    /// The Secret with the token is not there.
    GitSecretMissing,
    /// The Secret cannot be used.
    AuthenticationFailed,
    /// The repository is not there, or the token may not see it.
    RepositoryNotFound,
    /// The branch is not there.
    BranchNotFound,
    /// The server's certificate is not trusted.
    CertificateRefused,
    /// The server's name is not known.
    HostNotResolved,
    /// Nothing listens at the address.
    ConnectionRefused,
    /// The server does not answer in time.
    FetchTimeout,
    /// The fetch failed for another reason.
    FetchFailed,
    // Failed
    /// kustomize could not build the folder.
    BuildFailed,
    /// Variables could not be substituted.
    SubstitutionFailed,
    /// The API server refused an object.
    ApplyRefused,
    /// Objects that left the repository could not be removed.
    PruneFailed,
    /// Workloads did not become healthy in time.
    HealthCheckFailed,
    /// Flux gave up until something is changed.
    Stalled,
    /// Another failure that Flux reports.
    ReconciliationFailed,
    /// Applied, but a workload does not run.
    WorkloadNotReady,
    /// Applied, but a workload is gone.
    WorkloadMissing,
    // Suspended
    /// The kustomization is suspended.
    KustomizationSuspended,
    /// The source is suspended.
    SourceSuspended,
    // Unknown
    /// One of Flux's controllers does not run.
    ControllerNotRunning,
    /// The source is of a kind that is not followed.
    SourceKindNotFollowed,
    /// What is needed may not be read.
    NotReadable,
    /// What is needed was not answered.
    NoAnswer,
    // Remarks alone
    /// Somebody's change was put back.
    DriftCorrected,
    /// Somebody changed an object by hand.
    Drift,
    /// The objects are in another cluster, which is not asked.
    RemoteCluster,
    /// Whether this revision failed before cannot be known.
    MemoryMissing,
    /// A Job among the manifests failed.
    JobFailed,
    /// A Helm release among the manifests is not ready.
    ReleaseNotReady,
    /// The source is being deleted.
    SourceDeleting,
    /// The namespace is being deleted.
    NamespaceTerminating,
    // Remarks from GitHub
    /// A pull request to the branch is open.
    PullRequestOpen,
    /// The branch has a commit that the cluster has not fetched.
    MergedNotFetched,
    /// What the cluster applied is no longer in the branch's history.
    HistoryRewritten,
    /// Nothing on the branch tells what was deployed.
    TrackingMissing,
    /// A status of the deployed commit says that something went wrong.
    StatusFailed,
    /// The next environment has not got what runs here.
    NextIsBehind,
}

/// What is behind a refused apply or an unhealthy workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Cause {
    // of workloads, the clearest first
    /// An image cannot be pulled.
    ImagePull,
    /// A container starts and ends again and again.
    CrashLoop,
    /// A ConfigMap, Secret or volume that a container needs is missing.
    ContainerConfiguration,
    /// No node takes the pod.
    Unschedulable,
    /// A quota refuses the pods.
    Quota,
    /// Pods are refused by something else.
    PodsRefused,
    /// A Job failed.
    JobFailed,
    /// The roll-out made no progress within its deadline.
    ProgressDeadline,
    /// Pods are not ready and nothing says why.
    NotReady,
    // of refused objects
    /// A field that cannot be changed was changed.
    Immutable,
    /// The object is not valid.
    Invalid,
    /// Flux may not do this.
    Forbidden,
    /// The object's namespace is not there.
    NamespaceMissing,
    /// The object's kind is not known to the server.
    KindMissing,
    /// An admission webhook refused it, or could not be asked.
    WebhookDenied,
}

impl Reason {
    /// The word for a standing that is not known because something was not answered.
    pub(super) fn of_unanswered(why: &Why) -> Self {
        if why.is_refusal() { Reason::NotReadable } else { Reason::NoAnswer }
    }
}

macro_rules! display_as_serialized {
    ($($word:ty),*) => {$(
        impl std::fmt::Display for $word {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&format!("{self:?}"))
            }
        }
    )*};
}

display_as_serialized!(Standing, Reason, Cause);
