//! Words that stand for what every lab has otherwise: `${lab.git}` is the address of its git host,
//! `${lab.token.<name>}` a token, `${lab.commit.<organisation>/<repository>/<branch>}` the end of a branch,
//! `${lab.base64.<word>}` what such a word stands for in base64. Other `${…}` are somebody else's, Flux's for one, and stay.

use serde_json::Value;

use super::error::ScenarioError;

/// What the words of a lab begin with.
pub(super) const LAB: &str = "${lab.";
/// What the words of a repetition begin with.
pub(super) const EACH: &str = "${lab.each.";

/// `text` with every word that begins so replaced by what it means.
pub(super) fn substitute(
    begin: &str,
    text: &str,
    meaning: &mut impl FnMut(&str) -> Option<String>,
) -> Result<String, ScenarioError> {
    let mut pieces = text.split(begin);
    let mut told = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (word, rest) = piece.split_once('}').unwrap_or((piece, ""));
        let unknown = || ScenarioError::Word(format!("{begin}{word}}}"));
        told += &meaning(word).ok_or_else(unknown)?;
        told += rest;
    }
    Ok(told)
}

/// The same in every text and every field name of a document.
pub(super) fn substitute_in(
    begin: &str,
    document: &Value,
    meaning: &mut impl FnMut(&str) -> Option<String>,
) -> Result<Value, ScenarioError> {
    Ok(match document {
        Value::String(text) => Value::String(substitute(begin, text, meaning)?),
        Value::Array(items) => Value::Array(
            items.iter().map(|item| substitute_in(begin, item, meaning)).collect::<Result<_, _>>()?,
        ),
        Value::Object(fields) => Value::Object(
            fields
                .iter()
                .map(|(name, value)| {
                    Ok((substitute(begin, name, meaning)?, substitute_in(begin, value, meaning)?))
                })
                .collect::<Result<_, ScenarioError>>()?,
        ),
        other => other.clone(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{LAB, substitute_in};

    #[test]
    fn own_words_are_replaced_and_others_stay() {
        let mut meaning = |word: &str| (word == "git").then(|| "https://127.0.0.1:1".to_owned());
        let document =
            json!({"url": "${lab.git}/a/b", "list": ["${REPLICAS} of ${lab.git}", 1], "${lab.git}": ""});
        assert_eq!(
            substitute_in(LAB, &document, &mut meaning).unwrap(),
            json!({"url": "https://127.0.0.1:1/a/b", "list": ["${REPLICAS} of https://127.0.0.1:1", 1], "https://127.0.0.1:1": ""})
        );
        let error = substitute_in(LAB, &json!("${lab.gti}/a"), &mut meaning).unwrap_err();
        assert_eq!(error.to_string(), "there is no ${lab.gti}");
    }
}
