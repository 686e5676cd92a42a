//! Where GitHub is.

/// Where it is.
#[derive(Clone, Debug)]
pub(super) struct Urls {
    /// The API: `https://127.0.0.1:<port>/api/v3`
    pub(super) api: String,
    /// Pages and git: `https://127.0.0.1:<port>`
    pub(super) server: String,
}
