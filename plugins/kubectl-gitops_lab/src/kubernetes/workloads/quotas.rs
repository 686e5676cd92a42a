//! Resource quotas: what a namespace may have, what it has, and the refusal of more.
//!
//! As on a real server, what is new is charged when it is made, against what the quota's status says; what goes
//! is counted again by a controller.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::owned_pods::has_ended;
use super::quantities::Quantity;
use super::resource_amounts::{Amounts, amounts, quantity, resources};
use crate::kubernetes::Resource;
use crate::kubernetes::cluster::Cluster;
use crate::kubernetes::storage::key::Key;

impl Cluster {
    /// Charges a new object to the quotas of its namespace; an error says which of them does not allow it.
    pub(in crate::kubernetes) fn charge(
        &mut self,
        key: &Key,
        object: &Value,
        is_dry: bool,
    ) -> Result<(), String> {
        let quotas = self.quotas(&key.namespace);
        if quotas.is_empty() {
            return Ok(());
        }
        let resource = self.kind_at(key);
        let asked = asked(resource, object);
        let mut charged = Vec::new();
        for quota in quotas {
            let Some(object_now) = self.store.get(&quota) else { continue };
            let limits = amounts(&object_now["status"]["hard"]);
            if object_now["spec"].get("scopes").is_some() || object_now["spec"].get("scopeSelector").is_some()
            {
                continue;
            }
            if resource.kind == "Pod" {
                complete(&limits, object).map_err(|why| format!("failed quota: {}: {why}", quota.name))?;
            }
            let used = amounts(&object_now["status"]["used"]);
            let mut status = object_now["status"].clone();
            let mut over = Vec::new();
            for (what, asked) in asked.iter().filter(|(_, asked)| asked.thousandths > 0) {
                let Some(limit) = limits.get(what) else { continue };
                let before = used.get(what).copied().unwrap_or_default();
                let after = before.plus(*asked);
                if after.thousandths > limit.thousandths {
                    over.push((what, *asked, before, *limit));
                }
                status["used"][what] = json!(after.to_string());
            }
            if !over.is_empty() {
                return Err(exceeded(&quota.name, &over));
            }
            charged.push((quota, status));
        }
        for (quota, status) in charged.into_iter().filter(|_| !is_dry) {
            self.report(&quota, status);
        }
        Ok(())
    }

    /// The quotas of a namespace.
    pub(super) fn quotas(&self, namespace: &str) -> Vec<Key> {
        self.store.within(self.workloads.kinds.quotas, namespace).map(|(key, _)| key.clone()).collect()
    }

    /// Counts what a quota's namespace has.
    pub(super) fn count_usage(&mut self, key: &Key, quota: &Value) {
        let hard = quota["spec"]["hard"].as_object().cloned().unwrap_or_default();
        let mut used = Amounts::new();
        for resource in 0..self.catalogue().resources().len() {
            let kind = &self.catalogue().resources()[resource];
            for (_, object) in self.store.within(resource, &key.namespace) {
                if kind.kind == "Pod" && has_ended(object) {
                    continue;
                }
                for (what, amount) in asked(kind, object) {
                    let sum = used.get(&what).copied().unwrap_or_default().plus(amount);
                    used.insert(what, sum);
                }
            }
        }
        let used: BTreeMap<&String, String> =
            hard.keys().map(|what| (what, used.get(what).copied().unwrap_or_default().to_string())).collect();
        self.report(key, json!({"hard": hard, "used": used}));
    }
}

/// How a quota says that it is exceeded.
fn exceeded(quota: &str, over: &[(&String, Quantity, Quantity, Quantity)]) -> String {
    let list = |pick: fn(&(&String, Quantity, Quantity, Quantity)) -> Quantity| {
        let texts: Vec<String> = over.iter().map(|one| format!("{}={}", one.0, pick(one))).collect();
        texts.join(",")
    };
    let (asked, used, limited) = (list(|one| one.1), list(|one| one.2), list(|one| one.3));
    format!("exceeded quota: {quota}, requested: {asked}, used: {used}, limited: {limited}")
}

/// What an object asks of a quota.
fn asked(resource: &Resource, object: &Value) -> Amounts {
    let one = Quantity::count(1);
    let mut asked = Amounts::from([(format!("count/{}", resource.qualified()), one)]);
    if resource.group.is_empty() {
        asked.insert(resource.plural.clone(), one);
    }
    match resource.kind.as_str() {
        "Pod" => asked.extend(resources(object)),
        "Service" => {
            let kind = object["spec"]["type"].as_str().unwrap_or_default();
            if kind == "NodePort" || kind == "LoadBalancer" {
                asked.insert("services.nodeports".to_owned(), one);
            }
            if kind == "LoadBalancer" {
                asked.insert("services.loadbalancers".to_owned(), one);
            }
        }
        "PersistentVolumeClaim" => {
            if let Some(storage) = quantity(&object["spec"]["resources"]["requests"]["storage"]) {
                asked.insert("requests.storage".to_owned(), storage);
            }
        }
        _ => {}
    }
    asked
}

