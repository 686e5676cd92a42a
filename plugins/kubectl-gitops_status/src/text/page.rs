//! One page: the table, then for whatever is not well what is wrong and what to type, then what was not
//! answered.

use std::collections::BTreeSet;

use gitops_core::cli::{Paint, age, table, wrapped};
use gitops_core::model::pipeline::{ClusterRef, EnvironmentId};
use gitops_core::model::verdict::{EnvironmentStatus, NextCommand, Picture, Standing};
use gitops_core::model::{Unanswered, World, in_context};
use jiff::Timestamp;

/// How a page is seen.
pub(crate) struct View {
    pub now: Timestamp,
    /// Columns of the terminal; none: nothing is wrapped.
    pub width: Option<usize>,
    pub paint: Paint,
    pub wide: bool,
    /// Whether namespaces must be told apart.
    pub all: bool,
    /// Whether clusters must be told apart.
    pub several: bool,
    /// Whether commands must name the context: it was named, so that it may not be the current one.
    pub names_context: bool,
    /// Whether the reader follows already.
    pub is_watching: bool,
}

/// Names only, as kubectl takes them.
pub(crate) fn names(picture: &Picture) -> String {
    picture
        .environments
        .iter()
        .map(|environment| format!("namespace/{}\n", environment.id.namespace))
        .collect()
}

/// The reason with its cause.
pub(super) fn reason(environment: &EnvironmentStatus) -> String {
    match environment.cause {
        Some(cause) => format!("{}/{cause}", environment.reason),
        None => environment.reason.to_string(),
    }
}

/// A row for each question that a cluster did not answer; one row for many with the same reason. Of `several`
/// clusters each row names its own.
fn of_clusters(unanswered: &[&Unanswered], several: bool) -> Vec<String> {
    if several {
        let clusters: BTreeSet<&ClusterRef> =
            unanswered.iter().filter_map(|entry| entry.cluster.as_ref()).collect();
        let rows = |cluster: &ClusterRef| -> Vec<String> {
            let own: Vec<&Unanswered> =
                unanswered.iter().copied().filter(|entry| entry.cluster.as_ref() == Some(cluster)).collect();
            of_clusters(&own, false).iter().map(|row| format!("{cluster}: {row}")).collect()
        };
        return clusters.into_iter().flat_map(rows).collect();
    }
    let is_refusal = |entry: &Unanswered| entry.why.is_refusal();
    let alike = |entry: &Unanswered| {
        unanswered.iter().filter(|other| !is_refusal(other) && other.why == entry.why).count()
    };
    let row = |entry: &&Unanswered| match if is_refusal(entry) { 1 } else { alike(entry) } {
        count if count > MOST_ROWS => format!("{} ({count} questions)", entry.why),
        _ => entry.to_string(),
    };
    distinct(unanswered.iter().map(row))
}

/// More unanswered questions than this with the same reason are shown as one row.
const MOST_ROWS: usize = 4;

/// The most characters of a version in a table that is not wide.
const VERSION_WIDTH: usize = 10;

/// The width of the column that names a world.
const WORLD_WIDTH: usize = 10;

/// A row for each reason why GitHub or Azure did not answer.
fn of_others(unanswered: &[&Unanswered]) -> Vec<String> {
    let alike = |entry: &Unanswered| unanswered.iter().filter(|other| other.why == entry.why).count();
    let row = |entry: &&Unanswered| match alike(entry) {
        1 => entry.to_string(),
        count => format!("{} ({count} questions)", entry.why),
    };
    distinct(unanswered.iter().map(row))
}

/// Each row once, in order of its first.
fn distinct(rows: impl Iterator<Item = String>) -> Vec<String> {
    let mut distinct: Vec<String> = Vec::new();
    for row in rows {
        if !distinct.contains(&row) {
            distinct.push(row);
        }
    }
    distinct
}

impl View {
    /// The whole page.
    pub(crate) fn page(&self, picture: &Picture) -> String {
        let mut page = self.environments(&picture.environments);
        if picture.environments.is_empty() {
            page += "\nnothing is known to deliver here\n";
        }
        for environment in &picture.environments {
            let is_well = environment.standing == Standing::Deployed && environment.remarks.is_empty();
            if !is_well {
                page += &self.details(environment);
            }
        }
        for remark in &picture.remarks {
            let text = format!("{}: {}", remark.reason, remark.message);
            page += &format!("\n{}", wrapped(&text, self.width, "", ""));
        }
        page + &self.worlds(picture)
    }

