//! What a document says of an operation: that of the operation itself, or of the resource that it changes.

use serde_json::Value;

use super::response::error_of;
use crate::model::azure::ProvisioningState;
use crate::model::harmless;

/// Where an operation stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum OperationState {
    /// It goes on, in Azure's word for it.
    Running(String),
    /// It is done.
    Succeeded,
    /// It ended otherwise.
    Ended {
        /// Azure's word for it.
        status: String,
        /// Azure's code; empty where it gives none.
        code: String,
        /// What Azure says, with its details.
        message: String,
    },
}

/// Reads `status` of an operation, else `properties.provisioningState` of a resource. A word that is not known, or none,
/// is no end: Azure may use others in between.
pub(super) fn state_of(document: &Value) -> OperationState {
    let properties = &document["properties"];
    let words = [&document["status"], &properties["provisioningState"], &document["provisioningState"]];
    let word = words.into_iter().find_map(Value::as_str).unwrap_or("not told");
    match ProvisioningState::read(word.trim()) {
        ProvisioningState::Succeeded => OperationState::Succeeded,
        status @ (ProvisioningState::Failed | ProvisioningState::Canceled) => {
            ended(&status.to_string(), document)
        }
        // The British spelling was seen in other services of Azure's.
        ProvisioningState::Other(word) if word.eq_ignore_ascii_case("Cancelled") => ended(&word, document),
        state => OperationState::Running(state.to_string()),
    }
}

fn ended(status: &str, document: &Value) -> OperationState {
    let properties = &document["properties"];
    let of_error = |value: &Value| value["error"].is_object().then(|| error_of(value)).flatten();
    let of_information =
        || properties["errorInfo"].is_object().then(|| error_of(&properties["errorInfo"])).flatten();
    let text = properties["errorMessage"].as_str().filter(|message| !message.is_empty());
    let of_text = || text.map(|message| (String::new(), harmless(message)));
    let (code, message) = of_error(document)
        .or_else(|| of_error(properties))
        .or_else(of_information)
        .or_else(of_text)
        .or_else(|| of_statuses(&properties["statuses"]))
        .unwrap_or_else(|| (String::new(), "Azure does not say why".to_owned()));
    OperationState::Ended { status: status.to_owned(), code, message }
}

/// What an extension says of itself.
fn of_statuses(statuses: &Value) -> Option<(String, String)> {
    let error = statuses.as_array()?.iter().find(|status| status["level"] == "Error")?;
    let text = |key: &str| error[key].as_str().map(harmless).unwrap_or_default();
    Some((text("code"), text("message"))).filter(|(_, message)| !message.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn ended(status: &str, code: &str, message: &str) -> OperationState {
        let [status, code, message] = [status, code, message].map(str::to_owned);
        OperationState::Ended { status, code, message }
    }

    #[test]
    fn an_operation_stands_where_its_document_says() {
        let running = |word: &str| OperationState::Running(word.to_owned());
        let error = json!({"code": "UpgradeFailed", "message": "no", "details": [{"message": "because"}]});
        for (document, expected) in [
            (json!({"status": "Succeeded"}), OperationState::Succeeded),
            (json!({"status": "SUCCEEDED"}), OperationState::Succeeded),
            (json!({"properties": {"provisioningState": "succeeded"}}), OperationState::Succeeded),
            (
                json!({"status": "Creating", "properties": {"provisioningState": "Succeeded"}}),
                running("Creating"),
            ),
            (json!({"status": "InProgress"}), running("InProgress")),
            (json!({"status": "Accepted"}), running("Accepted")),
            (json!({}), running("not told")),
            (json!(null), running("not told")),
            (json!({"status": "failed", "error": error}), ended("Failed", "UpgradeFailed", "no; because")),
            (json!({"status": "Canceled"}), ended("Canceled", "", "Azure does not say why")),
            (json!({"status": "Cancelled"}), ended("Cancelled", "", "Azure does not say why")),
            (
                json!({"properties": {"provisioningState": "Failed", "errorMessage": "timed out"}}),
                ended("Failed", "", "timed out"),
            ),
            (
                json!({"properties": {"provisioningState": "Failed", "errorInfo": {"code": "C", "message": "m"}}}),
                ended("Failed", "C", "m"),
            ),
            (
                json!({"properties": {"provisioningState": "Failed", "statuses": [
                    {"code": "a", "level": "Information", "message": "fine"},
                    {"code": "b", "level": "Error", "message": "no helm"},
                ]}}),
                ended("Failed", "b", "no helm"),
            ),
            (json!({"status": "Failed", "error": null}), ended("Failed", "", "Azure does not say why")),
        ] {
            assert_eq!(state_of(&document), expected, "{document}");
        }
    }
}
