//! Manifests: YAML with any number of documents, and the words of Go's YAML reader for what is none.

use serde_json::Value;

/// The objects of a file; the items of lists one by one.
pub(super) fn read(content: &[u8]) -> Result<Vec<Value>, String> {
    let mut objects = Vec::new();
    for document in documents(content)? {
        let is_list = document["kind"].as_str().is_some_and(|kind| kind.ends_with("List"));
        match document["items"].as_array() {
            Some(items) if is_list => objects.extend(items.iter().cloned()),
            _ => objects.push(document),
        }
    }
    for object in &objects {
        let name = object["metadata"]["name"].as_str().or(object["metadata"]["generateName"].as_str());
        match (object["kind"].as_str(), name) {
            (None, _) => return Err(format!("missing Resource metadata: no kind in {object}")),
            (_, None) => return Err(format!("missing metadata.name in object {object}")),
            _ => {}
        }
    }
    Ok(objects)
}

/// The documents of a file that are not empty.
pub(super) fn documents(content: &[u8]) -> Result<Vec<Value>, String> {
    let text = String::from_utf8_lossy(content);
    let options = serde_saphyr::options! { legacy_octal_numbers: true, strict_booleans: true };
    let documents: Vec<Value> =
        serde_saphyr::from_multiple_with_options(&text, options).map_err(|error| told(&error, &text))?;
    Ok(documents.into_iter().filter(|document| !document.is_null()).collect())
}

/// What the reader here says, and what Go's says of the same.
const WORDS: [(&str, &str); 4] = [
    ("tabs disallowed", "found character that cannot start any token"),
    ("unclosed quote", "found unexpected end of stream"),
    ("simple key expected", "could not find expected ':'"),
    ("expected ',' or ']'", "did not find expected ',' or ']'"),
];

/// `yaml: line 4: did not find expected key`. Go counts the lines of what its parser finds from 0, and of what its
/// scanner finds from 1; it never names the first.
fn told(error: &serde_saphyr::Error, text: &str) -> String {
    let whole = error.without_snippet().to_string();
    let mut message = whole.split(" at line ").next().unwrap_or_default();
    let mut line = error.location().map_or(0, |location| location.line());
    let is_parser = message.contains("while parsing") || message.contains("did not find expected");
    if is_parser || line <= 1 {
        line = line.saturating_sub(1);
    }
    if message.contains("unclosed quote") {
        line = text.lines().count() as u64 + 1;
    }
    if let Some((_, problem)) = message.split_once(", ").filter(|(context, _)| context.contains("while ")) {
        message = problem;
    }
    if let Some((_, words)) = WORDS.iter().find(|(here, _)| message.contains(here)) {
        message = words;
    }
    match line {
        0 => format!("yaml: {message}"),
        line => format!("yaml: line {line}: {message}"),
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn documents_and_lists_are_objects() {
        let text = b"---\nkind: A\nmetadata:\n  name: a\n---\n---\nkind: List\nitems:\n- kind: B\n  metadata: {name: b}\n";
        let names: Vec<String> =
            read(text).unwrap().iter().map(|object| object["metadata"]["name"].to_string()).collect();
        assert_eq!(names, ["\"a\"", "\"b\""]);
    }

    #[test]
    fn what_is_no_yaml_is_told_as_go_tells_it() {
        for (text, told) in [
            ("a: b\nmetadata:\n  name: x\n data: 1\n", "yaml: line 3: did not find expected key"),
            ("a:\n\t- b\n", "yaml: line 2: found character that cannot start any token"),
            ("a: b: c\n", "yaml: mapping values are not allowed in this context"),
            ("a: 1\n  b: 2\n", "yaml: line 2: mapping values are not allowed in this context"),
            ("- a\nb: 1\n", "yaml: line 1: did not find expected '-' indicator"),
            ("a: \"x\nb: 1\n", "yaml: line 3: found unexpected end of stream"),
            ("key: |\n a\nb\n", "yaml: line 3: could not find expected ':'"),
        ] {
            assert_eq!(read(text.as_bytes()).unwrap_err(), told, "{text}");
        }
    }

    #[test]
    fn numbers_and_words_are_what_go_makes_of_them() {
        let text = b"kind: A\nmetadata: {name: a}\nmode: 0644\nanswer: no\nis: true\n";
        let object = &read(text).unwrap()[0];
        assert_eq!(
            (&object["mode"], &object["answer"], &object["is"]),
            (&420.into(), &"no".into(), &true.into())
        );
    }
}
