//! How long a verdict waits before it believes something, and how much it looks at: every such number, once.

/// A source that cannot be fetched is a remark for this long, then a failure: most faults of a network mend
/// themselves within one retry.
pub const FETCH_GRACE_SECONDS: i64 = 60;

/// An artifact that cannot be used is believed to lack the folder after this long: until then it looks the same
/// as one that could not be downloaded, which is retried.
pub const ARTIFACT_GRACE_SECONDS: i64 = 60;

/// A controller that has not taken up a change, or an attempt that has outlasted its timeout, is believed to
/// be at a standstill after this long.
pub const CONTROLLER_PATIENCE_SECONDS: i64 = 60;

/// What began at a time that nobody kept is believed to be under way for this long after the last thing that is known of
/// it.
pub const UNKNOWN_BEGINNING_SECONDS: i64 = 3600;

/// A controller of Flux that ended badly again and again has to run this long before it is believed: after so long the
/// kubelet forgets the back-off, too.
pub const CONTROLLER_PROOF_SECONDS: i64 = 600;

/// A namespace that is being deleted is gone by now, unless something holds it.
pub const NAMESPACE_DELETION_SECONDS: i64 = 60;

/// An object that refers to another which is not there may be older than it by this much: both are being made.
pub const CREATION_GRACE_SECONDS: i64 = 60;

/// A container that was restarted again and again has to run this long before it is believed.
pub const CONTAINER_PROOF_SECONDS: i64 = 60;

/// That changes by hand were put back is news for this long.
pub const DRIFT_NEWS_SECONDS: i64 = 3600;
/// A workload without a ready pod has failed after this long, outside of a roll-out: a pod that is deleted, evicted
/// or restarted is back within that time as a rule, and whoever is called at night wants to know soon after.
pub const OUTAGE_GRACE_SECONDS: i64 = 60;

/// A roll-out may go so long without progress where its workload does not say how long: the default of a
/// Deployment's `progressDeadlineSeconds`. StatefulSets and DaemonSets have no such field.
pub const PROGRESS_DEADLINE_SECONDS: i64 = 600;

/// A probe that failed again within this time, on average, has not passed for long in between.
pub const FLAPPING_GAP_SECONDS: i64 = 300;

/// That a volume cannot be mounted is believed for this long after the kubelet said it last: it says so at every try,
/// at first, and less often later.
pub const MOUNT_NEWS_SECONDS: i64 = 600;

/// So many namespaces are asked one by one; beyond that the whole cluster is asked at once.
pub const NAMESPACES_ONE_BY_ONE: usize = 5;

/// At most so many containers are asked for their last lines.
pub const LOGS_ASKED: usize = 3;

/// At most so many nodes are asked for, of each kustomization.
pub const NODES_ASKED: usize = 3;

/// At most so many Secrets are looked for.
pub const SECRETS_ASKED: usize = 5;

/// So many Flux configurations of a cluster of Azure's are asked one by one; beyond that their list is.
pub const CONFIGURATIONS_ONE_BY_ONE: usize = 3;

/// Resource Graph shows by now what Resource Manager has known for this long.
pub const GRAPH_LAG_SECONDS: i64 = 600;

/// That the certificate of Azure's agents expires is told so long before: they renew it much earlier.
pub const CERTIFICATE_NOTICE_SECONDS: i64 = 14 * 86_400;

/// So many open pull requests of an environment are listed; the others are counted.
pub const PULL_REQUESTS_LISTED: usize = 3;
