//! What somebody may do: the rules of the roles that are bound to them.

use std::sync::Arc;

use serde_json::{Value, json};

use super::identity::{Identity, MASTERS};
use crate::kubernetes::cluster::Cluster;
use crate::kubernetes::requests::path::{Place, Target};
use crate::kubernetes::{StatusError, refusals};

const GROUP: &str = "rbac.authorization.k8s.io";

/// What somebody wants to do.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attributes<'a> {
    pub(super) verb: &'a str,
    pub(super) group: &'a str,
    /// `pods`, `pods/log`
    pub(super) resource: &'a str,
    pub(super) name: Option<&'a str>,
    pub(super) namespace: Option<&'a str>,
}

impl Attributes<'_> {
    /// The words in which it is refused.
    pub(super) fn refused(&self, identity: &Identity, what: &str) -> String {
        let place = match self.namespace {
            Some(namespace) => format!("in the namespace {namespace:?}"),
            None => "at the cluster scope".to_owned(),
        };
        format!(
            "{what} is forbidden: User {:?} cannot {} resource {:?} in API group {:?} {place}",
            identity.name, self.verb, self.resource, self.group
        )
    }
}

/// A role's rules as they are bound to somebody, and the words for that.
pub(super) struct Bound {
    rules: Vec<Value>,
    pub(super) told: String,
}

impl Cluster {
    /// Refuses what `identity` may not do.
    pub(in super::super) fn may(
        &self,
        identity: &Identity,
        verb: &str,
        path: &str,
        place: Result<&Place, &StatusError>,
    ) -> Result<(), StatusError> {
        let asked = |target: &Target, resource: &str| self.may_with(identity, verb, target, resource);
        match place {
            Ok(Place::Objects(target)) => asked(target, &target.asked()),
            Ok(Place::Log(target)) => asked(target, "pods/log"),
            Ok(Place::Token(target)) => self.may_with(identity, "create", target, "serviceaccounts/token"),
            Ok(Place::Review { group, plural }) => {
                let asked =
                    Attributes { verb: "create", group, resource: plural, name: None, namespace: None };
                match self.allows(identity, &asked) {
                    Some(_) => Ok(()),
                    None => {
                        let message = asked.refused(identity, &format!("{plural}.{group}"));
                        Err(refusals::forbidden(message, json!({"group": group, "kind": plural})))
                    }
                }
            }
            _ if self.allows_path(identity, verb, path) => Ok(()),
            _ => {
                let message = format!("forbidden: User {:?} cannot {verb} path {path:?}", identity.name);
                Err(refusals::forbidden(message, json!({})))
            }
        }
    }

    fn may_with(
        &self,
        identity: &Identity,
        verb: &str,
        target: &Target,
        asked_for: &str,
    ) -> Result<(), StatusError> {
        let resource = &target.resource;
        let is_namespace = resource.kind == "Namespace" && resource.group.is_empty();
        let asked = Attributes {
            verb,
            group: &resource.group,
            resource: asked_for,
            name: target.name.as_deref(),
            // A namespace is in itself.
            namespace: if is_namespace { target.name.as_deref() } else { target.namespace.as_deref() },
        };
        if self.allows(identity, &asked).is_some() {
            return Ok(());
        }
        let mut details = json!({"kind": resource.plural});
        if !resource.group.is_empty() {
            details["group"] = json!(resource.group);
        }
        let mut what = resource.qualified();
        if let Some(name) = &target.name {
            details["name"] = json!(name);
            what += &format!(" {name:?}");
        }
        Err(refusals::forbidden(asked.refused(identity, &what), details))
    }

    /// Whether `identity` may do what is asked, and why.
    pub(super) fn allows(&self, identity: &Identity, asked: &Attributes<'_>) -> Option<String> {
        if identity.groups.iter().any(|group| group == MASTERS) {
            return Some(String::new());
        }
        let bound = self.bound(identity, asked.namespace);
        bound
            .into_iter()
            .find(|bound| bound.rules.iter().any(|rule| covers(rule, asked)))
            .map(|bound| bound.told)
    }

    /// Whether `identity` may ask for a path that no kind has.
    pub(super) fn allows_path(&self, identity: &Identity, verb: &str, path: &str) -> bool {
        let covers = |rule: &Value| {
            has(&rule["verbs"], verb)
                && list(&rule["nonResourceURLs"]).iter().filter_map(Value::as_str).any(|url| {
                    url == path || url.strip_suffix('*').is_some_and(|start| path.starts_with(start))
                })
        };
        identity.groups.iter().any(|group| group == MASTERS)
            || self.bound(identity, None).iter().any(|bound| bound.rules.iter().any(covers))
    }

    /// The rules that hold for `identity` everywhere, and in `namespace`: those of the last binding first.
    pub(super) fn rules(&self, identity: &Identity, namespace: Option<&str>) -> Vec<Value> {
        self.bound(identity, namespace).into_iter().rev().flat_map(|bound| bound.rules).collect()
    }

