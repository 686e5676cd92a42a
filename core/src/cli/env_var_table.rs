//! The environment variables that the suite reads: what each means, and which commands read it. The reference and
//! the man pages are made of this table; a test compares it with what the sources read.

use super::env_vars::FRONT_VARIABLE;

/// Variables with one meaning.
#[derive(Clone, Copy, Debug)]
pub struct EnvVarRow {
    /// Their names, the one that counts first before the others.
    pub names: &'static [&'static str],
    /// What they mean, in Markdown's spelling of code.
    pub meaning: &'static str,
    /// Who reads them.
    pub readers: EnvVarReaders,
}

/// Who reads a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnvVarReaders {
    /// Every command.
    All,
    /// Commands that have this flag.
    WithFlag(&'static str),
    /// The commands of these words.
    Commands(&'static [&'static str]),
    /// Programs beside the suite: it only sets them.
    OtherPrograms,
    /// Tests.
    Tests,
}

use EnvVarReaders::{All, Commands, OtherPrograms, Tests, WithFlag};

/// Commands that connect to a cluster.
const CLUSTERS: EnvVarReaders = WithFlag("--kubeconfig");
/// Commands that ask GitHub.
const GITHUB: EnvVarReaders = WithFlag("--github-token-file");

/// Commands that look where the suite is installed.
const INSTALLATION: EnvVarReaders = Commands(&["link", "version"]);

const fn row(names: &'static [&'static str], readers: EnvVarReaders, meaning: &'static str) -> EnvVarRow {
    EnvVarRow { names, meaning, readers }
}

