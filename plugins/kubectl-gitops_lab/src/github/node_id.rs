//! Names that GraphQL has for things.

/// A number as other parts of GitHub name a thing.
pub(super) fn node(kind: &str, id: u64) -> String {
    use base64::Engine;
    let text = format!("0{}:{kind}{id}", kind.len());
    base64::engine::general_purpose::STANDARD.encode(text)
}
