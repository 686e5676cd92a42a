//! When Azure heard last of a cluster, and what follows from silence: after 15 minutes it counts as offline; once the
//! certificate of its agents has expired, which they renew while they are connected, it has to be connected anew.

use std::collections::BTreeMap;

use gitops_core::model::azure::Connectivity;
use jiff::{SignedDuration, Timestamp};

use crate::azure::resources::ResourceId;

/// How long a cluster may be silent and still count as connected.
const SILENCE: SignedDuration = SignedDuration::from_mins(15);
/// How long a certificate is good.
const VALIDITY: SignedDuration = SignedDuration::from_hours(90 * 24);
/// How long before its end agents renew it.
const RENEWAL: SignedDuration = SignedDuration::from_hours(45 * 24);

/// What agents know of their cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ClusterFacts {
    /// `1.34.2`
    pub(crate) kubernetes_version: String,
    pub(crate) nodes: u64,
    pub(crate) cores: u64,
    /// The version of the agents: `1.31.3`.
    pub(crate) agent_version: String,
}

/// When a cluster was heard of.
#[derive(Clone, Debug)]
pub(crate) struct ClusterConnectivity {
    pub(crate) id: ResourceId,
    /// Never, before its agents spoke for the first time.
    pub(crate) last: Option<Timestamp>,
    pub(crate) certificate_expires: Timestamp,
    /// What was told of it last.
    pub(super) told: Connectivity,
}

impl ClusterConnectivity {
    /// What is to be made of it at `now`.
    pub(crate) fn state(&self, now: Timestamp) -> Connectivity {
        match self.last {
            _ if now >= self.certificate_expires => Connectivity::Expired,
            None => Connectivity::Connecting,
            Some(last) if now.duration_since(last) >= SILENCE => Connectivity::Offline,
            Some(_) => Connectivity::Connected,
        }
    }

    /// When that changes by itself.
    fn due(&self) -> Option<Timestamp> {
        let silent = self.last.map(|last| last + SILENCE);
        match &self.told {
            Connectivity::Connected => silent.map(|silent| silent.min(self.certificate_expires)),
            Connectivity::Connecting | Connectivity::Offline => Some(self.certificate_expires),
            _ => None,
        }
    }
}

/// That of all clusters.
#[derive(Debug, Default)]
pub(crate) struct ClusterConnectivities(BTreeMap<String, ClusterConnectivity>);

impl ClusterConnectivities {
    /// A cluster is to be connected.
    pub(crate) fn expect(&mut self, id: &ResourceId, now: Timestamp) {
        let new = || ClusterConnectivity {
            id: id.clone(),
            last: None,
            certificate_expires: now + VALIDITY,
            told: Connectivity::Connecting,
        };
        self.0.entry(id.key().to_owned()).or_insert_with(new);
    }

    /// A cluster is heard of; none where it cannot be, and what is known of it then.
    pub(super) fn hear(&mut self, id: &ResourceId, now: Timestamp) -> Option<&ClusterConnectivity> {
        let contact = self.0.get_mut(id.key()).filter(|contact| now < contact.certificate_expires)?;
        contact.last = Some(now);
        contact.told = Connectivity::Connected;
        if contact.certificate_expires.duration_since(now) <= RENEWAL {
            contact.certificate_expires = now + VALIDITY;
        }
        Some(contact)
    }

    /// Lets the certificates of all clusters expire then. Returns which those are.
    pub(super) fn set_certificates(&mut self, expire: Timestamp) -> Vec<ResourceId> {
        let set = |contact: &mut ClusterConnectivity| {
            contact.certificate_expires = expire;
            contact.id.clone()
        };
        self.0.values_mut().map(set).collect()
    }

    /// Writes down when a cluster was heard of last, and until when its certificate is good. What follows from that is
    /// told from then on; its silence is none, as nobody speaks for it.
    pub(super) fn record(
        &mut self,
        id: &ResourceId,
        last: Timestamp,
        expires: Timestamp,
        now: Timestamp,
    ) -> Connectivity {
        let mut contact = ClusterConnectivity {
            id: id.clone(),
            last: Some(last),
            certificate_expires: expires,
            told: Connectivity::Connecting,
        };
        contact.told = contact.state(now);
        let told = contact.told.clone();
        self.0.remove(id.key());
        told
    }

    /// A cluster is no longer Azure's.
    pub(crate) fn forget(&mut self, id: &ResourceId) {
        self.0.remove(id.key());
    }

    /// When the state of any changes by itself.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        self.0.values().filter_map(ClusterConnectivity::due).min()
    }

    /// Those whose state has changed by `now`, with what it is.
    pub(super) fn changed(&mut self, now: Timestamp) -> Vec<(ResourceId, Connectivity)> {
        let changed = self.0.values_mut().filter_map(|contact| {
            let state = contact.state(now);
            let is_new = state != contact.told;
            contact.told = state.clone();
            is_new.then(|| (contact.id.clone(), state))
        });
        changed.collect()
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::{ClusterConnectivities, Connectivity, ResourceId};

    #[test]
    fn silence_is_offline_and_much_of_it_has_to_be_connected_anew() {
        let (mut contacts, begin) = (ClusterConnectivities::default(), Timestamp::UNIX_EPOCH);
        let id = ResourceId::new(
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.Kubernetes/connectedClusters/c",
        );
        let at = |minutes: i64| begin + SignedDuration::from_mins(minutes);
        let (day, heard) = (24 * 60, 1);
        assert!(contacts.hear(&id, begin).is_none(), "a cluster that nobody put");
        contacts.expect(&id, begin);
        assert_eq!(contacts.due(), Some(at(90 * day)));
        contacts.hear(&id, at(heard)).expect("a cluster that is expected");
        let mut states = Vec::new();
        for minutes in [14 + heard, 15 + heard, 16 + heard, 90 * day, 91 * day] {
            let told = contacts.changed(at(minutes));
            states.push((minutes, told.first().map(|(_, state)| state.clone())));
        }
        let (offline, expired) = (Some(Connectivity::Offline), Some(Connectivity::Expired));
        let expected = [(15, None), (16, offline), (17, None), (90 * day, expired), (91 * day, None)];
        assert_eq!(states, expected);
        assert!(contacts.hear(&id, at(91 * day)).is_none());
        assert_eq!(contacts.due(), None);
    }

    #[test]
    fn agents_that_speak_renew_their_certificate() {
        let (mut contacts, begin) = (ClusterConnectivities::default(), Timestamp::UNIX_EPOCH);
        let id = ResourceId::new(
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.Kubernetes/connectedClusters/c",
        );
        let day = |days: i64| begin + SignedDuration::from_hours(24 * days);
        contacts.expect(&id, begin);
        for (heard, expires) in [(1, 90), (44, 90), (45, 135), (134, 224)] {
            let contact = contacts.hear(&id, day(heard)).expect("a certificate that is good");
            assert_eq!(contact.certificate_expires, day(expires), "heard on day {heard}");
        }
    }
}
