//! What sources and kustomizations have in common that can be wrong: names, encodings, intervals.

use serde_json::Value;

use crate::azure::api::refusal::Refusal;

const NAME_LENGTH: usize = 63;

/// What refuses a value that is not base64. It may be secret, so it is not repeated.
pub(super) fn not_base64(path: &str) -> Refusal {
    Refusal::property(path, format!("The value of '{path}' is not a valid base64 string."))
}

/// Letters, digits and hyphens, in lower case, neither first nor last a hyphen; of some names also dots.
pub(super) fn check_name(path: &str, name: &str, has_dots: bool) -> Result<(), Refusal> {
    let is_edge = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let is_inner = |byte: u8| is_edge(byte) || byte == b'-' || has_dots && byte == b'.';
    let bytes = name.as_bytes();
    let has_edges =
        bytes.first().zip(bytes.last()).is_some_and(|(one, other)| is_edge(*one) && is_edge(*other));
    if !has_edges || !bytes.iter().all(|byte| is_inner(*byte)) {
        let dots = if has_dots { ", '.'" } else { "" };
        let message = format!(
            "The name '{name}' of '{path}' is invalid: it must consist of lower case alphanumeric characters{dots} or \
             '-', and must start and end with an alphanumeric character."
        );
        return Err(Refusal::property(path, message));
    }
    if name.len() > NAME_LENGTH {
        let message = format!(
            "The name '{name}' of '{path}' is invalid: it must be no longer than {NAME_LENGTH} characters."
        );
        return Err(Refusal::property(path, message));
    }
    Ok(())
}

/// How often something is done cannot be never.
pub(super) fn check_intervals(path: &str, fields: &Value) -> Result<(), Refusal> {
    for field in ["timeoutInSeconds", "syncIntervalInSeconds", "retryIntervalInSeconds"] {
        if fields[field] == 0 {
            let path = format!("{path}.{field}");
            return Err(Refusal::property(&path, format!("The value of '{path}' must be greater than 0.")));
        }
    }
    Ok(())
}
