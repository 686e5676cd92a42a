//! What makes a cluster another one than its neighbours: where its resource versions begin, what its identifiers,
//! generated names and addresses are made of, and what its node is called.

/// The name of the site that is there without being asked for, and of its node.
const FIRST: (&str, &str) = ("lab", "edge-1");
/// How far apart the words of two clusters begin.
const APART: u64 = 1 << 32;

/// The seed of a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seed {
    /// The resource version that the first one follows.
    pub(super) version: u64,
    /// How many words were made up before the first one.
    pub(super) made: u64,
    /// How many addresses pods were given before the first one.
    pub(super) addresses: u32,
    /// What the node is called.
    pub(super) node: String,
}

impl Seed {
    /// That of the cluster of a site, whose resource versions begin after `version`.
    pub(crate) fn of(site: &str, version: u64) -> Self {
        if site == FIRST.0 {
            return Self { version, made: 0, addresses: 0, node: FIRST.1.to_owned() };
        }
        // FNV-1a: it need not be more than different.
        let hash = site.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        // The second number of an address; 10.96 is that of services.
        let addresses = (1 + u32::try_from(hash % 90).unwrap_or_default()) << 16;
        Self {
            version: version + hash % 100_000,
            made: (hash % 0xffff + 1) * APART,
            addresses,
            node: format!("{site}-node"),
        }
    }
}

impl Default for Seed {
    fn default() -> Self {
        Self::of(FIRST.0, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::Seed;

    #[test]
    fn clusters_of_other_names_begin_elsewhere_and_one_of_the_same_name_does_not() {
        let (first, second) = (Seed::of("lab", 0), Seed::of("lab-2", 0));
        assert_eq!(second, Seed::of("lab-2", 0));
        assert_ne!((first.version, first.made, first.node), (second.version, second.made, second.node));
        let third = Seed::of("lab-3", 0);
        assert!(third.made != Seed::of("lab-2", 0).made && third.version != Seed::of("lab-2", 0).version);
        assert_eq!(Seed::of("lab-2", 7).version, Seed::of("lab-2", 0).version + 7);
    }
}
