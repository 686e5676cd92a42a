//! Why a namespace that is being deleted does not go: which object holds it, by which finalizer, and who would take that
//! away.

use super::{ContentObject, NamespaceContent};
use crate::model::objects::Namespace;

/// How many holders are told in a sentence.
const MOST_TOLD: usize = 3;

/// What holds a namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamespaceHold {
    /// The objects in it that a finalizer holds.
    pub objects: Vec<ContentObject>,
    /// The namespace's own finalizers.
    pub finalizers: Vec<String>,
    /// That the API server cannot list what is in it: which it needs before it lets the namespace go.
    pub discovery_failure: Option<String>,
    /// What the namespace says of what is left in it, where no object is known to be held.
    pub told: Option<String>,
}

/// What holds a namespace, by its conditions and by what is in it.
pub fn namespace_hold(namespace: &Namespace, content: &NamespaceContent) -> NamespaceHold {
    let held = content.objects.iter().filter(|object| !object.meta.finalizers.is_empty());
    let condition = |kind: &str| namespace.conditions.at(kind, "True").map(|held| held.message.clone());
    let left = condition("NamespaceFinalizersRemaining")
        .or_else(|| condition("NamespaceContentRemaining"))
        .or_else(|| condition("NamespaceDeletionContentFailure"));
    NamespaceHold {
        objects: held.cloned().collect(),
        finalizers: namespace.meta.finalizers.clone(),
        discovery_failure: condition("NamespaceDeletionDiscoveryFailure"),
        told: left,
    }
}

impl NamespaceHold {
    /// Whether taking finalizers away would let it go.
    pub fn can_be_freed(&self) -> bool {
        !self.objects.is_empty() || !self.finalizers.is_empty()
    }

    /// `ConfigMap settings is held by finalizer example.com/guard, which the controller of example.com takes away`
    pub fn explanation(&self) -> String {
        let mut sentences: Vec<String> = self.objects.iter().take(MOST_TOLD).map(object_sentence).collect();
        if let Some(more) = self.objects.len().checked_sub(MOST_TOLD).filter(|more| *more > 0) {
            sentences.push(format!("{more} more objects are held"));
        }
        for finalizer in &self.finalizers {
            sentences.push(format!(
                "the namespace itself is held by finalizer {finalizer}, {}",
                remover("Namespace", finalizer)
            ));
        }
        sentences.extend(self.discovery_failure.as_ref().map(|message| {
            format!("the API server cannot list what is in it, because an API does not answer: {message}")
        }));
        if sentences.is_empty() {
            sentences.extend(self.told.clone());
        }
        if sentences.is_empty() {
            sentences.push("the API server does not say what holds it".to_owned());
        }
        sentences.join("; ")
    }

    /// A command that shows what holds it.
    pub fn show_command(&self, namespace: &str) -> String {
        use crate::model::argument::valid_name;
        let namespace = valid_name(namespace, "'<namespace>'");
        match self.objects.first() {
            Some(object) if valid_name(&object.meta.name, "") == object.meta.name => {
                format!("kubectl get {} -n {namespace} -o yaml", object.argument())
            }
            _ if self.discovery_failure.is_some() => "kubectl get apiservices".to_owned(),
            _ => format!("kubectl get namespace/{namespace} -o yaml"),
        }
    }
}

fn object_sentence(object: &ContentObject) -> String {
    let finalizers: Vec<String> = object
        .meta
        .finalizers
        .iter()
        .map(|finalizer| format!("finalizer {finalizer}, {}", remover(&object.kind, finalizer)))
        .collect();
    format!("{} is held by {}", object.title(), finalizers.join(" and by "))
}

