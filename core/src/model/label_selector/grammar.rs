//! The grammar of selectors: that of `labels.Parse` in k8s.io/apimachinery, its leniencies too. An empty selector
//! selects everything, and an absent value is the empty one.
//!
//! Splitting at commas and operators was rejected: it lets through what kubectl refuses.

use std::collections::BTreeSet;
use std::iter::Peekable;
use std::vec::IntoIter;

use super::{LabelSelectorError, Operator, Requirement};

/// The requirements of a selector.
pub(super) fn requirements(text: &str) -> Result<Vec<Requirement>, LabelSelectorError> {
    Parser { tokens: tokens(text).into_iter().peekable() }.requirements()
}

/// The words and symbols of a selector, without the space between them.
fn tokens(text: &str) -> Vec<&str> {
    let is_space = |character: char| " \t\r\n".contains(character);
    let is_symbol = |character: char| "=!(),<>".contains(character);
    let mut tokens = Vec::new();
    let mut rest = text.trim_start_matches(is_space);
    while !rest.is_empty() {
        let length = match rest {
            _ if rest.starts_with("==") || rest.starts_with("!=") => 2,
            _ if rest.starts_with(is_symbol) => 1,
            _ => rest.find(|character| is_space(character) || is_symbol(character)).unwrap_or(rest.len()),
        };
        let (token, after) = rest.split_at(length);
        tokens.push(token);
        rest = after.trim_start_matches(is_space);
    }
    tokens
}

fn is_word(token: &str) -> bool {
    !["=", "==", "!=", "!", "(", ")", ",", "<", ">"].contains(&token)
}

struct Parser<'a> {
    tokens: Peekable<IntoIter<&'a str>>,
}

impl<'a> Parser<'a> {
    fn requirements(&mut self) -> Result<Vec<Requirement>, LabelSelectorError> {
        let mut requirements = Vec::new();
        if self.tokens.peek().is_none() {
            return Ok(requirements);
        }
        loop {
            requirements.push(self.requirement()?);
            match self.tokens.next() {
                None => return Ok(requirements),
                Some(",") => {}
                found => return Err(unexpected(found, "a comma or the end")),
            }
        }
    }

    fn requirement(&mut self) -> Result<Requirement, LabelSelectorError> {
        let is_absent = self.tokens.next_if_eq(&"!").is_some();
        let key = key(self.word("a key")?)?;
        if is_absent {
            return Ok(Requirement { key, operator: Operator::Absent });
        }
        let operator = match self.tokens.peek() {
            None | Some(&",") => Operator::Exists,
            _ => self.operator()?,
        };
        Ok(Requirement { key, operator })
    }

    /// An operator with its values.
    fn operator(&mut self) -> Result<Operator, LabelSelectorError> {
        Ok(match self.tokens.next() {
            Some("=" | "==") => Operator::In(BTreeSet::from([self.value()?])),
            Some("!=") => Operator::NotIn(BTreeSet::from([self.value()?])),
            Some("in") => Operator::In(self.values()?),
            Some("notin") => Operator::NotIn(self.values()?),
            Some(">") => Operator::GreaterThan(self.integer()?),
            Some("<") => Operator::LessThan(self.integer()?),
            found => return Err(unexpected(found, "one of =, !=, in, notin, > and <")),
        })
    }

    /// The value after an operator, which may be absent.
    fn value(&mut self) -> Result<String, LabelSelectorError> {
        match self.tokens.peek() {
            None | Some(&",") => Ok(String::new()),
            _ => value(self.word("a value")?),
        }
    }

    fn integer(&mut self) -> Result<i64, LabelSelectorError> {
        let value = self.value()?;
        value.parse().map_err(|_| LabelSelectorError::Integer { value: quoted(&value) })
    }

    /// Values in parentheses, with commas between; any of them may be absent.
    fn values(&mut self) -> Result<BTreeSet<String>, LabelSelectorError> {
        let open = self.tokens.next();
        if open != Some("(") {
            return Err(unexpected(open, "("));
        }
        let mut values = BTreeSet::new();
        loop {
            let word = self.tokens.next_if(|token| is_word(token)).unwrap_or_default();
            values.insert(value(word)?);
            match self.tokens.next() {
                Some(")") => return Ok(values),
                Some(",") => {}
                found if word.is_empty() => return Err(unexpected(found, "a value, a comma or )")),
                found => return Err(unexpected(found, "a comma or )")),
            }
        }
    }

    fn word(&mut self, expected: &'static str) -> Result<&'a str, LabelSelectorError> {
        match self.tokens.next() {
            Some(word) if is_word(word) => Ok(word),
            found => Err(unexpected(found, expected)),
        }
    }
}

fn unexpected(found: Option<&str>, expected: &'static str) -> LabelSelectorError {
    LabelSelectorError::Unexpected { found: found.map_or_else(|| "the end".to_owned(), quoted), expected }
}

fn quoted(text: &str) -> String {
    format!("'{text}'")
}

/// A key with an optional prefix, which is a domain name: `example.com/tier`.
fn key(key: &str) -> Result<String, LabelSelectorError> {
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key),
    };
    let is_key = !name.is_empty() && is_name(name) && prefix.is_none_or(is_domain);
    is_key.then(|| key.to_owned()).ok_or_else(|| LabelSelectorError::Key { key: quoted(key) })
}

fn value(value: &str) -> Result<String, LabelSelectorError> {
    is_name(value).then(|| value.to_owned()).ok_or_else(|| LabelSelectorError::Value { value: quoted(value) })
}

/// Nothing, or up to 63 letters, digits, `-`, `_` and `.` with a letter or digit at both ends.
fn is_name(text: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let is_end = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    bytes.len() <= 63 && text.bytes().all(is_inner) && is_end(bytes.first()) && is_end(bytes.last())
}

fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        !label.is_empty() && label.bytes().all(is_inner) && !label.starts_with('-') && !label.ends_with('-')
    };
    text.len() <= 253 && text.split('.').all(is_label)
}
