//! How a failure is told: `error:`, `caused by:`, a blank line, `hint:` on stderr; with `-o json` one line,
//! kind `Error`.

use serde::Serialize;

use crate::model::{Failure, harmless};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    api_version: &'static str,
    kind: &'static str,
    code: &'static str,
    message: String,
    causes: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    exit_code: u8,
}

/// The failure as text for a person. What a server wrote is in there: nothing of it may steer the terminal.
pub(super) fn text(failure: &dyn Failure) -> String {
    let mut text = format!("error: {}\n", harmless(&failure.to_string()));
    for cause in causes(failure) {
        text += &format!("caused by: {cause}\n");
    }
    if let Some(hint) = failure.hint() {
        text += &format!("\nhint: {hint}\n");
    }
    text
}

/// The failure as one line for a program.
pub(super) fn json(failure: &dyn Failure) -> String {
    document(failure.code(), failure.to_string(), causes(failure), failure.hint(), failure.exit().code())
}

/// A line of kind `Error`.
pub(super) fn document(
    code: &'static str,
    message: String,
    causes: Vec<String>,
    hint: Option<String>,
    exit_code: u8,
) -> String {
    let document =
        Document { api_version: "gitops.dev/v1", kind: "Error", code, message, causes, hint, exit_code };
    let mut line = serde_json::to_string(&document).unwrap_or_default();
    line.push('\n');
    line
}

/// The chain of sources, without those whose text the message before already ends with.
fn causes(failure: &dyn Failure) -> Vec<String> {
    let mut told = failure.to_string();
    let mut causes = Vec::new();
    let mut next = failure.source();
    while let Some(cause) = next {
        let text = harmless(&cause.to_string());
        if !told.ends_with(&text) {
            causes.push(text.clone());
        }
        told = text;
        next = cause.source();
    }
    causes
}
