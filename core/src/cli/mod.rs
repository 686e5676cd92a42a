//! What every command line of the suite shares.

mod age;
mod arc_clusters;
mod azure;
mod cluster;
mod command_line;
mod completion;
mod conflict;
mod context;
mod duration;
mod env_var_table;
mod env_vars;
mod environments;
mod format;
mod github;
mod hyperlinks;
mod interruption;
mod output;
mod pipeline;
mod plan;
mod progress;
mod proxies;
mod release;
mod report;
mod resizes;
mod schemas;
mod session;
mod signals;
mod start;
mod streams;
mod suite_mark;
mod table;
mod tokens;
mod usage;
mod workflow_log;
mod wrap;

pub use age::age;
pub use arc_clusters::{ArcClusterArgs, ProjectArgs, ProjectArgsError};
pub use cluster::{ClusterArgs, EnvironmentArgs};
pub use command_line::{HELP_WIDTH, command};
pub use completion::{
    COMPLETE, COMPLETION_DEADLINE, COMPLETION_PREFIX, Candidate, Completion, CompletionQuestion, Directive,
    REFRESH, answer_completion, answer_refresh, complete, refresh,
};
pub use duration::duration;
pub use env_var_table::{ENV_VARS, EnvVarReaders, EnvVarRow};
pub use env_vars::{EnvVars, FRONT_VARIABLE};
pub use environments::{EnvironmentsArgs, SortBy};
pub use format::Format;
pub use github::GithubArgs;
pub use interruption::Interruption;
pub use output::{OutputArgs, OutputError, Paint};
pub use pipeline::{PipelineArgs, PipelineArgsError};
pub use plan::{PlanArgs, PlanError, ShownPlan};
pub use progress::Progress;
pub use resizes::Resizes;
pub use schemas::schemas;
pub use session::Session;
pub use signals::{SignalSender, Signals};
pub use start::{fail, refuse, run_command, start};
pub use streams::{Captured, Streams, Terminals};
pub use suite_mark::SUITE_MARK;
pub use table::table;
pub use wrap::wrapped;
