//! The wire contract of the promotional flow: every name that existing repositories, clusters and workflows
//! carry, each written once. Read and written, never renamed.

/// Variable of the configs and gitops repositories: the source repository, `owner/name`.
pub const SRC_REPO: &str = "SRC_REPO";
/// Variable of the source repository: the configs repository, `owner/name`.
pub const CONFIGS_REPO: &str = "CONFIGS_REPO";
/// Variable of the source and configs repositories: the gitops repository, `owner/name`.
pub const MANIFESTS_REPO: &str = "MANIFESTS_REPO";
/// Variable of the source repository: the first environment of the chain.
pub const START_ENVIRONMENT: &str = "START_ENVIRONMENT";
/// Environment-level variable of the source repository: the environment after that one; absent on the last.
pub const NEXT_ENVIRONMENT: &str = "NEXT_ENVIRONMENT";

/// Secret of all three repositories: the GitHub token that their workflows have.
pub const BOOTSTRAP_TOKEN: &str = "CD_BOOTSTRAP_TOKEN";
/// Secret of the source repository: a service principal as JSON (`clientId`, `clientSecret`, `tenantId`,
/// `subscriptionId`).
pub const AZURE_CREDENTIALS: &str = "AZURE_CREDENTIALS_SP";
/// Secret of an application's namespace that images are pulled with.
pub const PULL_SECRET: &str = "cr-secret";

/// The deployment environment of all three repositories that jobs name which only start the next workflow: secrets are
/// given to jobs of an environment alone.
pub const NOTIFY_ENVIRONMENT: &str = "notify";

/// Environment-level variable of the source repository: the hold on that environment, as JSON.
pub const HOLD: &str = "HOLD";
/// File of the source repository's default branch with what a pipeline keeps to: clusters, gates, windows.
pub const PIPELINE_FILE: &str = ".gitops/pipeline.yaml";

/// The workflow that builds a source commit.
pub const CI_WORKFLOW: &str = "ci";
/// The workflow that renders manifests and opens a pull request.
pub const DEPLOY_WORKFLOW: &str = "deploy";
/// The workflow that waits until clusters have applied a merge.
pub const POST_DEPLOYMENT_WORKFLOW: &str = "post-deployment";
/// The workflow of the gitops repository that a merge starts.
pub const NOTIFY_WORKFLOW: &str = "notify-on-pr";
/// The workflow of the configs repository that a change of values starts.
pub const NOTIFY_CONFIGURATION_WORKFLOW: &str = "notify-on-config-change";

/// What the configs repository's name ends in, after the project's.
pub const CONFIGS_SUFFIX: &str = "-configs";
/// What the gitops repository's name ends in, after the project's.
pub const GITOPS_SUFFIX: &str = "-gitops";

/// Tracking file with the version of the application, one line.
pub const TRACKING_VERSION: &str = ".github/tracking/Version";
/// Tracking file with the commit of the source repository, one line.
pub const TRACKING_SOURCE_COMMIT: &str = ".github/tracking/Promoted_Commit_Id";
/// Tracking file with the commit of the configs repository, one line.
pub const TRACKING_CONFIG_COMMIT: &str = ".github/tracking/Config_Commit_Id";
/// Tracking file with the tag of the container image, one line.
pub const TRACKING_IMAGE_TAG: &str = ".github/tracking/Image_tag";

/// Tracking file that says whether what is deployed goes on to the next environment: `y` or `n`.
pub const TRACKING_PROMOTION: &str = ".github/tracking/Promotion";

/// Label of a deployment's pull request that may go on to the next environment.
pub const PROMOTED_LABEL: &str = "promoted";

/// Label of a namespace with its project's name.
pub const PROJECT_LABEL: &str = "gitops.dev/project";
/// Label of a namespace with its environment's name.
pub const ENVIRONMENT_LABEL: &str = "gitops.dev/environment";

