//! Flux configurations that nobody made: rows for queries over very many, each a function of its number.
//!
//! Nothing is kept of them but how many there are. Rejected: making them in Resource Manager, whose store, operations
//! and agents would carry a hundred thousand resources for the sake of a few queries.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value as Json, json};

use super::column::Column;
use super::value::{Kind, KqlValue, Step, walk};
use crate::azure::timestamp::time;

/// How many configurations a cluster has.
const PER_CLUSTER: u32 = 4;
/// How many configurations the clusters of a resource group have.
const PER_GROUP: u32 = 1000;
const NAMES: [&str; 4] = ["apps", "cluster-config", "infra", "platform"];
const BRANCHES: [&str; 4] = ["main", "dev", "qa", "prod"];

/// So many synthetic configurations of one repository in one subscription.
#[derive(Debug)]
pub(super) struct SyntheticConfigurations {
    pub(super) count: u32,
    pub(super) subscription: String,
    pub(super) tenant: String,
    /// The repository.
    pub(super) url: String,
    /// When they reported last.
    pub(super) at: Timestamp,
}

/// One of them.
#[derive(Clone, Debug)]
pub(super) struct SyntheticRow {
    pub(super) fleet: Arc<SyntheticConfigurations>,
    pub(super) number: u32,
}

impl SyntheticConfigurations {
    /// The resource group of the one with this number.
    pub(super) fn group_of(number: u32) -> String {
        format!("rg-fleet-{:03}", number / PER_GROUP)
    }

    /// The numbers that one resource group has, group by group.
    pub(super) fn by_group(&self) -> impl Iterator<Item = std::ops::Range<u32>> + use<> {
        let count = self.count;
        (0..count).step_by(PER_GROUP as usize).map(move |first| first..count.min(first + PER_GROUP))
    }
}

impl SyntheticRow {
    /// What stands behind these steps from a column. What queries ask for most is told without the document around it.
    pub(super) fn value(&self, column: Column, steps: &[Step]) -> KqlValue {
        let member = |index: usize| match steps.get(index) {
            Some(Step::Member(name)) => Some(name.as_str()),
            _ => None,
        };
        if steps.is_empty() && column.kind() == Kind::Text {
            return self.text(column);
        }
        match (column, steps.len(), member(0), member(1), member(2)) {
            (Column::Properties, 1, Some("complianceState"), ..) => KqlValue::text(self.state()),
            (Column::Properties, 1, Some("sourceSyncedCommitId"), ..) => KqlValue::text(self.revision()),
            (Column::Properties, 1, Some("provisioningState"), ..) => KqlValue::text("Succeeded"),
            (Column::Properties, 1, Some("kustomizations"), ..) => KqlValue::from(&self.kustomizations()),
            (Column::Properties, 2, Some("gitRepository"), Some("url"), _) => {
                KqlValue::text(self.fleet.url.clone())
            }
            (Column::Properties, 3, Some("gitRepository"), Some("repositoryRef"), Some("branch")) => {
                KqlValue::text(self.branch())
            }
            (Column::Properties, ..) => {
                walk(&self.properties(), steps).map_or(KqlValue::Null, KqlValue::from)
            }
            _ => KqlValue::Null,
        }
    }

    fn text(&self, column: Column) -> KqlValue {
        match column {
            Column::Id => KqlValue::text(self.id()),
            Column::Name => KqlValue::text(self.name()),
            Column::Type => KqlValue::text("microsoft.kubernetesconfiguration/fluxconfigurations"),
            Column::TenantId => KqlValue::text(self.fleet.tenant.clone()),
            Column::SubscriptionId => KqlValue::text(self.fleet.subscription.clone()),
            Column::ResourceGroup => KqlValue::text(SyntheticConfigurations::group_of(self.number)),
            _ => KqlValue::text(""),
        }
    }

    fn id(&self) -> String {
        let (subscription, name) = (&self.fleet.subscription, self.name());
        let group = SyntheticConfigurations::group_of(self.number);
        let cluster = self.number / PER_CLUSTER;
        format!(
            "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Kubernetes/connectedClusters/\
             fleet-{cluster:05}/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/{name}"
        )
    }

