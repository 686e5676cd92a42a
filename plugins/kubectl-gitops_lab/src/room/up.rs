//! `up`: a lab until it is interrupted.

use std::path::{Path, PathBuf};

use gitops_core::cli::Session;
use gitops_core::model::{Exit, printable};

use super::arguments;
use super::failure::RoomError;
use super::folder::{self, Keys};
use crate::scenario::{BuiltIn, Scenario};
use crate::serving::{Clock, Lab, Settings};

/// Serves what the arguments ask for. It ends with the process: an interrupt is not an error of the lab's.
pub(super) async fn run(args: arguments::Up, session: &Session) -> Result<Exit, RoomError> {
    let scenario = scenario(&args.scenario)?;
    let description = scenario.spec.description.clone();
    let lab = Lab::start(Settings {
        port: args.port_base,
        scenario: Some(scenario),
        clock: Clock::Real { speed: args.speed },
        latency: args.latency.unwrap_or_default(),
    })
    .await?;
    let names = lab.git().names();
    let organisation = names.first().and_then(|name| name.split('/').next()).unwrap_or_default();
    let keys = Keys {
        kubeconfig: &lab.kubeconfig(),
        authority: lab.authority(),
        git_url: lab.git_url(),
        git_token: lab.git_token("admin").unwrap_or_default(),
        api_url: &lab.api_url(),
        organisation,
    };
    folder::write(&args.folder, keys)?;
    session.message(&introduction(&lab, &args, &description));
    std::future::pending().await
}

/// One that is built in, or a file.
fn scenario(name: &str) -> Result<Scenario, RoomError> {
    if let Some(found) = BuiltIn::named(name) {
        return Ok(found.document());
    }
    let path = Path::new(name);
    if !path.exists() {
        return Err(RoomError::NoScenario { name: name.to_owned() });
    }
    let text = std::fs::read_to_string(path)
        .map_err(|source| RoomError::Unreadable { path: path.to_owned(), source })?;
    Scenario::parse(&text)
        .map_err(|source| RoomError::Scenario { path: path.to_owned(), source: Box::new(source) })
}

/// How it is used.
fn introduction(lab: &Lab, args: &arguments::Up, description: &str) -> String {
    let environment = args.folder.join("env.sh");
    let environment: PathBuf =
        if environment.is_absolute() { environment } else { Path::new(".").join(environment) };
    // Of a pipeline's repositories the last by name is the one that Flux follows.
    let repository = lab.git().names().into_iter().next_back();
    let curl = environment.with_file_name("curl");
    let github = repository.map(|name| {
        let (url, curl) = (lab.git_url(), curl.display());
        format!("git clone {url}/{name}\ncurl --config {curl} \"$GITHUB_API_URL/repos/{name}/pulls\"\n")
    });
    let github = github.unwrap_or_default();
    format!(
        "# {}\n\
         # Kubernetes at {}, GitHub at {}, until it is interrupted\n\
         # in another shell:\n\
         . {}\n\
         kubectl gitops-status -A\n\
         {github}\
         kubectl --context lab-viewer get pods   # somebody who may do nothing\n\
         kubectl get --raw /_lab/requests        # what was asked so far\n",
        printable(description),
        lab.url(),
        lab.git_url(),
        environment.display()
    )
}
