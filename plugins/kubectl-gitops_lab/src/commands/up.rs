//! `up`: a lab until it is interrupted.

use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;
use clap::error::{ContextKind, ContextValue};
use clap::{Arg, Command};
use gitops_core::cli::{FRONT_VARIABLE, Session, wrapped};
use gitops_core::model::{Exit, printable, shell_word};

use super::arguments;
use super::azure_shell;
use super::failure::CommandError;
use super::folder::{Folder, Keys};
use super::input_file::read_text;
use super::state::{LabState, Ports};
use crate::http::{Clock, Lab, ServingError, Settings};
use crate::scenario::{BuiltIn, Scenario, scenarios};

/// Serves what the arguments ask for. It ends with the process: an interrupt is not an error of the lab's.
pub(super) async fn run(args: arguments::UpArgs, session: &Session) -> Result<Exit, CommandError> {
    let scenario = scenario(&args.scenario)?;
    let folder = Folder::take(&args.folder)?;
    // The front that started the lab is the suite's program.
    let program = session.env_vars.get_os(FRONT_VARIABLE).map(PathBuf::from);
    let (lab, before) = match begin(&args, &scenario, &folder, program).await {
        Ok(begun) => begun,
        Err(error) => {
            folder.abandon();
            return Err(error);
        }
    };
    let names = lab.git().names();
    let listed = scenario.spec.organizations.first().map(|organization| organization.name.as_str());
    let organisation = names.first().and_then(|name| name.split('/').next()).or(listed).unwrap_or_default();
    let keys = Keys {
        kubeconfig: &lab.kubeconfig(),
        urls: &lab.urls().collect::<Vec<_>>(),
        authority: lab.authority(),
        git_url: lab.git_url(),
        git_token: lab.git_token("admin").unwrap_or_default(),
        api_url: &lab.api_url(),
        azure_url: lab.azure_url(),
        azure: &lab.azure_client(),
        organisation,
    };
    let mut ports = lab.urls().map(port);
    let ports = Ports {
        port: ports.next().unwrap_or_default(),
        git_port: port(lab.git_url()),
        azure_port: port(lab.azure_url()),
        further_ports: ports.collect(),
    };
    let ports = ports.keeping(before.as_ref().map(|before| &before.ports));
    folder.write(keys, &LabState::after(before.as_ref(), ports, lab.credentials().clone()))?;
    session.message(&introduction(&lab, &folder, &args, &scenario.spec.description));
    std::future::pending().await
}

/// A lab, and what the one before it left in the folder.
async fn begin(
    args: &arguments::UpArgs,
    scenario: &Scenario,
    folder: &Folder,
    program: Option<PathBuf>,
) -> Result<(Lab, Option<LabState>), CommandError> {
    let before = folder.state()?;
    let lab = start(args, scenario, before.as_ref(), program).await?;
    Ok((lab, before))
}

/// A lab that takes the place of the one before, if there was one: with its credentials, and on its ports where no others
/// are asked for and they are still free.
async fn start(
    args: &arguments::UpArgs,
    scenario: &Scenario,
    before: Option<&LabState>,
    program: Option<PathBuf>,
) -> Result<Lab, ServingError> {
    let names = (1..=args.clusters).map(|number| cluster_name(&args.name, number)).collect::<Vec<_>>();
    let settings = |ports: &Ports| Settings {
        clusters: names.clone(),
        ports: ports.of_clusters(),
        git_port: ports.git_port,
        azure_port: ports.azure_port,
        credentials: before.map(|before| before.credentials.clone()),
        after_version: before.map_or(0, LabState::last_version),
        scenario: Some(scenario.clone()),
        clock: Clock::Real { speed: args.speed },
        latency: args.latency.unwrap_or_default(),
        program: program.clone(),
    };
    let asked = (args.port_base != 0).then(|| Ports::from(args.port_base, args.clusters));
    let known = before.map(|before| &before.ports);
    match (asked, known) {
        (Some(ports), _) => Lab::start(settings(&ports)).await,
        (None, Some(ports)) => match Lab::start(settings(ports)).await {
            Err(ServingError::Port(_)) => Lab::start(settings(&Ports::default())).await,
            started => started,
        },
        (None, None) => Lab::start(settings(&Ports::default())).await,
    }
}

/// `lab`, `lab-2`, `lab-3` …
fn cluster_name(name: &str, number: u8) -> String {
    if number == 1 { name.to_owned() } else { format!("{name}-{number}") }
}

