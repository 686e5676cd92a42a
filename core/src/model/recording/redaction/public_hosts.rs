//! Hosts that everybody uses, which identify nobody: they stay, because what a verdict is about is often whose host it
//! is. What is left of a host of a cloud's customers is the cloud.

/// Public services, and whether the first part of a path on them names a customer.
const PUBLIC: [(&str, bool); 24] = [
    ("github.com", true),
    ("api.github.com", false),
    ("ssh.github.com", true),
    ("raw.githubusercontent.com", true),
    ("ghcr.io", true),
    ("pkg-containers.githubusercontent.com", false),
    ("gitlab.com", true),
    ("registry.gitlab.com", true),
    ("bitbucket.org", true),
    ("dev.azure.com", true),
    ("management.azure.com", false),
    ("login.microsoftonline.com", false),
    ("mcr.microsoft.com", false),
    ("docker.io", true),
    ("index.docker.io", true),
    ("registry-1.docker.io", true),
    ("auth.docker.io", false),
    ("quay.io", true),
    ("gcr.io", true),
    ("registry.k8s.io", false),
    ("k8s.gcr.io", false),
    ("public.ecr.aws", true),
    ("token.actions.githubusercontent.com", false),
    ("localhost", false),
];

/// The part of a customer's host that says whose service it is.
const SERVICES: [&str; 10] = [
    ".azurecr.io",
    ".visualstudio.com",
    ".blob.core.windows.net",
    ".vault.azure.net",
    ".azmk8s.io",
    ".amazonaws.com",
    ".pkg.dev",
    ".googleapis.com",
    ".servicebus.windows.net",
    ".database.windows.net",
];

/// Whether a host identifies nobody: a public service, or a service inside of the cluster.
pub(super) fn is_public(host: &str) -> bool {
    let is_inside = host.ends_with(".svc") || host.ends_with(".cluster.local");
    is_inside || PUBLIC.iter().any(|(public, _)| *public == host)
}

/// Whether the first part of a path on this public host names a customer.
pub(super) fn has_accounts(host: &str) -> bool {
    PUBLIC.contains(&(host, true))
}

/// The end of a host's name that says whose service it is; empty where nothing does.
pub(super) fn service(host: &str) -> &'static str {
    SERVICES.into_iter().find(|service| host.ends_with(service)).unwrap_or_default()
}

/// The groups of Kubernetes' and Flux's API look like hosts and are none.
pub(super) fn is_api_group(word: &str) -> bool {
    const GROUPS: [&str; 8] = [
        "k8s.io",
        "kubernetes.io",
        "fluxcd.io",
        "gitops.dev",
        "helm.sh",
        "cert-manager.io",
        "monitoring.coreos.com",
        "clusterconfig.azure.com",
    ];
    GROUPS
        .iter()
        .any(|group| word == *group || word.strip_suffix(group).is_some_and(|rest| rest.ends_with('.')))
}