/// The namespace of Flux and of the objects that Azure's agents make for it.
pub const FLUX_NAMESPACE: &str = "flux-system";
/// Label with the name of the kustomization that applied an object.
pub const OWNER_NAME_LABEL: &str = "kustomize.toolkit.fluxcd.io/name";
/// Label with the namespace of the kustomization that applied an object.
pub const OWNER_NAMESPACE_LABEL: &str = "kustomize.toolkit.fluxcd.io/namespace";
/// Label with the name of the Helm release that an object belongs to.
pub const RELEASE_NAME_LABEL: &str = "helm.toolkit.fluxcd.io/name";
/// Label with the namespace of the Helm release that an object belongs to.
pub const RELEASE_NAMESPACE_LABEL: &str = "helm.toolkit.fluxcd.io/namespace";
/// Annotation of an event with the revision that kustomize-controller speaks of.
pub const REVISION_ANNOTATION: &str = "kustomize.toolkit.fluxcd.io/revision";
/// Annotation that asks a controller of Flux to reconcile now; its value comes back in
/// `status.lastHandledReconcileAt`.
pub const RECONCILE_ANNOTATION: &str = "reconcile.fluxcd.io/requestedAt";
/// Namespace and name of the ConfigMap that says which Arc cluster this is.
pub const ARC_CONFIG: (&str, &str) = ("azure-arc", "azure-clusterconfig");
/// Label with value `true` on objects that Azure's agent manages.
pub const AZURE_MANAGED_LABEL: &str = "clusterconfig.azure.com/is-managed";
/// Label with the name of the Flux configuration of Azure that an object belongs to.
pub const AZURE_CONFIGURATION_LABEL: &str = "clusterconfig.azure.com/name";

/// The namespace of an environment: `<environment>-<project>`.
pub fn namespace(environment: &str, project: &str) -> String {
    format!("{environment}-{project}")
}

/// The deployment environment that holds the reviewers of an environment. They stand apart from its variables and secrets,
/// because a rule of an environment stops every job that names it.
pub fn approval_environment(environment: &str) -> String {
    format!("{environment}-approval")
}

/// Environment and project of a namespace that is named by convention; `None` without a hyphen.
pub fn split_namespace(namespace: &str) -> Option<(&str, &str)> {
    namespace.split_once('-')
}

/// The Flux configuration, its source and its kustomization: `<project>-<environment>`.
pub fn configuration(project: &str, environment: &str) -> String {
    format!("{project}-{environment}")
}

/// The project of a configuration of this environment; `None` where the name is not made by convention.
pub fn project_of_configuration<'a>(configuration: &'a str, environment: &str) -> Option<&'a str> {
    let project = configuration.strip_suffix(environment)?.strip_suffix('-')?;
    (!project.is_empty()).then_some(project)
}

/// Project and environment of a configuration whose environment is not known: the last word is the
/// environment, because projects have hyphens more often than environments.
pub fn split_configuration(configuration: &str) -> Option<(&str, &str)> {
    configuration.rsplit_once('-')
}

/// The version that a run of `ci` gives what it builds, by the number of the run: `0.0.1-<number>`, or what another version
/// of the application has before its number. `None` where the run's number is not told, or versions are made in another way.
pub fn version_of_build(run: u64, known: Option<&str>) -> Option<String> {
    let prefix = match known {
        None => "0.0.1",
        Some(version) => {
            let (prefix, number) = version.rsplit_once('-')?;
            let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
            Some(prefix).filter(|_| is_number)?
        }
    };
    (run > 0).then(|| format!("{prefix}-{run}"))
}

/// The context of the commit status with an environment's deployment.
pub fn deployment_status(environment: &str) -> String {
    environment.to_owned()
}

/// The context of the commit status with an environment's end-to-end verdict.
pub fn e2e_status(environment: &str) -> String {
    format!("e2e/{environment}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_has_the_number_of_its_run() {
        for (run, known, version) in [
            (13, None, Some("0.0.1-13")),
            (13, Some("0.0.1-12"), Some("0.0.1-13")),
            (7, Some("1.4.0-6"), Some("1.4.0-7")),
            (0, Some("0.0.1-12"), None),
            (13, Some("1.4.0"), None),
            (13, Some("1.4.0-rc1"), None),
            (13, Some("1.4.0-"), None),
        ] {
            assert_eq!(version_of_build(run, known).as_deref(), version, "{run} {known:?}");
        }
    }

    #[test]
    fn names_are_taken_apart_as_they_are_made() {
        let namespace = namespace("dev", "hello-world");
        assert_eq!(split_namespace(&namespace), Some(("dev", "hello-world")));
        let configuration = configuration("hello-world", "dev");
        assert_eq!(project_of_configuration(&configuration, "dev"), Some("hello-world"));
        assert_eq!(split_configuration(&configuration), Some(("hello-world", "dev")));
        assert_eq!(project_of_configuration("dev", "dev"), None);
        assert_eq!(project_of_configuration("-dev", "dev"), None);
        assert_eq!(project_of_configuration("hello-dev", "qa"), None);
    }
}
