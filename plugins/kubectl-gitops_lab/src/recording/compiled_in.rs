//! The recordings that the program carries, so that the first command needs no file.
//!
//! Few and instructive: each one is tens of kilobytes. Every other recording is one `-f` away.

/// A recording that is part of the program.
#[derive(Clone, Copy, Debug)]
pub struct Recording {
    /// What it is called on the command line.
    pub name: &'static str,
    /// The file's text.
    pub text: &'static str,
}

macro_rules! recording {
    ($name:literal) => {
        Recording {
            name: $name,
            text: include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../../tests/golden/flux/",
                $name,
                ".json"
            )),
        }
    };
}

const RECORDINGS: [Recording; 5] = [
    recording!("first-sync"),
    recording!("broken-manifest"),
    recording!("bad-token"),
    recording!("breaks-later"),
    recording!("failing-health"),
];

/// The recordings that are part of the program, simplest first.
pub fn recordings() -> &'static [Recording] {
    &RECORDINGS
}

impl Recording {
    /// The recording called `name`.
    pub fn named(name: &str) -> Option<Self> {
        RECORDINGS.into_iter().find(|recording| recording.name == name)
    }

    /// What happens in it, in one sentence. The title stands first in the file, so that the rest need not be
    /// read to tell it: help lists all of them.
    pub fn title(&self) -> &'static str {
        let rest = self.text.split_once("\"scenario\"").map_or("", |(_, rest)| rest);
        rest.split('"').nth(1).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Timeline;
    use super::recordings;

    #[test]
    fn every_recording_can_be_read_and_tells_its_title() {
        for recording in recordings() {
            let timeline = Timeline::parse(recording.text).expect(recording.name);
            assert_eq!(recording.title(), timeline.scenario, "{}", recording.name);
            assert!(!recording.title().is_empty(), "{}", recording.name);
        }
    }
}
