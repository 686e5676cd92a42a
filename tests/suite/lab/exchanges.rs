//! Exchanges with a real API server, replayed against the lab's: the same requests, the same answers.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use kubectl_gitops_lab::{Clock, Lab, Settings};
use regex::Regex;
use serde_json::{Value, json};

use super::client::Client;
use super::comparison::difference;
use super::recordings::golden;

/// Where the lab answers otherwise: scenario, index of the exchange, what differs, and why that is so.
const DIFFERENCES: &[(&str, usize, &str, &str)] = &[
    ("workloads", 20, ".rows: 12", "the recorder's cluster had the namespaces of other recordings as well"),
    ("workloads", 21, "last-applied-configuration", "the recorder made its node with kubectl apply"),
    ("jobs", 13, "field is immutable", "a server prints the Go value of the template, the lab the document"),
    ("discovery", 17, "[+]ping ok", "the lab has none of the parts that a real server tells the health of"),
];

/// How many exchanges each recording has.
const RECORDINGS: &[(&str, usize)] = &[
    ("life", 24),
    ("errors", 39),
    ("apply", 11),
    ("lists", 20),
    ("watch", 13),
    ("finalizers", 14),
    ("access", 5),
    ("flux-objects", 14),
    ("workloads", 25),
    ("jobs", 19),
    ("discovery", 18),
    ("discovery-aggregated", 2),
];

/// Definitions that the lab has and the recorded server had not: its helm-controller and Azure's agents were
/// not there.
const UNRECORDED: [&str; 2] = ["fluxconfigs.clusterconfig.azure.com", "helmreleases.helm.toolkit.fluxcd.io"];

/// What the recorder let every container write.
const LOG: &str = "run 1 started\nwarning: slow answer\nGET /healthz 200\n3 checks, 3 passed\n";

struct Conversation {
    lab: Lab,
    client: Client,
    captured: BTreeMap<String, String>,
    /// Whether the recording says who owns what.
    has_owners: bool,
}

