//! Issues, of which pull requests are some: title, text, labels and comments.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::github::pulls::Pull;

/// All issues of a repository, and its labels.
#[derive(Debug)]
pub(in crate::github) struct Issues {
    pub(in crate::github) all: BTreeMap<u64, Issue>,
    pub(in crate::github) labels: Vec<Label>,
}

/// A label.
#[derive(Clone, Debug)]
pub(in crate::github) struct Label {
    pub(in crate::github) id: u64,
    pub(in crate::github) name: String,
    pub(in crate::github) color: String,
    pub(in crate::github) description: Option<String>,
    pub(in crate::github) is_default: bool,
}

/// An issue or pull request.
#[derive(Debug)]
pub(in crate::github) struct Issue {
    pub(in crate::github) number: u64,
    pub(in crate::github) id: u64,
    pub(in crate::github) title: String,
    pub(in crate::github) body: Option<String>,
    pub(in crate::github) author: String,
    pub(in crate::github) is_open: bool,
    /// By their numbers, which no rename changes.
    pub(in crate::github) labels: Vec<u64>,
    pub(in crate::github) comments: Vec<Comment>,
    pub(in crate::github) created: Timestamp,
    pub(in crate::github) updated: Timestamp,
    pub(in crate::github) closed: Option<Timestamp>,
    pub(in crate::github) pull: Option<Pull>,
}

/// What somebody said.
#[derive(Debug)]
pub(in crate::github) struct Comment {
    pub(in crate::github) id: u64,
    pub(in crate::github) author: String,
    pub(in crate::github) body: String,
    pub(in crate::github) created: Timestamp,
}

/// The labels that every repository begins with.
const DEFAULT: [(&str, &str, &str); 9] = [
    ("bug", "d73a4a", "Something isn't working"),
    ("documentation", "0075ca", "Improvements or additions to documentation"),
    ("duplicate", "cfd3d7", "This issue or pull request already exists"),
    ("enhancement", "a2eeef", "New feature or request"),
    ("good first issue", "7057ff", "Good for newcomers"),
    ("help wanted", "008672", "Extra attention is needed"),
    ("invalid", "e4e669", "This doesn't seem right"),
    ("question", "d876e3", "Further information is requested"),
    ("wontfix", "ffffff", "This will not be worked on"),
];

impl Default for Issues {
    fn default() -> Self {
        let label = |(index, (name, color, description)): (usize, &(&str, &str, &str))| Label {
            id: index as u64 + 1,
            name: (*name).to_owned(),
            color: (*color).to_owned(),
            description: Some((*description).to_owned()),
            is_default: true,
        };
        Self { all: BTreeMap::new(), labels: DEFAULT.iter().enumerate().map(label).collect() }
    }
}

impl Issues {
    /// The number that the next gets.
    pub(in crate::github) fn next(&self) -> u64 {
        self.all.last_key_value().map_or(1, |(number, _)| number + 1)
    }

    /// Names of labels are the same in any case.
    pub(in crate::github) fn label(&self, name: &str) -> Option<&Label> {
        self.labels.iter().find(|label| label.name.eq_ignore_ascii_case(name))
    }

    pub(in crate::github) fn label_mut(&mut self, name: &str) -> Option<&mut Label> {
        self.labels.iter_mut().find(|label| label.name.eq_ignore_ascii_case(name))
    }

    /// The labels of an issue, by name.
    pub(in crate::github) fn labels_of(&self, issue: &Issue) -> Vec<&Label> {
        let mut labels: Vec<_> =
            self.labels.iter().filter(|label| issue.labels.contains(&label.id)).collect();
        labels.sort_by_key(|label| label.name.to_lowercase());
        labels
    }
}
