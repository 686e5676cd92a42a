//! What people may do in a repository, whichever token they show.

use serde::Deserialize;

use super::permission::{AccessLevel, Area, Permission, Permissions};

/// A role of a person in a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// To look, and to talk.
    Read,
    /// To sort issues and pull requests, too.
    Triage,
    /// To push, too.
    Write,
    /// To look after what does not destroy anything, too.
    Maintain,
    /// To change settings, too.
    Admin,
}

/// What a token may do in a repository, in short: this much in every area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Right {
    /// Clone and fetch.
    Read,
    /// Push, too.
    Write,
    /// Change settings, too.
    Admin,
}

impl Role {
    /// As the API names it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Triage => "triage",
            Self::Write => "write",
            Self::Maintain => "maintain",
            Self::Admin => "admin",
        }
    }

    /// The right that comes with it.
    pub const fn right(self) -> Right {
        match self {
            Self::Read | Self::Triage => Right::Read,
            Self::Write | Self::Maintain => Right::Write,
            Self::Admin => Right::Admin,
        }
    }
}

impl From<Right> for Role {
    fn from(right: Right) -> Self {
        match right {
            Right::Read => Self::Read,
            Right::Write => Self::Write,
            Right::Admin => Self::Admin,
        }
    }
}

impl Right {
    /// The permissions that it stands for.
    pub(crate) fn permissions(self) -> Permissions {
        match self {
            Self::Read => Permissions::everything(AccessLevel::Read),
            Self::Write => Permissions::everything(AccessLevel::Write).without(Area::Administration),
            Self::Admin => Permissions::everything(AccessLevel::Write),
        }
    }

    /// The right that permissions come to.
    pub(crate) fn of(allow: impl Fn(Permission) -> bool) -> Option<Self> {
        match allow {
            allow if allow(Area::Administration.write()) => Some(Self::Admin),
            allow if allow(Area::Contents.write()) => Some(Self::Write),
            allow => allow(Area::Metadata.read()).then_some(Self::Read),
        }
    }
}