impl Conversation {
    /// Time passes as the recorder waited, and by itself where a watch waits for it.
    async fn begin(file: &Value) -> Self {
        let namespace = &file["namespace"];
        let mut exchanges = file["exchanges"].as_array().unwrap().iter();
        let mut settings = Settings::default();
        if !exchanges.any(|exchange| exchange.get("stream").is_some()) {
            settings.clock = Clock::Stepped(Timestamp::now());
        }
        let lab = Lab::start(settings).await.unwrap();
        lab.write_logs(LOG);
        let client = Client::of_lab(&lab);
        let mut conversation = Self {
            lab,
            client,
            captured: BTreeMap::new(),
            has_owners: file.to_string().contains("managedFields"),
        };
        for name in UNRECORDED {
            let path = format!("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{name}");
            let request = json!({"method": "DELETE", "path": path, "as": "admin"});
            let answer = conversation.send(&request).await.whole().await;
            assert_eq!(answer.status, 200, "{}", answer.text);
        }
        if namespace.is_string() {
            let body = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}});
            let request =
                json!({"method": "POST", "path": "/api/v1/namespaces", "as": "admin", "body": body});
            assert_eq!(conversation.send(&request).await.whole().await.status, 201);
        }
        conversation
    }

    async fn send(&mut self, request: &Value) -> super::client::Stream {
        self.client.token = match request["as"].as_str() {
            Some("admin") => Some(self.lab.token().to_owned()),
            Some("viewer") => Some(self.lab.viewer_token().to_owned()),
            Some(_) => Some("nobody-knows-this".to_owned()),
            None => None,
        };
        let body = match &request["body"] {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            body => self.filled(&body.to_string()),
        };
        let given = request["headers"].as_object().into_iter().flatten();
        let mut headers: Vec<(&str, &str)> =
            given.map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
        for (name, preset) in [("Accept", "application/json"), ("Content-Type", "application/json")] {
            let is_given = headers.iter().any(|(given, _)| *given == name);
            if !is_given && (name == "Accept" || !request["body"].is_null()) {
                headers.push((name, preset));
            }
        }
        let path = self.filled(request["path"].as_str().unwrap());
        self.client.send_with(request["method"].as_str().unwrap(), &path, &headers, body.as_bytes()).await
    }

    /// `text` with what was captured in its places.
    fn filled(&self, text: &str) -> String {
        let place = Regex::new(r"\$\{(\w+)\}").unwrap();
        place.replace_all(text, |found: &regex::Captures<'_>| self.captured[&found[1]].clone()).into_owned()
    }

    /// Replays one exchange; what differs, if anything does.
    async fn replay(&mut self, exchange: &Value) -> Option<String> {
        let recorded = &exchange["response"];
        if let Some(seconds) = exchange["after"].as_u64() {
            self.lab.step(Duration::from_secs(seconds));
        }
        let mut stream = self.send(&exchange["request"]).await;
        if stream.status != recorded["status"] {
            let answer = stream.whole().await;
            return Some(format!(
                "status: recorded {}, here {} {}",
                recorded["status"], answer.status, answer.text
            ));
        }
        if let Some(lines) = recorded["lines"].as_array() {
            for request in exchange["during"].as_array().into_iter().flatten() {
                let difference = Box::pin(self.replay(request)).await;
                if let Some(difference) = difference {
                    return Some(format!("during: {difference}"));
                }
            }
            let mut here = Vec::new();
            // The recorder read in chunks, and kept more than it asked for.
            let asked = usize::try_from(exchange["stream"].as_u64().unwrap()).unwrap();
            while here.len() < asked.max(lines.len())
                && let Some(line) = stream.next().await
            {
                here.push(line);
            }
            if !self.has_owners {
                here.iter_mut().for_each(forget_owners);
            }
            return difference(&json!(lines), &json!(here), false);
        }
        let answer = stream.whole().await;
        for (name, value) in recorded["headers"].as_object().unwrap() {
            let here = answer.headers.get(name).map(String::as_str).unwrap_or_default();
            if value != here {
                return Some(format!("header {name}: recorded {value}, here {here:?}"));
            }
        }
        if let Some(text) = recorded["text"].as_str() {
            return difference(&json!(text), &json!(answer.text), false);
        }
        let mut here = answer.json();
        if !self.has_owners {
            forget_owners(&mut here);
        }
        for (name, path) in exchange["capture"].as_object().into_iter().flatten() {
            let path = format!("/{}", path.as_str().unwrap().replace('.', "/"));
            let value = here.pointer(&path).unwrap().as_str().unwrap();
            self.captured.insert(name.clone(), value.to_owned());
        }
        let path = exchange["request"]["path"].as_str().unwrap();
        let is_discovery = path.starts_with("/api") && !path.contains("/namespaces") && !path.contains('?');
        difference(&recorded["body"], &here, is_discovery)
    }
}

/// Recordings leave out who owns what, but for the one that is about it.
fn forget_owners(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.remove("managedFields");
            fields.values_mut().for_each(forget_owners);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_owners),
        _ => {}
    }
}

#[tokio::test]
async fn the_lab_answers_as_a_real_server_was_recorded_answering() {
    let mut found = Vec::new();
    for (name, count) in RECORDINGS {
        let file: Value = serde_json::from_str(&golden(&format!("kubernetes/{name}.json"))).unwrap();
        let exchanges = file["exchanges"].as_array().unwrap();
        assert_eq!(exchanges.len(), *count, "{name}");
        let mut conversation = Conversation::begin(&file).await;
        for (index, exchange) in exchanges.iter().enumerate() {
            if let Some(difference) = conversation.replay(exchange).await {
                found.push((*name, index, difference));
            }
        }
    }
    let unexpected: Vec<String> = found
        .iter()
        .filter(|(name, index, told)| {
            !DIFFERENCES.iter().any(|known| (known.0, known.1) == (*name, *index) && told.contains(known.2))
        })
        .map(|(name, index, told)| format!("{name}[{index}] {told}"))
        .collect();
    assert!(unexpected.is_empty(), "{} differ:\n{}", unexpected.len(), unexpected.join("\n"));
    assert_eq!(found.len(), DIFFERENCES.len(), "a difference that is none any more leaves the table");
    assert!(DIFFERENCES.len() <= 10 && DIFFERENCES.iter().all(|known| !known.3.is_empty()));
}
