//! The output formats, and which one a command line asks for.

use std::ffi::OsString;

/// What `-o` takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Aligned columns.
    #[default]
    Table,
    /// More columns.
    Wide,
    /// One JSON document.
    Json,
    /// One YAML document.
    Yaml,
    /// Names only, one a line.
    Name,
}

impl Format {
    /// Whether raw arguments ask for JSON. Errors must follow the format even when the arguments do not
    /// parse, so this looks at the words themselves.
    pub(super) fn json_is_asked(arguments: &[OsString]) -> bool {
        let words: Vec<&str> =
            arguments.iter().map_while(|word| word.to_str()).take_while(|word| *word != "--").collect();
        let joined = words.iter().any(|word| matches!(*word, "-ojson" | "-o=json" | "--output=json"));
        joined || words.windows(2).any(|pair| matches!(pair, ["-o" | "--output", "json"]))
    }
}

#[cfg(test)]
mod tests {
    use super::Format;

    #[test]
    fn json_is_recognised_in_every_spelling() {
        let asked = |line: &str| {
            Format::json_is_asked(&line.split(' ').map(Into::into).collect::<Vec<std::ffi::OsString>>())
        };
        for line in ["status -o json", "status -ojson", "status --output=json -n x", "status --output json"] {
            assert!(asked(line), "{line}");
        }
        for line in ["status", "status -o yaml", "status json", "lab -- status -o json"] {
            assert!(!asked(line), "{line}");
        }
    }
}
