//! What is said below the table of environments that are not well: what is wrong and what to type.

use gitops_core::cli::{table, wrapped};
use gitops_core::model::counted;
use gitops_core::model::pipeline::EnvironmentId;
use gitops_core::model::verdict::{EnvironmentStatus, NextCommand, Standing, short};

use super::columns::reason;
use super::compliance::in_words;
use super::groups::{Group, groups, is_well, namespaces_by_remark};
use super::page::View;
use crate::blocks::next_block;

/// Remarks on more environments than this that are well otherwise are one line for each reason.
const MOST_WELL: usize = 5;

impl View {
    /// A block for each cause, the worst first, then the remarks on environments that are well otherwise.
    pub(crate) fn details(&self, environments: &[&EnvironmentStatus]) -> String {
        let is_alone = environments.len() == 1;
        let (well, troubled): (Vec<&EnvironmentStatus>, Vec<&EnvironmentStatus>) =
            environments.iter().partition(|environment| environment.standing == Standing::Deployed);
        let mut text: String = groups(troubled).iter().map(|group| self.block(group)).collect();
        let has_more = |environment: &&&EnvironmentStatus| {
            let has_several = environment.kustomizations.len() > 1 || environment.releases.len() > 1;
            !is_well(environment) || is_alone && has_several
        };
        let remarked: Vec<&EnvironmentStatus> = well.iter().filter(has_more).copied().collect();
        if remarked.len() > MOST_WELL {
            text += "\n";
            for (reason, namespaces) in namespaces_by_remark(&remarked) {
                let count = namespaces.len();
                let line = format!("{reason}: {}: {}", counted(count, "environment"), namespaces.join(", "));
                text += &wrapped(&line, self.width, "", "  ");
            }
        } else {
            text.extend(remarked.into_iter().map(|environment| self.environment_block(environment)));
        }
        text
    }

    /// What is said of a group.
    pub(crate) fn block(&self, group: &Group<'_>) -> String {
        let environments = group.environments.as_slice();
        let [first, _, ..] = environments else { return self.environment_block(group.first()) };
        let is_named = self.several && group.is_of_one_cluster();
        let cluster = if is_named { format!(" on {}", first.id.cluster) } else { String::new() };
        let standing = self.paint.standing(first.standing);
        let count = counted(environments.len(), "environment");
        let mut text = format!("\n{count}{cluster}: {standing}, {}\n", reason(first));
        text += &wrapped(&first.headline, self.width, "  ", "  ");
        text += &self.page_line(group.url(), "  ");
        text += &self.compliance(environments);
        match group.particulars() {
            Some(particulars) => {
                particulars.iter().for_each(|line| text += &wrapped(line, self.width, "  ", "    "));
            }
            None => text += &wrapped(&group.namespaces(), self.width, "  ", "  "),
        }
        for (remark, url) in group.remarks() {
            text += &self.remark(&remark, url);
        }
        text + &self.next(&group.next())
    }

    fn environment_block(&self, environment: &EnvironmentStatus) -> String {
        let standing = self.paint.standing(environment.standing);
        let EnvironmentId { cluster, namespace } = &environment.id;
        let cluster = if self.several { format!(" on {cluster}") } else { String::new() };
        let reason = reason(environment);
        let mut text =
            format!("\n{} in {namespace}{cluster}: {standing}, {reason}\n", environment.environment);
        text += &wrapped(&environment.message, self.width, "  ", "  ");
        text += &self.page_line(environment.url.as_deref(), "  ");
        text += &self.compliance(&[environment]);
        text += &self.kustomizations(environment);
        text += &self.releases(environment);
        for remark in &environment.remarks {
            let own_page = remark.url.as_deref().filter(|_| remark.url != environment.url);
            text += &self.remark(&format!("{}: {}", remark.reason, remark.message), own_page);
        }
        text + &self.next(&environment.next)
    }

