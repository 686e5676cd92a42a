//! What `--watch` shows on a terminal: the current page, and below it the latest changes of verdict.

use std::collections::VecDeque;

use gitops_core::model::verdict::Picture;

use super::page::View;
use super::rows::reason;

/// The last changes of verdict.
#[derive(Default)]
pub(crate) struct Story {
    lines: VecDeque<String>,
}

/// The most changes that are shown.
const MOST_LINES: usize = 12;

/// Cursor to the upper left, and everything below cleared.
const CLEAR: &str = "\u{1b}[H\u{1b}[2J";

impl Story {
    /// The screen drawn anew, with this picture as the newest line of the story.
    pub(crate) fn redrawn(&mut self, view: &View, picture: &Picture, page: &str) -> String {
        for environment in &picture.environments {
            let standing = view.paint.standing(environment.standing);
            let line =
                format!("{:.0}  {}  {standing}, {}", view.now, environment.id.namespace, reason(environment));
            // A line that differs from the one before in its time alone is left out.
            let without_time = |line: &String| line.split_once("  ").map(|(_, rest)| rest.to_owned());
            let namespace = format!("  {}  ", environment.id.namespace);
            let last = self.lines.iter().rev().find(|old| old.contains(&namespace));
            if last.and_then(without_time) != without_time(&line) {
                self.lines.push_back(line);
            }
        }
        while self.lines.len() > MOST_LINES {
            self.lines.pop_front();
        }
        let story: String = self.lines.iter().map(|line| format!("{line}\n")).collect();
        format!("{CLEAR}{page}\n{story}\n{}\n", view.paint.faint("watching; Ctrl-C ends it"))
    }
}
