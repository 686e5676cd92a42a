//! Texts with placeholders. One that nothing stands for is an error; so is nothing else, because templates are this
//! program's own.
//!
//! A placeholder that has a line for itself stands for whole lines: each gets the indentation of that line, and the line
//! goes where there is none.

use std::collections::BTreeMap;

const BEGIN: &str = "@{";
const END: char = '}';

/// What stands for each placeholder.
pub(super) type Values = BTreeMap<String, String>;

/// The text with its values; the name of a placeholder that has none.
pub(super) fn filled(text: &str, values: &Values) -> Result<String, String> {
    let mut filled = String::new();
    for line in text.lines() {
        let content = line.trim_start();
        let indentation = &line[..line.len() - content.len()];
        match content.strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(END)).filter(|name| is_name(name))
        {
            Some(name) => {
                for line in value(name, values)?.lines() {
                    let indentation = if line.is_empty() { "" } else { indentation };
                    filled += &format!("{indentation}{line}\n");
                }
            }
            None => {
                filled += &filled_line(line, values)?;
                filled.push('\n');
            }
        }
    }
    Ok(filled)
}

fn filled_line(line: &str, values: &Values) -> Result<String, String> {
    let mut filled = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once(BEGIN) {
        let (name, after) = after.split_once(END).ok_or_else(|| after.to_owned())?;
        filled += before;
        filled += value(name, values)?;
        rest = after;
    }
    Ok(filled + rest)
}

fn value<'a>(name: &str, values: &'a Values) -> Result<&'a str, String> {
    values.get(name).map(String::as_str).ok_or_else(|| name.to_owned())
}

fn is_name(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> Values {
        [("runner", "ubuntu-24.04"), ("steps", "- a\n\n- b: |\n    c\n"), ("nothing", "")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into()
    }

    #[test]
    fn a_placeholder_stands_within_a_line_or_for_lines() {
        for (text, expected) in [
            ("runs-on: @{runner} # why", "runs-on: ubuntu-24.04 # why\n"),
            ("@{runner}-@{runner}", "ubuntu-24.04-ubuntu-24.04\n"),
            ("steps:\n  @{steps}\n  - d", "steps:\n  - a\n\n  - b: |\n      c\n  - d\n"),
            ("a:\n  @{nothing}\nb:", "a:\nb:\n"),
            ("'@{nothing}'", "''\n"),
            ("${{ inputs.a }} ${A} a@b {@}", "${{ inputs.a }} ${A} a@b {@}\n"),
        ] {
            assert_eq!(filled(text, &values()).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn a_placeholder_without_a_value_is_named() {
        for (text, name) in [
            ("a: @{other}", "other"),
            ("  @{other}", "other"),
            ("@{Runner}", "Runner"),
            ("@{run", "run"),
            ("@{}", ""),
        ] {
            assert_eq!(filled(text, &values()), Err(name.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_a_value_holds_is_no_placeholder() {
        let values = [("a".to_owned(), "@{b}".to_owned())].into();
        assert_eq!(filled("x @{a}", &values).as_deref(), Ok("x @{b}\n"));
    }
}
