//! Whether the names of a pipeline fit everything that is named after them: repositories, branches and environments of
//! GitHub, configurations of Azure, namespaces and labels of Kubernetes, images.
//!
//! They are checked together and before anything is made: the tightest limit is that of a combination.

use crate::model::harmless;
use crate::model::pipeline::Project;

/// A name that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameProblem {
    /// What is named: `environment Prod`.
    pub subject: String,
    /// The rule that it breaks.
    pub rule: String,
}

/// The most characters of a configuration and its kustomization together, with a `-` between them (Azure's limit).
const MOST_OF_CONFIGURATION_AND_KUSTOMIZATION: usize = 62;
/// The most characters of a DNS label (RFC 1123).
const MOST_OF_LABEL: usize = 63;
/// The most characters of a repository's name on GitHub.
const MOST_OF_REPOSITORY: usize = 100;
/// The most characters of a login on GitHub.
const MOST_OF_LOGIN: usize = 39;

/// Everything that is wrong with the names of a pipeline; none where they fit.
pub fn name_problems(project: &Project, environments: &[String], target: &str) -> Vec<NameProblem> {
    let mut problems = Problems(Vec::new());
    problems.check_organization(project.organization());
    problems.check_project(project);
    if environments.is_empty() {
        problems.add("environments", "there must be at least one");
    }
    for (at, environment) in environments.iter().enumerate() {
        problems.check_environment(environment);
        if environments[..at].contains(environment) {
            problems.add(format!("environment {}", harmless(environment)), "it is there twice");
        }
        if environments.contains(&format!("{environment}-approval")) {
            let rule = format!(
                "{environment}-approval is the environment that holds the reviewers of {environment}"
            );
            problems.add(format!("environment {environment}-approval"), rule);
        }
        problems.check_combinations(project, environment);
    }
    problems.check_target(target);
    problems.0
}

struct Problems(Vec<NameProblem>);

impl Problems {
    fn add(&mut self, subject: impl Into<String>, rule: impl Into<String>) {
        let problem = NameProblem { subject: subject.into(), rule: rule.into() };
        if !self.0.contains(&problem) {
            self.0.push(problem);
        }
    }

    fn check_organization(&mut self, organization: &str) {
        let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let fits = (1..=MOST_OF_LOGIN).contains(&organization.len())
            && organization.bytes().all(is_inner)
            && !organization.starts_with('-')
            && !organization.ends_with('-');
        if !fits {
            let rule =
                "a login on GitHub is 1 to 39 letters, digits and '-', and neither begins nor ends with '-'";
            self.add(format!("organisation {}", harmless(organization)), rule);
        }
    }

    fn check_project(&mut self, project: &Project) {
        let name = project.name();
        let subject = format!("project {}", harmless(name));
        if name.contains('.') {
            self.add(&subject, "a dot cannot stand in the namespaces that are named after it");
        } else if !is_dns_label(name) {
            self.add(
                &subject,
                "namespaces are named after it: a-z, 0-9 and '-', and neither begins nor ends with '-'",
            );
        }
        let longest = project.configs.name().len().max(project.gitops.name().len());
        if longest > MOST_OF_REPOSITORY {
            self.add(subject, format!("{} has {longest} characters; 100 fit", project.configs.name()));
        }
    }

    fn check_environment(&mut self, environment: &str) {
        let subject = format!("environment {}", harmless(environment));
        match environment {
            "main" => self.add(subject, "branch main belongs to no environment"),
            // A branch `deploy` would be in the way of `deploy/<commit>/<environment>`.
            "deploy" => self.add(subject, "branches of pull requests begin with deploy/"),
            "notify" => self.add(subject, "jobs that start the next workflow have an environment of that name"),
            _ if is_dns_label(environment) => {}
            _ => self.add(
                subject,
                "branches and namespaces are named after it: a-z, 0-9 and '-', and neither begins nor ends with '-'",
            ),
        }
    }

