//! What `--watch` shows on a terminal: a page that fits it. Above is what a person must see first: whether the cluster
//! is heard, and the worst environments; then what to do about them; then what changed lately. What does not fit is
//! counted.
//!
//! An alternate screen with a scroll bar was rejected: the last page is worth keeping after Ctrl-C.

use gitops_core::cli::wrapped;
use gitops_core::model::pipeline::{ClusterRef, EnvironmentId};
use gitops_core::model::verdict::{EnvironmentStatus, Picture, Ready, Standing, ago_in_words, time_of_day};
use jiff::{SignedDuration, Timestamp};

use super::changes::Changes;
use super::compliance::worst;
use super::groups::{Group, groups, is_well};
use super::page::View;
use super::summary::contexts;
use super::terminal::{Size, in_one_row, rows};

/// More environments than this with one cause are one row.
const MOST_ALIKE: usize = 3;
/// So many of the latest changes are shown, however much else there is to show.
const LEAST_CHANGES: usize = 3;
/// The part of what is left for environments that are not well that their rows take, if there are so many.
const ROWS_OF_ROOM: (usize, usize) = (3, 5);

/// How many rows of a screen are left, and how wide they are.
#[derive(Clone, Copy)]
struct Room {
    columns: usize,
    left: usize,
}

impl Room {
    fn without(self, lines: &[String]) -> Self {
        Self { left: self.left.saturating_sub(height(lines, self.columns)), ..self }
    }
}

fn height(lines: &[String], columns: usize) -> usize {
    lines.iter().map(|line| rows(line, columns)).sum()
}

impl View {
    /// The lines of the screen for a picture, at most as many as the terminal has rows.
    pub(crate) fn screen(&self, picture: &Picture, changes: &Changes, size: Size) -> Vec<String> {
        let Size { columns, rows } = size;
        let mut room = Room { columns, left: rows };
        let footer = vec![self.paint.faint(&in_one_row(&self.footer(picture), columns.saturating_sub(1)))];
        let mut lost = self.lost(picture);
        lost.truncate(rows.saturating_sub(4));
        let shown = self.shown(picture);
        let summary = if shown.is_empty() { self.nothing(picture) } else { self.summary(picture) };
        let summary = vec![String::new(), in_one_row(summary.trim_end(), columns)];
        room = room.without(&footer).without(&lost).without(&summary);
        let least = changes.count().min(LEAST_CHANGES);
        let reserved = if least == 0 { 0 } else { least + 1 };
        room.left = room.left.saturating_sub(reserved);
        let details = self.troubles(picture);
        let least_table = self.fitting_table(&shown, &room, height(&details, columns));
        let details = fitting(details, room.without(&least_table));
        // What no block of the details fits into is the table's.
        let table = self.fitting_table(&shown, &room, height(&details, columns));
        room.left = room.without(&details).without(&table).left;
        room.left += reserved;
        let latest = self.latest(changes, room.left);
        let parts = [lost, table, summary, details, latest];
        let mut lines: Vec<String> = parts.into_iter().flatten().collect();
        lines.truncate(rows.saturating_sub(1));
        let taken = height(&lines, columns);
        lines.extend(std::iter::repeat_n(String::new(), rows.saturating_sub(taken + 1)));
        lines.into_iter().chain(footer).collect()
    }

