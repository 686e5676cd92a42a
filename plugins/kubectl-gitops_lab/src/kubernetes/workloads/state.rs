//! What the controllers keep in mind and no object says.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;

use super::kinds::Kinds;
use super::node_fit::Load;
use crate::kubernetes::Catalogue;
use crate::kubernetes::storage::key::Key;
use crate::kubernetes::workloads::event_memory::Recorder;
use crate::kubernetes::workloads::image_pattern::ImagePattern;
use crate::kubernetes::workloads::image_registry::Registry;

/// The memory of the controllers.
#[derive(Debug)]
pub(in crate::kubernetes) struct Workloads {
    pub(super) kinds: Kinds,
    pub(super) recorder: Recorder,
    /// How often in a row the work on an object has failed.
    pub(super) failures: HashMap<Key, u32>,
    /// When something is to become of a pod that runs.
    pub(super) ends: HashMap<Key, Timestamp>,
    /// What becomes of pods by their images; the first that fits counts.
    pub(super) fates: Vec<ImagePattern>,
    /// Which images there are where the lab owns the registry.
    pub(super) registry: Registry,
    /// How much of each node is taken.
    pub(super) loads: HashMap<String, Load>,
    /// The pods that found no node.
    pub(super) waiting: BTreeSet<Key>,
    /// How many addresses have been given to pods.
    pub(super) addresses: u32,
}

impl Workloads {
    /// Those of a cluster that has given so many addresses to pods.
    pub(in crate::kubernetes) fn new(catalogue: &Catalogue, addresses: u32) -> Self {
        Self {
            kinds: Kinds::of(catalogue),
            recorder: Recorder::default(),
            failures: HashMap::new(),
            ends: HashMap::new(),
            fates: Vec::new(),
            registry: Registry::default(),
            loads: HashMap::new(),
            waiting: BTreeSet::new(),
            addresses,
        }
    }

    /// Where the kinds are that controllers work with.
    pub(in crate::kubernetes) fn kinds(&self) -> Kinds {
        self.kinds
    }

    /// Forgets how much of each node is taken: it is counted anew.
    pub(in crate::kubernetes) fn forget_loads(&mut self) {
        self.loads.clear();
    }
}