    fn environments(&self, environments: &[EnvironmentStatus]) -> String {
        let mut header = vec!["ENVIRONMENT", "STANDING", "VERSION", "COMMIT", "READY", "AGE", "REASON"];
        if self.all {
            header.insert(0, "NAMESPACE");
        }
        if self.several {
            header.insert(0, "CLUSTER");
        }
        if self.wide {
            header.extend(["REVISION", "MESSAGE"]);
        }
        let rows: Vec<Vec<String>> = environments.iter().map(|environment| self.row(environment)).collect();
        let text = table(&header, &rows);
        let mut lines = text.split_inclusive('\n');
        let mut painted = lines.next().unwrap_or_default().to_owned();
        for (line, environment) in lines.zip(environments) {
            let plain = environment.standing.to_string();
            // Names are lower case, so the first capitalised word of a row is the standing.
            painted += &line.replacen(&plain, &self.paint.standing(environment.standing), 1);
        }
        painted
    }

    fn row(&self, environment: &EnvironmentStatus) -> Vec<String> {
        let known = |value: Option<&str>| value.unwrap_or("-").to_owned();
        let mut row = vec![
            environment.environment.clone(),
            environment.standing.to_string(),
            self.version(environment),
            known(environment.commit.as_deref()),
            environment.ready.to_string(),
            age(environment.since.map(|since| since.time), self.now),
            // With its cause the row would leave a terminal of 80 columns; that stands below, or is wide.
            if self.wide { reason(environment) } else { environment.reason.to_string() },
        ];
        if self.all {
            row.insert(0, environment.id.namespace.clone());
        }
        if self.several {
            row.insert(0, environment.id.cluster.to_string());
        }
        if self.wide {
            row.extend([known(environment.short_revision()), environment.message.clone()]);
        }
        row
    }

    /// Versions may be as long as tags of images are; a table for people has room for a short one.
    fn version(&self, environment: &EnvironmentStatus) -> String {
        match environment.version.as_deref() {
            None => "-".to_owned(),
            Some(version) if !self.wide && version.chars().count() > VERSION_WIDTH => {
                version.chars().take(VERSION_WIDTH - 1).chain(['…']).collect()
            }
            Some(version) => version.to_owned(),
        }
    }

    fn details(&self, environment: &EnvironmentStatus) -> String {
        let standing = self.paint.standing(environment.standing);
        let EnvironmentId { cluster, namespace } = &environment.id;
        let cluster = if self.several { format!(" on {cluster}") } else { String::new() };
        let reason = reason(environment);
        let mut text =
            format!("\n{} in {namespace}{cluster}: {standing}, {reason}\n", environment.environment);
        text += &wrapped(&environment.message, self.width, "  ", "  ");
        for remark in &environment.remarks {
            text += &wrapped(&format!("{}: {}", remark.reason, remark.message), self.width, "  - ", "    ");
        }
        let is_new = |step: &&NextCommand| !(self.is_watching && step.command.ends_with(" --watch"));
        let next: Vec<&NextCommand> = environment.next.iter().filter(is_new).collect();
        if !next.is_empty() {
            text += "  next:\n";
        }
        let context = environment.id.cluster.context().filter(|_| self.names_context);
        for NextCommand { command, why } in next {
            let why = self.paint.faint(&format!("# {why}"));
            text += &format!("    {why}\n    {}\n", in_context(command, context));
        }
        text
    }

    fn worlds(&self, picture: &Picture) -> String {
        let mut rows: Vec<Vec<String>> = Vec::new();
        for world in World::ALL {
            let unanswered: Vec<&Unanswered> = picture.unanswered_by(world).collect();
            let questions = if world == World::Cluster {
                of_clusters(&unanswered, self.several)
            } else {
                of_others(&unanswered)
            };
            rows.extend(questions.into_iter().map(|question| vec![world.to_string(), question]));
        }
        let room = self.width.map(|width| width.saturating_sub(WORLD_WIDTH));
        for question in rows.iter_mut().filter_map(|row| row.last_mut()) {
            *question = wrapped(question, room, "", "").trim_end().to_owned();
        }
        format!("\n{}", self.paint.faint(table(&["WORLD", "NOT ANSWERED"], &rows).trim_end())) + "\n"
    }
}