    /// What is not heard: since when and why, and what to do, which is never broken.
    fn lost(&self, picture: &Picture) -> Vec<String> {
        let lines = picture.lost_contacts.iter().map(|lost| {
            let name = if self.several { format!("{}: ", lost.cluster) } else { String::new() };
            let hint = lost.hint.as_ref().map(|hint| format!("  {hint}\n")).unwrap_or_default();
            wrapped(&format!("{name}{}", lost.describe(self.now)), self.width, "", "  ") + &hint
        });
        lines.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>()).collect()
    }

    /// The rows of the table, whose ages stop where they are not heard.
    fn shown(&self, picture: &Picture) -> Vec<EnvironmentStatus> {
        let mut shown = match self.is_sorted {
            true => self.wanted(picture).into_iter().cloned().collect(),
            false => self.worst_first(picture),
        };
        for environment in &mut shown {
            if is_stale(environment, picture) {
                stop_age(environment, self.now);
            }
        }
        shown
    }

    /// The rows of the table: the worst first, many with one cause as one.
    fn worst_first(&self, picture: &Picture) -> Vec<EnvironmentStatus> {
        let (troubled, deployed): (Vec<&EnvironmentStatus>, Vec<&EnvironmentStatus>) = self
            .wanted(picture)
            .into_iter()
            .partition(|environment| environment.standing != Standing::Deployed);
        let mut shown: Vec<EnvironmentStatus> = Vec::new();
        for group in groups(troubled) {
            if group.environments.len() > MOST_ALIKE {
                shown.push(together(&group));
            } else {
                shown.extend(group.environments.iter().map(|environment| (*environment).clone()));
            }
        }
        let (well, remarked): (Vec<&EnvironmentStatus>, Vec<&EnvironmentStatus>) =
            deployed.into_iter().partition(|environment| is_well(environment));
        shown.extend(remarked.into_iter().chain(well).cloned());
        shown
    }

    /// The table with as many rows as fit, and what the others are.
    fn fitting_table(&self, shown: &[EnvironmentStatus], room: &Room, details: usize) -> Vec<String> {
        if shown.is_empty() {
            return Vec::new();
        }
        let free = room.left.saturating_sub(1);
        let troubled = shown.iter().filter(|environment| !is_well(environment)).count();
        let (part, whole) = ROWS_OF_ROOM;
        let of_troubled = troubled.min((free * part / whole).max(free.saturating_sub(details)));
        // One row is kept for the count of what does not fit.
        let others = free.saturating_sub(of_troubled + details);
        let all = of_troubled + others;
        let count = if shown.len() <= all { shown.len() } else { all.max(of_troubled + 1).saturating_sub(1) };
        let count = count.min(free);
        let (first, rest) = shown.split_at(count);
        let table = self.table(&first.iter().collect::<Vec<_>>());
        let mut lines: Vec<String> = table.lines().map(|line| in_one_row(line, room.columns)).collect();
        if let Some(rest) = self.more(rest) {
            lines.push(in_one_row(&rest, room.columns));
        }
        lines
    }

    /// `… and 41 more, all Deployed`.
    fn more(&self, rest: &[EnvironmentStatus]) -> Option<String> {
        let first = rest.first()?;
        let count = rest.len();
        let is_alike = rest.iter().all(|environment| environment.standing == first.standing);
        Some(match (is_alike, count) {
            (true, 1) => format!("… and 1 more, {}", self.paint.standing(first.standing)),
            (true, _) => format!("… and {count} more, all {}", self.paint.standing(first.standing)),
            (false, _) => format!("… and {count} more: {}", self.counts(rest)),
        })
    }

    /// What is said of whatever is not well, the worst first, and of what could not be checked.
    fn troubles(&self, picture: &Picture) -> Vec<String> {
        let mut text = self.details(&self.wanted(picture));
        for remark in &picture.remarks {
            text += &format!(
                "\n{}",
                wrapped(&format!("{}: {}", remark.reason, remark.message), self.width, "", "")
            );
        }
        let mut heard = picture.clone();
        let is_lost =
            |cluster: Option<&ClusterRef>| cluster.is_some_and(|own| picture.lost_contact(own).is_some());
        heard.unanswered.retain(|entry| !is_lost(entry.cluster.as_ref()));
        text += &self.worlds(&heard);
        text.lines().map(str::to_owned).collect()
    }

    /// The latest changes, below an empty line.
    fn latest(&self, changes: &Changes, rows: usize) -> Vec<String> {
        if changes.count() == 0 || rows < 2 {
            return Vec::new();
        }
        let columns = self.width.unwrap_or(usize::MAX);
        let newest = changes.newest(rows - 1).map(|line| in_one_row(line, columns));
        std::iter::once(String::new()).chain(newest).collect()
    }

    /// `watching context prod, as of 02:13:05Z; Ctrl-C ends it`.
    fn footer(&self, picture: &Picture) -> String {
        let place = contexts(picture.clusters.iter());
        let is_lost = |cluster: &ClusterRef| picture.lost_contact(cluster).is_some();
        let is_all_stale = picture.clusters.iter().all(is_lost)
            || picture.environments.iter().all(|environment| is_stale(environment, picture));
        let heard = picture.environments.iter().map(|environment| environment.as_of);
        let oldest = heard.chain(picture.lost_contacts.iter().map(|lost| lost.since)).min();
        let heard = match oldest.filter(|_| is_all_stale) {
            None => format!("as of {}", time_of_day(self.now)),
            Some(since) => {
                format!("as of {}, {}", time_of_day(since), ago_in_words(since, self.now))
            }
        };
        format!("watching{place}, {heard}; Ctrl-C ends it")
    }
}

