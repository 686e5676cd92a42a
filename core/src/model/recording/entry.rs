//! One line of a timeline.

use serde_json::{Value, json};

use crate::model::Question;

/// What happened at a second.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// An object came, changed or went: `ADDED`, `MODIFIED` or `DELETED`.
    Change(&'static str, Value),
    /// The last lines that a container wrote before it ended.
    Log {
        /// Where its pod is.
        namespace: String,
        /// Its pod.
        pod: String,
        /// The container.
        container: String,
        /// The lines.
        lines: Vec<String>,
    },
    /// A question is answered with this status code from now on; with 200 it is answered as any other.
    Answer(Question, u16),
}

impl Entry {
    /// As a line of JSON.
    pub fn line(&self, second: f64) -> String {
        let t = (second * 1000.0).round() / 1000.0;
        let entry = match self {
            Entry::Change(change, object) => json!({"t": t, "type": change, "object": object}),
            Entry::Log { namespace, pod, container, lines } => json!({
                "t": t,
                "log": {"namespace": namespace, "pod": pod, "container": container, "lines": lines},
            }),
            Entry::Answer(question, code) => {
                let mut answer = json!({"resource": question.resource, "code": code});
                if let Some(namespace) = &question.namespace {
                    answer["namespace"] = json!(namespace);
                }
                if let Some(name) = &question.name {
                    answer["name"] = json!(name);
                }
                json!({"t": t, "answer": answer})
            }
        };
        entry.to_string()
    }
}
