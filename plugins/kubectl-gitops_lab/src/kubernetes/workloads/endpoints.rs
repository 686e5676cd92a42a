//! Which pods are behind a service: its endpoints, in the older form and in slices.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::owned_pods::{has_ended, is_going, is_ready, name, reference};
use crate::kubernetes::cluster::Cluster;
use crate::kubernetes::storage::key::Key;
use crate::kubernetes::storage::owner_references::uid;
use crate::kubernetes::timestamp::time;

/// Changes of pods are gathered for so long.
const BATCH: i64 = 100;

impl Cluster {
    /// Looks again at the services that a pod belongs to, or has belonged to.
    pub(super) fn look_at_services(&mut self, pod: &Key, states: [Option<&Value>; 2], now: Timestamp) {
        let services = self.store.within(self.workloads.kinds.services, &pod.namespace);
        let concerned: Vec<Key> = services
            .filter(|(_, service)| states.iter().flatten().any(|pod| selects(service, pod)))
            .map(|(key, _)| key.clone())
            .collect();
        let next = (now.as_millisecond() / BATCH + 1) * BATCH;
        for service in concerned {
            let wait = SignedDuration::from_millis(next - now.as_millisecond());
            self.look_after(service, wait, now);
        }
    }

    /// Writes down which pods are behind a service.
    pub(super) fn point_out(&mut self, key: &Key, service: &Value, now: Timestamp) {
        if is_going(service) || !service["spec"]["selector"].is_object() {
            return;
        }
        let mut pods: Vec<Arc<Value>> = self
            .store
            .within(self.workloads.kinds.pods, &key.namespace)
            .filter(|(_, pod)| selects(service, pod) && pod["status"]["podIP"].is_string())
            .filter(|(_, pod)| !has_ended(pod) && !is_going(pod))
            .map(|(_, pod)| Arc::clone(pod))
            .collect();
        pods.sort_by_key(|pod| {
            (pod["status"]["podIP"].as_str().unwrap_or_default().to_owned(), uid(pod).to_owned())
        });
        self.write_endpoints(key, service, &pods, now);
        self.write_slice(key, service, &pods, now);
    }

    fn write_endpoints(&mut self, service: &Key, of: &Value, pods: &[Arc<Value>], now: Timestamp) {
        let key = Key { resource: self.workloads.kinds.endpoints, ..service.clone() };
        let subsets = subsets(of, pods);
        let (time, before) = (time(now), self.store.get(&key).cloned());
        let mut object = before.as_deref().cloned().unwrap_or_else(|| {
            let mut labels = of["metadata"]["labels"].as_object().cloned().unwrap_or_default();
            labels.insert("endpoints.kubernetes.io/managed-by".to_owned(), json!("endpoint-controller"));
            json!({
                "kind": "Endpoints",
                "apiVersion": "v1",
                "metadata": {"name": key.name, "namespace": key.namespace, "labels": labels},
            })
        });
        if before.is_some() && object.get("subsets").cloned().unwrap_or(json!([])) == subsets {
            return;
        }
        object["metadata"]["annotations"]["endpoints.kubernetes.io/last-change-trigger-time"] = json!(time);
        match subsets.as_array().is_some_and(Vec::is_empty) {
            true => drop(object.as_object_mut().and_then(|fields| fields.remove("subsets"))),
            false => object["subsets"] = subsets,
        }
        match before {
            Some(_) => drop(self.store.put(key, object)),
            None => drop(self.add(key, object, now)),
        }
    }

    fn write_slice(&mut self, service: &Key, of: &Value, pods: &[Arc<Value>], now: Timestamp) {
        let slices = self.controlled(of, self.workloads.kinds.slices);
        let endpoints: Vec<Value> = pods.iter().map(|pod| endpoint(pod)).collect();
        let ports = slice_ports(of, pods);
        if let Some((key, before)) = slices.first() {
            let mut slice = Value::clone(before);
            (slice["endpoints"], slice["ports"]) = (json!(endpoints), ports);
            self.rewrite(key, slice);
            return;
        }
        let name = format!("{}-{}", service.name, self.ending());
        let labels = json!({
            "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
            "kubernetes.io/service-name": service.name,
        });
        let slice = json!({
            "kind": "EndpointSlice",
            "apiVersion": "discovery.k8s.io/v1",
            "metadata": {
                "name": name,
                "generateName": format!("{}-", service.name),
                "namespace": service.namespace,
                "labels": labels,
                "ownerReferences": [reference(of)],
            },
            "addressType": "IPv4",
            "endpoints": endpoints,
            "ports": ports,
        });
        let key = Key { resource: self.workloads.kinds.slices, namespace: service.namespace.clone(), name };
        self.add(key, slice, now);
    }

    /// Takes the endpoints of a service along that is gone.
    pub(super) fn forget_endpoints(&mut self, service: &Key) {
        let key = Key { resource: self.workloads.kinds.endpoints, ..service.clone() };
        self.store.remove(&key);
    }
}

/// Whether a service is for this pod.
fn selects(service: &Value, pod: &Value) -> bool {
    let labels = &pod["metadata"]["labels"];
    let selector = service["spec"]["selector"].as_object();
    selector.is_some_and(|selector| selector.iter().all(|(name, value)| labels[name] == *value))
}

/// A port of a service as a pod has it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Port {
    name: String,
    number: u64,
    protocol: String,
}

