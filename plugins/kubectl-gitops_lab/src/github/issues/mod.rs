//! Issues: what pull requests share with them, labels and comments.

mod comments;
mod issue;
mod labels;

pub(super) use comments::{LONGEST, ROUTES as COMMENTS};
pub(super) use issue::{Issue, Issues};
pub(super) use labels::{ROUTES as LABELS, too_long};
