//! A repository that clusters follow, whatever way its address is spelt.

use std::cmp::Ordering;
use std::fmt;

use crate::model::{harmless, repository_key};

/// A git repository. Two are equal where their addresses name the same one.
#[derive(Clone, Debug)]
pub struct FollowedRepository {
    address: String,
    key: String,
}

impl FollowedRepository {
    /// The repository of an address; `None` of what is no address.
    pub fn new(address: &str) -> Option<Self> {
        Some(Self { address: address.to_owned(), key: repository_key(address)? })
    }

    /// Its address, in one of its spellings.
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl PartialEq for FollowedRepository {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for FollowedRepository {}

impl PartialOrd for FollowedRepository {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for FollowedRepository {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key.cmp(&other.key)
    }
}

/// `contoso/hello-gitops`: without its host.
impl fmt::Display for FollowedRepository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.key.split_once('/').map_or(self.key.as_str(), |(_, path)| path);
        f.write_str(&harmless(path))
    }
}
