//! Words of commands that a person copies into a shell, and where the commands of a line are.

use std::ops::Range;

/// `word` as a POSIX shell reads it back: quoted where it holds anything but what names and paths are made of.
pub fn shell_word(word: &str) -> String {
    let is_plain =
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte));
    if is_plain { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

/// A command of a line: where its words are. A pipeline has several, and so has a line with `$(…)`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ShellCommand {
    pub(super) words: Vec<Range<usize>>,
}

/// What a scan is inside of.
enum Nesting {
    /// `(…)` or `$(…)`: commands of their own.
    Parentheses,
    /// `"…"`, where `$(…)` still counts.
    Quotes,
}

/// The commands of a line, in order of their beginnings.
pub(super) fn commands_of(line: &str) -> Vec<ShellCommand> {
    let mut scan = Scan { finished: Vec::new(), open: vec![ShellCommand::default()], word: None };
    let mut nesting: Vec<Nesting> = Vec::new();
    let mut characters = line.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let is_quoted = matches!(nesting.last(), Some(Nesting::Quotes));
        match character {
            '\\' => {
                scan.begin_word(at);
                characters.next();
            }
            '\'' if !is_quoted => {
                scan.begin_word(at);
                let _ = characters.find(|(_, character)| *character == '\'');
            }
            '"' if is_quoted => {
                nesting.pop();
            }
            '"' => {
                scan.begin_word(at);
                nesting.push(Nesting::Quotes);
            }
            '$' if characters.next_if(|(_, next)| *next == '(').is_some() => {
                scan.begin_word(at);
                scan.open(&mut nesting);
            }
            '(' if !is_quoted => scan.open(&mut nesting),
            ')' if matches!(nesting.last(), Some(Nesting::Parentheses)) => {
                nesting.pop();
                scan.close(at);
            }
            // `2>&1` ends no command.
            '&' if line[..at].ends_with('>') => {}
            '|' | ';' | '&' | '\n' if !is_quoted => scan.next_command(at),
            _ if character.is_whitespace() && !is_quoted => scan.end_word(at),
            _ => scan.begin_word(at),
        }
    }
    while !scan.open.is_empty() {
        scan.close(line.len());
    }
    let mut commands = scan.finished;
    commands.sort_by_key(|command| command.words[0].start);
    commands
}

struct Scan {
    finished: Vec<ShellCommand>,
    /// Commands whose end is not found yet, the innermost last.
    open: Vec<ShellCommand>,
    /// Where the current word begins; of an outer command the word that the inner one stands in.
    word: Option<usize>,
}

impl Scan {
    fn begin_word(&mut self, at: usize) {
        self.word.get_or_insert(at);
    }

    fn end_word(&mut self, at: usize) {
        if let (Some(start), Some(command)) = (self.word.take(), self.open.last_mut()) {
            command.words.push(start..at);
        }
    }

    fn next_command(&mut self, at: usize) {
        self.end_word(at);
        let ended = self.open.last_mut().map(std::mem::take).unwrap_or_default();
        self.finished.extend(Some(ended).filter(|command| !command.words.is_empty()));
    }

    fn open(&mut self, nesting: &mut Vec<Nesting>) {
        nesting.push(Nesting::Parentheses);
        // The outer word goes on behind the inner command: its first half is a word of its own here.
        if let (Some(start), Some(command)) = (self.word.take(), self.open.last_mut()) {
            command.words.push(start..start);
        }
        self.open.push(ShellCommand::default());
    }

    fn close(&mut self, at: usize) {
        self.end_word(at);
        let ended = self.open.pop().unwrap_or_default();
        self.finished.extend(Some(ended).filter(|command| !command.words.is_empty()));
        // What follows in the outer command is behind the inner one.
        self.word = self.open.last().and_then(|command| command.words.last()).map(|_| at);
    }
}

#[cfg(test)]
mod tests {
    use super::{commands_of, shell_word};

    #[test]
    fn what_a_shell_would_read_otherwise_is_quoted() {
        for (word, quoted) in [
            ("dev-hello", "dev-hello"),
            ("", "''"),
            ("a b", "'a b'"),
            ("$(reboot)", "'$(reboot)'"),
            ("it's", "'it'\\''s'"),
        ] {
            assert_eq!(shell_word(word), quoted);
        }
    }

    #[test]
    fn the_commands_of_a_line_are_found() {
        for (line, first_words) in [
            ("kubectl get pods", vec!["kubectl"]),
            ("kubectl get x -o yaml | kubectl apply -f -", vec!["kubectl", "kubectl"]),
            ("a 'b | c' \"d; e\" && f; g\nh || i & j", vec!["a", "f", "g", "h", "i", "j"]),
            ("a \"$(b c | d)\" e", vec!["a", "b", "d"]),
            ("a $(b) c; d", vec!["a", "b", "d"]),
            ("(a b)", vec!["a"]),
            ("a it\\'s b", vec!["a"]),
            ("a \"unfinished", vec!["a"]),
            ("a 'unfinished", vec!["a"]),
            ("", vec![]),
        ] {
            let commands = commands_of(line);
            let first = commands.iter().map(|command| &line[command.words[0].clone()]);
            assert_eq!(first.collect::<Vec<_>>(), first_words, "{line}");
        }
        let line = "kubectl annotate x=\"$(date +%s)\" -n 'a b'  ";
        let commands = commands_of(line);
        let last = commands[0].words.last().expect("words");
        assert_eq!(&line[last.clone()], "'a b'", "a command ends with its last word");
    }
}
