//! A command as a page advises it, taken apart into what its help can confirm.

use std::collections::BTreeSet;

use regex::Regex;

/// One command of a line: `kubectl create secret … | kubectl apply -f -` has two.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct CommandLine {
    pub program: String,
    /// The words before the first flag, value or placeholder; the command, and perhaps arguments.
    pub words: Vec<String>,
    /// The flags by name, without their values.
    pub flags: BTreeSet<String>,
}

impl CommandLine {
    /// The commands of a line.
    pub(super) fn all(line: &str) -> Vec<Self> {
        let mut commands = vec![Vec::new()];
        for word in shell_words(line) {
            match word.as_str() {
                "|" | "&&" => commands.push(Vec::new()),
                _ => commands.last_mut().expect("one at least").push(word),
            }
        }
        commands.into_iter().filter_map(|words| Self::of(&words)).collect()
    }

    fn of(words: &[String]) -> Option<Self> {
        let (program, rest) = words.split_first()?;
        // A usage names no command.
        if rest.first().is_none_or(|word| word.contains('<')) {
            return None;
        }
        // What follows is another command.
        let rest = rest.split(|word| word == "--").next().unwrap_or_default();
        let is_plain = |word: &&String| word.chars().all(|c| c.is_ascii_lowercase() || c == '-' || c == '8');
        let is_flag = |word: &&String| word.starts_with('-') && word.len() > 1;
        let words = rest.iter().take_while(|word| is_plain(word) && !is_flag(word)).cloned().collect();
        let name = |word: &String| word.split('=').next().unwrap_or_default().to_owned();
        let flags = rest.iter().filter(is_flag).map(name).collect();
        Some(Self { program: program.clone(), words, flags })
    }
}

/// A line as a shell takes it apart, quotes kept as they are.
fn shell_words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), String::new(), None);
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (None | Some('"'), '\\') => {
                word.push(character);
                word.extend(characters.next());
            }
            (None, ' ') => words.extend(Some(std::mem::take(&mut word)).filter(|word| !word.is_empty())),
            (None, '\'' | '"') => {
                quote = Some(character);
                word.push(character);
            }
            (Some(open), _) if open == character => {
                quote = None;
                word.push(character);
            }
            _ => word.push(character),
        }
    }
    words.extend(Some(word).filter(|word| !word.is_empty()));
    words
}

/// The names of the flags that a help text lists: `-f, --filename=[]:`, `      --watch`.
pub(super) fn flags_of(help: &str) -> BTreeSet<String> {
    let long = Regex::new(r"^\s+(?:(-\w), )?(--[\w-]+)").expect("a pattern");
    help.lines()
        .filter_map(|line| long.captures(line))
        .flat_map(|found| [found.get(1), found.get(2)].into_iter().flatten().collect::<Vec<_>>())
        .map(|flag| flag.as_str().to_owned())
        .collect()
}

/// The text literals of a Rust source, its tests aside, as they are written.
pub(super) fn literals(source: &str) -> Vec<String> {
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    let pattern =
        Regex::new(r##"(?s)//[^\n]*|'(?:\\.|[^'\\])'|r#"(.*?)"#|"((?:\\.|[^"\\])*)""##).expect("a pattern");
    pattern
        .captures_iter(code)
        .filter_map(|found| match (found.get(1), found.get(2)) {
            // A raw literal has no escapes.
            (Some(raw), _) => Some(raw.as_str().to_owned()),
            (None, text) => text.map(|text| unescaped(text.as_str())),
        })
        .collect()
}

/// A literal as the compiler reads it: `\\n` is a backslash and a letter, and not the end of a line.
fn unescaped(literal: &str) -> String {
    let (mut text, mut characters) = (String::new(), literal.chars().peekable());
    while let Some(character) = characters.next() {
        match (character, characters.peek().copied()) {
            ('\\', Some('\n')) => while characters.next_if(|next| next.is_whitespace()).is_some() {},
            ('\\', Some(escaped @ ('\\' | '"' | '\'' | 'n'))) => {
                characters.next();
                text.push(if escaped == 'n' { '\n' } else { escaped });
            }
            _ => text.push(character),
        }
    }
    text
}

/// The commands within a text for people: after a colon, a semicolon, `or` or `see`, or at a line's beginning.
pub(super) fn commands_within(text: &str) -> Vec<String> {
    let begins =
        Regex::new(r"(?:^\s*|[:;] |\b(?:or|see) )((?:kubectl|az|flux|gh|helm) [a-z].*)$").expect("a pattern");
    let find = |line: &str| Some(begins.captures(line)?[1].to_owned());
    let commands = text.lines().filter_map(find);
    // In a table of examples what follows is the explanation.
    commands.map(|line| line.split("   ").next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn lines_are_taken_apart() {
    let lines =
        CommandLine::all("kubectl create secret generic auth -n a --dry-run=client | kubectl apply -f -");
    let flags: Vec<Vec<&str>> =
        lines.iter().map(|line| line.flags.iter().map(String::as_str).collect()).collect();
    assert_eq!(flags, [vec!["--dry-run", "-n"], vec!["-f"]]);
    assert_eq!(lines[0].words, ["create", "secret", "generic", "auth"]);
    let patch = CommandLine::all("kubectl patch gitrepository/a --type merge -p '{\"a\": \"b | c\"}'");
    assert_eq!((patch.len(), patch[0].words.as_slice()), (1, ["patch".to_owned()].as_slice()));
    assert_eq!(flags_of("    -f, --filename=[]:\n\ttext --not\n      --watch\n").len(), 3);
    assert_eq!(literals("let a = \"x \\\n   y\"; // \"no\"\nlet b = '\"'; r#\"z\"#"), ["x y", "z"]);
    // A backslash before an `n` is no line end, and an escaped quote ends no word.
    assert_eq!(literals(r#"f("a \"{b}\" '\\n' \n")"#), ["a \"{b}\" '\\n' \n"]);
    let nested =
        CommandLine::all(r#"test -s f && kubectl patch a/b -p "{\"c\":\"$(base64 < f | tr -d x)\"}""#);
    assert_eq!(
        nested.iter().map(|command| command.program.as_str()).collect::<Vec<_>>(),
        ["test", "kubectl"]
    );
    let hint = "sign in: gh auth login";
    assert_eq!(commands_within(hint), ["gh auth login"]);
    assert_eq!(
        commands_within("see what kubectl makes of it: kubectl cluster-info"),
        ["kubectl cluster-info"]
    );
    assert_eq!(commands_within("the git server"), Vec::<String>::new());
}
