//! What becomes of pods by their images, where they do not say it themselves: so that whoever sets up a cluster
//! can let an image crash without a word of it in the manifests.

use jiff::SignedDuration;
use serde_json::Value;

use super::image_pattern::{ImagePattern, pattern};
use crate::kubernetes::Cluster;

/// What becomes of a pod: a label's value.
const LABEL: &str = "golden.test/is";
/// After how long: an annotation's value.
const AFTER: &str = "golden.test/after";

impl Cluster {
    /// Lets pods with this image (`*` is any text) become what the label `golden.test/is` would say. What was
    /// decided last counts.
    pub(crate) fn decide(&mut self, image: &str, outcome: &str, after: Option<SignedDuration>) {
        let image = pattern(image);
        self.workloads.fates.insert(0, ImagePattern { image, outcome: outcome.to_owned(), after });
    }

    /// What becomes of a pod; nothing bad when it is empty.
    pub(super) fn fate(&self, pod: &Value) -> String {
        let own = pod["metadata"]["labels"][LABEL].as_str().map(str::to_owned);
        own.or_else(|| Some(self.decided(pod)?.outcome.clone())).unwrap_or_default()
    }

    /// After how long, if that is said.
    pub(super) fn fate_after(&self, pod: &Value) -> Option<SignedDuration> {
        match pod["metadata"]["annotations"][AFTER].as_str() {
            Some(own) => own.parse().ok(),
            None => self.decided(pod)?.after,
        }
    }

    fn decided(&self, pod: &Value) -> Option<&ImagePattern> {
        let containers = pod["spec"]["containers"].as_array()?;
        let images = || containers.iter().filter_map(|container| container["image"].as_str());
        self.workloads.fates.iter().find(|fate| images().any(|image| fate.image.is_match(image)))
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use serde_json::json;

    use crate::kubernetes::testing::cluster;

    #[test]
    fn what_was_decided_last_counts_and_a_pod_itself_most() {
        let mut cluster = cluster();
        let minute = SignedDuration::from_mins(1);
        cluster.decide("ghcr.io/contoso/*", "image", None);
        cluster.decide("ghcr.io/contoso/hello:2", "later", Some(minute));
        for (image, label, outcome, after) in [
            ("ghcr.io/contoso/hello:2", None, "later", Some(minute)),
            ("ghcr.io/contoso/hello:1", None, "image", None),
            ("ghcr.io/contoso/hello:1", Some("crash"), "crash", None),
            ("nginx:ghcr.io/contoso/", None, "", None),
        ] {
            let mut pod = json!({"metadata": {}, "spec": {"containers": [{"image": image}]}});
            if let Some(label) = label {
                pod["metadata"]["labels"] = json!({"golden.test/is": label});
            }
            assert_eq!((cluster.fate(&pod).as_str(), cluster.fate_after(&pod)), (outcome, after), "{image}");
        }
    }
}
