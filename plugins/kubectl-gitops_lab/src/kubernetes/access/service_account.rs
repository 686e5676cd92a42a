//! How service accounts are called.

pub(super) const ACCOUNT: &str = "system:serviceaccount:";
