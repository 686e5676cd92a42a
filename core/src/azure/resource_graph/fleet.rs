//! The queries about fleets: configurations summed up, counted, and those that are not well.
//!
//! The columns are those that [`crate::model::fleet::FleetReport`] reads, and the ranks those of its finding. Whether Azure
//! hears of a cluster stands in another table, so that its rows are joined. Azure's date where there is none is that of the
//! year 1.

use super::query::{GraphQuery, GraphScope, kql_string};
use crate::model::repository_key;

/// Which configurations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FleetFilter {
    /// What the address of the repository holds, in any case: whichever of its spellings it is.
    pub words: Vec<String>,
    /// The addresses themselves, where they are known. None of them: whatever the address is.
    pub urls: Vec<String>,
    /// The branch.
    pub branch: Option<String>,
}

/// The newest commit of a branch, with the spellings of the repository's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FleetHead {
    /// The addresses.
    pub urls: Vec<String>,
    /// The branch.
    pub branch: String,
    /// The commit.
    pub commit: String,
}

/// The most configurations that are read one by one.
const MOST_MEMBERS: usize = 1000;

const CONFIGURATIONS: &str = "kubernetesconfigurationresources
| where type =~ 'microsoft.kubernetesconfiguration/fluxconfigurations'
| extend url = tostring(properties.gitRepository.url), branch = tostring(properties.gitRepository.repositoryRef.branch), cluster = tostring(split(tolower(id), '/providers/microsoft.kubernetesconfiguration/')[0])
| where isnotempty(url)";

/// What the agents reported, and whether Azure hears of them.
const REPORTS: &str = "
| join kind=leftouter (resources
  | where type =~ 'microsoft.kubernetes/connectedclusters'
  | extend expires = todatetime(properties.managedIdentityCertificateExpirationTime)
  | project cluster = tolower(id), expires, heard = todatetime(properties.lastConnectivityTime), connectivity = iff(expires > datetime(2000-01-01) and expires < now(), 'Expired', tostring(properties.connectivityStatus))) on cluster
| extend state = tostring(properties.complianceState), suspended = tostring(properties.suspend), provisioning = tostring(properties.provisioningState), revision = tostring(properties.sourceSyncedCommitId), reported = todatetime(properties.statusUpdatedAt), fetched = todatetime(properties.sourceUpdatedAt), said = tostring(properties.statuses)
| extend commit = substring(revision, strlen(revision) - 40)
| extend told = array_length(split(said, 'Applied revision: ')), here = array_length(split(said, strcat('Applied revision: ', branch, '@sha1:', commit))) + array_length(split(said, strcat('Applied revision: ', branch, '/', commit))) - 1
| extend waits = iff(tostring(properties.kustomizations) contains '\"wait\":false', 'no', ''), missing = iff(said contains 'path not found', 'yes', ''), applied = case(told > 1, iff(here == told, 'yes', 'no'), isnull(reported) or isnull(fetched), '', reported > fetched, 'yes', 'no')";

impl GraphQuery {
    /// A row for each combination of what decides, with how many there are of it.
    pub fn fleet_summary(filter: &FleetFilter, scope: GraphScope) -> Self {
        let text = format!(
            "{CONFIGURATIONS}{}{REPORTS}\n| summarize configurations = count(), oldest = min(reported), newest = max(reported) by url, branch, state, suspended, provisioning, connectivity, revision, applied, waits, missing\n| order by configurations desc",
            filter.clauses()
        );
        Self::summary(&text, scope)
    }

    /// How many configurations there are, on how many clusters, in how many subscriptions. `dcount` would estimate.
    pub fn fleet_totals(filter: &FleetFilter, scope: GraphScope) -> Self {
        let text = format!(
            "{CONFIGURATIONS}{}\n| summarize configurations = count() by subscriptionId, cluster\n| summarize configurations = sum(configurations), clusters = count() by subscriptionId\n| summarize configurations = sum(configurations), clusters = sum(clusters), subscriptions = count()",
            filter.clauses()
        );
        Self::summary(&text, scope)
    }

    /// Every configuration, with all that is known of it: at most a page of them.
    pub fn fleet_members(filter: &FleetFilter, scope: GraphScope) -> Self {
        Self::followers(filter, scope).at_most(MOST_MEMBERS)
    }

