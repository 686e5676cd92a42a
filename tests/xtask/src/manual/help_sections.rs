//! The sections of the text below a command's flags: examples, exit codes, tables of terms, and paragraphs.
//!
//! The text stays the one source, as a person reads it. Building it from values was rejected: its columns and line
//! breaks are chosen for a terminal of 80 columns, and a command's author writes them as they will be read.

/// A part of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Section {
    /// Lines without a title, as one.
    Paragraph(String),
    /// `Examples:`
    Examples(Vec<Example>),
    /// `Exit codes:`, each with its meaning.
    ExitCodes(Vec<(u8, String)>),
    /// Another title, with terms and their meanings in two columns.
    Terms {
        /// Without its colon.
        title: String,
        /// In their order.
        rows: Vec<(String, String)>,
    },
    /// Another title, with lines to type.
    Commands {
        /// Without its colon.
        title: String,
        /// In their order.
        lines: Vec<String>,
    },
}

/// What to type, and what for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// What it does.
    pub about: String,
    /// The lines to type.
    pub commands: Vec<String>,
}

/// A text that is not made of sections.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why}: {line}")]
pub struct SectionError {
    why: &'static str,
    line: String,
}

impl SectionError {
    fn new(why: &'static str, line: &str) -> Self {
        Self { why, line: line.to_owned() }
    }
}

/// The sections of a text, in their order.
///
/// # Errors
/// A line belongs to none.
pub fn help_sections(text: &str) -> Result<Vec<Section>, SectionError> {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let mut sections = Vec::new();
    let mut rest = lines.as_slice();
    while let Some((first, behind)) = rest.split_first() {
        if first.is_empty() {
            rest = behind;
        } else if is_indented(first) {
            return Err(SectionError::new("a line is indented below no title", first));
        } else if let Some(title) = title(first, behind) {
            let length = behind.iter().take_while(|line| line.is_empty() || is_indented(line)).count();
            sections.push(titled(title, &behind[..length])?);
            rest = &behind[length..];
        } else {
            let is_next = |line: &&&str| !line.is_empty() && !is_indented(line);
            let length = rest.iter().take_while(is_next).count();
            sections.push(Section::Paragraph(rest[..length].join(" ")));
            rest = &rest[length..];
        }
    }
    Ok(sections)
}

fn is_indented(line: &str) -> bool {
    line.starts_with("  ")
}

/// The title that a line is: it ends with a colon, and what follows is indented.
fn title<'a>(line: &'a str, behind: &[&str]) -> Option<&'a str> {
    let title = line.strip_suffix(':')?;
    behind.first().is_some_and(|next| is_indented(next)).then_some(title)
}

fn titled(title: &str, lines: &[&str]) -> Result<Section, SectionError> {
    match title {
        "Examples" => Ok(Section::Examples(examples(lines)?)),
        "Exit codes" => {
            let code = |(code, meaning): (String, String)| match code.parse() {
                Ok(code) => Ok((code, meaning)),
                Err(_) => Err(SectionError::new("no exit code", &code)),
            };
            Ok(Section::ExitCodes(rows(lines)?.into_iter().map(code).collect::<Result<_, _>>()?))
        }
        title if lines.iter().any(|line| columns(line).is_some()) => {
            Ok(Section::Terms { title: title.to_owned(), rows: rows(lines)? })
        }
        title => {
            let lines: Vec<&str> = lines.iter().copied().filter(|line| !line.is_empty()).collect();
            Ok(Section::Commands { title: title.to_owned(), lines: literal(&lines) })
        }
    }
}

/// Comments that begin with `#`, and below them what they are about.
fn examples(lines: &[&str]) -> Result<Vec<Example>, SectionError> {
    let blocks = lines.split(|line| line.is_empty()).filter(|block| !block.is_empty());
    let example = |block: &[&str]| {
        let comments = block.iter().map_while(|line| line.trim().strip_prefix('#')).map(str::trim);
        let comments: Vec<&str> = comments.collect();
        let commands = literal(&block[comments.len()..]);
        match (comments.is_empty(), commands.is_empty()) {
            (false, false) => Ok(Example { about: comments.join(" "), commands }),
            (true, _) => Err(SectionError::new("an example does not say what it does", block[0])),
            (_, true) => Err(SectionError::new("an example has nothing to type", block[0])),
        }
    };
    blocks.map(example).collect()
}

/// Lines to type, without the blanks that all begin with: those beyond belong to what is typed.
fn literal(lines: &[&str]) -> Vec<String> {
    let indent = |line: &&str| line.len() - line.trim_start_matches(' ').len();
    let common = lines.iter().map(indent).min().unwrap_or_default();
    lines.iter().map(|line| line[common..].to_owned()).collect()
}

/// Two columns; a line that begins where the second one does goes on.
fn rows(lines: &[&str]) -> Result<Vec<(String, String)>, SectionError> {
    let mut rows: Vec<(String, String)> = Vec::new();
    let mut second = usize::MAX;
    for line in lines.iter().filter(|line| !line.is_empty()) {
        let indent = line.chars().take_while(|letter| *letter == ' ').count();
        match (columns(line), rows.last_mut()) {
            (_, Some((_, meaning))) if indent >= second => *meaning += &format!(" {}", line.trim()),
            (Some((term, meaning)), _) => {
                second = line.chars().count() - meaning.chars().count();
                rows.push((term.to_owned(), meaning.to_owned()));
            }
            (None, _) => return Err(SectionError::new("a line has one column among lines of two", line)),
        }
    }
    Ok(rows)
}

/// What stands left and right of the first wide gap.
fn columns(line: &str) -> Option<(&str, &str)> {
    let (term, meaning) = line.trim().split_once("  ")?;
    Some((term, meaning.trim_start()))
}
