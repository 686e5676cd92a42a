//! What runs in the cluster: the controllers that make pods of deployments and jobs, the scheduler and the
//! kubelet that let pods run, and the events in which they tell of it.
//!
//! Each looks at one object at a time, because that object or something that belongs to it was written, or
//! because its time has come. What the real ones do and say was recorded (`tests/golden`): the nodes there were
//! played by kwok, and so they are here.

mod admission;
mod conditions;
mod daemon_sets;
mod deployments;
mod endpoints;
mod event_handlers;
mod event_memory;
mod event_text;
mod history;
mod image_pattern;
mod image_registry;
mod job_spec;
mod job_status;
mod job_tracking;
mod jobs;
mod kinds;
mod kubelet;
mod node_fit;
mod owned_pods;
mod pod_outcomes;
mod quantities;
mod quotas;
mod recorder;
mod registry;
mod replica_sets;
mod resource_amounts;
mod revisions;
mod rolling_update;
mod rollout;
mod rollout_status;
mod scheduling;
mod state;
mod stateful_sets;

pub(super) use job_spec::select_own_pods;
pub(super) use state::Workloads;
