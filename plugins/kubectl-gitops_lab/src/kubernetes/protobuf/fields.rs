//! Which field of a message has which number and type: the contract of Kubernetes' API (`generated.proto` of
//! `k8s.io/api` 0.36), as far as clients make such objects. What is left out — kinds of volumes that are no
//! more — is refused by its number and not passed over.
//!
//! A table of our own, because bindings (`k8s-pb`) know the messages but not the JSON that each of them is: that
//! would take code for every type.

use std::collections::HashMap;
use std::sync::LazyLock;

/// How one value of a field is read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum FieldType {
    Text,
    Boolean,
    Integer,
    Bytes,
    Message(&'static str),
    /// What a server does not take from a client: a status, the owners of fields.
    Dropped,
}

/// How many values a field has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cardinality {
    One,
    Many,
    Map,
}

/// A field of a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    pub(super) number: u64,
    pub(super) name: &'static str,
    pub(super) of: FieldType,
    pub(super) count: Cardinality,
    /// Whether JSON has its fields in the message around it.
    pub(super) is_inline: bool,
    /// Whether it counts though it is zero.
    pub(super) keeps_zero: bool,
}

type Messages = HashMap<&'static str, Vec<Field>>;

static MESSAGES: LazyLock<Messages> = LazyLock::new(|| parse(include_str!("types.txt")));

/// The fields of a message.
pub(super) fn of(message: &str) -> Option<&'static [Field]> {
    MESSAGES.get(message).map(Vec::as_slice)
}

fn parse(text: &'static str) -> Messages {
    let mut messages = Messages::new();
    let mut name = "";
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let fields = match line.split_once(':') {
            Some((message, fields)) => {
                name = message;
                fields
            }
            None => line,
        };
        let fields = fields.split(',').map(str::trim).filter(|field| !field.is_empty());
        messages.entry(name).or_default().extend(fields.map(field));
    }
    messages
}

fn field(text: &'static str) -> Field {
    let mut words = text.split(' ');
    let mut word = || words.next().expect("a number, a name and a type");
    let (number, name, of) = (word().parse().expect("a number"), word(), word());
    let count = match of.as_bytes() {
        [b'{', ..] => Cardinality::Map,
        [.., b'*'] => Cardinality::Many,
        _ => Cardinality::One,
    };
    let plain = of.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let read = match plain {
        "s" => FieldType::Text,
        "b" => FieldType::Boolean,
        "i" => FieldType::Integer,
        "y" => FieldType::Bytes,
        "" => FieldType::Dropped,
        message => FieldType::Message(message),
    };
    Field { number, name, of: read, count, is_inline: of.ends_with('!'), keeps_zero: of.ends_with('?') }
}

#[cfg(test)]
mod tests {
    use super::super::message::SPECIAL;
    use super::{FieldType, MESSAGES};

    #[test]
    fn every_message_that_is_named_is_there() {
        for (message, fields) in MESSAGES.iter() {
            for field in fields {
                if let FieldType::Message(name) = field.of {
                    let known = MESSAGES.contains_key(name) || SPECIAL.contains(&name);
                    assert!(known, "{message}.{} is a {name}", field.name);
                }
            }
        }
    }
}
