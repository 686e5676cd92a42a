//! What stays whatever is deleted: what was never the project's alone, and what no API of these worlds takes away. Each is
//! a step that changes nothing, so that plan, report and documents name it.

use super::inventory::CleanupInventory;
use super::plan::Steps;
use crate::model::argument::valid_subject;
use crate::model::pipeline::{Project, Role};

pub(super) fn remaining_steps(inventory: &CleanupInventory, steps: &mut Steps) {
    let project = &inventory.project;
    let name = format!("Packages of {}", image(project));
    steps.keep(name, format!("not looked at; container images stay: {}", inventory.packages_page));
    let principal = match &inventory.service_principal {
        Some(client) => {
            let client = valid_subject(client, "'<client id>'");
            format!(
                "client id {client}, of AZURE_CREDENTIALS_SP; stays with its roles: az ad sp delete --id {client}"
            )
        }
        None => "that of secret AZURE_CREDENTIALS_SP stays with its roles; its client id is not known here"
            .to_owned(),
    };
    steps.keep("Service principal of the workflows".to_owned(), principal);
    let told = format!(
        "those in secrets of {} and in clusters stay valid until they are revoked: {}",
        project.repository(Role::Source),
        inventory.tokens_page
    );
    steps.keep("Tokens of GitHub".to_owned(), told);
    for cluster in &inventory.clusters {
        let name = format!("Cluster {}", inventory.place(&cluster.arc));
        steps.keep(name, "stays connected to Azure Arc, with its Flux extension".to_owned());
    }
}

/// The repository of the project's images: `contoso/hello/hello`. No image has capital letters.
fn image(project: &Project) -> String {
    format!("{0}/{1}/{1}", project.organization(), project.name()).to_lowercase()
}
