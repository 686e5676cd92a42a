//! Where does an environment stand, why, and what is the next command: a function from what the cluster
//! said, and the time, to a verdict.
//!
//! Fields decide, never messages: with every message blanked the standings are the same and only the
//! reasons get coarser. Messages serve to name a cause and to be shown.

mod apply;
mod controllers;
mod environment;
mod evidence;
mod fetch;
mod finding;
mod health;
mod kustomization;
mod memory;
mod next;
mod picture;
mod reason;
mod revision;
mod settled;
mod status;
mod wants;

pub use environment::Selection;
pub use finding::{Finding, Remark, Step};
pub use picture::{Picture, picture};
pub use reason::{Cause, Reason, Standing};
pub use revision::{commit, short};
pub use status::{Delivery, EnvironmentStatus, Evidence, Ready, Source};
pub use wants::wants;
