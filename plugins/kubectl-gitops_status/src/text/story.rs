//! What `--watch` shows on a terminal: the page as it is now, and below it how it came to that.

use std::collections::VecDeque;

use gitops_core::model::verdict::Picture;

use super::page::{View, reason};

/// The last changes of verdict.
#[derive(Default)]
pub(crate) struct Story {
    lines: VecDeque<String>,
}

/// So many changes stay in sight.
const KEPT: usize = 12;

/// Cursor to the upper left, and everything below cleared.
const CLEAR: &str = "\u{1b}[H\u{1b}[2J";

impl Story {
    /// The screen drawn anew, with this picture as the newest line of the story.
    pub(crate) fn redrawn(&mut self, view: &View, picture: &Picture, page: &str) -> String {
        for environment in &picture.environments {
            let standing = view.paint.standing(environment.standing);
            let line =
                format!("{:.0}  {}  {standing}, {}", view.now, environment.id.namespace, reason(environment));
            // Only what is new about an environment is told.
            let without_time = |old: &String| old.split_once("  ").map(|(_, rest)| rest.to_owned());
            let namespace = format!("  {}  ", environment.id.namespace);
            let last = self.lines.iter().rev().find(|old| old.contains(&namespace));
            if last.and_then(without_time) != without_time(&line) {
                self.lines.push_back(line);
            }
        }
        while self.lines.len() > KEPT {
            self.lines.pop_front();
        }
        let story: String = self.lines.iter().map(|line| format!("{line}\n")).collect();
        format!("{CLEAR}{page}\n{story}\n{}\n", view.paint.faint("watching; Ctrl-C ends it"))
    }
}
