//! Whether a node takes a pod: what the pod asks for, what the node keeps away, and what is left on it.

use serde_json::Value;

use super::quantities::Quantity;
use crate::kubernetes::workloads::resource_amounts::resources;

/// How much of a node is taken.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::kubernetes) struct Load {
    cpu: i128,
    memory: i128,
}

impl Load {
    /// What a pod asks for.
    pub(super) fn of(pod: &Value) -> Self {
        let asked = resources(pod);
        let amount = |what: &str| asked.get(what).copied().unwrap_or_default().thousandths;
        Self { cpu: amount("requests.cpu"), memory: amount("requests.memory") }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.cpu += other.cpu;
        self.memory += other.memory;
    }

    pub(super) fn remove(&mut self, other: Self) {
        self.cpu -= other.cpu;
        self.memory -= other.memory;
    }
}

/// Why a node does not take a pod, in the scheduler's words. How many pods a node takes is not limited here: a lab
/// has one node for everything.
pub(super) fn refusal(node: &Value, pod: &Value, load: Load) -> Option<&'static str> {
    let spec = &node["spec"];
    if spec["unschedulable"] == true && !tolerates(pod, "node.kubernetes.io/unschedulable", "", "NoSchedule")
    {
        return Some("node(s) were unschedulable");
    }
    if !selected(node, pod) || !affine(node, pod) {
        return Some("node(s) didn't match Pod's node affinity/selector");
    }
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let taints = spec["taints"].as_array().into_iter().flatten();
    let mut binding = taints.filter(|taint| taint["effect"] != "PreferNoSchedule");
    if binding
        .any(|taint| !tolerates(pod, &text(&taint["key"]), &text(&taint["value"]), &text(&taint["effect"])))
    {
        return Some("node(s) had untolerated taint(s)");
    }
    let asked = Load::of(pod);
    let allocatable = |what: &str| {
        let text = node["status"]["allocatable"][what].as_str();
        text.and_then(Quantity::parse).map(|quantity| quantity.thousandths)
    };
    let lacks = |what: &str, asked: i128, taken: i128| {
        asked > 0 && allocatable(what).is_some_and(|all| taken + asked > all)
    };
    if lacks("cpu", asked.cpu, load.cpu) {
        return Some("Insufficient cpu");
    }
    lacks("memory", asked.memory, load.memory).then_some("Insufficient memory")
}

/// Whether a pod could go there if others went away.
pub(super) fn is_crowded(reason: &str) -> bool {
    reason.starts_with("Insufficient")
}

fn selected(node: &Value, pod: &Value) -> bool {
    let wanted = pod["spec"]["nodeSelector"].as_object();
    wanted.is_none_or(|wanted| wanted.iter().all(|(name, value)| node["metadata"]["labels"][name] == *value))
}

/// Whether a node is one of those that a pod must go to.
pub(super) fn affine(node: &Value, pod: &Value) -> bool {
    let required = &pod["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"];
    let Some(terms) = required["nodeSelectorTerms"].as_array() else { return true };
    terms.iter().any(|term| {
        let all = |list: &str, value: &dyn Fn(&str) -> Option<String>| {
            let rules = term[list].as_array().map(Vec::as_slice).unwrap_or_default();
            rules.iter().all(|rule| holds(rule, value(rule["key"].as_str().unwrap_or_default()).as_deref()))
        };
        let label = |key: &str| node["metadata"]["labels"][key].as_str().map(str::to_owned);
        let field = |key: &str| {
            let name = node["metadata"]["name"].as_str().filter(|_| key == "metadata.name");
            name.map(str::to_owned)
        };
        all("matchExpressions", &label) && all("matchFields", &field)
    })
}

fn holds(rule: &Value, value: Option<&str>) -> bool {
    let values = rule["values"].as_array().map(Vec::as_slice).unwrap_or_default();
    let is_listed = || value.is_some_and(|value| values.iter().any(|one| one == value));
    let number = |text: Option<&str>| text.and_then(|text| text.parse::<i64>().ok());
    let bound = || number(values.first().and_then(Value::as_str));
    match rule["operator"].as_str() {
        Some("In") => is_listed(),
        Some("NotIn") => !is_listed(),
        Some("Exists") => value.is_some(),
        Some("DoesNotExist") => value.is_none(),
        Some("Gt") => number(value).zip(bound()).is_some_and(|(value, bound)| value > bound),
        Some("Lt") => number(value).zip(bound()).is_some_and(|(value, bound)| value < bound),
        _ => false,
    }
}

fn tolerates(pod: &Value, key: &str, value: &str, effect: &str) -> bool {
    let tolerations = pod["spec"]["tolerations"].as_array().into_iter().flatten();
    let is = |field: &Value, text: &str| field.as_str().is_none_or(|field| field.is_empty() || field == text);
    tolerations.into_iter().any(|one| {
        let same_value = one["operator"] == "Exists" || one["value"].as_str().unwrap_or_default() == value;
        is(&one["key"], key) && is(&one["effect"], effect) && same_value
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Load, refusal};

    fn node(labels: Value, spec: Value) -> Value {
        json!({
            "metadata": {"name": "n", "labels": labels},
            "spec": spec,
            "status": {"allocatable": {"cpu": "4", "memory": "8Gi"}},
        })
    }

    #[test]
    fn a_node_says_why_it_does_not_take_a_pod() {
        let taint = json!({"taints": [{"key": "gpu", "value": "yes", "effect": "NoSchedule"}]});
        let tolerant = json!({"tolerations": [{"key": "gpu", "operator": "Exists"}]});
        let affinity = |operator: &str| {
            let rule = json!({"key": "zone", "operator": operator, "values": ["a"]});
            let terms = json!({"nodeSelectorTerms": [{"matchExpressions": [rule]}]});
            json!({"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}}})
        };
        let asks = |cpu: &str| json!({"containers": [{"resources": {"requests": {"cpu": cpu}}}]});
        let none = || json!({});
        let mismatch = Some("node(s) didn't match Pod's node affinity/selector");
        for (node, spec, expected) in [
            (node(none(), none()), none(), None),
            (node(none(), none()), json!({"nodeSelector": {"a": "b"}}), mismatch),
            (node(json!({"a": "b"}), none()), json!({"nodeSelector": {"a": "b"}}), None),
            (node(json!({"zone": "a"}), none()), affinity("In"), None),
            (node(json!({"zone": "a"}), none()), affinity("NotIn"), mismatch),
            (node(none(), taint.clone()), none(), Some("node(s) had untolerated taint(s)")),
            (node(none(), taint), tolerant, None),
            (node(none(), json!({"unschedulable": true})), none(), Some("node(s) were unschedulable")),
            (node(none(), none()), asks("2"), None),
            (node(none(), none()), asks("5"), Some("Insufficient cpu")),
        ] {
            let pod = json!({"spec": spec});
            assert_eq!(refusal(&node, &pod, Load::default()), expected, "{pod} on {node}");
        }
        let mut load = Load::default();
        load.add(Load::of(&json!({"spec": asks("3")})));
        let pod = json!({"spec": asks("2")});
        assert_eq!(refusal(&node(none(), none()), &pod, load), Some("Insufficient cpu"));
    }
}