/// Whether every container says how much it needs of what is limited.
fn complete(limits: &Amounts, pod: &Value) -> Result<(), String> {
    let mut missing: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for container in pod["spec"]["containers"].as_array().into_iter().flatten() {
        for what in limits.keys() {
            let (kind, amount) = match what.split_once('.') {
                Some((kind @ ("requests" | "limits"), amount)) => (kind, amount),
                None => ("requests", what.as_str()),
                Some(_) => continue,
            };
            let is_needed = ["cpu", "memory"].contains(&amount);
            if is_needed && container["resources"][kind].get(amount).is_none() {
                missing.entry(what).or_default().push(container["name"].as_str().unwrap_or_default());
            }
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let told: Vec<String> =
        missing.into_iter().map(|(what, names)| format!("{what} for: {}", names.join(","))).collect();
    Err(format!("must specify {}", told.join("; ")))
}

#[cfg(test)]
mod tests {
    use http::Method;
    use jiff::SignedDuration;
    use serde_json::{Value, json};

    use crate::kubernetes::Cluster;
    use crate::kubernetes::testing::{NOW, cluster, send};

    const DEFAULT: &str = "/api/v1/namespaces/default";

    fn limited(hard: Value) -> Cluster {
        let mut cluster = cluster();
        let quota = json!({"metadata": {"name": "few"}, "spec": {"hard": hard}});
        assert_eq!(send(&mut cluster, Method::POST, &format!("{DEFAULT}/resourcequotas"), &quota).0, 201);
        cluster.advance(NOW + SignedDuration::from_secs(1));
        cluster
    }

    fn pod(cluster: &mut Cluster, name: &str, requests: Value) -> (u16, Value) {
        let container = json!({"name": "app", "image": "app:1", "resources": {"requests": requests}});
        let pod = json!({"metadata": {"name": name}, "spec": {"containers": [container]}});
        send(cluster, Method::POST, &format!("{DEFAULT}/pods"), &pod)
    }

    fn used(cluster: &mut Cluster) -> Value {
        send(cluster, Method::GET, &format!("{DEFAULT}/resourcequotas/few"), &Value::Null).1["status"]["used"]
            .clone()
    }

    #[test]
    fn what_a_quota_allows_is_charged_and_more_is_refused() {
        let mut cluster = limited(json!({"pods": "1", "configmaps": "9"}));
        assert_eq!(used(&mut cluster), json!({"pods": "0", "configmaps": "1"}));
        assert_eq!(pod(&mut cluster, "a", json!({})).0, 201);
        let (code, refused) = pod(&mut cluster, "b", json!({}));
        assert_eq!(code, 403);
        assert_eq!(
            refused["message"],
            "pods \"b\" is forbidden: exceeded quota: few, requested: pods=1, used: pods=1, limited: pods=1"
        );
        send(&mut cluster, Method::DELETE, &format!("{DEFAULT}/pods/a"), &Value::Null);
        cluster.advance(NOW + SignedDuration::from_secs(2));
        assert_eq!(used(&mut cluster), json!({"pods": "0", "configmaps": "1"}));
        assert_eq!(pod(&mut cluster, "b", json!({})).0, 201);
    }

    #[test]
    fn amounts_are_added_and_must_be_said() {
        let mut cluster = limited(json!({"requests.cpu": "1", "memory": "1Gi"}));
        let (_, refused) = pod(&mut cluster, "a", json!({"cpu": "600m"}));
        assert_eq!(
            refused["message"],
            "pods \"a\" is forbidden: failed quota: few: must specify memory for: app"
        );
        assert_eq!(pod(&mut cluster, "a", json!({"cpu": "600m", "memory": "512Mi"})).0, 201);
        let (_, refused) = pod(&mut cluster, "b", json!({"cpu": "600m", "memory": "768Mi"}));
        assert_eq!(
            refused["message"],
            "pods \"b\" is forbidden: exceeded quota: few, requested: memory=768Mi,requests.cpu=600m, used: \
             memory=512Mi,requests.cpu=600m, limited: memory=1Gi,requests.cpu=1"
        );
    }

    #[test]
    fn a_replica_set_tells_what_it_cannot_make_and_tries_again_later_each_time() {
        let mut cluster = limited(json!({"pods": "1"}));
        let labels = json!({"app": "a"});
        let template = json!({
            "metadata": {"labels": labels},
            "spec": {"containers": [{"name": "app", "image": "app:1"}]},
        });
        let spec = json!({"replicas": 2, "selector": {"matchLabels": labels}, "template": template});
        let deployment = json!({"metadata": {"name": "a"}, "spec": spec});
        let deployments = "/apis/apps/v1/namespaces/default/deployments";
        assert_eq!(send(&mut cluster, Method::POST, deployments, &deployment).0, 201);
        cluster.advance(NOW + SignedDuration::from_secs(21));
        let name = format!("{deployments}/a");
        let status = send(&mut cluster, Method::GET, &name, &Value::Null).1["status"].clone();
        let failure = &status["conditions"][1];
        assert_eq!(
            (&failure["type"], &failure["reason"]),
            (&json!("ReplicaFailure"), &json!("FailedCreate"))
        );
        let events = send(&mut cluster, Method::GET, &format!("{DEFAULT}/events"), &Value::Null).1;
        let mut told: Vec<(String, u64)> = events["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|event| event["reason"] == "FailedCreate")
            .map(|event| {
                let message = event["message"].as_str().unwrap();
                (message.split(": ").next().unwrap().to_owned(), event["count"].as_u64().unwrap())
            })
            .collect();
        told.sort();
        let alone = told.iter().filter(|(message, _)| message == "Error creating").count();
        assert_eq!(alone, 9, "{told:?}");
        assert_eq!(told[0].0, "(combined from similar events)");
        assert!((3..=6).contains(&told[0].1), "ever later within 21 s: {told:?}");
    }
}
