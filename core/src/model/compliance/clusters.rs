//! What speaks against the compliance of everything on a cluster: Azure does not hear of it, or soon will not.

use jiff::SignedDuration;

use super::ComplianceCase;
use super::doubt::Doubt;
use super::next_command::show_cluster;
use crate::model::azure::{ClusterKind, ConnectedCluster, Connectivity};
use crate::model::verdict::timing::CERTIFICATE_NOTICE_SECONDS;
use crate::model::verdict::{Reason, age_in_words, ago_in_words};

/// The doubts about the cluster that a configuration is for.
pub(super) fn cluster_doubts(case: &ComplianceCase<'_>) -> Vec<Doubt> {
    let connected = match case.connected {
        Ok(Some(connected)) => connected,
        Ok(None) => return absence(case).into_iter().collect(),
        Err(_) => return Vec::new(),
    };
    let silence = silence(case, connected);
    let certificate = certificate(case, connected).filter(|_| silence.is_none());
    silence.into_iter().chain(certificate).collect()
}

/// That Azure does not have the cluster, where that is not told of its configuration.
fn absence(case: &ComplianceCase<'_>) -> Option<Doubt> {
    let cluster = case.cluster;
    if case.document == Ok(None) || cluster.kind() != ClusterKind::Connected {
        return None;
    }
    let message = format!("Azure has no cluster {cluster}, or hides it from whoever asks");
    Some(Doubt::new(Reason::ClusterOffline, message).next(show_cluster(cluster)))
}

/// That Azure does not hear of the cluster. A word that is not known is told as it is.
fn silence(case: &ComplianceCase<'_>, connected: &ConnectedCluster) -> Option<Doubt> {
    let cluster = case.cluster;
    let connectivity = connected.connectivity.as_ref()?;
    let last = connected.last_connected.map(|last| ago_in_words(last, case.now));
    let heard = last.map(|last| format!(", which Azure heard {last}")).unwrap_or_default();
    let before = "what Azure says of it is from before";
    let message = match connectivity {
        Connectivity::Connected => return None,
        Connectivity::Connecting => format!("the agents of {cluster} have not connected with Azure yet"),
        Connectivity::Offline => format!("{cluster}{heard}, is Offline: {before}"),
        Connectivity::Expired => {
            format!("{cluster}{heard}, was Offline until its certificate Expired: {before}")
        }
        Connectivity::AgentNotInstalled => format!("{cluster} has no agents: {before}"),
        Connectivity::Other(word) => format!("{cluster}{heard}, is {word}: {before}"),
    };
    let reason = match connectivity {
        Connectivity::Expired => Reason::CertificateExpired,
        _ => Reason::ClusterOffline,
    };
    Some(Doubt::new(reason, message).next(show_cluster(cluster)))
}

/// That the certificate with which the agents sign in ends soon. They renew it long before, so that something keeps them
/// from it.
fn certificate(case: &ComplianceCase<'_>, connected: &ConnectedCluster) -> Option<Doubt> {
    let expires = connected.certificate_expires?;
    let left: SignedDuration = expires.duration_since(case.now);
    if left.as_secs() > CERTIFICATE_NOTICE_SECONDS {
        return None;
    }
    let when = if left.is_positive() {
        format!("expires in {}", age_in_words(case.now, expires))
    } else {
        format!("expired {}", ago_in_words(expires, case.now))
    };
    let message = format!("the certificate of the agents of {} {when} and was not renewed", case.cluster);
    let reason = if left.is_positive() { Reason::CertificateExpires } else { Reason::CertificateExpired };
    Some(Doubt::new(reason, message).without_weight().next(show_cluster(case.cluster)))
}

#[cfg(test)]
mod tests {
    use super::super::scene::{assert_told, at, scene, told};
    use super::*;

    #[test]
    fn what_azure_says_of_a_cluster_that_it_does_not_hear_is_from_before() {
        let of = |connectivity| scene().with(|scene| scene.connected.connectivity = connectivity);
        for (connectivity, why) in [
            (
                Connectivity::Offline,
                "edge-1 in rg-edge, which Azure heard 5 min ago, is Offline: what Azure says of it is from before",
            ),
            (
                Connectivity::Expired,
                "edge-1 in rg-edge, which Azure heard 5 min ago, was Offline until its certificate Expired: what Azure says of it is from before",
            ),
            (Connectivity::Connecting, "the agents of edge-1 in rg-edge have not connected with Azure yet"),
            (
                Connectivity::Other("Degraded".to_owned()),
                "edge-1 in rg-edge, which Azure heard 5 min ago, is Degraded: what Azure says of it is from before",
            ),
        ] {
            let reason = match connectivity {
                Connectivity::Expired => Reason::CertificateExpired,
                _ => Reason::ClusterOffline,
            };
            assert_told(&of(Some(connectivity)), reason, why);
        }
        assert_eq!(told(&of(None)), (None, String::new(), Vec::new()), "not every answer says it");
    }

    #[test]
    fn a_cluster_that_azure_does_not_have_is_told_beside_its_configuration() {
        let scene = scene();
        let finding = ComplianceCase { connected: Ok(None), ..scene.case() }.decide();
        assert_eq!(finding.compliance.reason, Some(Reason::ClusterOffline));
        assert_eq!(
            finding.compliance.why.as_deref(),
            Some("Azure has no cluster edge-1 in rg-edge, or hides it from whoever asks")
        );
        assert_eq!(finding.next[0].command, "az connectedk8s show -g rg-edge -n edge-1 --subscription s");
        let unknown = ComplianceCase { connected: Err("403"), ..scene.case() }.decide();
        assert_eq!(unknown.compliance.reason, None, "it has a row of its own");
    }

    #[test]
    fn a_certificate_that_ends_soon_is_told_beside_the_state() {
        for (expires, message) in [
            (15 * 86_400, None),
            (13 * 86_400, Some("expires in 12 days and was not renewed")),
            (400, Some("expired 10 min ago and was not renewed")),
        ] {
            let scene = scene().with(|scene| scene.connected.certificate_expires = Some(at(expires)));
            let finding = scene.case().decide();
            assert_eq!(finding.compliance.reason, None);
            let remark = finding.remarks.first().map(|remark| remark.message.as_str());
            assert_eq!(remark.is_some(), message.is_some(), "{expires}: {remark:?}");
            let is_past = finding.remarks.iter().any(|remark| remark.reason == Reason::CertificateExpired);
            assert_eq!(is_past, expires < 1000, "{expires}");
            assert!(remark.unwrap_or_default().ends_with(message.unwrap_or_default()), "{remark:?}");
        }
    }
}