/// Who takes a finalizer away.
fn remover(kind: &str, finalizer: &str) -> String {
    let (domain, name) = finalizer.split_once('/').unwrap_or((finalizer, ""));
    let known = match (domain, name) {
        ("finalizers.fluxcd.io", _) => match kind {
            "Kustomization" => "kustomize-controller of Flux",
            "HelmRelease" => "helm-controller of Flux",
            "Alert" | "Provider" | "Receiver" => "notification-controller of Flux",
            "ImageRepository" | "ImagePolicy" | "ImageUpdateAutomation" => "the image controllers of Flux",
            _ => "source-controller of Flux",
        },
        ("kubernetes.io", "pvc-protection") => {
            return "which Kubernetes takes away once no pod mounts it".to_owned();
        }
        ("service.kubernetes.io", "load-balancer-cleanup") => "the controller of load balancers",
        ("foregroundDeletion" | "orphan", _) => "the garbage collector",
        _ => return format!("which the controller of {domain} takes away"),
    };
    format!("which {known} takes away")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::objects::Meta;

    fn object(kind: &str, name: &str, finalizers: &[&str]) -> ContentObject {
        let meta = Meta::read(&json!({"metadata": {"name": name, "finalizers": finalizers}}));
        let (kind, plural) = (kind.to_owned(), format!("{}s", kind.to_lowercase()));
        ContentObject { kind, plural, meta, ..ContentObject::default() }
    }

    fn namespace(conditions: &serde_json::Value, finalizers: &[&str]) -> Namespace {
        Namespace::read(&json!({
            "metadata": {"name": "dev-hello", "finalizers": finalizers},
            "status": {"phase": "Terminating", "conditions": conditions},
        }))
    }

    #[test]
    fn the_object_its_finalizer_and_who_takes_it_away_are_named() {
        let content =
            |objects: Vec<ContentObject>| NamespaceContent { objects, ..NamespaceContent::default() };
        let held = |objects| namespace_hold(&namespace(&json!([]), &[]), &content(objects)).explanation();
        assert_eq!(
            held(vec![object("ConfigMap", "m", &["example.com/x"]), object("ConfigMap", "free", &[])]),
            "ConfigMap m is held by finalizer example.com/x, which the controller of example.com takes away"
        );
        for (kind, finalizer, who) in [
            ("Kustomization", "finalizers.fluxcd.io", "which kustomize-controller of Flux takes away"),
            ("GitRepository", "finalizers.fluxcd.io", "which source-controller of Flux takes away"),
            (
                "PersistentVolumeClaim",
                "kubernetes.io/pvc-protection",
                "which Kubernetes takes away once no pod mounts it",
            ),
        ] {
            let told = held(vec![object(kind, "a", &[finalizer])]);
            assert!(told.ends_with(who), "{told}");
        }
        let many = (0..5).map(|_| object("ConfigMap", "m", &["a/b"])).collect();
        assert!(held(many).ends_with("; 2 more objects are held"));
    }

    #[test]
    fn the_namespaces_own_words_are_told_where_nothing_is_seen_to_hold_it() {
        let conditions = json!([
            {"type": "NamespaceContentRemaining", "status": "True", "message": "Some resources are remaining: pods. has 1 resource instances"},
        ]);
        let hold = namespace_hold(&namespace(&conditions, &[]), &NamespaceContent::default());
        assert_eq!(hold.explanation(), "Some resources are remaining: pods. has 1 resource instances");
        assert!(!hold.can_be_freed());
        let hold = namespace_hold(&namespace(&json!([]), &["example.com/x"]), &NamespaceContent::default());
        assert!(hold.can_be_freed());
        assert!(hold.explanation().starts_with("the namespace itself is held by finalizer example.com/x"));
        let hold = namespace_hold(&namespace(&json!([]), &[]), &NamespaceContent::default());
        assert_eq!(hold.explanation(), "the API server does not say what holds it");
        let discovery = json!([{"type": "NamespaceDeletionDiscoveryFailure", "status": "True", "message": "metrics is down"}]);
        let hold = namespace_hold(&namespace(&discovery, &[]), &NamespaceContent::default());
        assert_eq!(hold.show_command("dev-hello"), "kubectl get apiservices");
    }
}