    /// A remark, with the page that shows it.
    fn remark(&self, text: &str, url: Option<&str>) -> String {
        wrapped(text, self.width, "  - ", "    ") + &self.page_line(url, "    ")
    }

    /// The line of a page, where there is one. An address is never broken, so that terminals know it for one.
    fn page_line(&self, url: Option<&str>, indent: &str) -> String {
        match url.and_then(|url| self.page_of(url)) {
            Some(url) => format!("{indent}{}\n", self.paint.link(url, url)),
            None => String::new(),
        }
    }

    /// What Azure was told of environments, where it said something of one.
    fn compliance(&self, environments: &[&EnvironmentStatus]) -> String {
        match in_words(environments, self.now) {
            Some(compliance) => wrapped(&format!("Azure says {compliance}"), self.width, "  ", "    "),
            None => String::new(),
        }
    }

    /// Of several kustomizations each, with where it stands and what it applied; the healthy ones too.
    fn kustomizations(&self, environment: &EnvironmentStatus) -> String {
        if environment.kustomizations.len() < 2 {
            return String::new();
        }
        let rows = environment.kustomizations.iter().map(|delivery| {
            let revision = delivery.revision.as_deref().map_or("-", short).to_owned();
            let name = format!("{}/{}", delivery.namespace, delivery.name);
            [name, delivery.standing.to_string(), delivery.reason.to_string(), revision]
        });
        self.deliveries(["KUSTOMIZATION", "REVISION"], &rows.collect::<Vec<_>>())
    }

    /// Of several Helm releases each, with where it stands and which chart is deployed; the healthy ones too.
    fn releases(&self, environment: &EnvironmentStatus) -> String {
        if environment.releases.len() < 2 {
            return String::new();
        }
        let rows = environment.releases.iter().map(|release| {
            let chart: Vec<&str> =
                release.chart.iter().chain(&release.chart_version).map(String::as_str).collect();
            let chart = if chart.is_empty() { "-".to_owned() } else { chart.join(" ") };
            let name = format!("{}/{}", release.namespace, release.name);
            [name, release.standing.to_string(), release.reason.to_string(), chart]
        });
        self.deliveries(["HELMRELEASE", "CHART"], &rows.collect::<Vec<_>>())
    }

    /// A table of what delivers, each with where it stands, why, and what it delivered. A terminal that is too narrow
    /// goes without the last, and without columns after that: names stay whole, so that they can be copied.
    fn deliveries(&self, [kind, delivered]: [&str; 2], rows: &[[String; 4]]) -> String {
        let indented =
            |text: String| -> Vec<String> { text.lines().map(|line| format!("    {line}")).collect() };
        let whole =
            rows.iter().map(|[name, standing, reason, delivered]| [name, standing, delivered, reason]);
        let short = rows.iter().map(|[name, standing, reason, _]| [name, standing, reason]);
        let whole: Vec<Vec<String>> = whole.map(|row| row.map(Clone::clone).to_vec()).collect();
        let short: Vec<Vec<String>> = short.map(|row| row.map(Clone::clone).to_vec()).collect();
        let tables = [
            table(&[kind, "STANDING", delivered, "REASON"], &whole),
            table(&[kind, "STANDING", "REASON"], &short),
        ];
        let fits = |line: &String| self.width.is_none_or(|width| line.chars().count() <= width);
        let fitting = tables.into_iter().map(indented).find(|lines| lines.iter().all(fits));
        fitting.map_or_else(
            || {
                let told =
                    rows.iter().map(|[name, standing, reason, _]| format!("{name}: {standing}, {reason}"));
                told.map(|line| wrapped(&line, self.width, "    ", "      ")).collect()
            },
            |lines| lines.into_iter().map(|line| line + "\n").collect(),
        )
    }

    /// What to type; whoever watches already is not told to.
    fn next(&self, next: &[NextCommand]) -> String {
        let is_new = |step: &&NextCommand| !(self.is_watching && step.command.contains(" --watch"));
        next_block(next.iter().filter(is_new), self.width, self.paint)
    }
}