    /// The same, however many there are.
    pub fn followers(filter: &FleetFilter, scope: GraphScope) -> Self {
        let text = format!(
            "{CONFIGURATIONS}{}{REPORTS}\n| project id, name, properties, url, branch, state, suspended, provisioning, connectivity, heard, expires, revision, applied, waits, missing",
            filter.clauses()
        );
        Self::rows(&text, scope)
    }

    /// The configurations that are not well, the worst first; of those that are behind the newest commit only those of the
    /// branches in `heads`.
    pub fn fleet_not_well(filter: &FleetFilter, heads: &[FleetHead], scope: GraphScope) -> Self {
        let behind: String = heads.iter().map(|head| format!("{}, 5, ", head.is_behind())).collect();
        let text = format!(
            "{CONFIGURATIONS}{}{REPORTS}\n\
             | extend rank = case(suspended =~ 'true' or state =~ 'Suspended', 2, provisioning in~ ('Failed', 'Canceled') or (state =~ 'Non-Compliant' and missing == ''), 1, isnotempty(connectivity) and connectivity !~ 'Connected', 3, state =~ 'Non-Compliant', 6, not(state in~ ('Compliant', 'Pending')), 3, strlen(revision) < 40, iff(state =~ 'Pending', 6, 3), {behind}state =~ 'Pending', 4, applied == 'yes', iff(waits == 'no', 3, 9), applied == 'no', 4, 3)\n\
             | where rank < 9\n\
             | project id, url, branch, state, suspended, provisioning, connectivity, heard, revision, applied, waits, missing, reported, error = tostring(properties.errorMessage), rank\n\
             | order by rank asc, id asc",
            filter.clauses()
        );
        // It has an order of its own, which pages follow.
        Self::summary(&text, scope)
    }
}

impl FleetFilter {
    /// What may follow a repository, by its address: whether it does is for [`crate::model::is_same_repository`] to say.
    /// Spellings have the words of its path in common.
    pub fn of_repository(address: &str) -> Self {
        let key = repository_key(address).unwrap_or_else(|| address.to_owned());
        let words = key.split('/').skip(1).filter(|word| !word.is_empty()).map(str::to_owned);
        Self { words: words.collect(), ..Self::default() }
    }

    fn clauses(&self) -> String {
        let mut clauses = String::new();
        for word in &self.words {
            clauses += &format!("\n| where url contains {}", kql_string(word));
        }
        if !self.urls.is_empty() {
            clauses += &format!("\n| where url in~ ({})", literals(&self.urls));
        }
        if let Some(branch) = &self.branch {
            clauses += &format!("\n| where branch == {}", kql_string(branch));
        }
        clauses
    }
}

impl FleetHead {
    fn is_behind(&self) -> String {
        let (urls, branch, commit) =
            (literals(&self.urls), kql_string(&self.branch), kql_string(&self.commit));
        format!("url in~ ({urls}) and branch == {branch} and not(revision endswith {commit})")
    }
}

fn literals(texts: &[String]) -> String {
    texts.iter().map(|text| kql_string(text)).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_named_is_a_literal_whatever_it_holds() {
        let filter = FleetFilter {
            words: vec!["x' or 1==1 //".to_owned()],
            urls: vec!["https://git.example/o/it's".to_owned()],
            branch: Some("release/'1'".to_owned()),
        };
        let head = FleetHead {
            urls: filter.urls.clone(),
            branch: "a'b".to_owned(),
            commit: "d61d3702f941f7a0787e29e428e569152f66e7bf".to_owned(),
        };
        let text = GraphQuery::fleet_not_well(&filter, &[head], GraphScope::Everything).text().to_owned();
        for clause in [
            r"| where url contains 'x\' or 1==1 //'",
            r"| where url in~ ('https://git.example/o/it\'s')",
            r"| where branch == 'release/\'1\''",
            r"branch == 'a\'b' and not(revision endswith 'd61d3702f941f7a0787e29e428e569152f66e7bf'), 5, ",
        ] {
            assert!(text.contains(clause), "{clause}: {text}");
        }
    }
}
