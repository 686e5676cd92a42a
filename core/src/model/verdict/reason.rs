//! Why an environment stands where it does. The words are API: programs compare them.

use super::words::words;
use crate::model::Why;

words! {
    /// Why it stands there, and what a remark is about.
    Reason {
        // Deployed
        Applied: "the revision is applied",
        // Syncing
        NewRevision: "a newer revision is fetched",
        WaitingBehind: "it waits until the health check of the revision before it ends",
        // Reconciling
        Progressing: "it is being built or applied",
        HealthCheck: "its workloads' health is awaited",
        Deleting: "it is being deleted",
        Installing: "a Helm release is being installed",
        Upgrading: "a Helm release is being upgraded",
        // NotDeployed
        SourceNotReady: "the source has not been fetched yet",
        SourceMissing: "the source that the kustomization names is not there",
        PathMissing: "the folder is not in the repository",
        ArtifactFailed: "the fetched artifact cannot be used, for another reason",
        DependencyNotReady: "another kustomization or Helm release must be ready first",
        KustomizationMissing: "a source or objects are there, their kustomization is not",
        // Fetching
        TokenRejected: "the server refuses the token, key or credentials",
        GitSecretMissing: "the Secret with the token, key or credentials is not there",
        AuthenticationFailed: "the Secret cannot be used",
        RepositoryNotFound: "the repository or bucket is not there, or the token may not see it",
        BranchNotFound: "the branch is not there",
        ReferenceNotFound: "the tag, version, commit or digest is not there",
        CertificateRefused: "the server's certificate is not trusted",
        HostKeyRefused: "the git server's SSH host key is not the one in known_hosts",
        VerificationFailed: "the signature of what was fetched is refused",
        HostNotResolved: "the server's name is not known",
        ConnectionRefused: "nothing listens at the address",
        FetchTimeout: "the server does not answer in time",
        RateLimited: "the server takes no more requests for now",
        ProxyFailed: "the proxy on the way to the server fails",
        FetchFailed: "the fetch failed for another reason",
        // Failed
        BuildFailed: "kustomize could not build the folder",
        DecryptionFailed: "an encrypted file could not be decrypted (SOPS)",
        SubstitutionFailed: "variables could not be substituted",
        ApplyRefused: "the API server refused an object",
        PruneFailed: "objects that left the repository could not be removed",
        HealthCheckFailed: "workloads did not become healthy in time",
        Stalled: "Flux gave up until something is changed",
        ReconciliationFailed: "another failure that Flux reports",
        WorkloadNotReady: "applied, but a workload does not run",
        WorkloadMissing: "applied, but a workload is gone",
        InstallFailed: "a Helm release could not be installed",
        UpgradeFailed: "a Helm release could not be upgraded",
        RollbackFailed: "a Helm release could not be rolled back",
        UninstallFailed: "a Helm release could not be uninstalled",
        TestFailed: "the tests of a Helm release failed",
        RolledBack: "a Helm release was rolled back to the version before",
        ReleaseLocked: "a Helm operation that was cut off keeps the release locked",
        ChartNotReady: "the chart of a Helm release cannot be had",
        ValuesMissing: "values of a Helm release are not there, or cannot be read",
        // Suspended
        KustomizationSuspended: "the kustomization is suspended",
        SourceSuspended: "the source is suspended",
        ReleaseSuspended: "the Helm release is suspended",
        // Unknown
        ControllerNotRunning: "one of Flux's controllers does not run",
        DeadlineExceeded: "it should have ended by now, and nothing says why it has not",
        SourceKindNotFollowed: "the source is of a kind that is not followed",
        NotReadable: "what is needed may not be read",
        NoAnswer: "what is needed was not answered",
        NotObserved: "no cluster of it is at hand, and nobody else tells where it stands",
        ReadinessUnknown: "Azure alone tells of it, and does not tell whether its workloads are ready",
        // Remarks alone
        ChangedSince: "what made Flux fail is no longer as it was, and Flux has not looked since",
        DriftCorrected: "somebody's change was put back",
        Drift: "somebody changed an object by hand",
        RemoteCluster: "the objects are in another cluster, which is not asked",
        MemoryMissing: "whether this revision failed before cannot be known",
        ReferenceIgnored: "a source names several references, and one outranks the branch",
        WorkloadPaused: "a workload is paused, and its pods do not run the newest template",
        NodeNotReady: "pods are on a node that does not answer",
        JobFailed: "a Job among the manifests failed, or fails again and again",
        ReleaseNotReady: "a Helm release among the manifests is not ready",
        SourceDeleting: "the source is being deleted",
        NothingDeploys: "a namespace that was asked about is not there, or no Flux object deploys to it",
        NamespaceTerminating: "the namespace is being deleted",
        // Remarks from GitHub
        ClockSkew: "the clock of this machine and the API server's are more than 30 s apart",
        CiNotStarted: "no run of `ci` began for the newest source commit",
        CiRunning: "`ci` builds the newest source commit",
        CiFailed: "`ci` failed for the newest source commit",
        DeployNotDispatched: "what is built, or proved in the environment before, was not handed to `deploy`",
        DeployRunning: "`deploy` renders the manifests",
        DeployAwaitsReview: "a run of `deploy` waits for the reviewers of its environment",
        DeployFailed: "a run of `deploy` failed",
        PullRequestOpen: "a deployment waits for approval: to merge it is to approve it",
        PullRequestConflicts: "the pull request of a deployment cannot be merged",
        PullRequestOutdated: "an open pull request was rendered from a configuration that is not the newest",
        PullRequestSuperseded: "an open pull request is older than what is deployed: to merge it is to go back",
        NotNotified: "a merge started no `post-deployment`, so that nothing goes on after it",
        MergedNotFetched: "the branch has a commit that the cluster has not fetched",
        HistoryRewritten: "what the cluster applied is no longer in the branch's history",
        Superseded: "another commit took the place of this one before it was applied everywhere",
        OlderVersion: "an older version was deployed over a newer one",
        ConfigurationNewer: "the configuration has a change that is not rendered",
        TrackingMissing: "nothing on the branch tells what was deployed",
        StatusFailed: "a status of the deployed source commit says that something went wrong",
        HeldBy: "a person put a hold on the environment: promotions leave it alone",
        NextIsBehind: "the next environment is behind this one",
        ChainCircular: "the chain of environments leads back to itself",
        // Remarks from Azure
        NonCompliant: "Azure was told that something of its Flux configuration is not as wanted",
        ComplianceLags: "Azure has not heard yet of what the cluster says",
        ComplianceDisagrees: "Azure was told otherwise than the cluster says",
        ComplianceUnknown: "the cluster's agent has reported nothing to Azure yet: neither success nor failure",
        ConfigurationMissing: "Azure does not have the Flux configuration that objects here are made of",
        ConfigurationSuspended: "delivery was stopped in Azure, and the cluster has not heard of it",
        ConfigurationChanging: "a change of the Flux configuration is under way in Azure",
        ProvisioningFailed: "the last change of the Flux configuration failed in Azure",
        GraphDisagrees: "Resource Graph says otherwise than Resource Manager, which counts",
        ClusterOffline: "Azure does not hear of the cluster",
        CertificateExpired: "the certificate of the cluster's agents has expired: Azure cannot reach it any more",
        CertificateExpires: "the certificate of the cluster's agents expires soon, and was not renewed",
    }
}