/// Every variable once.
pub const ENV_VARS: &[EnvVarRow] = &[
    row(
        &["KUBECONFIG"],
        CLUSTERS,
        "the kubeconfig, or several with `:` between (`;` on Windows), as kubectl's; `--kubeconfig` comes first",
    ),
    row(
        &["KUBERC"],
        CLUSTERS,
        "kubectl's preferences; those count that say which credential plugins may run",
    ),
    row(
        &["KUBERNETES_SERVICE_HOST"],
        CLUSTERS,
        "set in a pod, whose service account counts where there is no kubeconfig",
    ),
    row(
        &["GITOPS_CA_FILE"],
        CLUSTERS,
        "certificate authorities (PEM) to trust besides the kubeconfig's and the system's, of clusters, of GitHub and of Azure",
    ),
    row(
        &["GITOPS_GITHUB_TOKEN", "GH_TOKEN", "GITHUB_TOKEN", "TOKEN"],
        GITHUB,
        "the GitHub token, in this order (`TOKEN` only where it holds one of GitHub's); else `gh auth token` is asked. It is sent to the configured host alone",
    ),
    row(
        &["GITHUB_API_URL", "GITHUB_SERVER_URL"],
        GITHUB,
        "where GitHub is, as Actions sets them; one tells the other",
    ),
    row(
        &["GITHUB_REPOSITORY"],
        WithFlag("--revision"),
        "the repository that the pipeline is found from, as Actions sets it, without `--project`",
    ),
    row(
        &["GITHUB_RUN_ID"],
        WithFlag("--record"),
        "the workflow's run that the commit status of `status --wait --record` links to, as Actions sets it",
    ),
    row(
        &["GITHUB_ACTIONS"],
        All,
        "`true` where stdout and stderr are a workflow's log, as Actions sets it: no line of it is a command then",
    ),
    row(
        &["AZURE_CREDENTIALS_SP"],
        CLUSTERS,
        "a service principal for Azure, as `az ad sp create-for-rbac --json-auth` prints it; it comes before the other credentials",
    ),
    row(
        &["GITOPS_SOURCE_TOKEN", "GITOPS_DELIVERY_TOKEN"],
        Commands(&["setup"]),
        "the tokens of workflows: of those that start workflows of the source repository, and of those that open pull requests in the gitops repository",
    ),
    row(
        &["GITOPS_PULL_TOKEN", "GITOPS_IMAGE_PULL_TOKEN"],
        Commands(&["setup"]),
        "the tokens of clusters: the one that they fetch the gitops repository with, and the one that they pull images with",
    ),
    row(
        &["AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_FEDERATED_TOKEN_FILE"],
        CLUSTERS,
        "the credential for Azure: tenant and client, with a secret or with a file that holds a federated token; without either the Azure CLI (`az`) is asked",
    ),
    row(
        &["AZURE_AUTHORITY_HOST", "GITOPS_ARM_ENDPOINT"],
        CLUSTERS,
        "where Azure signs in and where its Resource Manager is; of a known cloud one tells the other. Tokens are sent to these hosts alone",
    ),
    row(
        &["GITOPS_ORG"],
        WithFlag("--org"),
        "organisation, or user, that owns the repositories, without `--org`",
    ),
    row(
        &["HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"],
        CLUSTERS,
        "proxies on the way to clusters, as kubectl's (a kubeconfig's `proxy-url` comes first), to GitHub and to Azure",
    ),
    row(
        &["NO_PROXY", "no_proxy"],
        CLUSTERS,
        "hosts, domains and networks that are reached without a proxy, with commas between",
    ),
    row(
        &["ALL_PROXY", "all_proxy"],
        GITHUB,
        "a proxy on the way to GitHub and to Azure, where neither of the others is set",
    ),
    row(&["NO_COLOR"], All, "no colours"),
    row(&["TERM"], WithFlag("--color"), "`dumb`: a terminal that shows neither colours nor a screen"),
    row(
        &["FORCE_HYPERLINK"],
        WithFlag("--color"),
        "`1`: the terminal shows hyperlinks; `0`: it does not. Without it terminals are known by the variables below",
    ),
    row(
        &["TERM_PROGRAM", "VTE_VERSION", "WT_SESSION", "KONSOLE_VERSION", "DOMTERM"],
        WithFlag("--color"),
        "what terminals set that show hyperlinks",
    ),
    row(&["HOME"], All, "where `.kube/config`, `.kube/kuberc` and Krew's `.krew` are looked for"),
    row(&["USERPROFILE"], INSTALLATION, "the same for Krew's folder where `HOME` is not set, as on Windows"),
    row(&["KREW_ROOT"], INSTALLATION, "Krew's folder, as Krew's; `~/.krew` without it"),
    row(
        &["XDG_CACHE_HOME", "LOCALAPPDATA"],
        CLUSTERS,
        "the folder of caches, where completion keeps in `kubectl-gitops/completion` what a cluster said last; else `~/.cache`, on macOS `~/Library/Caches`, on Windows `LOCALAPPDATA`",
    ),
    row(
        &["PATH"],
        All,
        "where programs are looked for: credential plugins of the kubeconfig, `gh`, `az`, `git`, the command that the lab runs, and `kubectl-gitops-<command>` of a command that is not the suite's",
    ),
    row(
        &[FRONT_VARIABLE],
        Commands(&["lab replay", "lab demo"]),
        "the program of the suite that started the lab, which sets it",
    ),
    row(
        &[
            "GIT_CONFIG_COUNT",
            "GIT_CONFIG_KEY_0",
            "GIT_CONFIG_VALUE_0",
            "GIT_CONFIG_KEY_1",
            "GIT_CONFIG_VALUE_1",
        ],
        OtherPrograms,
        "set by the `env.sh` of `kubectl gitops-lab up`, so that git trusts the lab and knows its token; it sets `KUBECONFIG`, `GITOPS_CA_FILE`, `GITHUB_API_URL`, `GITHUB_SERVER_URL`, `GH_TOKEN`, `GITOPS_ORG` and those of Azure too, and takes `GIT_SSL_CAINFO` away, which would hide that",
    ),
    row(
        &["AZURE_CONFIG_DIR", "REQUESTS_CA_BUNDLE"],
        OtherPrograms,
        "set by the `env.sh` of `kubectl gitops-lab up` and by a line that it tells, so that `az` knows the lab, and no cloud beside it",
    ),
    row(
        &["AZURE_SUBSCRIPTION_ID", "GITOPS_LAB_RESOURCE_GROUP", "GITOPS_LAB_CLUSTER"],
        OtherPrograms,
        "set by the same, for `az` and curl: the subscription of the lab's cluster in Azure, its resource group and its name there",
    ),
    row(&["GITOPS_NOW"], Tests, "the time that counts as now (RFC 3339); for tests"),
];

impl EnvVarReaders {
    /// Whether a command reads it that is known by `words` (`lab replay`) and has the flags that `has_flag` tells.
    pub fn include(self, words: &str, has_flag: impl Fn(&str) -> bool) -> bool {
        match self {
            All => true,
            WithFlag(flag) => has_flag(flag),
            Commands(commands) => commands.contains(&words),
            OtherPrograms | Tests => false,
        }
    }
}
