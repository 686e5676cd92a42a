//! The rows that there are, some time behind the resources that they are of.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value as Json;

use super::row::{Row, row_of, row_type};
use super::synthetic::{SyntheticConfigurations, SyntheticRow};
use super::table::Table;
use crate::azure::resources::{ResourceChange, ResourceId};

/// How far rows are behind: a change passes through Resource Manager's notifications and the index before it is found.
const LAG: SignedDuration = SignedDuration::from_secs(75);

/// All rows.
#[derive(Debug)]
pub(super) struct Rows {
    /// By the keys of their ids.
    known: BTreeMap<String, KnownRow>,
    synthetic: Option<Arc<SyntheticConfigurations>>,
    /// What is not to be found yet, in its order.
    coming: VecDeque<ResourceChange>,
    lag: SignedDuration,
}

#[derive(Debug)]
struct KnownRow {
    id: ResourceId,
    table: Table,
    document: Arc<Json>,
}

/// The rows of a table that somebody may see.
#[derive(Debug)]
pub(super) struct VisibleRows {
    known: Vec<Arc<Json>>,
    synthetic: Option<Arc<SyntheticConfigurations>>,
    /// Which of the synthetic ones.
    numbers: Vec<Range<u32>>,
}

impl Default for Rows {
    fn default() -> Self {
        Self { known: BTreeMap::new(), synthetic: None, coming: VecDeque::new(), lag: LAG }
    }
}

impl Rows {
    /// Hears of changes, and shows those that are old enough at `now`.
    pub(super) fn advance(&mut self, changes: VecDeque<ResourceChange>, tenant: &str, now: Timestamp) {
        self.coming.extend(changes);
        let is_due = |change: &ResourceChange, lag| change.at.checked_add(lag).is_ok_and(|at| at <= now);
        while let Some(change) = self.coming.pop_front_if(|change| is_due(change, self.lag)) {
            self.show(&change, tenant);
        }
    }

    /// From now on, rows are so far behind.
    pub(super) fn set_lag(&mut self, lag: SignedDuration) {
        self.lag = lag;
    }

    /// From now on, there are these synthetic ones too.
    pub(super) fn set_synthetic(&mut self, synthetic: SyntheticConfigurations) {
        self.synthetic = Some(Arc::new(synthetic));
    }

    /// How many synthetic ones there are.
    pub(super) fn synthetic_count(&self) -> u32 {
        self.synthetic.as_ref().map_or(0, |synthetic| synthetic.count)
    }

    /// The rows of a table in these subscriptions that `may_read` admits, by their ids.
    pub(super) fn visible(
        &self,
        table: Table,
        is_in_scope: impl Fn(&str) -> bool,
        may_read: &dyn Fn(&ResourceId) -> bool,
    ) -> VisibleRows {
        let known = self.known.values().filter(|row| row.table == table);
        let known = known.filter(|row| is_in_scope(row.subscription()) && may_read(&row.id));
        let synthetic = self.synthetic.clone().filter(|synthetic| {
            table == Table::KubernetesConfigurationResources && is_in_scope(&synthetic.subscription)
        });
        let is_visible = |synthetic: &SyntheticConfigurations, first: u32| {
            let group = SyntheticConfigurations::group_of(first);
            let subscription = &synthetic.subscription;
            may_read(&ResourceId::new(&format!("/subscriptions/{subscription}/resourceGroups/{group}")))
        };
        let numbers = synthetic.iter().flat_map(|synthetic| {
            synthetic.by_group().filter(|numbers| is_visible(synthetic, numbers.start))
        });
        let numbers = numbers.collect();
        VisibleRows { known: known.map(|row| Arc::clone(&row.document)).collect(), numbers, synthetic }
    }

    fn show(&mut self, change: &ResourceChange, tenant: &str) {
        let key = change.id.key();
        match &change.resource {
            None => {
                self.known.remove(key);
            }
            Some(resource) => {
                let (id, table) = (resource.id.clone(), Table::of_type(&row_type(&resource.id)));
                let document = Arc::new(row_of(resource, tenant));
                self.known.insert(key.to_owned(), KnownRow { id, table, document });
            }
        }
    }
}

impl KnownRow {
    fn subscription(&self) -> &str {
        self.document["subscriptionId"].as_str().unwrap_or_default()
    }
}

impl VisibleRows {
    /// Adds one that is nowhere else.
    pub(super) fn add(&mut self, document: Json) {
        self.known.push(Arc::new(document));
    }

    /// One after the other.
    pub(super) fn iter(&self) -> impl Iterator<Item = Row> + use<'_> {
        let known = self.known.iter().map(|document| Row::Known(Arc::clone(document)));
        let synthetic = self.synthetic.iter().flat_map(|fleet| {
            let numbers = self.numbers.iter().cloned().flatten();
            numbers.map(|number| Row::Synthetic(SyntheticRow { fleet: Arc::clone(fleet), number }))
        });
        known.chain(synthetic)
    }
}

/// Equal where they are the very same rows: one that has changed is another.
impl PartialEq for VisibleRows {
    fn eq(&self, other: &Self) -> bool {
        let same = |one: &Option<Arc<_>>, other: &Option<Arc<_>>| match (one, other) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (one, other) => one.is_none() && other.is_none(),
        };
        self.known.len() == other.known.len()
            && self.known.iter().zip(&other.known).all(|(one, other)| Arc::ptr_eq(one, other))
            && same(&self.synthetic, &other.synthetic)
            && self.numbers == other.numbers
    }
}
