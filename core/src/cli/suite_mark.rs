//! What the bytes of the front and the lab hold and those of no other program: by it `link` knows a program of an
//! earlier version from somebody else's.
//!
//! The name of an environment variable was rejected: a program that reads the same variable holds it too.

/// The mark. A later version must not change it: links and copies of this one would no longer be known.
pub const SUITE_MARK: &str =
    "a program of the kubectl gitops suite \u{2}93f1c6d2-5b0e-4e1b-8f6a-27c40de9a815\u{3}";
