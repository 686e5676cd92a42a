//! One page: the table, then for whatever is not well what is wrong and what to type, then what was not
//! answered.

use gitops_core::cli::{Paint, age, table};
use gitops_core::model::cluster::Gap;
use gitops_core::model::upstream::{Beside, Unanswered};
use gitops_core::model::verdict::{EnvironmentStatus, Picture, Ready, Standing, Step};
use jiff::Timestamp;

use super::wrap::wrapped;

/// How a page is seen.
pub(crate) struct View {
    pub now: Timestamp,
    /// Columns of the terminal; none: nothing is wrapped.
    pub width: Option<usize>,
    pub paint: Paint,
    pub wide: bool,
    /// Whether namespaces must be told apart.
    pub all: bool,
    /// Whether the reader follows already.
    pub is_watching: bool,
}

/// Names only, as kubectl takes them.
pub(crate) fn names(picture: &Picture) -> String {
    picture.environments.iter().map(|environment| format!("namespace/{}\n", environment.namespace)).collect()
}

/// The reason with its cause.
pub(super) fn reason(environment: &EnvironmentStatus) -> String {
    match environment.cause {
        Some(cause) => format!("{}/{cause}", environment.reason),
        None => environment.reason.to_string(),
    }
}

/// Pods that are ready, of those there should be; `-` where nobody could say.
fn ready(environment: &EnvironmentStatus) -> String {
    let Ready { ready, desired } = environment.ready;
    let is_unknown = environment.standing == Standing::Unknown && desired == 0;
    if is_unknown { "-".to_owned() } else { format!("{ready}/{desired}") }
}

/// A row for each question without an answer; one row for many that met the same fate.
fn unanswered(gaps: &[Gap]) -> Vec<Vec<String>> {
    let alike = |why: &str| gaps.iter().filter(|gap| !gap.is_refused && gap.why == why).count();
    let mut rows: Vec<Vec<String>> = Vec::new();
    for gap in gaps {
        let count = if gap.is_refused { 1 } else { alike(&gap.why) };
        let told = if count > MANY {
            format!("{} ({count} questions)", gap.why)
        } else {
            format!("{}: {}", gap.scope.title(), gap.why)
        };
        let row = vec!["cluster".to_owned(), told];
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
    rows
}

/// More questions than this with the same fate are one row.
const MANY: usize = 4;

/// Characters of a version in a table.
const ROOM: usize = 10;

/// The width of the column that names a world.
const WORLD: usize = 10;

/// What GitHub did not answer: what met the same fate stands together.
fn silent(unanswered: &[Unanswered]) -> Vec<String> {
    let mut rows: Vec<String> = Vec::new();
    for one in unanswered {
        let count = unanswered.iter().filter(|other| other.why == one.why).count();
        let told = match count {
            1 => format!("{}: {}", one.asked, one.why),
            _ => format!("{} ({count} questions)", one.why),
        };
        if !rows.contains(&told) {
            rows.push(told);
        }
    }
    rows
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
        page + &self.worlds(picture)
    }

    fn environments(&self, environments: &[EnvironmentStatus]) -> String {
        let mut header = vec!["ENVIRONMENT", "STANDING", "VERSION", "COMMIT", "READY", "AGE", "REASON"];
        if self.all {
            header.insert(0, "NAMESPACE");
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
            ready(environment),
            age(environment.since, self.now),
            // With its cause the row would leave a terminal of 80 columns; that stands below, or is wide.
            if self.wide { reason(environment) } else { environment.reason.to_string() },
        ];
        if self.all {
            row.insert(0, environment.namespace.clone());
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
            Some(version) if !self.wide && version.chars().count() > ROOM => {
                version.chars().take(ROOM - 1).chain(['…']).collect()
            }
            Some(version) => version.to_owned(),
        }
    }

    fn details(&self, environment: &EnvironmentStatus) -> String {
        let standing = self.paint.standing(environment.standing);
        let mut text = format!(
            "\n{} in {}: {standing}, {}\n",
            environment.environment,
            environment.namespace,
            reason(environment)
        );
        text += &wrapped(&environment.message, self.width, "  ", "  ");
        for remark in &environment.remarks {
            text += &wrapped(&format!("{}: {}", remark.reason, remark.message), self.width, "  - ", "    ");
        }
        let is_new = |step: &&Step| !(self.is_watching && step.command.ends_with(" --watch"));
        let next: Vec<&Step> = environment.next.iter().filter(is_new).collect();
        if !next.is_empty() {
            text += "  next:\n";
        }
        for step in next {
            let why = self.paint.faint(&format!("# {}", step.why));
            text += &format!("    {why}\n    {}\n", step.command);
        }
        text
    }

    fn worlds(&self, picture: &Picture) -> String {
        let mut rows: Vec<Vec<String>> = unanswered(&picture.gaps);
        let github = match &picture.github {
            Beside::NotAsked(why) => vec![why.clone()],
            Beside::Asked(unanswered) => silent(unanswered),
        };
        rows.extend(github.into_iter().map(|told| vec!["github".to_owned(), told]));
        rows.push(vec!["azure".to_owned(), "not asked yet".to_owned()]);
        let room = self.width.map(|width| width.saturating_sub(WORLD));
        for told in rows.iter_mut().filter_map(|row| row.last_mut()) {
            *told = wrapped(told, room, "", "").trim_end().to_owned();
        }
        format!("\n{}", self.paint.faint(table(&["WORLD", "NOT ANSWERED"], &rows).trim_end())) + "\n"
    }
}
