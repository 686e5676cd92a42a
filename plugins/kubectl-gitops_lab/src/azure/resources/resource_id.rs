//! Ids of resources: equal in any case, and kept as they were first written.

use std::fmt;

/// An id: `/subscriptions/…`, or of a tenant `/providers/…`.
#[derive(Clone, Debug)]
pub(crate) struct ResourceId {
    text: String,
    key: String,
}

impl ResourceId {
    /// That of a path, without a slash at its end.
    pub(crate) fn new(path: &str) -> Self {
        let text = format!("/{}", path.trim_matches('/'));
        let key = text.to_lowercase();
        Self { text, key }
    }

    /// As it is compared: in lower case.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// As it was written.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// As addresses of operations have it: the service writes the type of connected clusters with a capital there.
    pub(crate) fn with_capital_cluster_type(&self) -> String {
        self.text.replace("/connectedClusters/", "/ConnectedClusters/")
    }

    /// The last word.
    pub(crate) fn name(&self) -> &str {
        self.text.rsplit('/').next().unwrap_or_default()
    }

    /// `Microsoft.KubernetesConfiguration/fluxConfigurations`: provider and types behind the last `providers`.
    pub(crate) fn kind(&self) -> String {
        let words: Vec<&str> = self.text.split('/').collect();
        let last = words.iter().rposition(|word| word.eq_ignore_ascii_case("providers"));
        let Some((provider, rest)) = last.and_then(|last| words.get(last + 1..)?.split_first()) else {
            return String::new();
        };
        let types = rest.iter().step_by(2).copied();
        std::iter::once(*provider).chain(types).collect::<Vec<_>>().join("/")
    }

    /// What is before the last `/providers/`: the resource that this one belongs to.
    pub(crate) fn parent(&self) -> Option<Self> {
        let at = self.key.rfind("/providers/").filter(|at| *at > 0)?;
        Some(Self::new(&self.text[..at]))
    }

    /// The word that stands behind another: that of a resource group behind `resourceGroups`.
    pub(crate) fn word_after(&self, word: &str) -> Option<&str> {
        let mut words = self.text.split('/');
        words.find(|found| found.eq_ignore_ascii_case(word))?;
        words.next()
    }

    /// The namespaces of the providers in it, in their order.
    pub(crate) fn namespaces(&self) -> Vec<String> {
        let words: Vec<&str> = self.text.split('/').collect();
        let pairs = words.windows(2).filter(|pair| pair[0].eq_ignore_ascii_case("providers"));
        pairs.map(|pair| pair[1].to_owned()).collect()
    }

    /// One of a type of the provider, beneath this one.
    pub(crate) fn below(&self, kind: &str, name: &str) -> Self {
        Self::new(&format!("{}/providers/{kind}/{name}", self.text))
    }
}

impl PartialEq for ResourceId {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for ResourceId {}

impl fmt::Display for ResourceId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::ResourceId;

    #[test]
    fn an_id_tells_what_it_is_of() {
        let cluster = ResourceId::new(
            "/subscriptions/S/resourceGroups/G/providers/Microsoft.Kubernetes/connectedClusters/edge-1/",
        );
        assert_eq!(
            (cluster.kind().as_str(), cluster.name()),
            ("Microsoft.Kubernetes/connectedClusters", "edge-1")
        );
        let below = cluster.below("Microsoft.KubernetesConfiguration/fluxConfigurations", "hello");
        assert_eq!(below.kind(), "Microsoft.KubernetesConfiguration/fluxConfigurations");
        assert_eq!(below.parent(), Some(ResourceId::new(&cluster.as_str().to_uppercase())));
        assert_eq!(ResourceId::new("/subscriptions/S").kind(), "");
    }
}
