//! Why there are no credentials. What a plugin printed is never part of it: that may be a token.

use std::path::PathBuf;

use crate::model::harmless;

/// Why a request cannot be signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialsError {
    /// A value of the kubeconfig cannot be sent in a header, or is no base64.
    #[error("its {field} {why}")]
    Field {
        /// The field, as the kubeconfig spells it.
        field: &'static str,
        /// What is wrong.
        why: String,
    },
    /// A file that the kubeconfig names cannot be read.
    #[error("its {field} {} cannot be read: {why}", file.display())]
    File {
        /// The field, as the kubeconfig spells it.
        field: &'static str,
        /// The file.
        file: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// The user signs in with what kubectl has removed.
    #[error("no Auth Provider found for name {name:?}")]
    AuthProvider {
        /// The provider's name.
        name: String,
    },
    /// The identity token has expired. kubectl can renew it; this program cannot.
    #[error("its id-token has expired or cannot be read")]
    IdentityTokenExpired,
    /// The preferences of kubectl do not let the plugin run.
    #[error("{reason}")]
    PluginRefused {
        /// kubectl's reason, in its words.
        reason: String,
    },
    /// There is no such program.
    #[error("the credential plugin {command} is not there")]
    PluginAbsent {
        /// The program.
        command: String,
        /// How to install it, as the kubeconfig says.
        install_hint: Option<String>,
    },
    /// The plugin wants a person, and there is none.
    #[error("the credential plugin {command} cannot ask: standard input is not a terminal")]
    NoTerminal {
        /// The program.
        command: String,
    },
    /// The plugin does not start.
    #[error("the credential plugin {command} does not start: {why}")]
    PluginUnstartable {
        /// The program.
        command: String,
        /// What the system says.
        why: String,
    },
    /// The plugin ended badly.
    #[error("the credential plugin of the kubeconfig failed ({status})")]
    PluginFailed {
        /// The program.
        command: String,
        /// How it ended.
        status: String,
    },
    /// What the plugin printed gives no credentials.
    #[error("the credential plugin {command} {why}")]
    PluginAnswer {
        /// The program.
        command: String,
        /// What is wrong with it.
        why: String,
    },
}

impl CredentialsError {
    /// One action that may help.
    pub(in crate::kubernetes) fn hint(&self) -> String {
        match self {
            CredentialsError::Field { .. } | CredentialsError::File { .. } => {
                "see what kubectl makes of it: kubectl config view".to_owned()
            }
            CredentialsError::AuthProvider { .. } => {
                "sign in with a credential plugin: kubectl config set-credentials --help".to_owned()
            }
            CredentialsError::IdentityTokenExpired => {
                "let kubectl renew the token in the kubeconfig: kubectl cluster-info".to_owned()
            }
            CredentialsError::PluginRefused { .. } => {
                "allow it in kubectl's preferences: credentialPluginAllowlist of ~/.kube/kuberc".to_owned()
            }
            CredentialsError::PluginAbsent { install_hint: Some(hint), .. } => harmless(hint),
            CredentialsError::NoTerminal { .. } => "run it on a terminal".to_owned(),
            CredentialsError::PluginAbsent { command, .. }
            | CredentialsError::PluginUnstartable { command, .. }
            | CredentialsError::PluginFailed { command, .. }
            | CredentialsError::PluginAnswer { command, .. } => format!(
                "the kubeconfig signs in with {}: is it installed, and does it work by itself?",
                harmless(command)
            ),
        }
    }
}
