//! The rules by which a Helm release is judged, one file a rule, in the order of `docs/verdict.md`.

mod current_action;
mod deletion;
mod deployed_release;
mod failed_action;
mod locked_release;
mod missing_values;
mod stalled_release;
mod stopped_helm_controller;
mod suspension;
mod table;
mod unready_chart;
mod unready_dependency;

pub(super) use table::decide;
