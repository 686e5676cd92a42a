//! A token or password. Only [`Secret::expose`] gives its text.

use secrecy::{ExposeSecret, SecretString};

/// A secret text; `Debug` and `Display` redact it, and its memory is wiped when it goes.
#[derive(Clone)]
pub struct Secret {
    text: SecretString,
    /// The variable or file that it was taken from.
    origin: Option<String>,
}

impl Secret {
    /// Takes a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: SecretString::from(text.into()), origin: None }
    }

    /// The same, with the variable or file that it was taken from.
    pub fn with_origin(self, origin: impl Into<String>) -> Self {
        Self { origin: Some(origin.into()), ..self }
    }

    /// The variable or file that it was taken from, where that is known.
    pub fn origin(&self) -> Option<&str> {
        self.origin.as_deref()
    }

    /// The text itself, for the one place that sends or writes it.
    pub fn expose(&self) -> &str {
        self.text.expose_secret()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("<redacted>")
    }
}

impl std::fmt::Display for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("<redacted>")
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn a_secret_does_not_show() {
        let secret = Secret::new("hunter2");
        assert_eq!(
            format!("{secret} {secret:?} {:?}", Some(&secret)),
            "<redacted> <redacted> Some(<redacted>)"
        );
        assert_eq!(secret.expose(), "hunter2");
    }
}
