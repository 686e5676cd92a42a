//! Which images there are in the registry that a lab owns, and what a pod says whose image is not among them. Images of
//! other registries are taken to be there: nobody asks them.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::kubernetes::cluster::Cluster;
use crate::kubernetes::storage::key::Key;
use crate::kubernetes::workloads::event_text::EventText;
use crate::kubernetes::workloads::image_pattern::pattern;

/// How long after a pull that failed it is said that the next one is waited for.
pub(super) const BACK_OFF: SignedDuration = SignedDuration::from_secs(10);

impl Cluster {
    /// Takes the images of an organisation to be the lab's: those that nobody publishes are not there.
    pub(crate) fn own_images(&mut self, organisation: &str) {
        let owned = format!("ghcr.io/{organisation}/");
        if !self.workloads.registry.owned.contains(&owned) {
            self.workloads.registry.owned.push(owned);
        }
    }

    /// Publishes an image (`*` is any text).
    pub(crate) fn publish_image(&mut self, image: &str) {
        self.workloads.registry.published.push(pattern(image));
    }

    /// The image of a pod that nobody published, if there is one.
    pub(super) fn unpublished<'a>(&self, pod: &'a Value) -> Option<&'a str> {
        let containers = pod["spec"]["containers"].as_array()?;
        let mut images = containers.iter().filter_map(|container| container["image"].as_str());
        images.find(|image| self.workloads.registry.lacks(image))
    }

    /// Tells of a pull that found no such image.
    pub(super) fn tell_not_found(
        &mut self,
        component: &'static str,
        pod: &Value,
        image: &str,
        now: Timestamp,
    ) {
        let message = format!("Failed to pull image {image:?}: {}", not_found(image));
        for message in [message, "Error: ErrImagePull".to_owned()] {
            self.tell(pod, &EventText::warning(component, "Failed", message), now);
        }
    }

    /// Whether a pod whose pull failed is told to wait for the next one now.
    pub(super) fn backs_off(&mut self, key: &Key, now: Timestamp) -> bool {
        let ends = &mut self.workloads.ends;
        let end = *ends.entry(key.clone()).or_insert_with(|| now.saturating_add(BACK_OFF).unwrap_or(now));
        if end > now {
            self.wake(key.clone(), end);
            return false;
        }
        ends.remove(key);
        true
    }
}

/// What a container waits for whose image is not there: first the pull that failed, then the next one.
pub(super) fn waiting(image: &str, is_backing_off: bool) -> Value {
    let error = not_found(image);
    match is_backing_off {
        false => json!({"waiting": {"reason": "ErrImagePull", "message": error}}),
        true => {
            let message = format!("Back-off pulling image {image:?}: ErrImagePull: {error}");
            json!({"waiting": {"reason": "ImagePullBackOff", "message": message}})
        }
    }
}

/// As containerd says it.
fn not_found(image: &str) -> String {
    format!(
        "failed to pull and unpack image {image:?}: failed to resolve reference {image:?}: {image}: not found"
    )
}

#[cfg(test)]
mod tests {
    use http::Method;
    use jiff::SignedDuration;
    use serde_json::{Value, json};

    use crate::kubernetes::testing::{NOW, cluster, send};

    #[test]
    fn an_image_that_nobody_published_cannot_be_pulled() {
        let mut cluster = cluster();
        cluster.own_images("contoso");
        cluster.publish_image("ghcr.io/contoso/hello:1");
        cluster.publish_image("ghcr.io/contoso/factory/*");
        let pods = [
            ("a", "ghcr.io/contoso/hello:1", ["", ""]),
            ("b", "ghcr.io/contoso/hello:2", ["ErrImagePull", "ImagePullBackOff"]),
            ("c", "ghcr.io/contoso/factory/a:9", ["", ""]),
            ("d", "ghcr.io/fabrikam/hello:2", ["", ""]),
        ];
        for (name, image, _) in pods {
            let pod = json!({"metadata": {"name": name}, "spec": {"containers": [{"name": "app", "image": image}]}});
            send(&mut cluster, Method::POST, "/api/v1/namespaces/default/pods", &pod);
        }
        for (index, seconds) in [2, 20].into_iter().enumerate() {
            cluster.advance(NOW + SignedDuration::from_secs(seconds));
            for (name, image, reasons) in pods {
                let path = format!("/api/v1/namespaces/default/pods/{name}");
                let (_, pod) = send(&mut cluster, Method::GET, &path, &Value::Null);
                let state = &pod["status"]["containerStatuses"][0]["state"];
                let reason = state["waiting"]["reason"].as_str().unwrap_or_default();
                assert_eq!(reason, reasons[index], "{image}: {pod}");
                match reason {
                    "" => assert!(state["running"].is_object(), "{image}: {pod}"),
                    _ => {
                        let message = state["waiting"]["message"].as_str().unwrap_or_default();
                        assert!(message.ends_with("ghcr.io/contoso/hello:2: not found"), "{message}");
                    }
                }
            }
        }
    }
}