    fn bound(&self, identity: &Identity, namespace: Option<&str>) -> Vec<Bound> {
        let mut bound = Vec::new();
        for (kind, plural) in [("ClusterRoleBinding", "clusterrolebindings"), ("RoleBinding", "rolebindings")]
        {
            let is_everywhere = kind == "ClusterRoleBinding";
            for (place, binding) in self.rights(plural) {
                let is_here = is_everywhere || namespace == Some(place);
                let subjects = list(&binding["subjects"]).iter();
                let Some(subject) = subjects.into_iter().find(|subject| is_meant(subject, identity)) else {
                    continue;
                };
                if is_here {
                    bound.extend(self.bound_by(kind, place, &binding, subject));
                }
            }
        }
        bound
    }

    /// The role that a binding names, if it is there.
    fn bound_by(&self, kind: &str, place: &str, binding: &Value, subject: &Value) -> Option<Bound> {
        let reference = &binding["roleRef"];
        let name = text(&reference["name"]);
        let plural = if reference["kind"] == "Role" { "roles" } else { "clusterroles" };
        let (_, role) = self.rights(plural).into_iter().find(|(namespace, role)| {
            role["metadata"]["name"] == name && (plural == "clusterroles" || *namespace == place)
        })?;
        let own = text(&binding["metadata"]["name"]);
        let own = if place.is_empty() { own.to_owned() } else { format!("{own}/{place}") };
        let told = format!(
            "RBAC: allowed by {kind} {own:?} of {} {name:?} to {} {:?}",
            text(&reference["kind"]),
            text(&subject["kind"]),
            whole_name(subject)
        );
        Some(Bound { rules: list(&role["rules"]).to_vec(), told })
    }

    /// The objects of a kind of rights, with their namespaces.
    fn rights(&self, plural: &str) -> Vec<(&str, Arc<Value>)> {
        let place = self.catalogue().named(GROUP, "v1", plural);
        let objects = place.into_iter().flat_map(|place| self.store.of_kind(place));
        objects.map(|(key, object)| (key.namespace.as_str(), Arc::clone(object))).collect()
    }
}

fn is_meant(subject: &Value, identity: &Identity) -> bool {
    let name = text(&subject["name"]);
    match text(&subject["kind"]) {
        "User" => identity.name == name,
        "Group" => identity.groups.iter().any(|group| group == name),
        "ServiceAccount" => {
            identity.name == format!("system:serviceaccount:{}:{name}", text(&subject["namespace"]))
        }
        _ => false,
    }
}

fn whole_name(subject: &Value) -> String {
    match subject["namespace"].as_str() {
        Some(namespace) => format!("{}/{namespace}", text(&subject["name"])),
        None => text(&subject["name"]).to_owned(),
    }
}

/// Whether a rule allows what is asked.
fn covers(rule: &Value, asked: &Attributes<'_>) -> bool {
    let part = asked.resource.split_once('/').map(|(_, part)| format!("*/{part}"));
    let names = list(&rule["resourceNames"]);
    has(&rule["verbs"], asked.verb)
        && has(&rule["apiGroups"], asked.group)
        && (has(&rule["resources"], asked.resource)
            || part.is_some_and(|part| list(&rule["resources"]).iter().any(|one| *one == part)))
        && (names.is_empty() || names.iter().any(|name| name.as_str() == asked.name))
}

fn has(values: &Value, wanted: &str) -> bool {
    list(values).iter().any(|value| value == "*" || value == wanted)
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Attributes, covers};

    #[test]
    fn a_rule_covers_what_it_names() {
        let rule = |fields: Value| {
            let mut rule = json!({"verbs": ["get"], "apiGroups": [""], "resources": ["pods"]});
            rule.as_object_mut().unwrap().append(&mut fields.as_object().unwrap().clone());
            rule
        };
        let asked = |verb, group, resource, name| Attributes { verb, group, resource, name, namespace: None };
        for (fields, asked, is_covered) in [
            (json!({}), asked("get", "", "pods", Some("a")), true),
            (json!({}), asked("list", "", "pods", None), false),
            (json!({}), asked("get", "apps", "pods", None), false),
            (json!({}), asked("get", "", "pods/log", Some("a")), false),
            (json!({"resources": ["pods/log"]}), asked("get", "", "pods/log", Some("a")), true),
            (json!({"resources": ["*/scale"]}), asked("get", "", "pods/scale", None), true),
            (json!({"resources": ["*"]}), asked("get", "", "pods/log", None), true),
            (json!({"verbs": ["*"], "apiGroups": ["*"]}), asked("delete", "apps", "pods", None), true),
            (json!({"resourceNames": ["a"]}), asked("get", "", "pods", Some("a")), true),
            (json!({"resourceNames": ["a"]}), asked("get", "", "pods", Some("b")), false),
            (json!({"resourceNames": ["a"]}), asked("get", "", "pods", None), false),
        ] {
            assert_eq!(covers(&rule(fields.clone()), &asked), is_covered, "{fields} {asked:?}");
        }
    }
}
