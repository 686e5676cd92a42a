//! Fleets: what Resource Graph tells of very many clusters that follow gitops repositories through Flux configurations of
//! Azure, in few answers.
//!
//! Azure sums up and sends a row for each combination of what decides; the decision itself is the pure function
//! [`FleetReport::finding`], for a row that stands for thousands as for one that stands for one cluster. Rejected: to read
//! every configuration and count here, which takes a request for every thousand of them and memory for all.

mod configuration;
mod counts;
mod finding;
mod knowledge;
mod report;
mod status;

pub use configuration::FleetConfiguration;
pub use counts::{FleetCount, FleetTotals, StandingCount, fleet_counts};
pub use finding::FleetFinding;
pub use knowledge::FleetKnowledge;
pub use report::{AppliedProof, BranchKnowledge, FleetReport};
pub use status::{FleetScope, FleetStatus, ReportedBetween};