/// The port of an address `https://127.0.0.1:<port>`; 0 is any.
fn port(url: &str) -> u16 {
    url.rsplit(':').next().and_then(|port| port.parse().ok()).unwrap_or_default()
}

/// One that is built in, or a file.
fn scenario(name: &str) -> Result<Scenario, CommandError> {
    if let Some(found) = BuiltIn::named(name) {
        return Ok(found.document());
    }
    let path = Path::new(name);
    if !path.exists() {
        return Err(CommandError::NoScenario { name: name.to_owned(), similar: similar_scenario(name) });
    }
    let text =
        read_text(path).map_err(|source| CommandError::Unreadable { path: path.to_owned(), source })?;
    Scenario::parse(&text)
        .map_err(|source| CommandError::Scenario { path: path.to_owned(), source: Box::new(source) })
}

/// The scenario that clap finds most similar, as it finds the values of other flags.
fn similar_scenario(name: &str) -> Option<String> {
    let names = PossibleValuesParser::new(scenarios().iter().map(|scenario| scenario.name));
    let command = Command::new("up").no_binary_name(true).arg(Arg::new("scenario").value_parser(names));
    let error = command.try_get_matches_from(["--", name]).err()?;
    match error.get(ContextKind::SuggestedValue)? {
        ContextValue::String(similar) => Some(similar.clone()),
        _ => None,
    }
}

/// A text as comments of a shell, in lines that fit every terminal; nothing where there is no text.
pub(super) fn comment(text: &str) -> String {
    if text.is_empty() { String::new() } else { wrapped(text, Some(80), "# ", "# ") }
}

/// How it is used: lines that work in every shell and from every folder.
fn introduction(lab: &Lab, folder: &Folder, args: &arguments::UpArgs, description: &str) -> String {
    let file = |name: &str| shell_word(&folder.file(name).display().to_string());
    // Of a pipeline's repositories the last by name is the one that Flux follows.
    let repository = lab.git().names().into_iter().next_back();
    let github = repository.map(|name| {
        let (url, curl) = (lab.git_url(), file("curl"));
        let pulls = format!("\"$GITHUB_API_URL/repos/{name}/pulls\"");
        format!("git clone {url}/{name}\n# open pull requests:\ncurl --config {curl} {pulls}\n")
    });
    let speed = if args.speed == 1.0 {
        String::new()
    } else {
        let speed = args.speed;
        format!("# its clock runs {speed} times as fast: pages remark on that as ClockSkew\n")
    };
    let clusters: Vec<String> =
        lab.clusters().zip(lab.urls()).map(|(name, url)| format!("{name} at {url}")).collect();
    let azure = format!("# Azure at {}\n", lab.azure_url());
    let kubernetes = match clusters.len() {
        1 => format!("# Kubernetes at {}, GitHub at {}\n{azure}", lab.url(), lab.git_url()),
        _ => format!("# Kubernetes: {}\n# GitHub at {}\n{azure}", clusters.join(", "), lab.git_url()),
    };
    let contexts: String = match clusters.len() {
        1 => String::new(),
        _ => lab.clusters().map(|name| format!(" --context {name}")).collect(),
    };
    let others: String =
        lab.clusters().skip(1).map(|name| format!("kubectl --context {name} get nodes\n")).collect();
    // A lab without Azure's agents has nothing there to look at.
    let azure = match lab.with_azure(|azure, _| azure.has_connected_clusters()) {
        true => {
            azure_shell::curl_line(&file("curl-azure")) + &azure_shell::introduction(&file("azure-secret"))
        }
        false => String::new(),
    };
    format!(
        "{}\
         {kubernetes}\
         # it serves until it is interrupted\n\
         {speed}\
         # in another shell, in any folder:\n\
         . {}\n\
         kubectl gitops-status -A{contexts}\n\
         {others}\
         {}\
         {azure}\
         kubectl --context {}-viewer get pods   # somebody who may do nothing\n\
         kubectl get --raw /_lab/requests        # what was asked so far\n",
        comment(&printable(description)),
        file("env.sh"),
        github.unwrap_or_default(),
        args.name,
    )
}

#[cfg(test)]
mod tests {
    use super::comment;

    #[test]
    fn a_text_is_a_comment_in_lines_that_fit() {
        assert_eq!(comment(""), "");
        let lines = comment(&"word ".repeat(40));
        assert!(
            lines.lines().count() > 2 && lines.lines().all(|line| line.starts_with("# ") && line.len() <= 80)
        );
    }
}
