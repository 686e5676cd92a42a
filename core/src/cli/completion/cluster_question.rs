//! Which cluster the words of a line select, as whom: what is asked, what the answer is kept by, and the words that ask
//! another process of this program the same.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::{Args, FromArgMatches};
use sha2::{Digest, Sha256};

use super::super::{ClusterArgs, EnvVars, Session};
use super::line::Line;
use crate::kubernetes::{Options, kubeconfig_files, sign_in_sources};
use crate::wire::PROXY_VARIABLES;

/// What of the environment says how a cluster is reached, besides proxies.
const VARIABLES: [&str; 3] = ["KUBERC", "KUBERNETES_SERVICE_HOST", "GITOPS_CA_FILE"];

/// What of the environment changes while nobody becomes somebody else: the shell's own variables.
const VOLATILE_VARIABLES: [&str; 6] = ["PWD", "OLDPWD", "SHLVL", "_", "COLUMNS", "LINES"];

/// What the variables of a shell's completion begin with.
const COMPLETION_VARIABLES: &str = "COMP_";

/// The flags that select a cluster and a person.
#[derive(Debug, clap::Args)]
pub(super) struct ClusterQuestion {
    #[command(flatten)]
    cluster: ClusterArgs,
    /// Kubeconfig context
    #[arg(long)]
    context: Option<String>,
}

impl ClusterQuestion {
    /// The words that select a cluster: those of a line, in one spelling, without contexts.
    pub(super) fn words(line: &Line<'_>, session: &Session) -> Vec<String> {
        let flags = line.given.iter().filter_map(|(argument, value)| {
            let long = argument.get_long()?;
            let value = value.filter(|_| ["kubeconfig", "as", "as-group"].contains(&long))?;
            Some(format!("--{long}={}", expand_home(long, value, session)))
        });
        flags.collect()
    }

    /// The contexts that a line names; `None` is the current one.
    pub(super) fn contexts(line: &Line<'_>) -> Vec<Option<String>> {
        let contexts = line.given.iter().filter(|(argument, _)| argument.get_long() == Some("context"));
        let named: Vec<Option<String>> =
            contexts.filter_map(|(_, value)| value.map(|value| Some(value.to_owned()))).collect();
        if named.is_empty() { vec![None] } else { named }
    }

    /// Reads [`Self::words`], and `--context=` among them.
    pub(super) fn read(words: impl IntoIterator<Item = OsString>) -> Option<Self> {
        let command = Self::augment_args(clap::Command::new("question").no_binary_name(true));
        let matches = command.try_get_matches_from(words).ok()?;
        Self::from_arg_matches(&matches).ok()
    }

    /// How the cluster is connected to: by nobody who could be asked. Reads `GITOPS_CA_FILE`.
    pub(super) fn options(&self, env_vars: &EnvVars) -> Option<Options> {
        let options = self.cluster.options_without_terminals(env_vars).ok()?;
        Some(Options { context: self.context.clone(), ..options })
    }
}

/// What an answer is kept by: everything that selects it, the person who asks above all. Files count by what they hold,
/// so that a changed one asks anew. Where a credential plugin signs in, every variable counts: `AWS_PROFILE` and its like
/// select the person, and nobody has a list of them.
pub(super) fn key(options: &Options, env_vars: &EnvVars) -> String {
    let mut digest = KeyDigest::default();
    for file in kubeconfig_files(options) {
        digest.add_file("kubeconfig", &file);
    }
    let sources = sign_in_sources(options);
    for file in &sources.files {
        digest.add_file("credentials", file);
    }
    if sources.has_plugin {
        for (name, value) in env_vars.iter().filter(|(name, _)| !is_volatile(name)) {
            digest.add("variable", name.as_encoded_bytes());
            digest.add("value", value.as_encoded_bytes());
        }
    }
    for name in VARIABLES.into_iter().chain(PROXY_VARIABLES) {
        digest.add(name, env_vars.get_os(name).unwrap_or_default().as_encoded_bytes());
    }
    digest.add("context", format!("{:?}", options.context).as_bytes());
    digest.add("as", format!("{:?} {:?}", options.impersonate, options.impersonate_groups).as_bytes());
    digest.add("version", env!("CARGO_PKG_VERSION").as_bytes());
    digest.hexadecimal()
}

fn is_volatile(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    VOLATILE_VARIABLES.contains(&&*name) || name.starts_with(COMPLETION_VARIABLES)
}

/// A digest of named values.
#[derive(Default)]
struct KeyDigest(Sha256);

impl KeyDigest {
    fn add(&mut self, name: &str, value: &[u8]) {
        for part in [name.as_bytes(), value] {
            self.0.update((part.len() as u64).to_le_bytes());
            self.0.update(part);
        }
    }

    /// A file's path and what it holds. A pipe is not read: what is taken from it is lost to who signs in.
    fn add_file(&mut self, name: &str, file: &Path) {
        let text = file.is_file().then(|| std::fs::read(file).ok()).flatten();
        self.add(name, file.as_os_str().as_encoded_bytes());
        self.add(name, &text.unwrap_or_default());
    }

    fn hexadecimal(self) -> String {
        self.0.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Shells leave `~/` in the words that they complete.
fn expand_home(long: &str, value: &str, session: &Session) -> String {
    let home = session.env_vars.get("HOME").filter(|_| long == "kubeconfig");
    match (value.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => format!("{home}/{rest}"),
        _ => value.to_owned(),
    }
}