/// The ports of a service as a pod has them.
fn ports(service: &Value, pod: &Value) -> Vec<Port> {
    let text = |value: &Value, preset: &str| value.as_str().unwrap_or(preset).to_owned();
    let listed = service["spec"]["ports"].as_array().into_iter().flatten();
    listed
        .filter_map(|port| {
            let target = match &port["targetPort"] {
                Value::String(name) => container_port(pod, name)?,
                Value::Number(number) => number.as_u64()?,
                _ => port["port"].as_u64()?,
            };
            let (name, protocol) = (text(&port["name"], ""), text(&port["protocol"], "TCP"));
            Some(Port { name, number: target, protocol })
        })
        .collect()
}

fn container_port(pod: &Value, name: &str) -> Option<u64> {
    let containers = pod["spec"]["containers"].as_array().into_iter().flatten();
    let mut ports = containers.flat_map(|container| container["ports"].as_array().into_iter().flatten());
    ports.find(|port| port["name"] == name)?["containerPort"].as_u64()
}

/// The addresses of pods, by the ports that they have.
fn subsets(service: &Value, pods: &[Arc<Value>]) -> Value {
    // By their ports: the addresses that are ready, and those that are not.
    let mut subsets: BTreeMap<Vec<Port>, [Vec<Value>; 2]> = BTreeMap::new();
    for pod in pods {
        let [ready, waiting] = subsets.entry(ports(service, pod)).or_default();
        let address = json!({
            "ip": pod["status"]["podIP"],
            "nodeName": pod["spec"]["nodeName"],
            "targetRef": target(pod),
        });
        let counts = is_ready(pod) || service["spec"]["publishNotReadyAddresses"] == true;
        if counts { ready.push(address) } else { waiting.push(address) }
    }
    let subsets = subsets.into_iter().map(|(ports, [ready, waiting])| {
        let mut subset = json!({});
        for (field, addresses) in [("addresses", ready), ("notReadyAddresses", waiting)] {
            if !addresses.is_empty() {
                subset[field] = json!(addresses);
            }
        }
        if !ports.is_empty() {
            subset["ports"] = ports.iter().map(|port| shown(port, false)).collect();
        }
        subset
    });
    subsets.collect()
}

fn shown(port: &Port, is_named: bool) -> Value {
    let mut shown = json!({"port": port.number, "protocol": port.protocol});
    if is_named || !port.name.is_empty() {
        shown["name"] = json!(port.name);
    }
    shown
}

fn slice_ports(service: &Value, pods: &[Arc<Value>]) -> Value {
    let ports = pods.first().map(|pod| ports(service, pod)).unwrap_or_default();
    ports.iter().map(|port| shown(port, true)).collect()
}

fn endpoint(pod: &Value) -> Value {
    let ready = is_ready(pod);
    json!({
        "addresses": [pod["status"]["podIP"]],
        "conditions": {"ready": ready, "serving": ready, "terminating": false},
        "nodeName": pod["spec"]["nodeName"],
        "targetRef": target(pod),
    })
}

fn target(pod: &Value) -> Value {
    json!({"kind": "Pod", "namespace": pod["metadata"]["namespace"], "name": name(pod), "uid": uid(pod)})
}

#[cfg(test)]
mod tests {
    use http::Method;
    use jiff::SignedDuration;
    use serde_json::{Value, json};

    use crate::kubernetes::testing::{NOW, cluster, send};

    #[test]
    fn a_service_points_to_the_pods_that_are_ready() {
        let mut cluster = cluster();
        let base = "/api/v1/namespaces/default";
        let service = json!({
            "metadata": {"name": "web"},
            "spec": {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": "http", "protocol": "TCP"}]},
        });
        assert_eq!(send(&mut cluster, Method::POST, &format!("{base}/services"), &service).0, 201);
        for (name, fate) in [("a", ""), ("b", "image")] {
            let labels = json!({"app": "web", "golden.test/is": fate});
            let ports = json!([{"name": "http", "containerPort": 8080}]);
            let containers = json!([{"name": "app", "image": "app:1", "ports": ports}]);
            let pod =
                json!({"metadata": {"name": name, "labels": labels}, "spec": {"containers": containers}});
            assert_eq!(send(&mut cluster, Method::POST, &format!("{base}/pods"), &pod).0, 201);
        }
        cluster.advance(NOW + SignedDuration::from_secs(1));
        let endpoints = format!("{base}/endpoints/web");
        let (_, object) = send(&mut cluster, Method::GET, &endpoints, &Value::Null);
        let subset = &object["subsets"][0];
        assert_eq!(subset["addresses"][0]["targetRef"]["name"], "a");
        assert_eq!(subset["notReadyAddresses"][0]["targetRef"]["name"], "b");
        assert_eq!(subset["ports"], json!([{"port": 8080, "protocol": "TCP"}]));
        let slices = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices";
        let (_, list) = send(&mut cluster, Method::GET, slices, &Value::Null);
        assert_eq!(list["items"][0]["endpoints"].as_array().map(Vec::len), Some(2));
        send(&mut cluster, Method::DELETE, &format!("{base}/services/web"), &Value::Null);
        cluster.advance(NOW + SignedDuration::from_secs(2));
        assert_eq!(send(&mut cluster, Method::GET, &endpoints, &Value::Null).0, 404);
        let (_, list) = send(&mut cluster, Method::GET, slices, &Value::Null);
        assert_eq!(list["items"].as_array().map(Vec::len), Some(0));
    }
}
