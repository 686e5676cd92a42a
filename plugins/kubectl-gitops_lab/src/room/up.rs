//! `up`: a lab until it is interrupted.

use gitops_core::cli::Session;
use gitops_core::model::Exit;

use super::arguments;
use super::failure::RoomError;
use super::folder;
use crate::serving::{Lab, Settings};

/// Serves what the arguments ask for. It ends with the process: an interrupt is not an error of the lab's.
pub(super) async fn run(args: arguments::Up, session: &Session) -> Result<Exit, RoomError> {
    let lab = Lab::start(Settings { port: args.port_base, ..Settings::default() }).await?;
    folder::write(&args.folder, &lab.kubeconfig(), lab.authority())?;
    session.talk(&introduction(&lab, &args));
    std::future::pending().await
}

/// How it is used.
fn introduction(lab: &Lab, args: &arguments::Up) -> String {
    let environment = args.folder.join("env.sh");
    format!(
        "# an empty cluster at {}, until it is interrupted\n\
         # in another shell:\n\
         . {}\n\
         kubectl get namespaces\n\
         kubectl --context lab-viewer get pods   # somebody who may do nothing\n\
         kubectl get --raw /_lab/requests        # what was asked so far\n",
        lab.url(),
        if environment.is_absolute() { environment } else { std::path::Path::new(".").join(environment) }
            .display()
    )
}
