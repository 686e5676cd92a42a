//! The front: links the plugins into one binary, finds the lab beside itself, and knows them by word
//! (`kubectl gitops status`) and by the name it is called as (`kubectl-gitops_status`, which is what kubectl runs for
//! `kubectl gitops-status`). Any other word runs `kubectl-gitops-<word>` from beside itself, then from PATH, never itself.

mod command;
mod completion;
mod dispatch;
mod error;
mod external_completion;
mod installation;
mod link;
mod own_command;
mod plugins;
mod program;
mod search_path;
mod shell_completion;
mod version;

pub use command::command;
pub use dispatch::main;
pub use link::{link_into, names as link_names};
pub use own_command::{OwnCommand, own_commands};
pub use plugins::{Plugin, plugins};
pub use program::FRONT_VARIABLE;
pub use shell_completion::{Shell, kubectl_script, script, script_for};
