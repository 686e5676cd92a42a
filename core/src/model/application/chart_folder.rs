//! Where the chart of a folder is.

use std::collections::BTreeSet;

use super::ApplicationError;

/// Folders that a chart is looked for in: the first of them that is there counts.
const FOLDERS: [&str; 3] = ["helm", "chart", "charts"];
const CHART_FILE: &str = "Chart.yaml";

/// The folder of the chart, which may be the whole (`""`); nothing where there is none.
///
/// # Errors
/// There are several, or a folder that should be one is none.
pub(super) fn chart_folder(paths: &BTreeSet<&str>) -> Result<Option<String>, ApplicationError> {
    if paths.contains(CHART_FILE) {
        return Ok(Some(String::new()));
    }
    let is_in =
        |folder: &str, path: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
    let Some(folder) = FOLDERS.into_iter().find(|folder| paths.iter().any(|path| is_in(folder, path))) else {
        return Ok(None);
    };
    if paths.contains(format!("{folder}/{CHART_FILE}").as_str()) {
        return Ok(Some(folder.to_owned()));
    }
    let below =
        paths.iter().filter(|path| is_in(folder, path)).filter_map(|path| path.strip_suffix(CHART_FILE));
    let charts: Vec<String> = below
        .map(|path| path.trim_end_matches('/').to_owned())
        .filter(|path| path.matches('/').count() == 1)
        .collect();
    match charts.as_slice() {
        [] => Err(ApplicationError::NoChartFile { folder: folder.to_owned() }),
        [chart] => Ok(Some(chart.clone())),
        _ => Err(ApplicationError::SeveralCharts { folder: folder.to_owned(), charts }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_is_found_where_charts_are() {
        for (paths, folder) in [
            (&["helm/Chart.yaml", "charts/other/Chart.yaml"] as &[&str], Some("helm")),
            (&["chart/Chart.yaml"], Some("chart")),
            (&["charts/Chart.yaml", "charts/templates/a.yaml"], Some("charts")),
            (&["charts/hello/Chart.yaml", "charts/README.md"], Some("charts/hello")),
            (&["charts/hello/Chart.yaml", "charts/hello/charts/part/Chart.yaml"], Some("charts/hello")),
            (&["Chart.yaml", "charts/part/Chart.yaml"], Some("")),
            (&["deployment.yaml", "helmets/Chart.yaml"], None),
            (&[], None),
        ] {
            let found = chart_folder(&paths.iter().copied().collect());
            assert_eq!(found, Ok(folder.map(str::to_owned)), "{paths:?}");
        }
    }

    #[test]
    fn no_chart_and_several_are_told_apart() {
        let found =
            |paths: &[&'static str]| chart_folder(&paths.iter().copied().collect()).expect_err("none");
        assert_eq!(
            found(&["helm/values.yaml", "charts/Chart.yaml"]),
            ApplicationError::NoChartFile { folder: "helm".to_owned() }
        );
        let charts = vec!["charts/a".to_owned(), "charts/b".to_owned()];
        assert_eq!(
            found(&["charts/a/Chart.yaml", "charts/b/Chart.yaml"]),
            ApplicationError::SeveralCharts { folder: "charts".to_owned(), charts }
        );
    }
}
