//! The network: services, their endpoints, and what leads to them.

use serde_json::{Value, json};

use super::column::{Column, born, column, name, wide};
use super::text::{first_three, labels, list, number, or_none, selector, text};

pub(super) fn services() -> Vec<Column> {
    vec![
        name(),
        column("Type", |service, _| service["spec"]["type"].clone()),
        column("Cluster-IP", |service, _| or_none(&service["spec"]["clusterIPs"][0])),
        column("External-IP", |service, _| json!(external(service))),
        column("Port(s)", |service, _| json!(ports(service))),
        born(),
        wide("Selector", |service, _| json!(labels(&service["spec"]["selector"]))),
    ]
}

fn external(service: &Value) -> String {
    let given: Vec<&str> = list(&service["spec"]["externalIPs"]).iter().map(text).collect();
    match text(&service["spec"]["type"]) {
        "ExternalName" => text(&service["spec"]["externalName"]).to_owned(),
        "LoadBalancer" => {
            let all: Vec<&str> = balanced(service).into_iter().chain(given).collect();
            if all.is_empty() { "<pending>".to_owned() } else { all.join(",") }
        }
        _ if given.is_empty() => "<none>".to_owned(),
        _ => given.join(","),
    }
}

/// The addresses that a load balancer gave, each once, in order.
fn balanced(object: &Value) -> Vec<&str> {
    let given = list(&object["status"]["loadBalancer"]["ingress"]).iter();
    let mut addresses: Vec<&str> = given
        .map(|address| match text(&address["ip"]) {
            "" => text(&address["hostname"]),
            address => address,
        })
        .filter(|address| !address.is_empty())
        .collect();
    addresses.sort_unstable();
    addresses.dedup();
    addresses
}

fn ports(service: &Value) -> String {
    let port = |port: &Value| match number(&port["nodePort"]) {
        0 => format!("{}/{}", number(&port["port"]), text(&port["protocol"])),
        node => format!("{}:{node}/{}", number(&port["port"]), text(&port["protocol"])),
    };
    let ports: Vec<String> = list(&service["spec"]["ports"]).iter().map(port).collect();
    if ports.is_empty() { "<none>".to_owned() } else { ports.join(",") }
}

pub(super) fn endpoints() -> Vec<Column> {
    vec![
        name(),
        column("Endpoints", |object, _| {
            let mut addresses = Vec::new();
            for subset in list(&object["subsets"]) {
                let ips = list(&subset["addresses"]).iter().map(|address| text(&address["ip"]));
                match list(&subset["ports"]) {
                    [] => addresses.extend(ips.map(str::to_owned)),
                    ports => addresses.extend(ports.iter().flat_map(|port| {
                        ips.clone().map(move |ip| format!("{ip}:{}", number(&port["port"])))
                    })),
                }
            }
            json!(if addresses.is_empty() { "<none>".to_owned() } else { first_three(&addresses) })
        }),
        born(),
    ]
}

pub(super) fn slices() -> Vec<Column> {
    vec![
        name(),
        column("AddressType", |object, _| object["addressType"].clone()),
        column("Ports", |object, _| {
            let port = |port: &Value| match (port["port"].as_i64(), text(&port["name"])) {
                (Some(number), _) => number.to_string(),
                (None, "") => "*".to_owned(),
                (None, name) => name.to_owned(),
            };
            json!(first_three(&list(&object["ports"]).iter().map(port).collect::<Vec<_>>()))
        }),
        column("Endpoints", |object, _| {
            let addresses = list(&object["endpoints"]).iter().flat_map(|one| list(&one["addresses"]));
            json!(first_three(&addresses.map(|one| text(one).to_owned()).collect::<Vec<_>>()))
        }),
        born(),
    ]
}

pub(super) fn ingresses() -> Vec<Column> {
    vec![
        name(),
        column("Class", |object, _| or_none(&object["spec"]["ingressClassName"])),
        column("Hosts", |object, _| {
            let hosts = list(&object["spec"]["rules"]).iter().map(|rule| text(&rule["host"]).to_owned());
            let hosts: Vec<String> = hosts.filter(|host| !host.is_empty()).collect();
            json!(if hosts.is_empty() { "*".to_owned() } else { first_three(&hosts) })
        }),
        column("Address", |object, _| json!(balanced(object).join(","))),
        column("Ports", |object, _| {
            json!(if list(&object["spec"]["tls"]).is_empty() { "80" } else { "80, 443" })
        }),
        born(),
    ]
}

pub(super) fn classes() -> Vec<Column> {
    vec![
        name(),
        column("Controller", |object, _| object["spec"]["controller"].clone()),
        column("Parameters", |object, _| {
            let parameters = &object["spec"]["parameters"];
            if parameters.is_null() {
                return json!("<none>");
            }
            let group = parameters["apiGroup"].as_str().map(|group| format!(".{group}"));
            let (kind, name) = (text(&parameters["kind"]), text(&parameters["name"]));
            json!(format!("{kind}{}/{name}", group.unwrap_or_default()))
        }),
        born(),
    ]
}

pub(super) fn policies() -> Vec<Column> {
    vec![name(), column("Pod-Selector", |object, _| json!(selector(&object["spec"]["podSelector"]))), born()]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{external, ports};

    #[test]
    fn a_service_says_where_it_is_reached() {
        let balancer = json!({"ingress": [{"ip": "192.0.2.1"}]});
        for (spec, status, address) in [
            (json!({"type": "ClusterIP"}), json!({}), "<none>"),
            (json!({"type": "ClusterIP", "externalIPs": ["192.0.2.9"]}), json!({}), "192.0.2.9"),
            (json!({"type": "LoadBalancer"}), json!({}), "<pending>"),
            (json!({"type": "LoadBalancer"}), json!({"loadBalancer": balancer}), "192.0.2.1"),
            (json!({"type": "ExternalName", "externalName": "example.com"}), json!({}), "example.com"),
        ] {
            assert_eq!(external(&json!({"spec": spec, "status": status})), address);
        }
        let service = json!({"spec": {"ports": [
            {"port": 80, "protocol": "TCP"}, {"port": 53, "nodePort": 30053, "protocol": "UDP"},
        ]}});
        assert_eq!(ports(&service), "80/TCP,53:30053/UDP");
    }
}