    fn name(&self) -> &'static str {
        NAMES[(self.number % PER_CLUSTER) as usize]
    }

    fn branch(&self) -> &'static str {
        BRANCHES[(self.number / PER_CLUSTER) as usize % BRANCHES.len()]
    }

    /// Of 128, 116 are compliant.
    fn state(&self) -> &'static str {
        match self.number.wrapping_mul(2_654_435_761) >> 16 & 0x7f {
            0..=4 => "Non-Compliant",
            5..=8 => "Pending",
            9..=10 => "Suspended",
            11 => "Unknown",
            _ => "Compliant",
        }
    }

    fn revision(&self) -> String {
        format!("{}@sha1:{:040x}", self.branch(), u64::from(self.number / PER_GROUP) + 1)
    }

    fn kustomizations(&self) -> Json {
        let name = self.name();
        json!({name: {"name": name, "path": format!("./{name}"), "dependsOn": []}})
    }

    fn properties(&self) -> Json {
        let ago = SignedDuration::from_secs(i64::from(self.number % 600));
        let reported = self.fleet.at.checked_sub(ago).unwrap_or(self.fleet.at);
        // What was fetched is applied by the time of the report.
        let fetched = time(reported.checked_sub(SignedDuration::from_hours(1)).unwrap_or(reported));
        let reported = time(reported);
        let name = self.name();
        json!({
            "scope": "cluster",
            "namespace": name,
            "sourceKind": "GitRepository",
            "suspend": self.state() == "Suspended",
            "gitRepository": {
                "url": self.fleet.url,
                "timeoutInSeconds": 600,
                "syncIntervalInSeconds": 600,
                "repositoryRef": {"branch": self.branch(), "tag": null, "semver": null, "commit": null},
                "httpsUser": null,
                "httpsCACert": null,
                "sshKnownHosts": null,
                "localAuthRef": null,
            },
            "bucket": null,
            "kustomizations": self.kustomizations(),
            "configurationProtectedSettings": null,
            "statuses": [],
            "repositoryPublicKey": null,
            "sourceSyncedCommitId": self.revision(),
            "sourceUpdatedAt": fetched,
            "statusUpdatedAt": reported,
            "complianceState": self.state(),
            "provisioningState": "Succeeded",
            "errorMessage": null,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn rows(count: u32) -> impl Iterator<Item = SyntheticRow> {
        let fleet = Arc::new(SyntheticConfigurations {
            count,
            subscription: "S".to_owned(),
            tenant: "T".to_owned(),
            url: "https://github.com/contoso/fleet".to_owned(),
            at: "2026-05-04T10:00:00Z".parse().unwrap(),
        });
        (0..count).map(move |number| SyntheticRow { fleet: Arc::clone(&fleet), number })
    }

    #[test]
    fn a_place_that_is_told_alone_is_that_of_the_document() {
        let paths: [&[&str]; 8] = [
            &["provisioningState"],
            &["kustomizations"],
            &["complianceState"],
            &["sourceSyncedCommitId"],
            &["gitRepository", "url"],
            &["gitRepository", "repositoryRef", "branch"],
            &["gitRepository", "repositoryRef", "tag"],
            &["complianceState", "x"],
        ];
        for row in rows(50) {
            for path in paths {
                let steps: Vec<Step> = path.iter().map(|name| Step::Member((*name).to_owned())).collect();
                let (alone, document) = (row.value(Column::Properties, &steps), row.properties());
                let found = walk(&document, &steps).map_or(KqlValue::Null, KqlValue::from);
                assert_eq!(alone.into_json(), found.into_json(), "{path:?}");
            }
        }
    }

    #[test]
    fn they_stand_in_the_order_of_their_ids_and_differ() {
        let ids: Vec<String> = rows(20_000).map(|row| row.id()).collect();
        assert!(ids.is_sorted_by(|one, next| one < next), "in order, and none twice");
        let mut states = BTreeMap::new();
        rows(20_000).for_each(|row| *states.entry(row.state()).or_insert(0) += 1);
        assert_eq!(states.len(), 5, "{states:?}");
        assert!(states["Compliant"] > 17_000, "{states:?}");
    }

    #[test]
    fn groups_divide_them_all() {
        for count in [0, 1, 999, 1000, 1001, 2500] {
            let fleet = rows(count.max(1)).next().unwrap().fleet;
            let fleet = SyntheticConfigurations {
                count,
                subscription: String::new(),
                tenant: String::new(),
                url: String::new(),
                at: fleet.at,
            };
            let numbers: Vec<u32> = fleet.by_group().flatten().collect();
            assert_eq!(numbers, (0..count).collect::<Vec<_>>());
        }
    }
}
