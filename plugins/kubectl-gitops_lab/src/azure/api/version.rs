//! Versions of the API. Every request names one, and every type has some.

use super::refusal::Refusal;

/// The versions that a route has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::azure) enum Versions {
    /// Any date: Resource Manager's own types have had dozens, and clients use them all.
    Dated,
    /// Those of a type of a provider.
    Listed { kind: &'static str, known: &'static [&'static str], refusal: UnknownVersion },
}

/// How a version is refused that is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::azure) enum UnknownVersion {
    /// As of a type that extends others.
    InvalidResourceType,
    /// As of a type that is in a location.
    NoRegisteredProvider,
}

/// The years in which Resource Manager's own versions may lie.
const YEARS: std::ops::RangeInclusive<i32> = 2014..=2026;

impl Versions {
    /// Whether a version is one of these.
    pub(in crate::azure) fn check(self, version: Option<&str>) -> Result<(), Refusal> {
        let Some(version) = version.filter(|version| !version.is_empty()) else {
            return Err(Refusal::missing_version());
        };
        match self {
            Versions::Dated if is_dated(version) => Ok(()),
            Versions::Dated => Err(Refusal::invalid_version(version)),
            Versions::Listed { known, .. }
                if known.iter().any(|known| known.eq_ignore_ascii_case(version)) =>
            {
                Ok(())
            }
            Versions::Listed { kind, known, refusal } => {
                let (namespace, name) = kind.split_once('/').unwrap_or((kind, ""));
                Err(match refusal {
                    UnknownVersion::InvalidResourceType => {
                        Refusal::invalid_type(name, namespace, version, known)
                    }
                    UnknownVersion::NoRegisteredProvider => Refusal::no_provider(name, version, known),
                })
            }
        }
    }

    /// As `api-supported-versions` tells them, where it does.
    pub(in crate::azure) fn told(self) -> Option<String> {
        match self {
            Versions::Listed { known, refusal: UnknownVersion::InvalidResourceType, .. } => {
                Some(known.iter().rev().copied().collect::<Vec<_>>().join(", "))
            }
            _ => None,
        }
    }
}

/// `2024-01-01` or `2024-01-01-preview`.
fn is_dated(version: &str) -> bool {
    let suffixes = ["-preview", "-privatepreview", "-alpha", "-beta"];
    let lower = version.to_ascii_lowercase();
    let date = suffixes.iter().find_map(|suffix| lower.strip_suffix(suffix)).unwrap_or(&lower);
    let date: Option<jiff::civil::Date> = date.parse().ok().filter(|_| date.len() == 10);
    date.is_some_and(|date| YEARS.contains(&i32::from(date.year())))
}

#[cfg(test)]
mod tests {
    use super::{UnknownVersion, Versions};

    #[test]
    fn a_version_is_one_that_a_type_has() {
        let known = &["2025-04-01", "2024-11-01"];
        let of = Versions::Listed { kind: "A.B/c", known, refusal: UnknownVersion::InvalidResourceType };
        let dated = Versions::Dated;
        for (versions, version, code) in [
            (of, Some("2025-04-01"), None),
            (of, Some("2025-04-02"), Some("InvalidResourceType")),
            (of, Some(""), Some("MissingApiVersionParameter")),
            (of, None, Some("MissingApiVersionParameter")),
            (dated, Some("2021-04-01"), None),
            (dated, Some("2021-04-01-Preview"), None),
            (dated, Some("2021-13-01"), Some("InvalidApiVersionParameter")),
            (dated, Some("20210401"), Some("InvalidApiVersionParameter")),
            (dated, Some("1999-01-01"), Some("InvalidApiVersionParameter")),
            (dated, Some("latest"), Some("InvalidApiVersionParameter")),
        ] {
            let refused = versions.check(version).err();
            assert_eq!(refused.as_ref().map(|refused| refused.code), code, "{version:?}");
        }
    }
}