    fn check_combinations(&mut self, project: &Project, environment: &str) {
        let namespace = project.namespace(environment);
        if namespace.len() > MOST_OF_LABEL {
            let rule =
                format!("a namespace has at most {MOST_OF_LABEL} characters; it has {}", namespace.len());
            self.add(format!("namespace {}", harmless(&namespace)), rule);
        }
        let configuration = project.configuration(environment);
        let both = 2 * configuration.len() + 1;
        if both > MOST_OF_CONFIGURATION_AND_KUSTOMIZATION {
            let most = (MOST_OF_CONFIGURATION_AND_KUSTOMIZATION - 1) / 2;
            let rule = format!(
                "Azure has it twice in one name of {MOST_OF_CONFIGURATION_AND_KUSTOMIZATION} characters, so {most} \
                 fit; it has {}",
                configuration.len()
            );
            self.add(format!("Flux configuration {}", harmless(&configuration)), rule);
        }
    }

    fn check_target(&mut self, target: &str) {
        let subject = || format!("target {}", harmless(target));
        let is_word = |word: &str| {
            !word.is_empty()
                && !matches!(word, "." | "..")
                && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
                && !word.starts_with('-')
        };
        if !target.split('/').all(is_word) {
            self.add(subject(), "a folder of letters, digits, '-', '_' and '.', with '/' between");
        } else if matches!(target.split('/').next(), Some(".github" | ".git" | ".gitops")) {
            self.add(subject(), "that folder holds settings of the repository");
        }
    }
}

fn is_dns_label(text: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=MOST_OF_LABEL).contains(&text.len())
        && text.bytes().all(is_inner)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(organization: &str, project: &str, environments: &[&str]) -> Vec<String> {
        let project = Project::new(organization, project).expect("repositories");
        let environments: Vec<String> = environments.iter().map(|&name| name.to_owned()).collect();
        let found = name_problems(&project, &environments, project.name());
        found.into_iter().map(|problem| problem.subject).collect()
    }

    #[test]
    fn names_that_fit_are_let_through() {
        for (organization, project, environments) in [
            ("contoso", "hello", &["dev", "qa"][..]),
            ("Contoso-Edge", "hello", &["dev", "dev2", "dev-2"]),
            ("c", "h", &["1"]),
            // Thirty characters: the longest configuration there is.
            ("contoso", "a23456789-123456789-123456", &["dev"]),
        ] {
            assert_eq!(problems(organization, project, environments), [""; 0], "{project} {environments:?}");
        }
    }

    #[test]
    fn what_does_not_fit_anywhere_is_named() {
        for (organization, project, environments, expected) in [
            ("contoso", "hello.world", &["dev"][..], &["project hello.world"][..]),
            ("contoso", "Hello", &["dev"], &["project Hello"]),
            ("contoso", "hello_world", &["dev"], &["project hello_world"]),
            ("contoso", "hello", &["main"], &["environment main"]),
            ("contoso", "hello", &["deploy"], &["environment deploy"]),
            ("contoso", "hello", &["notify"], &["environment notify"]),
            (
                "contoso",
                "hello",
                &["Dev", "q.a", "-x", "a b"],
                &["environment Dev", "environment q.a", "environment -x", "environment a b"],
            ),
            ("contoso", "hello", &["dev", "dev"], &["environment dev"]),
            ("contoso", "hello", &["dev", "dev-approval"], &["environment dev-approval"]),
            ("contoso", "hello", &[], &["environments"]),
            ("contoso-", "hello", &["dev"], &["organisation contoso-"]),
            // Thirty-one characters, twice: Azure would refuse the kustomization.
            (
                "contoso",
                "a23456789-123456789-1234567",
                &["dev"],
                &["Flux configuration a23456789-123456789-1234567-dev"],
            ),
        ] {
            assert_eq!(problems(organization, project, environments), expected, "{project} {environments:?}");
        }
        let long = problems("contoso", &"a".repeat(70), &["dev"]);
        assert_eq!(long.len(), 3, "as a label, in a namespace and in a configuration: {long:?}");
    }

    #[test]
    fn a_target_is_a_folder_of_manifests() {
        let project = Project::new("contoso", "hello").expect("repositories");
        let problems = |target: &str| name_problems(&project, &["dev".to_owned()], target).len();
        for target in ["hello", "factory/line-1", "a.b/c_d"] {
            assert_eq!(problems(target), 0, "{target}");
        }
        for target in ["", "/hello", "hello/", "../hello", "a/../b", "a b", "-a", ".github/x", "a//b"] {
            assert_eq!(problems(target), 1, "{target}");
        }
    }
}
