//! What a failed attempt is about, beside its sentence: for what has changed since, and for the next command.

use crate::model::objects::Reference;

/// What a failure is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum FailureSubject {
    /// The revision itself, or nothing that has a name.
    #[default]
    Revision,
    /// A namespace that was not there.
    Namespace(String),
    /// An object's namespace, whose quota is used up.
    Quota(String),
    /// A kind that the API server did not know, by its API group.
    Kind(String),
    /// A webhook, with namespace and name of the service that answers for it where that is said.
    Webhook(Option<(String, String)>),
    /// An account that may not do something.
    Account(Denial),
    /// The Secret with the kubeconfig of another cluster.
    KubeConfig(String),
    /// The API server, which did not answer.
    ApiServer,
    /// The Secret with the keys of encrypted files, where the kustomization names one.
    DecryptionKeys(Option<String>),
    /// A key of a cloud: the Secret with credentials for it, and the account that asks for it where that is not the
    /// controller's.
    CloudKey { secret: Option<String>, account: Option<String> },
    /// The ConfigMaps and Secrets that variables are taken from.
    Variables(Vec<Reference>),
}

/// What an account may not do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Denial {
    /// The user's name, as RBAC writes it.
    pub user: String,
    /// What it may not do.
    pub verb: String,
    /// To what: plural, and group where there is one.
    pub resource: String,
    /// Where; empty where that is the whole cluster.
    pub namespace: String,
}

impl Denial {
    /// Namespace and name, where the user is a service account.
    pub(super) fn service_account(&self) -> Option<(&str, &str)> {
        self.user.strip_prefix("system:serviceaccount:")?.split_once(':')
    }

    /// The account, as a sentence names it.
    pub(super) fn account(&self) -> String {
        match self.service_account() {
            Some((namespace, name)) => format!("service account {namespace}/{name}"),
            None => format!("user {}", self.user),
        }
    }

    /// What it lacks: `may not patch deployments.apps in namespace a`.
    pub(super) fn in_words(&self) -> String {
        let place = match self.namespace.as_str() {
            "" => String::new(),
            // The namespace that a namespace is in is itself.
            _ if self.resource == "namespaces" => String::new(),
            namespace => format!(" in namespace {namespace}"),
        };
        format!("{} may not {} {}{place}", self.account(), self.verb, self.resource)
    }
}
