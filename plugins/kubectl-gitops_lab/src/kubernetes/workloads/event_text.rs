//! Something to tell of an object.

/// Something to tell of an object.
pub(in crate::kubernetes) struct EventText<'a> {
    /// Who tells it.
    pub(in crate::kubernetes) component: &'a str,
    pub(in crate::kubernetes) is_warning: bool,
    pub(in crate::kubernetes) reason: &'a str,
    pub(in crate::kubernetes) message: String,
}

impl<'a> EventText<'a> {
    pub(in crate::kubernetes) fn normal(component: &'a str, reason: &'a str, message: String) -> Self {
        Self { component, is_warning: false, reason, message }
    }

    pub(in crate::kubernetes) fn warning(component: &'a str, reason: &'a str, message: String) -> Self {
        Self { component, is_warning: true, reason, message }
    }

    pub(super) fn kind(&self) -> &'static str {
        if self.is_warning { "Warning" } else { "Normal" }
    }
}
