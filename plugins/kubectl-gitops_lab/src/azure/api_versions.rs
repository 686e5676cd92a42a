//! The versions of the API that types of providers have, the newest first: of what is refused and of what providers say
//! of themselves.

use super::resources::{CONNECTED_CLUSTERS, EXTENSIONS, FLUX_CONFIGURATIONS, SOURCE_CONTROL_CONFIGURATIONS};

pub(in crate::azure) const FLUX_CONFIGURATIONS_VERSIONS: &[&str] = &[
    "2025-04-01",
    "2024-11-01",
    "2024-04-01-preview",
    "2023-05-01",
    "2022-11-01",
    "2022-07-01",
    "2022-03-01",
    "2022-01-01-preview",
    "2021-11-01-preview",
];

pub(in crate::azure) const EXTENSIONS_VERSIONS: &[&str] = &[
    "2025-03-01",
    "2024-11-01",
    "2023-05-01",
    "2022-11-01",
    "2022-07-01",
    "2022-03-01",
    "2021-09-01",
    "2021-05-01-preview",
    "2020-07-01-Preview",
];

pub(in crate::azure) const SOURCE_CONTROL_CONFIGURATIONS_VERSIONS: &[&str] = &[
    "2023-05-01",
    "2022-11-01",
    "2022-07-01",
    "2022-03-01",
    "2021-05-01-preview",
    "2021-03-01",
    "2020-10-01-preview",
    "2019-11-01-preview",
];

pub(in crate::azure) const CONNECTED_CLUSTERS_VERSIONS: &[&str] = &[
    "2024-12-01-preview",
    "2024-07-15-preview",
    "2024-07-01-preview",
    "2024-06-01-preview",
    "2024-02-01-preview",
    "2024-01-01",
    "2023-11-01-preview",
    "2022-10-01-preview",
    "2022-05-01-preview",
    "2021-10-01",
    "2021-04-01-preview",
    "2021-03-01",
    "2020-01-01-preview",
];

/// One of the versions of the types that are taken with any date.
const DATED: &[&str] = &["2024-11-01"];

/// The versions of a type.
pub(in crate::azure) fn versions_of_type(kind: &str) -> &'static [&'static str] {
    match kind {
        FLUX_CONFIGURATIONS => FLUX_CONFIGURATIONS_VERSIONS,
        EXTENSIONS => EXTENSIONS_VERSIONS,
        CONNECTED_CLUSTERS => CONNECTED_CLUSTERS_VERSIONS,
        SOURCE_CONTROL_CONFIGURATIONS => SOURCE_CONTROL_CONFIGURATIONS_VERSIONS,
        _ => DATED,
    }
}
