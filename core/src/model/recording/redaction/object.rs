//! A whole object without its secrets and names.

use std::collections::BTreeSet;

use serde_json::Value;

use super::account::owner;
use super::address::without_host;
use super::fields::{Meaning, meaning, redact_fields};
use super::pseudonyms::{NameKind, Pseudonyms};
use super::secrets::{REDACTED, without_secrets};
use super::text::{without_private_image, without_private_parts};

/// Takes secrets and names out of what a cluster answered, the same names in the same way.
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    keeps_names: bool,
    names: Pseudonyms,
    uids: BTreeSet<String>,
}

impl Redactor {
    /// With `keeps_names` only secrets are taken out.
    pub fn new(keeps_names: bool) -> Self {
        Self { keeps_names, ..Self::default() }
    }

    /// Learns which names there are in fields, so that they are found in the texts of these objects and of later ones.
    pub fn learn(&mut self, objects: &[Value]) {
        for object in objects {
            self.learn_uid(&object["metadata"]["uid"]);
            self.learn_uid(&object["involvedObject"]["uid"]);
            if self.keeps_names {
                continue;
            }
            if let Some(owner) = object.pointer("/spec/url").and_then(Value::as_str).and_then(owner) {
                self.names.of(NameKind::Account, owner);
            }
            self.learn_hosts(object);
        }
    }

    fn learn_uid(&mut self, uid: &Value) {
        self.uids.extend(uid.as_str().map(str::to_owned));
    }

    fn learn_hosts(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.learn_hosts(item)),
            Value::Object(fields) => {
                let name = fields.get("name").and_then(Value::as_str);
                if let (Some(name), Some("Node")) = (name, fields.get("kind").and_then(Value::as_str)) {
                    without_host(name, &mut self.names);
                }
                for (field, value) in fields {
                    match value.as_str() {
                        Some(host) if meaning(field) == Meaning::Host => {
                            self.redacted_host(host);
                        }
                        _ => self.learn_hosts(value),
                    }
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    /// An object as it may be written down.
    pub fn redacted(&mut self, object: &Value) -> Value {
        let mut object = object.clone();
        redact_fields(&mut object);
        let is_node = object["kind"] == "Node";
        let is_config_map = object["kind"] == "ConfigMap";
        self.redact(&mut object, "");
        if is_node && let Some(Value::String(name)) = object.pointer_mut("/metadata/name") {
            *name = self.redacted_host(name);
        }
        if is_config_map && !self.keeps_names {
            let data = object.get_mut("data").and_then(Value::as_object_mut);
            for value in data.into_iter().flat_map(|data| data.values_mut()) {
                let pseudonym = value.as_str().map(|name| self.names.of(NameKind::Resource, name));
                *value = Value::from(pseudonym);
            }
        }
        object
    }

    /// Lines of a log as they may be written down.
    pub fn redacted_lines(&mut self, lines: &[Value]) -> Vec<String> {
        lines.iter().filter_map(Value::as_str).map(|line| self.redacted_text(line, true)).collect()
    }

    fn redact(&mut self, value: &mut Value, field: &str) {
        match value {
            Value::String(text) => *text = self.redacted_string(text, field),
            Value::Array(items) => items.iter_mut().for_each(|item| self.redact(item, field)),
            Value::Object(fields) => {
                let is_node = fields.get("kind").is_some_and(|kind| kind == "Node");
                for (name, value) in fields.iter_mut().filter(|(name, _)| *name != "fieldsV1") {
                    match value {
                        Value::String(text) if is_node && name == "name" => *text = self.redacted_host(text),
                        value => self.redact(value, name),
                    }
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn redacted_string(&mut self, text: &str, field: &str) -> String {
        match meaning(field) {
            Meaning::Identity => text.to_owned(),
            Meaning::Secret => REDACTED.to_owned(),
            Meaning::Host => self.redacted_host(text),
            Meaning::Image => without_private_image(text, self.names()),
            Meaning::Prose => self.redacted_text(text, true),
            Meaning::Text => self.redacted_text(text, false),
        }
    }

    fn redacted_host(&mut self, host: &str) -> String {
        if host.contains("://") || host.contains(['/', ' ', '@']) {
            return self.redacted_text(host, true);
        }
        match self.names() {
            Some(names) => without_host(host, names),
            None => without_secrets(host),
        }
    }

    fn redacted_text(&mut self, text: &str, prose: bool) -> String {
        let names = (!self.keeps_names).then_some(&mut self.names);
        without_private_parts(text, names, &self.uids, prose)
    }

    fn names(&mut self) -> Option<&mut Pseudonyms> {
        (!self.keeps_names).then_some(&mut self.names)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Redactor;

    fn repository() -> Value {
        json!({
            "apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "GitRepository",
            "metadata": {"name": "hello", "namespace": "dev", "uid": "u"},
            "spec": {"url": "https://git:hunter2@git.corp.test/contoso/hello", "ref": {"branch": "dev"}},
            "status": {"conditions": [{"type": "Ready", "message":
                "failed to checkout 'https://git:hunter2@git.corp.test/contoso/hello': dial tcp: lookup git.corp.test: no such host"}]},
        })
    }

    #[test]
    fn what_a_message_repeats_is_replaced_alike() {
        let mut redactor = Redactor::new(false);
        redactor.learn(&[repository()]);
        let redacted = redactor.redacted(&repository());
        assert_eq!(redacted["spec"]["url"], "https://redacted@host-1.example/account-1/hello");
        assert_eq!(
            redacted["status"]["conditions"][0]["message"],
            "failed to checkout 'https://redacted@host-1.example/account-1/hello': dial tcp: lookup host-1.example: no such host"
        );
        assert_eq!(redacted["metadata"]["name"], "hello");
    }

    #[test]
    fn kept_names_still_lose_their_secrets() {
        let redacted = Redactor::new(true).redacted(&repository());
        assert_eq!(redacted["spec"]["url"], "https://redacted@git.corp.test/contoso/hello");
        assert!(!redacted.to_string().contains("hunter2"), "{redacted}");
    }

    #[test]
    fn nodes_are_hosts_wherever_they_are_named() {
        let node = json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "aks-pool-1"},
            "status": {"addresses": [{"type": "InternalIP", "address": "10.0.0.4"}]}});
        let event = json!({"kind": "Event", "message": "assigned to aks-pool-1 at 10.0.0.4", "source": {"host": "aks-pool-1"},
            "involvedObject": {"kind": "Node", "name": "aks-pool-1"}});
        let mut redactor = Redactor::new(false);
        redactor.learn(&[node.clone(), event.clone()]);
        let (node, event) = (redactor.redacted(&node), redactor.redacted(&event));
        assert_eq!(
            (&node["metadata"]["name"], &event["involvedObject"]["name"]),
            (&json!("host-1"), &json!("host-1"))
        );
        assert_eq!(event["message"], "assigned to host-1 at 192.0.2.2");
        assert_eq!(event["source"]["host"], "host-1");
    }
}