words! {
    /// What is behind a refused apply or an unhealthy workload.
    Cause {
        // of workloads, the clearest first, and last those that do not say what is wrong
        ImagePull: "an image cannot be pulled",
        CrashLoop: "a container starts and ends again and again",
        ContainerConfiguration: "a ConfigMap, Secret or volume that a container needs is missing",
        Unschedulable: "no node takes the pod",
        VolumeMount: "a volume cannot be attached or mounted",
        Quota: "a quota refuses the pods, or the object",
        PodsRefused: "pods are refused by something else",
        JobFailed: "a Job failed",
        Terminating: "a pod that is being deleted does not go",
        NodeNotReady: "the node does not answer",
        Paused: "the roll-out is paused",
        ProgressDeadline: "the roll-out made no progress within its deadline",
        NotReady: "pods are not ready and nothing says why",
        // of Helm releases that gave up
        RetriesExceeded: "Helm was tried as often as it may be",
        MissingRollbackTarget: "there is no version to roll back to",
        // of what waits for other objects
        DependencyCycle: "they wait for each other in a circle",
        // of merges that started nothing
        SkipMarker: "the commit's message tells workflows to skip it",
        StartsNothing: "it was merged with a token whose pushes start no workflow",
        WorkflowDisabled: "the workflow is disabled",
        WorkflowMissing: "the workflow is not there",
        WorkflowFailed: "the workflow failed",
        // of controllers that do not run
        OutOfMemory: "it needs more memory than it may have",
        ControllerMissing: "it is not installed, or was deleted",
        NamespaceTerminating: "its namespace is being deleted",
        // of refused objects
        Immutable: "a field that cannot be changed was changed",
        Invalid: "the object is not valid",
        Forbidden: "Flux may not do this",
        NamespaceMissing: "the object's namespace is not there",
        KindMissing: "the object's kind is not known to the server",
        WebhookDenied: "an admission webhook or policy refused it",
        WebhookUnreachable: "an admission webhook could not be asked",
    }
}

impl Reason {
    /// The word for a standing that is not known because something was not answered.
    pub(super) fn of_unanswered(why: &Why) -> Self {
        if why.is_refusal() { Reason::NotReadable } else { Reason::NoAnswer }
    }
}
