//! How a failure is reported on stderr: `error:`, `caused by:`, a blank line, `hint:` for a person; a document
//! of kind `Error` where JSON or YAML was asked for.

use serde::Serialize;

use super::{Format, Streams};
use crate::model::{Exit, Failure, harmless, without_url_users};

/// The document of a failure. It is API: fields are added, never changed.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ErrorDocument {
    #[schemars(extend("const" = "gitops.dev/v1"))]
    api_version: &'static str,
    #[schemars(extend("const" = "Error"))]
    kind: &'static str,
    /// Which failure it is, in one word for programs: `UsageInvalid`.
    code: &'static str,
    /// What failed, in words for people.
    message: String,
    /// Why it failed, the nearest cause first.
    causes: Vec<String>,
    /// What to do or type next; absent where nothing is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    /// The exit code of the command.
    exit_code: u8,
}

/// Reports a failure, and gives its exit code. A failure whose exit code is 0 is a reader of the output that
/// went away: it is not reported.
pub(super) fn report(streams: &mut Streams, format: Option<Format>, failure: Box<dyn Failure>) -> Exit {
    let exit = failure.exit();
    if exit != Exit::Done {
        streams.message(&render(&*failure, format));
    }
    exit
}

/// The failure in a format: one line of JSON, one document of YAML, else text.
fn render(failure: &dyn Failure, format: Option<Format>) -> String {
    match format {
        Some(Format::Json) => serde_json::to_string(&document(failure)).unwrap_or_default() + "\n",
        Some(Format::Yaml) => {
            serde_saphyr::to_string(&document(failure)).unwrap_or_default().trim_end().to_owned() + "\n"
        }
        Some(Format::Table | Format::Wide | Format::Name) | None => text(failure),
    }
}

/// The failure as text. A server may have written parts of it: nothing of it may steer the terminal.
fn text(failure: &dyn Failure) -> String {
    let mut text = format!("error: {}\n", harmless(&failure.to_string()));
    for cause in causes(failure) {
        text += &format!("caused by: {cause}\n");
    }
    if let Some(hint) = failure.hint() {
        text += &format!("\nhint: {}\n", without_url_users(&hint));
    }
    text
}

fn document(failure: &dyn Failure) -> ErrorDocument {
    ErrorDocument {
        api_version: "gitops.dev/v1",
        kind: "Error",
        code: failure.code(),
        message: failure.to_string(),
        causes: causes(failure),
        hint: failure.hint(),
        exit_code: failure.exit().code(),
    }
}

/// The chain of sources, without those whose text the message before already ends with.
fn causes(failure: &dyn Failure) -> Vec<String> {
    let mut message = failure.to_string();
    let mut causes = Vec::new();
    let mut source = failure.source();
    while let Some(cause) = source {
        let text = harmless(&cause.to_string());
        if !message.ends_with(&text) {
            causes.push(text.clone());
        }
        message = text;
        source = cause.source();
    }
    causes
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("file a\u{1b}[2J cannot be read")]
    struct ReadError {
        source: io::Error,
    }

    impl Failure for ReadError {
        fn code(&self) -> &'static str {
            "FileUnreadable"
        }

        fn hint(&self) -> Option<String> {
            Some("name another one with -f".to_owned())
        }

        fn exit(&self) -> Exit {
            Exit::Usage
        }
    }

    fn rendered(format: Option<Format>) -> String {
        render(&ReadError { source: io::Error::other("disk gone") }, format)
    }

    #[test]
    fn people_get_lines_that_steer_nothing() {
        let text = "error: file a\u{fffd}[2J cannot be read\ncaused by: disk gone\n\nhint: name another one with -f\n";
        for format in [None, Some(Format::Table), Some(Format::Wide), Some(Format::Name)] {
            assert_eq!(rendered(format), text);
        }
    }

    #[test]
    fn programs_get_one_document_of_kind_error() {
        let json = rendered(Some(Format::Json));
        assert_eq!(json.lines().count(), 1);
        let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        let yaml: serde_json::Value = serde_saphyr::from_str(&rendered(Some(Format::Yaml))).expect("YAML");
        assert_eq!(json, yaml);
        assert_eq!(
            json,
            serde_json::json!({
                "apiVersion": "gitops.dev/v1",
                "kind": "Error",
                "code": "FileUnreadable",
                "message": "file a\u{1b}[2J cannot be read",
                "causes": ["disk gone"],
                "hint": "name another one with -f",
                "exitCode": 2
            })
        );
    }
}