/// As many of the lines as fit. A block that is cut keeps what to type.
fn fitting(lines: Vec<String>, room: Room) -> Vec<String> {
    let mut blocks: Vec<Vec<String>> = Vec::new();
    for line in lines {
        match blocks.last_mut() {
            Some(block) if !line.is_empty() => block.push(line),
            _ => blocks.push(vec![line]),
        }
    }
    let (mut fitting, mut left) = (Vec::new(), room.left);
    let mut blocks = blocks.into_iter();
    while let Some(block) = blocks.next() {
        // One row is kept for the count of the blocks that do not fit.
        let kept = usize::from(blocks.len() > 0);
        let needed = height(&block, room.columns);
        if needed + kept <= left {
            left -= needed;
            fitting.extend(block);
            continue;
        }
        let is_first = fitting.is_empty();
        if is_first {
            fitting = cut(&block, room.columns, left.saturating_sub(kept));
        }
        let omitted = blocks.len() + usize::from(!is_first);
        if omitted > 0 && !fitting.is_empty() {
            fitting.push(format!("… and {omitted} more to look at"));
        }
        break;
    }
    fitting
}

/// The beginning of a block and what to type, with an ellipsis between them.
fn cut(block: &[String], columns: usize, left: usize) -> Vec<String> {
    let next = block.iter().position(|line| line.trim() == "next:").unwrap_or(block.len());
    let (beginning, mut end) = block.split_at(next);
    // A command is two lines, or more where its reason is wrapped; the last are the first to go.
    while !end.is_empty() && height(end, columns) + 4 > left {
        end = &end[..end.len() - 1];
    }
    // A reason without its command says nothing.
    while end.last().is_some_and(|line| line.trim_start().starts_with("# ")) {
        end = &end[..end.len() - 1];
    }
    if end.len() < 3 {
        end = &[];
    }
    let mut taken = height(end, columns) + 1;
    let mut cut: Vec<String> = Vec::new();
    for line in beginning {
        taken += rows(line, columns);
        if taken > left {
            break;
        }
        cut.push(line.clone());
    }
    if cut.len() < 2 {
        return Vec::new();
    }
    if cut.len() < beginning.len() {
        cut.push("  …".to_owned());
    }
    cut.extend_from_slice(end);
    cut
}

/// One row for all environments of a group: since the first of them stands there, with the pods of all.
fn together(group: &Group<'_>) -> EnvironmentStatus {
    let first = group.first();
    let name = format!("{} namespaces", group.environments.len());
    let add = |sum: Ready, environment: &&EnvironmentStatus| sum + environment.ready;
    let alike = |field: fn(&EnvironmentStatus) -> Option<&String>| {
        let is_alike = group.environments.iter().all(|other| field(other) == field(first));
        field(first).filter(|_| is_alike).cloned()
    };
    EnvironmentStatus {
        environment: "-".to_owned(),
        id: EnvironmentId::new(first.id.cluster.clone(), name),
        since: group.environments.iter().filter_map(|environment| environment.since).min(),
        version: alike(|environment| environment.version.as_ref()),
        commit: alike(|environment| environment.commit.as_ref()),
        compliance: worst(&group.environments).cloned(),
        ready: group.environments.iter().fold(Ready::NONE, add),
        ..first.clone()
    }
}

/// Whether an environment was not heard when the picture was taken. Clusters are judged a moment apart.
fn is_stale(environment: &EnvironmentStatus, picture: &Picture) -> bool {
    picture.observed_at.duration_since(environment.as_of) > SignedDuration::from_secs(1)
        || picture.lost_contact(&environment.id.cluster).is_some()
}

/// The age that was known when the environment was heard last, instead of one that goes on.
fn stop_age(environment: &mut EnvironmentStatus, now: Timestamp) {
    let silence: SignedDuration = now.duration_since(environment.as_of);
    if let Some(since) = &mut environment.since {
        since.time = since.time.checked_add(silence).unwrap_or(since.time);
    }
}
