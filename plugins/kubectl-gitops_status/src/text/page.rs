//! One page: the table and its summary, then for whatever is not well what is wrong and what to type, then what
//! could not be checked.

use gitops_core::cli::{Paint, wrapped};
use gitops_core::model::shell_word;
use gitops_core::model::verdict::{EnvironmentStatus, Picture};
use jiff::Timestamp;

/// How a page is seen.
pub(crate) struct View {
    pub now: Timestamp,
    /// Columns of the terminal; none: nothing is wrapped.
    pub width: Option<usize>,
    pub paint: Paint,
    /// The host of GitHub, with its port where it has one.
    pub github_host: String,
    pub wide: bool,
    /// Whether namespaces must be told apart.
    pub all: bool,
    /// Whether clusters must be told apart.
    pub several: bool,
    /// Whether the reader follows already.
    pub is_watching: bool,
    /// Whether only the rows are wanted.
    pub no_headers: bool,
    /// Whether only what is failing is shown. The summary counts everything.
    pub failing: bool,
    /// Whether environments are in an order that was asked for.
    pub is_sorted: bool,
}

/// Names only, as kubectl takes them. Of several clusters each line names its context too, as a flag.
pub(crate) fn names(picture: &Picture) -> String {
    let several = picture.clusters.len() > 1;
    let name = |environment: &EnvironmentStatus| {
        let context = environment.id.cluster.context().filter(|_| several);
        let context = context.map(|context| format!(" --context {}", shell_word(context)));
        format!("namespace/{}{}\n", environment.id.namespace, context.unwrap_or_default())
    };
    // kubectl reaches no cluster that no context leads to.
    let at_hand = picture.environments.iter().filter(|environment| environment.id.cluster.is_at_hand());
    at_hand.map(name).collect()
}

impl View {
    /// The whole page.
    pub(crate) fn page(&self, picture: &Picture) -> String {
        let shown = self.wanted(picture);
        if self.no_headers {
            return self.table(&shown);
        }
        let mut page = String::new();
        if shown.is_empty() {
            page += &self.nothing(picture);
        } else {
            page += &format!("{}\n{}", self.table(&shown), self.summary(picture));
            page += &self.details(&shown);
        }
        for remark in &picture.remarks {
            let text = format!("{}: {}", remark.reason, remark.message);
            page += &format!("\n{}", wrapped(&text, self.width, "", ""));
        }
        page + &self.worlds(picture)
    }

    /// The environments that are shown.
    pub(super) fn wanted<'a>(&self, picture: &'a Picture) -> Vec<&'a EnvironmentStatus> {
        let environments = picture.environments.iter();
        environments.filter(|environment| !self.failing || environment.is_failing()).collect()
    }

    /// Why no environment is shown, with the summary.
    pub(super) fn nothing(&self, picture: &Picture) -> String {
        let why = match picture.environments.is_empty() {
            true => "no Flux object is known to deploy here",
            false => "nothing is failing",
        };
        format!("{why}: {}", self.summary(picture))
    }
}
