//! What a service is given beside defaults: its address in the cluster, and its ports on the nodes.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::kubernetes::cluster::Cluster;

/// The first port of nodes that services take, and how many there are.
const NODE_PORTS: (u64, u64) = (30_000, 2_768);

impl Cluster {
    /// Gives a new service what it does not bring along.
    pub(in crate::kubernetes) fn allocate(&mut self, service: &mut Value) {
        let spec = &service["spec"];
        let kind = spec["type"].as_str().unwrap_or_default().to_owned();
        if kind == "ExternalName" {
            return;
        }
        let address = match spec["clusterIP"].as_str().filter(|address| !address.is_empty()) {
            Some(address) => address.to_owned(),
            None => self.free_address(),
        };
        let spec = &mut service["spec"];
        spec["clusterIP"] = json!(address);
        spec["clusterIPs"] = json!([address]);
        for (field, preset) in [("ipFamilies", json!(["IPv4"])), ("ipFamilyPolicy", json!("SingleStack"))] {
            if spec[field].is_null() {
                spec[field] = preset;
            }
        }
        let on_nodes =
            kind == "NodePort" || (kind == "LoadBalancer" && spec["allocateLoadBalancerNodePorts"] != false);
        if on_nodes {
            self.allocate_node_ports(service);
        }
    }

    fn free_address(&mut self) -> String {
        let taken: HashSet<String> = self.of_services(|service| {
            service["spec"]["clusterIP"].as_str().map(str::to_owned).into_iter().collect()
        });
        loop {
            let bits = self.bits();
            let address = format!("10.96.{}.{}", bits & 0xff, 1 + (bits >> 8) % 254);
            if !taken.contains(&address) {
                return address;
            }
        }
    }

    fn allocate_node_ports(&mut self, service: &mut Value) {
        let mut taken: HashSet<u64> = self.of_services(|service| {
            let ports = service["spec"]["ports"].as_array().into_iter().flatten();
            ports.filter_map(|port| port["nodePort"].as_u64()).collect()
        });
        for port in service["spec"]["ports"].as_array_mut().into_iter().flatten() {
            if port["nodePort"].as_u64().is_some_and(|port| port > 0) {
                continue;
            }
            let (first, count) = NODE_PORTS;
            let free = loop {
                let number = first + self.bits() % count;
                if taken.insert(number) {
                    break number;
                }
            };
            port["nodePort"] = json!(free);
        }
    }

    /// What all services have of something.
    fn of_services<T: std::hash::Hash + Eq>(&self, part: impl Fn(&Value) -> Vec<T>) -> HashSet<T> {
        let services = self.key_of("services", "", "").resource;
        self.store.of_kind(services).flat_map(|(_, service)| part(service)).collect()
    }
}

/// Puts into `service` what `before` was given and the write does not say.
pub(in crate::kubernetes) fn keep_allocated(before: &Value, service: &mut Value) {
    let is_external = |service: &Value| service["spec"]["type"] == "ExternalName";
    if is_external(before) || is_external(service) {
        return;
    }
    for field in ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"] {
        let value = &mut service["spec"][field];
        let is_said = match &*value {
            Value::Null => false,
            Value::String(text) => !text.is_empty(),
            Value::Array(items) => !items.is_empty(),
            _ => true,
        };
        if !is_said {
            *value = before["spec"][field].clone();
        }
    }
    let ports = before["spec"]["ports"].as_array().cloned().unwrap_or_default();
    let has_node_ports = ["NodePort", "LoadBalancer"].iter().any(|kind| service["spec"]["type"] == *kind);
    for port in service["spec"]["ports"].as_array_mut().into_iter().flatten() {
        let same = |other: &&Value| ["port", "protocol"].iter().all(|field| other[field] == port[field]);
        if !has_node_ports {
            port.as_object_mut().map(|fields| fields.remove("nodePort"));
        } else if port["nodePort"].as_u64().is_none_or(|number| number == 0)
            && let Some(number) = ports.iter().find(same).and_then(|other| other.get("nodePort"))
        {
            port["nodePort"] = number.clone();
        }
    }
    if !has_node_ports && let Some(spec) = service["spec"].as_object_mut() {
        spec.remove("externalTrafficPolicy");
    }
}

#[cfg(test)]
mod tests {
    use http::Method;
    use serde_json::json;

    use crate::kubernetes::testing::{cluster, send};

    const SERVICES: &str = "/api/v1/namespaces/default/services";

    #[test]
    fn a_service_keeps_the_address_that_it_was_given() {
        let mut cluster = cluster();
        let service = json!({
            "metadata": {"name": "a"},
            "spec": {"type": "NodePort", "ports": [{"port": 80}], "selector": {"a": "b"}},
        });
        let (_, made) = send(&mut cluster, Method::POST, SERVICES, &service);
        let address = made["spec"]["clusterIP"].as_str().unwrap();
        assert!(address.starts_with("10.96."), "{address}");
        assert_eq!(made["spec"]["ports"][0]["targetPort"], 80);
        assert!(made["spec"]["ports"][0]["nodePort"].as_u64().unwrap() >= 30_000);
        let (code, same) = send(&mut cluster, Method::PUT, &format!("{SERVICES}/a"), &service);
        assert_eq!((code, &same["spec"]), (200, &made["spec"]));
        let inside = json!({"metadata": {"name": "a"}, "spec": {"ports": [{"port": 80}]}});
        let (_, inside) = send(&mut cluster, Method::PUT, &format!("{SERVICES}/a"), &inside);
        assert_eq!(inside["spec"]["clusterIP"], made["spec"]["clusterIP"]);
        assert_eq!(inside["spec"]["ports"][0]["nodePort"], json!(null));
    }

    #[test]
    fn a_service_without_an_address_stays_without() {
        let mut cluster = cluster();
        let none = json!({"metadata": {"name": "a"}, "spec": {"clusterIP": "None", "ports": [{"port": 1}]}});
        let (_, made) = send(&mut cluster, Method::POST, SERVICES, &none);
        assert_eq!(made["spec"]["clusterIPs"], json!(["None"]));
        let elsewhere = json!({"metadata": {"name": "b"}, "spec": {"type": "ExternalName", "externalName": "example.com"}});
        let (_, made) = send(&mut cluster, Method::POST, SERVICES, &elsewhere);
        assert_eq!(made["spec"].get("clusterIP"), None);
    }
}
