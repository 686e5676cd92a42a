//! What the deletion of a configuration does to what its kustomizations applied: Flux prunes what a kustomization that
//! prunes, and is not suspended, has in its inventory. Everything else stays.

use super::inventory::ClusterFlux;
use super::options::CleanupOptions;
use crate::model::azure::FluxConfiguration;
use crate::model::counted;

/// How many objects of a configuration go and stay.
#[derive(Debug, Default)]
struct AppliedObjects {
    pruned: usize,
    suspended: usize,
    unpruned: usize,
}

/// What deleting a configuration does, for a plan.
pub(super) fn told_change(
    flux: Option<&ClusterFlux>,
    configuration: &FluxConfiguration,
    options: &CleanupOptions,
) -> String {
    if options.is_delete_forced {
        return "delete it without waiting for its cluster".to_owned();
    }
    let Some(flux) = flux else {
        let prunes = configuration.kustomizations.iter().all(|kustomization| kustomization.prunes);
        let is_pruned = prunes && !configuration.is_suspended && !options.keeps_workloads;
        return format!("delete it; what it applied {}", if is_pruned { "is pruned" } else { "stays there" });
    };
    let mut applied = AppliedObjects::default();
    for kustomization in flux.kustomizations_of(configuration) {
        let count = kustomization.inventory.len();
        match (kustomization.suspended, kustomization.prunes && !options.keeps_workloads) {
            (true, _) => applied.suspended += count,
            (false, true) => applied.pruned += count,
            (false, false) => applied.unpruned += count,
        }
    }
    applied.told(options.keeps_workloads)
}

impl AppliedObjects {
    fn told(&self, keeps_workloads: bool) -> String {
        let objects = |count: usize, one: &str, several: &str| {
            format!("{} that it applied {}", counted(count, "object"), if count == 1 { one } else { several })
        };
        let stays = |count: usize| objects(count, "stays", "stay");
        let mut parts = Vec::new();
        if self.pruned > 0 {
            parts.push(objects(self.pruned, "is pruned", "are pruned"));
        }
        if self.suspended > 0 {
            parts.push(format!("{} there, because it is suspended", stays(self.suspended)));
        }
        if self.unpruned > 0 && keeps_workloads {
            parts.push(format!("{}: pruning is stopped first", stays(self.unpruned)));
        } else if self.unpruned > 0 {
            parts.push(format!("{} there, because it does not prune", stays(self.unpruned)));
        }
        if parts.is_empty() {
            parts.push("it has applied nothing that would be pruned".to_owned());
        }
        format!("delete it; {}", parts.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::AppliedObjects;

    #[test]
    fn what_goes_and_what_stays_is_told_apart() {
        let told =
            |pruned, suspended, unpruned, keeps| AppliedObjects { pruned, suspended, unpruned }.told(keeps);
        assert_eq!(told(3, 0, 0, false), "delete it; 3 objects that it applied are pruned");
        assert_eq!(
            told(1, 1, 2, false),
            "delete it; 1 object that it applied is pruned; 1 object that it applied stays there, because it is \
             suspended; 2 objects that it applied stay there, because it does not prune"
        );
        assert_eq!(
            told(0, 0, 3, true),
            "delete it; 3 objects that it applied stay: pruning is stopped first"
        );
        assert_eq!(told(0, 0, 0, false), "delete it; it has applied nothing that would be pruned");
    }
}
