//! What tests say of themselves.

/// Says why a test, or a part of one, does not run.
#[expect(clippy::print_stderr, reason = "a test that does not run has to say so")]
pub(crate) fn say(text: &str) {
    eprintln!("{text}");
}
